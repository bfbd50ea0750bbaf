"""How training one cell ended, and what a job reports while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from analogbench.api.observer import Evaluation
from analogbench.grid.cell import Status

Implementation = Literal["composed", "native"]
"""Whether a training rule is composed of tiles in Python, or built into the device."""


@dataclass(frozen=True)
class WeightCounts:
    """The weights of one layer: how many lie in each of the equal bins from low to high. layer: counted from 0."""

    layer: int
    low: float
    high: float
    counts: list[int]


@dataclass(frozen=True)
class Outcome:
    """The end of one cell. curve: columns of equal length, "step" and "epoch" first. pulses: NaN where the device
    does not count them. implementation: empty where nothing was built. weights: at the end, of each rule's layer."""

    status: Status
    reason: str = ""
    traceback: str = ""
    data_label: str = ""
    metrics: dict[str, float] = field(default_factory=dict)
    curve: dict[str, list[float]] = field(default_factory=dict)
    steps: int = 0
    pulses: float = 0.0
    job_seconds: float = 0.0
    implementation: Implementation | Literal[""] = ""
    weights: tuple[WeightCounts, ...] = ()


@dataclass(frozen=True)
class Progress:
    """Where a job is: epoch of epochs, and the mean over its replicas of the ranking metric (NaN before the first).

    evaluation: what was found there; None where a job says only how far it is.
    """

    epoch: int
    epochs: int
    metric: float = float("nan")
    evaluation: Evaluation | None = None


ReportProgress = Callable[[Progress], None]
