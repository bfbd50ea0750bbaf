"""Tiki-Taka, version 1: gradients go to a fast array, which is transferred column by column to the slow one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analogbench.api import Algorithm, Compound, MakeTile, RuleParams, Tile, hookimpl, param

if TYPE_CHECKING:
    from torch import Tensor


class TikiTakaParams(RuleParams):
    """Names follow AIHWKIT's TransferCompound; fast_lr is β and transfer_lr·lr is α of [P24]."""

    fast_lr: float = param(0.01, "β: learning rate of the fast array, not scaled by lr", gt=0, stackable=True, unit="1")
    transfer_lr: float = param(1.0, "learning rate of the transfer, in units of lr", gt=0, stackable=True, unit="lr")
    gamma: float = param(0.0, "γ: the layer computes with W + γP", ge=0, unit="1")
    transfer_every: int = param(1, "mini-batches between transfers", ge=1, unit="mini-batches")
    n_reads: int = param(1, "columns read and transferred each time", ge=1, unit="columns")


@dataclass
class TikiTakaState:
    """slow: W, holds the weights. fast: P. one_hot: (1, n_reads, inputs), vectors that read the columns of P which are
    next. batches: mini-batches seen."""

    slow: Tile
    fast: Tile
    one_hot: Tensor
    batches: int = 0


class TikiTaka(Algorithm):
    """TTv1. P is read through its noisy periphery, by one-hot vectors, and pulsed onto W; it collects −β·g here, as
    in AIHWKIT."""

    name = "tiki-taka"
    formula = "P ← U(P, −β·g);  W[:, c] ← U(W[:, c], +α·P[:, c]), next column c every transfer;  layer: W + γP"
    source = "Gokmen & Haensch, Front. Neurosci. 2020; dynamics: Wu et al., NeurIPS 2024, eq. 9"
    Params = TikiTakaParams

    def __init__(self, params: Any) -> None:
        super().__init__(params)
        self.capturable = params.transfer_every == 1  # else mini-batches are counted in Python
        self._transfer_rate = -params.transfer_lr  # W moves with the columns of P, not against them

    def compound(self) -> Compound:
        p = self.params
        settings = {
            "fast_lr": p.fast_lr,
            "transfer_lr": p.transfer_lr,
            "gamma": p.gamma,
            "transfer_every": p.transfer_every,
            "n_reads_per_transfer": p.n_reads,
        }
        return Compound("ttv1", ("fast", "weight"), settings)

    def build(self, make_tile: MakeTile) -> TikiTakaState:
        import torch

        slow, fast = make_tile("weight"), make_tile("fast")
        reads = min(self.params.n_reads, fast.shape[2])
        return TikiTakaState(slow, fast, torch.eye(reads, fast.shape[2], device=fast.pulses.device)[None])

    def forward(self, state: TikiTakaState, x: Tensor) -> Tensor:
        y = state.slow.forward(x)
        return y + self.params.gamma * state.fast.forward(x) if self.params.gamma else y

    def backward(self, state: TikiTakaState, d: Tensor) -> Tensor:
        x = state.slow.backward(d)
        return x + self.params.gamma * state.fast.backward(d) if self.params.gamma else x

    def update(self, state: TikiTakaState, x: Tensor, d: Tensor, lr: Tensor) -> None:
        state.fast.update(x, d, self.params.fast_lr)
        state.batches += 1
        if state.batches % self.params.transfer_every == 0:
            self._transfer(state, lr)

    def _transfer(self, state: TikiTakaState, lr: Tensor) -> None:
        one_hot = state.one_hot.expand(state.fast.shape[0], -1, -1).contiguous()  # (R, reads, inputs)
        columns = state.fast.forward(one_hot)  # (R, reads, outputs)
        state.slow.update(one_hot, columns, self._transfer_rate * lr)
        state.one_hot.copy_(state.one_hot.roll(state.one_hot.shape[1], 2))  # in place: a replayed graph goes on from it

    def weights(self, state: TikiTakaState) -> Tensor:
        w = state.slow.read()
        return w + self.params.gamma * state.fast.read() if self.params.gamma else w


@hookimpl
def analogbench_algorithms() -> list[type[Algorithm]]:
    """Tiki-Taka version 1."""
    return [TikiTaka]
