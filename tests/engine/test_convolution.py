"""Convolutions by a rule against torch's, and whole torch models as replicas."""

import copy
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional

from analogbench.api.streams import Streams
from analogbench.engine.factory import LayerFactory
from analogbench.engine.training import trained_numbers
from analogbench.errors import PluginError
from analogbench.registry import Registry

R, B = 2, 3


def _factory(
    installed: Registry, algorithm: str = "sgd", device: str = "digital", seeds: Any = range(R)
) -> LayerFactory:
    rule, array = installed.algorithm(algorithm).value, installed.device(device).value
    params: Any = {"tau": 1e6} if device == "ideal-softbounds" else {}
    return LayerFactory(rule(rule.Params()), array(array.Params(**params)), Streams(seeds, torch.device("cpu")))


@pytest.mark.parametrize("place", [("sgd", "digital"), ("analog-sgd", "ideal-softbounds")])
@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (2, 1)])
def test_a_convolution_computes_and_learns_as_torchs(
    installed: Registry, place: tuple[str, str], stride: int, padding: int
) -> None:
    layer = _factory(installed, *place).conv2d(2, 4, 3, stride=stride, padding=padding)
    x = torch.randn(R, B, 2, 7, 6, requires_grad=True)
    kernels = layer.exact().reshape(R, 4, 2, 3, 3).clone().requires_grad_()
    bias = layer.product.bias.detach()[:, 0]
    maps = [functional.conv2d(x[r], kernels[r], bias[r], stride, padding) for r in range(R)]
    wanted = torch.stack(maps)
    y = layer(x)
    torch.testing.assert_close(y, wanted)
    d = torch.randn_like(wanted)
    gradient_x, gradient_w = torch.autograd.grad(wanted, (x, kernels), d)
    (got_x,) = torch.autograd.grad(y, x, d)
    torch.testing.assert_close(got_x, gradient_x, rtol=1e-4, atol=1e-5)
    lr = torch.tensor([0.1, 0.02]).reshape(-1, 1, 1)
    layer.product.learn(lr)
    moved = kernels.detach().flatten(2).flatten(1).reshape(R, 4, -1) - lr * gradient_w.reshape(R, 4, -1)
    torch.testing.assert_close(layer.exact(), moved, rtol=1e-4, atol=1e-5)


def test_each_patch_is_a_sample_of_its_own(installed: Registry) -> None:
    """Image by image, row by row: the pulses of one sample find the weights that those before it left."""
    layer = _factory(installed).conv2d(1, 1, 2, bias=False)
    x = torch.arange(R * B * 9, dtype=torch.float32).reshape(R, B, 1, 3, 3)
    layer(x).sum().backward()
    ((samples, d),) = layer.product.samples
    assert samples.shape == (R, B * 4, 4)
    assert d.shape == (R, B * 4, 1)
    assert samples[0, 0].tolist() == [0, 1, 3, 4]
    assert samples[0, 1].tolist() == [1, 2, 4, 5]
    assert samples[0, 4].tolist() == [9, 10, 12, 13]
    assert samples[1, 0].tolist() == [27, 28, 30, 31]


def _network() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(3, 4, 3, padding=1, bias=False),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(4, 5, 3, stride=2),
        nn.Flatten(),
        nn.Linear(5, 6),
    )


def _train(model: nn.Module, x: torch.Tensor, rates: dict[str, float]) -> None:
    model.zero_grad()
    model(x).square().sum().backward()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            assert parameter.grad is not None
            parameter.sub_(rates[name.partition(".")[0]] * parameter.grad)


@pytest.mark.parametrize("analog", [False, True], ids=["digital", "by the rule"])
def test_replicas_of_a_torch_model_train_as_each_would_alone(installed: Registry, analog: bool) -> None:
    factory, made = _factory(installed), []

    def make() -> nn.Module:
        made.append(_network())
        return copy.deepcopy(made[-1])

    scale = {"0": 0.5, "1": 0.5, "4": 0.5, "6": 1.0}
    model = factory.replicate(make, analog=lambda name: analog or name == "6", lr_scale=lambda name: scale[name])
    assert len(factory.rule_layers) == (3 if analog else 1)
    assert not torch.equal(made[0][0].weight, made[1][0].weight)
    for _ in range(2):
        x = torch.randn(R, B, 3, 6, 6)
        for r, alone in enumerate(made):
            _train(alone, x[r], {name: 0.01 * factor for name, factor in scale.items()})
        parameters = dict(trained_numbers(model))
        wanted = [*parameters, *(layer.anchor for layer in factory.rule_layers)]
        gradients = torch.autograd.grad(model(x).square().sum(), wanted, allow_unused=True)
        for layer in factory.rule_layers:
            layer.learn(torch.full((R, 1, 1), 0.01))
        with torch.no_grad():
            for (parameter, factor), gradient in zip(parameters.items(), gradients, strict=False):
                parameter.sub_(0.01 * factor * gradient)
    x = torch.randn(R, B, 3, 6, 6)
    model.eval()
    alone = torch.stack([network.eval()(x[r]) for r, network in enumerate(made)])
    torch.testing.assert_close(model(x), alone, rtol=1e-4, atol=1e-5)


def test_a_replica_starts_the_same_whoever_is_beside_it(installed: Registry) -> None:
    x = torch.randn(1, B, 3, 6, 6)
    outputs = []
    for seeds in ([7], [3, 7, 5]):
        before = torch.get_rng_state()
        model = _factory(installed, seeds=seeds).replicate(_network, analog=lambda name: False)
        assert torch.equal(torch.get_rng_state(), before)
        outputs.append(model(x.expand(len(seeds), -1, -1, -1, -1))[seeds.index(7)])
    assert torch.equal(*outputs)


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (nn.Conv2d(2, 2, 3, groups=2), "square, ungrouped and not dilated"),
        (nn.Conv2d(2, 2, (3, 1)), "square, ungrouped and not dilated"),
        (nn.LayerNorm(3), "1, a LayerNorm, cannot be replicated: it has parameters"),
        (nn.BatchNorm2d(2, affine=False), "cannot be replicated"),
    ],
)
def test_what_cannot_be_replicated_is_refused(installed: Registry, layer: nn.Module, message: str) -> None:
    with pytest.raises(PluginError, match=message):
        _factory(installed).replicate(lambda: nn.Sequential(nn.ReLU(), layer), analog=lambda name: False)


def test_a_folded_module_sees_every_image_once(installed: Registry) -> None:
    x = torch.randn(R, B, 2, 4, 4)
    pooled = _factory(installed).folded(nn.MaxPool2d(2))(x)
    torch.testing.assert_close(pooled, torch.stack([functional.max_pool2d(x[r], 2) for r in range(R)]))
