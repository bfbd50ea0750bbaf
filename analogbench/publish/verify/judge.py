"""Whether a cell that was run again says the same as its record.

Equal: every digit that is kept. It must be so on a CPU with the same code, libraries and machine, unless the device
cannot be reproduced. Elsewhere, last digits or, on AIHWKIT's tiles and on GPUs, all random numbers are others. Then the
record and the new run are two draws for one cell, and their difference is compared with the spread s over the n other
seeds of the row: it lies within ±t(n − 1)·s·√2 for a share `CONFIDENCE` of honest records. The interval of the row's
mean would be the wrong one, since it says where a mean lies; that of a new seed around the mean would let a forged
record pass as long as the new run is good. The record's own value is not in s, or a forged one could widen its own
interval. Seeds also differ in what two runs of one seed share, so s is rather too large, and the comparison mild.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.special import stdtrit  # the t quantile; scipy.stats has it too but takes a second to import

from analogbench.publish.verify.findings import Finding
from analogbench.records.merge import same_numbers
from analogbench.records.record import Record
from analogbench.report.provenance import said

CONFIDENCE = 0.95
"""Of all comparisons of one verification together: each of k is made at 1 − (1 − CONFIDENCE) / k."""

ROUNDING = 1e-5
"""Relative: seeds may all say the same, as where none has learnt anything, and last digits differ all the same."""

LEAST = 2
"""Seeds without which there is no spread."""


def half_width(mates: Sequence[float], comparisons: int = 1) -> float:
    """How far two draws of a normal law may be apart whose spread is known from the `mates` alone; at least two."""
    level = 1 - (1 - CONFIDENCE) / comparisons
    quantile = float(stdtrit(len(mates) - 1, 0.5 + level / 2))
    return quantile * float(np.std(mates, ddof=1)) * math.sqrt(2)


def judge(record: Record, new: Record, mates: Sequence[float], comparisons: int = 1) -> Finding:
    """new: of the same cell, run here. mates: the values of the record's other seeds. comparisons: in all, see
    `CONFIDENCE`."""
    what = str(record.cell)
    if new.status == "skipped":
        return Finding("re-runs", "unverified", what, f"cannot be run here: {new.reason}")
    if new.status != record.status:
        why = f"ended {new.status} here{': ' if new.reason else ''}{new.reason}, but {record.status} in the record"
        return Finding("re-runs", "wrong", what, why)
    if new.labels.data != record.labels.data:
        why = f"cannot be compared: run on {new.labels.data or 'no data'} here, on {record.labels.data} in the record"
        return Finding("re-runs", "unverified", what, why)
    if same_numbers(record, new):
        return Finding("re-runs", "good", what, "equal, digit for digit")
    if _must_be_equal(record, new):
        return Finding("re-runs", "wrong", what, f"other numbers on the same machine: {_values(record, new)}")
    return _compared(record, new, mates, comparisons)


def _must_be_equal(record: Record, new: Record) -> bool:
    """Whether nothing is known that would excuse a difference."""
    if not record.reproducible or said(new, "worker", "target") != "cpu" or said(record, "worker", "target") != "cpu":
        return False
    same = [said(record, name) == said(new, name) != "" for name in ("host", "python")]
    return all(same) and record.provenance.get("versions") == new.provenance.get("versions")


def _compared(record: Record, new: Record, mates: Sequence[float], comparisons: int) -> Finding:
    what, values = str(record.cell), [record.value, new.value]
    if None in values or record.metric is None:
        return Finding("re-runs", "unverified", what, "not equal digit for digit, and no values to compare")
    if len(mates) < LEAST:
        why = f"not equal digit for digit, and too few other seeds to say more: {_values(record, new)}"
        return Finding("re-runs", "unverified", what, why)
    numbers = [float(number) for number in (*values, *mates) if number is not None]
    if record.metric.log_axis and min(numbers) > 0:
        numbers = [math.log10(number) for number in numbers]
        rounding = math.log10(1 + ROUNDING)
    else:
        rounding = ROUNDING * abs(numbers[0])
    old, now, *others = numbers
    if abs(now - old) <= half_width(others, comparisons) + rounding:
        return Finding("re-runs", "good", what, f"within the interval of its seeds: {_values(record, new)}")
    return Finding("re-runs", "wrong", what, f"outside of the interval of its seeds: {_values(record, new)}")


def _values(record: Record, new: Record) -> str:
    key = record.metric.key if record.metric else "value"
    old, now = (one.metrics.get(key) for one in (record, new))
    if old == now:
        return f"{key} {_number(old)} in both, but the curve or the costs differ"
    return f"{key} {_number(now)} here, {_number(old)} in the record"


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.9g}"
