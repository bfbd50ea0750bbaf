"""A comparison as plain data, for other programs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from analogbench.report.compare.duels import Duel, Result
from analogbench.report.compare.notes import notes
from analogbench.report.compare.sentence import sentence


def comparison_data(result: Result) -> dict[str, Any]:
    """What JSON can hold; all numbers are in the metric's own units, and null where there is none."""
    content = {
        "a": asdict(result.a) | {"name": str(result.a)},
        "b": asdict(result.b) | {"name": str(result.b)},
        "settings": [_duel(duel) for duel in result.duels],
        "overall": {"won": result.won, "lost": result.lost, "level": result.level, "p": result.p},
        "missing": {why: [place._asdict() for place in places] for why, places in result.missing.items()},
        "notes": notes(result),
        "sentence": sentence(result),
    }
    found = _plain(content)
    assert isinstance(found, dict)
    return found


def _duel(duel: Duel) -> dict[str, Any]:
    content = duel.place._asdict() | {"metric": duel.metric.model_dump()} | asdict(duel.paired)
    own = ("only_a", "only_b", "unknown", "stale")
    failures = dict(zip(("a", "b"), duel.failures, strict=True))
    goals = {"target": asdict(duel.target) if duel.target else None}
    reaches = {
        name: asdict(one) if one else None for name, one in (("reach_a", duel.reach_a), ("reach_b", duel.reach_b))
    }
    return content | {name: getattr(duel, name) for name in own} | {"failures": failures} | goals | reaches


def _plain(content: Any) -> Any:
    if isinstance(content, Mapping):
        return {str(key): _plain(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_plain(value) for value in content]
    if isinstance(content, float) and not math.isfinite(content):
        return None
    return content
