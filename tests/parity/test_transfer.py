"""Tiki-Taka agrees with AIHWKIT's TransferCompound; what 1.1.0 does is pinned."""

import pytest
from analogbench_plugins.parity.pins import pin_order, pin_rates
from analogbench_plugins.parity.transfer import CASES, TransferCase, compare_transfer


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.label)
def test_both_arrays_have_the_same_weights(case: TransferCase, seed: int) -> None:
    agreement = compare_transfer(case, 500, seed).agreement
    assert agreement.passed, agreement.p


def test_the_fast_rate_is_not_scaled_and_the_slow_array_follows_the_fast(seed: int) -> None:
    """From AIHWKIT 1.2.0 on, fast_lr is multiplied by lr unless scale_fast_lr is off: this test would say so."""
    pins = pin_rates(1600, seed)
    assert len(pins) == 5
    for pin in pins:
        assert not pin.failed, (pin.name, pin.expected, pin.kit, pin.ours)
        assert pin.kit[0] > 3 * pin.kit[1], pin.name


def test_columns_are_transferred_in_the_same_order(seed: int) -> None:
    every, seldom = pin_order(seed)
    assert every.kit == every.ours == [[i % 8] for i in range(10)]
    assert seldom.kit == seldom.ours
    assert seldom.kit[1::2] == [[0, 1, 2], [3, 4, 5], [0, 6, 7], [1, 2, 3], [4, 5, 6]]
    assert not any(seldom.kit[::2])
