import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn

from analogbench.engine.outcome import Outcome, Progress
from analogbench.engine.training import assemble
from analogbench.errors import DataMissingError
from analogbench.grid.cell import Cell
from analogbench.grid.jobs import Job
from analogbench.registry import Registry

MakeCell = Callable[..., Cell]
Train = Callable[..., list[Outcome]]


def numbers(outcome: Outcome) -> dict[str, Any]:
    """Everything in an outcome but the wall time."""
    return {"status": outcome.status, "metrics": outcome.metrics, "curve": outcome.curve, "pulses": outcome.pulses}


@pytest.mark.parametrize(
    ("algorithm", "device", "task"),
    [
        ("sgd", "digital", "mnist-fcn"),
        ("analog-sgd", "softbounds", "mnist-fcn"),
        ("tiki-taka", "exp-step", "mnist-fcn"),
        ("tiki-taka", "ideal-softbounds", "least-squares"),
        ("analog-sgd", "pow-step", "least-squares"),
    ],
)
def test_who_shares_a_job_changes_no_number(algorithm: str, device: str, task: str, cell: MakeCell, run: Train) -> None:
    cells = [
        cell(algorithm, device, task, seed, algorithm={"lr": lr}) for seed, lr in ((0, 0.02), (1, 0.05), (2, 0.03))
    ]
    together = run(*cells)
    assert numbers(together[1]) == numbers(run(cells[1])[0])
    assert numbers(together[2]) == numbers(run(cells[2], cells[0])[0])


def test_a_diverging_replica_leaves_its_neighbours_alone(cell: MakeCell, run: Train) -> None:
    good, bad = (cell("sgd", "digital", "least-squares", 3, algorithm={"lr": lr}) for lr in (0.03, 1e5))
    together, alone = run(good, bad, good), run(good)[0]
    assert [outcome.status for outcome in together] == ["ok", "diverged", "ok"]
    assert numbers(together[0]) == numbers(together[2]) == numbers(alone)
    assert "no longer finite" in together[1].reason
    assert together[1].steps < together[0].steps == 200
    assert len(together[1].curve["step"]) < len(together[0].curve["step"])


def test_weights_that_break_in_the_very_last_step_count_as_diverged(
    cell: MakeCell, run: Train, installed: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = installed.algorithm("sgd").value
    learn, calls = rule.update, []

    def update(self: Any, state: Any, x: torch.Tensor, d: torch.Tensor, lr: torch.Tensor) -> None:
        learn(self, state, x, d, lr)
        calls.append(None)
        if len(calls) == 200:
            state.w[1] = float("nan")

    monkeypatch.setattr(rule, "update", update)
    outcomes = run(*(cell("sgd", "digital", "least-squares", seed) for seed in range(2)))
    assert [outcome.status for outcome in outcomes] == ["ok", "diverged"]


def test_a_job_whose_replicas_all_diverge_stops_early(cell: MakeCell, run: Train) -> None:
    seen: list[Progress] = []
    outcome = run(cell("sgd", "digital", "least-squares", 0, algorithm={"lr": 1e5}), report=seen.append)[0]
    assert outcome.status == "diverged"
    assert seen[-1].epoch < seen[-1].epochs
    assert math.isnan(seen[-1].metric)


@pytest.mark.parametrize("task", ["least-squares", "mnist-fcn"])
def test_same_seed_same_start_order_and_instance_for_every_algorithm(
    task: str, cell: MakeCell, installed: Registry
) -> None:
    trainings = [
        assemble(
            Job((cell(name, "softbounds", task, 4, task={"init": 0.2} if task == "least-squares" else {}),)),
            installed,
            torch.device("cpu"),
        )
        for name in ("analog-sgd", "tiki-taka")
    ]
    plain, tiki = trainings[0].layers.rule_layers, trainings[1].layers.rule_layers
    for a, b in zip(plain, tiki, strict=True):
        assert torch.equal(a.matrix.blocks[0].state.read(), b.matrix.blocks[0].state.slow.read())
        assert a.matrix.blocks[0].state.read().abs().sum() > 0
        assert torch.equal(a.matrix.blocks[0].state.array.planes, b.matrix.blocks[0].state.slow.array.planes)
        assert not torch.equal(b.matrix.blocks[0].state.slow.array.planes, b.matrix.blocks[0].state.fast.array.planes)
        assert b.matrix.blocks[0].state.fast.read().abs().sum() == 0
    orders = [t.streams.uniform("order", 10) for t in trainings]
    assert torch.equal(orders[0], orders[1])


def test_digital_sgd_is_plain_sgd(cell: MakeCell, run: Train, installed: Registry) -> None:
    """The same data, start and order through an ordinary torch loop end at the same accuracy."""
    c = cell("sgd", "digital", "mnist-fcn", 1, task={"epochs": 4}, budget="quick")
    outcome = run(c)[0]
    accuracy, loss = plain_torch(assemble(Job((c,)), installed, torch.device("cpu")), epochs=4)
    assert accuracy > 0.6
    assert outcome.metrics["accuracy"] == pytest.approx(accuracy, abs=0.003)
    assert outcome.metrics["test_loss"] == pytest.approx(loss, rel=1e-3)


def plain_torch(start: Any, epochs: int) -> tuple[float, float]:
    """nn.Linear, CrossEntropyLoss and torch.optim.SGD from the start of a one-replica job."""
    linear = []
    for layer in start.layers.rule_layers:
        w = layer.matrix.blocks[0].state.read()[0]
        module = nn.Linear(w.shape[1], w.shape[0])
        module.weight.data, module.bias.data = w.clone(), layer.bias.data[0, 0].clone()
        linear.append(module)
    model = nn.Sequential(linear[0], nn.Sigmoid(), linear[1], nn.Sigmoid(), linear[2])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    (x, y), (x_test, y_test) = start.data.train, start.data.test
    for _ in range(epochs):
        order = start.streams.uniform("order", len(x)).argsort(dim=1)[0]
        for index in order.split(10):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(x[index]), y[index]).backward()
            optimizer.step()
    with torch.no_grad():
        output = model(x_test)
        return (output.argmax(1) == y_test).float().mean().item(), nn.functional.cross_entropy(output, y_test).item()


