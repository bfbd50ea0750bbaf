"""`analogbench run`, with real worker processes and an engine that only pretends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from analogbench.cli import main as main_module
from analogbench.cli import training as module
from analogbench.records import store as store_module
from analogbench.run import sizing
from analogbench.run.messages import Settings

Run = Callable[..., int]

FAKE_ENGINE = Path(__file__).parents[1] / "run"
LINE = ("-a", "half", "-d", "soft", "-t", "line", "--budget", "smoke", "--target", "cpu", "--workers", "1")


@pytest.fixture
def run(fakes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Calls the command line; how names the function of `fake_training` that stands for the engine."""
    monkeypatch.syspath_prepend(str(FAKE_ENGINE))
    monkeypatch.chdir(tmp_path)

    def run(*args: str, how: str = "succeed") -> int:
        settings = Settings(train=f"fake_training:{how}", load="fake_training:no_registry")
        monkeypatch.setattr(module, "SETTINGS", settings)
        return main_module.main(["run", *args])

    return run


def recorded(folder: Path = Path("results")) -> dict[int, str]:
    paths = (folder / "records").rglob("*.json")
    records = [json.loads(path.read_text()) for path in paths]
    return {record["cell"]["seed"]: record["status"] for record in sorted(records, key=lambda r: r["cell"]["seed"])}


def test_a_grid_from_selection_to_leaderboard(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*LINE) == 0
    output, progress = capsys.readouterr()
    assert recorded() == {0: "ok", 1: "ok", 2: "ok"}
    assert progress.splitlines() == [
        "3 cells: 0 recorded already, 3 to run in 1 job; workers: 1 on cpu, threads of each: "
        f"{sizing.available_cores()}",
        "[3/3] half × soft × line seeds 0-2: ok Loss 1.25 V (3.0 s)",
    ]
    assert "half" in output
    lines = output.splitlines()
    assert "3 cells: 3 ok" in lines
    assert lines[-1].startswith("records in results/records; tables and plots in results (")
    assert (Path("results") / "leaderboard.md").exists()


def test_the_same_command_again_runs_nothing_and_force_runs_all(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*LINE, "--no-report") == 0
    capsys.readouterr()
    assert run(*LINE, "--no-report", "--seeds", "0-3", how="raising") == 0
    output, progress = capsys.readouterr()
    assert "4 cells: 3 recorded already, 1 to run in 1 job" in progress
    assert "4 cells: 4 ok" in output
    assert run(*LINE, "--no-report", "--force", how="raising") == 1
    assert recorded() == {0: "ok", 1: "crashed", 2: "ok", 3: "ok"}
    output, _ = capsys.readouterr()
    assert "3 cells: 2 ok, 1 crashed\n  1 crashed: ValueError: too bad in two lines\n" in output
    assert "tables" not in output
    assert not (Path("results") / "leaderboard.md").exists()


def test_what_was_missing_is_tried_again_and_what_failed_only_if_asked_for(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*LINE, "--no-report", how="data_missing") == 1
    assert set(recorded().values()) == {"skipped"}
    assert "3 skipped: LINE is not here: fetch it" in capsys.readouterr().out
    assert run(*LINE, "--no-report", how="diverging") == 1
    assert recorded() == {0: "ok", 1: "diverged", 2: "ok"}
    capsys.readouterr()
    assert run(*LINE, "--no-report", how="succeed") == 1
    opening = capsys.readouterr().err
    assert "3 recorded already, 0 to run in 0 jobs\n" in opening
    assert "1 of those recorded failed; to run them again, add --retry failed\n" in opening
    assert run(*LINE, "--no-report", "--retry", "timeout,oom", how="succeed") == 1
    assert recorded()[1] == "diverged"
    assert run(*LINE, "--no-report", "--retry", "failed", how="succeed") == 0
    assert recorded()[1] == "ok"


