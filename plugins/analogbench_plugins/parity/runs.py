"""Whole training runs, read from the records that `analogbench run parity` left: idealized tiles against AIHWKIT's."""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import stats

KIT = "aihwkit-"
WAYS = ("idealized", "AIHWKIT", "AIHWKIT, native")
"""Our tiles; AIHWKIT's tiles used from Python; AIHWKIT's own compound of the rule."""

CONFIDENCE = 0.95

ALPHA = 1e-5
"""A p-value below this counts as a failure: four seeds cannot tell much, and records are not made at every look."""

Values = Mapping[str, Sequence[float]]
"""Way → the ranking metric of each seed, in the metric's own units."""


@dataclass(frozen=True)
class RunResult:
    """An algorithm on one response family in its ways. scale, unit: for display."""

    task: str
    algorithm: str
    device: str
    values: Values
    scale: float
    unit: str

    @property
    def p(self) -> float:
        """The smallest p-value of Welch's t-test among the pairs of ways; 1 where nothing varies."""
        pairs = itertools.combinations(self.values.values(), 2)
        return min((welch(a, b) for a, b in pairs), default=1.0)

    @property
    def apart(self) -> bool:
        """Whether the 95 % intervals of two ways do not overlap."""
        bounds = [interval(values) for values in self.values.values()]
        return any(a[1] < b[0] or b[1] < a[0] for a, b in itertools.combinations(bounds, 2))

    @property
    def failed(self) -> bool:
        """Chance alone moves some of many 95 % intervals apart; that a t-test is below ALPHA it hardly explains."""
        return self.p < ALPHA or len(self.values) < 2


def read_runs(folder: Path) -> list[RunResult]:
    """The comparisons for which `folder` has records. Raises FileNotFoundError if it has none."""
    groups: dict[tuple[str, str, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    shown: dict[str, tuple[float, str]] = {}
    for path in sorted((folder / "records").rglob("*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        if record["status"] != "ok":
            raise ValueError(f"{path}: a cell that ended {record['status']}: {record['reason']}")
        name, task, metric = record["cell"]["device"]["name"], record["labels"]["task"], record["metric"]
        value = record["metrics"][metric["key"]]
        shown[task] = (metric["scale"], metric["unit"])
        groups[task, record["cell"]["algorithm"]["name"], name.removeprefix(KIT)][_way(record, name)].append(value)
    if not groups:
        raise FileNotFoundError(f"no records in {folder}")
    return [RunResult(*key, _in_order(values), *shown[key[0]]) for key, values in sorted(groups.items())]


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Student's t interval of the mean; the values' range where they are all the same."""
    mean, spread = float(np.mean(values)), float(stats.sem(values))
    half = float(stats.t.ppf(0.5 + CONFIDENCE / 2, len(values) - 1)) * spread
    return mean - half, mean + half


def welch(a: Sequence[float], b: Sequence[float]) -> float:
    """The p-value of Welch's t-test; of values that do not vary, 1.0 if they are the same and 0.0 if not."""
    if np.ptp(a) == np.ptp(b) == 0:
        return float(a[0] == b[0])
    return float(stats.ttest_ind(a, b, equal_var=False).pvalue)


def _way(record: dict[str, str], device: str) -> str:
    if not device.startswith(KIT):
        return WAYS[0]
    return WAYS[2] if record["implementation"] == "native" else WAYS[1]


def _in_order(values: Mapping[str, list[float]]) -> dict[str, list[float]]:
    return {way: values[way] for way in WAYS if way in values}
