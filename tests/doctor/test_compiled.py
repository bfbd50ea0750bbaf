"""The compiled packages, real ones and broken ones: what is found, and what to do."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from analogbench.doctor import checks
from analogbench.doctor.asking import Answer
from analogbench.doctor.checks import examine
from analogbench.doctor.components import aihwkit_, numba_, torch_, torchvision_
from analogbench.doctor.findings import Finding

Found = Callable[..., dict[str, Finding]]
Pretend = Callable[..., Path]

UNDEFINED = "/site/aihwkit/simulator/rpu_base.so: undefined symbol: _ZN3c105ErrorC2ENS_14SourceLocationE"
LATE = "Invalid weights dimensions: expected [2,4] array"
PAIRS = "aihwkit 1.1.0 with torch 2.11.0 and torchvision 0.26.0 or torch 2.10.0 and torchvision 0.25.0"

TILE = """
import torch
class AnalogTile:
    def __init__(self, outputs, inputs, config): self.weights = torch.zeros(outputs, inputs)
    def set_learning_rate(self, lr): pass
    def get_weights(self): return [self.weights]
    def update(self, x, d): UPDATE
    def forward(self, x): return x @ self.weights.T
"""
AIHWKIT = {
    "aihwkit/__init__.py": "",
    "aihwkit/simulator/rpu_base.py": "class cuda:\n    is_compiled = staticmethod(lambda: False)",
    "aihwkit/simulator/configs.py": "SingleRPUConfig = dict",
    "aihwkit/simulator/tiles/analog.py": TILE,
}


@pytest.fixture
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Found:
    """Examines certain components only."""

    def examined(*components: ModuleType) -> dict[str, Finding]:
        monkeypatch.setattr(checks, "COMPONENTS", components)
        return {finding.component: finding for finding in examine(tmp_path)}

    return examined


def _aihwkit(update: str) -> dict[str, str]:
    return {path: text.replace("UPDATE", update) for path, text in AIHWKIT.items()}


@pytest.mark.skipif(importlib.util.find_spec("aihwkit") is None, reason="AIHWKIT is not installed")
def test_a_real_tile_is_pulsed(found: Found) -> None:
    row = found(aihwkit_)["aihwkit"]
    assert row.state == "ok"
    assert "a pulsed update moved 8 of 8 weights" in row.found


def test_a_symbol_that_torch_does_not_have(found: Found, pretend: Pretend) -> None:
    pretend({"aihwkit/__init__.py": f"raise ImportError({UNDEFINED!r})"}, aihwkit="1.1.0", torch="2.9.1")
    row = found(aihwkit_)["aihwkit"]
    assert (row.found, row.state) == (f"1.1.0; ImportError: {UNDEFINED}", "broken")
    install = "`pip install aihwkit==1.1.0 torch==2.11.0 torchvision==0.26.0`"
    assert row.advice == f"tested together: {PAIRS}; install them: {install}"


@pytest.mark.parametrize(
    ("update", "failure"),
    [
        (f"raise RuntimeError('{LATE}')", f"RuntimeError: {LATE}"),
        ("import os; os.abort()", "ended by SIGABRT"),
        ("pass", "a pulsed update left all weights as they were"),
        (
            "self.weights = torch.ones(3, 4)[:2]; self.forward = lambda x: x",
            "a tile's product has the shape [1, 4], not [1, 2]",
        ),
    ],
)
def test_a_tile_that_fails_when_it_is_used(found: Found, pretend: Pretend, update: str, failure: str) -> None:
    pretend(_aihwkit(update), aihwkit="1.1.0", torch="2.10.0+cu126")
    row = found(aihwkit_)["aihwkit"]
    assert (row.found, row.state) == (f"1.1.0; {failure}", "broken")
    command = "`pip install --force-reinstall aihwkit==1.1.0 torch==2.10.0 torchvision==0.25.0`"
    assert row.advice == f"tested together: {PAIRS}; install them again: {command}"


ABSENT = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name == "aihwkit": raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
"""


@pytest.mark.parametrize(
    ("system", "machine", "python", "why"),
    [
        ("Linux", "x86_64", "3.12.1", ""),
        ("Darwin", "arm64", "3.11.1", "; it has wheels for Linux x86_64 only, not for Darwin arm64"),
        ("Linux", "aarch64", "3.11.1", "; it has wheels for Linux x86_64 only, not for Linux aarch64"),
        ("Linux", "x86_64", "3.13.1", "; it has wheels for Python 3.10 to 3.12 only, not for 3.13"),
    ],
)
def test_aihwkit_is_missing(found: Found, pretend: Pretend, system: str, machine: str, python: str, why: str) -> None:
    there = f"import platform\nplatform.system = lambda: {system!r}\nplatform.machine = lambda: {machine!r}\n"
    there += f"platform.python_version_tuple = lambda: {tuple(python.split('.'))}\n"
    pretend({"sitecustomize.py": ABSENT + there})
    row = found(aihwkit_)["aihwkit"]
    assert (row.found, row.state) == (f"not installed{why}", "missing")
    assert ("pip install aihwkit==1.1.0 torch==2." in row.advice) is (not why)


