"""Freely chosen tables: what falls together, what is said."""

import csv
import io
import json
import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t as student

from analogbench.errors import UsageError
from analogbench.grid.cell import Cell
from analogbench.records.record import Labels, Record
from analogbench.report.frame import newest
from analogbench.report.pivot.entries import entry_of
from analogbench.report.pivot.keys import parse, without
from analogbench.report.pivot.lines import as_csv, as_json, lines
from analogbench.report.pivot.pivot import Pivot, Wish, pivot
from analogbench.report.pivot.sheet import sheet
from analogbench.report.quantity import quantity_of
from analogbench.report.sheet import WRITERS, Sheet
from tests.report.conftest import ACCURACY, ERROR, MakeRecord, part


def made(records: list[Record], metric: str | None = None, **wish: object) -> Pivot:
    return pivot(newest(records), quantity_of(records, metric), Wish(**wish))  # type: ignore[arg-type]


def rows(records: list[Record], metric: str | None = None, **wish: object) -> list[tuple[str, ...]]:
    return list(sheet(made(records, metric, **wish)).rows)


def notes(records: list[Record], **wish: object) -> str:
    return "\n".join(sheet(made(records, **wish)).notes)


def test_a_pivot_has_mean_spread_number_and_failures(grid: list[Record]) -> None:
    found = sheet(made(grid, rows=("algorithm",), columns=("device",)))
    assert found.headers == ("algorithm", "digital", "ideal", "pulsed")
    assert found.rows == (
        ("analog-sgd", "–", "90.10 ± 0.10 (3)", "90.10 ± 0.10 (3)"),
        ("sgd", "95.10 ± 0.10 (3)", "–", "–"),
        ("tiki-taka", "–", "90.10 ± 0.10 (3)", "diverged 3/3"),
    )
    assert "not recorded: analog-sgd × digital; sgd × ideal; sgd × pulsed; tiki-taka × digital" in "\n".join(
        found.notes
    )
    assert "failed: tiki-taka × pulsed: diverged 3/3: loss is NaN" in found.notes
    assert (0, 3) in found.best
    assert all(column != 1 for _, column in found.best)


def test_different_experiments_never_fall_together(make: MakeRecord) -> None:
    records = [make("a", "x", task, value=v) for task, v in (("one", 0.1), ("two", 0.9))]
    records += [make("a", "x", "two", value=0.3, budget="paper")]
    found = made(records, rows=("algorithm",))
    assert found.added == ("task", "budget")
    assert rows(records, rows=("algorithm",)) == [
        ("a", "one", "quick", "10.00 (1)"),
        ("a", "two", "paper", "30.00 (1)"),
        ("a", "two", "quick", "90.00 (1)"),
    ]
    assert not sheet(found).best, "there is nothing to compare with in the same task and budget"


def test_times_of_different_machines_are_not_averaged(make: MakeRecord) -> None:
    machines = ({"worker": {"target": "cpu", "cpu": name}} for name in ("one", "two"))
    records = [make(seed=s, seconds=s + 1.0, provenance=p) for s, p in enumerate(machines)]
    assert [row[-1] for row in rows(records, "seconds", rows=("algorithm",))] == ["1.000 (1)", "2.000 (1)"]
    assert made(records, "seconds", rows=("algorithm",)).added == ("machine",)
    assert made(records, "pulses", rows=("algorithm",)).added == ()


def test_a_parameter_as_column_leaves_the_name_without_it(make: MakeRecord) -> None:
    records = [make("a", f"d[tau={tau},b=2]", value=tau / 10) for tau in (0.6, 2.0, 10.0)]
    found = sheet(made([*records, make()], rows=("algorithm", "device"), columns=("device.tau",)))
    assert found.headers == ("algorithm", "device", "τ = 0.6", "τ = 2", "τ = 10", "τ = –")
    assert [row[:2] for row in found.rows] == [("a", "d[b=2]"), ("sgd", "digital")]
    assert without("a[b=1,bb=2,c=3]", ["b"]) == "a[bb=2,c=3]"
    assert without("a[b=1]", ["b"]) == "a"
    assert without("a[b=1,c=2]", ["c"]) == "a[b=1]"


