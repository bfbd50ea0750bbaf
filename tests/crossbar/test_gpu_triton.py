"""The Triton kernel against the reference, of which it draws the very numbers: on the GPU if there is one, else in
Triton's interpreter, which `tests/conftest.py` asks for."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from analogbench.api.streams import Streams
from analogbench.crossbar.array import Array
from analogbench.crossbar.kernels import choose_kernel, cpu, gpu, reference
from analogbench.crossbar.pulses import PulseSettings, plan_factors, plan_trains
from analogbench.crossbar.response import REFERENCE, TABLE, W_MAX, W_MIN

pytest.importorskip("triton", reason="torch brings Triton along on Linux only")
from analogbench.crossbar.kernels import gpu_triton

# The interpreter computes with numpy, which warns of ∞·0: the probabilities of a sample that gets no slot.
pytestmark = pytest.mark.filterwarnings("ignore:invalid value encountered in multiply:RuntimeWarning")

MakeArray = Callable[..., Array]
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
SPREAD = {"dw_min_dtod": 0.3, "w_max_dtod": 0.2, "w_min_dtod": 0.2, "up_down_dtod": 0.05, "c2c": 0.3}
SPREAD |= {"reference_std": 0.1, "write_noise": 0.01, "device": DEVICE}
SETTINGS = PulseSettings()
R, B, OUTPUTS, INPUTS = 3, 6, 17, 21


@pytest.fixture(params=["soft-bounds", "soft-bounds-additive", "constant", "exponential", "power"])
def kind(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def batch(size: float = 0.3) -> tuple[Tensor, Tensor]:
    """x: (R, B, inputs), d: (R, B, outputs); with a line, a sample and a replica's sample that must not be pulsed."""
    generator = torch.Generator().manual_seed(7)
    x = torch.rand(R, B, INPUTS, generator=generator) - 0.3
    d = torch.randn(R, B, OUTPUTS, generator=generator) * size
    x[:, :, 0], x[2, 1] = 0.0, 0.0
    d[1, 2, 4], d[0, 3, 1] = float("nan"), float("inf")
    return x.to(DEVICE), d.to(DEVICE)


def start(make_array: MakeArray, kind: str, replicas: int = R, **spread: Any) -> Array:
    array = make_array(kind, replicas, OUTPUTS, INPUTS, **SPREAD | spread)
    w = torch.linspace(-0.3, 0.3, OUTPUTS * INPUTS, device=DEVICE).reshape(1, OUTPUTS, INPUTS)
    array.program(w.expand(replicas, -1, -1), keys("program", replicas))
    return array


def keys(name: str, replicas: int = R, first: int = 0) -> Tensor:
    return Streams(range(first, first + replicas), DEVICE).keys(name)


def rates(*values: float) -> Tensor:
    return torch.tensor(values, device=DEVICE).reshape(-1, 1, 1)


@pytest.mark.parametrize(
    "settings", [SETTINGS, PulseSettings(10, False, False), PulseSettings(1)], ids=["managed", "plain", "one slot"]
)
def test_it_draws_and_computes_what_the_reference_does(
    kind: str, settings: PulseSettings, make_array: MakeArray
) -> None:
    x, d = batch()
    lr = rates(0.1, -0.1, 0.02)
    arrays, pulses = [], []
    for kernel in (reference, gpu_triton):
        array = start(make_array, kind)
        before = array.hidden.clone()
        kernel.pulsed_update(array, x, d, lr, settings, keys("pulses"))
        pulses.append(array.pulses)
        arrays.append(array)
        assert not torch.equal(array.hidden, before)
        assert torch.equal(array.hidden[:, :, 0], before[:, :, 0])  # this input is zero
    assert torch.equal(pulses[0], pulses[1])
    torch.testing.assert_close(arrays[1].hidden, arrays[0].hidden, rtol=0, atol=1e-6)
    torch.testing.assert_close(arrays[1].visible, arrays[0].visible, rtol=0, atol=1e-6)


def test_without_write_noise_the_visible_weight_is_the_hidden_one(make_array: MakeArray) -> None:
    arrays = []
    for kernel in (reference, gpu_triton):
        arrays.append(start(make_array, "soft-bounds", write_noise=0.0, c2c=0.0))
        kernel.pulsed_update(arrays[-1], *batch(), rates(0.1, 0.1, 0.1), SETTINGS, keys("pulses"))
    assert arrays[1].visible is arrays[1].hidden
    torch.testing.assert_close(arrays[1].hidden, arrays[0].hidden, rtol=0, atol=1e-6)


@pytest.mark.parametrize("block", [(4, 8), (64, 16)])
def test_how_the_work_is_cut_changes_nothing(
    block: tuple[int, int], make_array: MakeArray, monkeypatch: pytest.MonkeyPatch
) -> None:
    x, d = (tensor[:, :1] for tensor in batch(0.05))
    arrays, pulses = [], []
    for cut in (gpu_triton.BLOCK, block):
        monkeypatch.setattr(gpu_triton, "BLOCK", cut)
        arrays.append(start(make_array, "soft-bounds"))
        gpu_triton.pulsed_update(arrays[-1], x, d, rates(0.1, 0.1, 0.1), SETTINGS, keys("pulses"))
        pulses.append(arrays[-1].pulses)
    assert torch.equal(pulses[0], pulses[1])
    assert pulses[0].sum() > 0
    assert torch.equal(arrays[0].hidden, arrays[1].hidden)
    assert torch.equal(arrays[0].visible, arrays[1].visible)


