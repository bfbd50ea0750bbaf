"""Comparison C: Tiki-Taka, AIHWKIT's TransferCompound against the rule `tiki-taka` on two idealized tiles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from analogbench.api.streams import Streams
from analogbench.crossbar.tile import PulsedTile
from analogbench_plugins.algorithms.tiki_taka import TikiTaka, TikiTakaParams
from analogbench_plugins.parity.draws import CPU, PER_TILE, Draws
from analogbench_plugins.parity.families import FAMILIES, INPUTS, OUTPUTS, Batch, make_batch
from analogbench_plugins.parity.hidden import array_of, periphery_of, settings_of
from analogbench_plugins.parity.moments import Agreement, Floats, compare

LR, FAST_LR = 0.1, 0.05
"""Rate of the slow array's transfer, and of the fast array."""


@dataclass(frozen=True)
class TransferCase:
    """K mini-batches with TTv1. rule: our parameters, by AIHWKIT's names where they agree.

    managed_reads: leave AIHWKIT's transfer_forward at its defaults, instead of both managements off as in its presets.
    read_noise, kit_fast_lr: of AIHWKIT alone, to see that a difference is found.
    """

    batches: int
    family: str = "soft bounds"
    varied: bool = True
    rule: Mapping[str, Any] = field(default_factory=dict)
    managed_reads: bool = False
    read_noise: float = 0.06
    kit_fast_lr: float | None = None
    lr: float = LR

    @property
    def label(self) -> str:
        """As in the tables."""
        count = f"{self.batches} mini-batch{'es' if self.batches > 1 else ''}"
        parts = [count, self.family, *(f"{k} {v}" for k, v in self.rule.items())]
        if self.managed_reads:
            parts.append("transfer_forward at its defaults")
        return ", ".join(parts)

    def params(self) -> TikiTakaParams:
        """Our parameters."""
        return TikiTakaParams(**{"fast_lr": FAST_LR, **self.rule})

    def config(self, seed: int) -> Any:
        """AIHWKIT's UnitCellRPUConfig."""
        from aihwkit.simulator.configs import IOParameters, UnitCellRPUConfig
        from aihwkit.simulator.configs.compounds import TransferCompound
        from aihwkit.simulator.parameters.enums import BoundManagementType, NoiseManagementType

        p = self.params()
        off = {"noise_management": NoiseManagementType.NONE, "bound_management": BoundManagementType.NONE}
        devices = [FAMILIES[self.family].build(self.varied, seed + part, {}) for part in range(2)]
        compound = TransferCompound(
            unit_cell_devices=devices,
            units_in_mbatch=True,
            transfer_every=p.transfer_every,
            n_reads_per_transfer=p.n_reads,
            transfer_lr=p.transfer_lr,
            fast_lr=self.kit_fast_lr or p.fast_lr,
            gamma=p.gamma,
            construction_seed=seed + 1,
            transfer_forward=IOParameters(out_noise=self.read_noise, **({} if self.managed_reads else off)),
        )
        return UnitCellRPUConfig(device=compound)


CASES = [
    *(TransferCase(batches) for batches in (1, 5, 20)),
    TransferCase(5, family="linear"),
    TransferCase(5, family="power"),
    TransferCase(5, family="constant", varied=False),
    TransferCase(5, managed_reads=True),
    TransferCase(5, rule={"transfer_every": 2, "n_reads": 3}),
    TransferCase(5, rule={"transfer_lr": 0.3}),
    TransferCase(5, rule={"gamma": 0.4}),
]


@dataclass(frozen=True)
class TransferResult:
    """One case: the weights of the layer, then of the fast array, after all mini-batches."""

    case: TransferCase
    agreement: Agreement

    @property
    def failed(self) -> bool:
        """Whether the comparison counts as a failure."""
        return not self.agreement.passed


@dataclass(frozen=True)
class Trial:
    """`draws` repetitions of a case from one start. every: keep the weights after each mini-batch, not one."""

    case: TransferCase
    draws: int
    seed: int
    every: bool = False

    def batches(self) -> list[Batch]:
        """One for each step, at the middle rate of the fast array."""
        return [make_batch("middle", self.seed + 100 * step) for step in range(self.case.batches)]

    def keeps(self, step: int) -> bool:
        """Whether the weights after this step are kept."""
        return self.every or step == self.case.batches - 1

    def start(self) -> Floats:
        """Weights of the slow array as its bounds clip them, then the fast array's zeros: (2·outputs·inputs,)."""
        hidden = self.tile().get_hidden_parameters()
        slow = torch.minimum(torch.maximum(self.batches()[0].w, hidden["min_bound_1"]), hidden["max_bound_1"])
        return np.asarray(torch.stack((slow, torch.zeros_like(slow))).flatten().double().numpy())

    def tile(self) -> Any:
        """An AIHWKIT tile of two arrays of OUTPUTS × INPUTS."""
        from aihwkit.simulator.tiles import AnalogTile

        return AnalogTile(OUTPUTS, INPUTS, self.case.config(self.seed))


def compare_transfer(case: TransferCase, draws: int, seed: int) -> TransferResult:
    """Compare what `draws` repetitions of both changed from the same start."""
    trial = Trial(case, draws, seed)
    start = trial.start()
    return TransferResult(case, compare(kit_weights(trial)[:, -1] - start, our_weights(trial)[:, -1] - start))


def kit_weights(trial: Trial) -> Draws:
    """Weights of the layer (W + γP), then of the fast array: (draws, steps kept, 2·outputs·inputs)."""
    batches = trial.batches()
    seen: list[Tensor] = []
    for number in range(trial.draws):
        if number % PER_TILE == 0:
            tile = trial.tile()
            tile.set_learning_rate(trial.case.lr)
        tile.set_weights(batches[0].w)  # also empties the fast array and returns to the first column
        for step, batch in enumerate(batches):
            tile.update(batch.x, batch.d)
            if trial.keeps(step):
                seen.append(torch.stack((tile.get_weights()[0], tile.get_hidden_parameters()["hidden_weights_0"])))
    return torch.stack(seen).reshape(trial.draws, -1, 2 * OUTPUTS * INPUTS).double().numpy()


def our_weights(trial: Trial) -> Draws:
    """The same from the rule `tiki-taka`; all draws are replicas of one pair of tiles."""
    tile, batches, draws = trial.tile(), trial.batches(), trial.draws
    streams = Streams(range(trial.seed * 1_000_000, trial.seed * 1_000_000 + draws), CPU, trial.case.label)
    fast, slow = (our_tile(tile, part, draws, streams) for part in range(2))
    slow.program(batches[0].w.repeat(draws, 1, 1))
    rule, lr = TikiTaka(trial.case.params()), torch.full((draws, 1, 1), trial.case.lr)
    state = rule.build({"weight": slow, "fast": fast}.__getitem__)
    seen: list[Tensor] = []
    for step, batch in enumerate(batches):
        rule.update(state, batch.x.repeat(draws, 1, 1), batch.d.repeat(draws, 1, 1), lr)
        if trial.keeps(step):
            seen.append(torch.stack((rule.weights(state), fast.read()), dim=1))
    return np.asarray(torch.stack(seen, dim=1).reshape(draws, len(seen), -1).double().numpy())


def our_tile(tile: Any, part: int, replicas: int, streams: Streams) -> PulsedTile:
    """An idealized tile with the crosspoints of one array of the compound, read as devices are read by default."""
    config = tile.rpu_config
    periphery, settings = periphery_of(config.forward, replicas), settings_of(config.update)
    return PulsedTile(array_of(tile, replicas, part), periphery, streams.child(str(part)), settings)
