"""Steps driven from the device: what a CUDA graph would replay is checked without one, on the CPU and on fake
tensors."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode

from analogbench.api import Data, Device, Params, Protocol, Tile, TileContext
from analogbench.api.streams import Streams
from analogbench.crossbar.array import Array
from analogbench.crossbar.kernels import choose_kernel
from analogbench.crossbar.periphery import Periphery
from analogbench.crossbar.pulses import PulseSettings
from analogbench.crossbar.response import LINEAR, PLANES, Response
from analogbench.crossbar.tile import ExpectedTile, PulsedTile
from analogbench.engine import capture
from analogbench.engine.capture import StepLoop, capturable, steps_in_graph
from analogbench.engine.factory import LayerFactory
from analogbench.engine.training import Training, assemble
from analogbench.grid.cell import Cell
from analogbench.grid.jobs import Job
from analogbench.registry import Registry

CPU, CUDA = torch.device("cpu"), torch.device("cuda", 0)
MakeCell = Callable[..., Cell]


@pytest.mark.parametrize(("steps", "length"), [(1, 1), (20, 20), (32, 32), (100, 25), (6000, 30), (4003, 29)])
def test_a_graph_leaves_few_steps_over(steps: int, length: int) -> None:
    assert steps_in_graph(steps) == length


class Recording:
    """Stands for a CUDA graph: runs the recorded steps at every replay."""

    def __init__(self, loop: StepLoop) -> None:
        self.loop, self.replays = loop, 0

    def replay(self) -> None:
        self.replays += 1
        for _ in range(self.loop.steps_in_graph):
            self.loop._step(self.loop.batches.size)


def record(loop: StepLoop) -> Recording:
    return Recording(loop)


def test_replayed_steps_are_those_of_an_ordinary_run(
    cell: MakeCell, installed: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Warm-up, graphs and what is left over make up every epoch, in order."""
    job = Job(tuple(cell("tiki-taka", "softbounds", "mnist-fcn", seed) for seed in range(2)))
    plain, replayed = (assemble(job, installed, CPU) for _ in range(2))
    for training in (plain, replayed):
        training.data = Data((training.data.train[0][:245], training.data.train[1][:245]), None, "")
        training.losses = training.losses[:, :75].fill_(float("nan"))
    monkeypatch.setattr(torch.cuda, "Stream", lambda: torch.cuda)
    monkeypatch.setattr(torch.cuda, "current_stream", lambda: torch.cuda)
    monkeypatch.setattr(torch.cuda, "wait_stream", lambda stream: None, raising=False)
    monkeypatch.setattr(torch.cuda, "stream", contextlib.nullcontext)
    monkeypatch.setattr(StepLoop, "_recorded", record)
    loops = [StepLoop(plain)]
    monkeypatch.setattr(capture, "capturable", lambda training: True)
    loops.append(StepLoop(replayed))
    loops[1].steps_in_graph = 10
    for epoch in range(3):
        for loop in loops:
            list(loop.epoch(epoch))
    graph: Any = loops[1]._graph
    assert loops[0]._graph is None
    assert graph.replays == 2 + 2 + 2  # of 24 steps, in the first epoch after 3 of warm-up
    assert plain.step == replayed.step == 75
    assert torch.isfinite(plain.losses).all()
    assert torch.equal(plain.losses, replayed.losses)
    for a, b in zip(plain.layers.tiles, replayed.layers.tiles, strict=True):
        assert torch.equal(a.read(), b.read())


