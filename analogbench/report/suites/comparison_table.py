"""Tables of published against measured numbers, as strings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analogbench.grid.presentation import Published
from analogbench.report import digits
from analogbench.report.statistics import Summary, summarise
from analogbench.report.suites.comparison import Row, decimals
from analogbench.report.suites.series import value_text
from analogbench.report.varying import symbol

TINY = 1e-3
"""A table whose numbers are all smaller is written with powers of ten."""

MOST_PLACES = 8


@dataclass(frozen=True)
class Table:
    """A table as strings. notes: below it."""

    title: str
    source: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


def table(published: Published, found: Sequence[Row], is_paper: bool) -> Table:
    """The strings of a table. is_paper: whether the settings are the paper's, so that a verdict means something."""
    keys = list(dict.fromkeys(key for number in published.numbers for key in number.where))
    unit = f" [{published.unit}]" if published.unit else ""
    trained = [] if published.trained_above is None else ["trained"]
    headers = (
        *["series", *_names(keys), f"published{unit} (runs)", f"measured{unit} (seeds)", *trained],
        *["difference", "joint 95 %", "verdict"],
    )
    rows = tuple(_cells(row, keys, is_paper) for row in found)
    return Table(published.title, published.source, headers, rows, tuple(_notes(published, found, is_paper)))


def _names(keys: Sequence[str]) -> list[str]:
    names = [symbol(key) or key for key in keys]
    return [key if names.count(name) > 1 else name for key, name in zip(keys, names, strict=True)]


def _cells(row: Row, keys: Sequence[str], is_paper: bool) -> tuple[str, ...]:
    where = [value_text(row.number.where[key]) if key in row.number.where else "all" for key in keys]
    trained = [] if row.trained is None else [f"{row.trained} of {len(row.values)}" if row.values else digits.NOTHING]
    difference = digits.NOTHING if row.difference is None else _signed(row, row.difference)
    half = digits.NOTHING if row.joint is None else f"±{_number(row, row.joint.half)}"
    verdict = _verdict(row) if is_paper else digits.NOTHING
    return (row.number.series, *where, _printed(row), _measured(row), *trained, difference, half, verdict)


def is_scientific(published: Published) -> bool:
    """Whether the table's numbers have powers of ten."""
    largest = max(abs(number.mean) for number in published.numbers)
    return 0 < largest < TINY or largest >= digits.HUGE


def _printed(row: Row) -> str:
    number, runs = row.number, row.published.runs
    if is_scientific(row.published):
        return f"{digits.mean_sd(Summary(runs, number.mean, number.sd), scientific=True)} ({runs})"
    places = min(decimals(row.published), MOST_PLACES)
    spread = "" if number.sd is None else f" ± {number.sd:.{places}f}"
    return f"{number.mean:.{places}f}{spread} ({runs})"


def _measured(row: Row) -> str:
    if row.measured is None:
        return f"{digits.NOTHING} (0 of {len(row.cells)})"
    text = "split †" if row.groups else digits.mean_sd(row.measured, is_scientific(row.published))
    return f"{text} ({len(row.values)} of {len(row.cells)})"


def _number(row: Row, number: float) -> str:
    """A difference without its sign, with as many decimals as the numbers that it is taken of."""
    if is_scientific(row.published) or row.measured is None or number >= digits.HUGE:
        return f"{number:.2e}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")
    places = max(decimals(row.published), digits.Digits.of(row.measured, scientific=False).decimals)
    return f"{number:.{min(places, MOST_PLACES)}f}"


def _signed(row: Row, number: float) -> str:
    text = _number(row, abs(number))
    return text if not float(text) else f"{'-' if number < 0 else '+'}{text}"


def _verdict(row: Row) -> str:
    if row.within is None or row.joint is None:
        return digits.NOTHING
    return ("within" if row.within else "outside") + (" ‡" if row.joint.borrowed else "")


def _notes(published: Published, found: Sequence[Row], is_paper: bool) -> Iterator[str]:
    yield "mean ± sample standard deviation; difference: measured − published; joint 95 %: its interval, by Welch's t"
    if not is_paper:
        yield "no verdict: these are not the paper's settings"
    if is_paper and any(row.joint and row.joint.borrowed for row in found):
        yield "‡ only one side has a spread: Student's t, its standard deviation for both sides, its degrees of freedom"
    if published.last:
        yield f"measured: the mean of the last {published.last} points of each seed's curve"
    if published.trained_above is not None:
        yield f"trained: seeds above {digits.short(published.trained_above)} {published.unit}".rstrip()
    for row in found:
        yield from _row_notes(row)


def _row_notes(row: Row) -> Iterator[str]:
    name = ", ".join([row.number.series, *(f"{symbol(k) or k} = {value_text(v)}" for k, v in row.number.where.items())])
    if row.groups:
        which = ("trained", "did not") if row.trained is not None else ("near the upper value", "near the lower")
        parts = [
            f"{len(group)} of {len(row.values)} {what}: {digits.mean_sd(summarise(group))}"
            for group, what in zip(row.groups, which, strict=True)
        ]
        yield f"† seeds split: {name}: {'; '.join(parts)}; the mean describes neither, so it is not compared"
    failed = [cell.record for cell in row.cells if cell.record and cell.record.status != "ok"]
    for status, reason in dict.fromkeys((record.status, record.reason) for record in failed):
        same = sum((record.status, record.reason) == (status, reason) for record in failed)
        yield f"failed: {name}: {status} {same}/{len(row.cells)}{f': {reason}' if reason else ''}"
    if len({cell.cell.seed for cell in row.cells}) < len(row.cells):
        yield f"{name}: the mean is over several settings, not seeds alone"
