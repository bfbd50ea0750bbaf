"""Convolutions agree with AIHWKIT's AnalogConv2d: tiles that are given the patches, and the engine's own layer."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from analogbench_plugins.algorithms.analog_sgd import AnalogSGD
from analogbench_plugins.devices.aihwkit.families import KitSoftBounds
from analogbench_plugins.devices.digital import Digital
from analogbench_plugins.parity.convolutions import counting, exact, transfer, updates
from analogbench_plugins.parity.convolutions.images import (
    CHANNELS,
    GEOMETRIES,
    KERNEL,
    OUTPUTS,
    RATE,
    Geometry,
    make_images,
)
from analogbench_plugins.parity.convolutions.layer import KitConvolution
from analogbench_plugins.parity.convolutions.products import compare_all_products
from analogbench_plugins.parity.moments import compare

from analogbench.api import Device, RuleParams, Tile
from analogbench.api.streams import Streams
from analogbench.engine.convolution import RuleConv2d
from analogbench.engine.factory import LayerFactory
from analogbench.engine.layers import RuleLinear
from analogbench.engine.mapping import MappedMatrix

DRAWS = 400
WALKS = pytest.mark.parametrize("geometry", GEOMETRIES, ids=lambda geometry: geometry.label)
RULE = AnalogSGD(RuleParams())


def engine_layer(tile: Tile, geometry: Geometry) -> RuleConv2d:
    """The engine's layer on a tile, trained by Analog SGD; without bias and learned scale."""
    matrix = MappedMatrix(tile.shape, (0, 0), lambda rows, columns: (RULE, tile))
    return RuleConv2d(RuleLinear(matrix, None, None), KERNEL, geometry.stride, geometry.padding)


def test_where_nothing_is_random_both_are_the_same(seed: int) -> None:
    results = exact.compare_exact_all(seed)
    assert len(results) == 5 * len(GEOMETRIES)
    for result in results:
        assert not result.failed, result
        assert result.label.startswith("exact") or result.reversed > 0.05, "the order of patches would be seen"


@WALKS
@pytest.mark.parametrize("make", [exact.idealized_tile, exact.kit], ids=["cpu kernel", "AIHWKIT's tile"])
def test_the_engines_layer_pulses_patch_by_patch_in_the_same_order(make: Any, geometry: Geometry, seed: int) -> None:
    given, config = exact.sign_step(geometry, seed), exact.certain_config(seed)
    theirs, layer = KitConvolution(config, geometry, given.lr), engine_layer(make(config), geometry)
    theirs.tile.set_weights(given.w)
    layer.product.matrix.blocks[0].state.program(given.w[None])
    for turn in range(3):
        images, errors = given.x.roll(turn, 0), given.d.roll(-turn, 0)
        wanted = theirs.step(images, errors)
        x = images[None].clone().requires_grad_()
        y = layer(x)
        y.backward(errors[None])
        layer.product.learn(torch.full((1, 1, 1), given.lr))
        for got, want in zip((y, x.grad, layer.exact()), (*wanted, theirs.tile.get_weights()[0]), strict=True):
            torch.testing.assert_close(got[0], want, rtol=0, atol=exact.TOLERANCE)


def both_by_name(scale: bool, geometry: Geometry, seed: int) -> tuple[RuleConv2d, Any]:
    """The factory's layer and an AnalogConv2d with the same weights and bias; scale: on AIHWKIT's tiles."""
    from aihwkit.nn import AnalogConv2d

    device: Device = Digital(Digital.Params())
    if scale:
        device = KitSoftBounds(KitSoftBounds.Params(tau=2.0, pulse_type="none", is_perfect=True))
    walk = {"stride": geometry.stride, "padding": geometry.padding}
    layer = LayerFactory(RULE, device, Streams([seed], torch.device("cpu"))).conv2d(CHANNELS, OUTPUTS, KERNEL, **walk)
    config = exact.exact_config()
    config.mapping.learn_out_scaling = scale
    theirs = AnalogConv2d(CHANNELS, OUTPUTS, KERNEL, **walk, rpu_config=config)
    kernels = layer.exact()[0].reshape(OUTPUTS, CHANNELS, KERNEL, KERNEL)
    theirs.set_weights(kernels, layer.product.bias.detach().flatten())
    return layer, theirs


