"""Pages of synthetic records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from analogbench.grid.cell import Cell
from analogbench.records.record import Record
from analogbench.report.page.content import Content, Source, content_of
from analogbench.report.write import prepare
from tests.report.conftest import ERROR, MakeRecord

ORIGIN = {
    "command": "analogbench run --all",
    "git": {"commit": "c" * 40, "dirty": True},
    "versions": {"analogbench": "0.1.0", "torch": "2.11.0"},
    "cpu": "A processor",
    "cores": 8,
    "host": "0123456789ab",
    "start": "2026-01-02T03:04:05+00:00",
    "end": "2026-01-02T03:05:05+00:00",
    "worker": {"target": "cpu", "threads": 2},
}

Page = Callable[..., Content]


def command(cells: Sequence[Cell]) -> list[str]:
    """Stands for `analogbench.run.reruns`, which needs plugins."""
    return [f"analogbench run -a '{cells[0].algorithm.label()}' --seeds {','.join(str(cell.seed) for cell in cells)}"]


def content(records: Sequence[Record], **kw: Any) -> Content:
    prepared = prepare(records, kw.pop("stale", ()))
    return content_of(Source(prepared, kw.pop("title", "Leaderboards"), kw.pop("again", command), **kw))


@pytest.fixture
def rich(grid: list[Record], make: MakeRecord) -> list[Record]:
    """The grid of two rules on two devices, with provenance; a second task on a logarithmic axis, whose rows have
    unequal seeds; and a cell that crashed with a traceback."""
    found = [record.model_copy(update={"provenance": ORIGIN}) for record in grid]
    for name, seeds in (("a[tau=2]", 4), ("a[tau=10]", 2), ("b", 4)):
        for seed in range(seeds):
            value = 10.0 ** (-2 - seed) * (3 if name == "b" else 1)
            curve = {"step": [0.0, 10.0, 20.0], "epoch": [0.0, 10.0, 20.0], "error": [1.0, 0.1, value]}
            found.append(make(name, "soft", "line", metric=ERROR, value=value, seed=seed, curve=curve, data="a line"))
    trace = 'Traceback (most recent call last):\n  File "rule.py", line 3, in update\nValueError: no'
    crashed = {"status": "crashed", "reason": "ValueError: no", "traceback": trace}
    return [*found, make("b", "hard", "line", metric=None, seed=0, data="", **crashed)]
