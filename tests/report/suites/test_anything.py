"""No suite and no records make the report fail."""

import tempfile
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from analogbench.grid.cell import Cell, Part
from analogbench.grid.plan import Plan, unique
from analogbench.records.record import Labels, MetricInfo, Record, WeightCounts
from analogbench.report.suites import suite_report_text, write_suite_report
from tests.report.suites.conftest import suite_of

text = st.text("aB0 _$%{}|*τ-,\n", max_size=12)
anything = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([0.0, 1.0, -1.0, 1e-300, 1e300, 0.5])
factor = anything.filter(bool)
number = st.none() | st.floats() | anything
value = (
    st.none() | st.booleans() | st.integers(-2, 1000) | st.floats(allow_nan=False) | st.sampled_from(["a", "b", "$"])
)
finite = st.sampled_from([None, True, 0, 1, 0.5, -1e300, "a", "$"])
name = st.sampled_from(["a", "b", "sgd"])
params = st.dictionaries(st.sampled_from(["tau", "lr"]), value, max_size=2)
part = st.builds(Part, name=name, params=params)
cell = st.builds(
    Cell, algorithm=part, device=part, task=part, budget=st.sampled_from(["quick", "paper"]), seed=st.integers(0, 2)
)
column = st.lists(number, max_size=5)
layer = st.builds(
    WeightCounts,
    layer=st.integers(0, 3),
    low=st.floats(),
    high=st.floats(),
    counts=st.lists(st.integers(0, 50), max_size=6),
)
metric = st.builds(
    MetricInfo,
    key=st.sampled_from(["accuracy", "loss"]),
    title=st.just("m"),
    unit=st.sampled_from(["", "%"]),
    log_axis=st.booleans(),
    scale=st.sampled_from([1.0, 100.0]),
)
serial = count()
key = st.sampled_from(["task", "device.tau", "task.lr", "algorithm", "device.nothing"])
by = st.none() | st.fixed_dictionaries({"keys": st.lists(key, min_size=1, max_size=2), "label": text})
limits = st.none() | st.tuples(anything, anything)
axis = st.fixed_dictionaries({"label": text, "log": st.booleans(), "limits": limits})
SERIES = [{"label": "$ a_", "algorithm": "a"}, {"label": "all"}, {"label": "w", "where": {"device.tau": 1}}]
series = st.sampled_from([one["label"] for one in SERIES])


@st.composite
def record(draw: st.DrawFn, cells: list[Cell]) -> Record:
    own = draw(st.sampled_from(cells))
    labels = Labels(algorithm=str(own.algorithm), device=str(own.device), task=own.task.label(), data=draw(text))
    curve = draw(st.dictionaries(st.sampled_from(["step", "epoch", "accuracy", "loss"]), column))
    return Record(
        identity=f"{next(serial):064x}",
        cell=own,
        labels=labels,
        status=draw(st.sampled_from(["ok", "ok", "ok", "diverged"])),
        reason=draw(text),
        metric=draw(st.none() | metric),
        metrics=draw(st.dictionaries(st.sampled_from(["accuracy", "loss"]), number)),
        curve=curve,
        weights=draw(st.lists(layer, max_size=2)),
        provenance=draw(st.sampled_from([{}, {"git": 3, "versions": None}, {"git": {"commit": "0"}, "end": 3}])),
    )


@st.composite
def suite_fields(draw: st.DrawFn) -> dict[str, Any]:
    figures = []
    for i, kind in enumerate(("curves", "sweep", "bars", "histogram")):
        figure = {"kind": kind, "name": f"f{i}", "title": draw(text), "by": draw(by), "panels": draw(by)}
        figure |= {"value": draw(st.sampled_from(["accuracy", "loss", ""])), "scale": draw(factor), "x": draw(axis)}
        over = {"curves": st.sampled_from(["step", "epoch", ""]), "histogram": st.just("")}.get(kind, key)
        figure |= {"over": draw(over), "y": draw(axis), "last": draw(st.integers(0, 3)), "bins": 5, "smooth": 0.5}
        figures.append(figure | {"series": draw(st.lists(series, max_size=2, unique=True))})
    where = st.dictionaries(key, finite, max_size=2)
    sd = st.none() | st.floats(0, 1e200)
    one = st.fixed_dictionaries({"series": series, "where": where, "mean": anything, "sd": sd})
    table = {
        "title": draw(text),
        "source": "s",
        "metric": "accuracy",
        "numbers": draw(st.lists(one, min_size=1, max_size=3)),
    }
    table |= {"scale": draw(factor), "trained_above": draw(st.none() | anything), "runs": draw(st.integers(1, 3))}
    return {"figure": figures, "published": [table], "series": SERIES, "choices": [draw(text.filter(str.strip))]}


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_nothing_raises(data: st.DataObject) -> None:
    cells = data.draw(st.lists(cell, min_size=1, max_size=8))
    records = data.draw(st.lists(record(cells), max_size=12))
    suite = suite_of(**data.draw(suite_fields()))
    plan = Plan(unique(data.draw(st.lists(st.sampled_from(cells), max_size=8))))
    with tempfile.TemporaryDirectory() as folder:
        assert all(path.is_file() for path in write_suite_report(suite, plan, records, Path(folder)))
    suite_report_text(suite, plan, records)
