from collections.abc import Callable

import pytest
import torch

from analogbench.api import TileContext
from analogbench.api.streams import Streams

CPU = torch.device("cpu")


@pytest.fixture
def context() -> Callable[..., TileContext]:
    def make(replicas: int, seed: int = 0) -> TileContext:
        return TileContext(Streams(range(seed, seed + replicas), CPU), CPU)

    return make
