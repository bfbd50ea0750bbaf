"""Which parameters an experiment varied, and what each line of a sweep stands for."""

from __future__ import annotations

from collections.abc import Sequence

from analogbench.report.frame import Frame

PARTS = ("algorithm", "device", "task")

GREEK = {"tau": "τ", "beta": "β", "gamma": "γ", "sigma": "σ", "alpha": "α", "delta": "δ", "eta": "η"}


def varying(cells: Frame) -> list[str]:
    """The parameters, as `device.tau`, that some algorithm, device or task was run with several values of.

    One that follows from another is left out: when steps belong to the learning rate, only the rate is a parameter of
    the experiment. Of two that follow from each other a float stays before an integer, then the one declared first.
    """
    found = [column for column in cells.columns if _part(column) in PARTS and _varies(cells, column)]
    found.sort(key=lambda column: (not is_numeric(cells, column), _whole(cells, column)))
    return [column for i, column in enumerate(found) if not _follows(cells, column, found, i)]


def is_numeric(cells: Frame, column: str) -> bool:
    """Whether all values are numbers; truth values are not."""
    values = cells[column].dropna()
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values.tolist())


def levels(cells: Frame, columns: Sequence[str]) -> list[str]:
    """For each cell the values of `columns` that it has, as `a=1,b=2`."""
    if not columns:
        return [""] * len(cells)  # without columns, pandas before 3.1 makes no rows either
    rows = cells[list(columns)].to_dict("records")
    return [",".join(f"{symbol(c)}={_text(row[c])}" for c in columns if _given(row[c])) for row in rows]


def symbol(column: str) -> str:
    """`device.tau` as a legend calls it: `τ`."""
    name = column.partition(".")[2]
    return GREEK.get(name, name)


def axis_name(column: str) -> str:
    """`device.tau` as an axis calls it: `τ (device)`."""
    name = "learning rate" if column.endswith(".lr") else symbol(column)
    return f"{name} ({_part(column)})"


def part_columns(columns: Sequence[str], *parts: str) -> list[str]:
    """Those of `columns` that belong to one of `parts`."""
    return [column for column in columns if _part(column) in parts]


def _part(column: str) -> str:
    part, dot, _ = column.partition(".")
    return part if dot else ""


def _given(value: object) -> bool:
    return value is not None and value == value  # NaN stands for a parameter that the part does not have  # noqa: PLR0124


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _varies(cells: Frame, column: str) -> bool:
    return bool((cells.groupby(f"{_part(column)}_name")[column].nunique() > 1).any())


def _whole(cells: Frame, column: str) -> bool:
    return all(isinstance(value, int) for value in cells[column].dropna().tolist())


def _follows(cells: Frame, column: str, found: Sequence[str], place: int) -> bool:
    """Whether another parameter fixes this one; of a pair that fix each other only the later follows."""
    for i, other in enumerate(found):
        if i != place and _fixes(cells, other, column) and (i < place or not _fixes(cells, column, other)):
            return True
    return False


def _fixes(cells: Frame, cause: str, effect: str) -> bool:
    """Whether `effect` has a single value for each value of `cause`, in all cells that have an `effect`."""
    have = cells[cells[effect].notna()]
    return bool(have[cause].notna().all() and (have.groupby(cause)[effect].nunique() == 1).all())
