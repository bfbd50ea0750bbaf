"""Which versions were tested together, and how to install them."""

from __future__ import annotations

AIHWKIT = "1.1.0"
TORCHVISION_OF = {"2.11.0": "0.26.0", "2.10.0": "0.25.0"}
"""The torchvision of each torch that AIHWKIT was tested with, the best first."""

TESTED = f"aihwkit {AIHWKIT} with " + " or ".join(f"torch {t} and torchvision {v}" for t, v in TORCHVISION_OF.items())


def fitting_torch(installed: str | None) -> str:
    """The installed torch, without the name of its build, where it is tested; else the best one that is."""
    release = (installed or "").partition("+")[0]
    return release if release in TORCHVISION_OF else next(iter(TORCHVISION_OF))


def pip_install(torch: str, *, aihwkit: bool = False, force: bool = False) -> str:
    """The command that installs a tested combination. force: even where these versions are there already."""
    packages = [f"aihwkit=={AIHWKIT}"] if aihwkit else []
    packages += [f"torch=={torch}", f"torchvision=={TORCHVISION_OF[torch]}"]
    return f"`pip install {'--force-reinstall ' if force else ''}{' '.join(packages)}`"
