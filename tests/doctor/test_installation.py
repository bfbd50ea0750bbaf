"""analogbench itself: requirements, plugins, data sets, results."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analogbench.data import DATA_SETS
from analogbench.doctor.asking import Answer, ask
from analogbench.doctor.components import data, numba_, plugins, results, this, torch_, torchvision_
from analogbench.doctor.findings import Finding

Install = Callable[..., Path]

TASKS = '''
from typing import Literal
from analogbench.api import Metric, Params, Task, hookimpl, param
from analogbench.errors import DataMissingError

class DigitParams(Params):
    data: Literal["5k", "full", "torn", "odd"] = param("5k", "which")

class Digits(Task):
    """Digits."""
    name = "digits"
    metric = Metric("loss", "Loss")
    Params = DigitParams
    def data(self, budget, torch_device):
        assert (budget, torch_device.type) == ("smoke", "cpu")
        if self.params.data == "full": raise DataMissingError("full is not in\\n~/data; put it there")
        if self.params.data == "odd": raise DataMissingError("odd is not there")
        if self.params.data == "torn": raise ValueError("bad magic number")
    def protocol(self, budget): ...
    def model(self, layers): ...
    def loss(self, output, target): ...

class Line(Digits):
    """A line."""
    name = "line"
    Params = Params
    def data(self, budget, torch_device): CRASH

@hookimpl
def analogbench_tasks():
    return [Digits, Line]
'''


@pytest.fixture
def facts() -> dict[str, object]:
    """What a probe has said."""
    return {}


@pytest.mark.parametrize("component", [this, torch_, torchvision_, numba_, plugins])
def test_each_probe_finds_this_machine_in_order(facts: dict[str, object], component: Any) -> None:
    component.probe(lambda **said: facts.update(said))
    assert {finding.state for finding in component.judge(Answer(facts))} <= {"ok", "note"}


def test_requirements_are_compared_with_what_is_installed(install: Install) -> None:
    for name, version in {"torch": "2.13.0+cpu", "numba": "0.60.0", "rich": "15.0rc1"}.items():
        install(name, {}, version=version)
    required = ["torch>=2.10,<2.12", "numba>=0.60", "rich>=14", "no-such-package>=5", "nothing; extra == 'lint'"]
    assert this.unmet(required) == {
        "torch<2.12,>=2.10": "torch is 2.13.0+cpu, not <2.12,>=2.10",
        "no-such-package>=5": "no-such-package is not installed",
    }


def test_a_requirement_that_has_its_own_row_may_be_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "aihwkit" in this.OPTIONAL
    monkeypatch.setattr(this, "OPTIONAL", {"no-such-package"})
    assert this.unmet(["no-such-package==1.1.0"]) == {}


def test_an_unmet_requirement_is_broken() -> None:
    about = {"python": "3.11.7", "platform": "Linux x86_64", "version": "0.1.0"}
    python, row = this.judge(Answer({**about, "unmet": {"torch<2.12": "torch is 2.13.0, not <2.12"}}))
    assert python == Finding("Python", "3.11.7; Linux x86_64")
    assert row == Finding("analogbench", "0.1.0; torch is 2.13.0, not <2.12", "broken", "`pip install 'torch<2.12'`")
    assert this.judge(Answer({**about, "unmet": {}}))[1] == Finding("analogbench", "0.1.0")
    assert this.judge(Answer({**about, "absent": True}))[1].state == "broken"
    assert this.judge(Answer(about, "ended by SIGSEGV"))[1].found == "0.1.0; ended by SIGSEGV"


def test_plugins_that_are_not_loaded_have_their_own_row() -> None:
    about = {"distribution": "fakes", "version": "1.5", "module": "fakes", "provides": []}
    states = {"a": "ok", "b": "quarantined", "c": "disabled", "d": "unavailable"}
    listed = [{**about, "name": name, "state": state, "reason": "why"} for name, state in states.items()]
    assert plugins.judge(Answer({"plugins": listed})) == [
        Finding("plugins", "1 loaded"),
        Finding("plugin b", "quarantined: why", "broken", "repair or update fakes 1.5, or set ANALOGBENCH_DISABLE=b"),
        Finding("plugin c", "disabled: why", "note"),
        Finding("plugin d", "unavailable: why", "note"),
    ]
    assert plugins.judge(Answer({"plugins": []}))[0].state == "broken"
    assert plugins.judge(Answer({}, "ended by SIGSEGV"))[0].found == "ended by SIGSEGV"


def test_every_data_set_of_every_task_is_loaded(
    install: Install, facts: dict[str, object], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ANALOGBENCH_DATA", str(tmp_path))
    install("fakes", {"learning": TASKS.replace("CRASH", "...")})
    monkeypatch.setattr(data, "DATA_SETS", {"mnist-5k": DATA_SETS["mnist-5k"], "mnist": DATA_SETS["mnist"]})
    data.probe(lambda **said: facts.update(said))
    fault = "a fault of the task or of the files it reads; `analogbench list tasks` says whose it is"
    assert data.judge(Answer(facts)) == [
        Finding("data folder", str(tmp_path)),
        Finding("dataset mnist-5k", "there"),
        Finding("dataset mnist", f"MNIST is not in {tmp_path}", "missing", "`analogbench data fetch mnist` gets it"),
        Finding("data digits[data=5k]", "there"),
        Finding("data digits[data=full]", "full is not in ~/data", "missing", "put it there"),
        Finding("data digits[data=torn]", "ValueError: bad magic number", "broken", fault),
        Finding(
            "data digits[data=odd]", "odd is not there", "missing", "set ANALOGBENCH_DATA to the folder that has it"
        ),
        Finding("data line", "there"),
    ]


@pytest.mark.usefixtures("install")
def test_a_damaged_data_set_is_broken(
    facts: dict[str, object], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ANALOGBENCH_DATA", str(tmp_path))
    for file in DATA_SETS["mnist"].layouts[0]:
        (tmp_path / file.path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file.path).write_bytes(b"half a fi")
    data.probe(lambda **said: facts.update(said))
    rows = {finding.component: finding for finding in data.judge(Answer(facts))}
    assert rows["dataset mnist"].state == "broken"
    assert rows["dataset mnist"].found == (
        f"MNIST in {tmp_path} is damaged: train-images-idx3-ubyte does not have the published md5"
    )
    assert rows["dataset mnist"].advice == "`analogbench data fetch mnist` replaces it"
    assert rows["dataset cifar10"].state == "missing"


def test_a_crash_is_put_down_to_the_data_set_that_was_being_loaded(facts: dict[str, object]) -> None:
    sets = {"a": {"state": "ok", "found": "there"}, "b": None, "c": None}
    findings = data.judge(Answer({"folder": "~/data", "folder_exists": False, "sets": sets}, "ended by SIGSEGV"))
    assert [(f.component, f.found, f.state) for f in findings] == [
        ("data folder", "~/data, not made yet", "note"),
        ("data a", "there", "ok"),
        ("data b", "ended by SIGSEGV", "broken"),
        ("data c", "not tried after b", "note"),
    ]
    assert data.judge(Answer({}, "OSError: no torch")) == [
        Finding("data", "OSError: no torch", "broken", "see `analogbench plugins`")
    ]


@pytest.mark.parametrize(
    ("folder", "found"), [("there", "there can be written"), ("to/be/made", "to/be/made can be made and written")]
)
def test_nothing_is_left_where_results_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, found: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there").mkdir()
    (answer,) = ask([[results.__name__, folder]], 60)
    assert results.judge(answer) == [Finding("results", found)]
    assert list(tmp_path.rglob("*")) == [tmp_path / "there"]


@pytest.mark.parametrize("folder", ["file", "file/x/y"])
def test_results_cannot_be_written_below_a_file(tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").write_text("")
    (answer,) = ask([[results.__name__, str(tmp_path / folder)]], 60)
    (row,) = results.judge(answer)
    assert row.state == "broken"
    assert row.found == f"{tmp_path / folder} cannot be written: Not a directory: {tmp_path / 'file'}"
    assert "--results" in row.advice


@pytest.mark.skipif(os.geteuid() == 0, reason="root can write everywhere")
def test_results_cannot_be_written_in_a_protected_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    (answer,) = ask([[results.__name__, str(tmp_path / "results")]], 60)
    assert results.judge(answer)[0].state == "broken"
