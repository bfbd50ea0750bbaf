"""What the machine is that a record was made on, found out without importing torch."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
from pathlib import Path
from typing import Any

CPU_INFO, MACHINE_ID = Path("/proc/cpuinfo"), Path("/etc/machine-id")
DRIVER_FOLDER = Path("/proc/driver/nvidia")
TIMEOUT = 5.0
"""Seconds that a helper program may take: provenance must never hold up a run."""


def machine() -> dict[str, Any]:
    """Python, platform, processor, and a fingerprint that tells machines apart without naming them."""
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cpu": cpu_model(),
        "cores": available_cores(),
        "host": host_fingerprint(),
    }


def available_cores() -> int:
    """The cores that this process may use: fewer than the machine has in most containers and batch jobs."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def cpu_model() -> str:
    """The processor's name."""
    for line in (_text(CPU_INFO) or "").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == "model name":
            return value.strip()
    return platform.processor() or platform.machine()


def host_fingerprint() -> str:
    """Twelve hexadecimal digits, the same for every record of one machine; the host's name cannot be read from it."""
    return hashlib.sha256(f"{platform.node()}\n{_text(MACHINE_ID) or ''}".encode()).hexdigest()[:12]


def has_nvidia_driver() -> bool:
    """Whether there may be a CUDA GPU: cheap, and False on every machine that surely has none."""
    return DRIVER_FOLDER.exists() or shutil.which("nvidia-smi") is not None


def nvidia_driver() -> str | None:
    """The version of the NVIDIA driver; None where there is none."""
    answer = output("nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader")
    return answer.splitlines()[0].strip() if answer else None


def output(*command: str) -> str | None:
    """What a program prints; None where it is missing, fails or takes too long."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
