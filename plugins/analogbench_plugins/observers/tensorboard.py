"""Live curves in TensorBoard, as the field's scripts have them."""

from __future__ import annotations

import hashlib
import importlib.util
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analogbench.api import Evaluation, ObservedCell, Observer, Params, hookimpl, param

if TYPE_CHECKING:
    from analogbench.records.record import Record

ANALOGBENCH_API = ">=1.3,<2"

LONGEST = 100
"""Characters of a folder's name."""


class TensorBoardParams(Params):
    """Where the event files lie."""

    dir: str = param("tensorboard", "folder of the event files: <task>-<budget>/<algorithm>-on-<device>/<seed>")


class TensorBoard(Observer):
    """Writes TensorBoard's event files while a run goes on: a curve for each metric of each cell.

    See them with `tensorboard --logdir tensorboard`. A cell that is started again goes on in its own folder, and
    TensorBoard hides what it had written from there on.
    """

    name = "tensorboard"
    source = "https://www.tensorflow.org/tensorboard"
    Params = TensorBoardParams

    def __init__(self, params: TensorBoardParams) -> None:
        super().__init__(params)
        from torch.utils.tensorboard import SummaryWriter  # imports torch, which takes seconds

        self._make, self._folder = SummaryWriter, Path(params.dir)
        self._folder.mkdir(parents=True, exist_ok=True)  # a place that cannot be written is said at once
        self._writers: dict[str, Any] = {}

    @classmethod
    def unavailable(cls) -> str:
        if importlib.util.find_spec("tensorboard") is None:
            return "TensorBoard is not installed: pip install 'analogbench[tensorboard]'"
        return ""

    def job_started(self, cells: Sequence[ObservedCell]) -> None:
        for cell in cells:
            self._close(cell.identity)

    def evaluated(self, cells: Sequence[ObservedCell], evaluation: Evaluation) -> None:
        for place, cell in enumerate(cells):
            writer = self._writer(cell, evaluation.step)
            for name, values in evaluation.values.items():
                writer.add_scalar(name, values[place], evaluation.step)

    def record_written(self, record: Record) -> None:
        if (writer := self._writers.get(record.identity)) is not None:
            writer.add_text("status", f"{record.status}{': ' if record.reason else ''}{record.reason}", record.steps)
        self._close(record.identity)

    def run_ended(self) -> None:
        for identity in list(self._writers):
            self._close(identity)

    def _writer(self, cell: ObservedCell, step: int) -> Any:
        """The writer of a cell, opened with its first evaluation: from there on it replaces an earlier attempt's."""
        if cell.identity not in self._writers:
            folder = self._folder.joinpath(*_names(cell))
            self._writers[cell.identity] = self._make(str(folder), purge_step=step if folder.exists() else None)
        return self._writers[cell.identity]

    def _close(self, identity: str) -> None:
        if (writer := self._writers.pop(identity, None)) is not None:
            writer.close()


def _names(cell: ObservedCell) -> tuple[str, str, str]:
    """The folders of a cell. The identity keeps apart what other code has made of it."""
    row = f"{cell.algorithm}-on-{cell.device}"
    return _safe(f"{cell.task}-{cell.budget}"), _safe(row), f"seed-{cell.seed}-{cell.identity[:8]}"


def _safe(label: str) -> str:
    """A label as a folder's name; a long one is cut, and told apart by a digest."""
    name = re.sub(r"[^\w.=+-]+", "-", label).strip("-.") or "-"
    return name if len(name) <= LONGEST else f"{name[:LONGEST]}-{hashlib.sha256(label.encode()).hexdigest()[:8]}"


@hookimpl
def analogbench_observers() -> list[type[Observer]]:
    """TensorBoard."""
    return [TensorBoard]
