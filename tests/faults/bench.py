"""What every scenario works with."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from pathlib import Path

from grid import GRID, Numbers, Verdict, judged
from processes import Run

OFTEN = ("--checkpoint-every", "0")
"""A checkpoint whenever there can be one, so that most faults find one."""


@dataclass(frozen=True)
class Bench:
    """folder: of this round alone. wanted: what the records must say. seconds: what an undisturbed run takes."""

    folder: Path
    wanted: Numbers
    seconds: float
    dice: random.Random

    def moment(self, start: float = 0.5) -> None:
        """Wait for some time, at most as long as the run takes."""
        time.sleep(self.dice.uniform(start, self.seconds))

    def run(self, *arguments: str, **environment: str) -> Run:
        """Start the grid."""
        return Run((*GRID, *OFTEN, *arguments), self.folder / "results", environment)

    def finished(self, faults: int, *arguments: str) -> Verdict:
        """Run the grid undisturbed, to its end, and judge what is there."""
        run = self.run(*arguments)
        code = run.wait()
        verdict = judged(run.results, self.wanted, faults)
        tail = run.output.strip().splitlines()[-3:]
        clean = code == 0 and "Traceback" not in run.output
        return verdict if clean else verdict + Verdict(wrong=1, notes=(f"the last run: exit code {code}: {tail}",))
