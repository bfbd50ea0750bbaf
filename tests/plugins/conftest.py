from collections.abc import Callable

import pytest
import torch

from analogbench.api import TileContext
from analogbench.api.streams import Streams

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def _same_numbers_every_time() -> None:
    """Tests draw their inputs from torch's global generator."""
    torch.manual_seed(0)


@pytest.fixture
def context() -> Callable[..., TileContext]:
    def make(replicas: int, seed: int = 0) -> TileContext:
        return TileContext(Streams(range(seed, seed + replicas), CPU), CPU)

    return make
