"""Data sets and weights through torchvision's own download, in a process of its own: torch takes seconds to import."""

from __future__ import annotations

import errno
import sys
from pathlib import Path

from analogbench.data.catalogue import DataSet, Layout
from analogbench.data.fetching import torchvision_child
from analogbench.data.fetching.download import Report, download, last_line
from analogbench.data.fetching.reasons import FullDiskError, SourceError
from analogbench.data.fetching.tarball import read_members


def fetch(data_set: DataSet, folder: Path, report: Report) -> str:
    """Put the files of a set into a folder, laid out as in the data folder, and say where they are from.

    Raises SourceError where that cannot be, FullDiskError where there is no room.
    """
    place = folder / data_set.layouts[-1][0].path.parent
    place.mkdir(parents=True)
    command = [sys.executable, "-P", "-m", torchvision_child.__name__, data_set.name, str(place)]
    ended = download(command, folder, lambda size: report(min(size, data_set.download), data_set.download))
    if ended.code == errno.ENOSPC:
        raise FullDiskError
    if ended.code:
        raise SourceError(last_line(ended.out) or last_line(ended.err) or f"exit code {ended.code}")
    for tarball in place.glob("*.tar.gz"):
        _unpack(tarball, data_set.layouts[-1], folder)
    return "torchvision's source"


def _unpack(tarball: Path, layout: Layout, folder: Path) -> None:
    """Write the files of the layout out of the tarball, which has them under the same names and is removed."""
    for name, content in read_members(tarball, {str(file.path) for file in layout}).items():
        (folder / name).write_bytes(content)
    tarball.unlink()
