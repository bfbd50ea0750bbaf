"""AIHWKIT itself: whether it is installed, whether it works, and its configurations from parameters.

Nothing here imports AIHWKIT before it is needed: that takes seconds, and fails where the package does not fit torch.
"""

from __future__ import annotations

import functools
import importlib.metadata
import importlib.util
import platform
import re
import subprocess
import sys

from analogbench.errors import UnavailableError

WHEELS = "there are wheels for Linux on x86-64 with Python 3.11 and 3.12"
INSTALL = "install it with: pip install aihwkit==1.1.0"
PROBE = "import sys; from aihwkit.simulator.rpu_base import cuda; sys.exit(not cuda.is_compiled())"


@functools.cache
def why_missing() -> str:
    """Why AIHWKIT is not there, with what to do; empty if it is. Does not import it."""
    if importlib.util.find_spec("aihwkit") is not None:
        return ""
    here = f"{platform.system()} on {platform.machine()} with Python {'.'.join(platform.python_version_tuple()[:2])}"
    fits = sys.platform == "linux" and platform.machine() == "x86_64" and sys.version_info[:2] in ((3, 11), (3, 12))
    return f"aihwkit is not installed; {INSTALL}" if fits else f"aihwkit is not installed; {WHEELS}, this is {here}"


@functools.cache
def has_cuda() -> bool:
    """Whether AIHWKIT is compiled with CUDA; asked in a process of its own, since importing it imports torch."""
    if why_missing():
        return False
    try:
        return (
            subprocess.run([sys.executable, "-c", PROBE], capture_output=True, check=False, timeout=120).returncode == 0
        )
    except subprocess.TimeoutExpired:
        return False


@functools.cache
def check() -> None:
    """Import AIHWKIT and train a 2×4 tile: one built for another torch fails at either. Raises UnavailableError."""
    if missing := why_missing():
        raise UnavailableError(missing)
    try:
        _train_a_tile()
    except Exception as error:
        pair = f"aihwkit {_version('aihwkit')} does not work with torch {_version('torch')}"
        # Names of folders would leave no room for what is wrong.
        line = re.sub(r"/\S*/", "", " ".join(f"{type(error).__name__}: {error}".split()))
        raise UnavailableError(f"{pair}, see `analogbench doctor`: {line}") from error


def _train_a_tile() -> None:
    import torch
    from aihwkit.simulator.configs import ConstantStepDevice, SingleRPUConfig

    config = SingleRPUConfig(device=ConstantStepDevice())
    tile = config.tile_class(2, 4, config, bias=False)
    tile.set_weights(torch.zeros(2, 4))
    tile.set_learning_rate(0.1)
    tile.update(torch.ones(3, 4), torch.ones(3, 2))
    if tuple(tile.joint_forward(torch.ones(3, 4)).shape) != (3, 2):
        raise RuntimeError("a product has the wrong shape")


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "(version unknown)"
