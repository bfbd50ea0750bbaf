"""Synthetic records."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from analogbench.grid.cell import Cell, Part
from analogbench.records.record import Labels, MetricInfo, Record

ACCURACY = MetricInfo(key="accuracy", title="test accuracy", unit="%", scale=100.0)
ERROR = MetricInfo(key="error", title="error", higher_is_better=False, log_axis=True)

MakeRecord = Callable[..., Record]


def part(text: str) -> Part:
    """`name[a=1,b=2]`."""
    name, _, rest = text.partition("[")
    pairs = [pair.split("=") for pair in rest.rstrip("]").split(",") if pair]
    return Part(name=name, params={key: number(value) for key, value in pairs})


def number(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


@pytest.fixture
def make() -> MakeRecord:
    """Makes records, each with its own identity: `make("sgd", "digital", value=0.9, seed=1)`."""
    serial = count()

    def build(algorithm: str = "sgd", device: str = "digital", task: str = "mnist", **kw: Any) -> Record:
        value, metric = kw.pop("value", 0.9), kw.pop("metric", ACCURACY)
        parts = {"algorithm": part(algorithm), "device": part(device), "task": part(task)}
        status = kw.setdefault("status", "ok")
        return Record(
            identity=f"{next(serial):064x}",
            cell=Cell(**parts, budget=kw.pop("budget", "quick"), seed=kw.pop("seed", 0)),
            labels=Labels(algorithm=algorithm, device=device, task=task, data=kw.pop("data", "MNIST-5k")),
            metric=metric,
            metrics={metric.key: value} if metric and status == "ok" else {},
            provenance=kw.pop("provenance", {}) | ({"end": kw.pop("end")} if "end" in kw else {}),
            **{"pulses": 1e6, "seconds": 2.0} | kw,
        )

    return build


@pytest.fixture
def grid(make: MakeRecord) -> list[Record]:
    """Two rules on two devices beside the reference, three seeds, five epochs; one rule diverges on one device."""
    records = []
    places = [
        ("sgd", "digital", 0.95),
        *((a, d, 0.9) for a in ("analog-sgd", "tiki-taka") for d in ("ideal", "pulsed")),
    ]
    for seed in range(3):
        for algorithm, device, value in places:
            final = value + 0.001 * seed
            curve = {
                "step": [0.0, 40.0, 80.0, 120.0],
                "epoch": [0.0, 1.0, 2.0, 3.0],
                "accuracy": [0.1, 0.5, 0.8, final],
            }
            failed = algorithm == "tiki-taka" and device == "pulsed"
            kw = {"status": "diverged", "reason": "loss is NaN"} if failed else {"value": final, "curve": curve}
            records.append(make(algorithm, device, seed=seed, **kw))
    return records
