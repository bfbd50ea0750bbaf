"""One law, three kernels: against each other and against the formulas. Replicas are independent repetitions."""

from collections.abc import Callable
from types import ModuleType

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analogbench.api.streams import Streams
from analogbench.crossbar.array import Array
from analogbench.crossbar.kernels import cpu, cpu_pulse_count, gpu, reference
from analogbench.crossbar.pulses import PulseSettings, expected_pulses, plan_trains
from analogbench.crossbar.response import REFERENCE, W_MAX, W_MIN

MakeArray = Callable[..., Array]
CPU = torch.device("cpu")
FAST = pytest.mark.parametrize("kernel", [cpu, gpu], ids=["cpu", "gpu"])
ALL = pytest.mark.parametrize("kernel", [reference, cpu, gpu], ids=["reference", "cpu", "gpu"])
SPREAD = {"dw_min_dtod": 0.3, "w_max_dtod": 0.2, "w_min_dtod": 0.2, "up_down_dtod": 0.05, "c2c": 0.3}
SETTINGS = PulseSettings()


def batch(replicas: int, samples: int, inputs: int, outputs: int, size: float) -> tuple[torch.Tensor, torch.Tensor]:
    """The same x: (R, B, inputs) and d: (R, B, outputs) for every replica; some entries are zero."""
    generator = torch.Generator().manual_seed(7)
    x = (torch.rand(1, samples, inputs, generator=generator) - 0.3).clamp(min=0.0) - 0.1
    x[:, :, 0] = 0.0
    d = torch.randn(1, samples, outputs, generator=generator) * size
    return x.repeat(replicas, 1, 1), d.repeat(replicas, 1, 1)


def update(
    kernel: ModuleType, array: Array, x: torch.Tensor, d: torch.Tensor, lr: float, seed: int = 0
) -> torch.Tensor:
    replicas = x.shape[0]
    keys = Streams(range(seed, seed + replicas), CPU).keys(kernel.__name__)
    before = array.pulses.clone()
    kernel.pulsed_update(array, x, d, torch.full((replicas, 1, 1), lr), SETTINGS, keys)
    return array.pulses - before


