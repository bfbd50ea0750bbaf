"""Plugins that do what plugins must not: it costs their own cells, and nobody else's."""

from __future__ import annotations

from typing import Any

import zoo
from bench import Bench
from grid import GRID, Numbers, Verdict, key_of, numbers, records
from processes import Run


def hostile_plugins(bench: Bench) -> Verdict:
    """Rules that raise, exit, crash, hang, print, fork, eat memory or return nonsense, beside good ones."""
    site = {"PYTHONPATH": str(zoo.install(bench.folder / "zoo"))}
    bad = ",".join(f"zoo-{name}" for name in zoo.ENDS)
    verdict = Verdict(len(zoo.ENDS) + 1)
    for rules, seeds in ((f"{bad},analog-sgd", "1"), ("zoo-bad-seed,analog-sgd", "3")):
        run = Run((*_grid_of(rules, seeds), *LIMITS), bench.folder / "results", site)
        code = run.wait()
        if code != 1 or "Traceback" in run.output:
            verdict += Verdict(wrong=1, notes=(f"exit code {code}: {run.output[-300:]}",))
    found = {(r["cell"]["algorithm"]["name"], r["cell"]["seed"]): r for r in records(bench.folder / "results")}
    ends = {(f"zoo-{name}", 0): status for name, status in zoo.ENDS.items()}
    ends |= {(name, seed): "ok" for name in ("zoo-bad-seed", "analog-sgd") for seed in range(3)}
    for cell, status in (ends | {("zoo-bad-seed", 1): "crashed"}).items():
        verdict += _end(cell, status, found.get(cell), bench.wanted)
    return verdict


LIMITS = ("--timeout", "4s", "--worker-memory", "1500M")


def _grid_of(rules: str, seeds: str) -> tuple[str, ...]:
    """The rules on one device and one task; all else as in the grid."""
    rest = GRID[GRID.index("--budget") :]
    place = rest.index("--seeds") + 1
    return ("-a", rules, "-d", "ideal-softbounds", "-t", "least-squares", *rest[:place], seeds, *rest[place + 1 :])


def _end(cell: tuple[str, int], status: str, record: dict[str, Any] | None, wanted: Numbers) -> Verdict:
    """Whether a cell has ended as it must."""
    if record is None:
        return Verdict(lost=1, notes=(f"{cell}: no record",))
    if record["status"] == status and (status != "ok" or _innocent(record, wanted)):
        return Verdict()
    return Verdict(wrong=1, notes=(f"{cell}: {record['status']} {record['reason']!r} instead of {status}",))


def _innocent(record: dict[str, object], wanted: Numbers) -> bool:
    """Whether a good cell ends as it would alone. The rule `zoo-bad-seed` is analog SGD under another name."""
    names = {"cell": {**record["cell"], "algorithm": {"name": "analog-sgd", "params": {"lr": None}}}}  # type: ignore[dict-item]
    other = {"identity", "labels", "cell"}
    known = wanted[key_of(names)]
    return all(value == known[key] for key, value in numbers(record).items() if key not in other)
