"""Imports of large libraries, without the search for garbage in what they make."""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from types import ModuleType


def import_for_good(name: str) -> ModuleType:
    """Import the module `name` with all that it imports. Raises what it raises.

    A library such as torch makes hundreds of thousands of objects that live as long as the process. To look for garbage
    among them, several times while they are made and again and again later, takes a tenth of the time of the import,
    and some of what follows; so they are left out of it.
    """
    if name in sys.modules or not gc.isenabled():
        return import_module(name)
    gc.disable()
    try:
        module = import_module(name)
        gc.freeze()
        return module
    finally:
        gc.enable()
