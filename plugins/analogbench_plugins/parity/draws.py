"""Draws of the same mini-batch update from an AIHWKIT tile and from an idealized one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from analogbench.api.streams import Streams
from analogbench.crossbar.array import Array
from analogbench.crossbar.kernels import cpu, gpu, reference
from analogbench.crossbar.pulses import PulseSettings
from analogbench.crossbar.tile import PulsedTile
from analogbench_plugins.parity.families import INPUTS, OUTPUTS, Batch, Case
from analogbench_plugins.parity.hidden import array_of, periphery_of, settings_of

Draws = NDArray[np.float64]
Perturb = Callable[[Array], None]
CPU = torch.device("cpu")

KERNELS: dict[str, ModuleType] = {"cpu": cpu, "gpu": gpu, "reference": reference}

PER_TILE = 25
"""Draws from one AIHWKIT tile. On the CPU a tile takes its Gaussian numbers from 32768 of its own, drawn when it is
made, whose mean is off by 0.006 or so (see `noise`): many draws of one tile would share that error."""

BLOCK = 500
"""Replicas at once: the pulse trains of the matrix kernel take 0.1 MB each."""


def kit_tile(case: Case, seed: int) -> Any:
    """An AIHWKIT tile of OUTPUTS × INPUTS crosspoints."""
    from aihwkit.simulator.tiles import AnalogTile

    return AnalogTile(OUTPUTS, INPUTS, case.config(seed))


def kit_updates(case: Case, batch: Batch, draws: int, seed: int, per_tile: int = PER_TILE) -> Draws:
    """ΔW of `draws` updates from the same start, (draws, outputs·inputs); with write noise visible, then hidden ΔW."""
    moved = []
    for number in range(draws):
        if number % per_tile == 0:
            tile = kit_tile(case, seed)
            tile.set_learning_rate(batch.lr)
            start = start_of(tile, batch)
        tile.set_weights(batch.w)
        tile.update(batch.x, batch.d)
        moved.append(_kit_weights(tile) - start)
    return torch.stack(moved).flatten(1).double().numpy()


def start_of(tile: Any, batch: Batch) -> torch.Tensor:
    """The weights of the batch as the bounds of the crosspoints clip them, (outputs, inputs)."""
    hidden = tile.get_hidden_parameters()
    return torch.minimum(torch.maximum(batch.w, hidden["min_bound"]), hidden["max_bound"])


def _kit_weights(tile: Any) -> torch.Tensor:
    """(outputs, inputs), or (2, outputs, inputs) with write noise."""
    visible: torch.Tensor = tile.get_weights()[0]
    if not getattr(tile.rpu_config.device, "write_noise_std", 0.0):
        return visible
    return torch.stack((visible, tile.get_hidden_parameters()["persistent_weights"]))


@dataclass(frozen=True)
class Ours:
    """How to draw. settings: instead of AIHWKIT's. perturb: changes an array after it was built, for tests of power.

    stream: names the random numbers, so that comparisons are independent.
    """

    kernel: str = "cpu"
    stream: str = ""
    settings: PulseSettings | None = None
    perturb: Perturb | None = None


DEFAULT = Ours()


def our_updates(tile: Any, batch: Batch, draws: int, seed: int, how: Ours = DEFAULT) -> Draws:
    """The same from the idealized tile with the crosspoints of `tile`."""
    seeds = [seed * 1_000_000 + n for n in range(draws)]
    blocks = [_block(tile, batch, seeds[start : start + BLOCK], how) for start in range(0, draws, BLOCK)]
    return torch.cat(blocks).flatten(1).double().numpy()


def _block(tile: Any, batch: Batch, seeds: Sequence[int], how: Ours) -> torch.Tensor:
    """ΔW of one replica for each seed, (R, [2,] outputs, inputs)."""
    replicas = len(seeds)
    array = array_of(tile, replicas)
    if how.perturb is not None:
        how.perturb(array)
    settings = how.settings or settings_of(tile.rpu_config.update)
    periphery, kernel = periphery_of(tile.rpu_config.forward, replicas), KERNELS[how.kernel].pulsed_update
    ours = PulsedTile(array, periphery, Streams(seeds, CPU, how.stream), settings, kernel)
    w, x, d = (t.expand(replicas, *t.shape).contiguous() for t in (batch.w, batch.x, batch.d))
    ours.program(w)
    ours.update(x, d, batch.lr)
    start = start_of(tile, batch)
    moved = ours.read() - start
    return moved if array.write_noise is None else torch.stack((moved, array.hidden - start), dim=1)
