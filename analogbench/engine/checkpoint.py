"""The whole state of a job in training as plain data, and back: what is needed to go on as if it had never stopped.

That is: weights and all else that tiles and rules hold, the digital parameters and buffers, the position of every
random stream, the order of the epoch's samples and the place in it, losses and curve so far, and the time used.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from analogbench.engine.capture import StepLoop
from analogbench.engine.mapping import Block
from analogbench.engine.training import Training
from analogbench.errors import PluginError, UnsavableError


class Keeper(Protocol):
    """Keeps the state of one job where its next attempt finds it."""

    def load(self) -> dict[str, Any] | None:
        """The state that was kept last, all tensors on the CPU; None if there is none that can be used."""

    def due(self) -> bool:
        """Whether it is time to keep the state again."""

    def save(self, state: Mapping[str, Any]) -> None:
        """Keep `state` in the place of the one before."""

    def failed(self, error: UnsavableError) -> None:
        """The state cannot be made plain data, or what was loaded does not fit; the job goes on without."""


@dataclass(frozen=True)
class Position:
    """Where a job is. epoch: counted from 0. done: steps of it that are done. noted: the step at which the curve's last
    point was taken. seconds: used by earlier attempts."""

    epoch: int = 0
    done: int = 0
    noted: int = 0
    seconds: float = 0.0


def captured(loop: StepLoop, position: Position) -> dict[str, Any]:
    """The state as plain data. Tensors are those of the job itself, not copies. Raises UnsavableError."""
    training = loop.training
    return {
        "position": asdict(position),
        "step": training.step,
        "losses": training.losses[:, : training.step].clone(),  # of a view the whole would be saved
        "diverged_at": training.diverged_at,
        "curve": training.curve.state_dict(),
        "batches": loop.batches.state_dict(),
        "model": dict(training.model.state_dict()),
        "rules": [_of_rule(block) for block in _blocks(training)],
        "tiles": [_of_tile(tile, training) for tile in training.layers.tiles],
        "streams": [[prefix, positions] for prefix, positions in training.streams.positions()],
        "generators": _generators(training.streams.device),
    }


def restored(loop: StepLoop, state: Mapping[str, Any]) -> Position:
    """Put `state` into a job that was just assembled of the same cells; where it then is. Raises UnsavableError if it
    does not fit: the job is then spoilt, assemble it anew."""
    try:
        return _restored(loop, state)
    except UnsavableError:
        raise
    except Exception as error:  # whatever a damaged or a foreign state leads to
        raise UnsavableError(" ".join(f"{type(error).__name__}: {error}".split())) from error


def _restored(loop: StepLoop, state: Mapping[str, Any]) -> Position:
    training = loop.training
    training.step = int(state["step"])
    training.losses[:, : training.step].copy_(state["losses"])
    training.diverged_at.copy_(state["diverged_at"])
    training.curve.load_state_dict(state["curve"])
    loop.batches.load_state_dict(state["batches"])
    training.model.load_state_dict(state["model"])
    for block, data in zip(_blocks(training), state["rules"], strict=True):
        block.state = block.rule.load_state_dict(block.state, data)
    for tile, data in zip(training.layers.tiles, state["tiles"], strict=True):
        tile.load_state_dict(data)
    training.streams.set_positions([(prefix, positions) for prefix, positions in state["streams"]])
    _set_generators(state["generators"])
    return Position(**state["position"])


def _blocks(training: Training) -> list[Block]:
    return [block for layer in training.layers.rule_layers for block in layer.matrix.blocks]


def _of_rule(block: Block) -> Any:
    try:
        return block.rule.state_dict(block.state)
    except PluginError as error:
        raise UnsavableError(f"algorithm {block.rule.name}: {error}") from error


def _of_tile(tile: Any, training: Training) -> dict[str, Any]:
    try:
        state: dict[str, Any] = tile.state_dict()
    except PluginError as error:
        raise UnsavableError(f"device {training.layers.device.name}: {error}") from error
    return state


def _generators(device: torch.device) -> dict[str, Any]:
    """The generators of torch, Python and numpy: ours do not use them, a plugin may."""
    kind, keys, position, has_gauss, gauss = np.random.get_state(legacy=True)
    version, numbers, second = random.getstate()
    state: dict[str, Any] = {
        "torch": torch.get_rng_state(),
        "numpy": [kind, [int(key) for key in keys], int(position), int(has_gauss), float(gauss)],
        "python": [version, list(numbers), second],
    }
    if device.type == "cuda":
        state["cuda"] = torch.cuda.get_rng_state()
    return state


def _set_generators(state: Mapping[str, Any]) -> None:
    torch.set_rng_state(state["torch"])
    kind, keys, position, has_gauss, gauss = state["numpy"]
    np.random.set_state((kind, np.array(keys, dtype=np.uint32), position, has_gauss, gauss))
    version, numbers, second = state["python"]
    random.setstate((version, tuple(numbers), second))
    cuda: Tensor | None = state.get("cuda")
    if cuda is not None:
        torch.cuda.set_rng_state(cuda)
