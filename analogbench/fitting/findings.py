"""What a fit says of a device: the parameters of the simulated one, and what characterises it besides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analogbench.fitting.characteristics import MEANS, characteristics, crossing, shape_names
from analogbench.fitting.estimates import Estimate, combined, log_normal, spread_of
from analogbench.fitting.fit import Fit
from analogbench.fitting.likelihood import NOISES, UNIT
from analogbench.fitting.measurement import Floats

_NUDGE = 1e-4


@dataclass(frozen=True)
class Findings:
    """parameters: of the simulated device, by name. estimates: of those that are numbers and were fitted. The rest are
    no parameters: conductances at both ends of the range, the number of states 2τ/dw_min, and, as weights, the read
    noise (how sure the length of a weight is does not count in it) and the symmetric point with its spread over
    devices; its value is NaN if some device has none. tau: the weight at the upper end of the range.
    """

    parameters: dict[str, object]
    estimates: dict[str, Estimate]
    low: Estimate
    high: Estimate
    states: Estimate
    read_noise: Estimate
    symmetric_point: Estimate
    symmetric_spread: Estimate
    tau: float

    def conductance(self, weight: Estimate) -> Estimate:
        """A weight as a conductance; how sure the range is does not count."""
        return weight.times(1.0 / self.tau).plus(1.0).times(self.per_weight * self.tau).plus(self.low.value)

    @property
    def per_weight(self) -> float:
        """The conductance that is a weight of 1."""
        return 0.5 * (self.high.value - self.low.value) / self.tau


def findings(fit: Fit, tau: float = 1.0) -> Findings:
    """All that is found. tau: the weight on which the upper end of the range is laid; −tau is the lower end.

    dw_min, up_down and their spreads are defined as the simulator draws them: of a device with gain g and ratio r,
    s₊ = dw_min(1 + min(u, 0) + g + r) and s₋ = dw_min(1 − max(u, 0) + g − r).
    """
    means = _means(fit)
    optimum = fit.optimum
    c2c, read_noise = (log_normal(optimum.shared[i], optimum.shared_covariance[i, i]) for i in range(NOISES))
    estimates = {
        "dw_min": means["dw_min"].times(tau),
        "up_down": means["up_down"],
        "dw_min_std": c2c,
        **_spreads(fit, means["dw_min"].value),
    }
    shape, _, _ = fit.family.parameters(optimum.shared[NOISES:])
    values = {name: one.value for name, one in estimates.items()}
    estimates |= {name: means[name] for name in shape_names(fit.family)}
    return Findings(
        parameters={"tau": tau, **values, "dw_min_dtod_log_normal": False, **shape},
        estimates=estimates,
        low=means["low"],
        high=means["high"],
        states=means["states"],
        read_noise=read_noise.times(tau),
        symmetric_point=means["symmetric_point"].times(tau),
        symmetric_spread=_symmetric_spread(fit).times(tau),
        tau=tau,
    )


def _means(fit: Fit) -> dict[str, Estimate]:
    """The characteristics with their errors.

    What the shared parameters may be wrong by is propagated through how they, and the devices' own with them, move the
    characteristics; what other devices would have changed comes from leaving out one at a time (the jackknife; Efron &
    Tibshirani 1993, ch. 11); a single device's own errors are propagated, too.
    """
    units, shared, count = fit.optimum.units, fit.optimum.shared, len(fit.optimum.units)
    values = characteristics(fit, units, shared)
    rest = _propagated(fit, fit.optimum.slopes, np.eye(len(shared)), fit.optimum.shared_covariance)
    population = np.zeros_like(values)
    if count > 1:
        left = np.array([characteristics(fit, np.delete(units, i, axis=0), shared) for i in range(count)])
        population = (count - 1) / count * ((left - left.mean(0)) ** 2).sum(0)
    else:
        rest = rest + _propagated(fit, np.eye(UNIT)[None], np.zeros((len(shared), UNIT)), fit.optimum.covariances[0])
    names = [*MEANS, *shape_names(fit.family)]
    parts = zip(values.tolist(), population.tolist(), rest.tolist(), strict=True)
    return {name: combined(v, p, count, r) for name, (v, p, r) in zip(names, parts, strict=True)}


def _propagated(fit: Fit, unit_moves: Floats, shared_moves: Floats, covariance: Floats) -> Floats:
    """Variances of the characteristics due to errors along directions. unit_moves: (devices, 4, directions).

    shared_moves: (shared, directions). covariance: (directions, directions).
    """
    units, shared = fit.optimum.units, fit.optimum.shared
    slopes = []
    for i, scale in enumerate(np.sqrt(np.diag(covariance))):
        nudge = min(_NUDGE, 0.1 * scale) if scale > 0.0 else _NUDGE
        ends = [
            characteristics(fit, units + n * unit_moves[:, :, i], shared + n * shared_moves[:, i])
            for n in (nudge, -nudge)
        ]
        slopes.append((ends[0] - ends[1]) / (2.0 * nudge))
    return np.asarray(np.einsum("ik,ij,jk->k", np.array(slopes), covariance, np.array(slopes)))


def _spreads(fit: Fit, step: float) -> dict[str, Estimate]:
    """Over devices. step: dw_min for weights from −1 to 1."""
    _, *factors = fit.family.parameters(fit.optimum.shared[NOISES:])
    scales = np.exp(fit.optimum.units[:, :2]) * factors  # (devices, up and down)
    errors = fit.optimum.covariances[:, :2, :2] * scales[:, :, None] * scales[:, None, :]
    found = {}
    for name, sign in (("dw_min_dtod", 1.0), ("up_down_dtod", -1.0)):
        half = np.array([0.5, 0.5 * sign]) / step
        found[name] = spread_of(scales @ half, np.einsum("i,dij,j->d", half, errors, half))
    for name, place in (("w_max_dtod", 2), ("w_min_dtod", 3)):
        values, variances = fit.optimum.units[:, place], fit.optimum.covariances[:, place, place]
        found[name] = Estimate(0.0) if fit.given else spread_of(values, variances)
    return found


def _symmetric_spread(fit: Fit) -> Estimate:
    points, variances = [], []
    for unit, covariance in zip(fit.optimum.units, fit.optimum.covariances, strict=True):
        moved = [
            [crossing(fit.family, unit + n * row, fit.optimum.shared) for n in (_NUDGE, -_NUDGE)]
            for row in np.eye(UNIT)
        ]
        slope = np.array([(up - down) / (2.0 * _NUDGE) for up, down in moved])
        points.append(crossing(fit.family, unit, fit.optimum.shared))
        variances.append(float(slope @ covariance @ slope))
    return spread_of(np.array(points), np.array(variances))
