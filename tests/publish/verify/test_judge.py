"""The comparison of a new run with its record: how often honest ones pass, and that forged ones do not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy import stats

from analogbench.publish.verify.judge import CONFIDENCE, half_width, judge
from analogbench.publish.verify.sample import draw

if TYPE_CHECKING:
    from publish.conftest import Make


@pytest.mark.parametrize("number", [2, 4, 19])
def test_so_many_honest_records_pass_as_is_said(number: int) -> None:
    """Drawn from a normal law: the share is exact, and its own spread known."""
    random = np.random.default_rng(number)
    values = random.normal(3.0, 0.5, (4000, number + 2))
    passed = [abs(old - new) <= half_width(mates) for old, new, *mates in values]
    spread = (CONFIDENCE * (1 - CONFIDENCE) / len(values)) ** 0.5
    assert np.mean(passed) == pytest.approx(CONFIDENCE, abs=4 * spread)


def test_the_half_width_by_hand() -> None:
    """Spread of 1, 2, 3 is 1; t for two degrees of freedom 4.3027, for 99 % 9.9248."""
    assert half_width([1, 2, 3]) == pytest.approx(4.3027 * 2**0.5, rel=1e-4)
    assert half_width([1, 2, 3], 5) == pytest.approx(9.9248 * 2**0.5, rel=1e-4)
    assert half_width([1, 2, 3, 9]) == pytest.approx(stats.t.ppf(0.975, 3) * np.std([1, 2, 3, 9], ddof=1) * 2**0.5)


Pair = Callable[..., Any]


@pytest.fixture
def judged(results: Path, make: Make) -> Pair:
    """The verdict on a record and a new run whose fields differ."""

    def judged(old: dict[str, Any], new: dict[str, Any], mates: list[float]) -> tuple[str, str]:
        found = judge(make(0, **old), make(0, **new), mates)
        return found.state, found.why

    return judged


LOSS = {"reproducible": False}


@pytest.mark.parametrize(
    ("old", "new", "mates", "state"),
    [
        (1.0, 1.1, [0.9, 1.0, 1.2], "good"),
        (1.0, 3.0, [0.9, 1.0, 1.2], "wrong"),
        (3.0, 1.0, [0.9, 1.0, 1.2], "wrong"),  # the new run is as its mates, the record is not
        (3.0, 3.1, [0.9, 1.0, 1.2], "good"),  # an honest outlier: a seed that has not learnt
        (1.0, 1.1, [0.9], "unverified"),
        (0.5, 0.5 + 1e-7, [0.5, 0.5], "good"),
        (0.5, 0.51, [0.5, 0.5], "wrong"),
    ],
)
def test_values_of_what_cannot_be_reproduced(
    judged: Pair, old: float, new: float, mates: list[float], state: str
) -> None:
    assert judged(LOSS | {"metrics": {"loss": old}}, LOSS | {"metrics": {"loss": new}}, mates)[0] == state


def test_an_error_over_decades_is_compared_on_its_logarithmic_axis(judged: Pair, make: Make) -> None:
    metric = make(0).metric.model_copy(update={"log_axis": True})
    old, new = (LOSS | {"metric": metric, "metrics": {"loss": value}} for value in (1e-4, 1e-1))
    assert judged(old, new, [1e-5, 1e-4, 1e-3])[0] == "good"
    assert judged(old, new, [0.9e-4, 1e-4, 1.1e-4])[0] == "wrong"


def test_on_one_machine_digits_must_agree(judged: Pair, make: Make) -> None:
    here = make(0).provenance
    other = {"metrics": {"loss": 0.25 + 1e-12}}
    assert judged({}, other, [0.1, 0.2, 0.3])[0] == "wrong"
    assert judged({}, {"pulses": 11.0}, [0.1, 0.2, 0.3])[0] == "wrong"
    assert judged({}, other | {"provenance": here | {"host": "elsewhere"}}, [0.1, 0.2, 0.3])[0] == "good"
    assert judged({}, other | {"provenance": here | {"versions": {}}}, [0.1, 0.2, 0.3])[0] == "good"
    assert judged({}, {"provenance": here | {"host": "elsewhere"}}, []) == ("good", "equal, digit for digit")


def test_other_data_are_not_compared(judged: Pair, make: Make) -> None:
    labels = make(0).labels.model_copy(update={"data": "MNIST-5k"})
    assert judged({"labels": labels}, {}, [0.1, 0.2])[0] == "unverified"


def test_a_sample_is_spread_over_what_there_is(results: Path, make: Make) -> None:
    many = [make(seed, algorithm) for algorithm in ("half", "half-exact") for seed in range(20)][:24]
    for seed in range(10):
        drawn = draw(many, 4, seed)
        assert sorted(record.cell.algorithm.name for record in drawn) == ["half", "half", "half-exact", "half-exact"]
        assert [r.identity for r in draw(reversed(many), 4, seed)] == [r.identity for r in drawn]
    assert len(draw(many, 100, 0)) == len(many) == len({record.identity for record in draw(many, 100, 0)})
