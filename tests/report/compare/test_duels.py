from collections.abc import Sequence

import pytest

from analogbench.errors import UsageError
from analogbench.records.record import MetricInfo, Record
from analogbench.report.compare.duels import Request, Result, compare
from analogbench.report.compare.goals import Goal, goal, target
from analogbench.report.compare.notes import notes
from analogbench.report.compare.sentence import sentence
from analogbench.report.compare.sides import Side
from analogbench.report.compare.text import comparison_text
from analogbench.report.frame import newest
from tests.report.conftest import ACCURACY, ERROR, MakeRecord


def made(records: Sequence[Record], a: str = "a", b: str = "b", **kw: object) -> Result:
    sides = (Side(*text.split("@")) for text in (a, b))
    return compare(newest(records), Request(*sides, **kw))


def rows(make: MakeRecord, a: Sequence[float | None], b: Sequence[float | None], device: str = "x") -> list[Record]:
    """Records of both, None standing for a failure."""
    found = []
    for name, values in (("a", a), ("b", b)):
        for seed, value in enumerate(values):
            kw = {"status": "diverged", "reason": "loss is NaN"} if value is None else {"value": value}
            found.append(make(name, device, seed=seed, **kw))
    return found


def test_one_setting_in_plain_words(make: MakeRecord) -> None:
    got = made(rows(make, [0.91, 0.93, 0.92, 0.96, 0.94], [0.89, 0.91, 0.90, 0.95, 0.92]))
    assert sentence(got) == (
        "On mnist · MNIST-5k · quick, x: a beats b by 1.80 ± 0.45 points of test accuracy in 5 of 5 seeds "
        "(p = 0.062, not significant; with 5 seeds p cannot be below 0.0625)."
    )
    assert "no seed" not in "\n".join(notes(got))


def test_the_better_one_is_named_first(make: MakeRecord) -> None:
    records = rows(make, [0.5] * 6, [0.9, 0.91, 0.92, 0.93, 0.94, 0.95])
    assert "x: b beats a by 42.5 ± 1.9 points of test accuracy in 6 of 6 seeds (p = 0.031)" in sentence(made(records))
    level = sentence(made(rows(make, [0.5, 0.6], [0.5, 0.6])))
    assert "a and b are level over 2 seeds (p = 1, not significant; with 2 seeds, of which 2 tied," in level
    some = sentence(made(rows(make, [0.5, 0.6, 0.7], [0.5, 0.5, 0.8])))
    assert "a and b are level" in some


def test_fewer_seeds_won_but_a_better_mean(make: MakeRecord) -> None:
    said = sentence(made(rows(make, [0.51, 0.52, 0.1], [0.5, 0.5, 0.9])))
    assert "a is ahead of b in 2 of 3 seeds (p = " in said  # no size: the mean says the opposite


def test_ratios_of_a_logarithmic_metric(make: MakeRecord) -> None:
    records = [
        make(name, "x", seed=s, metric=ERROR, value=v) for s in range(3) for name, v in (("a", 1e-4), ("b", 2e-3))
    ]
    got = made(records)
    assert "a beats b by a factor of 20 in error in 3 of 3 seeds" in sentence(got)
    assert "×0.0500" in comparison_text(got)


def test_failures_lose_and_are_declared(make: MakeRecord) -> None:
    got = made(rows(make, [0.9, 0.91, 0.92], [0.8, None, None]))
    assert "in 3 of 3 seeds, 2 of them because b failed" in sentence(got)
    said = "\n".join(notes(got))
    assert "‡ failed: b on mnist · MNIST-5k · quick, x: diverged: loss is NaN (seed 1, 2)" in said
    assert "a failed seed has lost" in said
    assert got.duels[0].paired.difference
    assert got.duels[0].paired.difference.n == 1


def test_holm_counts_all_settings_and_the_sign_test_sums_up(make: MakeRecord) -> None:
    records = [one for d in "wxyz" for one in rows(make, [0.9 + 0.01 * s for s in range(7)], [0.8] * 7, d)]
    got = made(records)
    assert [duel.paired.p_holm for duel in got.duels] == pytest.approx([4 * 2 / 2**7] * 4)
    assert (got.won, got.lost, got.level, got.p) == (4, 0, 0, 0.125)
    assert sentence(got).startswith(
        "By test accuracy, over 4 settings, a is ahead of b in 4, behind in 0 (sign test over"
    )
    assert "no single setting is significant at 5 % after Holm's correction for 4 comparisons, nor could" in sentence(
        got
    )
    assert "3 of the leads and 0 of the deficits are significant" in sentence(made(records, devices=["w", "x", "y"]))


