"""One pulse moves a weight as far as in AIHWKIT, anywhere."""

from analogbench_plugins.parity.curves import TOLERANCE, compare_curves


def test_steps_agree_to_rounding(seed: int) -> None:
    results = compare_curves(seed)
    assert len(results) == 10
    for result in results:
        assert result.furthest <= TOLERANCE, (result.family, result.varied)
        assert max(result.kit_up.max(), result.kit_down.max()) > 1e-3
