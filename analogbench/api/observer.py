"""The interface of an observer: somebody who follows a run while it goes on, such as a live plot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from analogbench.api.params import Params
from analogbench.api.task import Budget

if TYPE_CHECKING:
    from analogbench.records.record import Record


@dataclass(frozen=True)
class ObservedCell:
    """A cell as tables call it: algorithm, device and task with the parameters that differ from their defaults.

    identity: of the cell and of the code that trains it, also its record's.
    """

    identity: str
    algorithm: str
    device: str
    task: str
    budget: Budget
    seed: int


@dataclass(frozen=True)
class Evaluation:
    """A point of the learning curves of a job. values: by name, such as "train_loss", one number for each cell."""

    step: int
    epoch: int
    values: Mapping[str, Sequence[float]]


class Observer:
    """Is told what happens in a run; a subclass defines what it wants to hear of.

    Everything is called in the command's process, in the order in which it happens, by one thread of the observer's
    own, which also makes it: it may be slow, and whatever it raises ends only itself. Jobs that run at the same time
    alternate. A job that fails or is interrupted is started again, with all or some of its cells: then evaluations of
    steps come again that have come already.
    """

    name: ClassVar[str]
    source: ClassVar[str] = ""
    Params: ClassVar[type[Params]] = Params

    def __init__(self, params: Any) -> None:
        """params: an instance of `Params`."""
        self.params = params

    @classmethod
    def unavailable(cls) -> str:
        """Why it cannot be used on this machine, in one line with what to do; empty if it can. Must be quick."""
        return ""

    def job_started(self, cells: Sequence[ObservedCell]) -> None:
        """A worker has started to train these cells together."""

    def evaluated(self, cells: Sequence[ObservedCell], evaluation: Evaluation) -> None:
        """The cells of a job were evaluated. Their records hold the same curves, thinned."""

    def record_written(self, record: Record) -> None:
        """A cell has ended, well or badly, and its record is on disk; no evaluations of it follow.

        Of a record an observer may rely on `identity`, `cell`, `labels`, `status`, `reason`, `metric`, `metrics`,
        `value`, `curve`, `steps`, `pulses` and `seconds`; the rest may change with any version.
        """

    def run_ended(self) -> None:
        """The run has ended, or was interrupted; nothing follows."""
