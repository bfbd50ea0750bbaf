"""Tasks that break one thing each, and the rule of the contract that says so."""

from __future__ import annotations

import re
import tracemalloc
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from analogbench.api import Budget, Data, Layers, Metric, Protocol
from analogbench.errors import DataMissingError
from analogbench.testing import TaskContract
from analogbench.testing.references import LeastSquares
from analogbench.testing.runner import Verdict, verdicts

CPU = torch.device("cpu")


class Sound(LeastSquares):
    """A linear teacher."""

    name, source = "sound", "here"


class Random(Sound):
    """Draws its data anew."""

    def data(self, budget: Budget, torch_device: torch.device) -> Data:
        data = super().data(budget, torch_device)
        return replace(data, train=(data.train[0] + torch.rand(32, 6), data.train[1]))


class Leaky(Sound):
    """Tests on what it trains on."""

    def data(self, budget: Budget, torch_device: torch.device) -> Data:
        data = super().data(budget, torch_device)
        return replace(data, test=(data.train[0][:5], data.train[1][:5]))


class Large(Sound):
    """Has 100 samples of 40 kB."""

    def data(self, budget: Budget, torch_device: torch.device) -> Data:
        x = torch.arange(1_000_000.0).reshape(100, 10_000)
        return Data((x, x), (x + 0.5, x), "large")


class OneLoss(Sound):
    """Has one loss for all."""

    def loss(self, output: Tensor, target: Tensor) -> Tensor:
        return super().loss(output, target).mean()


class Mean(Sound):
    """Evaluates means."""

    def evaluate(self, output: Tensor, target: Tensor) -> Mapping[str, Tensor]:
        return {"error": super().evaluate(output, target)["error"] / output.shape[1]}


class Noise(nn.Module):
    """Noise from a generator that replicas share."""

    def forward(self, x: Tensor) -> Tensor:
        return x + torch.rand_like(x) * self.training


class Noisy(Sound):
    """Disturbs its inputs."""

    def model(self, layers: Layers) -> nn.Module:
        return nn.Sequential(Noise(), super().model(layers))


class Percent(Sound):
    """Counts to a hundred."""

    metric = Metric("hits", "hits", unit="%", scale=100.0)

    def evaluate(self, output: Tensor, target: Tensor) -> Mapping[str, Tensor]:
        return {"hits": 50.0 * output.shape[1] * torch.ones(output.shape[0])}


class Nameless(Sound):
    """Is ranked by what it does not measure."""

    metric = Metric("accuracy", "accuracy")


class Shrinks(Sound):
    """Does less for more."""

    def protocol(self, budget: Budget) -> Protocol:
        return replace(super().protocol(budget), epochs={"smoke": 6, "quick": 5, "paper": 9}[budget])


class Stands(Sound):
    """Does the same under every budget."""

    def protocol(self, budget: Budget) -> Protocol:
        return super().protocol("smoke")


class Constant(Sound):
    """Asks for nothing."""

    def loss(self, output: Tensor, target: Tensor) -> Tensor:
        return 0.0 * super().loss(output, target) + 1.0


class Absent(Sound):
    """Has no data."""

    def missing(self, budget: Budget) -> str:
        return "" if budget == "quick" else "the tape is lost"

    def data(self, budget: Budget, torch_device: torch.device) -> Data:
        raise DataMissingError("the tape is empty")


def tried(made: type[Any]) -> dict[str, Verdict]:
    suite = type("Suite", (TaskContract,), {"task": made})
    return {verdict.rule.section.removeprefix("task-"): verdict for verdict in verdicts(suite)}


def test_a_sound_task_keeps_all_rules() -> None:
    found = tried(Sound)
    assert {name: verdict.text for name, verdict in found.items() if verdict.state != "ok"} == {}
    assert len(found) == 8


@pytest.mark.parametrize(
    ("made", "sections", "numbers"),
    [
        (Random, {"same-data", "same-draws"}, "training inputs differ the second time"),
        (Leaky, {"no-leak"}, "5 of 5 test samples are training samples, too"),
        (OneLoss, {"shapes"}, r"loss\(\): loss has shape \(\), not \(5,\)"),
        (Mean, {"shapes"}, "of its halves together .* a mean"),
        (Noisy, {"same-draws"}, "the first losses, about .*, differ by up to"),
        (Percent, {"metric"}, "hits is 50, not between 0 and 1"),
        (Nameless, {"metric"}, "there is no metric 'accuracy'; there are train_loss, error"),
        (Shrinks, {"budgets"}, "smoke, quick and paper have about 6, 5, 9 steps"),
        (Stands, {"budgets"}, "smoke, quick and paper have about 6, 6, 6 steps"),
        (Constant, {"learnable"}, "the training loss went from 1 to 1"),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_each_fault_is_found_with_its_numbers(made: type[Any], sections: set[str], numbers: str) -> None:
    failed = {name: verdict for name, verdict in tried(made).items() if verdict.state == "failed"}
    texts = {name: verdict.text for name, verdict in failed.items()}
    assert sections <= failed.keys() <= sections | {"learnable", "same-draws", "metric"}, texts
    assert any(re.search(numbers, text) for text in texts.values()), texts
    assert all(f"(docs/contracts.md#task-{name})" in text for name, text in texts.items())


def test_a_task_without_its_data_is_not_judged_by_them() -> None:
    found = tried(Absent)
    states = {name: verdict.state for name, verdict in found.items()}
    assert states.pop("described") == states.pop("budgets") == "ok"
    assert set(states.values()) == {"not applicable"}
    assert found["shapes"].text == "the tape is lost"


def test_looking_for_leaks_does_not_copy_the_data_set() -> None:
    suite = type("Suite", (TaskContract,), {"task": Large})()
    tracemalloc.start()
    suite.test_no_leak("smoke")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1_000_000