@WALKS
@pytest.mark.parametrize("scale", [False, True], ids=["digital", "aihwkit-softbounds"])
def test_exact_training_with_bias_and_learned_scale_is_the_same(scale: bool, geometry: Geometry, seed: int) -> None:
    """By the factory, on devices by name. The learned scale exists on analog devices only."""
    from aihwkit.optim import AnalogSGD as KitSGD

    layer, theirs = both_by_name(scale, geometry, seed)
    numbers = [layer.product.bias, *([layer.product.out_scale] if scale else [])]
    optimizer = KitSGD(theirs.parameters(), lr=0.01)
    for step in range(3):
        images = make_images(geometry, seed + 100 * step)
        optimizer.zero_grad()
        loss = 0.5 * (theirs(images.x) - images.target).square().sum()
        loss.backward()
        optimizer.step()
        ours = 0.5 * (layer(images.x[None])[0] - images.target).square().sum()
        torch.testing.assert_close(ours, loss)
        gradients = torch.autograd.grad(ours, [*numbers, layer.product.anchor], allow_unused=True)
        layer.product.learn(torch.full((1, 1, 1), 0.01))
        with torch.no_grad():
            for number, gradient in zip(numbers, gradients, strict=False):
                number.sub_(0.01 * gradient)
    tile = theirs.analog_module
    wanted = [tile.get_weights(apply_weight_scaling=False)[0], tile.bias, *([tile.out_scaling_alpha] if scale else [])]
    for got, want in zip([layer.exact(), *numbers], wanted, strict=True):
        torch.testing.assert_close(got.flatten(), want.flatten(), rtol=0, atol=exact.TOLERANCE)


def test_noisy_products_have_the_same_distribution(seed: int) -> None:
    for result in compare_all_products(DRAWS, seed):
        assert not result.failed, (result.label, result.agreement.p)


@pytest.mark.parametrize("case", updates.CASES, ids=lambda case: case.label)
def test_a_training_step_moves_the_weights_alike(case: updates.ConvolutionCase, seed: int) -> None:
    kernels = ("cpu", "gpu", "reference", updates.COMPOSED) if case is updates.CASES[0] else ("cpu",)
    for result in updates.compare_convolution(case, DRAWS, seed, kernels):
        assert not result.failed, (result.label, result.agreement.p)


@pytest.mark.parametrize(("factor", "agrees"), [(1.0, True), (1.1, False)], ids=["right", "rate 10 % too large"])
def test_a_training_step_of_the_engines_layer(factor: float, agrees: bool, seed: int) -> None:
    """Forward, backward and update through autograd, as in a run; and a small mistake is seen."""
    draws, case = 2 * DRAWS, updates.CASES[0]
    images = make_images(case.geometry, seed)
    tile = updates.idealized(case, range(draws), seed)
    layer = engine_layer(tile, case.geometry)
    tile.program(images.w.expand(draws, -1, -1).contiguous())
    start, lr = tile.read(), torch.full((draws, 1, 1), RATE * factor)
    (0.5 * (layer(images.x.expand(draws, -1, -1, -1, -1)) - images.target).square().sum()).backward()
    layer.product.learn(lr)
    ours = (tile.read() - start).flatten(1).double().numpy()
    agreement = compare(updates.kit_steps(case, images, draws, seed), ours)
    assert agreement.passed == agrees, agreement.p


@pytest.mark.parametrize("case", transfer.CASES, ids=lambda case: case.label)
def test_tiki_taka_moves_both_arrays_alike(case: transfer.ConvolutionTransfer, seed: int) -> None:
    result = transfer.compare_convolution_transfer(case, DRAWS, seed)
    assert not result.failed, result.agreement.p


@pytest.mark.parametrize("schedule", counting.SCHEDULES, ids=lambda schedule: schedule.label)
def test_patches_are_counted_and_transfers_come_as_the_page_says(schedule: counting.Schedule, seed: int) -> None:
    found = counting.count(schedule, seed)
    assert not found.failed
    assert found.differs == schedule.by_design
