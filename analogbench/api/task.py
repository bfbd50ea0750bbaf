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
    evaluation_batch: test samples that are evaluated at once. steps_per_epoch: about how many steps an epoch has; only
    used to guess which jobs take long.
    """

    epochs: int
    batch: int
    lr_digital: float
    lr_analog: float
    step_epochs: int = 0
    step_factor: float = 1.0
    evaluate_every: int = 1
    evaluation_batch: int = 250
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

    budget: Budget
    """For tasks whose model differs between budgets."""

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
        default uniform in ±1/√inputs, as torch's nn.Linear does. The layer's method `exact()` returns the exact
        weights, (R, outputs, inputs), for evaluation only.
        """
        ...

    def conv2d(  # noqa: PLR0913 - torch's names for them
        self,
        inputs: int,
        outputs: int,
        kernel: int,
        *,
        stride: int = 1,
        padding: int = 0,
        bias: bool = True,
        out_scale: bool = True,
    ) -> nn.Module:
        """A trainable convolution (R, B, inputs, H, W) → (R, B, outputs, H', W') with a square kernel.

        The kernels are the rows of one matrix on the device, (outputs, inputs·kernel²), and every patch of every image
        is a sample of its own, multiplied and pulsed one after the other, as in AIHWKIT's AnalogConv2d. It starts as
        torch's nn.Conv2d does. bias, out_scale: as for `linear`.
        """
        ...

    def folded(self, module: nn.Module) -> nn.Module:
        """`module`, which knows one batch dimension and holds no parameters, such as nn.MaxPool2d, applied to all
        replicas: (R, B, ...) → (R, B, ...)."""
        ...

    def replicate(
        self,
        make: Callable[[], nn.Module],
        *,
        analog: Callable[[str], bool],
        lr_scale: Callable[[str], float] = ...,
    ) -> nn.Module:
        """R replicas, beside each other, of an ordinary torch model: (R, B, ...) → (R, B, ...).

        make: makes the model; called once for each replica, with torch's generator seeded by that replica. analog: of
        the name of an nn.Linear or nn.Conv2d within, such as "layer1.0.conv1", whether the training rule has it; all
        others, and nn.BatchNorm2d, are digital. lr_scale: of such a name, what the learning rate is multiplied by.
        Raises PluginError if other modules of the model hold parameters, or a convolution is grouped or dilated.
        """
        ...


class Task(ABC):
    """What is learnt, and how it is judged. Subclasses are final."""

    name: ClassVar[str]
    source: ClassVar[str] = ""
    metric: ClassVar[Metric]
    Params: ClassVar[type[Params]] = Params

    in_default_grid: ClassVar[bool] = True
    """Whether `run` takes the task where none is named; what trains long or needs a download is left out."""

    capturable: bool = False
    """Whether the model in training and `loss` use tensors only, so that training steps may be recorded and replayed;
    see `Algorithm.capturable`."""

    def __init__(self, params: Any) -> None:
        """params: an instance of `Params`; in a job of R replicas its stackable fields are (R, 1, 1) tensors."""
        self.params = params

    @abstractmethod
    def protocol(self, budget: Budget) -> Protocol:
        """How to train under `budget`."""

    @abstractmethod
    def data(self, budget: Budget, torch_device: torch.device) -> Data:
        """Load the data. Raises DataMissingError where it is not on this machine."""

    def missing(self, budget: Budget) -> str:
        """Why data that `budget` needs is not on this machine, in one line with what to do; empty if nothing is.

        Called for every cell before a run: must neither import nor read anything slow. The data may still turn out to
        be damaged, which `data` says.
        """
        return ""

    @abstractmethod
    def model(self, layers: Layers) -> nn.Module:
        """The model: maps a batch (R, B, ...) to outputs (R, B, ...). It is in training or evaluation mode, as torch's
        modules are, so that normalisation and random changes of the inputs can be modules, too."""

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
