"""Maximum likelihood by Fisher scoring, damped as Levenberg and Marquardt do it.

Each device has parameters of its own, and all share some. The matrix of the normal equations then has a border: what is
each device's own is eliminated first, so that a hundred devices cost a hundred times one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analogbench.fitting.families import Family
from analogbench.fitting.likelihood import NOISES, UNIT, Scores, loss, scores
from analogbench.fitting.measurement import Floats, Trace

_ROUNDS = 40
_ENOUGH, _IDLE = 1e-2, 3
"""Less than that the logarithm of the likelihood need not improve; so often in turn, and it is at its top. Where
weights are clipped at bounds it has kinks, at which steps are short."""

_WEAK = 1e-6
"""Added to the information on parameters of which the reads say nothing."""

BELIEF = 0.5
"""Standard deviation, in weights, of the bounds around what was seen, before the reads are asked: they may never have
come near the bounds, and then this alone keeps the bounds from running away."""

_LONGEST = 1.0
"""No parameter moves by more in one round: they are logarithms or of the order of 1."""

Devices = Sequence[Sequence[Trace]]


@dataclass(frozen=True)
class Optimum:
    """The likeliest parameters. units: (devices, 4), shared: (2 + shape,), both as in `likelihood`.

    loss: −ln likelihood. shared_covariance: of the errors of `shared`. covariances: (devices, 4, 4), of the errors of
    each device's own if the shared ones were known. slopes: (devices, 4, 2 + shape), by how much each device's own
    follow the shared ones.
    """

    units: Floats
    shared: Floats
    loss: float
    shared_covariance: Floats
    covariances: Floats
    slopes: Floats
    converged: bool


@dataclass(frozen=True)
class _Problem:
    """What is to be maximised. seen: as for `maximise`."""

    devices: Devices
    family: Family
    seen: Floats | None

    @property
    def free(self) -> int:
        """How many of a device's parameters are fitted."""
        return 2 if self.seen is None else UNIT

    def loss(self, units: Floats, shared: Floats) -> float:
        pairs = zip(self.devices, units, strict=True)
        return math.fsum(loss(traces, self.family, unit, shared) for traces, unit in pairs) + self._doubt(units, shared)

    def _doubt(self, units: Floats, shared: Floats) -> float:
        bounds = 0.0 if self.seen is None else float(np.sum((units[:, 2:] - self.seen) ** 2)) / BELIEF**2
        return 0.5 * (bounds + float(np.sum(self._rough(shared) ** 2)))

    def _rough(self, shared: Floats) -> Floats:
        return np.zeros(0) if self.family.roughness is None else self.family.roughness(shared[NOISES:])

    def scores(self, units: Floats, shared: Floats) -> list[Scores]:
        found = [scores(traces, self.family, unit, shared) for traces, unit in zip(self.devices, units, strict=True)]
        if self.seen is not None:
            for one, unit, seen in zip(found, units, self.seen, strict=True):
                one.gradient[2:UNIT] += (unit[2:] - seen) / BELIEF**2
                one.information[[2, 3], [2, 3]] += BELIEF**-2
        rough = self._rough(shared)
        slopes = np.array([self._rough(shared + row) - rough for row in np.eye(len(shared))])  # exact: it is linear
        found[0].gradient[UNIT:] += slopes @ rough  # counts once, whichever device has it
        found[0].information[UNIT:, UNIT:] += slopes @ slopes.T
        return found

    def optimum(self, units: Floats, shared: Floats, found: Sequence[Scores], converged: bool) -> Optimum:
        value = math.fsum(one.loss for one in found)
        return Optimum(units, shared, value, *_errors(found, self.free), converged)


def maximise(  # noqa: PLR0913, PLR0917 - a problem and where to begin
    devices: Devices, family: Family, units: Floats, shared: Floats, seen: Floats | None = None, rounds: int = _ROUNDS
) -> Optimum:
    """Start from `units` and `shared`.

    seen: (devices, 2), the highest and the lowest weight of each device, near which its bounds are believed to lie;
    None: the bounds are known and stay where they are.
    """
    problem = _Problem(devices, family, seen)
    damping, best = 1e-2, problem.loss(units, shared)
    found, idle = problem.scores(units, shared), 0
    for _ in range(rounds):
        moves = _solved(found, problem.free, damping)
        trial = [old + np.clip(move, -_LONGEST, _LONGEST) for old, move in zip((units, shared), moves, strict=True)]
        value = problem.loss(*trial)
        if not value < best:
            damping *= 8.0
            if damping > 1e4:  # nothing better is near
                return problem.optimum(units, shared, found, True)
            continue
        gain, best, damping = best - value, value, max(damping / 6.0, 1e-9)
        units, shared = trial
        found = problem.scores(units, shared)
        idle = idle + 1 if gain < _ENOUGH else 0
        if idle == _IDLE:
            return problem.optimum(units, shared, found, True)
    return problem.optimum(units, shared, found, False)


def _blocks(found: Scores, free: int, damping: float) -> tuple[Floats, Floats, Floats]:
    """The information on the device's free parameters, damped, on both together, and on the shared ones."""
    own, mixed = found.information[:free, :free], found.information[:free, UNIT:]
    damped = np.asarray(own + np.diag(damping * np.diag(own) + _WEAK))
    return damped, mixed, found.information[UNIT:, UNIT:]


def _solved(found: Sequence[Scores], free: int, damping: float) -> tuple[Floats, Floats]:
    """The step of all devices' parameters, (devices, 4), and of the shared ones."""
    count = len(found[0].gradient) - UNIT
    matrix, right, total, parts = np.zeros((count, count)), np.zeros(count), np.zeros(count), []
    for one in found:
        own, mixed, shared = _blocks(one, free, damping)
        weights = np.linalg.solve(own, mixed)
        matrix += shared - mixed.T @ weights
        right += one.gradient[UNIT:] - weights.T @ one.gradient[:free]
        total += np.diag(shared)
        parts.append((own, mixed, one.gradient[:free]))
    d_shared = np.asarray(-np.linalg.solve(matrix + np.diag(damping * total + _WEAK), right), dtype=float)
    d_units: Floats = np.zeros((len(found), UNIT))
    for row, (own, mixed, gradient) in zip(d_units, parts, strict=True):
        row[:free] = -np.linalg.solve(own, gradient + mixed @ d_shared)
    return d_units, d_shared


def _errors(found: Sequence[Scores], free: int) -> tuple[Floats, Floats, Floats]:
    """What `Optimum` says of them: from the inverse of the information."""
    blocks = [_blocks(one, free, 0.0) for one in found]
    count = len(blocks[0][2])
    matrix, covariances, slopes = np.zeros((count, count)), np.zeros((len(found), UNIT, UNIT)), []
    for covariance, (own, mixed, shared) in zip(covariances, blocks, strict=True):
        covariance[:free, :free] = np.linalg.inv(own)
        slope = -covariance[:, :free] @ mixed
        matrix += shared + mixed.T @ slope[:free]
        slopes.append(slope)
    return np.asarray(np.linalg.inv(matrix + _WEAK * np.eye(count))), covariances, np.array(slopes)