def test_dry_run_writes_nothing(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--all", "--dry-run", "--target", "cpu", "--stack", "2", "--workers", "1") == 0
    output, _ = capsys.readouterr()
    assert not Path("results").exists()
    lines = output.splitlines()
    assert lines[0].startswith("6 cells: 0 recorded already, 6 to run in 4 jobs; workers: 1 on cpu")
    assert lines[1].startswith("left out, since they do not fit: ")
    assert sorted(lines[2:]) == [
        "  half × soft × line seed 2",
        "  half × soft × line seeds 0-1",
        "  half-exact × numbers × line seed 2",
        "  half-exact × numbers × line seeds 0-1",
    ]


def test_memory_is_shown_if_it_is_given(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*LINE, "--dry-run", "--memory", "1.5G") == 0
    assert capsys.readouterr().out.splitlines()[0].endswith(", memory: 1.5 GB")


def test_a_suite_brings_its_own_seeds_and_budget(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("figure-1", "--dry-run", "--target", "cpu") == 0
    assert capsys.readouterr().out.startswith("4 cells: ")
    assert run("figure-1", "--dry-run", "--target", "cpu", "--seeds", "5") == 0
    assert capsys.readouterr().out.startswith("10 cells: ")


def test_data_that_is_missing_is_said_once_before_and_once_after(
    run: Run, fakes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = fakes / "fakes_learning.py"
    missing = "def missing(self, budget): return 'LINE is not here: fetch it' if self.params.steps > 10 else ''"
    path.write_text(path.read_text().replace("def model(", f"{missing}\n    def model(", 1))
    line = ["line[steps=10,20,30]" if word == "line" else word for word in LINE]
    assert run(*line, "--no-report", "--seeds", "2", how="data_missing") == 1
    output, error = capsys.readouterr()
    assert error.splitlines()[1] == "warning: 4 of 6 cells will be skipped: LINE is not here: fetch it"
    assert error.count("warning: ") == 1
    assert output.count("\n  6 skipped: LINE is not here: fetch it\n") == 1


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((), "nothing to run: give a suite, or --all, or a selection with -a, -d and -t"),
        (("figure-1", "--all"), "a suite and --all exclude each other"),
        (("--all", "-a", "half"), "--all and -a, -d or -t exclude each other"),
        (("figure-2",), "did you mean 'figure-1'?"),
        (("-a", "halve"), "did you mean 'half'?"),
        (("figure-1", "--seeds", ""), "cannot read the seeds ''"),
        (("-a", "half", "--seeds", ""), "cannot read the seeds ''"),
        (("-a", "half", "--seeds", "99999999999"), "too many seeds"),
        (("-a", "half", "-d", "numbers"), "half fits soft"),
        (("-a", "half", "--seeds", "x"), "cannot read the seeds 'x'"),
        (("--all", "--target", "cuda"), "there is no CUDA GPU"),
        (("--all", "--target", "cpu", "--results", "file"), "cannot write records into file/records: "),
        (("--all", "--workers", "0"), "--workers"),
        (("--all", "--target", "cpu", "--workers", "9999"), "--workers 9999 would need 9999 cores, but this program"),
        (("--all", "--memory", "8X"), "cannot read the size '8X'; write bytes, or a number with K, M, G or T"),
    ],
)
def test_wrong_usage_is_one_line(
    run: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], message: str
) -> None:
    monkeypatch.setattr(sizing, "cuda_is_available", lambda: False)
    Path("file").write_text("")
    assert run(*args) == 2
    output, error = capsys.readouterr()
    assert message in error
    assert len(error.splitlines()) == 1
    assert output == ""


