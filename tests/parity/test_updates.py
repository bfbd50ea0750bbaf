"""Pulsed updates agree with AIHWKIT, for every family, rate and variation."""

import pytest
from analogbench_plugins.parity.families import FAMILIES, MAIN, VARIANTS, Case
from analogbench_plugins.parity.updates import compare_updates

DRAWS = 800


@pytest.mark.parametrize("case", [*MAIN, *VARIANTS], ids=lambda case: case.label)
def test_the_cpu_kernel_agrees(case: Case, seed: int) -> None:
    (result,) = compare_updates(case, DRAWS, seed)
    assert result.agreement.passed, result.agreement.p


@pytest.mark.parametrize("case", [case for case in MAIN if case.varied], ids=lambda case: case.label)
def test_the_other_kernels_agree(case: Case, seed: int) -> None:
    for result in compare_updates(case, DRAWS, seed, ("reference", "gpu")):
        assert result.agreement.passed or result.by_design, (result.label, result.agreement.p)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_order_that_the_matrix_kernel_averages_is_a_bounded_error(family: str, seed: int) -> None:
    """Tens of pulses per crosspoint, against soft bounds a few steps away: the worst that the averaging meets."""
    a = compare_updates(Case(family, "high", True), DRAWS, seed, ("gpu",))[0].agreement
    assert abs(a.our_mean - a.kit_mean).max() < 0.5 * abs(a.kit_mean).max()
