"""AIHWKIT's tiles behind analogbench's interface; imports AIHWKIT's tile only through its objects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from analogbench.api import Tile
from analogbench.crossbar.kernels import choose_pulse_count
from analogbench.crossbar.pulses import PulseSettings

LASTING = "persistent_weights"
"""What AIHWKIT calls the weights behind the write noise."""


@dataclass(frozen=True)
class Counting:
    """What the number of pulses follows from: the granularity of each replica's device, (R, 1, 1), and the trains."""

    granularity: Tensor
    settings: PulseSettings


class KitTile(Tile):
    """R tiles of AIHWKIT (`aihwkit.simulator.tiles.analog.AnalogTile`), one for each replica.

    AIHWKIT counts pulses only on CUDA, so `pulses` is the expected number of coincidences of the trains; without
    `counting`, as for compounds whose transfers happen inside, it is NaN.
    """

    def __init__(
        self, shape: tuple[int, int, int], tiles: Sequence[Any], counting: Counting | None, torch_device: torch.device
    ) -> None:
        self.shape, self.tiles, self.counting = shape, list(tiles), counting
        start = 0.0 if counting else float("nan")
        self.pulses = torch.full((shape[0],), start, dtype=torch.float64, device=torch_device)
        self._leaks = [
            t for t in tiles if t.rpu_config.device.requires_decay() or t.rpu_config.device.requires_diffusion()
        ]

    def forward(self, x: Tensor) -> Tensor:
        self.check(x=x)
        return self._each(lambda tile, r: tile.joint_forward(x[r].contiguous()))

    def backward(self, d: Tensor) -> Tensor:
        self.check(d=d)
        return self._each(lambda tile, r: tile.backward(d[r].contiguous()))

    def update(self, x: Tensor, d: Tensor, lr: Tensor | float) -> None:
        self.check(x, d)
        rates = torch.as_tensor(lr, dtype=torch.float32).expand(self.shape[0], 1, 1)
        if self.counting:
            strength = rates.abs().to(self.pulses.device) / self.counting.granularity
            count = choose_pulse_count(x.device)
            self.pulses += count(x, d, strength, self.counting.settings)
        for r, (tile, rate) in enumerate(zip(self.tiles, rates.flatten().tolist(), strict=True)):
            # AIHWKIT takes positive rates only.
            tile.set_learning_rate(abs(rate))
            samples, errors = at_least_two(x[r], d[r] if rate > 0 else -d[r], cuda=x.is_cuda)
            tile.update(samples, errors)

    def elapse(self) -> None:
        for tile in self._leaks:
            tile.post_update_step()

    def read(self) -> Tensor:
        return self._each(lambda tile, r: tile.get_weights()[0].to(self.pulses.device))

    def program(self, w: Tensor) -> None:
        for tile, weights in zip(self.tiles, w, strict=True):
            tile.set_weights(weights.contiguous())

    def state_dict(self) -> dict[str, Any]:
        return {"pulses": self.pulses, "tiles": [_state(tile.tile) for tile in self.tiles]}

    def load_state_dict(self, data: dict[str, Any]) -> None:
        self.pulses.copy_(data["pulses"])
        for tile, state in zip(self.tiles, data["tiles"], strict=True):
            tile.tile.set_hidden_parameters(state["hidden"].to(self.pulses.device))
            tile.tile.set_weights(_written(tile, state))
            tile.tile.load_extra(state["extra"], False)

    def _each(self, product: Callable[[Any, int], Tensor]) -> Tensor:
        with torch.no_grad():
            return torch.stack([product(tile, r) for r, tile in enumerate(self.tiles)])


def at_least_two(x: Tensor, d: Tensor, *, cuda: bool) -> tuple[Tensor, Tensor]:
    """On CUDA, a first mini-batch of one sample makes later updates wrong (IBM/aihwkit#763): add a zero sample, which
    never fires. x: (B, inputs), d: (B, outputs)."""
    if cuda and len(x) == 1:
        return torch.cat([x, torch.zeros_like(x)]), torch.cat([d, torch.zeros_like(d)])
    return x.contiguous(), d.contiguous()


def _written(tile: Any, state: dict[str, Any]) -> Tensor:
    """The weights to go on from. AIHWKIT takes what is set for what was written, and adds write noise: to set the
    visible weights of a device that has it would make their noise last."""
    names = list(tile.get_hidden_parameters())
    weights: Tensor = state["weights"]
    return state["hidden"][names.index(LASTING)].to(weights.device) if LASTING in names else weights


def _state(simulator: Any) -> dict[str, Any]:
    """What AIHWKIT keeps of a tile in its own checkpoints, all but its generators: they cannot be asked."""
    return {
        "weights": simulator.get_weights(),
        "hidden": simulator.get_hidden_parameters().detach(),
        "extra": simulator.dump_extra(),
    }
