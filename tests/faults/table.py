"""The table that the fault suite prints."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Mapping

from grid import Verdict
from tabulate import tabulate

HEAD = """# Faults

Made by `python tests/faults --rounds {rounds} --out docs/faults.md` (seed {seed}, {date}). A grid of 24 cells with real
algorithms, devices, data and engine is disturbed at random moments; then the same command is run once more,
undisturbed, and its records are compared with those of a run that nothing happened to. **Lost** are cells without a
record; **wrong** are records with any other digit than theirs, records that are there twice, processes that outlive
their command, damaged files that were not named, tracebacks on the screen, and exit codes other than those of
[How a grid survives](running.md).

"""


def page(verdicts: Mapping[str, Verdict], rounds: int, seed: int, date: datetime.date) -> str:
    """The table as a page of Markdown, with what went wrong below it."""
    rows = [(name, each.faults, each.lost, each.wrong) for name, each in verdicts.items()]
    rows.append(("**all**", *(sum(row[column] for row in rows) for column in (1, 2, 3))))
    table = tabulate(rows, ("fault", "injected", "records lost", "wrong"), tablefmt="pipe")
    notes = [f"- {name}: {note}" for name, each in verdicts.items() for note in each.notes]
    return (
        HEAD.format(rounds=rounds, seed=seed, date=date) + table + "\n" + "\n".join(["", *notes, ""] if notes else [])
    )


def progress(name: str, number: int, verdict: Verdict, seconds: float) -> None:
    """One line while the suite runs, and what went wrong at once."""
    counts = f"injected {verdict.faults}, lost {verdict.lost}, wrong {verdict.wrong}"
    print(f"{name}, round {number + 1}: {counts} ({seconds:.0f} s)", flush=True)
    for note in verdict.notes:
        print(f"    {note}", file=sys.stderr, flush=True)
