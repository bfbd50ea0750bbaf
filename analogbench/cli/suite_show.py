"""What there is to know of one suite, as `analogbench suite show` and `analogbench show` print it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from analogbench.cli.tables import print_table
from analogbench.cli.texts import facts, listed, paragraphs
from analogbench.errors import UsageError
from analogbench.grid.suite import suite_plan
from analogbench.grid.suite_check import check_suite
from analogbench.wording import count_of

if TYPE_CHECKING:
    from analogbench.grid.presentation import Figure, Published, Series
    from analogbench.grid.suite import Suite
    from analogbench.registry import Registry


def show_suite(suite: Suite, name: str, registry: Registry) -> None:
    """Print everything about a suite. name: what the user calls it, a name or a path."""
    paragraphs([suite.title, *suite.description.strip().split("\n\n")])
    facts(
        {
            "source": suite.source,
            "budget": suite.budget,
            "data": ", ".join(suite.data),
            "seeds": ", ".join(map(str, suite.seeds)),
        }
    )
    facts(
        {
            "file": str(suite.path or ""),
            "cells": _cells(suite, registry),
            "run": f"analogbench suite run {shlex.quote(name)}",
            "bench": _bench(suite, name),
        }
    )
    for grid in suite.grid:
        facts({key: ", ".join(texts) or "all" for key, texts in grid.model_dump().items()})
    listed("Choices", suite.choices)
    listed("Findings", suite.findings)
    listed("Series", map(_series, suite.series))
    listed("Figures", map(_figure, suite.figure))
    for table in suite.published:
        _published(table)


def _bench(suite: Suite, name: str) -> str:
    """How to measure its speed; empty if it does not say beside what."""
    if suite.bench is None:
        return ""
    beside = [f"{key} {text}" for key, text in suite.bench.model_dump(exclude_none=True).items()]
    return f"analogbench bench {shlex.quote(name)}: {', '.join(beside)}"


def _cells(suite: Suite, registry: Registry) -> str:
    """How many, or why they cannot be run."""
    try:
        number = len(suite_plan(registry, suite).cells)
        check_suite(registry, suite)
    except UsageError as error:  # a suite may need plugins that are not installed
        return f"cannot be run here: {error}"
    return str(number)


def _series(series: Series) -> str:
    globs = {"algorithm": series.algorithm, "device": series.device, "task": series.task}
    parts = [f"{kind} {glob}" for kind, glob in globs.items() if glob != "*"]
    return f"{series.label}: {', '.join([*parts, *_where(series.where)]) or 'everything'}"


def _figure(figure: Figure) -> str:
    over = f" over {figure.over}" if figure.over else ""
    parts = [f"{figure.kind}{' of ' if figure.value else ''}{figure.value}{over}"]
    parts += [f"colours by {', '.join(figure.by.keys)}"] if figure.by else []
    parts += [f"panels by {', '.join(figure.panels.keys)}"] if figure.panels else []
    return f"{figure.name}: {'; '.join(filter(None, [figure.title, *parts]))}"


def _published(table: Published) -> None:
    """The numbers of a paper as a table, with a column for each key that tells them apart."""
    runs = count_of(table.runs, "run")
    paragraphs([f"Published: {table.title} ({table.source}; {runs})"])
    keys = list(dict.fromkeys(key for number in table.numbers for key in number.where))
    unit = f", {table.unit}" if table.unit else ""
    rows = [
        (n.series, *(n.where.get(key, "") for key in keys), n.mean, "" if n.sd is None else n.sd) for n in table.numbers
    ]
    print_table(("series", *keys, f"{table.metric}{unit}", "sd"), rows)
    click.echo()


def _where(where: Mapping[str, object]) -> list[str]:
    return [f"{key} = {value}" for key, value in where.items()]