def test_company_does_not_change_a_replica(make_array: MakeArray) -> None:
    x, d = batch()
    together, alone = start(make_array, "exponential"), start(make_array, "exponential", replicas=1)
    together.visible.copy_(alone.visible.expand(R, -1, -1))  # programmed with noise of their own
    gpu_triton.pulsed_update(together, x, d, rates(0.2, 0.1, -0.3), SETTINGS, keys("pulses"))
    gpu_triton.pulsed_update(alone, x[1:2], d[1:2], rates(0.1), SETTINGS, keys("pulses", 1, first=1))
    assert torch.equal(together.hidden[1], alone.hidden[0])
    assert torch.equal(together.visible[1], alone.visible[0])
    assert together.pulses[1] == alone.pulses[0]


def test_what_is_not_finite_and_what_is_zero_stays(make_array: MakeArray) -> None:
    array = start(make_array, "soft-bounds")
    array.hidden[0, 3, 5] = float("nan")
    before = array.hidden.clone()
    x, d = batch()
    gpu_triton.pulsed_update(array, x, torch.full_like(d, float("nan")), rates(1, 1, 1), SETTINGS, keys("a"))
    gpu_triton.pulsed_update(array, torch.zeros_like(x), d, rates(1, 1, 1), SETTINGS, keys("a"))
    gpu_triton.pulsed_update(array, x, d, rates(0, 0, 0), SETTINGS, keys("a"))
    assert array.pulses.tolist() == [0, 0, 0]
    torch.testing.assert_close(array.hidden, before, rtol=0, atol=0, equal_nan=True)
    gpu_triton.pulsed_update(array, x, d, rates(0.1, 0.1, 0.1), SETTINGS, keys("a"))
    assert array.hidden.isnan().nonzero().tolist() == [[0, 3, 5]]


def test_bounds_are_not_left(kind: str, make_array: MakeArray) -> None:
    array = start(make_array, kind, dw_min=0.1)
    x, d = (tensor[:, :2] for tensor in batch(3.0))
    gpu_triton.pulsed_update(array, x, d, rates(5.0, -5.0, 1.0), PulseSettings(10), keys("pulses"))
    v = array.hidden + array.planes[REFERENCE]
    moved = (array.hidden - start(make_array, kind, dw_min=0.1).hidden).abs() > 1e-3
    assert moved.float().mean() > 0.5
    assert (v <= array.planes[W_MAX] + 1e-5)[moved].all()
    assert (v >= array.planes[W_MIN] - 1e-5)[moved].all()


def test_one_crosspoint_and_planes_that_all_crosspoints_share(make_array: MakeArray) -> None:
    x, d = torch.full((R, 2, 1), 0.5, device=DEVICE), torch.full((R, 2, 1), 0.2, device=DEVICE)
    arrays = [make_array("constant", R, 1, 1, device=DEVICE) for _ in range(2)]
    arrays[1].set_planes(arrays[1].planes[:, :, :1, :1])
    for array, kernel in zip(arrays, (reference, gpu_triton), strict=True):
        kernel.pulsed_update(array, x, d, rates(0.1, 0.1, 0.1), SETTINGS, keys("pulses"))
    assert (arrays[0].hidden != 0).all()
    torch.testing.assert_close(arrays[0].hidden, arrays[1].hidden, rtol=0, atol=1e-6)


def test_the_mean_step_is_the_gradients(make_array: MakeArray) -> None:
    """Many repetitions, of the numbers' law this time: E[ΔW] = −lr·Σ_b d_b x_bᵀ."""
    replicas, dw = 150, 0.002
    generator = torch.Generator().manual_seed(7)
    x, d = (torch.randn(1, 2, n, generator=generator).to(DEVICE) * 0.3 for n in (4, 3))
    array = make_array("constant", replicas, 3, 4, device=DEVICE)
    lr = rates(*[0.05] * replicas)
    gpu_triton.pulsed_update(
        array, x.repeat(replicas, 1, 1), d.repeat(replicas, 1, 1), lr, SETTINGS, keys("pulses", replicas)
    )
    trains = plan_trains(x, d, lr[:1] / dw, SETTINGS)
    p = trains.p_d.clamp(max=1.0)[0, :, :, None] * trains.p_x.clamp(max=1.0)[0, :, None, :]  # (B, outputs, inputs)
    count = trains.length[0, :, None, None] * p
    error = dw * ((count * (1 - p)).sum(0) / replicas).sqrt()
    assert ((array.hidden.mean(0) + 0.05 * d[0].T @ x[0]) / error).abs().max() < 4.0
    assert array.pulses.mean().item() == pytest.approx(count.sum().item(), rel=0.07)


def test_factors_are_those_of_the_trains() -> None:
    x, d = batch()
    strength = rates(50.0, 50.0, 50.0)
    factors, trains = plan_factors(x, d, strength, SETTINGS), plan_trains(x, d, strength, SETTINGS)
    pulsed = trains.length > 0
    assert (~pulsed).nonzero().tolist() == [[0, 3], [1, 2], [2, 1]]
    assert torch.equal(factors.length[..., 0], trains.length)
    assert torch.equal((x.abs() * factors.x)[pulsed], trains.p_x[pulsed])
    assert torch.equal((d.abs() * factors.d)[pulsed], trains.p_d[pulsed])


def test_the_kernel_for_a_gpu_follows_the_curve(monkeypatch: pytest.MonkeyPatch) -> None:
    cuda = torch.device("cuda")
    assert choose_kernel(cuda, 0) is gpu_triton.pulsed_update
    assert choose_kernel(cuda, TABLE) is choose_kernel(cuda) is gpu.pulsed_update
    assert choose_kernel(torch.device("cpu"), 0) is cpu.pulsed_update
    monkeypatch.setattr("analogbench.crossbar.kernels.has_triton", lambda: False)
    assert choose_kernel(cuda, 0) is gpu.pulsed_update
