"""Comparison A: the pulsed update of a mini-batch, AIHWKIT against the idealized kernels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch

from analogbench.api.streams import Streams
from analogbench.crossbar.tile import PulsedTile
from analogbench_plugins.parity.draws import CPU, Ours, kit_tile, kit_updates, our_updates, start_of
from analogbench_plugins.parity.families import INPUTS, MAIN, OUTPUTS, VARIANTS, Batch, Case, make_batch
from analogbench_plugins.parity.hidden import array_of, periphery_of, settings_of
from analogbench_plugins.parity.moments import Agreement, Floats, compare, quarter

ROOM = 60
"""Steps between a crosspoint and the nearer bound from which on it counts as away from the bounds."""


class UpdateCase(Protocol):
    """What is updated, and how fast."""

    @property
    def label(self) -> str:
        """As in the tables."""
        ...

    def order_counts(self, inner: bool) -> bool:
        """Whether the order of the pulses of a mini-batch shows; inner: away from the bounds."""
        ...


@dataclass(frozen=True)
class UpdateResult:
    """One case with one kernel, or with AIHWKIT's tile. inner: only crosspoints away from the bounds."""

    case: UpdateCase
    kernel: str
    agreement: Agreement
    inner: bool = False

    @property
    def label(self) -> str:
        """As in the tables."""
        return f"{self.case.label}; {self.kernel}{', away from bounds' if self.inner else ''}"

    @property
    def by_design(self) -> bool:
        """Whether a difference is expected: the matrix kernel averages the order of pulses."""
        return self.kernel == "gpu" and self.case.order_counts(self.inner)

    @property
    def failed(self) -> bool:
        """Whether the comparison counts as a failure."""
        return not (self.agreement.passed or self.by_design)


def compare_updates(case: Case, draws: int, seed: int, kernels: Sequence[str] = ("cpu",)) -> list[UpdateResult]:
    """Compare one case; the first kernel gets all draws, further ones a `quarter`; `gpu` also away from bounds."""
    tile, batch = kit_tile(case, seed), make_batch(case.rate, seed)
    kit = kit_updates(case, batch, draws, seed)
    results = []
    for kernel in kernels:
        count = draws if kernel == kernels[0] else quarter(draws)
        ours = our_updates(tile, batch, count, seed, Ours(kernel, case.label))
        results.append(UpdateResult(case, kernel, compare(kit[:count], ours)))
        if kernel == "gpu":
            away = room(tile, batch) > ROOM
            results.append(UpdateResult(case, kernel, compare(kit[:count, away], ours[:, away]), inner=True))
    return results


def mean_pulses(rate: str, seed: int) -> float:
    """Pulses of a mini-batch at a crosspoint that gets any, on average, with soft bounds."""
    tile, batch, replicas = kit_tile(Case("soft bounds", rate, True), seed), make_batch(rate, seed), 100
    settings, streams = settings_of(tile.rpu_config.update), Streams(range(replicas), CPU)
    periphery = periphery_of(tile.rpu_config.forward, replicas)
    ours = PulsedTile(array_of(tile, replicas), periphery, streams, settings)
    ours.update(batch.x.repeat(replicas, 1, 1), batch.d.repeat(replicas, 1, 1), batch.lr)
    return float(ours.pulses.mean()) / (OUTPUTS * (INPUTS - 1))


def room(tile: Any, batch: Batch) -> Floats:
    """Distance of each crosspoint's start to its nearer bound, in its larger step: (outputs·inputs,)."""
    hidden = tile.get_hidden_parameters()
    v = start_of(tile, batch) + hidden.get("reference", 0.0)
    distance = torch.minimum(hidden["max_bound"] - v, v - hidden["min_bound"])
    return np.asarray((distance / torch.maximum(hidden["dwmin_up"], hidden["dwmin_down"])).flatten().double().numpy())


def compare_all(draws: int, seed: int) -> list[UpdateResult]:
    """All cases; the varied ones of `MAIN` with all three kernels."""
    results = []
    for case in (*MAIN, *VARIANTS):
        kernels = ("cpu", "gpu", "reference") if case in MAIN and case.varied else ("cpu",)
        results.extend(compare_updates(case, draws, seed, kernels))
    return results
