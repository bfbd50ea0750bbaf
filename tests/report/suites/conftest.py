"""A suite after Fig. 5 of [P24] with made-up records."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from analogbench.grid.plan import Plan, unique
from analogbench.grid.suite import Suite
from analogbench.records.record import Record, WeightCounts
from analogbench.report.suites.gather import Gathered, gather
from tests.report.conftest import MakeRecord

SERIES = (
    {"label": "Digital SGD", "algorithm": "sgd"},
    {"label": "Analog SGD", "algorithm": "analog-sgd"},
    {"label": "Tiki-Taka", "algorithm": "tiki-taka"},
)
TAU = {"keys": ["device.tau"], "label": "τ = {}"}
NUMBERS = (
    {"series": "Digital SGD", "mean": 98.15, "sd": 0.04},
    {"series": "Analog SGD", "where": {"device.tau": 0.7}, "mean": 11.35, "sd": 0.0},
    {"series": "Analog SGD", "where": {"device.tau": 0.8}, "mean": 97.78, "sd": 0.36},
    {"series": "Tiki-Taka", "where": {"device.tau": 0.7}, "mean": 97.64, "sd": 0.17},
    {"series": "Tiki-Taka", "where": {"device.tau": 0.8}, "mean": 97.50, "sd": 0.11},
)
TABLE: dict[str, Any] = {
    "title": "Test accuracy",
    "source": "[P24] Fig. 5",
    "metric": "accuracy",
    "unit": "%",
    "scale": 100,
    "runs": 3,
    "trained_above": 20,
    "numbers": NUMBERS,
}
BARS = {"kind": "bars", "name": "bars", "value": "accuracy", "scale": 100, "over": "device.tau"}
CURVES = {"kind": "curves", "name": "curves", "value": "accuracy", "scale": 100, "over": "epoch", "by": TAU}
SWEEP = {"kind": "sweep", "name": "sweep", "value": "accuracy", "scale": 100, "over": "device.tau"}
HISTOGRAM = {"kind": "histogram", "name": "weights", "panels": TAU}
FINALS = {
    ("sgd", 0.0): 0.9815,
    ("analog-sgd", 0.7): 0.1135,
    ("analog-sgd", 0.8): 0.975,
    ("tiki-taka", 0.7): 0.9764,
    ("tiki-taka", 0.8): 0.9790,
}

MakeSuite = Callable[..., Suite]


def suite_of(**kw: Any) -> Suite:
    fields = {"name": "fig5", "title": "Fig. 5", "budget": "paper", "seeds": 3, "grid": [{}], "series": SERIES}
    return Suite.model_validate(fields | kw)


def plan_of(records: list[Record]) -> Plan:
    return Plan(unique(record.cell for record in records))


def gathered_of(records: list[Record], suite: Suite, planned: list[Record] | None = None) -> Gathered:
    return gather(suite, plan_of(records if planned is None else planned), records)


def weights(width: float, low: float = -1.0, high: float = 1.0, bins: int = 100) -> list[WeightCounts]:
    """Two layers of normally distributed weights."""
    middles = [low + (i + 0.5) * (high - low) / bins for i in range(bins)]
    counts = [round(1000 * math.exp(-((x / width) ** 2) / 2)) for x in middles]
    return [WeightCounts(layer=layer, low=low, high=high, counts=counts) for layer in range(2)]


def trained(make: MakeRecord, rule: str, tau: float, seed: int, **kw: Any) -> Record:
    device = f"softbounds[tau={tau}]" if tau else "digital"
    final = kw.pop("final", FINALS[rule, tau] + 0.001 * (seed - 1) * (FINALS[rule, tau] > 0.2))
    epochs = [float(epoch) for epoch in range(1, 41)]
    ripple = [0.01 * math.sin(7 * epoch + seed) * (final > 0.2) for epoch in epochs]
    accuracy = [final - (final - 0.1) * math.exp(-e / 6) + r for e, r in zip(epochs, ripple, strict=True)]
    curve = {"step": [600 * epoch for epoch in epochs], "epoch": epochs, "accuracy": accuracy}
    fields = {"value": final, "curve": curve, "weights": weights(0.15 if rule == "analog-sgd" else 0.35)}
    if kw.get("status", "ok") != "ok":
        fields = {"curve": curve}
    kw = {"budget": "paper", "data": "MNIST", "seed": seed} | fields | kw
    return make(rule, device, "mnist-fcn", **kw)


@pytest.fixture
def fig5(make: MakeRecord) -> list[Record]:
    """All cells of the suite, three seeds each."""
    return [trained(make, rule, tau, seed) for rule, tau in FINALS for seed in range(3)]
