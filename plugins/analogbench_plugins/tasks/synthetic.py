"""Synthetic least squares, the problem on which the theory is checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import model_validator

from analogbench.api import Budget, Data, Layers, Metric, Params, Protocol, Task, hookimpl, param

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

STEPS = {"smoke": 200, "quick": 2500, "paper": 2500}
CURVE_POINTS = 250


class LeastSquaresParams(Params):
    """The defaults are the setting of [P24] Fig. 3; Figs. 1 and 4 differ in these numbers."""

    dim: int = param(40, "D, unknowns", ge=1, le=10_000, unit="unknowns")
    samples: int = param(100, "N, rows of A", ge=1, le=100_000, unit="rows")
    lr: float = param(0.03, "learning rate, unless the algorithm sets its own", gt=0, stackable=True, unit="1")
    steps: int | None = param(
        None, "full-batch steps; the budget sets it when not given (200 or 2500)", ge=1, unit="steps"
    )
    sigma: float = param(
        0.1, "σ, standard deviation of Gaussian noise on each gradient entry", ge=0, stackable=True, unit="gradient"
    )
    init: float = param(0.0, "initial value of every weight", stackable=True, unit="weight")
    x_std: float = param(0.3, "standard deviation of the solution's entries", gt=0, stackable=True, unit="weight")
    a_std: float = param(0.5, "standard deviation of A's entries", gt=0, stackable=True, unit="1")
    loss_factor: float = param(0.5, "loss = factor × mean squared error", gt=0, stackable=True, unit="1")
    data_seed: int = param(42, "seed of A and of the solution, whatever the cell's seed", ge=0, unit="1")
    layout: Literal["column", "rows"] = param(
        "column",
        "column: w is a column driven by the input 1, so that the pulsed gradient is the whole one; rows: w is a row "
        "whose inputs are the rows of A, each a pulsed sample, with a digital bias, as in the authors' scripts",
    )
    offset: float = param(0.0, "b = Aw* + offset; layout rows only", stackable=True, unit="1")
    sgd_steps: int = param(
        0,
        "start after so many steps of exact gradient descent from init, at the task's lr",
        ge=0,
        le=100_000,
        unit="steps",
    )
    tail: int = param(20, "steps at the end whose mean loss is the asymptotic error", ge=1, unit="steps")

    @model_validator(mode="after")
    def _possible(self) -> Self:
        """In rows, no gradient of w is ever formed to which noise could be added; a column has no bias."""
        if self.layout == "rows" and self.sigma:
            raise ValueError("sigma must be 0 where layout is rows: there the noise is the device's, its w_noise")
        if self.layout == "column" and self.offset:
            raise ValueError("offset must be 0 where layout is column: without a bias, Aw cannot reach it")
        return self


class LeastSquares(Task):
    """min ½‖Aw − b‖²/N with b = Aw*: w is one analog column driven by the input 1, so that the pulsed gradient is g
    + σξ."""

    name = "least-squares"
    source = "Wu, Gokmen, Rasch, Chen, NeurIPS 2024, Figs. 1, 3 and 4"
    metric = Metric("error", "asymptotic error (loss / D)", higher_is_better=False, log_axis=True)
    Params = LeastSquaresParams
    capturable = True

    def protocol(self, budget: Budget) -> Protocol:
        steps = self.params.steps or STEPS[budget]
        return Protocol(
            epochs=steps,
            batch=1,
            lr_digital=self.params.lr,
            lr_analog=self.params.lr,
            evaluate_every=max(1, steps // CURVE_POINTS),
        )

    def data(self, budget: Budget, torch_device: torch.device) -> Data:
        import torch

        one = torch.ones(1, 1, device=torch_device)
        return Data((one, one), None, f"A {self.params.samples} × {self.params.dim}, seed {self.params.data_seed}")

    def model(self, layers: Layers) -> nn.Module:
        from analogbench_plugins.tasks import least_squares_model  # imports torch, which takes 2 s

        in_rows = self.params.layout == "rows"
        model = least_squares_model.Rows if in_rows else least_squares_model.Column
        return model(self.params, layers)

    def loss(self, output: Tensor, target: Tensor) -> Tensor:
        """output: (R, 1 or 2, N) residuals Aw − b → (R,).

        A second row holds the exact residuals: the loss is theirs, its gradient that of the first, as they were read.
        """
        factor: Any = self.params.loss_factor
        losses = (factor * output.square()).mean(2)  # (R, 1 or 2)
        return losses[:, 0] + (losses[:, -1] - losses[:, 0]).detach() if losses.shape[1] > 1 else losses[:, 0]

    def summary(self, losses: Tensor) -> Mapping[str, Tensor]:
        return {"error": losses[:, -self.params.tail :].mean(1) / self.params.dim}


@hookimpl
def analogbench_tasks() -> list[type[Task]]:
    """Least squares."""
    return [LeastSquares]