def z_of_means(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    error = (a.var(0) / len(a) + b.var(0) / len(b)).sqrt()
    return torch.where(error > 0, (a.mean(0) - b.mean(0)) / error, torch.where(a.mean(0) == b.mean(0), 0.0, 99.0))


@FAST
@pytest.mark.parametrize("size", [0.02, 0.15], ids=["1 pulse", "8 pulses"])
def test_fast_kernels_follow_the_reference(kernel: ModuleType, size: float, kind: str, make_array: MakeArray) -> None:
    replicas = 800
    x, d = batch(replicas, 10, 6, 5, size)
    moved = []
    for k in (reference, kernel):
        array = make_array(kind, replicas, 5, 6, **SPREAD)
        array.program(
            torch.linspace(-0.3, 0.3, 30).reshape(1, 5, 6).expand(replicas, -1, -1), Streams([0], CPU).keys("p")
        )
        before = array.hidden.clone()
        update(k, array, x, d, 0.1)
        moved.append(array.hidden - before)
    z = z_of_means(*moved)
    assert z.abs().max() < 4.8  # 30 crosspoints × 24 cases
    assert z.square().mean() < 2.2
    ratio = moved[1].std(0)[:, 1:] / moved[0].std(0)[:, 1:]
    assert ratio.mean() == pytest.approx(1.0, abs=0.03)
    assert (ratio - 1).abs().max() < 0.2
    # Rows and columns share their trains, so neighbours are correlated: that must be the same, too.
    correlations = [torch.corrcoef(m[:, :, 1:].flatten(1).T) for m in moved]
    assert (correlations[1] - correlations[0]).abs().max() < 0.23  # 6.5 standard errors


@ALL
def test_mean_and_spread_follow_the_formulas(kernel: ModuleType, make_array: MakeArray) -> None:
    """E[ΔW] = −lr·Σ d xᵀ; Var = dw²·Σ_b BL·p(1 − p) + (c2c·dw)²·Σ_b BL·p with p = p_d·p_x."""
    replicas, lr, dw = 2000, 0.05, 0.002
    x, d = batch(replicas, 4, 6, 5, 0.1)
    array = make_array("constant", replicas, 5, 6, c2c=0.3)
    pulses = update(kernel, array, x, d, lr)
    trains = plan_trains(x[:1], d[:1], torch.full((1, 1, 1), lr / dw), SETTINGS)
    p = trains.p_d.clamp(max=1.0)[0, :, :, None] * trains.p_x.clamp(max=1.0)[0, :, None, :]  # (B, outputs, inputs)
    n = trains.length[0, :, None, None]
    variance = dw**2 * ((n * p * (1 - p)).sum(0) + 0.3**2 * (n * p).sum(0))
    z = (array.hidden.mean(0) + lr * d[0].T @ x[0]) / (variance / replicas).sqrt().clamp(min=1e-9)
    assert z.abs().max() < 4.5
    torch.testing.assert_close(array.hidden.var(0)[:, 1:], variance[:, 1:], rtol=0.2, atol=0.0)
    assert pulses.mean() == pytest.approx((n * p).sum().item(), rel=0.01)


@ALL
def test_a_negative_rate_moves_the_other_way(kernel: ModuleType, make_array: MakeArray) -> None:
    x, d = batch(300, 4, 6, 5, 0.1)
    array = make_array("constant", 300, 5, 6)
    update(kernel, array, x, d, -0.05)
    torch.testing.assert_close(array.hidden.mean(0), 0.05 * d[0].T @ x[0], rtol=0.3, atol=1.5e-3)


def test_threads_change_nothing(kind: str, make_array: MakeArray, monkeypatch: pytest.MonkeyPatch) -> None:
    samples = 200
    assert samples * SETTINGS.desired_bl * (60 + 30) > 2 * cpu.ENTRIES, "several draws"
    x, d = batch(1, samples, 60, 30, 0.1)
    outcomes = []
    for threads in (1, 4):
        monkeypatch.setattr(cpu, "threads_for", lambda _work, _parts, threads=threads: threads)
        monkeypatch.setattr(cpu, "run_on", lambda _, kernel, *args: kernel(*args))
        array = make_array(kind, 1, 30, 60, **SPREAD, write_noise=0.001)
        outcomes.append((update(cpu, array, x, d, 0.1), array.hidden, array.visible))
    assert outcomes[0][0].item() > 0
    assert all(torch.equal(a, b) for a, b in zip(*outcomes, strict=True))


@ALL
def test_company_does_not_change_a_replica(kernel: ModuleType, kind: str, make_array: MakeArray) -> None:
    x, d = batch(3, 6, 6, 5, 0.1)
    d[0] *= 7
    d[2] = float("nan")
    together, alone = (make_array(kind, r, 5, 6, write_noise=0.001, **SPREAD) for r in (3, 1))
    pulses = update(kernel, together, x, d, 0.1, seed=0)
    expected = update(kernel, alone, x[1:2], d[1:2], 0.1, seed=1)
    assert torch.equal(together.hidden[1], alone.hidden[0])
    assert torch.equal(together.visible[1], alone.visible[0])
    assert pulses[1] == expected[0]
    assert pulses[2] == 0
    assert torch.isfinite(together.hidden).all()


@ALL
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tau=st.floats(0.05, 2.0),
    dw_min=st.floats(1e-4, 0.1),
    lr=st.floats(-10.0, 10.0),
    size=st.floats(0.0, 5.0),
    c2c=st.floats(0.0, 1.0),
    reference_std=st.floats(0.0, 0.1),
)
def test_bounds_are_never_left(
    kernel: ModuleType,
    make_array: MakeArray,
    tau: float,
    dw_min: float,
    lr: float,
    size: float,
    c2c: float,
    reference_std: float,
) -> None:
    x, d = batch(2, 5, 6, 5, size)
    for kind in ("soft-bounds-additive", "power", "exponential"):
        array = make_array(
            kind, 2, 5, 6, **(SPREAD | {"tau": tau, "dw_min": dw_min, "c2c": c2c, "reference_std": reference_std})
        )
        for seed in range(3):
            update(kernel, array, x, d, lr, seed)
        touched = array.hidden != 0
        v = array.hidden + array.planes[REFERENCE]
        assert (v <= array.planes[W_MAX] + 1e-5)[touched].all()
        assert (v >= array.planes[W_MIN] - 1e-5)[touched].all()


