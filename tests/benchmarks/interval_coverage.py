"""How often the 95 % intervals of a mean hold the true one: `python tests/benchmarks/interval_coverage.py`.

Prints the table of docs/statistics.md; takes some minutes, nearly all of them for the bootstrap of many seeds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np

from analogbench.report.statistics.summary import bca, t_half

Samples: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]

SEEDS = (3, 5, 10, 20, 30, 50)
SAMPLES = 2_000


def _bimodal(rng: np.random.Generator, shape: tuple[int, int]) -> Samples:
    """Accuracies: four of five seeds have trained, the others are stuck near chance."""
    return np.where(rng.random(shape) < 0.8, 0.95, 0.1) + 0.01 * rng.normal(size=shape)


DRAWS: Mapping[str, tuple[Callable[[np.random.Generator, tuple[int, int]], Samples], float]] = {
    "normal": (lambda rng, shape: rng.normal(size=shape), 0.0),
    "exponential": (lambda rng, shape: rng.exponential(size=shape), 1.0),
    "bimodal": (_bimodal, 0.8 * 0.95 + 0.2 * 0.1),
}
"""What values are drawn from, and its mean."""


def samples(name: str, n: int) -> Samples:
    """(SAMPLES, n) the same ones every time."""
    return DRAWS[name][0](np.random.default_rng([n, *name.encode()]), (SAMPLES, n))


def t_coverage(name: str, n: int) -> float:
    """The share of samples of n values whose t interval holds the mean."""
    drawn = samples(name, n)
    halves = [t_half(n, float(sd)) for sd in drawn.std(axis=1, ddof=1)]
    return float(np.mean(np.abs(drawn.mean(axis=1) - DRAWS[name][1]) <= halves))


def bca_coverage(name: str, n: int, number: int = SAMPLES) -> float:
    """The share of the first `number` samples whose BCa interval holds the mean."""
    ends = np.array([bca(sample.tolist()) for sample in samples(name, n)[:number]])
    return float(np.mean((ends[:, 0] <= DRAWS[name][1]) & (DRAWS[name][1] <= ends[:, 1])))


def row(n: int) -> str:
    """`| 3 | 95 % | 73 % | …`: t and BCa of each distribution."""
    shares = [share for name in DRAWS for share in (t_coverage(name, n), bca_coverage(name, n))]
    return f"| {n} | {' | '.join(f'{100 * share:.0f} %' for share in shares)} |"


if __name__ == "__main__":
    print(
        "| seeds | normal: t | BCa | exponential: t | BCa | bimodal: t | BCa |",
        "|---|---|---|---|---|---|---|",
        sep="\n",
    )
    for n in SEEDS:
        print(row(n), flush=True)
