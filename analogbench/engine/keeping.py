"""When a job's state is kept, and what happens where it cannot be."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from analogbench.engine.capture import StepLoop
from analogbench.engine.checkpoint import Keeper, Position, captured, restored
from analogbench.errors import UnsavableError


class Keeping:
    """Keeps the state of one job with a keeper, or does nothing without one. A state that cannot be kept costs the job
    nothing but the way back to it."""

    def __init__(self, keeper: Keeper | None, assemble: Callable[[], StepLoop], started: float) -> None:
        """assemble: puts the job together, at its very start. started: by `time.perf_counter`."""
        self._keeper, self._assemble, self._started, self._before = keeper, assemble, started, 0.0

    def begin(self) -> tuple[StepLoop, Position]:
        """The job, at its start or where an earlier attempt has left it."""
        loop = self._assemble()
        if self._keeper is None or (state := self._keeper.load()) is None:
            return loop, Position()
        try:
            position = restored(loop, state)
        except UnsavableError as error:
            self._keeper.failed(error)
            return self._assemble(), Position()  # half of what was kept may be in the first one
        self._before = position.seconds
        return loop, position

    def look(self, loop: StepLoop, position: Position) -> None:
        """Keep the state, with the job at `position`, if it is time to."""
        if self._keeper is None or not self._keeper.due():
            return
        try:
            self._keeper.save(captured(loop, replace(position, seconds=self.seconds())))
        except UnsavableError as error:
            self._keeper.failed(error)
            self._keeper = None

    def seconds(self) -> float:
        """What the job has taken so far, in all its attempts."""
        return self._before + time.perf_counter() - self._started
