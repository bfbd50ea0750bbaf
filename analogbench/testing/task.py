"""The contract of a task."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from analogbench.api.task import BUDGETS, Budget, Task
from analogbench.testing.described import demand_description
from analogbench.testing.laboratory import ALONE, SEEDS
from analogbench.testing.rules import Contract, NotApplicable, demand, rule

if TYPE_CHECKING:
    from torch import Tensor

    from analogbench.api.task import Data, Protocol


class TaskContract(Contract):
    """What every task keeps. A subclass names the task:

        class TestMine(TaskContract):
            task = Mine

    params: of the task, where its defaults are not what should be tried. metric_range: between which the ranking metric
    lies; by default 0 and 1 for a percentage, above 0 for a logarithmic axis, else anything finite.
    """

    kind = "task"
    task: ClassVar[type[Task]]
    metric_range: ClassVar[tuple[float, float] | None] = None

    @classmethod
    def cases(cls, each: str) -> Sequence[str]:
        """Of "budget": all of them."""
        return BUDGETS

    @rule("task-described")
    def test_described(self) -> None:
        """It says what it is. Source, docstring, metric, parameters."""
        demand_description(self.task, "source")
        demand(bool(self.task.metric.title), "its metric has no title")

    @rule("task-budgets")
    def test_budgets(self) -> None:
        """Budgets grow from smoke to paper. Where no parameter says how long to train."""
        for task, grows in ((self._made(), False), (self.task(self.task.Params()), True)):
            made = [task.protocol(budget) for budget in BUDGETS]
            steps = [protocol.epochs * protocol.steps_per_epoch for protocol in made]
            right = steps == sorted(steps) and (steps[0] < steps[-1] or not grows)
            demand(right, f"smoke, quick and paper have about {', '.join(map(str, steps))} steps")
            _demand_positive(made)

    @rule("task-same-data", each="budget")
    def test_same_data(self, budget: Budget) -> None:
        """The data are the same every time, whatever state torch's generator is in."""
        import torch

        found = []
        for seed in (0, 1):
            torch.manual_seed(seed)
            found.append(self._data(budget))
        pairs = zip(_tensors(found[0]), _tensors(found[1]), strict=True)
        apart = [name for (name, one), (_, two) in pairs if one.shape != two.shape or not one.equal(two)]
        demand(not apart, f"{', '.join(apart)} differ the second time")

    @rule("task-no-leak", each="budget")
    def test_no_leak(self, budget: Budget) -> None:
        """No test sample is a training sample."""
        data = self._data(budget)
        if data.test is None:
            raise NotApplicable("there is no test set")
        known = set(_digests(data.train[0]))
        shared = sum(digest in known for digest in _digests(data.test[0]))
        demand(not shared, f"{shared} of {len(data.test[0])} test samples are training samples, too")

    @rule("task-shapes")
    def test_shapes(self) -> None:
        """Loss and sums are one number for each replica. A batch's sums are those of its parts, added."""
        from analogbench.testing.learning import demand_shapes

        demand_shapes(self.task, self.params)

    @rule("task-same-draws")
    def test_same_draws(self) -> None:
        """A replica learns the same alone and as one of five. All have parameters of their own."""
        from analogbench.testing.learning import first_losses
        from analogbench.testing.rig import largest_difference

        stacked, alone = first_losses(self.task, self.params, SEEDS), first_losses(self.task, self.params, (ALONE,))
        apart = largest_difference(stacked[ALONE], alone[0])
        size = float(alone.abs().max())
        demand(apart <= 1e-4 * size, f"the first losses, about {size:.3g}, differ by up to {apart:.3g}")

    @rule("task-metric")
    def test_metric(self) -> None:
        """A smoke run ends well, and its metrics are in range."""
        from analogbench.testing.learning import smoke

        outcome = smoke(self.task, self.params)
        demand(outcome.status == "ok", f"{outcome.status}: {outcome.reason}")
        key, (low, high) = self.task.metric.key, self._range()
        demand(key in outcome.metrics, f"there is no metric {key!r}; there are {', '.join(outcome.metrics)}")
        for value in (outcome.metrics[key], *outcome.curve.get(key, ())):
            demand(low <= value <= high, f"{key} is {value:.6g}, not between {low:g} and {high:g}")

    @rule("task-learnable")
    def test_learnable(self) -> None:
        """Gradient descent on exact weights gets somewhere. Over a smoke run the training loss falls."""
        from analogbench.testing.learning import smoke

        losses = smoke(self.task, self.params).curve["train_loss"]
        if len(losses) < 2:
            raise NotApplicable("a smoke run evaluates only once")
        demand(losses[-1] < losses[0], f"the training loss went from {losses[0]:.4g} to {losses[-1]:.4g}")

    def _made(self) -> Task:
        return self.task(self.task.Params(**self.params))

    def _data(self, budget: Budget) -> Data:
        import torch

        task = self._made()
        if why := task.missing(budget):
            raise NotApplicable(why)
        return task.data(budget, torch.device("cpu"))

    def _range(self) -> tuple[float, float]:
        metric, largest = self.task.metric, 1e300
        if self.metric_range is not None:
            return self.metric_range
        if metric.unit == "%":
            return 0.0, 100.0 / metric.scale
        return (0.0 if metric.log_axis else -largest), largest


def _demand_positive(made: list[Protocol]) -> None:
    for budget, protocol in zip(BUDGETS, made, strict=True):
        least = min(protocol.epochs, protocol.batch, protocol.evaluate_every, protocol.steps_per_epoch)
        demand(least >= 1, f"{budget} has {protocol.epochs} epochs, batch {protocol.batch}")


def _digests(inputs: Tensor) -> Iterator[bytes]:
    """Of each sample: a training set need not fit into memory twice."""
    return (hashlib.blake2b(row.numpy().tobytes(), digest_size=16).digest() for row in inputs.cpu())


def _tensors(data: Data) -> list[tuple[str, Tensor]]:
    """The tensors of a data set with their names."""
    parts: Mapping[str, Any] = {"training": data.train, "test": data.test or ()}
    names = ("inputs", "targets")
    return [
        (f"{part} {name}", tensor) for part, pair in parts.items() for name, tensor in zip(names, pair, strict=False)
    ]
