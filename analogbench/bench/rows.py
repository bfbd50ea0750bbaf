"""What was measured, as numbers to show."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from analogbench.bench.cases import Case
from analogbench.bench.orders import Measured


@dataclass(frozen=True)
class Spread:
    """The median of the rounds, and the quartiles around it."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread | None:
        """None of no values."""
        if not values:
            return None
        low, _, high = statistics.quantiles(values, method="inclusive") if len(values) > 1 else [values[0]] * 3
        return cls(statistics.median(values), low, high)


@dataclass(frozen=True)
class Row:
    """A case with so many replicas on one target."""

    case: Case
    target: str
    replicas: int
    measured: Measured

    @property
    def name(self) -> str:
        """The same in every run, whatever else is measured in it."""
        return f"{self.case.name}, R={self.replicas}, {self.target}"

    @property
    def rate(self) -> Spread | None:
        """Replica-steps per second."""
        return Spread.of([self.replicas / seconds for seconds in self.measured.seconds])

    @property
    def milliseconds(self) -> Spread | None:
        """Of a step, for each replica."""
        return Spread.of([1e3 * seconds / self.replicas for seconds in self.measured.seconds])

    @property
    def ratio(self) -> Spread | None:
        """Replica-steps per second as a multiple of the reference's."""
        return self._by_round(self.measured.reference, lambda own, other: other * self.replicas / own)

    @property
    def cost(self) -> Spread | None:
        """Time of a step as a multiple of that of as many replicas of the baseline."""
        return self._by_round(self.measured.baseline, lambda own, other: own / other)

    @property
    def share(self) -> Spread | None:
        """The least time a step can take, as a fraction of what it took."""
        return self._by_round(self.measured.bound, lambda own, other: other / own)

    @property
    def best_rate(self) -> float | None:
        """Replica-steps per second of a step that takes the least time it can."""
        bound = self.measured.bound
        return self.replicas / statistics.median(bound) if bound and min(bound) > 0 else None

    @property
    def notes(self) -> Iterator[str]:
        """What a reader must know of the row; of one that was not measured, why."""
        if self.measured.status != "ok":
            yield f"{self.measured.status}: {self.measured.reason}"
        yield from self.measured.notes

    def _by_round(self, others: Sequence[float], make: Callable[[float, float], float]) -> Spread | None:
        """A ratio of each round by itself."""
        pairs = zip(self.measured.seconds, others, strict=False)
        return Spread.of([make(own, other) for own, other in pairs])
