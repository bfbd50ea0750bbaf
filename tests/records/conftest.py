"""A record to keep."""

from __future__ import annotations

import pytest

from analogbench.grid.cell import Cell, Part
from analogbench.records.record import Labels, Record


@pytest.fixture
def record() -> Record:
    cell = Cell(
        algorithm=Part(name="tiki-taka", params={"lr": 0.1}),
        device=Part(name="soft"),
        task=Part(name="line"),
        budget="smoke",
        seed=3,
    )
    labels = Labels(algorithm="tiki-taka[lr=0.1]", device="soft", task="line", data="MNIST-5k")
    curve: dict[str, list[float | None]] = {
        "step": [1.0, 1234567.0],
        "epoch": [1.0, 2.0],
        "loss": [1 / 3, float("nan")],
    }
    return Record(
        identity="0123456789abcdef", cell=cell, labels=labels, status="ok", metrics={"loss": 1 / 3}, curve=curve
    )
