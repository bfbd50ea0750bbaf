"""The suites that come with analogbench: named grids in TOML, one file each."""

from __future__ import annotations

from pathlib import Path

from analogbench.api import hookimpl


@hookimpl
def analogbench_suites() -> list[Path]:
    """Every TOML file beside this one."""
    return sorted(Path(__file__).parent.glob("*.toml"))
