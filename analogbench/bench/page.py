"""The page `speed.md`: machine, command, tables and plots, and how to read them."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from analogbench.bench.rows import Row
from analogbench.bench.sweep import Settings
from analogbench.bench.tables import Names, Table

READING = """\
A step is a step of training of all R replicas, batches included, evaluations not. Everything in a row was timed in
turns, {rounds} rounds of about {each} s for each; ratios are made of each round by itself, and shown with their median
and quartiles, because neighbours on a machine change absolute times from second to second.
"""

REFERENCE = """\
**× {0}**: replica-steps per second as a multiple of those of one replica of the same algorithm and
task on {0}, native where it has the algorithm built in, timed in the same rounds.
"""

BASELINE = """\
**cost in {0}**: the time of a step as a multiple of that of {0} with as many replicas, timed in the same rounds.
"""

BOUND = """\
**of the bound**: the least time that a step can take, as a fraction of what it took: the larger one of bytes over
bandwidth and of operations over the throughput of matrix products, both measured in the same rounds on as many threads.
Bytes: each weight matrix is read once forward and, but for the first layer, once backward; each cache line of an array
in which a weight changed is read and written once. Operations: two for each weight and sample of each product, the
gradient among them where a step forms it. It is a lower bound: activations, digital parameters, random numbers, the
constants of crosspoints and further reads of a rule are left out. Bandwidth is that of a block as large as the arrays,
which may fit into a cache.
"""

CORES = """\
The same replicas as one process on one core, as a process on each core, as `analogbench run` trains them, and as one
process with a thread on each core; all timed in turns.
"""


def page(  # noqa: PLR0913, PLR0917 - all that is on it
    tables: Sequence[Table],
    cores: Table | None,
    rows: Sequence[Row],
    settings: Settings,
    names: Names,
    facts: Mapping[str, Any],
    date: str,
    plots: Mapping[str, str],
) -> str:
    """plots: their captions by the names of their files."""
    each = f"{settings.seconds / settings.rounds:.2g}"
    parts = [
        "# Speed of training\n",
        _machine(rows, settings, facts, date),
        READING.format(rounds=settings.rounds, each=each),
    ]
    parts += [REFERENCE.format(names.reference)] if names.reference else []
    parts += [BASELINE.format(names.baseline)] if names.baseline else []
    parts.append(BOUND)
    for table in tables:
        parts += [f"## {table.title}\n", f"{table.text('pipe')}\n"]
    parts += [f"## {cores.title}\n", CORES, f"{cores.text('pipe')}\n"] if cores else []
    parts += [f"![{caption}]({name})\n" for name, caption in plots.items()]
    return "\n".join(parts)


def _machine(rows: Sequence[Row], settings: Settings, facts: Mapping[str, Any], date: str) -> str:
    git = facts.get("git")
    commit = f"{git['commit']}{', with changes' if git['dirty'] else ''}" if git else ""
    known = {
        "command": f"`{facts['command']}`",
        "date": date,
        "commit": commit,
        "processor": f"{facts['cpu']}, {facts['cores']} cores to use, {settings.threads} used by each process",
        "GPU": ", ".join(dict.fromkeys(row.measured.device for row in rows if row.measured.device)),
        "versions": ", ".join(f"{name} {version}" for name, version in facts["versions"].items()),
        "Python": f"{facts['python']}, {facts['platform']}",
        **{f"measured, {target}": _able(rows, target) for target in settings.targets},
    }
    lines = [f"| {key} | {text} |" for key, text in known.items() if text]
    return "\n".join(["| | |", "|---|---|", *lines, ""])


def _able(rows: Sequence[Row], target: str) -> str:
    """What the machine could do, by the medians of the rows: the largest block, which is most likely to lie in memory
    rather than in a cache, has the least bandwidth."""
    found = [row.measured for row in rows if row.target == target and row.measured.bandwidth]
    if not found:
        return ""
    bandwidths = [statistics.median(measured.bandwidth) / 1e9 for measured in found]
    products = statistics.median(value for measured in found for value in measured.throughput) / 1e9
    span = f"{min(bandwidths):.3g} to {max(bandwidths):.3g} GB/s, by the size of the block"
    return f"memory {span}; matrix products {products:,.3g} GFLOP/s"
