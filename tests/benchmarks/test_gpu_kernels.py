"""Both pulsed-update kernels on CUDA in one run: `pytest tests/benchmarks/test_gpu_kernels.py -m gpu -s`.

Prints for the layers of mnist-fcn the time of an update, and of the read and the write of W that it cannot do without.
"""

from collections.abc import Callable
from types import ModuleType

import pytest
import torch

from analogbench.api.streams import Streams
from analogbench.crossbar.array import Array
from analogbench.crossbar.pulses import PulseSettings
from analogbench.crossbar.response import LINEAR, Response
from analogbench.crossbar.variation import Spread, draw_planes, soft_bounds_slopes

pytestmark = pytest.mark.gpu

R, B = 64, 10
LAYERS = [(256, 784), (128, 256), (10, 128)]


def array(outputs: int, inputs: int) -> Array:
    device = torch.device("cuda")
    shape = (R, outputs, inputs)
    planes = soft_bounds_slopes(draw_planes(shape, Spread(0.6, 0.001, 0.3, 0.3, 0.3), Streams(range(R), device)))
    response = Response(LINEAR, torch.zeros(R, 1, device=device), additive_noise=True)
    dw_min, c2c = torch.full((R, 1, 1), 0.001, device=device), torch.full((R, 1, 1), 0.3, device=device)
    return Array(shape, planes, response, dw_min, c2c)


def seconds(work: Callable[[], object], repeats: int = 20) -> float:
    for _ in range(3):
        work()
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    start.record()
    for _ in range(repeats):
        work()
    end.record()
    torch.cuda.synchronize()
    return start.elapsed_time(end) / 1e3 / repeats


def kernels() -> list[ModuleType]:
    from analogbench.crossbar.kernels import gpu, gpu_triton

    return [gpu, gpu_triton]


@pytest.mark.parametrize("size", [0.01, 0.1, 1.0], ids=["about 1 slot", "about 5 slots", "31 slots"])
@pytest.mark.parametrize(("outputs", "inputs"), LAYERS)
def test_kernels(outputs: int, inputs: int, size: float) -> None:
    generator = torch.Generator().manual_seed(0)
    x = (
        torch.rand(R, B, inputs, generator=generator).cuda()
        * (torch.rand(R, B, inputs, generator=generator) < 0.2).cuda()
    )
    d = torch.randn(R, B, outputs, generator=generator).cuda() * size / 3
    lr, streams = torch.full((R, 1, 1), 0.05, device="cuda"), Streams(range(R), torch.device("cuda"))
    moved = []
    for kernel in kernels():
        a = array(outputs, inputs)
        keys = streams.keys(kernel.__name__)
        kernel.pulsed_update(a, x, d, lr, PulseSettings(), keys)
        moved.append((a.hidden.sum().item(), a.pulses.sum().item()))
        time = seconds(lambda: kernel.pulsed_update(a, x, d, lr, PulseSettings(), keys))  # noqa: B023 - called at once
        copy = seconds(lambda: a.visible.copy_(a.planes[0]))  # noqa: B023
        print(f"{kernel.__name__.rpartition('.')[2]:>10} {outputs} × {inputs}, d ~ {size}: {time * 1e6:8.1f} µs; "
              f"to read and write W: {copy * 1e6:.1f} µs")  # fmt: skip
    assert moved[1][1] == pytest.approx(moved[0][1], rel=0.05)
    assert moved[1][0] == pytest.approx(moved[0][0], rel=0.1, abs=1.0)
