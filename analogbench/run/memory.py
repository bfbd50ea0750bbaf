"""Sizes of memory: as a user writes them, and how much of it the machine has left."""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from analogbench.errors import UsageError

SHARE = 0.8
"""Of the memory that is free at the start, where the user does not say how much the workers may use."""

MEMINFO, OWN_GROUPS, GROUPS, OWN_PAGES = map(
    Path, ("/proc/meminfo", "/proc/self/cgroup", "/sys/fs/cgroup", "/proc/self/statm")
)

_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_SIZE = re.compile(r"(\d{1,18}(?:\.\d+)?)\s*([KMGT]?)(I?)B?", re.IGNORECASE)
_FILES = {  # of a control group, version 2 and 1: limit, use, the field of memory.stat that can be taken back
    "v2": ("memory.max", "memory.current", "inactive_file"),
    "v1": ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
}


def parse_size(text: str) -> int:
    """Bytes of "8G", "500M", "1.5 GiB" or "4000000". Raises UsageError."""
    found = _SIZE.fullmatch(text.strip())
    if found is None or (found[3] and not found[2]):
        raise UsageError(f"cannot read the size {text!r}; write bytes, or a number with K, M, G or T, such as 8G")
    number = _UNITS[found[2].upper()]
    size = int(float(found[1]) * (1024 ** ("KMGT".index(found[2].upper()) + 1) if found[3] else number))
    if size < 1:
        raise UsageError(f"no job fits into {text!r}; write bytes, or a number with K, M, G or T, such as 8G")
    return size


def size_text(size: float) -> str:
    """`950 B`, `12 MB`, `1.5 GB`."""
    for unit, factor in reversed(_UNITS.items()):
        if size >= factor:
            number = size / factor
            return f"{number:.0f} {unit}B" if number >= 100 else f"{number:.3g} {unit}B"
    return "0 B"


def free_memory() -> int | None:
    """Bytes that this process and its children can still use; None where the system does not say."""
    return min((*_of_machine(), *_of_groups()), default=None)


def own_memory() -> int:
    """Bytes that this process has in memory now, without the files mapped there, which the system can drop and read
    again, such as torch's libraries; 0 where the system does not say."""
    with contextlib.suppress(OSError, AttributeError):  # glibc keeps what is freed, for later use: a gigabyte at times
        ctypes.CDLL(None).malloc_trim(0)
    try:
        _, resident, files, *_ = map(int, OWN_PAGES.read_text().split())
        return (resident - files) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0


def _of_machine() -> Iterator[int]:
    try:
        found = re.search(r"^MemAvailable:\s*(\d+) kB$", MEMINFO.read_text(), re.MULTILINE)
    except OSError:
        return
    if found is not None:
        yield int(found[1]) * 1024


def _of_groups() -> Iterator[int]:
    """What the limits of this process's control groups leave; a container's or a batch job's are smaller than the
    machine."""
    try:
        lines = OWN_GROUPS.read_text().splitlines()
    except OSError:
        return
    for line in lines:
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if number == "0" and not controllers:
            yield from _of_tree(GROUPS, path, "v2")
        elif "memory" in controllers.split(","):
            yield from _of_tree(GROUPS / "memory", path, "v1")


def _of_tree(root: Path, path: str, version: str) -> Iterator[int]:
    """A group and all that it is in; in a container the path may be that of the host, and only the root be there."""
    own = PurePosixPath(path.lstrip("/"))
    for folder in (own, *own.parents):
        limit, use, spare = (root / folder / name for name in (*_FILES[version][:2], "memory.stat"))
        try:
            stat = dict(line.split()[:2] for line in spare.read_text().splitlines())
            used = int(use.read_text()) - int(stat.get(_FILES[version][2], 0))
            yield max(0, int(limit.read_text()) - used)
        except (OSError, ValueError):  # not there, or "max": no limit
            continue
