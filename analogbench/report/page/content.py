"""All that the page says, as plain data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from analogbench.api.task import BUDGETS
from analogbench.records.ended import ended
from analogbench.report.frame import Kept
from analogbench.report.natural import natural
from analogbench.report.page.details import Again, details
from analogbench.report.page.views import BoardView, board_views, members
from analogbench.report.provenance import said
from analogbench.report.write import Prepared

TITLE = "Leaderboards"
"""What a page is called that is written: a folder that is published has any name."""


@dataclass(frozen=True)
class Source:
    """What the page is made from.

    again: the command lines that run certain cells. damaged: files that are no records, and why, a line each. tables:
    whether to link to their folder.
    """

    prepared: Prepared
    title: str
    again: Again
    damaged: Sequence[str] = ()
    tables: bool = False


@dataclass(frozen=True)
class Filter:
    """A choice above the tables. choices: of each its value and what it is called."""

    key: str
    title: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Content:
    """The page. facts: what there is, in a line each. alarms: what a reader must not miss. details: see `details`."""

    title: str
    facts: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    boards: tuple[BoardView, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)
    tables: bool = False


def content_of(source: Source) -> Content:
    """The page on all records of `source`."""
    alarms = tuple(f"no record, and not counted: {line}" for line in source.damaged)
    kept, boards = source.prepared.kept, source.prepared.boards
    if not kept:
        return Content(source.title, alarms=alarms)
    rows = members(kept)
    views = tuple(board_views(boards, rows))
    return Content(
        title=source.title,
        facts=_facts(kept, views),
        alarms=_alarms(kept) + alarms,
        filters=_filters(views),
        boards=views,
        details=details(boards, rows, source.again),
        tables=source.tables,
    )


def _facts(kept: Sequence[Kept], views: Sequence[BoardView]) -> tuple[str, ...]:
    statuses = Counter(one.record.status for one in kept)
    ended_as = ", ".join(f"{number} {status}" for status, number in sorted(statuses.items(), key=_ok_first))
    rows = sum(len(view.rows) for view in views)
    latest = said(max((one.record for one in kept), key=ended), "end")
    facts = [_count(len(views), "table"), _count(rows, "row"), f"{_count(len(kept), 'cell')}: {ended_as}"]
    if latest:
        facts.append(f"last trained {latest.replace('T', ' ')[:16]} UTC")
    return tuple(facts)


def _ok_first(item: tuple[str, int]) -> tuple[bool, int, str]:
    status, number = item
    return status != "ok", -number, status


def _alarms(kept: Sequence[Kept]) -> tuple[str, ...]:
    """What concerns the whole page."""
    stale = sum(one.stale for one in kept)
    if not stale:
        return ()
    are = "record is" if len(kept) == 1 else "records are"
    return (f"§ {stale} of {len(kept)} {are} stale: made by other code than was installed when this page was made",)


def _filters(views: Sequence[BoardView]) -> tuple[Filter, ...]:
    rows = [row for view in views for row in view.rows]
    statuses = {status for row in rows for status in row.statuses}
    whole = [("ok", "some seed ok"), ("complete", "every seed ok"), ("failed", "some seed failed")]
    known = {"ok", "failed", "stale"}
    own = [(status, f"some {status}") for status in sorted(statuses - known)]
    own += [("stale", "some stale")] if "stale" in statuses else []
    budgets = sorted({view.budget for view in views}, key=BUDGETS.index)
    return (
        Filter("task", "Task", _named({view.task for view in views})),
        Filter("algorithm", "Algorithm", _named({row.parts[0] for row in rows})),
        Filter("device", "Device", _named({row.parts[1] for row in rows})),
        Filter("budget", "Budget", tuple((name, name) for name in budgets)),
        Filter("status", "Status", (*whole, *own)),
    )


def _named(names: Collection[str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, name) for name in sorted(names, key=natural))


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}".replace(",", "\N{NARROW NO-BREAK SPACE}")
