"""The fault suite: `python tests/faults` throws faults at real runs and prints what was lost and what was wrong.

Exit code 0 if nothing was, 1 otherwise.
"""

from __future__ import annotations

import argparse
import datetime
import random
import sys
import tempfile
import time
from pathlib import Path

import cluster
from bench import Bench
from grid import GRID, Verdict, expected
from processes import Run
from scenarios import SCENARIOS
from table import page, progress

ALL = SCENARIOS | cluster.SCENARIOS


def main() -> int:
    """Parse, inject, print."""
    parser = argparse.ArgumentParser(prog="python tests/faults", description=__doc__)
    parser.add_argument("--rounds", type=int, default=1, help="how often each fault is tried")
    parser.add_argument("--seed", type=int, default=None, help="of the random moments; printed, to try them again")
    parser.add_argument("--only", default="", help="faults whose names contain this")
    parser.add_argument("--out", type=Path, help="file for the table, as Markdown")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    print(f"seed {seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        verdicts = _all(Path(folder), options.rounds, seed, options.only)
    text = page(verdicts, options.rounds, seed, datetime.datetime.now(datetime.UTC).date())
    print(text)
    if options.out:
        options.out.write_text(text)
    return int(any(verdict.lost or verdict.wrong for verdict in verdicts.values()))


def _all(folder: Path, rounds: int, seed: int, only: str) -> dict[str, Verdict]:
    wanted, seconds = _undisturbed(folder)
    verdicts: dict[str, Verdict] = {}
    for name, scenario in ALL.items():
        if only not in name:
            continue
        for number in range(rounds):
            place = folder / f"{len(verdicts)}-{number}"
            place.mkdir()
            started = time.monotonic()
            found = scenario(Bench(place, wanted, seconds, random.Random(f"{seed} {name} {number}")))
            progress(name, number, found, time.monotonic() - started)
            verdicts[name] = verdicts.get(name, Verdict()) + found
    return verdicts


def _undisturbed(folder: Path) -> tuple[dict[str, dict[str, object]], float]:
    """What the records of the grid say, and how long it takes once everything is compiled."""
    seconds = 0.0
    for name in ("compiling", "timed"):
        started = time.monotonic()
        run = Run(GRID, folder / name / "results")
        if run.wait() != 0:
            sys.exit(f"the undisturbed run failed:\n{run.output}")
        seconds = time.monotonic() - started
    return expected(folder / "timed" / "results"), seconds


if __name__ == "__main__":
    sys.exit(main())
