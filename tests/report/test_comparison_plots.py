"""The diagram of average ranks and the performance profile."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from analogbench.records.record import Record
from analogbench.report.frame import cell_frame, curve_frame, newest
from analogbench.report.plots import figures
from analogbench.report.plots.performance import MOST_LINES, profile_figure
from analogbench.report.plots.rank_diagram import ranks_figure
from analogbench.report.plots.style import save
from analogbench.report.statistics.contest import Contest, Setting
from analogbench.report.statistics.profiles import profile
from analogbench.report.statistics.ranks import ranks
from tests.report.conftest import MakeRecord


def draw(records: list[Record]) -> dict[str, Figure]:
    kept = newest(records)
    return dict(figures(cell_frame(kept), curve_frame(kept)))


def contest(algorithms: int, settings: int = 12) -> Contest:
    rng = np.random.default_rng(0)
    costs = np.exp(rng.normal(size=(settings * 2, algorithms)) * 0.3 + np.arange(algorithms))
    places = tuple(Setting("t", "", f"d{i}") for i in range(settings))
    names = tuple(f"rule-{i}[fast_lr=0.03,transfer_every={i}]" for i in range(algorithms))
    where, seeds = np.repeat(np.arange(settings), 2), np.tile([0, 1], settings)
    return Contest("paper", names, places, where, seeds, costs, ("loss",) * settings)


def caption(figure: Figure) -> str:
    title = figure.legends[0].get_title().get_text() if figure.legends else figure.get_supxlabel()
    return " ".join(title.split())


def test_ranks(grid: list[Record]) -> None:
    figure = draw(grid)["ranks-quick"]
    (axes,) = figure.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["sgd, digital", "analog-sgd", "tiki-taka"]
    means = [float(bar.lines[0].get_xdata()[0]) for bar in axes.containers]
    assert means == pytest.approx([1.0, 2.25, 2.75])
    assert figure.get_suptitle().replace("\N{NO-BREAK SPACE}", " ") == "Average rank · quick"
    assert "2 settings × 3 seeds" in caption(figure)
    assert "not told apart (Wilcoxon over 2 settings, too few to tell any apart, Holm, 5 %)" in caption(figure)
    joined = [line for line in axes.get_lines() if len(set(line.get_xdata())) == 1 and len(line.get_xdata()) == 2]
    assert len(joined) == 1  # all three


def test_who_is_told_apart_is_not_joined() -> None:
    figure = ranks_figure(ranks(contest(3)))
    assert "joined" not in caption(figure)


def test_profile(grid: list[Record]) -> None:
    figure = draw(grid)["profile-quick"]
    (axes,) = figure.axes
    assert axes.get_xlabel() == "error rate, as a multiple of the best one"
    assert "2 settings × 3 seeds; bands: 95 % bootstrap intervals" in caption(figure)
    assert "failed, so infinitely far: tiki-taka 50 %" in caption(figure)
    highest = {str(line.get_label()): max(line.get_ydata()) for line in axes.get_lines()}
    assert sorted(highest.values()) == [0.5, 1.0, 1.0]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["analog-sgd", "sgd, digital", "tiki-taka"]


def test_of_many_lines_the_highest_are_drawn_and_that_is_said() -> None:
    found = profile(contest(12))
    assert found
    figure = profile_figure(found)
    assert len(figure.axes[0].get_lines()) == MOST_LINES
    assert "the highest 9 of 12 algorithms" in caption(figure)
    assert "bands" not in caption(figure)


def test_one_setting_is_nothing_to_compare(make: MakeRecord) -> None:
    found = draw([make("a", "x", seed=s) for s in range(3)] + [make("b", "x", seed=s) for s in range(3)])
    assert not [name for name in found if name.startswith(("ranks", "profile"))]


def test_what_is_left_out_is_said(make: MakeRecord) -> None:
    figure = draw([make(a, d) for a in "ab" for d in "xy"] + [make("a", "z")])["ranks-quick"]
    assert "left out: 1 of 3 settings, where not all of them are recorded" in caption(figure)


@pytest.mark.parametrize("algorithms", [2, 5, 14])
def test_files_are_the_same_every_time_and_legible_at_one_column(algorithms: int, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        one, found = contest(algorithms), profile(contest(algorithms))
        assert found
        drawn = {"ranks": ranks_figure(ranks(one)), "profile": profile_figure(found)}
        paths = [path for name, figure in drawn.items() for path in save(figure, tmp_path / folder / name)]
    for path in paths:
        assert path.read_bytes() == (tmp_path / "a" / path.name).read_bytes()
    for figure in drawn.values():
        assert figure.get_figwidth() == 3.3
        texts = [text for text in figure.findobj(lambda artist: hasattr(artist, "get_fontsize")) if text.get_text()]
        assert min(text.get_fontsize() for text in texts) >= 7
