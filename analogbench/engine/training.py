"""All that a running job consists of, and how it is put together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from analogbench.api.algorithm import RuleParams
from analogbench.api.params import stack
from analogbench.api.streams import Streams
from analogbench.api.task import Data, Protocol, Task
from analogbench.engine.batches import steps_per_epoch
from analogbench.engine.curve import Curve
from analogbench.engine.factory import LayerFactory
from analogbench.errors import PluginError
from analogbench.grid.jobs import Job
from analogbench.registry import Registry


@dataclass
class Training:
    """The state of a job of R replicas.

    lr: (R, 1, 1), initial learning rates. losses: (R, all steps), training loss of each step. diverged_at: (R,)
    int64, the step at which a replica's loss was first seen not to be finite, −1 where it never was. parameters,
    lr_scales: the digital numbers that plain SGD trains, and factors of their learning rates. ones: (R,), how much each
    replica's loss counts in the sum that is differentiated.
    """

    task: Task
    protocol: Protocol
    data: Data
    model: nn.Module
    layers: LayerFactory
    streams: Streams
    lr: Tensor
    losses: Tensor
    diverged_at: Tensor
    parameters: list[nn.Parameter] = field(init=False)
    lr_scales: list[float] = field(init=False)
    ones: Tensor = field(init=False)
    curve: Curve = field(default_factory=Curve)
    step: int = 0

    def __post_init__(self) -> None:
        self.ones = torch.ones(self.replicas, device=self.losses.device)
        # Digital numbers that plain SGD trains; each has a leading replica dimension.
        trained = dict(trained_numbers(self.model))
        self.parameters, self.lr_scales = list(trained), list(trained.values())
        for parameter in self.parameters:
            if parameter.ndim == 0 or len(parameter) != self.replicas:
                shape = tuple(parameter.shape)
                raise PluginError(f"task {self.task.name}: a parameter of shape {shape} has no dimension for replicas")

    @property
    def replicas(self) -> int:
        """R."""
        return len(self.streams.seeds)


def trained_numbers(model: nn.Module) -> Iterator[tuple[nn.Parameter, float]]:
    """The parameters of a model, and by how much the learning rate of each is multiplied: its module's `lr_scale`."""
    for module in model.modules():
        for parameter in module.parameters(recurse=False):
            if parameter.requires_grad:
                yield parameter, float(getattr(module, "lr_scale", 1.0))


def assemble(job: Job, registry: Registry, torch_device: torch.device) -> Training:
    """Build data, tiles and model of `job`. Raises DataMissingError where the data is not present."""
    first = job.cells[0]
    algorithm = registry.algorithm(first.algorithm.name).value
    device = registry.device(first.device.name).value
    task_class = registry.task(first.task.name).value
    rule_params = [algorithm.Params.model_validate(cell.algorithm.params) for cell in job.cells]
    task = task_class(stack([task_class.Params.model_validate(cell.task.params) for cell in job.cells], torch_device))
    protocol = task.protocol(first.budget)
    data = task.data(first.budget, torch_device)
    streams = Streams([cell.seed for cell in job.cells], torch_device)
    layers = LayerFactory(
        algorithm(stack(rule_params, torch_device)),
        device(stack([device.Params.model_validate(cell.device.params) for cell in job.cells], torch_device)),
        streams,
        first.budget,
    )
    rate = protocol.lr_analog if device.analog else protocol.lr_digital
    steps = protocol.epochs * steps_per_epoch(data.train, protocol.batch)
    replicas = len(job.cells)
    return Training(
        task=task,
        protocol=protocol,
        data=data,
        model=task.model(layers),
        layers=layers,
        streams=streams,
        lr=_rates(rule_params, rate, torch_device),
        losses=torch.full((replicas, steps), float("nan"), device=torch_device),
        diverged_at=torch.full((replicas,), -1, dtype=torch.int64),
    )


def _rates(rules: Sequence[RuleParams], protocol_rate: Tensor | float, torch_device: torch.device) -> Tensor:
    """(R, 1, 1): each algorithm's own rate where it has one, else the protocol's."""
    rates = torch.as_tensor(protocol_rate, device=torch_device).expand(len(rules), 1, 1).flatten().tolist()
    own = [rate if rule.lr is None else rule.lr for rule, rate in zip(rules, rates, strict=True)]
    return torch.tensor(own, dtype=torch.float32, device=torch_device).reshape(-1, 1, 1)
