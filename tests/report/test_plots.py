from pathlib import Path

import pytest
from matplotlib.figure import Figure

from analogbench.records.record import Record
from analogbench.report.frame import cell_frame, curve_frame, newest
from analogbench.report.plots import figures, style, write_plots
from analogbench.report.plots.looks import looks_of
from tests.report.conftest import ERROR, MakeRecord


def draw(records: list[Record]) -> dict[str, Figure]:
    kept = newest(records)
    return dict(figures(cell_frame(kept), curve_frame(kept)))


def legend(figure: Figure) -> list[str]:
    found = figure.legends or [axes.get_legend() for axes in figure.axes if axes.get_legend()]
    assert len(found) == 1
    return [text.get_text() for text in found[0].get_texts()]


def titles(figure: Figure) -> list[str]:
    return [axes.get_title() for axes in figure.axes if axes.axison]


def exactness(make: MakeRecord, rules: tuple[str, ...] = ("analog-sgd", "tiki-taka")) -> list[Record]:
    """Step size and steps vary together; τ on the analog device only."""
    records = []
    for seed in range(2):
        for lr, steps in ((0.03, 10), (0.01, 30), (0.003, 100), (0.001, 300)):
            kw = {"seed": seed, "metric": ERROR, "value": lr * (1 + 0.1 * seed), "data": "ls"}
            task = f"ls[lr={lr},steps={steps}]"
            records.append(make("sgd", "digital", task, **kw))
            records += [make(rule, f"ideal[tau={tau}]", task, **kw) for rule in rules for tau in (1.0, 2.0)]
    return records


def test_curves(grid: list[Record]) -> None:
    figure = draw(grid)["curves-mnist-quick"]
    assert titles(figure) == ["ideal", "pulsed\n(failed: tiki-taka)"]
    assert figure.get_supylabel() == "test accuracy [%]"
    assert figure.axes[0].get_xlabel() == "epoch"
    assert legend(figure) == ["analog-sgd", "tiki-taka", "sgd, digital"]
    assert figure.get_suptitle().replace("\N{NO-BREAK SPACE}", " ") == "mnist · MNIST-5k · quick"
    line = figure.axes[0].get_lines()[0]
    assert list(line.get_ydata()) == pytest.approx([10.0, 50.0, 80.0, 90.1])  # the median seed, in percent
    assert figure.axes[0].get_yscale() == "linear"


def test_curves_of_the_loss_where_there_is_no_metric(make: MakeRecord) -> None:
    curve = {"step": [1.0, 2.0, 3.0], "epoch": [0.0, 0.0, 1.0], "train_loss": [1.0, 0.1, 0.01]}
    figure = draw([make(metric=ERROR, value=0.1, curve=curve)])["curves-mnist-quick"]
    (axes,) = figure.axes
    assert (axes.get_ylabel(), axes.get_xlabel(), axes.get_yscale()) == ("training loss", "step", "log")
    assert figure.legends[0].get_title().get_text() == "one seed; each point: mean since the last point"


def test_split_seeds_are_drawn_one_by_one(make: MakeRecord) -> None:
    def record(seed: int, value: float) -> Record:
        curve = {"step": [0.0, 1.0, 2.0], "epoch": [0.0, 1.0, 2.0], "accuracy": [0.1, 0.11, value]}
        return make("analog-sgd", "ideal", seed=seed, value=value, curve=curve)

    figure = draw([record(0, 0.11), record(1, 0.11), record(2, 0.95)])["curves-mnist-quick"]
    assert len(figure.axes[0].get_lines()) == 4
    assert "each seed" in figure.legends[0].get_title().get_text()


def test_long_curves_are_thinned(make: MakeRecord) -> None:
    steps = [float(i) for i in range(5001)]
    figure = draw([make(curve={"step": steps, "epoch": steps, "accuracy": steps})])["curves-mnist-quick"]
    x = figure.axes[0].get_lines()[0].get_xdata()
    assert len(x) <= 200
    assert x[-1] == 5000.0


def test_sweep_over_tasks_that_differ_in_parameters(make: MakeRecord) -> None:
    found = draw(exactness(make))
    assert {name for name in found if name.startswith("sweep")} == {
        "sweep-ls-quick-task.lr",
        "sweep-ls-quick-device.tau",
    }
    figure = found["sweep-ls-quick-task.lr"]
    (axes,) = figure.axes
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("learning rate (task)", "error")
    assert legend(figure) == ["analog-sgd, τ=1", "analog-sgd, τ=2", "tiki-taka, τ=1", "tiki-taka, τ=2", "sgd"]
    assert list(axes.get_xticks()) == [0.001, 0.003, 0.01, 0.03]


def test_sweep_with_many_lines_has_a_panel_for_each_setting(make: MakeRecord) -> None:
    figure = draw(exactness(make))["sweep-ls-quick-device.tau"]
    assert titles(figure) == ["lr=0.001", "lr=0.003", "lr=0.01", "lr=0.03"]
    assert legend(figure) == ["analog-sgd", "tiki-taka", "sgd"]
    assert figure.axes[0].get_xscale() == "linear"


