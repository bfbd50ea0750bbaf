"""The options for jobs that take long or too much, or whose worker dies, and two commands at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from analogbench.cli import main as main_module
from analogbench.cli import training as module
from analogbench.run import backlog
from analogbench.run.messages import Settings

Run = Callable[..., int]
Start = Callable[..., "subprocess.Popen[str]"]

FAKE_ENGINE = Path(__file__).parents[1] / "run"
LINE = (
    "-a",
    "half",
    "-d",
    "soft",
    "-t",
    "line",
    "--budget",
    "smoke",
    "--target",
    "cpu",
    "--workers",
    "1",
    "--no-report",
)

COMMAND = """
import sys
from analogbench.cli import main, training
from analogbench.run.messages import Settings

if __name__ == "__main__":
    training.SETTINGS = Settings(train=f"fake_training:{sys.argv[1]}", load="fake_training:no_registry")
    sys.exit(main.main(["run", *sys.argv[2:]]))
"""


@pytest.fixture
def run(fakes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Calls the command line; how names the function of `fake_training` that stands for the engine."""
    monkeypatch.syspath_prepend(str(FAKE_ENGINE))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FAKE_PID_FILE", str(tmp_path / "pid"))

    def run(*args: str, how: str) -> int:
        settings = Settings(train=f"fake_training:{how}", load="fake_training:no_registry")
        monkeypatch.setattr(module, "SETTINGS", settings)
        return main_module.main(["run", *LINE, *args])

    return run


