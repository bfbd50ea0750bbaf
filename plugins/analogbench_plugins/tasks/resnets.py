"""torchvision's ResNets for ten classes, and how pixels enter them; imports torch and torchvision."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import Literal

import torch
import torchvision
from torch import Tensor, nn
from torch.nn import functional

from analogbench.api.streams import Streams
from analogbench.data import imagenet_weights

Network = Literal["resnet18", "resnet34", "resnet50"]

CLASSES = 10
IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
SMALL = 32


def make(network: Network, size: int, *, pretrained: bool) -> nn.Module:
    """torchvision's resnet18, resnet34 or resnet50 with a new last layer `fc`.

    At 32 pixels the 7 × 7 convolution of stride 2 in front gives way to a new one of 3 × 3 and stride 1: with the pool
    behind it the stages see 16, 8, 4 and 2 pixels. Raises DataMissingError where ImageNet's weights are not there.
    """
    model: nn.Module = getattr(torchvision.models, network)(weights=None)
    if pretrained:
        model.load_state_dict(_imagenet(network))
    if size == SMALL:
        model.conv1 = nn.Conv2d(3, 64, kernel_size=3, stride=1, padding=1, bias=False)
        nn.init.kaiming_normal_(model.conv1.weight, mode="fan_out", nonlinearity="relu")  # as torchvision does
    model.fc = nn.Linear(model.fc.in_features, CLASSES)
    return model


@cache  # every replica of a job starts from them
def _imagenet(network: Network) -> dict[str, Tensor]:
    state: dict[str, Tensor] = torch.load(BytesIO(imagenet_weights(network)), map_location="cpu", weights_only=True)
    return state


class Pixels(nn.Module):
    """Bytes → the network's inputs: in training, random horizontal and vertical flips, each of probability ½; then
    bilinear resizing and ImageNet's normalisation. All where the images lie, on the GPU if they do."""

    mean: Tensor
    std: Tensor

    def __init__(self, size: int, streams: Streams) -> None:
        super().__init__()
        self.size, self.streams = size, streams
        for name, values in (("mean", IMAGENET_MEAN), ("std", IMAGENET_STD)):
            self.register_buffer(name, torch.tensor(values, device=streams.device).reshape(3, 1, 1))

    def forward(self, images: Tensor) -> Tensor:
        """images: (R, B, 3, 32, 32) uint8 → (R, B, 3, size, size) float32."""
        pixels = self._flipped(images) if self.training else images
        pixels = pixels.float() / 255.0
        if pixels.shape[-1] != self.size:
            wanted = (self.size, self.size)
            resized = functional.interpolate(pixels.flatten(0, 1), wanted, mode="bilinear", align_corners=False)
            pixels = resized.unflatten(0, pixels.shape[:2])
        return (pixels - self.mean) / self.std

    def _flipped(self, images: Tensor) -> Tensor:
        flips = self.streams.uniform("flips", images.shape[1], 2) < 0.5  # (R, B, 2)
        across, upside = (flips[..., i, None, None, None] for i in (0, 1))
        images = torch.where(across, images.flip(-1), images)
        return torch.where(upside, images.flip(-2), images)
