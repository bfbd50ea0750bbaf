"""AIHWKIT, which is compiled for one torch: with another it fails at import, or only when a tile is used."""

from __future__ import annotations

import importlib
import platform
from typing import Any

from analogbench.doctor.asking import Answer
from analogbench.doctor.facts import Say, import_package, installed_version
from analogbench.doctor.findings import Finding, joined
from analogbench.doctor.pairs import AIHWKIT, TESTED, TORCHVISION_OF, fitting_torch, pip_install

OUTPUTS, INPUTS = 2, 4


def probe(say: Say) -> None:
    """Make a tile, pulse its weights once, and multiply by it."""
    say(torch=installed_version("torch"), why_no_wheel=why_no_wheel())
    import_package("aihwkit", say)
    simulator = "aihwkit.simulator"
    say(cuda=importlib.import_module(f"{simulator}.rpu_base").cuda.is_compiled())
    import torch

    tiles: Any = importlib.import_module(f"{simulator}.tiles.analog")
    configs: Any = importlib.import_module(f"{simulator}.configs")
    tile = tiles.AnalogTile(OUTPUTS, INPUTS, configs.SingleRPUConfig())
    tile.set_learning_rate(0.1)
    before = tile.get_weights()[0].clone()
    tile.update(torch.ones(1, INPUTS), torch.ones(1, OUTPUTS))
    say(moved=int((tile.get_weights()[0] != before).sum()))
    say(shape=list(tile.forward(torch.ones(1, INPUTS)).shape))


def why_no_wheel() -> str:
    """Why PyPI has no wheel for this machine; empty where it has one."""
    system, machine, python = platform.system(), platform.machine(), platform.python_version_tuple()[:2]
    if (system, machine) != ("Linux", "x86_64"):
        return f"it has wheels for Linux x86_64 only, not for {system} {machine}"
    if python not in (("3", "10"), ("3", "11"), ("3", "12")):
        return f"it has wheels for Python 3.10 to 3.12 only, not for {'.'.join(python)}"
    return ""


def judge(answer: Answer) -> list[Finding]:
    """One row."""
    facts = answer.facts
    if facts.get("absent"):
        return [_absent(facts.get("torch"), facts["why_no_wheel"])]
    failure = answer.failure or _oddity(facts.get("moved"), facts.get("shape"))
    if failure:
        found = joined(facts.get("version"), failure)
        return [Finding("aihwkit", found, "broken", _repair(facts.get("version"), facts.get("torch")))]
    details = f"a pulsed update moved {facts['moved']} of {OUTPUTS * INPUTS} weights"
    return [Finding("aihwkit", joined(facts.get("version"), details, "with CUDA" if facts["cuda"] else "without CUDA"))]


def _absent(torch: str | None, why_no_wheel: str) -> Finding:
    if why_no_wheel:
        return Finding("aihwkit", f"not installed; {why_no_wheel}", "missing")
    return Finding("aihwkit", "not installed", "missing", pip_install(fitting_torch(torch), aihwkit=True))


def _oddity(moved: int | None, shape: list[int] | None) -> str:
    """What is wrong with a tile that raised nothing."""
    if not moved:
        return "a pulsed update left all weights as they were"
    return "" if shape == [1, OUTPUTS] else f"a tile's product has the shape {shape}, not {[1, OUTPUTS]}"


def _repair(version: str | None, torch: str | None) -> str:
    tested = version == AIHWKIT and fitting_torch(torch) == (torch or "").partition("+")[0] in TORCHVISION_OF
    command = pip_install(fitting_torch(torch), aihwkit=True, force=tested)
    return f"tested together: {TESTED}; {'install them again' if tested else 'install them'}: {command}"