def test_an_algorithms_own_rate_overrides_the_protocols(cell: MakeCell, installed: Registry) -> None:
    cells = tuple(
        cell("analog-sgd", "softbounds", "mnist-fcn", s, algorithm={"lr": r}) for s, r in ((0, None), (1, 0.2))
    )
    assert assemble(Job(cells), installed, torch.device("cpu")).lr.flatten().tolist() == pytest.approx([0.05, 0.2])
    digital = Job((cell("sgd", "digital", "mnist-fcn", 0),))
    assert assemble(digital, installed, torch.device("cpu")).lr.item() == pytest.approx(0.1)
    own = Job((cell("sgd", "digital", "least-squares", 0, task={"lr": 0.007}),))
    assert assemble(own, installed, torch.device("cpu")).lr.item() == pytest.approx(0.007)


def test_the_record_of_a_run(cell: MakeCell, run: Train) -> None:
    seen: list[Progress] = []
    outcome = run(cell("tiki-taka", "softbounds", "mnist-fcn", 0), report=seen.append)[0]
    assert [p.epoch for p in seen] == [1, 2]
    assert list(outcome.curve) == ["step", "epoch", "train_loss", "accuracy", "test_loss"]
    assert outcome.curve["step"] == [100.0, 200.0]
    assert outcome.metrics["accuracy"] == outcome.curve["accuracy"][-1] == pytest.approx(seen[-1].metric)
    assert outcome.data_label == "MNIST-5k, first 1000 images"
    assert outcome.pulses > 0
    assert outcome.steps == 200


def test_missing_data_is_said(cell: MakeCell, run: Train, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("ANALOGBENCH_DATA", str(tmp_path))
    with pytest.raises(DataMissingError, match="analogbench data fetch mnist"):
        run(cell("sgd", "digital", "mnist-fcn", 0, task={"data": "full"}))


def test_torch_keeps_to_one_thread_so_that_digits_do_not_depend_on_the_machine(cell: MakeCell, run: Train) -> None:
    c = cell("analog-sgd", "ideal-softbounds", "mnist-fcn", 0)
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        first = run(c)[0]
        assert torch.get_num_threads() == 1
        assert numbers(first) == numbers(run(c)[0])
    finally:
        torch.set_num_threads(before)
