"""Results as rows of tables and as numbers for JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from analogbench_plugins.parity.moments import Agreement, Floats

AGREEMENT_HEAD = [
    "draws",
    "varying",
    "max ❘z❘ mean",
    "std",
    "corr.",
    "mean z² of mean",
    "std",
    "corr.",
    "p mean",
    "p std",
    "p corr.",
    "p Σz² mean",
    "p Σz² std",
    "verdict",
]
"""What `agreement_row` holds."""


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the first column is text, the others are numbers."""
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def agreement_row(a: Agreement, by_design: bool = False) -> list[str]:
    """One comparison as in `AGREEMENT_HEAD`; by_design: a difference is expected and does not count."""
    scores = (a.z_mean, a.z_std, a.z_correlation)
    verdict = "agrees" if a.passed else ("**differs**, by design" if by_design else "**DIFFERS**")
    return [
        str(a.draws),
        str(a.z_mean.size),
        *(f"{largest(z):.2f}" for z in scores),
        *(f"{mean_square(z):.2f}" if z.size else "–" for z in scores),
        *(f"{p:.2g}" for p in a.p.values()),
        verdict,
    ]


def agreement_numbers(label: str, a: Agreement) -> dict[str, Any]:
    """Everything but the correlations' single scores."""
    return {
        "comparison": label,
        "draws": a.draws,
        "passed": a.passed,
        "p": a.p,
        "entries that never vary": a.fixed,
        "largest difference of those": a.fixed_apart,
        "largest |z| of correlation": largest(a.z_correlation),
        "mean square z of correlation": mean_square(a.z_correlation),
        **{name: _rounded(getattr(a, name)) for name in ("kit_mean", "our_mean", "kit_std", "our_std")},
        **{name: _rounded(getattr(a, name)) for name in ("z_mean", "z_std")},
    }


def largest(z: Floats) -> float:
    """The largest |z|, 0 if there is none."""
    return float(np.abs(z).max()) if z.size else 0.0


def mean_square(z: Floats) -> float | None:
    """The mean of z², None if there is none."""
    return float(np.square(z).mean()) if z.size else None


def _rounded(values: Floats) -> list[float]:
    return [float(f"{value:.5g}") for value in values]


def verdict(failed: bool) -> str:
    """As in the tables."""
    return "**DIFFERS**" if failed else "agrees"


def failures(labels: Sequence[str], failed: Sequence[bool]) -> list[str]:
    """The labels of what failed."""
    return [label for label, bad in zip(labels, failed, strict=True) if bad]
