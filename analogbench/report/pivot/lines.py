"""A freely chosen table for other programs: CSV and JSON, with all digits, in the task's own units."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from analogbench.report.pivot.pivot import Pivot


def lines(made: Pivot) -> list[dict[str, Any]]:
    """One line for each cell of the table; those that were not recorded have no seeds at all."""
    return [
        dict(zip(made.rows, row, strict=True))
        | dict(zip(made.columns, place, strict=True))
        | _numbers(made, row, place)
        for row in made.down
        for place in made.across
    ]


def _numbers(made: Pivot, row: tuple[str, ...], place: tuple[str, ...]) -> dict[str, Any]:
    entry, metric = made.entries.get((row, place)), {"metric": made.quantity.info.key}
    if entry is None:
        return metric | {"n": 0, "mean": None, "sd": None, "low": None, "high": None, "failed": 0} | _EMPTY
    summary = entry.summary
    numbers = {name: getattr(summary, name) if summary else None for name in ("mean", "sd", "low", "high")}
    chosen = {"setting": entry.setting, "settings": entry.settings}
    lists = {"seeds": list(entry.seeds), "values": list(entry.values), "failure": entry.failed, "stale": entry.stale}
    return metric | {"n": len(entry.values)} | numbers | {"failed": len(entry.failures)} | chosen | lists


_EMPTY: dict[str, Any] = {"setting": "", "settings": 0, "seeds": [], "values": [], "failure": "", "stale": 0}


def as_csv(rows: Sequence[dict[str, Any]]) -> str:
    """Lists are joined by blanks; what is None is empty."""
    import pandas as pd

    flat = [{key: _flat(value) for key, value in row.items()} for row in rows]
    return str(pd.DataFrame(flat, dtype=object).to_csv(index=False, lineterminator="\n"))


def _flat(value: Any) -> Any:
    return " ".join(map(repr, value)) if isinstance(value, list) else repr(value) if isinstance(value, float) else value


def as_json(made: Pivot, notes: Sequence[str]) -> str:
    """An object: the metric, the keys, a list of cells, the notes."""
    content = {
        "metric": made.quantity.info.model_dump(),
        "rows": made.rows,
        "columns": made.columns,
        "cells": lines(made),
        "notes": notes,
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"
