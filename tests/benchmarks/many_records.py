"""Thousands of records as a large grid would leave them, without training anything."""

from __future__ import annotations

import hashlib
import itertools
import random
from collections.abc import Iterator
from pathlib import Path

from analogbench.grid.cell import Cell, Part, Value
from analogbench.records.record import Labels, MetricInfo, Record, WeightCounts
from analogbench.records.store import Store, to_json

RULES = ("sgd", "analog-sgd", "tiki-taka", "rule-d", "rule-e")
RATES = (0.001, 0.003, 0.01, 0.03)
DEVICES = ("digital", "softbounds", "linear-step", "exp-step", "device-e")
RANGES = (0.6, 0.8)
TASKS = ("mnist-fcn", "mnist-cnn", "task-c", "task-d", "task-e")
SEEDS = 10
"""All combinations make 10,000 cells."""

POINTS = 20
BINS = 40

ACCURACY = MetricInfo(key="accuracy", title="test accuracy", unit="%", scale=100.0)
COMMON: dict[str, Value] = {f"parameter_{n}": n / 7 for n in range(40)}
"""AIHWKIT's devices have a hundred parameters, the idealized ones thirty."""


def many_records(number: int) -> Iterator[Record]:
    """The first `number` records of the grid, one in fifty of them diverged; the same ones every time."""
    draws = random.Random(0)
    grid = itertools.product(TASKS, RULES, RATES, DEVICES, RANGES, range(SEEDS))
    for serial, place in enumerate(itertools.islice(grid, number)):
        yield _record(serial, *place, draws)


def write_records(number: int, results: Path) -> None:
    """Write them below `results`, without waiting for the disk after each."""
    store = Store(results)
    for record in many_records(number):
        path = store.path_of(record.identity, record.cell)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(to_json(record), encoding="utf-8")


def _record(
    serial: int, task: str, rule: str, rate: float, device: str, tau: float, seed: int, draws: random.Random
) -> Record:
    parts = {
        "algorithm": Part(name=rule, params={"lr": rate, "every": 1}),
        "device": Part(name=device, params={"tau": tau} | COMMON),
        "task": Part(name=task, params={"data": "5k", "batch": 10}),
    }
    failed = draws.random() < 0.02
    final = 0.9 + 0.01 * RULES.index(rule) - rate + 0.01 * draws.random()
    curve = {
        "step": [float(500 * n) for n in range(POINTS)],
        "epoch": [float(n) for n in range(POINTS)],
        "train_loss": [2.0 * 0.8**n + 0.01 * draws.random() for n in range(POINTS)],
        "test_loss": [2.0 * 0.8**n + 0.01 * draws.random() for n in range(POINTS)],
        "accuracy": [final * (1 - 0.8 ** (n + 1)) for n in range(POINTS)],
    }
    weights = [
        WeightCounts(layer=layer, low=-tau, high=tau, counts=[draws.randrange(500) for _ in range(BINS)])
        for layer in range(3)
    ]
    return Record(
        identity=hashlib.sha256(str(serial).encode()).hexdigest(),
        cell=Cell(**parts, budget="quick", seed=seed),
        labels=Labels(algorithm=f"{rule}[lr={rate}]", device=f"{device}[tau={tau}]", task=task, data="MNIST-5k"),
        status="diverged" if failed else "ok",
        reason="the loss or the weights were no longer finite" if failed else "",
        metric=ACCURACY,
        metrics={} if failed else {"accuracy": final, "train_loss": 0.05, "test_loss": 0.06},
        curve=curve,
        steps=500 * POINTS,
        pulses=None if device == "digital" else 1e6 * (1 + draws.random()),
        seconds=10.0 + draws.random(),
        weights=[] if failed else weights,
        provenance={"end": f"2026-01-01T00:00:{serial % 60:02}+00:00", "git": {"commit": "0" * 40, "dirty": False}},
    )
