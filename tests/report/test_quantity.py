"""What numbers are called and which is better, the same in tables and in comparisons."""

import pytest

from analogbench.errors import UsageError
from analogbench.records.record import Record
from analogbench.report.compare.duels import Request, compare
from analogbench.report.compare.sentence import sentence
from analogbench.report.compare.sides import Side
from analogbench.report.frame import newest
from analogbench.report.pivot.pivot import Wish, pivot
from analogbench.report.pivot.sheet import sheet
from analogbench.report.quantity import COSTS, quantity_of
from tests.report.conftest import ERROR, MakeRecord


def pair(make: MakeRecord, **both: tuple[float, float]) -> list[Record]:
    """Records of a and b with these fields or, where there are none of that name, metrics."""
    made = []
    for i, name in enumerate("ab"):
        record, own = make(name, "x"), {key: values[i] for key, values in both.items()}
        fields = {key: value for key, value in own.items() if key in COSTS}
        made.append(record.model_copy(update=fields | {"metrics": record.metrics | own}))
    return made


def compared(records: list[Record], key: str) -> str:
    return sentence(compare(newest(records), Request(Side("a"), Side("b"), key=key)))


@pytest.mark.parametrize(
    ("key", "title", "better", "size"),
    [
        ("seconds", "time of a cell [s]", "a", "a factor of 4.00 in time of a cell"),
        ("job_seconds", "time of the cell's job [s]", "a", "a factor of 4.00 in time of the cell's job"),
        ("steps", "training steps", "a", "a factor of 4.00 in training steps"),
        ("train_loss", "training loss", "a", "3.000 in training loss"),
        ("test_error", "test error", "a", "3.000 in test error"),
        ("train_accuracy", "train accuracy", "b", "3.000 in train accuracy"),
    ],
)
def test_tables_and_comparisons_say_the_same(make: MakeRecord, key: str, title: str, better: str, size: str) -> None:
    records = pair(make, **{key: (1, 4)})
    assert quantity_of(records, key).title == title
    found = sheet(pivot(newest(records), quantity_of(records, key), Wish(rows=("algorithm",), sort=key)))
    assert found.rows[0][0] == better
    assert f"x: {better} beats {'b' if better == 'a' else 'a'} by {size} in 1 of 1 seed" in compared(records, key)


def test_a_metric_is_what_another_task_declares(make: MakeRecord) -> None:
    """Its unit and scale, too: the one task is ranked by accuracy, the other only records it."""
    records = [make(name, "x", "other", metric=ERROR).model_copy(update={"metrics": {"error": 0.1, "accuracy": v}})
               for name, v in (("a", 0.9), ("b", 0.8))]  # fmt: skip
    assert "by 10.00 points of test accuracy" in compared([*records, make("c", "x")], "accuracy")


def test_a_number_of_unknown_direction_is_compared_by_nobody(make: MakeRecord) -> None:
    with pytest.raises(UsageError, match="whether more or less sparsity is better is not recorded"):
        compared(pair(make, sparsity=(1, 4)), "sparsity")
    assert not quantity_of(pair(make, sparsity=(1, 4)), "sparsity").directed
