"""Builds the page: runs all sections, writes index.md and numbers.json."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from analogbench_plugins.parity.moments import ALPHA

HEAD = """# Parity with AIHWKIT

The crossbar simulator of `analogbench.crossbar` against IBM's AIHWKIT, by statistics.

{verdict}

Each comparison builds idealized tiles from the constants of the crosspoints of a live AIHWKIT tile, gives both the same
weights, inputs and errors many times, and compares the results. A z-score is a difference over its standard error;
where both follow the same law, the mean of z² is 1 within its sampling error, half of the time the largest of 42 scores
is above 2.4, and the largest of 861 (pairs of crosspoints) above 3.4. A comparison fails if one of its five p-values is
below {limit:g}: of largest ❘z❘ of means, standard deviations and correlations among all entries, and of sums of z²
of means and standard deviations, given how the scores are correlated. So the false-alarm rate of a comparison is
{alpha:g}, that of this page, whole training runs included, at most {page:.2g}. AIHWKIT seeds its random generators by
the clock, so that another run gives other numbers and, but for that rate, the same verdicts.

"""

PACKAGES = ("analogbench", "aihwkit", "torch", "numpy", "numba", "scipy")


@dataclass(frozen=True)
class Settings:
    """draws: repetitions of a random comparison. seed: of inputs, crosspoints and our draws. out: the page's folder.

    records: results of the suite `parity`, for whole training runs.
    """

    draws: int
    seed: int
    out: Path
    records: Path = Path("results/parity")


@dataclass(frozen=True)
class Section:
    """A part of the page. numbers: for JSON. comparisons: how many were made. failures: those that count as failed.
    alpha: how probable it is that a comparison fails although nothing differs."""

    title: str
    text: str
    numbers: Any = None
    comparisons: int = 0
    failures: Sequence[str] = field(default_factory=tuple)
    alpha: float = ALPHA


MakeSection = Callable[[Settings], Section]


def write_page(make: Sequence[MakeSection], settings: Settings) -> list[str]:
    """Make all sections, write the page, return what failed."""
    settings.out.mkdir(parents=True, exist_ok=True)
    sections = [one(settings) for one in make]
    failures = [f"{section.title}: {failure}" for section in sections for failure in section.failures]
    parts = [_head(sections, failures, settings), *(f"## {s.title}\n\n{s.text}" for s in sections)]
    (settings.out / "index.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    numbers = {
        "draws": settings.draws,
        "seed": settings.seed,
        "versions": _versions(),
        "failures": failures,
        "sections": {section.title: section.numbers for section in sections},
    }
    (settings.out / "numbers.json").write_text(json.dumps(numbers, ensure_ascii=False), encoding="utf-8")
    return failures


def _head(sections: Sequence[Section], failures: Sequence[str], settings: Settings) -> str:
    count = sum(section.comparisons for section in sections)
    verdict = f"**All {count} comparisons agree.**"
    if failures:
        verdict = f"**{len(failures)} of {count} comparisons differ:**\n\n" + "\n".join(
            f"- {line}" for line in failures
        )
    page = sum(section.comparisons * section.alpha for section in sections)
    return HEAD.format(verdict=verdict, limit=ALPHA / 5, alpha=ALPHA, page=page) + _made(settings)


def _made(settings: Settings) -> str:
    rows = ", ".join(f"{name} {number}" for name, number in _versions().items())
    return f"""Made with {rows}, by

```sh
python -m analogbench_plugins.parity --out docs/parity --draws {settings.draws} --seed {settings.seed}
```

All numbers of this page, and every crosspoint's, are in [numbers.json](numbers.json)."""


def _versions() -> dict[str, str]:
    return {"Python": platform.python_version()} | {name: version(name) for name in PACKAGES}
