"""Faults on a Dask cluster: workers and the scheduler die while a grid is trained on them."""

from __future__ import annotations

from collections.abc import Callable

from bench import Bench
from grid import Verdict

SCENARIOS: dict[str, Callable[[Bench], Verdict]] = {}
