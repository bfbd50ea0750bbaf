"""Small photographs on ResNets: Table 2 of [P24]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from analogbench.api import Budget, Data, Layers, Params, Protocol, Task, hookimpl, param
from analogbench.data import missing
from analogbench.errors import DataMissingError
from analogbench_plugins.tasks.classification import Classification, first

if TYPE_CHECKING:
    import torch
    from torch import nn

EPOCHS = {"smoke": 1, "quick": 2, "paper": 100}
IMAGES = {"smoke": 128, "quick": 1024, "paper": 50_000}
BATCH = 128


class Cifar10Params(Params):
    """What is analog, from where training starts, and how long it takes."""

    analog: Literal["fc", "all"] = param(
        "fc", "fc: only the last layer lies on the device; all: every convolution, too"
    )
    weights: Literal["imagenet", "none", "auto"] = param(
        "auto", "imagenet: the backbone starts from ImageNet; none: from scratch; auto: imagenet at budget paper only"
    )
    size: Literal[32, 224] | None = param(
        None, "pixels that images are resized to; not given: 224 at budget paper, else 32", unit="pixels"
    )
    images: int | None = param(
        None, "training images; the budget sets it when not given", ge=20, le=50_000, unit="images"
    )
    epochs: int | None = param(None, "passes over the images; the budget sets it when not given", ge=1, unit="epochs")
    backbone_lr_scale: float | None = param(
        None,
        "learning rate of all but the last layer, relative; not given: 0.1 from ImageNet, 1 from scratch",
        gt=0,
        unit="1",
    )


class Cifar10(Classification):
    """What the three networks have in common. network: its name in torchvision.

    Batch 128, 100 epochs, rate 0.15 (analog 0.075), ×0.1 every 50 epochs; horizontal and vertical flips, ImageNet's
    mean and deviation.
    """

    network: ClassVar[Literal["resnet18", "resnet34", "resnet50"]]
    source = "Wu, Gokmen, Rasch, Chen, NeurIPS 2024, Table 2"
    in_default_grid = False
    Params = Cifar10Params

    def protocol(self, budget: Budget) -> Protocol:
        return Protocol(
            epochs=self.params.epochs or EPOCHS[budget],
            batch=BATCH,
            lr_digital=0.15,
            lr_analog=0.075,
            step_epochs=50,
            step_factor=0.1,
            evaluation_batch=BATCH,
            steps_per_epoch=-(-self._images(budget) // BATCH),
        )

    def missing(self, budget: Budget) -> str:
        needed = ["cifar10"] + ([f"{self.network}-imagenet"] if self._pretrained(budget) else [])
        return "; ".join(filter(None, map(missing, needed)))

    def data(self, budget: Budget, torch_device: torch.device) -> Data:
        from analogbench_plugins.tasks import cifar10_data  # imports torch, which takes 2 s

        if reason := self.missing(budget):  # of both, before the first of them is read
            raise DataMissingError(reason)
        images, data = self._images(budget), cifar10_data.load(torch_device)
        data = data if images == IMAGES["paper"] else first(data, images)
        size, origin = self._size(budget), "ImageNet" if self._pretrained(budget) else "scratch"
        return Data(data.train, data.test, f"{data.label}, {size} × {size}, from {origin}")

    def model(self, layers: Layers) -> nn.Module:
        from torch import nn

        from analogbench_plugins.tasks.resnets import Pixels, make

        p: Any = self.params
        size, pretrained = self._size(layers.budget), self._pretrained(layers.budget)
        backbone_scale = p.backbone_lr_scale or (0.1 if pretrained else 1.0)
        network = layers.replicate(
            lambda: make(self.network, size, pretrained=pretrained),
            analog=lambda name: p.analog == "all" or name == "fc",
            lr_scale=lambda name: 1.0 if name == "fc" else backbone_scale,
        )
        return nn.Sequential(Pixels(size, layers.streams), network)

    def _images(self, budget: Budget) -> int:
        return self.params.images or IMAGES[budget]

    def _pretrained(self, budget: Budget) -> bool:
        return self.params.weights == "imagenet" or (self.params.weights == "auto" and budget == "paper")

    def _size(self, budget: Budget) -> int:
        return self.params.size or (224 if budget == "paper" else 32)


class ResNet18(Cifar10):
    """CIFAR10 on torchvision's ResNet-18."""

    name, network = "cifar10-resnet18", "resnet18"


class ResNet34(Cifar10):
    """CIFAR10 on torchvision's ResNet-34."""

    name, network = "cifar10-resnet34", "resnet34"


class ResNet50(Cifar10):
    """CIFAR10 on torchvision's ResNet-50."""

    name, network = "cifar10-resnet50", "resnet50"


@hookimpl
def analogbench_tasks() -> list[type[Task]]:
    """CIFAR10 on three ResNets."""
    return [ResNet18, ResNet34, ResNet50]
