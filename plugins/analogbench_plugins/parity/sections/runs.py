"""Whole training runs."""

from __future__ import annotations

import numpy as np

from analogbench_plugins.parity.page import Section, Settings
from analogbench_plugins.parity.plots import runs as plot_runs
from analogbench_plugins.parity.runs import ALPHA, WAYS, RunResult, interval, read_runs
from analogbench_plugins.parity.tables import markdown

TEXT = """The suite `parity` at budget quick, {seeds} seeds: each response family as an idealized device, as AIHWKIT's
tiles used from Python, and, for Tiki-Taka, as AIHWKIT's own compound; from the records in `{folder}`, which this made:

```sh
analogbench run parity --results {folder}
```

Each way has its own device instances, so that seeds are not paired. Mean ± standard deviation, and in brackets the 95 %
t-interval; p of Welch's t-test, the smallest of the pairs. A row differs if p is below {alpha:g}. On `mnist-fcn` the
plateau on which the network starts is left by some seeds and not by others: "trained" counts seeds above 50 %.

{table}

![The ranking metric of every seed](runs.png)"""


def runs_section(settings: Settings) -> Section:
    """The section of `runs`."""
    results = read_runs(settings.records)
    plot_runs(settings.out / "runs", results)
    head = ["task", "algorithm", "device", *WAYS, "trained", "95 % intervals", "p", "verdict"]
    seeds = max(len(values) for r in results for values in r.values.values())
    text = TEXT.format(
        seeds=seeds, folder=settings.records.as_posix(), alpha=ALPHA, table=markdown(head, [_row(r) for r in results])
    )
    numbers = [{name: getattr(r, name) for name in ("task", "algorithm", "device", "values", "p")} for r in results]
    failures = [f"{r.algorithm} × {r.device} × {r.task}" for r in results if r.failed]
    pairs = len(WAYS) * (len(WAYS) - 1) // 2
    return Section("Training runs", text, numbers, len(results), failures, pairs * ALPHA)


def _row(r: RunResult) -> list[str]:
    cells = [_summary(r, way) for way in WAYS]
    trained = [f"{sum(v > 0.5 for v in values)}/{len(values)}" for values in r.values.values()] if r.unit == "%" else []
    overlap = "apart" if r.apart else "overlap"
    return [
        r.task, r.algorithm, r.device, *cells, ", ".join(trained) or "–", overlap, f"{r.p:.2g}",
        "**DIFFERS**" if r.failed else "agrees",
    ]  # fmt: skip


def _summary(r: RunResult, way: str) -> str:
    if way not in r.values:
        return "–"
    values = np.array(r.values[way]) * r.scale
    low, high = interval(list(values))
    return f"{values.mean():.3g} ± {values.std(ddof=1):.2g} [{low:.3g}, {high:.3g}]{f' {r.unit}' if r.unit else ''}"
