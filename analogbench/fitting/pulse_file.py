"""Files of measured pulses: CSV in, traces out; every mistake has its row and column."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from analogbench.errors import UsageError
from analogbench.fitting.columns import Columns, read_header
from analogbench.fitting.measurement import Measurement, Trace

FEWEST = 10
"""Fewer steps in a direction say nothing of a device."""

MOST_PULSES = 1_000_000
"""Between two reads; more is a typing error that would take for ever."""

MOST_CONDUCTANCE = 1e100
"""In whatever unit; the square of more would overflow."""

_UP = ("up", "+1", "1", "+", "u", "set", "potentiation", "ltp", "1.0", "+1.0")
_DOWN = ("down", "-1", "-", "d", "reset", "depression", "ltd", "−1", "-1.0")
_NEITHER = ("", "0", "none", "read")
_EMPTY = ("", "nan", "na", "n/a", "null")


@dataclass
class _Series:
    """A trace in the making. row: where it began."""

    row: int
    numbers: list[int] = field(default_factory=list)
    conductances: list[float] = field(default_factory=list)
    pulses: list[int] = field(default_factory=list)


def read_pulses(path: Path) -> tuple[Measurement, bytes]:
    """The measurement, and the file's bytes. Raises UsageError, one line with file, row and column."""
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        row = error.object.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{path}, row {row}: not UTF-8") from error
    except ValueError as error:  # such as a null byte in the path
        raise UsageError(f"{path}: {error}") from error
    return parse_pulses(text, str(path)), content


def parse_pulses(text: str, where: str) -> Measurement:
    """Read the text of a file. where: its name, with which messages begin. Raises UsageError."""
    rows = _rows(text, where)
    header = next(rows, None)
    if header is None:
        raise UsageError(f"{where}: empty")
    columns = read_header(header[1], where)
    found: dict[str, list[_Series]] = {}
    cycles: dict[str, str] = {}
    for number, row in rows:
        _Row(row, columns, f"{where}, row {number}").into(found, cycles, number)
    return _checked(found, columns.unit, where)


def _rows(text: str, where: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not empty, with their lines counted from 1."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error as error:
        raise UsageError(f"{where}, row {reader.line_num}: {error}") from error


@dataclass(frozen=True)
class _Row:
    """One row. where: begins its messages."""

    cells: Sequence[str]
    columns: Columns
    where: str

    def into(self, found: dict[str, list[_Series]], cycles: dict[str, str], row: int) -> None:
        """Add what the row says to the trace that it belongs to. Raises UsageError."""
        device, cycle = self._cell("device", "1"), self._cell("cycle", "")
        pulse, sign, conductance = self._pulse(), self._sign(), self._conductance()
        if device not in found or cycle != cycles[device]:
            found.setdefault(device, []).append(_Series(row))
            cycles[device] = cycle
        series = found[device][-1]
        if series.numbers and pulse <= series.numbers[-1]:
            same = pulse == series.numbers[-1]
            problem = "comes twice" if same else f"does not follow on {series.numbers[-1]}"
            raise self._error("pulse", f"pulse {pulse} of device {device} {problem}; number all pulses of a device on")
        if series.numbers and sign == 0:
            raise self._error("direction", "only the first row of a device or cycle can be without one")
        passed = pulse - series.numbers[-1] if series.numbers else 0
        if passed > MOST_PULSES:
            raise self._error("pulse", f"{passed} pulses since the row before are too many")
        series.numbers.append(pulse)
        series.conductances.append(conductance)
        series.pulses.append(sign * passed)

    def _cell(self, column: str, default: str) -> str:
        place = self.columns.places.get(column)
        if place is None:
            return default
        if place >= len(self.cells):
            raise UsageError(f"{self.where}: only {len(self.cells)} columns, no {column}")
        return self.cells[place].strip()

    def _error(self, column: str, problem: str) -> UsageError:
        return UsageError(f"{self.where}, column {column}: {problem}")

    def _pulse(self) -> int:
        text = self._cell("pulse", "")
        number = self._number("pulse", text)
        if number != int(number) or abs(number) > 2**53:
            raise self._error("pulse", f"{text!r} is no whole number")
        return int(number)

    def _sign(self) -> int:
        text = self._cell("direction", "").lower()
        if text in _NEITHER:
            return 0
        if text not in _UP + _DOWN:
            raise self._error("direction", f"{text!r} is neither up (or +1) nor down (or -1)")
        return 1 if text in _UP else -1

    def _conductance(self) -> float:
        text = self._cell("conductance", "")
        if text.lower() in _EMPTY:
            return math.nan
        number = self._number("conductance", text)
        if abs(number) > MOST_CONDUCTANCE:
            raise self._error("conductance", f"{text!r} is too large")
        return number

    def _number(self, column: str, text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            raise self._error(column, f"{text!r} is no number" if text else "empty") from None
        if not math.isfinite(number):
            raise self._error(column, f"{text!r} is not finite")
        return number


def _checked(found: dict[str, list[_Series]], unit: str, where: str) -> Measurement:
    """Traces that begin with a read, if there is enough to fit. Raises UsageError."""
    unread = sum(math.isnan(g) for series in found.values() for one in series for g in one.conductances)
    devices = {name: [t for one in series if (t := _trace(one)) is not None] for name, series in found.items()}
    if not found:
        raise UsageError(f"{where}: no rows after the header")
    for name, traces in devices.items():
        row = found[name][0].row
        for side, sign in (("up", 1), ("down", -1)):
            reads = sum(int(((t.pulses[1:] * sign > 0) & np.isfinite(t.conductance[1:])).sum()) for t in traces)
            if reads < FEWEST:
                problem = f"device {name} has {reads or 'no'} reads after pulses {side}; {FEWEST} are needed"
                raise UsageError(f"{where}, from row {row}: {problem}")
        values = np.concatenate([t.conductance[np.isfinite(t.conductance)] for t in traces])
        if not np.ptp(values) > 1e-9 * np.abs(values).max():
            raise UsageError(f"{where}, from row {row}: the conductance of device {name} never changes")
        if all(_rise(traces, sign) < 0.0 for sign in (1, -1)):
            problem = f"the conductance of device {name} falls when it is pulsed up and rises when it is pulsed down"
            raise UsageError(f"{where}, from row {row}: {problem}; the directions are the wrong way round")
    return Measurement(devices, unit, unread)


def _rise(traces: Sequence[Trace], sign: int) -> float:
    """By how much pulses of one sign moved the conductance in their direction, all together."""
    changes = (sign * np.diff(t.conductance)[t.pulses[1:] * sign > 0] for t in traces)
    return float(sum(np.nansum(change) for change in changes))


def _trace(series: _Series) -> Trace | None:
    """None if nothing of it was read."""
    conductance = np.array(series.conductances)
    read = np.flatnonzero(np.isfinite(conductance))
    if not len(read):
        return None
    return Trace(conductance[read[0] :], np.array(series.pulses[read[0] :], dtype=np.int64))
