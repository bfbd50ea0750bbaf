"""A layer that is cut into arrays computes and learns as one that is not; a compound stands for a whole rule."""

from __future__ import annotations

import torch
from analogbench_plugins.algorithms.analog_sgd import AnalogSGD
from analogbench_plugins.algorithms.tiki_taka import TikiTaka
from analogbench_plugins.devices.digital import DigitalTile
from analogbench_plugins.devices.pulsed import ConstantStep
from hypothesis import given
from hypothesis import strategies as st

from analogbench.api import Compound, Device, MakeContext, Tile, TileContext
from analogbench.api.streams import Streams
from analogbench.engine.factory import LayerFactory
from analogbench.engine.layers import RuleLinear
from analogbench.engine.mapping import parts

R, B, IN, OUT = 2, 4, 11, 7


@given(st.integers(1, 2000), st.integers(0, 700))
def test_parts_cover_all_lines_once_and_evenly(size: int, largest: int) -> None:
    cut = parts(size, largest)
    assert [i for part in cut for i in range(part.start, part.stop)] == list(range(size))
    sizes = [part.stop - part.start for part in cut]
    assert max(sizes) - min(sizes) <= 1
    assert len(cut) == 1 if largest == 0 else len(cut) == -(-size // largest)


def layer_with(largest: tuple[int, int]) -> RuleLinear:
    params = ConstantStep.Params(
        mode="expected", is_perfect=True, tau=100.0, dw_min_dtod=0, up_down_dtod=0, w_max_dtod=0, w_min_dtod=0,
        max_output_size=largest[0], max_input_size=largest[1],
    )  # fmt: skip
    streams = Streams(range(R), torch.device("cpu"))
    return LayerFactory(AnalogSGD(AnalogSGD.Params()), ConstantStep(params), streams).linear(IN, OUT)


def test_a_cut_layer_is_the_whole_one() -> None:
    whole, cut = layer_with((0, 0)), layer_with((3, 4))
    assert [block.state.shape for block in whole.matrix.blocks] == [(R, OUT, IN)]
    shapes = [[block.state.shape[1:] for block in row] for row in cut.matrix.grid]
    assert shapes == [[(rows, columns) for columns in (4, 4, 3)] for rows in (3, 2, 2)]
    assert torch.equal(whole.matrix.weights(), cut.matrix.weights())
    x, d = torch.randn(R, B, IN), torch.randn(R, B, OUT)
    results = []
    for layer in (whole, cut):
        inputs = x.clone().requires_grad_()
        outputs = layer(inputs)
        outputs.backward(d)
        layer.learn(torch.full((R, 1, 1), 0.1))
        results.append((outputs, inputs.grad, layer.matrix.weights()))
    for one, other in zip(*results, strict=True):
        torch.testing.assert_close(one, other)


def test_arrays_of_a_layer_are_different_instances() -> None:
    params = ConstantStep.Params(max_input_size=5)
    streams = Streams(range(R), torch.device("cpu"))
    layer = LayerFactory(AnalogSGD(AnalogSGD.Params()), ConstantStep(params), streams).linear(10, OUT)
    one, two = (block.state.array.planes for block in layer.matrix.blocks)
    assert not torch.equal(one, two)


class LeakyTile(DigitalTile):
    leaks = 0

    def elapse(self) -> None:
        self.leaks += 1


class Built(Device):
    """Has TTv1 built in."""

    name = "built"
    asked: Compound | None = None

    def build_tile(self, shape: tuple[int, int, int], context: TileContext) -> Tile:
        return LeakyTile(shape, context)

    def build_compound(
        self, compound: Compound | None, shape: tuple[int, int, int], make_context: MakeContext
    ) -> Tile | None:
        self.asked = compound
        return None if compound is None else LeakyTile(shape, make_context("compound"))


def test_a_compound_stands_for_the_whole_rule() -> None:
    streams = Streams(range(R), torch.device("cpu"))
    native = LayerFactory(TikiTaka(TikiTaka.Params(fast_lr=0.3)), device := Built(Built.Params()), streams)
    layer = native.linear(IN, OUT, bias=False, out_scale=False)
    assert native.implementation == "native"
    assert device.asked is not None and (device.asked.rule, device.asked.settings["fast_lr"]) == ("ttv1", 0.3)
    assert len(native.tiles) == 1
    start = layer.matrix.weights()
    assert start.abs().max() > 0, "the compound starts at the initial weights"
    x, d = torch.randn(R, B, IN), torch.randn(R, B, OUT)
    layer(x.requires_grad_()).backward(d)
    layer.learn(torch.full((R, 1, 1), 0.1))
    torch.testing.assert_close(layer.matrix.weights(), start - 0.1 * d.mT @ x.detach())
    native.elapse()
    assert [tile.leaks for tile in native.tiles] == [1]  # type: ignore[attr-defined]

    composed = LayerFactory(AnalogSGD(AnalogSGD.Params()), Built(Built.Params()), streams)
    composed.linear(IN, OUT)
    assert composed.implementation == "composed"
