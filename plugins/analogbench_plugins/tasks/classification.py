"""What tasks that tell classes apart share: metric, loss, evaluation, the first images of a set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from analogbench.api import Data, Metric, Task

if TYPE_CHECKING:
    from torch import Tensor


class Classification(Task):
    """A task whose outputs are (R, B, classes) and whose targets (R, B) are class numbers; its model uses tensors
    only."""

    metric = Metric("accuracy", "test accuracy", unit="%", scale=100.0)
    capturable = True

    def loss(self, output: Tensor, target: Tensor) -> Tensor:
        return cross_entropy(output, target).mean(1)

    def evaluate(self, output: Tensor, target: Tensor) -> Mapping[str, Tensor]:
        hits = output.argmax(-1) == target
        return {"accuracy": hits.sum(1), "test_loss": cross_entropy(output, target).sum(1)}


def cross_entropy(output: Tensor, target: Tensor) -> Tensor:
    """Log-softmax and negative log-likelihood. output: (R, B, classes), target: (R, B) → (R, B)."""
    return -output.log_softmax(-1).gather(-1, target[..., None])[..., 0]


def first(data: Data, images: int) -> Data:
    """The first `images` training samples and half as many test samples."""
    assert data.test is not None
    train = (data.train[0][:images], data.train[1][:images])
    test = (data.test[0][: images // 2], data.test[1][: images // 2])
    return Data(train, test, f"{data.label}, first {images} images")
