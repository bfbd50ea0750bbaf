"""TensorBoard's event files, read back by TensorBoard, hold the curves of the records."""

from __future__ import annotations

import importlib.util
import math
from pathlib import Path

import pytest
from analogbench_plugins.observers.tensorboard import TensorBoard, TensorBoardParams
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from analogbench.api import Evaluation, ObservedCell
from analogbench.cli.main import main
from analogbench.records.store import Store

Output = pytest.CaptureFixture[str]
LINE = ("-a", "sgd,analog-sgd", "-d", "digital,ideal-softbounds", "-t", "least-squares[steps=300]", "--budget", "smoke")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def curves(folder: Path) -> dict[str, dict[int, float]]:
    """Each metric by step, as TensorBoard shows them."""
    events = EventAccumulator(str(folder), size_guidance={"scalars": 0})
    events.Reload()
    return {name: {event.step: event.value for event in events.Scalars(name)} for name in events.Tags()["scalars"]}


def test_curves_equal_those_in_the_records(capsys: Output) -> None:
    args = ("--seeds", "2", "--target", "cpu", "--no-report", "--observe", "tensorboard[dir=live]")
    assert main(["run", *LINE, *args]) == 0
    assert "warning" not in capsys.readouterr().err
    records, _ = Store(Path("results")).load_all()
    assert len(records) == 4
    for record in records:
        (folder,) = Path("live").rglob(f"seed-{record.cell.seed}-{record.identity[:8]}")
        assert folder.parent.name == f"{record.labels.algorithm}-on-{record.labels.device}"
        shown = curves(folder)
        assert shown.keys() == record.curve.keys() - {"step", "epoch"}
        for name, points in shown.items():
            assert set(map(int, map(float, filter(None, record.curve["step"])))) <= points.keys()
            for step, number in zip(record.curve["step"], record.curve[name], strict=True):
                assert step is not None
                assert points[int(step)] == pytest.approx(number, rel=1e-5)  # float32 there, six digits here


def cell(identity: str, device: str = "soft") -> ObservedCell:
    return ObservedCell(identity, "rule[lr=0.1,beta=1]", device, "task", "smoke", 0)


def test_a_cell_that_is_started_again_replaces_what_it_had_written() -> None:
    board = TensorBoard(TensorBoardParams(dir="live"))
    cells = [cell("a" * 64), cell("b" * 64)]
    for start, shift in ((1, 0.0), (3, 10.0)):  # the second attempt goes on from a checkpoint after step 2
        board.job_started(cells)
        for step in range(start, 6):
            board.evaluated(cells, Evaluation(step, step, {"loss": [step + shift, math.nan]}))
    board.run_ended()
    (first,) = Path("live").rglob("seed-0-aaaaaaaa")
    assert curves(first) == {"loss": {1: 1, 2: 2, 3: 13, 4: 14, 5: 15}}
    (second,) = Path("live").rglob("seed-0-bbbbbbbb")
    assert all(map(math.isnan, curves(second)["loss"].values()))


@pytest.mark.parametrize("device", ["../../x", "/etc/x", "d" * 400, ".", "a b[c=1]"])
def test_labels_stay_below_the_folder(device: str) -> None:
    board = TensorBoard(TensorBoardParams(dir="deep/live"))
    board.evaluated([cell("a" * 64, device)], Evaluation(1, 1, {"loss": [0.5]}))
    board.run_ended()
    assert [path.name for path in Path().iterdir()] == ["deep"]
    (events,) = (path for path in Path("deep/live").rglob("*") if path.is_file())
    assert len(events.relative_to("deep/live").parts) == 4


def test_a_folder_that_cannot_be_made_costs_a_line(capsys: Output) -> None:
    Path("file").write_text("")
    line = [word.replace("300", "20") for word in LINE]
    args = ("--seeds", "1", "--target", "cpu", "--no-report", "--observe", "tensorboard[dir=file]")
    assert main(["run", *line, *args]) == 0
    warnings = [text for text in capsys.readouterr().err.splitlines() if text.startswith("warning")]
    assert len(warnings) == 1
    assert warnings[0].startswith("warning: observer 'tensorboard' failed in __init__: FileExistsError: ")
    assert len(Store(Path("results")).load_all()[0]) == 2


def test_without_tensorboard_the_run_says_what_to_install(capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *a: None if name == "tensorboard" else find(name, *a))
    assert main(["run", *LINE, "--dry-run", "--target", "cpu", "--observe", "tensorboard"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("observer tensorboard cannot be used here: TensorBoard is not installed: "
                         "pip install 'analogbench[tensorboard]'")  # fmt: skip


@pytest.mark.parametrize(
    ("observer", "why"),
    [
        ("tensorbored", "unknown observer 'tensorbored'; did you mean 'tensorboard'?"),
        ("tensorboard[dri=x]", "unknown parameter of tensorboard 'dri'; did you mean 'dir'?"),
        ("tensorboard[dir=x", "cannot read 'tensorboard[dir=x': a closing bracket is missing"),
    ],
)
def test_wrong_usage_is_one_line(capsys: Output, observer: str, why: str) -> None:
    assert main(["run", *LINE, "--dry-run", "--target", "cpu", "--observe", observer]) == 2
    output, error = capsys.readouterr()
    assert (output, len(error.splitlines())) == ("", 1)
    assert why in error
