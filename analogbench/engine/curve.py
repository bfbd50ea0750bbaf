"""Learning curves: what is kept of a training run, thinned to a few hundred points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from analogbench.api.observer import Evaluation

MAX_POINTS = 250


class Curve:
    """Points of all replicas of a job. Columns: step, epoch, train_loss, then the task's metrics."""

    def __init__(self) -> None:
        self.steps: list[int] = []
        self.epochs: list[int] = []
        self.columns: dict[str, list[list[float]]] = {}

    def add(self, step: int, epoch: int, values: Mapping[str, Tensor]) -> None:
        """values: (R,) of each metric; reading them here is the only time a step waits for the device."""
        self.steps.append(step)
        self.epochs.append(epoch)
        for name, value in values.items():
            self.columns.setdefault(name, []).append(value.tolist())

    def last(self) -> Evaluation:
        """The last point, of all replicas."""
        return Evaluation(self.steps[-1], self.epochs[-1], {name: rows[-1] for name, rows in self.columns.items()})

    def state_dict(self) -> dict[str, Any]:
        """All points, as plain data."""
        return {"steps": self.steps, "epochs": self.epochs, "columns": self.columns}

    def load_state_dict(self, data: Mapping[str, Any]) -> None:
        """The points that `state_dict` gave, in the place of all others."""
        self.steps, self.epochs = list(data["steps"]), list(data["epochs"])
        self.columns = {name: list(rows) for name, rows in data["columns"].items()}

    def of_replica(self, replica: int, points: int) -> dict[str, list[float]]:
        """The first `points` points of one replica, thinned evenly, first and last kept."""
        kept = _spread(points)
        curve: dict[str, list[float]] = {
            "step": [float(self.steps[i]) for i in kept],
            "epoch": [float(self.epochs[i]) for i in kept],
        }
        return curve | {name: [rows[i][replica] for i in kept] for name, rows in self.columns.items()}


def _spread(points: int) -> list[int]:
    if points <= MAX_POINTS:
        return list(range(points))
    return [round(i * (points - 1) / (MAX_POINTS - 1)) for i in range(MAX_POINTS)]
