"""Devices by name have AIHWKIT's defaults and distributions."""

import pytest
from analogbench_plugins.parity.families import FAMILIES
from analogbench_plugins.parity.presets import compare_preset


@pytest.mark.parametrize("family", FAMILIES)
def test_crosspoints_and_defaults_are_those_of_aihwkit(family: str, seed: int) -> None:
    result = compare_preset(family, seed)
    assert result.agreement.passed, result.agreement.p
    assert result.defaults == {}


@pytest.mark.parametrize("family", FAMILIES)
def test_pulse_trains_are_based_on_the_same_step(family: str, seed: int) -> None:
    result = compare_preset(family, seed)
    assert result.our_step == pytest.approx(result.kit_step, rel=1e-5)
