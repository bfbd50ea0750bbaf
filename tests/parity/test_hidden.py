"""Idealized arrays have the crosspoints of AIHWKIT's tiles."""

import pytest
import torch
from analogbench_plugins.parity.draws import kit_tile
from analogbench_plugins.parity.families import Case
from analogbench_plugins.parity.hidden import array_of, granularity, settings_of
from analogbench_plugins.parity.transfer import TransferCase, Trial

from analogbench.crossbar.pulses import PulseSettings
from analogbench.crossbar.response import REFERENCE, W_MAX
from analogbench.errors import PluginError


def test_planes_are_the_hidden_parameters(seed: int) -> None:
    tile = kit_tile(Case("soft bounds", "low", True, {"write_noise_std": 2.0}), seed)
    array, hidden = array_of(tile, 3), tile.get_hidden_parameters()
    assert array.shape == (3, *hidden["reference"].shape)
    assert torch.equal(array.planes[REFERENCE, 2], hidden["reference"])
    assert array.write_noise is not None
    torch.testing.assert_close(array.write_noise, torch.full((3, 1, 1), 2.0 * 0.002))


def test_a_tile_that_is_built_again_has_the_same_crosspoints(seed: int) -> None:
    case = Case("power", "low", True)
    first, again, other = (array_of(kit_tile(case, s), 1).planes for s in (seed, seed, seed + 1))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_both_arrays_of_a_compound(seed: int) -> None:
    tile = Trial(TransferCase(1), 1, seed).tile()
    hidden = tile.get_hidden_parameters()
    for part in range(2):
        assert torch.equal(array_of(tile, 1, part).planes[W_MAX, 0], hidden[f"max_bound_{part}"])
    assert not torch.equal(hidden["max_bound_0"], hidden["max_bound_1"])


def test_pulse_trains_are_based_on_the_step_that_aihwkit_tells() -> None:
    assert granularity(kit_tile(Case("power", "low", False), 0)) == pytest.approx(0.002 * 0.5**1.5)


def test_bl_management_switches_update_management_on() -> None:
    from aihwkit.simulator.configs import UpdateParameters

    assert settings_of(UpdateParameters(update_management=False)) == PulseSettings()
    off = UpdateParameters(update_management=False, update_bl_management=False, desired_bl=5)
    assert settings_of(off) == PulseSettings(5, False, False)


def test_an_unknown_device_is_named() -> None:
    from aihwkit.simulator.configs import SingleRPUConfig
    from aihwkit.simulator.configs.devices import PiecewiseStepDevice
    from aihwkit.simulator.tiles import AnalogTile

    with pytest.raises(PluginError, match="PiecewiseStepDevice"):
        array_of(AnalogTile(2, 2, SingleRPUConfig(device=PiecewiseStepDevice())), 1)
