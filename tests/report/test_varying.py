from analogbench.report.frame import cell_frame, newest
from analogbench.report.varying import axis_name, levels, varying
from tests.report.conftest import MakeRecord


def test_a_parameter_that_follows_from_another_is_left_out(make: MakeRecord) -> None:
    pairs = [(0.03, 2500), (0.01, 7500), (0.003, 25000)]
    records = [
        make(a, f"ideal[tau={tau},dw_min={float(tau) / 300}]", f"ls[steps={n},lr={lr}]")
        for a in ("a", "b")
        for tau in ("1.0", "2.0")
        for lr, n in pairs
    ]
    assert varying(cell_frame(newest(records))) == ["device.tau", "task.lr"]


def test_the_finer_of_two_parameters_stays(make: MakeRecord) -> None:
    records = [make(task=f"ls[lr={lr},n={n}]") for lr, n in ((0.1, 1), (0.1, 2), (0.2, 3))]
    assert varying(cell_frame(newest(records))) == ["task.n"]


def test_different_values_in_different_parts_are_no_sweep(make: MakeRecord) -> None:
    cells = cell_frame(newest([make("a", "x[tau=1]"), make("a", "y[tau=2]"), make("b[lr=1]", "x[tau=1]")]))
    assert varying(cells) == []


def test_levels(make: MakeRecord) -> None:
    cells = cell_frame(newest([make("a", "x[tau=1.0,mode=fast]"), make("a", "x[tau=2.0,mode=slow]", seed=1), make()]))
    assert levels(cells, ["device.tau", "device.mode"])[:2] == ["τ=1,mode=fast", "τ=2,mode=slow"]
    assert levels(cells, ["device.tau"])[2] == ""
    assert levels(cells, []) == ["", "", ""]
    assert varying(cells) == ["device.tau"]
    assert [axis_name(name) for name in ("device.tau", "task.lr")] == ["τ (device)", "learning rate (task)"]
