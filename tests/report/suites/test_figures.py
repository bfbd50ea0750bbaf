from typing import Any

import matplotlib.figure as mpl
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer, ErrorbarContainer

from analogbench.grid.presentation import Figure
from analogbench.records.record import Record
from analogbench.report.plots.suites import suite_figure
from analogbench.report.suites.captions import caption
from analogbench.report.suites.lines import layout
from tests.report.conftest import ERROR, MakeRecord
from tests.report.suites.conftest import (
    BARS,
    CURVES,
    HISTOGRAM,
    SWEEP,
    TABLE,
    TAU,
    gathered_of,
    suite_of,
    trained,
)


def draw(records: list[Record], spec: dict[str, Any], **kw: Any) -> mpl.Figure:
    gathered = gathered_of(records, suite_of(**kw))
    figure = suite_figure(layout(Figure.model_validate(spec), gathered), gathered)
    assert figure is not None
    figure.canvas.draw()
    return figure


def said(records: list[Record], spec: dict[str, Any], planned: list[Record] | None = None) -> str:
    return caption(layout(Figure.model_validate(spec), gathered_of(records, suite_of(), planned)))


def legend(figure: mpl.Figure) -> list[str]:
    return [text.get_text() for text in figure.legends[0].get_texts()]


def heights(figure: mpl.Figure, panel: int = 0) -> list[float]:
    bars = [one for one in figure.axes[panel].containers if isinstance(one, BarContainer)]
    return [round(bar.patches[0].get_height(), 2) for bar in bars]


def test_curves(fig5: list[Record]) -> None:
    figure = draw(fig5, CURVES | {"title": "Curves.", "y": {"limits": [0, 100]}})
    (axes,) = figure.axes
    assert legend(figure) == ["τ = 0.7", "τ = 0.8", "Digital SGD", "Analog SGD", "Tiki-Taka"]
    assert figure.get_suptitle().replace("\N{NO-BREAK SPACE}", " ") == "Curves · MNIST · paper"
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_ylim()) == ("epoch", "test accuracy [%]", (0.0, 100.0))
    lines = axes.get_lines()
    assert len(lines) == 5
    assert lines[0].get_color() == "#333333"
    assert lines[1].get_color() == lines[3].get_color() != lines[2].get_color()
    assert lines[1].get_marker() == lines[2].get_marker() != lines[3].get_marker()
    values = [record.curve["accuracy"][-1] or 0.0 for record in fig5 if record.cell.algorithm.name == "sgd"]
    assert lines[0].get_ydata()[-1] == pytest.approx(100 * np.mean(values))


def test_curves_are_smoothed(fig5: list[Record]) -> None:
    spec = CURVES | {"smooth": 0.9}
    rough, smooth = (draw(fig5, one).axes[0].get_lines()[0].get_ydata() for one in (CURVES, spec))
    assert rough[0] == smooth[0]
    assert smooth[1] == pytest.approx(0.9 * smooth[0] + 0.1 * rough[1])
    assert "smoothed exponentially, the past weighing 0.9" in said(fig5, spec)


def test_panels_and_no_results(fig5: list[Record]) -> None:
    records = [record for record in fig5 if record.cell.device.params.get("tau") != 0.8]
    gathered = gathered_of(records, suite_of(series=suite_of().series[1:]), fig5)
    figure = suite_figure(layout(Figure.model_validate(CURVES | {"by": None, "panels": TAU}), gathered), gathered)
    assert figure is not None
    assert [axes.get_title() for axes in figure.axes] == ["τ = 0.7", "τ = 0.8"]
    assert [text.get_text() for text in figure.axes[1].texts] == ["no results"]
    assert figure.axes[0].get_ylim() == figure.axes[1].get_ylim()


def test_split_seeds_have_a_line_each(make: MakeRecord) -> None:
    finals = [0.1135, 0.1136, 0.98]
    records = [trained(make, "analog-sgd", 0.8, seed, final=final) for seed, final in enumerate(finals)]
    ends = [line.get_ydata()[-1] for line in draw(records, CURVES).axes[0].get_lines()]
    assert ends == pytest.approx([11.35, 98.0], abs=2)
    assert "each group has its own line" in said(records, CURVES)
    assert heights(draw(records, BARS)) == [98.0, 11.36]
    records.append(trained(make, "analog-sgd", 0.7, 0))
    drawn = draw(records, SWEEP).axes[0].containers
    assert next(one.lines[0].get_linestyle() for one in drawn if isinstance(one, ErrorbarContainer)) == "None"


def test_failed_and_missing_seeds_are_in_the_caption(fig5: list[Record], make: MakeRecord) -> None:
    records = [*fig5[:3], *fig5[4:14], trained(make, "analog-sgd", 0.7, 0, status="diverged", reason="loss is NaN.")]
    text = said(records, CURVES, planned=fig5)
    assert "Diverged: Analog SGD, τ = 0.7 (1 of 3 seeds): loss is NaN." in text
    assert "Not recorded: Tiki-Taka, τ = 0.8 (1 of 3 seeds)." in text
    assert "mean over 2 to 3 seeds" in text
    assert "Ended ok without loss" in said(fig5, CURVES | {"value": "loss"})


def test_sweep(fig5: list[Record], make: MakeRecord) -> None:
    records = [*fig5, *(trained(make, "tiki-taka", 0.7, seed) for seed in range(3))]
    figure = draw(records, SWEEP | {"x": {"log": True, "label": "range"}})
    (axes,) = figure.axes
    assert (axes.get_xscale(), axes.get_xlabel()) == ("log", "range")
    bars = [one for one in axes.containers if isinstance(one, ErrorbarContainer)]
    assert [list(one.lines[0].get_xdata()) for one in bars] == [[0.7, 0.8]] * 2
    assert bars[1].lines[0].get_ydata() == pytest.approx([97.64, 97.9])
    across = [line for line in axes.get_lines() if list(line.get_xdata()) == [0, 1]]
    assert across[0].get_ydata() == pytest.approx([98.15] * 2)
    assert legend(figure) == ["Digital SGD", "Analog SGD", "Tiki-Taka"]


