"""What a compound under a convolution counts: patches, transfers, and when in a mini-batch these come."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from analogbench_plugins.parity.convolutions.images import CHANNELS, INPUTS, OUTPUTS, SIDE, Geometry, make_images
from analogbench_plugins.parity.convolutions.layer import KitConvolution
from analogbench_plugins.parity.transfer import TransferCase

GEOMETRY = Geometry()


@dataclass(frozen=True)
class Schedule:
    """Mini-batches of so many images under a compound. units_in_mbatch: AIHWKIT's parameter, on in ours and by default.

    by_design: the two are known to differ here, which is told and no failure.
    """

    sizes: tuple[int, ...]
    transfer_every: int = 1
    n_reads: int = 1
    units_in_mbatch: bool = True
    by_design: bool = False

    @property
    def label(self) -> str:
        """As in the tables."""
        images = ", ".join(map(str, self.sizes))
        units = "" if self.units_in_mbatch else ", units_in_mbatch off"
        return f"{images} images; transfer_every {self.transfer_every}, n_reads {self.n_reads}{units}"

    def config(self) -> Any:
        """AIHWKIT's UnitCellRPUConfig, whose fast array is read without noise."""
        rule = {"transfer_every": self.transfer_every, "n_reads": self.n_reads}
        config = TransferCase(1, varied=False, rule=rule, read_noise=0.0).config(0)
        config.device.units_in_mbatch = self.units_in_mbatch
        return config


SCHEDULES = [
    Schedule((4, 4, 4, 4)),
    Schedule((4, 4, 4, 4), transfer_every=2, n_reads=3),
    Schedule((4, 3, 4, 4), by_design=True),
    Schedule((4, 3, 4, 4), transfer_every=2, by_design=True),
    Schedule((1, 1), units_in_mbatch=False, by_design=True),
]


@dataclass(frozen=True)
class Count:
    """For each mini-batch: patches that AIHWKIT counted, and columns transferred by it and by the rule `tiki-taka`.

    last: whether a transfer in the last mini-batch saw the errors of its last image, in AIHWKIT.
    """

    schedule: Schedule
    patches: list[int]
    kit: list[int]
    ours: list[int]
    last: bool

    @property
    def failed(self) -> bool:
        """Whether what should be the same differs."""
        expected = [size * GEOMETRY.side**2 for size in self.schedule.sizes]
        return self.patches != expected or (self.differs and not self.schedule.by_design)

    @property
    def differs(self) -> bool:
        """Whether AIHWKIT transferred in other mini-batches, or before the end of the last one."""
        return self.kit != self.ours or not self.last


def count_all(seed: int) -> list[Count]:
    """Every schedule."""
    return [count(schedule, seed) for schedule in SCHEDULES]


def count(schedule: Schedule, seed: int) -> Count:
    """Read AIHWKIT's counters after each mini-batch. None but the last image of the last one has errors: so large, at
    such rates, that whatever column is transferred after them is sure to move."""
    layer = KitConvolution(schedule.config(), GEOMETRY, lr=1.0)
    layer.tile.set_weights(make_images(GEOMETRY, seed).w)
    start = layer.tile.get_weights()[0]
    patches, columns = [0], [0]
    for step, size in enumerate(schedule.sizes, start=1):
        d = torch.zeros(size, OUTPUTS, GEOMETRY.side, GEOMETRY.side)
        if step == len(schedule.sizes):
            d[-1] = 5.0
        layer.step(torch.ones(size, CHANNELS, SIDE, SIDE), d)
        extra = layer.tile.tile.dump_extra()
        patches.append(int(extra["rpu.rpu_device.current_update_idx"][0]))
        columns.append(int(extra["rpu.rpu_device.current_slice_indices"][0]))
    seen = not torch.equal(layer.tile.get_weights()[0], start)
    moves = [move % INPUTS for move in _steps(columns)]
    return Count(schedule, _steps(patches), moves, _ours(schedule), seen)


def _ours(schedule: Schedule) -> list[int]:
    """Transfers of the rule: n_reads columns after every transfer_every-th mini-batch, whatever its size."""
    return [schedule.n_reads * (step % schedule.transfer_every == 0) for step in range(1, len(schedule.sizes) + 1)]


def _steps(totals: Sequence[int]) -> list[int]:
    return [b - a for a, b in itertools.pairwise(totals)]