@ALL
def test_the_symmetric_point_stays_under_alternating_pulses(kernel: ModuleType, make_array: MakeArray) -> None:
    """Where q₊ = q₋ a pulse up and a pulse down cancel; anywhere else alternating pulses drift towards that point."""
    spread = {"dw_min_dtod": 0.3, "w_max_dtod": 0.2, "w_min_dtod": 0.2, "up_down_dtod": 0.1}
    array = make_array("soft-bounds", 1, 5, 6, subtract_symmetry_point=True, **spread)
    x, d = torch.ones(1, 1, 6), torch.ones(1, 1, 5)
    start = torch.linspace(-0.2, 0.2, 30).reshape(1, 5, 6)
    for initial, drifts in ((torch.zeros(1, 5, 6), False), (start, True)):
        array.program(initial, Streams([0], CPU).keys("p"))
        begin = array.hidden.clone()
        for step in range(300):
            lr = torch.full((1, 1, 1), 0.002 if step % 2 else -0.002)
            kernel.pulsed_update(array, x, d, lr, PulseSettings(desired_bl=1), Streams([step], CPU).keys("p"))
        if drifts:
            assert (array.hidden.abs() < 0.7 * begin.abs() + 0.003).all()
        else:
            assert array.hidden.abs().max() < 0.003  # within a step: the order of up and down leaves that much


@ALL
def test_without_management_trains_have_the_desired_length(kernel: ModuleType, make_array: MakeArray) -> None:
    x, d = batch(400, 3, 6, 5, 0.1)
    array = make_array("constant", 400, 5, 6)
    plain = PulseSettings(desired_bl=10, update_management=False, update_bl_management=False)
    lr = torch.full((400, 1, 1), 0.05)
    kernel.pulsed_update(array, x, d, lr, plain, Streams(range(400), CPU).keys("p"))
    assert (plan_trains(x, d, lr / 0.002, plain).length == 10).all()
    torch.testing.assert_close(array.hidden.mean(0), -0.05 * d[0].T @ x[0], rtol=0.3, atol=1.5e-3)


@pytest.mark.parametrize("size", [0.0, 0.02, 0.15, 2.0], ids=["none", "1 pulse", "8 pulses", "clipped"])
@pytest.mark.parametrize("managed", [(True, True), (False, True), (True, False), (False, False)])
def test_expected_pulses_are_the_mean_of_those_counted(
    managed: tuple[bool, bool], size: float, make_array: MakeArray
) -> None:
    settings = PulseSettings(31, *managed)
    assert settings.balanced == any(managed)
    x, d = batch(400, 10, 6, 5, size)
    d[:, 3, 2] = float("nan")  # a sample without a finite k is not pulsed
    lr = torch.full((400, 1, 1), 0.1)
    array = make_array("constant", 400, 5, 6)
    cpu.pulsed_update(array, x, d, lr, settings, Streams(range(400), CPU).keys("count"))
    plain = expected_pulses(x, d, lr / array.dw_min, settings)
    torch.testing.assert_close(cpu_pulse_count.expected_pulses(x, d, lr / array.dw_min, settings), plain)
    assert (plain[0] - array.pulses.mean()).abs() <= 4.5 * array.pulses.std() / 400**0.5
    assert (plain[0] > 0) == (size > 0)
