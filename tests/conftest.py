"""Shared fixtures: distributions that look installed, and a registry of small fake plugins, loaded as any other."""

from __future__ import annotations

import contextlib
import functools
import importlib.metadata
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from analogbench.records.machine import has_nvidia_driver
from analogbench.registry import Registry, load


def _cuda() -> bool:
    if not has_nvidia_driver():
        return False
    import torch

    return torch.cuda.is_available()


if not _cuda():  # before anything imports Triton: its kernels are then interpreted, on the CPU
    os.environ.setdefault("TRITON_INTERPRET", "1")

Install = Callable[..., Path]


def pytest_sessionstart() -> None:
    """Without AIHWKIT, all that compares with it would be skipped unseen; where it has wheels it must be there."""
    if (sys.platform, platform.machine()) == ("linux", "x86_64") and importlib.util.find_spec("aihwkit") is None:
        pytest.exit("aihwkit is missing, a dependency on this platform; install it, see `analogbench doctor`", 4)


@functools.cache
def chromium() -> str | None:
    """Where the browser is; None without one."""
    found = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return next((path for path in found if path and _starts(path)), None)


def _starts(program: str) -> bool:
    """Some systems have a program of that name which only says how to install it."""
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        return subprocess.run([program, "--version"], capture_output=True, timeout=60, check=False).returncode == 0
    return False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests marked `gpu` or `browser` are skipped where there is none."""
    for marker, is_there, reason in (("gpu", _cuda, NO_GPU), ("browser", chromium, NO_BROWSER)):
        marked = [item for item in items if item.get_closest_marker(marker)]
        if marked and not is_there():
            for item in marked:
                item.add_marker(pytest.mark.skip(reason=reason))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly that they were."""
    for what, reason in (("GPU", NO_GPU), ("BROWSER", NO_BROWSER)):
        missed = [report for report in terminalreporter.stats.get("skipped", []) if reason in str(report.longrepr)]
        if missed:
            terminalreporter.section(f"NOT TESTED: {what}", red=True, bold=True)
            terminalreporter.line(f"{len(missed)} tests were skipped: {reason}", red=True)


NO_GPU = "torch sees no CUDA GPU here; run `pytest -m gpu` where there is one"
NO_BROWSER = "no chromium here; install it, such as by `apt-get install chromium`, and run `pytest -m browser`"


ALGORITHMS = '''
"""Two rules."""
from analogbench.api import Algorithm, RuleParams, hookimpl, param

class HalfParams(RuleParams):
    beta: float = param(1, "share of the step", unit="V", gt=0, le=2, stackable=True)
    every: int = param(1, "steps between transfers", ge=1)
    mode: str = param("fast", "how it is read")

class Half(Algorithm):
    """Half a rule.

    More about it.
    """
    name = "half"
    formula = "W <- W / 2"
    source = "Someone 2020"
    Params = HalfParams
    def build(self, make_tile): ...
    def forward(self, state, x): ...
    def backward(self, state, d): ...
    def update(self, state, x, d, lr): ...
    def weights(self, state): ...

class Exact(Half):
    name = "half-exact"
    Params = RuleParams
    @classmethod
    def fits(cls, device):
        return not device.analog

@hookimpl
def analogbench_algorithms():
    return [Half, Exact]
'''

DEVICES = '''
from typing import Literal
from analogbench.api import Device, Params, hookimpl, param

class SoftParams(Params):
    tau: float = param(1.0, "dynamic range", gt=0, stackable=True)
    dw_min: float = param(0.001, "granularity", gt=0)
    mode: Literal["pulsed", "expected"] = param("pulsed", "update mode")
    quiet: bool = param(False, "without noise")

class Soft(Device):
    """Soft bounds."""
    name = "soft"
    source = "A paper"
    Params = SoftParams
    def build_tile(self, shape, context): ...

class Numbers(Soft):
    """Exact numbers."""
    name = "numbers"
    analog = False
    Params = Params

@hookimpl
def analogbench_devices():
    return (Soft, Numbers)
'''

TASKS = '''
from pathlib import Path
from analogbench.api import Metric, Params, Protocol, Task, hookimpl, param

class LineParams(Params):
    steps: int = param(10, "steps", ge=1)
    seed: int | None = param(None, "seed of the data")

class Line(Task):
    """Fit a line."""
    name = "line"
    metric = Metric("loss", "Loss", unit="V", higher_is_better=False)
    Params = LineParams
    def protocol(self, budget): return Protocol(epochs=self.params.steps, batch=1, lr_digital=0.1, lr_analog=0.05)
    def data(self, budget, torch_device): ...
    def model(self, layers): ...
    def loss(self, output, target): ...

@hookimpl
def analogbench_tasks():
    return [Line]

@hookimpl
def analogbench_suites():
    return [Path(__file__).parent / "figure-1.toml"]

@hookimpl
def analogbench_cell_finished(record): ...
'''

SUITE = """
title = "Figure 1"
description = "Half against exact."
budget = "smoke"
seeds = 2
[[grid]]
algorithms = ["half"]
devices = ["soft[tau=1,2]"]
tasks = ["line"]
[[grid]]
algorithms = ["half"]
devices = ["soft"]
[[series]]
label = "Half"
algorithm = "half"
[[figure]]
kind = "sweep"
name = "tau"
value = "loss"
over = "device.tau"
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Makes distributions that importlib.metadata finds, beside which no other one is installed.

    Call it as install("name", {"plugin-name": its source}, version="1.0"); it returns the folder of the modules.
    """
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))
    only_here = functools.partial(importlib.metadata.distributions, path=[str(site)])
    monkeypatch.setattr(importlib.metadata, "distributions", only_here)
    monkeypatch.delenv("ANALOGBENCH_DISABLE", raising=False)

    def install(name: str, plugins: Mapping[str, str], version: str = "1.0") -> Path:
        info = site / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        modules = {plugin: f"{name}_{plugin}".replace("-", "_") for plugin in plugins}
        lines = [f"{plugin} = {module}" for plugin, module in modules.items()]
        (info / "entry_points.txt").write_text("\n".join(["[analogbench]", *lines, ""]))
        for plugin, source in plugins.items():
            (site / f"{modules[plugin]}.py").write_text(source)
        importlib.invalidate_caches()
        return site

    yield install
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None) or "").startswith(str(site)):
            del sys.modules[name]


@pytest.fixture
def fakes(install: Install) -> Path:
    """Installs `fakes` 1.5: algorithms half and half-exact, devices soft and numbers, task line, suite figure-1."""
    site = install("fakes", {"rules": ALGORITHMS, "arrays": DEVICES, "learning": TASKS}, version="1.5")
    (site / "figure-1.toml").write_text(SUITE)
    return site


@pytest.fixture
def registry(fakes: Path) -> Registry:
    """A registry of the fake plugins."""
    return load()