def test_sweep_of_an_algorithms_parameter_shows_failures_and_the_reference(make: MakeRecord) -> None:
    records = [make(f"tt[fast_lr={lr}]", "ideal", value=0.9 - lr) for lr in (0.01, 0.05)]
    records += [make("tt[fast_lr=0.1]", "ideal", status="diverged"), make("sgd"), make("analog-sgd", "ideal")]
    figure = draw(records)["sweep-mnist-quick-algorithm.fast_lr"]
    assert legend(figure) == ["tt", "sgd"]
    assert "all seeds failed" in figure.legends[0].get_title().get_text()
    crosses = [line for line in figure.axes[0].get_lines() if line.get_marker() == "x"]
    assert [(list(line.get_xdata()), list(line.get_ydata())) for line in crosses] == [([0.1], [0.0])]
    assert figure.axes[0].get_xscale() == "log"


def test_a_line_of_failures_only(make: MakeRecord, tmp_path: Path) -> None:
    records = [make(a, f"ideal[tau={t}]", status="ok" if a == "a" else "oom") for a in "ab" for t in (1.0, 2.0)]
    records.append(make("sgd", status="crashed"))
    kept = newest(records)
    assert tmp_path / "sweep-mnist-quick-device.tau.svg" in write_plots(cell_frame(kept), curve_frame(kept), tmp_path)


def test_values_that_no_logarithm_has(make: MakeRecord, tmp_path: Path) -> None:
    curve = {"step": [0.0, 1.0], "epoch": [0.0, 1.0], "error": [1.0, 0.0]}
    devices = ("ideal[tau=1.0]", "ideal[tau=2.0]")
    kept = newest([make("a", device, metric=ERROR, value=0.0, curve=curve) for device in devices])
    assert len(write_plots(cell_frame(kept), curve_frame(kept), tmp_path)) == 8


def test_a_heatmap_of_many_devices_has_them_down(make: MakeRecord) -> None:
    records = [make(a, f"device-{d}", value=d / 20 + 0.01 * (a == "b")) for a in ("a", "b") for d in range(12)]
    figure = draw(records)["heatmap-mnist-quick"]
    (axes,) = figure.axes
    assert [label.get_text() for label in axes.get_xticklabels()] == ["a", "b"]
    assert [label.get_text() for label in axes.get_yticklabels()] == [f"device-{d}" for d in range(12)]
    shown = {(round(t.get_position()[0] - 0.5), round(t.get_position()[1] - 0.5)): t.get_text() for t in axes.texts}
    assert (shown[0, 7], shown[1, 7]) == ("35.00", "36.00")
    assert figure.get_figwidth() < 8


def test_heatmap(grid: list[Record]) -> None:
    (axes,) = draw(grid)["heatmap-mnist-quick"].axes
    assert [text.get_text() for text in axes.get_yticklabels()] == ["analog-sgd", "sgd", "tiki-taka"]
    assert [text.get_text() for text in axes.get_xticklabels()] == ["digital", "ideal", "pulsed"]
    texts = [text.get_text() for text in axes.texts]
    assert "95.10" in texts
    assert "diverged\n3/3" in texts
    assert axes.patches[0].get_hatch() == "////"
    assert "mean test accuracy [%]" in axes.get_xlabel()


def test_nothing_to_draw(make: MakeRecord) -> None:
    assert draw([]) == {}
    assert draw([make()]) == {}
    assert draw([make(status="oom"), make("a", "x", status="oom")]) == {}


def test_files_are_the_same_every_time(grid: list[Record], tmp_path: Path) -> None:
    kept = newest(grid)
    for folder in ("a", "b"):
        paths = write_plots(cell_frame(kept), curve_frame(kept), tmp_path / folder)
    assert sorted(path.name for path in paths) == sorted(path.name for path in (tmp_path / "a").iterdir())
    assert {path.suffix for path in paths} == {".svg", ".png"}
    for path in paths:
        assert path.read_bytes() == (tmp_path / "a" / path.name).read_bytes()


def test_looks_differ() -> None:
    found = looks_of([str(i) for i in range(20)])
    assert len({(look.color, str(look.dashes), look.marker) for look in found.values()}) == 20


def test_fonts_are_legible_at_one_column(make: MakeRecord) -> None:
    for figure in draw(exactness(make)).values():
        assert figure.get_figwidth() >= 3.3
        texts = [text for text in figure.findobj(lambda artist: hasattr(artist, "get_fontsize")) if text.get_text()]
        assert min(text.get_fontsize() for text in texts) >= 7


def test_files_are_as_matplotlib_saves_them(grid: list[Record], tmp_path: Path) -> None:
    """`save` draws half as often."""
    slow = tmp_path / "slow"
    slow.mkdir()
    for name, figure in draw(grid).items():
        with style.styled():
            figure.savefig(slow / f"{name}.svg", metadata={"Date": None})
            figure.set_layout_engine("none")
            figure.savefig(slow / f"{name}.png", dpi=200)
    for name, figure in draw(grid).items():
        for path in style.save(figure, tmp_path / name):
            assert path.read_bytes() == (slow / path.name).read_bytes()