def test_what_is_missing_is_said(make: MakeRecord) -> None:
    records = [
        *rows(make, [0.9, 0.9], [0.8], "x"),
        make("a", "y"),
        make("b", "z"),
        make("a", "w"),
        make("b", "w", seed=7),
    ]
    records += [make(name, "v", status="oom") for name in "ab"]
    said = "\n".join(notes(made(records)))
    assert "not compared, only a is recorded: mnist · MNIST-5k · quick on y" in said
    assert "not compared, only b is recorded: mnist · MNIST-5k · quick on z" in said
    assert "not compared, no seed in common: mnist · MNIST-5k · quick on w" in said
    assert "not compared, nothing comparable: mnist · MNIST-5k · quick on v" in said
    assert "unequal seeds: only a has 1, which do not count: mnist · MNIST-5k · quick on x" in said


def test_budgets_and_data_do_not_meet(make: MakeRecord) -> None:
    with pytest.raises(UsageError, match="no shared cells: a is recorded on x for mnist"):
        made([make("a", "x", budget="quick"), make("b", "x", budget="paper")])
    with pytest.raises(UsageError, match="no shared cells"):
        made([make("a", "x"), make("b", "x", data="MNIST")])


def test_across_devices(grid: list[Record]) -> None:
    with pytest.raises(UsageError, match="name a device to compare across devices, as in `sgd@digital`"):
        made(grid, "sgd", "analog-sgd")
    got = made(grid, "sgd@digital", "analog-sgd")
    assert [duel.place.device for duel in got.duels] == ["ideal", "pulsed"]
    other = made(grid, "analog-sgd@ideal", "analog-sgd@pulsed")
    assert [(duel.place.device, duel.paired.lead) for duel in other.duels] == [("ideal vs pulsed", 0)]
    against_all = made(grid, "analog-sgd@ideal", "analog-sgd")
    assert [duel.place.device for duel in against_all.duels] == ["pulsed"]  # nobody meets itself
    with pytest.raises(UsageError, match=r"both are sgd × digital"):
        made(grid, "sgd@digital", "sgd@digital")


def test_costs_and_other_metrics(make: MakeRecord) -> None:
    records = [make(n, "x", seed=s, pulses=p) for s in range(2) for n, p in (("a", 1e6), ("b", 1e7))]
    assert "a beats b by a factor of 10 in pulses" in sentence(made(records, key="pulses"))
    uncounted = [*records, *(make(n, "y", pulses=None if n == "a" else 1.0) for n in "ab")]
    assert "not compared, nothing comparable: mnist · MNIST-5k · quick on y" in notes(made(uncounted, key="pulses"))
    lost = [make(n, "x").model_copy(update={"metrics": {"test_loss": v}}) for n, v in (("a", 1.0), ("b", 0.5))]
    assert "b beats a by 0.5000 in test loss in 1 of 1 seed (p = 1" in sentence(made(lost, key="test_loss"))
    with pytest.raises(UsageError, match="no seed that a and b share ended with a number to rank by"):
        made(lost)


def test_what_was_not_taken_is_unknown_and_no_failure(make: MakeRecord) -> None:
    def timed(name: str, seed: int, seconds: float | None, **metrics: float | None) -> Record:
        made = make(name, "x", seed=seed, seconds=seconds, value=0.9 - 0.1 * (name == "b"))
        return made.model_copy(update={"metrics": made.metrics | metrics})

    records = [timed("a", 0, 1.0, test_loss=0.1), timed("b", 0, 2.0, test_loss=0.2)]
    untaken = [*records, timed("a", 1, None), timed("b", 1, 2.0, test_loss=0.2)]
    for key, why in (("seconds", "not timed, or on two machines"), ("test_loss", "test loss not recorded")):
        got = made(untaken, key=key)
        assert f"not compared, {why}: seed 1 of mnist · MNIST-5k · quick, x" in notes(got)
        assert (got.duels[0].paired.wins, got.duels[0].paired.losses, got.duels[0].failures) == (1, 0, ({}, {}))
    diverged = [*records, timed("a", 1, 1.0, test_loss=None), timed("b", 1, 2.0, test_loss=0.2)]
    assert made(diverged, key="test_loss").duels[0].paired.failed_a == (1,)  # taken, and not a number


def test_ok_without_the_number_to_rank_by_has_failed(make: MakeRecord) -> None:
    records = rows(make, [0.9, 0.9], [0.8, 0.8])
    (duel,) = made([records[0].model_copy(update={"metrics": {}}), *records[1:]]).duels
    assert (duel.unknown, duel.paired.failed_a, duel.failures[0]) == ((), (0,), {"no value": [0]})


def test_the_least_p_names_what_it_hangs_on(make: MakeRecord) -> None:
    lead, tied = rows(make, [0.9 + 0.01 * s for s in range(6)], [0.8] * 6), rows(make, [0.5] * 6, [0.5] * 6, "y")
    said = "\n".join(notes(made([*lead, *tied])))
    assert "on mnist · MNIST-5k · quick, y, with 6 seeds, of which 6 tied, p cannot be below 1" in said
    assert "\nwith 6 seeds p cannot be below 0.031" in "\n".join(notes(made(lead)))
    partly = rows(make, [0.9] * 5 + [0.5], [0.8] * 4 + [0.9, 0.5])
    assert "with 6 seeds, of which 2 tied, p cannot be below 0.125" in sentence(made(partly))


