"""The option that says where data sets lie."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from analogbench.data.location import BY_OPTION

_F = TypeVar("_F", bound=Callable[..., Any])


def data_dir_option(command: _F) -> _F:
    """Add `--data-dir`, which holds for this process and those that it starts; the command does not get it."""
    return click.option(
        "--data-dir",
        type=click.Path(file_okay=False, path_type=Path),
        expose_value=False,
        is_eager=True,
        callback=_choose,
        help="Folder with the data sets.  [default: $ANALOGBENCH_DATA, or the user's data folder]",
    )(command)


def _choose(ctx: click.Context, param: click.Parameter, folder: Path | None) -> None:
    if folder is not None:
        os.environ["ANALOGBENCH_DATA"] = str(folder.expanduser().absolute())
        os.environ[BY_OPTION] = "1"
