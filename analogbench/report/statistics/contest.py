"""All algorithms over the settings and seeds that they share: the ground of ranks and performance profiles."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from analogbench.records.record import MetricInfo
from analogbench.report.frame import GROUP, Frame, groups, is_reference, metric_of
from analogbench.report.natural import natural
from analogbench.wording import count_of

Numbers: TypeAlias = "np.ndarray[Any, np.dtype[np.float64]]"

PROBLEM = ["task", "data", "device", "seed"]

HUGE = float(np.finfo(float).max)


class Setting(NamedTuple):
    """Where algorithms meet. No two settings differ in the budget: a contest has one."""

    task: str
    data: str
    device: str


@dataclass(frozen=True)
class Contest:
    """Every algorithm's cost at every problem, a problem being one seed in one setting.

    algorithms: S labels in the order in which a reader looks for them. settings: B of them. where: (P,) the index of
    each problem's setting. seeds: (P,). costs: (P, S), lower is better; infinite where the cell failed. scales: what
    the costs in each setting are, "" if only their order means something, so that they have no ratios. budget: of all
    cells. reference: which of `algorithms` are digital training, which meets the others on each of their devices.
    notes: in words, what is recorded but has no part, and how much of the rest is stale.
    """

    budget: str
    algorithms: tuple[str, ...]
    settings: tuple[Setting, ...]
    where: np.ndarray[Any, np.dtype[np.int_]]
    seeds: np.ndarray[Any, np.dtype[np.int_]]
    costs: Numbers
    scales: tuple[str, ...]
    reference: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


def contests(cells: Frame) -> list[Contest]:
    """One for each budget in which at least two algorithms share at least two settings."""
    return [one for (budget,), part in groups(cells, ["budget"]) if (one := _contest(budget, part))]


def _contest(budget: str, cells: Frame) -> Contest | None:
    parts = list(_entries(cells))
    if not parts:
        return None
    entries = pd.concat(parts)
    table = entries.set_index([*PROBLEM, "algorithm"])["cost"].unstack("algorithm")  # (problems, algorithms)
    chosen = _chosen(table.notna())
    if chosen is None:
        return None
    algorithms = sorted(chosen, key=natural)
    kept = table[algorithms].dropna()
    settings = sorted({Setting(*key[:3]) for key in kept.index}, key=lambda one: [natural(name) for name in one])
    scales = {Setting(*key): part["scale"].iloc[0] for key, part in entries.groupby(["task", "data", "device"])}
    return Contest(
        budget=budget,
        algorithms=tuple(algorithms),
        settings=tuple(settings),
        where=np.array([settings.index(Setting(*key[:3])) for key in kept.index]),
        seeds=np.array([int(key[3]) for key in kept.index]),
        costs=kept.to_numpy(dtype=float),
        scales=tuple(scales[setting] for setting in settings),
        reference=frozenset(entries[entries["reference"]]["algorithm"]) & set(algorithms),
        notes=(*_left_out(table, kept), *_stale(entries, kept)),
    )


def _entries(cells: Frame) -> Iterator[Frame]:
    """Label, setting, seed, cost and scale of all cells; the reference enters once for each device of its task."""
    for (task, data, _), part in groups(cells, GROUP):
        metric = metric_of(part)
        if metric is None:
            continue  # nothing got as far as being comparable
        costs, scale = _costs(part, metric)
        own = is_reference(part)
        rows = part[["algorithm", "device", "seed", "identity", "stale"]]
        rows = rows.assign(task=task, data=data, cost=costs, scale=scale, reference=own)
        yield rows[~own]
        goal = rows[own]
        goal = goal.assign(algorithm=goal["algorithm"] + ", " + goal["device"])
        for device in rows[~own]["device"].unique():
            yield goal.assign(device=device)


def _costs(cells: Frame, metric: MetricInfo) -> tuple[Numbers, str]:
    """(cells,) of one task, data and budget, and what they are. A failure costs infinitely much, and nothing else."""
    values = np.array([float(f"{value:.6g}") for value in cells["value"]])  # finer is noise of single precision
    ok = cells["ok"].to_numpy(dtype=bool)
    with np.errstate(all="ignore"):
        costs, scale = _as_costs(np.where(ok, values, 1.0), values[ok], metric)
    return np.where(ok, np.clip(costs, -HUGE, HUGE), math.inf), scale


def _as_costs(values: Numbers, there: Numbers, metric: MetricInfo) -> tuple[Numbers, str]:
    """there: the values of cells that did not fail."""
    if not metric.higher_is_better:
        return values, metric.title if (there >= 0).all() else ""
    if metric.unit == "%" and (there * metric.scale <= 100).all():
        return 100 - values * metric.scale, "error rate"
    if (there > 0).all():
        return 1 / values, f"1 / {metric.title}"
    return -values, ""


def _chosen(there: Frame) -> list[str] | None:
    """The algorithms that take part: of those with the most cells so many that most cells are compared.

    there: (problems, algorithms) whether there is a record. Problems that one of the chosen lacks have no part.
    """
    order = sorted(there.columns, key=lambda label: (-int(there[label].sum()), natural(label)))
    best, chosen = 0, None
    for number in range(2, len(order) + 1):
        complete = there[there[order[:number]].all(axis=1)]
        settings = complete.index.droplevel("seed").nunique()
        if settings > 1 and number * len(complete) >= best:
            best, chosen = number * len(complete), order[:number]
    return chosen


def _left_out(table: Frame, kept: Frame) -> Iterator[str]:
    absent = sorted(set(table.columns) - set(kept.columns), key=natural)
    if absent:
        yield f"left out: {count_of(len(absent), 'algorithm')} recorded in too few settings: {', '.join(absent)}"
    settings, all_settings = (frame.index.droplevel("seed").nunique() for frame in (kept, table))
    if settings < all_settings:
        number = f"{all_settings - settings} of {count_of(all_settings, 'setting')}"
        yield f"left out: {number}, where not all of them are recorded"
    partly = table.loc[table.index.droplevel("seed").isin(kept.index.droplevel("seed"))]
    if len(kept) < len(partly):
        yield f"left out: {count_of(len(partly) - len(kept), 'seed')} of the other settings, which not all of them have"


def _stale(entries: Frame, kept: Frame) -> Iterator[str]:
    """How many of the cells that take part were made by other code than is installed now."""
    part = entries[entries["algorithm"].isin(kept.columns) & entries.set_index(PROBLEM).index.isin(kept.index)]
    if part["stale"].any():
        stale, cells = (found["identity"].nunique() for found in (part[part["stale"].astype(bool)], part))
        yield f"stale: {stale} of {count_of(cells, 'cell')}"


def in_settings(contest: Contest, values: Numbers) -> Numbers:
    """Means over the seeds of each setting. values: (P, …). Returns (B, …)."""
    return np.stack([values[contest.where == place].mean(axis=0) for place in range(len(contest.settings))])


def seeds_text(contest: Contest) -> str:
    """`18 settings × 3 seeds`, `18 settings, 2 to 3 seeds each`."""
    counts: Sequence[int] = np.bincount(contest.where).tolist()
    settings = count_of(len(contest.settings), "setting")
    if min(counts) == max(counts):
        return f"{settings} × {count_of(counts[0], 'seed')}"
    return f"{settings}, {min(counts)} to {max(counts)} seeds each"
