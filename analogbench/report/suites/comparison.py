"""Published numbers against measured ones."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from analogbench.grid.presentation import Figure, Published, PublishedNumber, matches
from analogbench.grid.presentation_matching import having, members
from analogbench.report.statistics import Summary, split, summarise
from analogbench.report.suites.gather import Gathered, Planned
from analogbench.report.suites.joint import Joint, Sample, joint_interval
from analogbench.report.suites.points import Point, mixed_settings
from analogbench.report.suites.values import as_metric, final, points_used, usable


@dataclass(frozen=True)
class Row:
    """One published number and the seeds that it is compared with, in the paper's units.

    groups: the values of seeds that trained and that did not, or else of the lower and the upper of two groups; empty
    where the seeds form one group. mixed: the settings that fall together in it, which leaves it without values; empty
    if only seeds do. points: of how many points of its curve each value is the mean. stale: how many of the values are
    of other code than is installed now.
    """

    published: Published
    number: PublishedNumber
    cells: tuple[Planned, ...]
    values: tuple[float, ...]
    groups: tuple[tuple[float, ...], ...] = ()
    mixed: str = ""
    points: tuple[int, ...] = ()
    stale: int = 0

    @property
    def measured(self) -> Summary | None:
        """Mean and spread over the seeds; None without a value."""
        return summarise(self.values) if self.values else None

    @property
    def trained(self) -> int | None:
        """How many seeds trained; None where the suite does not say what that is."""
        bound = self.published.trained_above
        return None if bound is None else sum(value > bound for value in self.values)

    @property
    def difference(self) -> float | None:
        """Measured minus published; None without a value, or where the mean of two groups of seeds describes none."""
        return None if self.measured is None or self.groups else self.measured.mean - self.number.mean

    @property
    def joint(self) -> Joint | None:
        """The joint interval of the difference."""
        if self.difference is None or self.measured is None:
            return None
        printed = Sample(self.number.mean, self.number.sd, self.published.runs)
        return joint_interval(printed, Sample(self.measured.mean, self.measured.sd, self.measured.n))

    @property
    def within(self) -> bool | None:
        """Whether the difference lies within the joint interval; None where there is no interval.

        What is equal in the digits that were printed does not differ, however small the spreads.
        """
        if self.joint is None or self.difference is None or self.measured is None:
            return None
        return self.looks_equal or abs(self.difference) <= self.joint.half

    @property
    def looks_equal(self) -> bool:
        """Whether both means are the same in the digits that were printed."""
        places = decimals(self.published)
        return self.measured is not None and round(self.measured.mean, places) == round(self.number.mean, places)

    @property
    def within_by_digits(self) -> bool:
        """Whether the difference lies outside of the interval, but does not show in the digits that were printed."""
        far = self.joint is not None and self.difference is not None and abs(self.difference) > self.joint.half
        return far and self.looks_equal


def rows(published: Published, gathered: Gathered) -> list[Row]:
    """All numbers of a table, in its order."""
    return [_row(published, number, gathered) for number in published.numbers]


def _row(published: Published, number: PublishedNumber, gathered: Gathered) -> Row:
    series = next(series for series in gathered.suite.series if series.label == number.series)
    cells = having(number.where, members(series, gathered.cells))
    if mixed := mixed_settings(cells):
        return Row(published, number, tuple(cells), (), mixed=mixed)
    good = [(cell, cell.good) for cell in cells if cell.good]
    found = [(final(one, published.metric, published.last, published.scale), one) for _, one in good]
    stale = sum(cell.stale for (cell, _), (value, _) in zip(good, found, strict=True) if value is not None)
    values = tuple(value for value, _ in found if value is not None)
    points = tuple(points_used(one, published.metric, published.last) for value, one in found if value is not None)
    return Row(published, number, tuple(cells), values, _groups(published, values, cells), "", points, stale)


def _groups(published: Published, values: Sequence[float], cells: Sequence[Planned]) -> tuple[tuple[float, ...], ...]:
    bound = published.trained_above
    if bound is not None:
        parts = tuple(v for v in values if v > bound), tuple(v for v in values if not v > bound)
        return parts if all(parts) else ()
    record = next((cell.good for cell in cells if cell.good), None)
    found = split(values, as_metric(record, published.metric, published.scale, unit=published.unit))
    return tuple(map(tuple, reversed(found))) if found else ()


def decimals(published: Published) -> int:
    """How many decimals were printed: the most that any number of the table has."""
    numbers = [n for number in published.numbers for n in (number.mean, number.sd) if n is not None]
    exponents = [Decimal(repr(n)).normalize().as_tuple().exponent for n in numbers if math.isfinite(n)]
    return max([0, *(-exponent for exponent in exponents if isinstance(exponent, int))])


@dataclass(frozen=True)
class Mark:
    """A published number in a figure's units."""

    mean: float
    sd: float


def published_marks(point: Point, figure: Figure, published: Sequence[Published]) -> Iterator[Mark]:
    """The published numbers of the same quantity that belong to a bar."""
    place = {**point.line.setting, **point.place}
    for table in published:
        for number in table.numbers if table.metric == figure.value else ():
            fits = matches(number.where, place) and all(matches(number.where, cell.params) for cell in point.cells)
            factor = figure.scale / table.scale
            if number.series == point.line.series and fits and usable(number.mean * factor):
                yield Mark(number.mean * factor, sd if usable(sd := (number.sd or 0.0) * abs(factor)) else 0.0)