def test_sweep_says_what_the_axis_does_not_have(make: MakeRecord) -> None:
    records = [make("sgd", "d", f"ls[init={init}]", value=0.5, metric=ERROR) for init in (0, 1, 10)]
    spec = {"kind": "sweep", "name": "s", "value": "error", "over": "task.init", "x": {"log": True}}
    assert "Not on the logarithmic axis: init = 0." in said(records, spec)
    draw(records, spec)


def test_bars_with_published_numbers(fig5: list[Record]) -> None:
    figure = draw(fig5, BARS, published=[TABLE])
    (axes,) = figure.axes
    assert heights(figure) == [98.15, 98.15, 11.35, 97.5, 97.64, 97.9]
    assert [text.get_text() for text in axes.get_xticklabels()] == ["0.7", "0.8"]
    diamonds = [line for line in axes.get_lines() if line.get_marker() == "D"]
    assert [round(float(line.get_ydata()[0]), 2) for line in diamonds] == [98.15, 98.15, 11.35, 97.78, 97.64, 97.5]
    assert legend(figure) == ["Digital SGD", "Analog SGD", "Tiki-Taka", "published"]
    bars = [one.patches[0] for one in axes.containers if isinstance(one, BarContainer)]
    assert len({bar.get_hatch() for bar in bars}) == 3
    assert len({to_hex(bar.get_facecolor()) for bar in bars}) == 3


def test_bars_below_the_axis_and_failed_ones(fig5: list[Record], make: MakeRecord) -> None:
    records = [*fig5[:12], *(trained(make, "tiki-taka", 0.8, seed, status="oom") for seed in range(3))]
    (axes,) = draw(records, BARS | {"y": {"limits": [90, 100]}}).axes
    assert [text.get_text() for text in axes.texts] == ["11.35 ↓"]
    assert sum(line.get_marker() == "x" for line in axes.get_lines()) == 1


def test_bars_over_tasks_in_panels(fig5: list[Record]) -> None:
    figure = draw(fig5, BARS | {"over": "task", "panels": TAU})
    assert [heights(figure, panel) for panel in (0, 1)] == [[98.15, 11.35, 97.64], [98.15, 97.5, 97.9]]
    assert figure.get_figwidth() <= 7


def test_bars_without_groups(fig5: list[Record]) -> None:
    spec = {"kind": "bars", "name": "b", "value": "accuracy", "scale": 100, "by": TAU}
    figure = draw(fig5, spec)
    assert heights(figure) == [98.15, 11.35, 97.5, 97.64, 97.9]
    assert (figure.axes[0].get_xlabel(), list(figure.axes[0].get_xticks())) == ("", [])


def test_histogram(fig5: list[Record]) -> None:
    figure = draw(fig5, HISTOGRAM | {"bins": 40, "x": {"limits": [-0.5, 0.5]}})
    assert len(figure.axes) == 2
    assert legend(figure) == ["Digital SGD", "Analog SGD", "Tiki-Taka"]
    outlines = [patch for patch in figure.axes[0].patches if not patch.get_fill()]
    peaks = [float(outline.get_data().values.max()) for outline in outlines]  # type: ignore[attr-defined]
    assert peaks[1] > 2 * peaks[0] == pytest.approx(2 * peaks[2])
    assert figure.axes[0].get_xlim() == (-0.5, 0.5)
    assert (figure.axes[0].get_xlabel(), figure.axes[0].get_ylabel()) == ("weight", "density")


@pytest.mark.parametrize(
    "spec",
    [CURVES | {"by": None}, SWEEP | {"over": "task.lr"}, BARS | {"over": ""}, HISTOGRAM | {"panels": None}],
)
def test_settings_that_fall_together_are_not_drawn(fig5: list[Record], spec: dict[str, Any]) -> None:
    text = said(fig5, spec)
    assert "Not drawn, as several settings fall together (device.tau = 0.7, 0.8): Analog SGD, Tiki-Taka." in text
    assert "3 seeds" in text
    (axes,) = draw(fig5, spec).axes
    bars = [one for one in axes.containers if isinstance(one, BarContainer)]
    outlines = [patch for patch in axes.patches if not patch.get_fill()]
    lines = [line for line in axes.get_lines() if len(line.get_xdata()) > 1]
    drawn = {"bars": bars, "histogram": outlines}.get(spec["kind"], lines)
    assert len(drawn) == 1  # digital SGD


def test_captions_say_of_how_many_points(fig5: list[Record]) -> None:
    assert "Final values are means of the last 5 points of a curve." in said(fig5, BARS | {"last": 5})
    assert "Final values are means of all 40 points (not 50: there are no more) of a curve." in said(
        fig5, BARS | {"last": 50}
    )


@pytest.mark.parametrize("spec", [CURVES, SWEEP, BARS, HISTOGRAM])
def test_nothing_to_draw(spec: dict[str, Any], make: MakeRecord) -> None:
    gathered = gathered_of([make(status="oom", curve={})], suite_of())
    assert suite_figure(layout(Figure.model_validate(spec), gathered), gathered) is None


def test_texts_are_no_formulas(fig5: list[Record]) -> None:
    series = [{"label": r"_$\frac$", "algorithm": "sgd"}]
    assert legend(draw(fig5, CURVES | {"by": None, "title": "$x$ · $"}, series=series)) == [r"_\$\frac\$"]