def test_settings_that_differ_in_the_fifth_digit_stay_apart(make: MakeRecord) -> None:
    records = [
        make("a", f"d[tau={tau}]", seed=s, value=v) for tau, v in ((0.10001, 0.1), (0.10004, 0.9)) for s in (0, 1)
    ]
    assert rows(records, rows=("algorithm", "device.tau")) == [
        ("a", "0.10001", "10.00 ± 0.00 (2)"),
        ("a", "0.10004", "90.00 ± 0.00 (2)"),
    ]
    with pytest.raises(UsageError, match="would be one seed of one cell"):
        entry_of(newest(records), quantity_of(records, None))


def test_the_best_setting_is_named_and_said_to_be_optimistic(make: MakeRecord) -> None:
    records = [
        make(f"a[lr={lr}]", "x", seed=s, value=v + s / 100) for lr, v in ((0.1, 0.5), (0.2, 0.8)) for s in (0, 1)
    ]
    records += [make("a[lr=0.3]", "x", seed=0, value=0.99), make("a[lr=0.3]", "x", seed=1, status="diverged")]
    assert rows(records, rows=("algorithm",), best=True) == [("a", "80.50 ± 0.71 (2) [lr=0.2]")]
    assert "optimistic" in notes(records, rows=("algorithm",), best=True)
    assert len(rows(records, rows=("algorithm",))) == 3
    (line,) = lines(made(records, rows=("algorithm",), best=True))
    assert (line["setting"], line["settings"], line["n"]) == ("lr=0.2", 3, 2)


def test_few_seeds_do_not_win(make: MakeRecord) -> None:
    records = [make("a[lr=0.1]", "x", seed=s, value=0.5 + s / 100) for s in range(5)]
    records += [make("a[lr=0.2]", "x", value=0.9), make("a[lr=0.3]", "x", seed=1, value=0.95)]
    records += [make("a[lr=0.4]", "x", seed=s, status="diverged") for s in range(9)]
    assert rows(records, rows=("algorithm",), best=True) == [("a", "52.0 ± 1.6 (5) [lr=0.1]")]
    assert "of up to 4, chosen" in notes(records, rows=("algorithm",), best=True)
    assert "; 2 settings with fewer seeds than another" in notes(records, rows=("algorithm",), best=True)
    assert "fewer seeds" not in notes(records[:5] + records[7:], rows=("algorithm",), best=True)


@pytest.mark.parametrize("n", [3, 30])
def test_half_of_the_interval_is_students_whatever_the_number_of_seeds(make: MakeRecord, n: int) -> None:
    values = [0.9 - 0.01 * s**2 / n for s in range(n)]  # skewed: no half of BCa's interval is this one
    found = made([make(seed=s, value=v) for s, v in enumerate(values)], rows=("algorithm",))
    half = float(student.ppf(0.975, n - 1)) * statistics.stdev(values) / math.sqrt(n)
    assert f"± {100 * half:.2g} ({n})" in sheet(found, "ci").rows[0][-1]


def test_the_best_setting_of_what_is_better_low(make: MakeRecord) -> None:
    records = [make(f"a[lr={lr}]", "x", metric=ERROR, value=v) for lr, v in ((0.1, 1e-3), (0.2, 1e-4))]
    assert rows(records, rows=("algorithm",), best=True) == [("a", "1.00e-4 (1) [lr=0.2]")]


def test_sorting(make: MakeRecord) -> None:
    records = [make(a, d, value=v) for a, d, v in (("a", "x", 0.1), ("b", "x", 0.3), ("c", "x", 0.2), ("d", "y", 0.9))]
    by_x = rows(records, rows=("algorithm",), columns=("device",), sort="x")
    assert [row[0] for row in by_x] == ["b", "c", "a", "d"]
    assert [row[0] for row in rows(records, rows=("algorithm",), sort="accuracy")] == ["d", "b", "c", "a"]
    assert [row[1] for row in rows(records, rows=("algorithm", "device"), sort="device")] == ["x", "x", "x", "y"]
    with pytest.raises(UsageError, match="unknown column to sort by 'z'"):
        rows(records, rows=("algorithm",), columns=("device",), sort="z")


