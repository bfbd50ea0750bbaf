"""What a plugin says about itself, on which `analogbench show` and every table depend."""

from __future__ import annotations

import inspect
from typing import Any

from analogbench.testing.rules import demand


def demand_description(plugin: type[Any], *texts: str) -> None:
    """Raise Broken unless the class has a docstring of its own, the class variables `texts` are filled in, and every
    parameter has a description."""
    missing = [] if (vars(plugin).get("__doc__") or "").strip() else ["docstring"]
    missing += [text for text in texts if not inspect.cleandoc(getattr(plugin, text, ""))]
    demand(not missing, f"{plugin.__name__} has no {', no '.join(missing)}")
    bare = [name for name, field in plugin.Params.model_fields.items() if not field.description]
    demand(not bare, f"no description of the parameter {', '.join(bare)}")
