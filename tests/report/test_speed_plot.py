"""The plot of `analogbench bench`."""

from __future__ import annotations

from pathlib import Path

from analogbench.report.plots.speed import Line, Panel, speed_figure
from analogbench.report.plots.style import save


def _line(label: str, *rates: float, bound: float | None = None, baseline: bool = False) -> Line:
    replicas = [4**i for i in range(len(rates))]
    return Line(
        label, baseline, replicas, rates, [0.9 * r for r in rates], [1.1 * r for r in rates], [bound] * len(rates)
    )


def test_lines_bounds_and_the_level_of_the_reference(tmp_path: Path) -> None:
    lines = [_line("soft", 100, 300, 900, bound=5000), _line("ideal", 200, 500), _line("sgd", 400, 700, baseline=True)]
    parts = [Panel("analog, cpu", lines, "kit", 80.0), Panel("tiki, cpu", [lines[0]], "kit", None)]
    figure = speed_figure(parts, "Speed")
    assert figure is not None
    first, second = (axes for axes in figure.axes if axes.get_title())
    assert [axes.get_title() for axes in (first, second)] == ["analog, cpu", "tiki, cpu"]
    assert (first.get_xscale(), first.get_yscale()) == ("log", "log")
    drawn = [list(line.get_ydata()) for line in first.get_lines()]
    assert [100, 300, 900] in drawn
    assert [5000, 5000, 5000] in drawn
    assert [80.0, 80.0] in drawn
    assert [80.0, 80.0] not in [list(line.get_ydata()) for line in second.get_lines()]
    assert list(first.get_xticks()) == [1, 4, 16]
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["soft", "ideal", "sgd", "kit"]
    assert all(path.stat().st_size > 0 for path in save(figure, tmp_path / "speed"))


def test_nothing_measured_draws_nothing() -> None:
    assert speed_figure([Panel("analog", [_line("soft")], "kit", None)], "Speed") is None