def test_where_torch_is_broken_nothing_else_is_blamed(found: Found, pretend: Pretend) -> None:
    message = "libcudart.so.13: cannot open shared object file: No such file or directory"
    pretend({"torch/__init__.py": f"raise OSError({message!r})"}, torch="2.13.0+cu130")
    rows = found(torch_, torchvision_, aihwkit_)
    assert list(rows) == ["torch", "torchvision", "aihwkit"]
    assert (rows["torch"].found, rows["torch"].state) == (f"2.13.0+cu130; OSError: {message}", "broken")
    assert "`pip install --force-reinstall torch==2.11.0 torchvision==0.26.0`" in rows["torch"].advice
    assert {rows["torchvision"].advice, rows["aihwkit"].advice} == {"see to torch first"}


CUDA = """
import warnings
class _Any:
    def __init__(self, **values): self.__dict__.update(values)
version = _Any(cuda="13.0")
def available():
    warnings.warn("The NVIDIA driver on your system is too old")
    return AVAILABLE
def properties(index): return _Any(name="NVIDIA H100", total_memory=85_000_000_000)
class ones:
    def __init__(self, *size, device): self.device = device
    def sum(self): return self
    def item(self):
        if self.device == "cuda:1": raise RuntimeError("CUDA error: no kernel image is available\\nCompile with X")
cuda = _Any(is_available=available, device_count=lambda: COUNT, get_device_properties=properties)
"""
DRIVER = """
import analogbench.records.machine as machine
machine.has_nvidia_driver, machine.nvidia_driver = lambda: True, lambda: "580.65"
"""
BUILD = "torch is built for CUDA 13.0; driver 580.65"


@pytest.mark.parametrize(
    ("count", "cuda"),
    [
        (1, Finding("CUDA", BUILD)),
        (0, Finding("CUDA", f"{BUILD}; The NVIDIA driver on your system is too old", "note")),
        (
            2,
            Finding(
                "CUDA", f"{BUILD}; RuntimeError: CUDA error: no kernel image is available Compile with X", "broken"
            ),
        ),
    ],
)
def test_every_gpu_computes(found: Found, pretend: Pretend, count: int, cuda: Finding) -> None:
    torch = CUDA.replace("AVAILABLE", str(count > 0)).replace("COUNT", str(count))
    pretend({"torch/__init__.py": torch, "sitecustomize.py": DRIVER}, torch="2.11.0")
    rows = found(torch_)
    assert rows["torch"] == Finding("torch", "2.11.0")
    assert (rows["CUDA"].found, rows["CUDA"].state) == (cuda.found, cuda.state)
    assert bool(rows["CUDA"].advice) is (cuda.state != "ok")
    gpus = [row for name, row in rows.items() if name.startswith("GPU")]
    assert gpus == ([Finding("GPU 0", "NVIDIA H100, 79.2 GiB")] if count else [])


def test_a_machine_without_gpu_is_in_order() -> None:
    facts = {"version": "2.11.0", "imported": True, "built_for": None, "has_driver": False, "available": False}
    _, cuda = torch_.judge(Answer(facts))
    assert cuda == Finding("CUDA", "torch is built without CUDA; no NVIDIA driver", "note")
    _, cuda = torch_.judge(Answer({**facts, "has_driver": True}))
    assert "install a build of torch with CUDA" in cuda.advice


NUMBA = """
class config: NUMBA_NUM_THREADS = 4
def njit(function=None, cache=False):
    if cache: return REFUSE
    return function
"""


@pytest.mark.parametrize(
    ("folder", "refuse", "state", "said"),
    [
        ("", "lambda f: f", "ok", "0.60.0; compiles; 4 threads; its cache can be written"),
        ("", "refuse", "note", "no folder for its cache can be written"),
        ("/nowhere", "refuse", "broken", "no cache in /nowhere: cannot cache"),
    ],
)
def test_numba_keeps_what_it_compiles(
    found: Found, pretend: Pretend, monkeypatch: pytest.MonkeyPatch, folder: str, refuse: str, state: str, said: str
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", folder)
    refused = "\ndef refuse(function): raise RuntimeError('cannot cache')\n"
    pretend({"numba.py": NUMBA.replace("REFUSE", refuse) + refused}, numba="0.60.0")
    row = found(numba_)["numba"]
    assert row.state == state
    assert said in row.found
    assert bool(row.advice) is (state != "ok")


@pytest.mark.parametrize("component", [torch_, torchvision_, numba_])
def test_what_is_absent_is_missing(component: Any) -> None:
    facts = {"absent": True, "version": None}
    (row,) = component.judge(Answer(facts, "ModuleNotFoundError: No module named ..."))
    assert (row.found, row.state) == ("not installed", "missing")
    assert row.advice.startswith("`pip install ")
    assert "force" not in row.advice