@pytest.mark.parametrize("task", ["mnist-fcn", "least-squares"])
def test_only_what_says_so_is_captured_and_only_on_cuda(
    task: str, cell: MakeCell, installed: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    for transfer_every, possible in ((1, True), (2, False)):
        rule = {"transfer_every": transfer_every}
        training = assemble(Job((cell("tiki-taka", "softbounds", task, 0, algorithm=rule),)), installed, CPU)
        assert not capturable(training)
        training.streams.device = CUDA
        for tile in training.layers.tiles:
            monkeypatch.setattr(tile, "capturable", True)
        assert capturable(training) is possible
        monkeypatch.setattr(training.task, "capturable", False)
        assert not capturable(training)


class NoHostSync(TorchDispatchMode):
    """Refuses what a CUDA graph cannot record: copies between host and device. (Fake tensors refuse to be read.)"""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        if func in {torch.ops.aten._to_copy.default, torch.ops.aten.copy_.default}:
            source = args[1] if func is torch.ops.aten.copy_.default else args[0]
            assert source.device.type == result.device.type, f"{func} from {source.device} to {result.device}"
        return result


class FakeDevice(Device):
    """Soft bounds on the fake GPU, made without looking at a number."""

    name = "fake"
    expected = False

    def build_tile(self, shape: tuple[int, int, int], context: TileContext) -> Tile:
        def column(value: float) -> Tensor:
            return torch.full((shape[0], 1, 1), value, device=CUDA)

        response = Response(LINEAR, torch.zeros(shape[0], 1, device=CUDA), additive_noise=True)
        planes = torch.rand(PLANES, *shape, device=CUDA)
        array = Array(shape, planes, response, column(0.001), column(0.3), column(0.01))
        periphery = Periphery(False, out_noise=column(0.06), w_noise=column(0.01))
        if self.expected:
            return ExpectedTile(array, periphery, context.streams, column(0.1))
        return PulsedTile(array, periphery, context.streams, PulseSettings())


class Kernels:
    """Notes that a Triton kernel would have been launched."""

    def __init__(self) -> None:
        self.launches = 0

    def __getitem__(self, grid: Any) -> Any:
        def launch(*args: Any, **constants: Any) -> None:
            assert all(a.device == CUDA for a in args if isinstance(a, Tensor))
            self.launches += 1

        return launch


@pytest.fixture(params=["triton", "plain"])
def kernels(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kernels]:
    """Fake tensors cannot be given to Triton: with it, kernels are noted; without it, torch operations are run."""
    kernels = Kernels()
    monkeypatch.setattr("analogbench.crossbar.kernels.has_triton", lambda: request.param == "triton")
    if request.param == "triton":
        pytest.importorskip("triton")
        monkeypatch.setattr("analogbench.crossbar.kernels.gpu_triton._update", kernels)
        monkeypatch.setattr("analogbench.crossbar.kernels.gpu_triton_product._prepare", kernels)
        monkeypatch.setattr("analogbench.crossbar.kernels.gpu_triton_product._finish", kernels)
    yield kernels
    assert (kernels.launches > 0) == (request.param == "triton")


def fake_training(installed: Registry, algorithm: str, kernel: Any) -> Training:
    """Two layers of the rule and a digital bias, on the fake GPU."""
    rule = installed.algorithm(algorithm).value
    streams = Streams([0, 1], CUDA)
    layers = LayerFactory(rule(rule.Params()), FakeDevice(Params()), streams)
    model = nn.Sequential(layers.linear(12, 8), nn.Sigmoid(), layers.linear(8, 4))
    for tile in layers.tiles:
        if isinstance(tile, PulsedTile):
            tile.kernel = kernel
    task = installed.task("mnist-fcn").value
    data = Data((torch.zeros(23, 12, device=CUDA), torch.zeros(23, dtype=torch.int64, device=CUDA)), None, "")
    return Training(
        task=task(task.Params()),
        protocol=Protocol(epochs=1, batch=5, lr_digital=0.1, lr_analog=0.1),
        data=data,
        model=model,
        layers=layers,
        streams=streams,
        lr=torch.full((2, 1, 1), 0.1, device=CUDA),
        losses=torch.zeros(2, 20, device=CUDA),
        diverged_at=torch.full((2,), -1),
    )


def backward(training: Training, wanted: list[Tensor]) -> list[Tensor | None]:
    """Stands for autograd, whose engine wants a real GPU: what layers do when it calls them."""
    samples = training.losses.new_ones(2, 5, 1)  # (R, B, 1)
    for layer in reversed(training.layers.rule_layers):
        x, d = samples.expand(-1, -1, layer.shape[2]).clone(), samples.expand(-1, -1, layer.shape[1]).clone()
        layer.matrix.backward(d)
        layer.samples.append((x, d))
    return [torch.ones_like(w) if isinstance(w, nn.Parameter) else None for w in wanted]


@pytest.mark.parametrize("algorithm", ["analog-sgd", "tiki-taka"])
@pytest.mark.parametrize("expected", [False, True], ids=["pulsed", "expected"])
def test_a_step_asks_the_device_for_nothing(
    algorithm: str, expected: bool, kernels: Kernels, installed: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeDevice, "expected", expected)
    monkeypatch.setattr(torch.autograd, "grad", lambda losses, wanted, **_: backward(training, wanted))
    with FakeTensorMode():
        training = fake_training(installed, algorithm, choose_kernel(CUDA, LINEAR))
        loop = StepLoop(training)
        loop._step(5)  # streams are made at their first draw
        with NoHostSync():
            loop._step(5)
            loop._step(3)
        assert loop.training.layers.tiles[0].read().device == CUDA


def test_fake_tensors_do_refuse_to_be_read() -> None:
    """What the test above rests on."""
    with FakeTensorMode(), pytest.raises(Exception, match=r"_local_scalar_dense"):
        bool(torch.ones(1, device=CUDA).any())
    with FakeTensorMode(), NoHostSync(), pytest.raises(AssertionError, match="from cpu"):
        torch.ones(1).to(CUDA)
