from collections.abc import Callable

import pytest
import torch

from analogbench.api import TileContext
from analogbench.api.streams import Streams

pytest.importorskip("aihwkit", reason="AIHWKIT has wheels for Linux on x86-64 only")

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def _same_numbers_every_time() -> None:
    """Tests draw their inputs from torch's global generator; AIHWKIT's own ones cannot be seeded."""
    torch.manual_seed(0)


@pytest.fixture
def context() -> Callable[..., Callable[[str], TileContext]]:
    """context(replicas)(name): the context of a tile, as the engine makes it."""

    def make(replicas: int) -> Callable[[str], TileContext]:
        streams = Streams(range(replicas), CPU)
        return lambda name: TileContext(streams.child(f"tile-{name}"), CPU)

    return make
