"""The least-squares task: its two layouts, its starts, its loss."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from analogbench_plugins.tasks.least_squares_model import Instance
from analogbench_plugins.tasks.synthetic import LeastSquares
from pydantic import ValidationError

from analogbench.api import stack
from analogbench.engine.train import train, train_step
from analogbench.engine.training import Training, assemble
from analogbench.grid.cell import Cell, Part
from analogbench.grid.jobs import Job
from analogbench.registry import Registry, load

CPU = torch.device("cpu")
EXACT = {"sigma": 0.0, "steps": 30}


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load()


@pytest.fixture
def cell(registry: Registry) -> Callable[..., Cell]:
    def make(algorithm: str, device: str, params: dict[str, Any], **array: Any) -> Cell:
        parts = {
            kind: Part(name=name, params=registry.get(kind, name).value.Params(**given).model_dump())
            for kind, name, given in (
                ("algorithm", algorithm, {}),
                ("device", device, array),
                ("task", "least-squares", params),
            )
        }
        return Cell(**parts, budget="paper", seed=0)

    return make


def _losses(training: Training, steps: int) -> torch.Tensor:
    one = torch.ones(training.replicas, 1, 1)
    for _ in range(steps):
        train_step(training, one, one, training.lr)
    return training.losses[:, :steps]


def test_protocol_and_metric_are_the_papers() -> None:
    task = LeastSquares(LeastSquares.Params())
    assert (task.protocol("paper").epochs, task.protocol("smoke").epochs) == (2500, 200)
    losses = torch.arange(40.0)[None]
    assert float(task.summary(losses)["error"]) == pytest.approx(float(losses[0, 20:].mean()) / 40)


@pytest.mark.parametrize("layout", ["column", "rows"])
def test_digital_training_is_gradient_descent(layout: str, registry: Registry, cell: Callable[..., Cell]) -> None:
    params = EXACT | {"layout": layout, "offset": 0.3 if layout == "rows" else 0.0, "init": 0.2}
    (outcome,) = train(Job((cell("sgd", "digital", params),)), registry, "cpu", lambda progress: None)
    task = LeastSquares(LeastSquares.Params(**params))
    instance = Instance(stack([task.params], CPU), CPU)
    a, b = instance.a_transposed[0].T, instance.b[0, 0]
    with_bias = float(layout == "rows")
    w = torch.full((40,), 0.2)
    bias, losses = torch.tensor(0.2 * with_bias), []
    for _ in range(30):
        residuals = a @ w + bias - b
        losses.append(float(residuals.square().mean() / 2))
        w, bias = w - 0.03 * a.T @ residuals / 100, bias - 0.03 * residuals.mean() * with_bias
    assert outcome.metrics["error"] == pytest.approx(sum(losses[-20:]) / 20 / 40, rel=1e-4)
    assert outcome.curve["train_loss"] == pytest.approx(losses, rel=1e-4)


@pytest.mark.parametrize("layout", ["column", "rows"])
def test_to_start_after_steps_of_descent_is_to_have_made_them(
    layout: str, registry: Registry, cell: Callable[..., Cell]
) -> None:
    late = EXACT | {"layout": layout, "offset": 0.1 if layout == "rows" else 0.0}
    trainings = [assemble(Job((cell("sgd", "digital", late | {"sgd_steps": n}),)), registry, CPU) for n in (0, 10)]
    whole, later = (_losses(training, 20)[0] for training in trainings)
    torch.testing.assert_close(later[:10], whole[10:], rtol=1e-4, atol=1e-6)


def test_in_rows_the_loss_is_exact_and_its_gradient_as_read(registry: Registry, cell: Callable[..., Cell]) -> None:
    quiet = {"out_noise": 0.0, "inp_res": 0.0, "out_res": 0.0, "noise_management": False, "inp_bound": 10.0}
    params = EXACT | {"layout": "rows"}
    noisy = assemble(Job((cell("analog-sgd", "softbounds", params, **quiet, w_noise=0.5),)), registry, CPU)
    exact = assemble(Job((cell("sgd", "digital", params),)), registry, CPU)
    losses = [_losses(training, 1) for training in (noisy, exact)]
    torch.testing.assert_close(*losses)
    gradients = []
    for training in (noisy, exact):
        training.model(torch.ones(1, 1, 1))
        output = training.model(torch.ones(1, 1, 1))
        gradients.append(torch.autograd.grad(training.task.loss(output, output).sum(), training.model.bias)[0])
    assert abs(float(gradients[0] - gradients[1])) > 1e-3


@pytest.mark.parametrize(
    ("params", "message"),
    [({"layout": "rows"}, "sigma must be 0 where layout is rows"), ({"offset": 0.1}, "offset must be 0")],
)
def test_what_a_layout_cannot_have_is_refused(params: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        LeastSquares.Params(**params)
