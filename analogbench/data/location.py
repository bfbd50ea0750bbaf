"""The one place where data sets lie."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_data_path


def data_dir() -> Path:
    """`ANALOGBENCH_DATA` if set, else the platform's folder for user data. The folder need not exist."""
    chosen = os.environ.get("ANALOGBENCH_DATA")
    return Path(chosen).expanduser() if chosen else user_data_path("analogbench")
