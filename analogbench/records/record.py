"""What is kept of one cell: the immutable result that tables and plots are made from."""

from __future__ import annotations

import math
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from analogbench.grid.cell import Cell, Status

SCHEMA_VERSION = 1


def _finite_or_none(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


Number = Annotated[float | None, BeforeValidator(_finite_or_none)]
"""A finite number; NaN and infinities, which JSON does not have, become None."""


class MetricInfo(BaseModel):
    """The ranking metric, as the task declared it (see `analogbench.api.Metric`)."""

    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)

    key: str
    title: str
    unit: str = ""
    higher_is_better: bool = True
    log_axis: bool = False
    scale: float = 1.0


class Labels(BaseModel):
    """How the cell's parts are called in tables: the name and the parameters that differ from their defaults."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    algorithm: str
    device: str
    task: str
    data: str = ""


class WeightCounts(BaseModel):
    """The trained weights of one layer, exact, as a histogram: how many lie in each of the equal bins from low to high.

    layer: its number among the layers that a rule trains, counted from 0, in the order in which the model made them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)

    layer: int
    low: float
    high: float
    counts: list[int]


class Record(BaseModel):
    """The result of one cell.

    identity: sha256 of what was run and of the code that ran it. labels: names for tables. metrics: final numbers by
    name, in the task's own units (`metric.scale` is for display only). curve: columns of equal length, "step" and
    "epoch" first. pulses: update pulses spent on all arrays. seconds: the cell's share of its job's wall time
    (job_seconds divided by replicas). implementation: "composed" of tiles in Python, "native" to the device,
    or empty where nothing was built. weights: of the layers that a rule trained, at the end; all over the same range.
    reproducible: False if the same seed on the same machine gives the same numbers only in distribution.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: int = SCHEMA_VERSION
    identity: str
    cell: Cell
    labels: Labels
    status: Status
    reason: str = ""
    traceback: str = ""
    metric: MetricInfo | None = None
    metrics: dict[str, Number] = {}
    curve: dict[str, list[Number]] = {}
    steps: int = 0
    pulses: Number = None
    seconds: Number = None
    job_seconds: Number = None
    replicas: int = 1
    implementation: str = "composed"
    reproducible: bool = True
    weights: list[WeightCounts] = []
    provenance: dict[str, Any] = {}

    @property
    def value(self) -> float | None:
        """The ranking metric, in the task's own units; None unless the cell ended ok."""
        return self.metrics.get(self.metric.key) if self.metric and self.status == "ok" else None
