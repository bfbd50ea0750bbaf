"""One cell of a freely chosen table: what its seeds gave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from analogbench.errors import UsageError
from analogbench.records.record import Record
from analogbench.report.frame import Kept
from analogbench.report.quantity import Quantity
from analogbench.report.ranking import Failure
from analogbench.report.statistics import Summary, split, summarise


@dataclass(frozen=True)
class Entry:
    """values: in the task's own units, in the order of `seeds`. stale: how many records are. setting: the one that was
    chosen of `settings`, where the best was. fewer: how many of those had no part, having fewer seeds than another."""

    seeds: tuple[int, ...]
    values: tuple[float, ...]
    failures: tuple[Failure, ...]
    group: tuple[str, ...]
    stale: int = 0
    setting: str = ""
    settings: int = 1
    fewer: int = 0

    @cached_property
    def summary(self) -> Summary | None:
        """Mean, spread and interval; None without a value."""
        return summarise(self.values) if self.values else None

    @property
    def total(self) -> int:
        """How many seeds were run."""
        return len(self.seeds) + len(self.failures)

    @property
    def failed(self) -> str:
        """`diverged 2/3, oom 1/3`; empty if none failed."""
        numbers = Counter(failure.status for failure in self.failures)
        return ", ".join(f"{status} {number}/{self.total}" for status, number in numbers.most_common())

    def is_split(self, quantity: Quantity) -> bool:
        """Whether the mean lies between two groups of seeds and describes neither."""
        return split(self.values, quantity.info) is not None

    def goodness(self, quantity: Quantity) -> tuple[bool, bool, float]:
        """The greater, the better: complete ones before those with failures, those before what has no value."""
        mean = self.summary.mean if self.summary else 0.0
        return bool(self.values), not self.failures, mean if quantity.info.higher_is_better else -mean


def entry_of(cells: Iterable[Kept], quantity: Quantity, setting: str = "") -> Entry:
    """From the cells of one setting, of one task, data set and budget. Raises UsageError where a seed comes twice."""
    seeds, values, failures, stale = [], [], [], 0
    cells = sorted(cells, key=lambda one: one.record.cell.seed)
    for one, other in pairwise(cells):
        if one.record.cell.seed == other.record.cell.seed:
            raise UsageError(f"{one.record.cell} and {other.record.cell} would be one seed of one cell: name more keys")
    for one in cells:
        record, value = one.record, quantity.of(one.record)
        stale += one.stale
        if value is None:
            failures.append(_failure(record, quantity))
        else:
            seeds.append(record.cell.seed)
            values.append(float(value))
    group = (record.labels.task, one.data, record.cell.budget)
    return Entry(tuple(seeds), tuple(values), tuple(failures), group, stale, setting)


def best_of(entries: Sequence[Entry], quantity: Quantity) -> Entry:
    """The best setting of those with the most seeds: of a few seeds the mean may be high by luck.

    One without any value does not make others lose their part.
    """
    most = max((entry.total for entry in entries if entry.values), default=0)
    fair = [entry for entry in entries if entry.total >= most]
    best = max(fair, key=lambda entry: entry.goodness(quantity))
    return replace(best, settings=len(entries), fewer=len(entries) - len(fair))


def _failure(record: Record, quantity: Quantity) -> Failure:
    if record.status != "ok":
        return Failure(record.cell.seed, record.status, record.reason)
    return Failure(record.cell.seed, "no value", f"the record has no {quantity.info.key}")
