"""The filter against the joint normal distribution of all reads, where there is one."""

import numpy as np
import pytest
from scipy import stats

from analogbench.fitting.kalman import innovations, noiseless

PULSES = np.array([0, 1, 1, -1, 3, -2, 1, -1, -1, 1])
STEP, C2C, READ = 0.02, 0.4, 0.013


def _density(reads: np.ndarray, decay: float) -> float:
    """ln p of the reads but the first, given the first: a linear system, pulse by pulse.

    h ← (1 ∓ decay/…)h ± STEP with noise C2C·STEP each pulse; the first read leaves h normal around it.
    """
    signs = np.concatenate([np.sign(p) * np.ones(abs(p)) for p in PULSES[1:]])
    ends = np.cumsum(np.abs(PULSES[1:]))
    means, factors = [reads[0]], [np.array([READ])]  # h = mean + factors · independent standard normals
    for sign in signs:
        shrink = 1.0 - decay  # both directions pull back by the same share: q± = STEP(1 ∓ w·decay/STEP)
        means.append(shrink * means[-1] + sign * STEP)
        factors.append(np.concatenate([shrink * factors[-1], [C2C * STEP]]))
    size = len(factors[-1])
    rows = np.array([np.pad(factors[end], (0, size - len(factors[end]))) for end in ends])
    covariance = rows @ rows.T + READ**2 * np.eye(len(rows))
    known = np.isfinite(reads[1:])
    mean = np.array(means)[ends]
    return stats.multivariate_normal(mean[known], covariance[np.ix_(known, known)]).logpdf(reads[1:][known])


@pytest.mark.parametrize("missing", [(), (2, 5)])
@pytest.mark.parametrize("decay", [0.0, 0.03])
def test_the_likelihood_is_that_of_the_joint_normal_distribution(decay: float, missing: tuple[int, ...]) -> None:
    reads = np.array([0.1, 0.13, 0.12, 0.12, 0.19, 0.13, 0.17, 0.14, 0.12, 0.13])
    reads[list(missing)] = np.nan
    grid = np.linspace(-5.0, 5.0, 3)
    errors, variances = innovations(
        reads, PULSES, STEP - decay * grid, STEP + decay * grid, -5.0, 5.0, STEP, STEP, C2C, READ
    )
    told = np.isfinite(reads) & (np.arange(len(reads)) > 0)
    loss = 0.5 * np.sum((errors**2 / variances + np.log(2 * np.pi * variances))[told])
    assert -loss == pytest.approx(_density(reads, decay), abs=1e-9)
    assert (errors[~told] == 0).all()
    assert (variances[~told] == 1).all()


def test_at_a_bound_the_prediction_is_that_of_clipped_draws() -> None:
    random = np.random.default_rng(1)
    up = down = np.full(5, 0.05)
    errors, variances = innovations(np.array([0.96, 0.0]), np.array([0, 1]), up, down, -1.0, 1.0, 0.05, 0.05, 0.8, 0.03)
    h = 0.96 + 0.03 * random.normal(size=400_000)
    h = np.minimum(h + 0.05 * (1 + 0.8 * random.normal(size=h.shape)), 1.0)
    assert -errors[1] == pytest.approx(h.mean(), abs=2e-4)
    assert variances[1] - 0.03**2 == pytest.approx(h.var(), rel=0.01)


def test_without_noise_pulses_follow_the_curve_to_the_bound() -> None:
    falling, rising = np.array([2.0, 0.0]) * 0.1, np.array([0.0, 2.0]) * 0.1  # soft bounds at ±1
    run = noiseless(0.0, np.array([0, 1, 1, -3]), falling, rising, -1.0, 1.0)
    assert run.tolist() == pytest.approx([0.0, 0.1, 0.19, 1.19 * 0.9**3 - 1])
    assert noiseless(0.9, np.array([0, 5]), np.full(3, 0.1), np.full(3, 0.1), -1.0, 1.0)[1] == 1.0