def test_a_record_that_cannot_be_written_costs_only_itself(
    run: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(path: Path, text: str) -> None:
        if "-s1-" in path.name:
            raise OSError(28, "No space left on device")
        original(path, text)

    original = store_module._write_atomically
    monkeypatch.setattr(store_module, "_write_atomically", write)
    assert run(*LINE) == 1
    assert recorded() == {0: "ok", 2: "ok"}
    _, error = capsys.readouterr()
    assert "warning: cannot write the record results/records/line/half-soft-smoke-s1-" in error
    assert ".json: No space left on device\n" in error
    assert error.splitlines()[-1] == "could not be recorded: half × soft × line, smoke, seed 1"


def test_another_error_of_the_system_says_what_it_is(
    run: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr("analogbench.run.lanes.Link", fail)
    assert run(*LINE) == 1
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == "analogbench: the run broke off, the same command continues: [Errno 24] Too many open files"


def test_a_damaged_record_of_the_cell_itself_is_left_alone(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    one = (*LINE, "--seeds", "1", "--no-report")
    assert run(*one) == 0
    (path,) = Path("results/records").rglob("*.json")
    path.write_text("{")
    for todo in (1, 0):
        capsys.readouterr()
        assert run(*one) == 0
        output, error = capsys.readouterr()
        assert f"warning: damaged record {path}: not a record: Invalid JSON" in error
        assert f"1 cell: {1 - todo} recorded already, {todo} to run in {todo} job" in error
        assert "\n1 cell: 1 ok\n" in output
        assert path.read_text() == "{"


def test_damaged_records_are_named_and_stay(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    damaged = Path("results/records/line/damaged.json")
    damaged.parent.mkdir(parents=True)
    damaged.write_text("{")
    assert run(*LINE) == 0
    assert f"warning: damaged record {damaged}: not a record: Invalid JSON" in capsys.readouterr().err
    assert damaged.read_text() == "{"


COMMAND = """
import sys
from analogbench.cli import main, training
from analogbench.run.messages import Settings

if __name__ == "__main__":
    training.SETTINGS = Settings(train="fake_training:hanging", load="fake_training:no_registry")
    sys.exit(main.main(sys.argv[1:]))
"""


@pytest.fixture
def temporary() -> Iterator[Path]:
    """Short, unlike pytest's: sockets lie in it."""
    with tempfile.TemporaryDirectory(prefix="ab-", dir="/tmp") as folder:
        yield Path(folder)


@pytest.fixture
def heeded() -> Iterator[None]:
    """A test run that was started by nohup, or in the background of a script, ignores signals, and so would its
    children: the command would rightly not end."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    for number, handler in before.items():
        if handler == signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("heeded")
@pytest.mark.parametrize(
    ("number", "whole_group", "extra"),
    [
        (signal.SIGINT, True, ()),
        (signal.SIGINT, True, ("--force",)),
        (signal.SIGTERM, False, ()),
        (signal.SIGHUP, False, ()),
    ],
)
def test_a_run_that_is_told_to_end(
    fakes: Path, tmp_path: Path, temporary: Path, number: int, whole_group: bool, extra: tuple[str, ...]
) -> None:
    """A terminal sends Ctrl-C to the whole process group: workers must not die of it by themselves."""
    script = tmp_path / "command.py"
    script.write_text(COMMAND)
    path = os.pathsep.join([str(fakes), str(FAKE_ENGINE), *sys.path])
    environment = os.environ | {"PYTHONPATH": path, "FAKE_PID_FILE": str(tmp_path / "pid"), "TMPDIR": str(temporary)}
    command = [sys.executable, str(script), "run", *LINE, "--stack", "1", *extra]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stderr is not None
        assert "3 cells: 0 recorded already" in process.stderr.readline()
        assert "[1/3] half × soft × line seed 0: ok" in process.stderr.readline()
        while not (tmp_path / "pid").exists():
            pass
        (os.killpg if whole_group else os.kill)(process.pid, number)
        rest = process.stderr.read()
    again = "the same command without --force continues" if extra else "the same command continues"
    assert rest == f"interrupted: 2 of 3 cells are left; {again}\n"
    assert process.returncode == 128 + number
    assert list(temporary.iterdir()) == []
    assert recorded(tmp_path / "results") == {0: "ok"}
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)  # the coordinator has ended and reaped its worker
