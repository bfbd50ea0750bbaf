"""The measurements as JSON in the format of pytest-benchmark, whose `compare` puts two runs side by side."""

from __future__ import annotations

import json
import statistics
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from analogbench.bench.rows import Row, Spread
from analogbench.bench.scaling import ONE, REPLICAS, Scaling
from analogbench.errors import UsageError

RATE = "replica_steps_per_second"

VERSION = "5.0.0"
"""Of pytest-benchmark, whose format this is."""


def document(rows: Sequence[Row], scalings: Sequence[Scaling], facts: Mapping[str, Any], date: str) -> dict[str, Any]:
    """Everything, as pytest-benchmark would write it. facts: see `records.provenance`."""
    git = facts.get("git") or {}
    return {
        "machine_info": {**facts, "cpu": {"brand_raw": facts["cpu"], "count": facts["cores"]}},
        "commit_info": {"id": git.get("commit", "unversioned"), "dirty": bool(git.get("dirty"))},
        "benchmarks": [*map(_row, filter(_was_measured, rows)), *(entry for s in scalings for entry in _scaling(s))],
        "not_measured": [{"name": row.name, "reason": "; ".join(row.notes)} for row in rows if not _was_measured(row)],
        "datetime": date,
        "version": VERSION,
    }


def rates(path: Path) -> dict[str, float]:
    """Replica-steps per second by the names of the rows of an earlier run. Raises UsageError."""
    try:
        benchmarks = json.loads(path.read_text(encoding="utf-8"))["benchmarks"]
        found = {b["name"]: float(b["extra_info"][RATE]) for b in benchmarks if RATE in b["extra_info"]}
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path} is not what `analogbench bench` writes as speed.json") from error
    if not found:
        raise UsageError(f"{path} has no replica-steps per second to compare with")
    return found


def stats(seconds: Sequence[float], steps: int) -> dict[str, Any]:
    """The statistics that pytest-benchmark keeps. steps: of each round."""
    data, spread = sorted(seconds), Spread.of(seconds)
    assert spread is not None
    mean, iqr = statistics.mean(data), spread.high - spread.low
    stddev = statistics.stdev(data) if len(data) > 1 else 0.0
    fences = spread.low - 1.5 * iqr, spread.high + 1.5 * iqr
    near = data[bisect_left(data, fences[0]) : bisect_right(data, fences[1])]
    far, wide = len(data) - len(near), sum(abs(value - mean) > stddev for value in data)
    return {
        "min": data[0],
        "max": data[-1],
        "mean": mean,
        "stddev": stddev,
        "rounds": len(data),
        "median": spread.median,
        "iqr": iqr,
        "q1": spread.low,
        "q3": spread.high,
        "iqr_outliers": far,
        "stddev_outliers": wide,
        "outliers": f"{wide};{far}",
        "ld15iqr": near[0],
        "hd15iqr": near[-1],
        "ops": 1 / mean,
        "total": sum(data),
        "iterations": steps,
        "data": list(seconds),
    }


def _was_measured(row: Row) -> bool:
    return bool(row.measured.seconds)


def _row(row: Row) -> dict[str, Any]:
    found, rate = row.measured, row.rate
    ratios = {"times_reference": row.ratio, "times_baseline_cost": row.cost, "share_of_bound": row.share}
    extra = {
        RATE: rate.median if rate else None,
        **{name: asdict(spread) if spread else None for name, spread in ratios.items()},
        "bytes": found.bytes,
        "operations": found.operations,
        "bandwidth": statistics.median(found.bandwidth),
        "throughput": statistics.median(found.throughput),
        "notes": list(found.notes),
    }
    params = {"case": row.case.title, "task": row.case.task, "target": row.target, "replicas": row.replicas}
    return _entry(row.name, f"{row.case.task} {row.target}", params, stats(found.seconds, found.steps), extra)


def _scaling(scaling: Scaling) -> Iterator[dict[str, Any]]:
    for way, seconds in scaling.seconds.items():
        where = way if way == ONE else f"{way} on {scaling.cores} cores"
        speedup = Spread.of(scaling.speedups(way))
        extra = {"speedup": asdict(speedup) if speedup else None}
        params = {"case": scaling.case.title, "task": scaling.case.task, "way": way, "cores": scaling.cores}
        name = f"{scaling.case.name}, {REPLICAS} replicas, {where}"
        yield _entry(name, f"{scaling.case.task} cores", params, stats(seconds, scaling.steps[way]), extra)


def _entry(
    name: str, group: str, params: dict[str, Any], numbers: dict[str, Any], extra: dict[str, Any]
) -> dict[str, Any]:
    return {
        "group": group,
        "name": name,
        "fullname": f"bench::{name}",
        "params": params,
        "param": "-".join(map(str, params.values())),
        "extra_info": extra,
        "options": {},
        "stats": numbers,
    }
