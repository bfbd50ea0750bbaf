"""The one place where data sets lie."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_data_path

BY_OPTION = "ANALOGBENCH_DATA_BY_OPTION"
"""Set where `--data-dir`, not the user's environment, says where data sets lie: advice must then repeat the option."""


def data_dir() -> Path:
    """`ANALOGBENCH_DATA` if set, else the platform's folder for user data. The folder need not exist."""
    chosen = os.environ.get("ANALOGBENCH_DATA")
    return Path(chosen).expanduser() if chosen else user_data_path("analogbench")


def shown(folder: Path) -> str:
    """The folder as a record may show it to the world: with ~ for the home directory."""
    home = Path.home()
    return str(Path("~") / folder.relative_to(home)) if folder.is_relative_to(home) else str(folder)
