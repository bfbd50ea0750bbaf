"""`analogbench bench`, with real processes and a task that takes no time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from analogbench.bench import sweep
from analogbench.bench.cases import Case
from analogbench.bench.orders import Measured
from analogbench.bench.scaling import ONE, THREADS, WORKERS, Plan, Scaling
from analogbench.cli import benchmarking
from analogbench.cli.main import main

SMALL = ("-a", "analog-sgd,sgd", "-d", "digital,softbounds", "-t", "least-squares")
QUICK = ("--seconds", "0.01", "--rounds", "2", "--replicas", "1,2", "--target", "cpu")

Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_table_a_page_a_plot_and_a_document(capsys: Output) -> None:
    pytest.importorskip("aihwkit")
    beside = ("--reference", "aihwkit-softbounds", "--baseline", "sgd")
    assert main(["bench", *SMALL, *beside, *QUICK, "--replicas", "2"]) == 0
    output, progress = capsys.readouterr()
    assert [line.partition(" ")[0] for line in progress.splitlines()] == ["[1/2]", "[2/2]"]
    assert output.startswith("least-squares on cpu\n")
    assert "× aihwkit-softbounds" in output
    assert output.endswith("wrote results/bench/speed.json, results/bench/speed.md and 1 plot\n")
    names = {path.name for path in Path("results/bench").iterdir()}
    assert names == {"speed.json", "speed.md", "speed-least-squares.png", "speed-least-squares.svg"}
    found = json.loads(Path("results/bench/speed.json").read_text())
    assert {b["extra_info"]["times_baseline_cost"] is not None for b in found["benchmarks"]} == {True}
    assert "![Replica-steps" in Path("results/bench/speed.md").read_text()


def test_two_runs_are_compared(capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "measured", lambda order, variables: _measured(0.001))
    assert main(["bench", *SMALL, *QUICK, "--out", "old"]) == 0
    capsys.readouterr()
    monkeypatch.setattr(sweep, "measured", lambda order, variables: _measured(0.0005))
    assert main(["bench", *SMALL, *QUICK, "--compare", "old/speed.json"]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines() if line.startswith("sgd")]
    assert [row[-1] for row in rows] == ["2.00", "2.00"]


def test_a_case_that_fails_is_a_row_and_an_exit_code(capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = {"status": "failed", "reason": "ValueError: oh"}
    monkeypatch.setattr(sweep, "measured", lambda order, variables: Measured(**bad))
    assert main(["bench", *SMALL, *QUICK]) == 1
    output = capsys.readouterr().out
    assert "failed: ValueError: oh" in output
    assert "not tried, since R=1 was failed" in output


def test_what_was_measured_before_an_interrupt_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([_measured(0.001)])

    def measure(order: object, variables: object) -> Measured:
        for answer in answers:
            return answer
        raise KeyboardInterrupt

    monkeypatch.setattr(sweep, "measured", measure)
    assert main(["bench", *SMALL, *QUICK]) == 130
    assert len(json.loads(Path("results/bench/speed.json").read_text())["benchmarks"]) == 1


def test_the_suite_is_the_default_and_its_settings_can_be_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("aihwkit")
    asked = []

    def measure(order: object, variables: object) -> Measured:
        asked.append(order)
        return _measured(0.001)

    monkeypatch.setattr(sweep, "measured", measure)
    assert main(["bench", *QUICK]) == 0
    assert {order.cell.task.name for order in asked} == {"mnist-fcn", "mnist-cnn"}
    assert {order.reference.device.name for order in asked if order.reference} == {"aihwkit-softbounds"}
    assert {order.baseline.algorithm.name for order in asked} == {"sgd"}
    assert {path.name for path in Path("results/bench").glob("*.png")} == {"speed-mnist-fcn.png", "speed-mnist-cnn.png"}
    asked.clear()
    assert main(["bench", "speed", *QUICK, "--baseline", "analog-sgd"]) == 0
    assert {order.baseline.algorithm.name for order in asked} == {"analog-sgd"}


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("speeed",), "unknown suite 'speeed'; did you mean 'speed'?"),
        (("speed", "-t", "mnist-fcn"), "a suite and -a, -d or -t exclude each other"),
        (("--replicas", "1,x"), "cannot read the replicas '1,x': write positive numbers such as 1,4,16"),
        (("--replicas", "0"), "cannot read the replicas '0'"),
        (("--seconds", "0"), "--seconds should be a positive number, not 0.0"),
        (("--memory", "nan"), "--memory should be a positive number, not nan"),
        (("--cores", "1"), "'--cores'"),
        (("--compare", "none.json"), "'none.json' does not exist"),
        ((*SMALL, "--baseline", "tiki-taka"), "unknown algorithm of the cells 'tiki-taka'"),
        ((*SMALL, "--reference", "softbound"), "unknown device 'softbound'; did you mean 'softbounds'?"),
        (("-t", "mnist-fcn[data=full]"), "task mnist-fcn cannot be measured: MNIST is not in"),
        ((*SMALL, *QUICK, "--out", "file/below"), "cannot write into file/below: Not a directory"),
    ],
)
def test_wrong_usage_is_one_line(
    capsys: Output, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], said: str
) -> None:
    monkeypatch.setenv("ANALOGBENCH_DATA", "nowhere")
    Path("file").touch()
    assert main(["bench", *args]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert (error.startswith("analogbench: "), error.count("\n")) == (True, 1)


def test_more_cores_than_there_are_and_a_gpu_that_is_missing(capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmarking, "cores_here", lambda: [0, 1])
    assert main(["bench", *SMALL, *QUICK, "--cores", "3"]) == 2
    assert "--cores 3: this machine gives 2" in capsys.readouterr().err


def test_the_command_explains_itself_without_torch() -> None:
    code = "import sys; from analogbench.cli.main import main; main(['bench', '-h']); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False"
    assert "--replicas" in done.stdout


def test_two_cores_have_a_table(capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    def scaling(case: Case, plan: Plan, variables: object) -> Scaling:
        seconds = {ONE: [0.8] * plan.rounds, WORKERS: [0.4] * plan.rounds, THREADS: [0.5] * plan.rounds}
        return Scaling(case, plan.cores, seconds, dict.fromkeys(seconds, 1))

    monkeypatch.setattr(sweep, "measured", lambda order, variables: _measured(0.001))
    monkeypatch.setattr(benchmarking, "scaling", scaling)
    monkeypatch.setattr(benchmarking, "cores_here", lambda: [0, 1])
    assert main(["bench", *SMALL, *QUICK, "--cores", "2"]) == 0
    output, progress = capsys.readouterr()
    assert "[2 cores] sgd × digital × least-squares: measured" in progress
    assert "8 replicas on 2 cores" in output
    assert "2.00 (2.00 to 2.00)" in Path("results/bench/speed.md").read_text()


def _measured(seconds: float) -> Measured:
    return Measured(seconds=(seconds,) * 2, steps=1, bandwidth=(1e10,) * 2, throughput=(1e11,) * 2)
