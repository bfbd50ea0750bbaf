"""A rule layer against an ordinary one: products, gradients, updates."""

from typing import Any

import pytest
import torch

from analogbench.api import TileContext
from analogbench.api.streams import Streams
from analogbench.engine.factory import LayerFactory
from analogbench.errors import PluginError
from analogbench.registry import Registry

R, B, IN, OUT = 3, 4, 6, 5


@pytest.fixture(params=[("sgd", "digital"), ("analog-sgd", "ideal-softbounds")], ids=["digital", "analog"])
def factory(request: pytest.FixtureRequest, installed: Registry) -> LayerFactory:
    algorithm, device = (installed.get(k, n).value for k, n in zip(("algorithm", "device"), request.param, strict=True))
    params: Any = {"tau": 1e6} if device.analog else {}
    streams = Streams(range(R), torch.device("cpu"))
    return LayerFactory(algorithm(algorithm.Params()), device(device.Params(**params)), streams)


def test_products_and_gradients_are_those_of_a_linear_layer(factory: LayerFactory) -> None:
    layer = factory.linear(IN, OUT)
    x = torch.randn(R, B, IN, requires_grad=True)
    d = torch.randn(R, B, OUT)
    w, scale = layer.matrix.blocks[0].state.read(), torch.tensor(1.0)
    y = layer(x)
    torch.testing.assert_close(y, scale * (x @ w.mT) + layer.bias)
    y.backward(d)
    torch.testing.assert_close(x.grad, d @ w)
    torch.testing.assert_close(layer.bias.grad, d.sum(1, keepdim=True))
    if layer.out_scale is not None:
        torch.testing.assert_close(layer.out_scale.grad, (d * (x @ w.mT)).sum((1, 2), keepdim=True))
    lr = torch.tensor([0.1, 0.2, 0.0]).reshape(-1, 1, 1)
    layer.learn(lr)
    torch.testing.assert_close(layer.matrix.blocks[0].state.read(), w - lr * (d.mT @ x.detach()), rtol=1e-4, atol=1e-5)
    assert not layer.samples


def test_out_scale_only_on_analog_devices_and_only_if_wanted(factory: LayerFactory) -> None:
    assert (factory.linear(IN, OUT).out_scale is not None) == factory.device.analog
    assert factory.linear(IN, OUT, out_scale=False, bias=False).out_scale is None


def test_default_start_is_torchs(factory: LayerFactory) -> None:
    layer = factory.linear(400, 300)
    for values in (layer.matrix.blocks[0].state.read(), layer.bias):
        assert values.abs().max() <= 400**-0.5
        assert values.std().item() == pytest.approx((400 * 3) ** -0.5, rel=0.05)


def test_a_layer_used_twice_learns_from_both_uses(factory: LayerFactory) -> None:
    layer = factory.linear(IN, IN, bias=False, out_scale=False)
    w = layer.matrix.blocks[0].state.read()
    x = torch.randn(R, B, IN)
    hidden = layer(x)
    layer(hidden).backward(torch.ones(R, B, IN))
    assert len(layer.samples) == 2
    layer.learn(torch.full((R, 1, 1), 0.01))
    d = torch.ones(R, B, IN)
    expected = w - 0.01 * (d.mT @ hidden.detach() + (d @ w).mT @ x)
    torch.testing.assert_close(layer.matrix.blocks[0].state.read(), expected, rtol=1e-4, atol=1e-5)


class Misshapen:
    """Wraps a rule's method so that it drops the last line of its result."""

    def __init__(self, method: Any) -> None:
        self.method = method

    def __call__(self, *args: Any) -> torch.Tensor:
        return self.method(*args)[..., :-1]


@pytest.mark.parametrize("method", ["forward", "backward"])
def test_a_rule_that_returns_a_wrong_shape_is_named(method: str, factory: LayerFactory) -> None:
    layer = factory.linear(IN, OUT)
    setattr(factory.rule, method, Misshapen(getattr(factory.rule, method)))
    with pytest.raises(PluginError, match=rf"algorithm {factory.rule.name}: {method} returned shape \(3, 4, [45]\)"):
        layer(torch.randn(R, B, IN, requires_grad=True)).sum().backward()


@pytest.mark.parametrize(
    ("x", "d"),
    [((R, B, IN - 1), (R, B, OUT)), ((R, B, IN), (R, B, OUT + 1)), ((1, B, IN), (1, B, OUT)), ((R, 2, IN), (R, 3, OUT)),
     ((R, IN), (R, OUT))],
)  # fmt: skip
def test_a_tile_refuses_wrong_shapes(x: tuple[int, ...], d: tuple[int, ...], installed: Registry) -> None:
    for name in ("digital", "ideal-softbounds", "softbounds"):
        device = installed.device(name).value
        streams = Streams(range(R), torch.device("cpu"))
        tile = device(device.Params()).build_tile((R, OUT, IN), TileContext(streams, torch.device("cpu")))
        with pytest.raises(PluginError, match="a rule gave"):
            tile.update(torch.zeros(x), torch.zeros(d), 0.1)
        assert tile.pulses.sum() == 0