@pytest.fixture
def start(fakes: Path, tmp_path: Path) -> Iterator[Start]:
    """Starts the same as a command of its own."""
    script = tmp_path / "command.py"
    script.write_text(COMMAND)
    path = os.pathsep.join([str(fakes), str(FAKE_ENGINE), *sys.path])
    started = []

    with tempfile.TemporaryDirectory(prefix="ab-", dir="/tmp") as temporary:  # short: sockets lie in it
        environment = {"PYTHONPATH": path, "FAKE_PID_FILE": str(tmp_path / "pid"), "TMPDIR": temporary}

        def start(*args: str, how: str) -> subprocess.Popen[str]:
            command = [sys.executable, str(script), how, *LINE, *args]
            process = subprocess.Popen(
                command,
                cwd=tmp_path,
                env=os.environ | environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            started.append(process)
            return process

        yield start
        for process in started:
            process.kill()
            process.communicate()


def records() -> dict[int, dict[str, Any]]:
    """By seed; no seed has two."""
    found = [json.loads(path.read_text()) for path in Path("results/records").rglob("*.json")]
    by_seed = {record["cell"]["seed"]: record for record in sorted(found, key=lambda record: record["cell"]["seed"])}
    assert len(by_seed) == len(found)
    return by_seed


def statuses() -> dict[int, str]:
    return {seed: record["status"] for seed, record in records().items()}


def test_a_cell_that_takes_too_long_and_what_becomes_of_it(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--timeout", "0.4s", how="hanging") == 1
    assert statuses() == {0: "ok", 1: "timeout", 2: "ok"}
    assert records()[1]["reason"] == "killed after 0.4 s, see --timeout"
    output, error = capsys.readouterr()
    assert "timeout: killed after 3 × 0.4 s, see --timeout; running its 3 cells in two halves" in error
    assert "3 cells: 2 ok, 1 timeout\n  1 timeout: killed after 0.4 s" in output
    assert run(how="succeed") == 1
    assert "add --retry failed" in capsys.readouterr().err
    assert run("--retry", "timeout", how="succeed") == 0
    assert "3 cells: 2 recorded already, 1 to run" in capsys.readouterr().err
    assert statuses() == {0: "ok", 1: "ok", 2: "ok"}


def test_a_cell_that_takes_too_much(run: Run) -> None:
    assert run("--worker-memory", "300M", "--seeds", "1,2", how="greedy") == 1
    assert statuses() == {1: "oom", 2: "ok"}
    assert records()[1]["reason"].endswith("of memory, more than --worker-memory 300 MB")


@pytest.mark.parametrize(("retries", "times"), [("0", "lost"), ("1", "lost 2 times")])
def test_how_often_a_lost_worker_is_tried_again(
    run: Run, retries: str, times: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--retries", retries, "--seeds", "1-1", how="killed") == 1
    assert records()[1]["status"] == "crashed"
    assert records()[1]["reason"].startswith(f"the worker was {times}, see --retries: ")
    assert capsys.readouterr().err.count("once more") == int(retries)


def test_only_what_is_asked_for_is_tried_again(run: Run) -> None:
    assert run(how="raising") == 1
    before = records()
    assert run("--retry", "oom,timeout", how="succeed") == 1
    assert records() == before
    assert run("--retry", "crashed,oom", how="succeed") == 0
    after = records()
    assert statuses() == {0: "ok", 1: "ok", 2: "ok"}
    assert {seed for seed in after if after[seed] != before[seed]} == {1}


def test_a_run_that_was_killed_goes_on_from_its_checkpoint_unless_forced(
    run: Run, start: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    """`keeping` stops after the second epoch, and tells in its loss after which it began."""
    for extra, loss in (((), 200.25), (("--force",), 0.25)):
        with start("--seeds", "2", "--force", how="keeping") as process:
            assert process.stderr is not None
            while not list(Path("results/checkpoints").glob("*.ckpt")) or epoch() < 2:
                time.sleep(0.01)
            process.kill()
        capsys.readouterr()
        assert run("--seeds", "2", *extra, how="finishing") == 0
        assert ("1 job goes on from a checkpoint" in capsys.readouterr().err) is (not extra)
        assert records()[0]["metrics"]["loss"] == loss
        assert not Path("results/checkpoints").exists()
        assert not Path("results/claims").exists()


def epoch() -> int:
    """How far the checkpoint is."""
    from analogbench.run.checkpoints.file import CheckpointError, read

    (path,) = Path("results/checkpoints").glob("*.ckpt")
    try:
        return int(read(path)[1]["epoch"])
    except CheckpointError:
        return 0


def test_how_often_a_state_is_kept(run: Run) -> None:
    """`told` tells in its loss how many seconds it was told; 0 for never."""
    for every, seconds in (("never", 0), ("1.5m", 90)):
        assert run("--checkpoint-every", every, "--seeds", "1", "--force", how="told") == 0
        assert records()[0]["metrics"]["loss"] == seconds + 0.25


def test_two_commands_at_once_train_each_cell_once(run: Run, start: Start, tmp_path: Path) -> None:
    both = [start("--seeds", "8", "--stack", "1", how="counting") for _ in range(2)]
    for process in both:
        output, _ = process.communicate()
        assert process.returncode == 0
        assert "8 cells: 8 ok" in output
    assert sorted(records()) == list(range(8))
    assert sorted((tmp_path / "pid").read_text().split()) == [str(seed) for seed in range(8)]
    assert not Path("results/claims").exists()


def test_a_command_takes_over_what_a_killed_one_has_left(
    run: Run, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    other = start("--stack", "1", how="hanging")
    while not (tmp_path / "pid").exists():
        time.sleep(0.01)

    def sleep(seconds: float) -> None:
        other.kill()
        other.communicate()

    monkeypatch.setattr(backlog, "time", SimpleNamespace(sleep=sleep))
    assert run("--stack", "1", how="succeed") == 0
    assert f"waiting for 1 cell: process {other.pid} on " in capsys.readouterr().err
    assert statuses() == {0: "ok", 1: "ok", 2: "ok"}
    assert not Path("results/claims").exists()


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--timeout", "soon"), "cannot read the time 'soon'"),
        (("--timeout", "0"), "no job ends within '0'"),
        (("--worker-memory", "0"), "no job fits into '0'"),
        (("--checkpoint-every", "often"), "cannot read the time 'often'"),
        (("--retries", "-1"), "--retries"),
        (("--retry", "ok"), "cannot retry cells that ended 'ok'; choose from: failed, crashed"),
        (("--retry", ""), "cannot retry cells that ended ''"),
    ],
)
def test_wrong_usage_is_one_line(
    run: Run, capsys: pytest.CaptureFixture[str], args: tuple[str, ...], message: str
) -> None:
    assert run(*args, how="succeed") == 2
    assert message in capsys.readouterr().err
    assert not Path("results").exists()
