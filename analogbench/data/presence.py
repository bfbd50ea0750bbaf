"""Which data sets are there, and what to do about one that is not."""

from __future__ import annotations

import importlib.util
import os
import shlex
from pathlib import Path
from typing import Literal

from analogbench.data.catalogue import DataSet, Layout, find
from analogbench.data.formats.checksums import is_intact
from analogbench.data.location import BY_OPTION, data_dir, shown
from analogbench.errors import DataMissingError

State = Literal["present", "missing", "damaged"]


def missing(name: str) -> str:
    """One line that says that a data set is not there and how to get it; empty if all its files exist.

    It only looks whether files exist, not what is in them. Raises UnknownNameError.
    """
    data_set = find(name)
    if data_set.distribution:
        there = importlib.util.find_spec(data_set.distribution) is not None
        advice = f"{data_set.title} comes with {data_set.distribution}; `pip install {data_set.distribution}` gets it"
        return "" if there else advice
    if layout_of(data_set):
        return ""
    return f"{data_set.title} is not in {shown(data_dir())}; `{fetch_command(name)}` gets it"


def layout_of(data_set: DataSet) -> Layout:
    """The layout in which the set is there; empty if it is not."""
    layouts = (layout for layout in data_set.layouts if all(_is_there(data_dir() / file.path) for file in layout))
    return next(layouts, ())


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # its folder may not be looked into
        return False


def folder_of(data_set: DataSet) -> Path:
    """The folder that has the files of the set, or will have them."""
    if data_set.distribution:
        spec = importlib.util.find_spec(data_set.distribution)
        return Path(*(spec.submodule_search_locations or ())[:1], "data") if spec else data_dir()
    layout = layout_of(data_set) or data_set.layouts[0]
    return data_dir() / layout[0].path.parent


def state_of(data_set: DataSet) -> State:
    """The state of a set; all its files are read, and compared with their checksums."""
    if missing(data_set.name):
        return "missing"
    return "damaged" if damage(data_set) else "present"


def damage(data_set: DataSet) -> str:
    """One line on the first damaged file of a set that is there; empty if there is none."""
    for file in layout_of(data_set):
        path = data_dir() / file.path
        try:
            if not is_intact(path, file.checksum):
                return damaged(data_set, path)
        except OSError as error:
            return unreadable(data_set, error)
    return ""


def damaged(data_set: DataSet, path: Path) -> str:
    """One line that says that a file is damaged and what to do."""
    kind = data_set.layouts[0][0].checksum.kind
    return (
        f"{data_set.title} in {shown(data_dir())} is damaged: {path.name} does not have the published {kind}; "
        f"`{fetch_command(data_set.name)}` replaces it"
    )


def fetch_command(name: str) -> str:
    """The command that fetches a set into the folder where it was looked for."""
    option = f" --data-dir {shlex.quote(str(data_dir()))}" if os.environ.get(BY_OPTION) else ""
    return f"analogbench data fetch {name}{option}"


def unreadable(data_set: DataSet, error: OSError) -> str:
    """One line that says that a file cannot be read."""
    where = f": {shown(Path(error.filename))}" if error.filename else ""
    reason = f"{data_set.title} in {shown(data_dir())} cannot be read: {error.strerror or error}{where}"
    return f"{reason}; make its files readable"


def require(name: str) -> tuple[DataSet, Layout]:
    """A set and the layout in which it is there. Raises DataMissingError where it is not."""
    reason = missing(name)
    if reason:
        raise DataMissingError(reason)
    return find(name), layout_of(find(name))
