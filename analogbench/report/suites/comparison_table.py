"""Tables of published against measured numbers, as strings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analogbench.grid.presentation import Published
from analogbench.report import digits
from analogbench.report.notes import STALE
from analogbench.report.statistics import Summary, summarise
from analogbench.report.suites.comparison import Row, decimals
from analogbench.report.suites.series import value_text
from analogbench.report.suites.values import last_points
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


def table(published: Published, found: Sequence[Row], own: bool) -> Table:
    """The strings of a table. own: whether the settings are the suite's own, so that a verdict means something."""
    keys = list(dict.fromkeys(key for number in published.numbers for key in number.where))
    unit = f" [{published.unit}]" if published.unit else ""
    trained = [] if published.trained_above is None else ["trained"]
    headers = (
        *["series", *_names(keys), f"published{unit} (runs)", f"measured{unit} (seeds)", *trained],
        *["difference", "joint 95 %", "verdict"],
    )
    rows = tuple(_cells(row, keys, own) for row in found)
    return Table(published.title, published.source, headers, rows, tuple(_notes(published, found, own)))


def _names(keys: Sequence[str]) -> list[str]:
    names = [symbol(key) or key for key in keys]
    return [key if names.count(name) > 1 else name for key, name in zip(keys, names, strict=True)]


def _cells(row: Row, keys: Sequence[str], own: bool) -> tuple[str, ...]:
    where = [value_text(row.number.where[key]) if key in row.number.where else "all" for key in keys]
    trained = [] if row.trained is None else [f"{row.trained} of {len(row.values)}" if row.values else digits.NOTHING]
    difference = digits.NOTHING if row.difference is None else _signed(row, row.difference)
    half = digits.NOTHING
    if row.joint is not None:
        half = f"±{_number(row, row.joint.half)}{' ‡' if row.joint.borrowed else ''}"
    verdict = _verdict(row) if own else digits.NOTHING
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
    if row.mixed:
        return digits.NOTHING
    if row.measured is None:
        return f"{digits.NOTHING} (0 of {len(row.cells)})"
    text = "split †" if row.groups else digits.mean_sd(row.measured, is_scientific(row.published))
    return f"{text} ({len(row.values)} of {len(row.cells)}){f' {STALE}' if row.stale else ''}"


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
    if row.within is None:
        return digits.NOTHING
    return "within" if row.within else "outside"


def _notes(published: Published, found: Sequence[Row], own: bool) -> Iterator[str]:
    joints = [row.joint for row in found if row.joint]
    interval = "; joint 95 %: its interval" if joints else ""
    welch = ", by Welch's t" if any(not joint.borrowed for joint in joints) else ""
    yield f"mean ± sample standard deviation; difference: measured − published{interval}{welch}"
    if not own:
        yield "no verdict: these are not the suite's own settings"
    if any(joint.borrowed for joint in joints):
        yield "‡ only one side has a spread: Student's t, its standard deviation for both sides, its degrees of freedom"
    if published.last:
        used = [number for row in found for number in row.points]
        yield f"measured: the mean of {last_points(published.last, used)} of each seed's curve"
    if published.trained_above is not None:
        yield f"trained: seeds above {digits.short(published.trained_above)} {published.unit}".rstrip()
    for row in found:
        yield from _row_notes(row, own)


def _row_notes(row: Row, own: bool) -> Iterator[str]:
    name = ", ".join([row.number.series, *(f"{symbol(k) or k} = {value_text(v)}" for k, v in row.number.where.items())])
    if row.groups:
        which = ("trained", "did not") if row.trained is not None else ("near the upper value", "near the lower")
        parts = [
            f"{len(group)} of {len(row.values)} {what}: {digits.mean_sd(summarise(group))}"
            for group, what in zip(row.groups, which, strict=True)
        ]
        yield f"† seeds split: {name}: {'; '.join(parts)}; the mean describes neither, so it is not compared"
    if own and row.within_by_digits:
        yield f"{name}: within, as both are the same in the digits that were printed; by the interval they differ"
    if row.stale:
        yield f"{STALE} stale: {name}: {row.stale} of {len(row.values)} made by other code than is installed now"
    if row.mixed:
        yield f"{name}: not compared, as several settings fall together: {row.mixed}"
    failed = [cell.record for cell in row.cells if cell.record and cell.record.status != "ok"]
    for status, reason in dict.fromkeys((record.status, record.reason) for record in failed):
        same = sum((record.status, record.reason) == (status, reason) for record in failed)
        yield f"failed: {name}: {status} {same}/{len(row.cells)}{f': {reason}' if reason else ''}"
