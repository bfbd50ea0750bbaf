"""AIHWKIT's tiles behind the interface of all tiles, and its compounds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from aihwkit.simulator.configs.compounds import TransferCompound
from analogbench_plugins.algorithms.analog_sgd import AnalogSGD
from analogbench_plugins.algorithms.tiki_taka import TikiTaka
from analogbench_plugins.devices.aihwkit import build
from analogbench_plugins.devices.aihwkit.families import FAMILIES, KitConstantStep, KitSoftBounds
from analogbench_plugins.devices.aihwkit.presets import PCM, PRESETS, Capacitor, ReRamES
from analogbench_plugins.devices.aihwkit.tile import at_least_two

from analogbench.api import Device, Tile, TileContext
from analogbench.errors import UnavailableError

DEVICES = [*FAMILIES, *PRESETS]

MakeContext = Callable[..., Callable[[str], TileContext]]


def built(device: type[Device], shape: tuple[int, int, int], context: MakeContext, **params: Any) -> Tile:
    return device(device.Params(**params)).build_tile(shape, context(shape[0])("weight"))


def test_a_tile_is_the_same_instance_for_the_same_seed(context: MakeContext) -> None:
    one, two = (built(KitSoftBounds, (2, 3, 4), context) for _ in range(2))
    for a, b in zip(one.tiles, two.tiles, strict=True):  # type: ignore[attr-defined]
        for name, plane in a.get_hidden_parameters().items():
            assert torch.equal(plane, b.get_hidden_parameters()[name])
    planes = [tile.get_hidden_parameters()["max_bound"] for tile in one.tiles]  # type: ignore[attr-defined]
    assert not torch.equal(*planes)


def test_write_noise_does_not_last_when_a_tile_is_restored(context: MakeContext) -> None:
    one, two = (built(ReRamES, (1, 30, 40), context) for _ in range(2))
    one.program(torch.full((1, 30, 40), 0.1))
    two.load_state_dict(one.state_dict())
    lasting = [tile.tiles[0].get_hidden_parameters()["persistent_weights"] for tile in (one, two)]  # type: ignore[attr-defined]
    assert torch.equal(*lasting)
    assert (two.read() - one.read()).std() > 0.05, "the noise itself is drawn anew"


def test_a_compound_has_the_instances_that_the_composed_rule_has(context: MakeContext) -> None:
    device, rule = KitSoftBounds(KitSoftBounds.Params()), TikiTaka(TikiTaka.Params())
    compound: Any = device.build_compound(rule.compound(), (2, 3, 4), context(2))
    for index, name in enumerate(("fast", "weight")):
        array: Any = device.build_tile((2, 3, 4), context(2)(name))
        for whole, single in zip(compound.tiles, array.tiles, strict=True):
            hidden = whole.get_hidden_parameters()
            for plane, values in single.get_hidden_parameters().items():
                assert torch.equal(hidden[f"{plane}_{index}"], values)
    w = torch.rand(2, 3, 4) * 0.2
    compound.program(w)
    torch.testing.assert_close(compound.read(), w)


def test_what_is_native(context: MakeContext) -> None:
    shape, make = (1, 3, 4), context(1)
    compound = TikiTaka(TikiTaka.Params()).compound()
    assert AnalogSGD(AnalogSGD.Params()).compound() is None
    for device in DEVICES:
        found = device(device.Params()).build_compound(compound, shape, make)
        assert (found is None) == (device is PCM)
        assert device(device.Params(implementation="composed")).build_compound(compound, shape, make) is None
    for kind in ("none", "none_with_device"):
        quiet = KitSoftBounds.Params(pulse_type=kind)
        assert KitSoftBounds(quiet).build_compound(compound, shape, make) is None, "AIHWKIT would not transfer"
    for native, asked in ((PCM, compound), (KitSoftBounds, None)):
        with pytest.raises(UnavailableError, match=f"no native form of this rule on {native.name}"):
            native(native.Params(implementation="native")).build_compound(asked, shape, make)


def test_the_settings_of_a_rule_arrive_in_the_compound(context: MakeContext) -> None:
    params = TikiTaka.Params(fast_lr=0.02, transfer_lr=0.5, gamma=0.1, transfer_every=3, n_reads=2)
    tile: Any = KitConstantStep(KitConstantStep.Params(desired_bl=9, out_noise=0.01)).build_compound(
        TikiTaka(params).compound(), (1, 3, 4), context(1)
    )
    config = tile.tiles[0].rpu_config
    device = config.device
    found = (device.fast_lr, device.transfer_lr, device.gamma, device.transfer_every, device.n_reads_per_transfer)
    assert found == (0.02, 0.5, 0.1, 3, 2)
    assert device.units_in_mbatch
    assert config.update.desired_bl == device.transfer_update.desired_bl == 9
    assert config.forward.out_noise == device.transfer_forward.out_noise == 0.01


def test_a_later_kit_does_not_scale_the_fast_rate(monkeypatch: pytest.MonkeyPatch, context: MakeContext) -> None:
    """From AIHWKIT 1.2 on, `scale_fast_lr` is on by default."""
    monkeypatch.setattr(TransferCompound, "scale_fast_lr", True, raising=False)
    params = KitSoftBounds.Params()
    config = build.compound_config(
        build.kind_of("SoftBoundsReferenceDevice"), params, TikiTaka(TikiTaka.Params()).compound(), 0
    )
    assert config.device.scale_fast_lr is False


def test_what_leaks_does_so_in_every_step_and_nothing_else_does(context: MakeContext) -> None:
    leaky = built(KitConstantStep, (1, 40, 50), context, lifetime=10.0)
    walking = built(KitConstantStep, (1, 40, 50), context, diffusion=0.02)
    still = built(KitConstantStep, (1, 40, 50), context)
    capacitor = built(Capacitor, (1, 40, 50), context)
    for tile in (leaky, walking, still, capacitor):
        tile.program(torch.full((1, 40, 50), 0.1))
    before, held = still.read(), capacitor.read()
    for tile in (leaky, walking, still, capacitor):
        tile.elapse()
    assert leaky.read().mean().item() == pytest.approx(0.9 * before.mean().item(), rel=0.01)
    assert (walking.read() - before).std().item() == pytest.approx(0.02, rel=0.1)
    assert torch.equal(still.read(), before)
    assert 0 < (held - capacitor.read()).median() < 1e-6


@pytest.mark.parametrize(
    "params",
    [{"weight_scaling_omega": 0.3}, {"pulse_type": "none"}, {"um_grad_scale": 0.5}, {"fixed_bl": False}],
    ids=lambda params: next(iter(params)),
)
def test_pulses_are_not_guessed(params: dict[str, Any], context: MakeContext) -> None:
    tile = built(KitConstantStep, (1, 3, 4), context, **params)
    tile.program(torch.full((1, 3, 4), 0.1))
    tile.update(torch.ones(1, 2, 4), torch.ones(1, 2, 3), 0.05)
    assert tile.pulses.isnan().all()
    assert (tile.read() < 0.1).all()


def test_an_added_sample_changes_nothing() -> None:
    x, d = torch.rand(1, 4), torch.rand(1, 3)
    assert all(a is b for a, b in zip(at_least_two(x, d, cuda=False), (x, d), strict=True))
    more_x, more_d = at_least_two(x, d, cuda=True)
    assert torch.equal(more_d.T @ more_x, d.T @ x)
    assert len(more_x) == len(more_d) == 2
    assert len(at_least_two(more_x, more_d, cuda=True)[0]) == 2
