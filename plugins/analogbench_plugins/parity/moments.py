"""Do two samples of a random vector agree in mean, standard deviation and correlation?

Every z-score is a difference over its standard error: of a mean s/√n; of a standard deviation s·√((κ − 1)/4n), κ the
measured kurtosis; of Fisher's atanh(r) √(E[(uv − r(u² + v²)/2)²]/n)/(1 − r²), u and v standardized. The last is 1/√n
for Gaussian vectors, but pulses are rare and shared, so that it is often larger.

Five tests share the false-alarm rate `ALPHA` of a comparison: the largest |z| of means, of standard deviations and of
correlations (Šidák, valid for correlated scores, too), and the sums of z² of means and of standard deviations. Scores
of crosspoints that share pulse trains are correlated; a sum of z² is then Σλχ², λ the eigenvalues of their correlation
matrix, whose tail Hall-Buckley-Eagleson's approximation gives from Σλ, Σλ² and Σλ³.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]

ALPHA = 1e-6
"""Probability that a comparison fails although both samples have the same distribution. There are hundreds, which
everybody who runs the tests makes with other numbers; what is wrong is seen far below (see `power`)."""

LEAST = 400
"""Draws of each sample. Scores are normal for many draws only: with 100, two crosspoints that share a few rare pulses
seem correlated in one sample and not in the other, so that |z| > 6 in 5 of 13 000 comparisons at the low rate; with 400
none of 20 000 failed."""

ROUNDING = 2e-6
"""A standard deviation below this is float32 rounding of the same number: weights are at most about 1."""


@dataclass(frozen=True)
class Sample:
    """Moments of n draws of a P-vector. raw: (n, P); u: (n, P), standardized; the rest (P,)."""

    n: int
    mean: Floats
    std: Floats
    kurtosis: Floats
    u: Floats

    @staticmethod
    def of(raw: Floats) -> Sample:
        """raw: (n, P)."""
        raw = np.asarray(raw, dtype=np.float64)
        mean, std = raw.mean(0), raw.std(0)
        u = (raw - mean) / np.where(std > 0, std, 1.0)
        return Sample(len(raw), mean, std, np.mean(u**4, axis=0), u)


@dataclass(frozen=True)
class Agreement:
    """The comparison of two samples: moments of all P entries, scores of those that vary, p-values of the tests."""

    draws: int
    kit_mean: Floats
    kit_std: Floats
    our_mean: Floats
    our_std: Floats
    z_mean: Floats
    z_std: Floats
    z_correlation: Floats
    fixed: int
    fixed_apart: float
    p: dict[str, float]

    @property
    def passed(self) -> bool:
        """Whether no test rejects at its share of ALPHA, and what never varies is the same number in both."""
        return min(self.p.values(), default=1.0) >= ALPHA / len(self.p) and self.fixed_apart <= ROUNDING


def compare(kit: Floats, ours: Floats) -> Agreement:
    """kit, ours: (n, P) and (m, P) independent draws.

    ValueError: fewer than `LEAST` of either, with which the false-alarm rate would not be `ALPHA`.
    """
    if min(len(kit), len(ours)) < LEAST:
        raise ValueError(f"a comparison needs at least {LEAST} draws of each, not {len(kit)} and {len(ours)}")
    a, b = Sample.of(kit), Sample.of(ours)
    moving = (a.std > ROUNDING) | (b.std > ROUNDING)
    apart = np.abs(a.mean - b.mean)[~moving]
    a, b = Sample.of(kit[:, moving]), Sample.of(ours[:, moving])
    z_mean = _ratio(a.mean - b.mean, a.std**2 / a.n + b.std**2 / b.n)
    z_std = _ratio(a.std - b.std, _variance_of_std(a, b))
    z_correlation = _correlation_scores(a, b)
    u = np.concatenate((a.u, b.u))
    p = {
        "mean": largest_p(z_mean),
        "std": largest_p(z_std),
        "correlation": largest_p(z_correlation),
        "mean²": sum_of_squares_p(z_mean, np.atleast_2d(np.corrcoef(u.T))),
        "std²": sum_of_squares_p(z_std, _correlation_of_squares(u)),
    }
    scores = (z_mean, z_std, z_correlation)
    return Agreement(len(kit), *_moments(kit), *_moments(ours), *scores, len(apart), float(max(apart, default=0.0)), p)


def quarter(draws: int) -> int:
    """The draws of what is slow and compared beside something faster: a quarter, but enough of them."""
    return max(draws // 4, LEAST)


def _moments(raw: Floats) -> tuple[Floats, Floats]:
    """Mean and standard deviation, (P,) each."""
    return raw.mean(0), raw.std(0)


def largest_p(z: Floats) -> float:
    """Probability that the largest of so many |z| is at least as large as here (Šidák)."""
    if not z.size:
        return 1.0
    single = 2.0 * stats.norm.sf(np.abs(z).max())
    return float(-np.expm1(z.size * np.log1p(-min(single, 1.0 - 1e-16))))


def sum_of_squares_p(z: Floats, correlation: Floats) -> float:
    """Probability of so large a Σz² for z ~ N(0, correlation). z: (P,), correlation: (P, P)."""
    if not z.size:
        return 1.0
    squared = correlation @ correlation
    k1, k2, k3 = z.size, np.trace(squared), np.trace(squared @ correlation)
    freedom = k2**3 / k3**2
    standardized = (np.square(z).sum() - k1) / np.sqrt(2 * k2)
    return float(stats.chi2.sf(freedom + standardized * np.sqrt(2 * freedom), freedom))


def _ratio(difference: Floats, variance: Floats) -> Floats:
    return np.asarray(difference / np.sqrt(np.maximum(variance, 1e-300)))


def _variance_of_std(a: Sample, b: Sample) -> Floats:
    """Of s_a − s_b, (P,): σ²(κ − 1 + 2/n)/4 · (1/n_a + 1/n_b); the 2/n matters for two values, where κ is near 1.

    σ and κ are those of both samples together: where pulses are rare, each alone would tell its error too badly.
    """
    n = a.n + b.n
    variance = (a.n * a.std**2 + b.n * b.std**2) / n
    fourth = (a.n * a.kurtosis * a.std**4 + b.n * b.kurtosis * b.std**4) / n
    excess = fourth / np.maximum(variance, 1e-300) ** 2 - 1.0 + 2.0 / n
    return np.asarray(variance * np.maximum(excess, 0.0) / 4 * (1 / a.n + 1 / b.n))


def _correlation_scores(a: Sample, b: Sample) -> Floats:
    """Scores of atanh(r) of all pairs, (P(P − 1)/2,); pairs that do not vary in both samples are left out."""
    upper = np.triu_indices(len(a.mean), 1)
    (z_a, v_a), (z_b, v_b) = ((part[upper] for part in _fisher(s)) for s in (a, b))
    varies = (np.minimum(a.std, b.std) > ROUNDING)[np.stack(upper)].all(0)
    return _ratio(z_a - z_b, v_a + v_b)[varies]


def _fisher(s: Sample) -> tuple[Floats, Floats]:
    """atanh(r) and its variance, (P, P) each.

    The variance of two entries that are so rarely anything but their usual value that they may never have varied
    together (κκ' > n/5) would come out far too small: for those it is at least Fisher's 1/n.
    """
    u, u2 = s.u, s.u**2
    r = np.clip(u.T @ u / s.n, -1 + 1e-9, 1 - 1e-9)
    m22, m31 = u2.T @ u2 / s.n, (u2 * u).T @ u / s.n
    spread = m22 - r * (m31 + m31.T) + r**2 / 4 * (s.kurtosis[:, None] + s.kurtosis + 2 * m22)
    variance, rare = spread / (1 - r**2) ** 2, np.outer(s.kurtosis, s.kurtosis) > s.n / 5
    return np.arctanh(r), np.maximum(variance, np.where(rare, 1.0, 1e-12)) / s.n


def _correlation_of_squares(u: Floats) -> Floats:
    """Correlation of squared deviations, (P, P): what correlates the standard deviations of two entries."""
    squares = u**2
    varies = squares.std(0) > 1e-9
    out = np.eye(u.shape[1])
    out[np.ix_(varies, varies)] = np.corrcoef(squares[:, varies].T)
    return out
