"""The environment of worker processes: variables, which libraries read when they are imported, and kept kernels."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import platformdirs

import analogbench
from analogbench.run.messages import Settings

THREAD_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")
CACHE = "NUMBA_CACHE_DIR"
KERNELS = "crossbar/kernels"
"""The folder of what numba compiles."""

WAITING = "OMP_WAIT_POLICY"
"""Threads that spin while they wait take the core that the one they wait for needs: where other programs run beside a
job on two threads, it took up to seven times as long."""


def worker_variables(settings: Settings) -> dict[str, str]:
    """So many threads as the settings say, which sleep while they wait, and a place for what numba compiles, without
    which it refuses to compile."""
    variables = dict.fromkeys(THREAD_VARIABLES, str(settings.threads))
    variables[WAITING] = os.environ.get(WAITING, "passive")
    if not os.environ.get(CACHE) and settings.address and not any(map(_is_writable, _numba_folders())):
        variables[CACHE] = str(Path(settings.address).with_name("numba"))  # ends with the run
    return variables


def kernels_are_kept() -> bool:
    """Whether numba has what it compiled of the kernels as they are, as far as the ages of files tell."""
    sources = Path(analogbench.__file__).parent / KERNELS
    elsewhere = f"{sources.name}_*/*.nbi"  # numba adds a digest of the whole path
    if folder := os.environ.get(CACHE):
        kept = [*Path(folder).glob(elsewhere)]
    else:
        kept = [*sources.glob("__pycache__/*.nbi"), *_numba_folders()[1].glob(elsewhere)]
    return max(map(_written, kept), default=0.0) > max(map(_written, sources.glob("*.py")), default=0.0)


@contextlib.contextmanager
def environment(variables: dict[str, str]) -> Iterator[None]:
    """Set environment variables for the processes that are started meanwhile."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _numba_folders() -> tuple[Path, ...]:
    """Where numba keeps what it compiles, by itself: beside the source, or in the user's cache."""
    return Path(analogbench.__file__).parent, platformdirs.user_cache_path("numba", appauthor=False)


def _written(path: Path) -> float:
    """When the file was written, in seconds since the epoch; 0.0 if it is gone by now."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _is_writable(folder: Path) -> bool:
    """Whether files can be made in `folder`, or it can be made itself."""
    try:
        there = next(place for place in (folder, *folder.parents) if os.path.lexists(place))
        return there.is_dir() and os.access(there, os.W_OK | os.X_OK)
    except OSError:
        return False
