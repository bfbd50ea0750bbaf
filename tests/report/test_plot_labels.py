from pathlib import Path

import numpy as np
from seaborn.utils import relative_luminance

from analogbench.report.frame import cell_frame, curve_frame, newest
from analogbench.report.plots import write_plots
from tests.report.conftest import ACCURACY, ERROR, MakeRecord
from tests.report.test_plots import draw, legend, titles


def test_numbers_on_the_heatmap_are_legible(make: MakeRecord) -> None:
    values = {f"ideal[tau={i}]": 10.0 ** -(1 + i / 4) for i in range(12)}
    (axes,) = draw([make("a", d, metric=ERROR, value=v) for d, v in values.items()])["heatmap-mnist-quick"].axes
    (mesh,) = axes.collections
    colors = mesh.to_rgba(np.asarray(mesh.get_array())).reshape(-1, 4)
    for text, color in zip(axes.texts, colors, strict=True):
        light = relative_luminance(color)
        contrast = (light + 0.05) / 0.05 if text.get_color() == "black" else 1.05 / (light + 0.05)
        assert contrast > 4.5


def test_labels_are_in_the_order_of_their_numbers(make: MakeRecord) -> None:
    taus = (0.8, 10, 0.78, 2, 0.7)
    curve = {"step": [10.0, 20.0, 30.0], "epoch": [1.0, 2.0, 3.0], "error": [1.0, 0.2, 0.1]}
    kw = {"metric": ERROR, "value": 0.1, "curve": curve}
    rules = [f"r[n={n}]" for n in (1, 2, 10)]
    found = draw([make(rule, f"x[tau={tau}]", f"ls[lr={lr}]", **kw) for tau in taus for rule in rules for lr in (1, 2)])
    ordered = [f"x[tau={tau}]" for tau in sorted(taus)]
    (axes,) = found["heatmap-ls-lr=1-quick"].axes
    assert [text.get_text().replace("\n", "") for text in axes.get_xticklabels()] == ordered
    assert [text.get_text() for text in axes.get_yticklabels()] == rules
    assert titles(found["curves-ls-lr=1-quick"]) == ordered
    assert legend(found["curves-ls-lr=1-quick"]) == rules
    assert titles(found["sweep-ls-quick-task.lr"]) == [f"τ={tau}" for tau in sorted(taus)]
    assert legend(found["sweep-ls-quick-task.lr"]) == [f"r[n={n}]" for n in (1, 2, 10)]


def test_curves_of_steps_say_so(make: MakeRecord) -> None:
    curve = {"step": [10.0, 20.0, 30.0], "epoch": [10.0, 20.0, 30.0], "error": [1.0, 0.2, 0.1]}
    figure = draw([make(metric=ERROR, value=0.15, curve=curve)])["curves-mnist-quick"]
    assert figure.axes[0].get_xlabel() == "step"
    assert "mean since the last point" in figure.legends[0].get_title().get_text()
    figure = draw([make(metric=ERROR, value=0.1000001, curve=curve)])["curves-mnist-quick"]
    assert figure.legends[0].get_title().get_text() == "one seed"


def test_a_panel_names_two_failures(make: MakeRecord) -> None:
    curve = {"step": [1.0, 2.0], "epoch": [1.0, 2.0], "accuracy": [0.1, 0.9]}
    records = [make("a", "x", curve=curve), *(make(f"f[n={n}]", "x", status="oom") for n in range(10))]
    (title,) = titles(draw(records)["curves-mnist-quick"])
    assert title.splitlines() == ["x", "(failed: f[n=0])", "(failed: f[n=1])", "(and 8 more failed)"]


def test_numbers_too_large_to_draw(make: MakeRecord, tmp_path: Path) -> None:
    curve = {"step": [10.0, 20.0], "epoch": [1.0, 2.0], "error": [1.0, 1e308]}
    places = [("sgd", "digital"), ("a", "x[tau=1]"), ("a", "x[tau=2]"), ("b", "x[tau=2]")]
    for metric in (ERROR, ACCURACY):
        values = (0.1, 1e308, 0.5, -1e308)
        records = [make(*p, metric=metric, value=v, curve=curve) for p, v in zip(places, values, strict=True)]
        kept = newest(records)
        assert len(write_plots(cell_frame(kept), curve_frame(kept), tmp_path)) >= 4


def test_crosses_of_several_lines_stand_side_by_side(make: MakeRecord) -> None:
    status = {("a", 1): "ok", ("a", 2): "oom", ("b", 1): "ok", ("b", 2): "oom", ("c", 1): "ok", ("c", 2): "ok"}
    figure = draw([make(a, f"x[tau={t}]", status=s) for (a, t), s in status.items()])["sweep-mnist-quick-device.tau"]
    crosses = [line for line in figure.axes[0].get_lines() if line.get_marker() == "x"]
    places = [line.get_transform().transform((2.0, 0.0)) for line in crosses]
    assert len(places) == 2
    assert places[0][0] < places[1][0]
    assert places[0][1] == places[1][1]
