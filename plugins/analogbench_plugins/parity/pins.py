"""What Tiki-Taka in AIHWKIT 1.1.0 does, pinned one by one: size and sign of its two steps, order of the columns."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch

from analogbench_plugins.parity.draws import Draws
from analogbench_plugins.parity.families import INPUTS, OUTPUTS
from analogbench_plugins.parity.moments import ALPHA, Floats, largest_p
from analogbench_plugins.parity.transfer import (
    FAST_LR,
    LR,
    TransferCase,
    Trial,
    kit_weights,
    our_weights,
)

QUIET = TransferCase(2, family="constant", varied=False)
"""Constant steps without any variation: expected steps are exact."""

COLUMN = 1
"""The column that is transferred after the second mini-batch."""


@dataclass(frozen=True)
class Slope:
    """A rate that both should show. kit, ours: (value, standard error)."""

    name: str
    expected: float
    kit: tuple[float, float]
    ours: tuple[float, float]

    @property
    def z(self) -> Floats:
        """Scores against the expected value, AIHWKIT's and ours."""
        return np.array([(value - self.expected) / error for value, error in (self.kit, self.ours)])

    @property
    def failed(self) -> bool:
        """Whether either differs from what is expected."""
        return largest_p(self.z) < ALPHA


@dataclass(frozen=True)
class Order:
    """Which columns of the slow array changed in each mini-batch."""

    name: str
    kit: list[list[int]]
    ours: list[list[int]]

    @property
    def failed(self) -> bool:
        """Whether the orders differ."""
        return self.kit != self.ours


def pin_rates(draws: int, seed: int) -> list[Slope]:
    """The fast array's rate at three learning rates, and the rate and sign of the transfer at two."""
    pins = []
    for lr in (0.01, LR, 1.0):
        trial = Trial(replace(QUIET, lr=lr), draws, seed)
        weights = _both(trial)
        fast = [_fast_slope(w, trial) for w in weights]
        pins.append(Slope(f"fast step / (−Σ d x), lr {lr:g}", FAST_LR, fast[0], fast[1]))
        if lr <= LR:  # at 1 the trains of the transfer clip
            slow = [_transfer_slope(w, trial) for w in weights]
            pins.append(Slope(f"slow step / fast weight, lr {lr:g}", lr, slow[0], slow[1]))
    return pins


def pin_order(seed: int) -> list[Order]:
    """One column each mini-batch; three columns every second mini-batch, around the end."""
    rules: dict[str, dict[str, int]] = {
        "1 column every mini-batch": {},
        "3 columns every 2 mini-batches": {"transfer_every": 2, "n_reads": 3},
    }
    orders = []
    for name, rule in rules.items():
        trial = Trial(replace(QUIET, batches=INPUTS + 2, rule=rule), 20, seed, every=True)
        kit, ours = (_changed(w, trial) for w in _both(trial))
        orders.append(Order(name, kit, ours))
    return orders


def _both(trial: Trial) -> tuple[Draws, Draws]:
    return kit_weights(trial), our_weights(trial)


def _slope(y: Floats, x: Floats) -> tuple[float, float]:
    """Slope through the origin of all entries, and its error; rows are independent. y, x: (draws, P)."""
    total = np.square(x).sum()
    slope = float((y * x).sum() / total)
    residual = ((y - slope * x) * x).sum(1)
    return slope, float(np.sqrt(np.square(residual).sum()) / total)


def _fast_slope(w: Draws, trial: Trial) -> tuple[float, float]:
    """The fast array's weights over −Σ d x of all mini-batches."""
    gradient = torch.stack([-batch.d.T @ batch.x for batch in trial.batches()]).sum(0).flatten().double().numpy()
    return _slope(w[:, -1, OUTPUTS * INPUTS :], np.broadcast_to(gradient, (trial.draws, gradient.size)))


def _transfer_slope(w: Draws, trial: Trial) -> tuple[float, float]:
    """Step of the slow array's column over the fast array's; row 0 starts at the bounds and is left out."""
    columns = w[:, -1].reshape(-1, 2, OUTPUTS, INPUTS)[:, :, 1:, COLUMN]  # (draws, 2, outputs − 1)
    start = trial.batches()[0].w[1:, COLUMN].double().numpy()
    return _slope(columns[:, 0] - start, columns[:, 1])


def _changed(w: Draws, trial: Trial) -> list[list[int]]:
    """Columns of the slow array that changed in any draw, for each mini-batch. w: (draws, steps, 2P)."""
    slow, start = w[:, :, : OUTPUTS * INPUTS], trial.batches()[0].w.flatten().numpy()
    before = np.concatenate((np.broadcast_to(start, (len(w), 1, len(start))), slow[:, :-1]), axis=1)
    moved = (slow != before).any(0).reshape(-1, OUTPUTS, INPUTS).any(1)  # (steps, inputs)
    return [np.flatnonzero(step).tolist() for step in moved]
