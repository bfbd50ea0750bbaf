"""The interface of a task: data, model, loss, metric and protocol."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal
from typing import Protocol as TypingProtocol

from analogbench.api.params import Params

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

    from analogbench.api.streams import Streams

Budget = Literal["smoke", "quick", "paper"]
"""How much of a task is run: seconds, minutes, or the whole published protocol."""

BUDGETS: tuple[Budget, ...] = ("smoke", "quick", "paper")


@dataclass(frozen=True)
class Protocol:
    """How a task is trained under one budget.

    epochs: passes over the training data. batch: samples per step. lr_digital, lr_analog: initial learning rate of
    digital and of analog rules, a number or one (R, 1, 1) tensor. step_epochs, step_factor: every `step_epochs`
    epochs the rate is multiplied by `step_factor` (0: never). evaluate_every: epochs between evaluations.
    steps_per_epoch: about how many steps an epoch has; only used to guess which jobs take long.
    """

    epochs: int
    batch: int
    lr_digital: float
    lr_analog: float
    step_epochs: int = 0
    step_factor: float = 1.0
    evaluate_every: int = 1
    steps_per_epoch: int = 1

    def rate_factor(self, epoch: int) -> float:
        """What the learning rate is multiplied by in `epoch`, counted from 0."""
        return self.step_factor ** (epoch // self.step_epochs) if self.step_epochs else 1.0


@dataclass(frozen=True)
class Data:
    """Tensors shared by all replicas: inputs (N, ...), targets (N, ...). test is None where there is nothing to
    test on.

    label: how the data set must be called wherever a number made with it shows, e.g. "MNIST-5k".
    """

    train: tuple[Tensor, Tensor]
    test: tuple[Tensor, Tensor] | None
    label: str


@dataclass(frozen=True)
class Metric:
    """The number that ranks cells: its key in a record's metrics, title and unit for tables, direction, axis.

    scale: multiplies the stored number for display, e.g. 100 for a fraction shown in percent.
    """

    key: str
    title: str
    unit: str = ""
    higher_is_better: bool = True
    log_axis: bool = False
    scale: float = 1.0


class Layers(TypingProtocol):
    """Makes the layers of a model. All tensors carry two leading dimensions: replica and batch."""

    streams: Streams
    """Named random streams of the replicas, for noise that belongs to the task."""

    torch_device: torch.device

    def linear(
        self,
        inputs: int,
        outputs: int,
        *,
        bias: bool = True,
        out_scale: bool = True,
        init: Callable[[Streams], Tensor] | None = None,
    ) -> nn.Module:
        """A trainable matrix product (R, B, inputs) → (R, B, outputs).

        bias: add a digital bias. out_scale: on analog devices, multiply the product by one learned digital number,
        which starts at 1. init: makes the initial weights, (R, outputs, inputs), from the layer's streams; by
        default uniform in ±1/√inputs, as torch's nn.Linear does.
        """
        ...


class Task(ABC):
    """What is learnt, and how it is judged. Subclasses are final."""

    name: ClassVar[str]
    source: ClassVar[str] = ""
    metric: ClassVar[Metric]
    Params: ClassVar[type[Params]] = Params

    def __init__(self, params: Any) -> None:
        """params: an instance of `Params`; in a job of R replicas its stackable fields are (R, 1, 1) tensors."""
        self.params = params

    @abstractmethod
    def protocol(self, budget: Budget) -> Protocol:
        """How to train under `budget`."""

    @abstractmethod
    def data(self, budget: Budget, torch_device: torch.device) -> Data:
        """Load the data. Raises DataMissingError where it is not on this machine."""

    @abstractmethod
    def model(self, layers: Layers) -> nn.Module:
        """The model: maps a batch (R, B, ...) to outputs (R, B, ...)."""

    @abstractmethod
    def loss(self, output: Tensor, target: Tensor) -> Tensor:
        """The mean training loss of each replica over its batch, (R,)."""

    def evaluate(self, output: Tensor, target: Tensor) -> Mapping[str, Tensor]:
        """Sums over a batch of test samples, (R,) each; the engine adds them up and divides by the number of
        samples."""
        return {}

    def summary(self, losses: Tensor) -> Mapping[str, Tensor]:
        """Final metrics, (R,) each, from the training losses of all steps so far, (R, steps)."""
        return {}
