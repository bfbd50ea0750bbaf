"""What is drawn where there is too much of it, and that the rest is named."""

from pathlib import Path

import pytest
from matplotlib.figure import Figure

from analogbench.records.record import Record, WeightCounts
from analogbench.report import drawing
from analogbench.report.drawing import KINDS, choose
from analogbench.report.frame import cell_frame, curve_frame, newest
from analogbench.report.plots import figures
from analogbench.report.plots.cost import Point, front
from analogbench.report.ranking import boards
from analogbench.report.write import prepare, write_prepared
from tests.report.conftest import ACCURACY, ERROR, MakeRecord


def draw(records: list[Record]) -> dict[str, Figure]:
    kept = newest(records)
    return dict(figures(cell_frame(kept), curve_frame(kept), None, {r.identity: r for r in records}))


def named(make: MakeRecord, rows: int, task: str) -> list[Record]:
    return [make(f"a{n}", "x", task, value=n / 1000) for n in range(rows)]


def test_large_rankings_have_a_heat_map_and_the_rest_is_named(
    make: MakeRecord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "MOST_LINES", 3)
    monkeypatch.setattr(drawing, "MOST_ROWS", 7)
    records = [*named(make, 3, "one"), *named(make, 4, "three"), *named(make, 2, "two")]
    choice = choose(boards(records), "auto")
    assert [key[0] for key in choice.whole] == ["one"]
    assert [key[0] for key in choice.maps] == ["three"]
    assert choice.missing == (
        "not drawn: all but a heat map, as there are more than 3 rows, of three · MNIST-5k · quick; "
        "anything of two · MNIST-5k · quick; ranks and profiles, which need all of it"
    )
    written = write_prepared(prepare(records), tmp_path)
    assert {path.stem for path in written.paths if path.suffix == ".svg"} == {
        *("heatmap-one-quick", "cost-one-quick", "heatmap-three-quick"),
    }
    assert written.notes == (choice.missing,)
    everything, nothing = (write_prepared(prepare(records), tmp_path / p, p) for p in ("all", "none"))  # type: ignore[arg-type]
    assert sum(path.suffix == ".svg" for path in everything.paths) == 8
    assert {"ranks-quick", "profile-quick"} <= {path.stem for path in everything.paths}
    assert sum(path.suffix == ".svg" for path in nothing.paths) == 0
    assert everything.notes == nothing.notes == ()


def test_plots_that_are_not_drawn_again_are_removed(make: MakeRecord, tmp_path: Path) -> None:
    weights = [WeightCounts(layer=0, low=-0.5, high=0.5, counts=[10] * 20)]
    curve = {"step": [1.0, 2.0], "epoch": [1.0, 2.0], "accuracy": [0.5, 0.9]}
    records = [
        make(name, f"x[tau={tau}]", task, weights=weights, curve=curve)
        for name in "ab"
        for tau in (1.0, 2.0)
        for task in ("one", "two")
    ]
    plots = tmp_path / "plots"
    drawn = write_prepared(prepare(records), tmp_path).paths
    assert {path.name.partition("-")[0] for path in drawn if path.parent == plots} == set(KINDS)
    foreign = [plots / name for name in ("mine.png", "cost.png", "cost-notes.txt", "my-cost-one.svg")]
    for path in foreign:
        path.write_text("keep")
    again = write_prepared(prepare([one for one in records if one.cell.task.name == "one"]), tmp_path).paths
    assert set(plots.iterdir()) == {*foreign, *(path for path in again if path.parent == plots)}
    assert not any("two" in path.name for path in again)
    write_prepared(prepare(records), tmp_path, "none")
    assert set(plots.iterdir()) == set(foreign)


@pytest.mark.parametrize(("metric", "best"), [(ACCURACY, [0, 2]), (ERROR, [0, 1, 3])])
def test_the_pareto_front(make: MakeRecord, metric: object, best: list[int]) -> None:
    """By hand: pulses 1, 2, 3, 4 with values 5, 4, 6, 1; and a failed seed never wins a place."""
    places = list(enumerate((5.0, 4.0, 6.0, 1.0)))
    rows = boards([make(f"a{n}", "x", metric=metric, value=v, pulses=n + 1.0) for n, v in places])[0].rows
    points = [Point(row, float(row.pulses or 0), row.values[0], 0, 0) for row in rows]
    assert [point.row.algorithm for point in front(points, rows and metric)] == [f"a{n}" for n in best]  # type: ignore[arg-type]
    lucky = [make("b", "x", metric=metric, value=50.0, pulses=0.5), make("b", "x", status="diverged", seed=1)]
    (row,) = boards(lucky)[0].rows
    assert front([Point(row, 0.5, 50.0, 0, 0)], ACCURACY) == []


def test_cost_says_what_it_leaves_out(make: MakeRecord) -> None:
    records = [make(a, "x", pulses=p, value=v) for a, p, v in (("a", 1e6, 0.8), ("b", 1e7, 0.9), ("c", None, 0.7))]
    records += [make(pulses=0.0), make("d", "x", status="oom")]
    (legend,) = draw(records)["cost-mnist-quick"].legends
    assert [text.get_text() for text in legend.get_texts()] == ["a", "b", "x", "Pareto front", "sgd × digital"]
    title = " ".join(legend.get_title().get_text().split())
    assert "1 rows all failed" in title
    assert "1 rows without a count of pulses" in title


def test_weights_are_densities(make: MakeRecord) -> None:
    uniform = [WeightCounts(layer=0, low=-0.5, high=0.5, counts=[10] * 20)]
    figure = draw([make("a", "x", weights=uniform), make(weights=uniform), make("b", "x")])["weights-mnist-quick"]
    patches = [patch for patch in figure.axes[0].patches if not patch.get_fill()]
    assert len(patches) == 2, "an algorithm and the reference; b has no weights"
    for patch in patches:
        values, edges, _ = patch.get_data()
        assert values.mean() == pytest.approx(1.0, abs=0.05)
        assert (edges[0], edges[-1]) == pytest.approx((-0.5, 0.5), abs=0.02)
