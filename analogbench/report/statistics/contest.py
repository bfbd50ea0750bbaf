"""All algorithms over the settings and seeds that they share: the ground of ranks and performance profiles."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from analogbench.records.record import MetricInfo
from analogbench.report.frame import GROUP, REFERENCE, Frame, groups, is_reference, metric_of
from analogbench.report.natural import natural

Numbers: TypeAlias = "np.ndarray[Any, np.dtype[np.float64]]"


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
    left_out: what is recorded but has no part, in words.
    """

    budget: str
    algorithms: tuple[str, ...]
    settings: tuple[Setting, ...]
    where: np.ndarray[Any, np.dtype[np.int_]]
    seeds: np.ndarray[Any, np.dtype[np.int_]]
    costs: Numbers
    scales: tuple[str, ...]
    reference: frozenset[str] = frozenset()
    left_out: tuple[str, ...] = ()


def contests(cells: Frame) -> list[Contest]:
    """One for each budget in which at least two algorithms share at least two settings."""
    return [one for (budget,), part in groups(cells, ["budget"]) if (one := _contest(budget, part))]


def _contest(budget: str, cells: Frame) -> Contest | None:
    parts = list(_entries(cells))
    if not parts:
        return None
    entries = pd.concat(parts)
    keys = ["task", "data", "device", "seed", "algorithm"]
    table = entries.drop_duplicates(keys).set_index(keys)["cost"].unstack("algorithm")  # (problems, algorithms)
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
        left_out=tuple(_left_out(table, kept)),
    )


def _entries(cells: Frame) -> Iterator[Frame]:
    """Label, setting, seed, cost and scale of all cells; the reference enters once for each device of its task."""
    for (task, data, _), part in groups(cells, GROUP):
        metric = metric_of(part)
        if metric is None:
            continue  # nothing got as far as being comparable
        costs, scale = _costs(part, metric)
        own = is_reference(part)
        rows = part[["algorithm", "device", "seed"]].assign(
            task=task, data=data, cost=costs, scale=scale, reference=own
        )
        yield rows[~own]
        goal = rows[own].assign(algorithm=[f"{label}, {REFERENCE[1]}" for label in rows[own]["algorithm"]])
        for device in rows[~own]["device"].unique():
            yield goal.assign(device=device)


def _costs(cells: Frame, metric: MetricInfo) -> tuple[Numbers, str]:
    """(cells,) of one task, data and budget, and what they are. A failure costs infinitely much."""
    values = np.array([float(f"{value:.6g}") for value in cells["value"]])  # finer is noise of single precision
    ok = cells["ok"].to_numpy(dtype=bool)
    there = values[ok]
    if not metric.higher_is_better:
        costs, scale = values, metric.title if (there >= 0).all() else ""
    elif metric.unit == "%" and (there * metric.scale <= 100).all():
        costs, scale = 100 - values * metric.scale, "error rate"
    elif (there > 0).all():
        costs, scale = 1 / np.where(ok, values, 1.0), f"1 / {metric.title}"
    else:
        costs, scale = -values, ""
    return np.where(ok, costs, math.inf), scale


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
        yield f"{_counted(len(absent), 'algorithm')} recorded in too few settings: {', '.join(absent)}"
    settings, all_settings = (frame.index.droplevel("seed").nunique() for frame in (kept, table))
    if settings < all_settings:
        yield f"{all_settings - settings} of {_counted(all_settings, 'setting')}, where not all of them are recorded"
    partly = table.loc[table.index.droplevel("seed").isin(kept.index.droplevel("seed"))]
    if len(kept) < len(partly):
        yield f"{_counted(len(partly) - len(kept), 'seed')} of the other settings, which not all of them have"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def in_settings(contest: Contest, values: Numbers) -> Numbers:
    """Means over the seeds of each setting. values: (P, …). Returns (B, …)."""
    return np.stack([values[contest.where == place].mean(axis=0) for place in range(len(contest.settings))])


def seeds_text(contest: Contest) -> str:
    """`18 settings × 3 seeds`, `18 settings, 2 to 3 seeds each`."""
    counts: Sequence[int] = np.bincount(contest.where).tolist()
    settings = _counted(len(contest.settings), "setting")
    if min(counts) == max(counts):
        return f"{settings} × {_counted(counts[0], 'seed')}"
    return f"{settings}, {min(counts)} to {max(counts)} seeds each"
