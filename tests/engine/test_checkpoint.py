"""A job that was interrupted and goes on in another process ends as if nothing had happened, bit for bit."""

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any

import pytest
import torch

from analogbench.api.snapshot import restore, snapshot
from analogbench.engine import train as engine
from analogbench.engine.outcome import Outcome
from analogbench.errors import UnsavableError
from analogbench.grid.cell import Cell
from analogbench.grid.jobs import Job
from analogbench.registry import Registry

MakeCell = Callable[..., Cell]


class StopHereError(Exception):
    pass


class Kept:
    """Keeps the state at look number `at`, as a file would, and ends the training there."""

    def __init__(self, at: int) -> None:
        self.at, self.looks, self.file, self.error = at, 0, b"", ""

    def load(self) -> dict[str, Any] | None:
        return torch.load(io.BytesIO(self.file), weights_only=True) if self.file else None

    def due(self) -> bool:
        self.looks += 1
        return self.looks == self.at and not self.file

    def save(self, state: Mapping[str, Any]) -> None:
        buffer = io.BytesIO()
        torch.save(dict(state), buffer)
        self.file = buffer.getvalue()
        raise StopHereError

    def failed(self, error: UnsavableError) -> None:
        self.error = str(error)


def train(job: Job, registry: Registry, keeper: Kept | None = None) -> list[Outcome]:
    return engine.train(job, registry, "cpu", lambda progress: None, keeper)


def numbers(outcomes: list[Outcome]) -> list[dict[str, Any]]:
    return [asdict(replace(outcome, job_seconds=0.0)) for outcome in outcomes]


def continued(job: Job, registry: Registry, keeper: Kept) -> list[Outcome]:
    with pytest.raises(StopHereError):
        train(job, registry, keeper)
    torch.manual_seed(1)  # another process would be somewhere else, too
    return train(job, registry, keeper)


@pytest.mark.parametrize(
    ("algorithm", "device", "task", "at"),
    [
        ("sgd", "digital", "mnist-fcn", 1),
        ("sgd", "digital", "mnist-fcn", 3),
        ("analog-sgd", "ideal-softbounds", "least-squares", 1),
        ("analog-sgd", "softbounds", "mnist-fcn", 3),
        ("tiki-taka", "softbounds", "mnist-fcn", 1),
        ("tiki-taka", "softbounds", "mnist-fcn", 3),
        ("tiki-taka", "exp-step", "least-squares", 150),
        ("tiki-taka", "softbounds", "mnist-cnn", 1),
    ],
)
def test_an_interrupted_job_ends_as_if_it_had_not_been(
    algorithm: str, device: str, task: str, at: int, cell: MakeCell, installed: Registry
) -> None:
    job = Job(tuple(cell(algorithm, device, task, seed) for seed in (0, 5)))
    keeper = Kept(at)
    assert numbers(continued(job, installed, keeper)) == numbers(train(job, installed))
    assert not keeper.error


@pytest.mark.parametrize(
    "settings",
    [
        {"device": {"write_noise_std": 1.0}},
        {"algorithm": {"transfer_every": 3, "n_reads": 2}},
        {"device": {"max_input_size": 100, "max_output_size": 50}},
        {"device": {"mode": "expected"}},
    ],
    ids=str,
)
def test_whatever_tiles_and_rules_hold_is_kept(settings: dict[str, Any], cell: MakeCell, installed: Registry) -> None:
    job = Job((cell("tiki-taka", "softbounds", "mnist-fcn", 2, **settings),))
    assert numbers(continued(job, installed, Kept(2))) == numbers(train(job, installed))


@pytest.mark.parametrize("implementation", ["native", "composed"])
def test_a_job_on_aihwkit_goes_on_from_the_weights_and_counters_it_had(
    implementation: str, cell: MakeCell, installed: Registry
) -> None:
    """AIHWKIT's generators cannot be kept, so that only what was before the interruption is the same."""
    job = Job((cell("tiki-taka", "aihwkit-softbounds", "least-squares", 0, device={"implementation": implementation}),))
    keeper = Kept(5)
    (outcome,) = continued(job, installed, keeper)
    state = keeper.load()
    assert state is not None
    assert outcome.status == "ok"
    assert outcome.steps == 200
    known = state["curve"]["columns"]["train_loss"]
    assert outcome.curve["train_loss"][: len(known)] == [row[0] for row in known]
    assert not keeper.error


def test_a_state_that_does_not_fit_is_told_of_and_the_job_starts_over(cell: MakeCell, installed: Registry) -> None:
    job = Job((cell("tiki-taka", "softbounds", "least-squares", 0),))
    keeper = Kept(2)
    with pytest.raises(StopHereError):
        train(job, installed, keeper)
    other = Job((cell("analog-sgd", "softbounds", "least-squares", 0),))
    assert numbers(train(other, installed, keeper)) == numbers(train(other, installed))
    assert keeper.error


def test_a_rule_whose_state_cannot_be_kept_is_trained_all_the_same(
    cell: MakeCell, installed: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = installed.algorithm("tiki-taka").value
    build = rule.build

    def with_secret(self: Any, make_tile: Any) -> Any:
        state = build(self, make_tile)
        state.secret = iter([1, 2])
        return state

    monkeypatch.setattr(rule, "build", with_secret)
    job, keeper = Job((cell("tiki-taka", "softbounds", "least-squares", 0),)), Kept(2)
    (outcome,) = train(job, installed, keeper)
    assert outcome.status == "ok"
    assert keeper.error == "algorithm tiki-taka: state.secret is of type list_iterator"


class Holder:
    """A little of everything that a plugin's state may consist of."""

    def __init__(self, start: int) -> None:
        self.count, self.name, self.none = start, "a", None
        self.tensor = torch.full((2, 3), float(start))
        self.array = self.tensor.numpy()[0].astype("float64")
        self.nested = {"list": [1, torch.tensor(start)], 3: (start, "b")}
        self.history = [start] * start
        self.function, self.kind = len, Holder


def test_a_snapshot_brings_every_part_of_an_object_back_and_keeps_its_tensors_in_place() -> None:
    one, other = Holder(1), Holder(4)
    address = other.tensor.data_ptr()
    buffer = io.BytesIO()
    torch.save(snapshot(one), buffer)
    buffer.seek(0)
    assert restore(other, torch.load(buffer, weights_only=True)) is other
    assert other.tensor.data_ptr() == address
    assert torch.equal(other.tensor, one.tensor)
    assert (other.array == one.array).all()
    assert (other.count, other.history, other.nested[3]) == (1, [1], (1, "b"))
    assert other.nested["list"][1] == 1


def endless() -> Iterator[int]:
    yield 1


@pytest.mark.parametrize("value", [endless(), {endless: 1}, object()], ids=["generator", "key", "object"])
def test_what_is_no_plain_data_is_refused(value: Any) -> None:
    with pytest.raises(UnsavableError):
        snapshot([value])


def test_an_object_that_holds_itself_is_refused() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(UnsavableError, match="too deep"):
        snapshot(loop)