def test_a_metric_of_unknown_direction_has_no_best(make: MakeRecord) -> None:
    records = [
        make(a).model_copy(update={"metrics": {"accuracy": 0.1, "sparsity": v}}) for a, v in (("a", 0.1), ("b", 0.2))
    ]
    assert not sheet(made(records, "sparsity")).best
    with pytest.raises(UsageError, match="--best: the records do not say whether"):
        made(records, "sparsity", best=True)
    with pytest.raises(UsageError, match="--sort: the records do not say whether"):
        made(records, "sparsity", sort="sparsity")
    with pytest.raises(UsageError, match="unknown metric 'sparsty'; did you mean 'sparsity'"):
        made(records, "sparsty")


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ({"rows": ("algoritm",)}, "did you mean 'algorithm'"),
        ({"rows": ("device.tua",)}, "did you mean 'device.tau'"),
        ({"rows": ("device",), "columns": ("device",)}, "device cannot be both"),
    ],
)
def test_keys_that_are_not_there(make: MakeRecord, wish: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        made([make("a", "x[tau=1]")], **wish)
    with pytest.raises(UsageError, match="different keys"):
        parse("device,device")


def test_unequal_seeds_and_split_ones_are_said(make: MakeRecord) -> None:
    records = [make("a", "x", seed=s, value=v) for s, v in enumerate((0.1, 0.11, 0.95, 0.96))]
    records += [make("b", "x", seed=s) for s in range(3)]
    text = notes(records, rows=("algorithm",))
    assert "unequal seeds: only" in text
    assert "† the seeds split in two groups, and the mean describes neither: a" in text


@given(st.lists(st.floats(-10, 10), min_size=2, max_size=6))
def test_numbers_are_those_of_the_standard_library_and_scipy(values: list[float]) -> None:
    records = [_record(seed, value) for seed, value in enumerate(values)]
    (line,) = lines(made(records, rows=("algorithm",)))
    sd = statistics.stdev(values)
    half = float(student.ppf(0.975, len(values) - 1)) * sd / math.sqrt(len(values))
    assert line["mean"] == pytest.approx(statistics.fmean(values), abs=1e-9)
    assert line["sd"] == pytest.approx(sd, abs=1e-9)
    assert line["high"] - line["mean"] == pytest.approx(half, abs=1e-9)


def _record(seed: int, value: float) -> Record:
    parts = {"algorithm": part("a"), "device": part("x"), "task": part("t")}
    return Record(
        identity=f"{seed:064x}",
        cell=Cell(**parts, budget="quick", seed=seed),
        labels=Labels(algorithm="a", device="x", task="t", data="d"),
        status="ok",
        metric=ACCURACY,
        metrics={"accuracy": value},
    )


def test_csv_and_json_hold_all_digits(make: MakeRecord) -> None:
    found = made([make(value=0.1 + 0.2, seed=0), make(value=0.5, seed=3), make("a", "x", status="oom")])
    first, second = csv.DictReader(io.StringIO(as_csv(lines(found))))
    assert (second["values"], second["seeds"]) == (f"{0.1 + 0.2!r} 0.5", "0 3")
    assert (first["algorithm"], first["n"], first["mean"], first["failure"]) == ("a", "0", "", "oom 1/1")
    content = json.loads(as_json(found, ["note"]))
    assert content["cells"][1]["values"] == [0.1 + 0.2, 0.5]
    assert (content["metric"]["key"], content["notes"]) == ("accuracy", ["note"])


NASTY = '<b>&|*_$%#{}~^\\"'


@pytest.mark.parametrize("form", WRITERS)
def test_any_text_is_escaped(form: str) -> None:
    table = Sheet(NASTY, (NASTY, "x"), ((NASTY, "1e-3 ± 1"), ("b", "-2")), 1, frozenset({(0, 1)}), notes=(NASTY,))
    text = WRITERS[form](table)
    if form == "html":
        assert "<b>" not in text
        assert "&lt;b&gt;&amp;" in text
        assert "<strong>1e-3 &#177; 1</strong>" in text
    if form == "md":
        assert "&|" not in text.replace(r"&\|", "")
        assert r"\<b\>" in text
        assert "**1e-3 ± 1**" in text
    if form == "latex":
        body = "\n".join(line for line in text.splitlines() if not line.startswith("%"))
        assert r"\&|*\_\$\%\#\{\}" in body
        assert r"\textbf{1$\times 10^{-3}$ $\pm$ 1}" in body
        assert "$-$2" in body


def test_latex_is_ascii_whatever_marks_there_are(make: MakeRecord) -> None:
    records = [
        make("a", f"d[tau={tau}]", seed=s, value=v) for tau in (1, 2) for s, v in enumerate((0.1, 0.11, 0.9, 0.91))
    ]
    text = WRITERS["latex"](sheet(made(records, rows=("algorithm",), columns=("device.tau",))))
    assert r"$\tau$ = 1" in text
    assert "\n".join(line for line in text.splitlines() if not line.startswith("%")).isascii()
