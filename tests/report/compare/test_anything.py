"""No records make a comparison fail in any other way than with one line."""

import json
import tempfile
from itertools import count
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from analogbench.errors import UsageError
from analogbench.grid.cell import Cell, Part
from analogbench.records.record import Labels, MetricInfo, Record
from analogbench.report.compare.data import comparison_data
from analogbench.report.compare.duels import Request, Result, compare
from analogbench.report.compare.goals import Goal
from analogbench.report.compare.sides import Side
from analogbench.report.compare.text import comparison_text
from analogbench.report.frame import cell_frame, curve_frame, newest
from analogbench.report.plots import figures
from analogbench.report.plots.style import save

serial = count()
number = st.one_of(st.floats(), st.sampled_from([0.0, 0.5, 0.9, 1.0, -1.0, 5e-324, 1e-300, 1e308, -1e308]), st.none())
metric = st.builds(
    MetricInfo,
    key=st.sampled_from(["accuracy", "loss"]),
    title=st.just("m"),
    unit=st.sampled_from(["", "%"]),
    higher_is_better=st.booleans(),
    log_axis=st.booleans(),
    scale=st.sampled_from([1.0, 100.0]),
)
column = st.lists(number, max_size=4)


@st.composite
def record(draw: st.DrawFn) -> Record:
    names = [draw(st.sampled_from(some)) for some in (["a", "b", "sgd"], ["x", "y", "digital"], ["t", "u"])]
    own = draw(metric)
    return Record(
        identity=f"{next(serial):064x}",
        cell=Cell(
            **dict(zip(("algorithm", "device", "task"), (Part(name=name) for name in names), strict=True)),
            budget=draw(st.sampled_from(["quick", "paper"])),
            seed=draw(st.integers(0, 3)),
        ),
        labels=Labels(**dict(zip(("algorithm", "device", "task"), names, strict=True)), data="d"),
        status=draw(st.sampled_from(["ok", "ok", "ok", "diverged"])),
        metric=draw(st.sampled_from([own, own, None])),
        metrics=draw(st.dictionaries(st.sampled_from(["accuracy", "loss", "error"]), number, max_size=3)),
        curve=draw(st.dictionaries(st.sampled_from(["step", "epoch", "accuracy", "loss"]), column)),
        steps=draw(st.integers(0, 10)),
        pulses=draw(number),
        seconds=draw(number),
        provenance={"host": draw(st.sampled_from(["one", "two"]))},
    )


requests = st.builds(
    Request,
    a=st.sampled_from([Side("a"), Side("a", "x"), Side("sgd", "digital")]),
    b=st.sampled_from([Side("b"), Side("b", "y"), Side("a", "x")]),
    devices=st.sampled_from([None, ["x"], []]),
    key=st.sampled_from([None, "accuracy", "error", "pulses", "seconds"]),
    goal=st.builds(Goal, value=number) | st.builds(Goal, share=st.sampled_from([None, 0.1, 1.0])),
)
VALUES = st.lists(st.tuples(number, number), min_size=1, max_size=22)


KINDS = ("ranks", "profile")


def plain(algorithm: str, device: str, seed: int, value: float | None, own: MetricInfo, task: str = "t") -> Record:
    parts = {"algorithm": algorithm, "device": device, "task": task}
    cell = Cell(**{kind: Part(name=name) for kind, name in parts.items()}, budget="quick", seed=seed)
    made = {"metrics": {own.key: value}, "metric": own, "status": "ok"}
    return Record(identity=f"{next(serial):064x}", cell=cell, labels=Labels(**parts, data="d"), **made)


def check(result: Result) -> None:
    text = comparison_text(result)
    assert text
    json.dumps(comparison_data(result), allow_nan=False)
    for duel in result.duels:
        found = duel.paired
        assert 0 < found.least_p <= found.p <= found.p_holm <= 1
        assert found.wins + found.losses + found.ties == len(found.pairs)


@settings(max_examples=60, deadline=None)
@given(st.lists(record(), max_size=30), requests)
def test_any_records(records: list[Record], request: Request) -> None:
    try:
        result = compare(newest(records), request)
    except UsageError as error:
        assert "\n" not in str(error)
    else:
        check(result)


@settings(max_examples=60, deadline=None)
@given(VALUES, metric)
@example([(5e-324, 1e-323)], MetricInfo(key="loss", title="m", higher_is_better=False))
def test_any_values(values: list[tuple[float | None, float | None]], own: MetricInfo) -> None:
    records = []
    for seed, both in enumerate(values):
        records += [plain(name, "x", seed, value, own) for name, value in zip("ab", both, strict=True)]
    try:
        check(compare(newest(records), Request(Side("a"), Side("b"))))
    except UsageError as error:
        assert "share ended with" in str(error)


@settings(max_examples=25, deadline=None)
@given(st.lists(number, min_size=12, max_size=12), metric, metric)
@example(
    [5e-324, 1e308] * 6, MetricInfo(key="score", title="m"), MetricInfo(key="score", title="m", unit="%", scale=100.0)
)
def test_any_values_can_be_drawn(values: list[float | None], one: MetricInfo, other: MetricInfo) -> None:
    rows = [(name, device, seed) for device in "xy" for seed in (0, 1) for name in ("a", "b", "c")]
    records = [plain(*row, value, one, "t") for row, value in zip(rows, values, strict=True)]
    records += [plain(*row, value, other, "u") for row, value in zip(rows, values, strict=True)]
    kept = newest(records)
    with tempfile.TemporaryDirectory() as folder:
        drawn = {
            name: figure for name, figure in figures(cell_frame(kept), curve_frame(kept)) if name.startswith(KINDS)
        }
        assert all(path.is_file() for name, figure in drawn.items() for path in save(figure, Path(folder) / name))
