import torch

from analogbench.engine.curve import MAX_POINTS, Curve


def test_a_long_curve_is_thinned_and_keeps_both_ends() -> None:
    curve = Curve()
    for i in range(1000):
        curve.add(i + 1, i + 1, {"loss": torch.tensor([float(i), -float(i)])})
    thinned = curve.of_replica(1, 1000)
    assert {len(column) for column in thinned.values()} == {MAX_POINTS}
    assert (thinned["step"][0], thinned["step"][-1]) == (1.0, 1000.0)
    assert thinned["loss"][-1] == -999.0
    assert thinned["step"] == sorted(set(thinned["step"]))


def test_a_short_curve_is_kept_whole_up_to_the_point_asked_for() -> None:
    curve = Curve()
    for i in range(5):
        curve.add(10 * i, i, {"loss": torch.tensor([float(i)])})
    assert curve.of_replica(0, 3) == {"step": [0.0, 10.0, 20.0], "epoch": [0.0, 1.0, 2.0], "loss": [0.0, 1.0, 2.0]}
