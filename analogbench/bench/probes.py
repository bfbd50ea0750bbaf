"""What the machine itself can do at the moment: memory bandwidth and matrix products."""

from __future__ import annotations

import time
from collections.abc import Callable

import torch
from torch import Tensor

LEAST_SECONDS = 0.015
"""How long each probe is repeated: neighbours on the machine change by the second, and so must the probes."""

LEAST_BYTES, MOST_BYTES = 2**18, 2**28
"""Of the block: below, calls would be timed instead of memory; above, nothing is in a cache anyway."""

MATRIX = {"cpu": 768, "cuda": 4096}
"""Lines of the square matrices, large enough for the best throughput."""


class Probes:
    """Measures with as many threads as given, on blocks of float32 numbers.

    size: bytes of what a step walks through. A block that fits into a cache is read from there, by a step as well as by
    the probe, so that the bound is one for small jobs, too.
    """

    def __init__(self, torch_device: torch.device, size: float, threads: int) -> None:
        self.torch_device, self.threads = torch_device, threads
        self.block = torch.ones(int(min(max(size, LEAST_BYTES), MOST_BYTES)) // 4, device=torch_device)
        lines = MATRIX[torch_device.type]
        self.matrix = torch.full((lines, lines), 1e-3, device=torch_device)
        self.product = torch.empty_like(self.matrix)

    def bandwidth(self) -> float:
        """Bytes per second, the higher one of reading a block and of reading and writing it in place."""
        size = self.block.nbytes
        read = size / self._fastest(lambda: torch.dot(self.block, self.block))
        return max(read, 2 * size / self._fastest(lambda: self.block.mul_(1.0)))

    def throughput(self) -> float:
        """Operations per second of a matrix product; a multiplication and an addition are two."""
        return 2 * len(self.matrix) ** 3 / self._fastest(lambda: torch.mm(self.matrix, self.matrix, out=self.product))

    def _fastest(self, work: Callable[[], Tensor]) -> float:
        """Seconds of the fastest of a few runs: the bound is about what the machine can do."""
        before = torch.get_num_threads()
        torch.set_num_threads(self.threads)
        try:
            best, started = self._seconds(work), time.perf_counter()
            while time.perf_counter() - started < LEAST_SECONDS:
                best = min(best, self._seconds(work))
            return best
        finally:
            torch.set_num_threads(before)

    def _seconds(self, work: Callable[[], Tensor]) -> float:
        self._wait()
        started = time.perf_counter()
        work()
        self._wait()
        return time.perf_counter() - started

    def _wait(self) -> None:
        if self.torch_device.type == "cuda":
            torch.cuda.synchronize()
