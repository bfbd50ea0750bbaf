"""Ordinary torch models as R replicas beside each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn

from analogbench.api.streams import Streams
from analogbench.engine.digital import BatchNorm2d, DigitalConv2d, DigitalLinear
from analogbench.errors import PluginError

_HOLDS_PARAMETERS = (nn.Linear, nn.Conv2d, nn.BatchNorm2d)


class Folded(nn.Module):
    """A module for one batch dimension, on (R, B, ...): replicas are merged into the batch and parted again."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, x: Tensor) -> Tensor:
        """x: (R, B, ...) → (R, B, ...)."""
        y: Tensor = self.module(x.flatten(0, 1))
        return y.reshape(*x.shape[:2], *y.shape[1:])


class Unfolded(nn.Module):
    """A layer for (R, B, ...) inside a `Folded` model, where replicas are merged into the batch."""

    def __init__(self, replicas: int, layer: nn.Module) -> None:
        super().__init__()
        self.replicas, self.layer = replicas, layer

    def forward(self, x: Tensor) -> Tensor:
        """x: (R·B, ...) → (R·B, ...)."""
        y: Tensor = self.layer(x.reshape(self.replicas, -1, *x.shape[1:]))
        return y.flatten(0, 1)


def copies(make: Callable[[], nn.Module], streams: Streams) -> list[nn.Module]:
    """One model for each replica, made on the CPU with torch's generator seeded from the replica's stream "torch"."""
    models = []
    for key in streams.keys("torch").tolist():
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(key)
            models.append(make())
    return models


def replaced(models: list[nn.Module], replace: Callable[[str, list[Any]], nn.Module]) -> nn.Module:
    """The first of `models` with every layer that holds parameters replaced by what `replace` makes of its name and of
    that layer in all models; for merged batches (R·B, ...). Raises PluginError if something else holds parameters."""
    template = models[0]
    named = [dict(model.named_modules()) for model in models]
    for name in list(_layers(template)):
        layer = Unfolded(len(models), replace(name, [modules[name] for modules in named]))
        parent, _, attribute = name.rpartition(".")
        setattr(template.get_submodule(parent), attribute, layer)
    return template


def _layers(model: nn.Module) -> Iterator[str]:
    """The names of the layers that hold parameters."""
    for name, module in model.named_modules():
        if isinstance(module, _HOLDS_PARAMETERS):
            yield name
        elif next(module.parameters(recurse=False), None) is not None:
            raise PluginError(
                f"{name or 'the model'}, a {type(module).__name__}, cannot be replicated: it has parameters"
            )


def digital(layers: list[Any], lr_scale: float, device: torch.device) -> nn.Module:
    """The R given layers, all nn.Linear, nn.Conv2d or nn.BatchNorm2d of the same shape, as one digital layer."""

    def stacked(name: str) -> Tensor | None:
        tensors = [getattr(layer, name) for layer in layers]
        return None if tensors[0] is None else torch.stack([tensor.detach() for tensor in tensors]).to(device)

    def all_of(name: str) -> Tensor:
        tensor = stacked(name)
        if tensor is None:
            raise PluginError(f"a {type(layers[0]).__name__} without {name} cannot be replicated")
        return tensor

    first = layers[0]
    if isinstance(first, nn.Linear):
        return DigitalLinear(all_of("weight"), stacked("bias"), lr_scale)
    if isinstance(first, nn.Conv2d):
        _, stride, padding = geometry(first)
        return DigitalConv2d(all_of("weight"), stacked("bias"), stride, padding, lr_scale)
    if first.momentum is None:
        raise PluginError("a BatchNorm2d without momentum cannot be replicated")
    parts = [all_of(name) for name in ("weight", "bias", "running_mean", "running_var")]
    return BatchNorm2d(parts[0], parts[1], parts[2], parts[3], first.eps, first.momentum, lr_scale)


def geometry(layer: nn.Conv2d) -> tuple[int, int, int]:
    """Kernel, stride and padding of a convolution. Raises PluginError unless it is square, dense and zero-padded."""
    sizes = (layer.kernel_size, layer.stride, layer.padding)
    square = all(isinstance(size, tuple) and size[0] == size[1] for size in sizes)
    if not square or layer.groups != 1 or layer.dilation != (1, 1) or layer.padding_mode != "zeros":
        raise PluginError(f"cannot be replicated: {layer}; a convolution must be square, ungrouped and not dilated")
    return layer.kernel_size[0], layer.stride[0], int(layer.padding[0])