def test_nobody_beats_by_a_p_that_speaks_for_the_other(make: MakeRecord) -> None:
    tiny, large = [0.501 + 1e-5 * i for i in range(15)], [0.1 + 0.001 * i for i in range(14)]
    records = rows(make, [*tiny, *large], [0.5] * 29)
    said = sentence(made(records))
    assert "a is ahead of b in 15 of 29 seeds (p = 0.0" in said
    assert said.endswith(", which speaks for b by the sizes of the differences).")
    both = sentence(made([*records, *rows(make, [0.9] * 9, [0.8] * 9, "y")]))
    assert "1 of the leads and 0 of the deficits are significant at 5 % after Holm's correction; in 1 setting p" in both


def test_seconds_of_two_machines_are_not_compared(make: MakeRecord) -> None:
    def timed(name: str, host: str, seed: int) -> Record:
        return make(name, "x", seed=seed, seconds=1.0 + (name == "b"), provenance={"host": host})

    records = [timed("a", "one", 0), timed("b", "one", 0), timed("a", "one", 1), timed("b", "two", 1)]
    got = made(records, key="seconds")
    assert [len(duel.paired.pairs) for duel in got.duels] == [1]
    assert "not compared, not timed, or on two machines: seed 1 of mnist · MNIST-5k · quick, x" in notes(got)


def test_an_unknown_direction_is_refused(make: MakeRecord) -> None:
    with pytest.raises(UsageError, match="whether more or less score is better is not recorded"):
        made(rows(make, [0.9], [0.8]), key="score")


def test_stale_records_are_said(make: MakeRecord) -> None:
    records = rows(make, [0.9], [0.8])
    got = compare(newest(records, {records[0].identity}), Request(Side("a"), Side("b")))
    assert "§ stale: 1 of 2 records were made by other code than is installed now" in notes(got)


def curved(make: MakeRecord, name: str, device: str, seed: int, *points: float, host: str = "one") -> Record:
    steps = [10.0 * (i + 1) for i in range(len(points))]
    kw = {"curve": {"step": steps, "epoch": steps, "accuracy": list(points)}, "steps": 10 * len(points)}
    return make(name, device, seed=seed, value=points[-1], provenance={"host": host}, **kw)


def test_time_to_target(make: MakeRecord) -> None:
    records = [make("sgd", seed=s, value=0.9) for s in range(2)]
    records += [curved(make, "a", "x", s, 0.5, 0.86, 0.9, 0.9, host=f"h{s}") for s in range(2)]
    records += [curved(make, "b", "x", 0, 0.1, 0.1, 0.86, 0.86), curved(make, "b", "x", 1, 0.1, 0.1, 0.1, 0.2)]
    (duel,) = made(records).duels
    assert duel.target
    assert duel.target.value == pytest.approx(0.95 * 0.9)
    assert duel.target.why == "0.95 of the final 90 % of sgd × digital"
    text = comparison_text(made(records))
    row = text[text.index("learning curves to test accuracy 85.5 %") :].splitlines()[4].split("  ")
    assert [part.strip() for part in row if part.strip()] == [
        "x", "20", "not reached 1/2", "5.0e5", "–", "M1 1.00, M2 1.00", "–",
    ]  # fmt: skip
    assert "seconds of 3 machines are neither comparable nor averaged: M1: machine h0" in text


@pytest.mark.parametrize(
    ("text", "metric", "value", "why"),
    [
        ("90", ACCURACY, 0.9, "as asked for"),
        ("ref:0.5", ACCURACY, 0.4, "0.5 of the final 80 % of sgd × digital"),
        (None, ERROR, 8.0, "10 times the final 8.00e-1 of sgd × digital"),
        ("1e-3", ERROR, 1e-3, "as asked for"),
    ],
)
def test_targets(make: MakeRecord, text: str | None, metric: MetricInfo, value: float, why: str) -> None:
    got = target(goal(text), metric, [make("sgd", value=0.8, metric=metric), make("a", "x", value=0.9, metric=metric)])
    assert got
    assert (got.value, got.why) == (pytest.approx(value), why)


def test_without_a_reference_the_best_row_is_the_target(make: MakeRecord) -> None:
    records = [make("a", "x", value=v, seed=s) for s, v in enumerate((0.7, 0.9))] + [make("b", "x", value=0.75)]
    got = target(Goal(), ACCURACY, records)
    assert got
    assert got.why == "0.95 of the final 80 % of the best row"
    assert target(Goal(), ACCURACY, [make(status="oom")]) is None


@pytest.mark.parametrize("text", ["", "ninety", "95%", "ref:", "ref:0", "ref:-1", "1e999x", "nan"])
def test_what_is_no_target(text: str) -> None:
    with pytest.raises(UsageError, match="--target"):
        goal(text)
