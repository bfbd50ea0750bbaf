from typing import Any

import pytest

from analogbench.grid.presentation import Published
from analogbench.records.record import Record
from analogbench.report.suites import suite_report_text
from analogbench.report.suites.comparison import Row, decimals, rows
from analogbench.report.suites.comparison_table import Table, table
from tests.report.conftest import MakeRecord
from tests.report.suites.conftest import NUMBERS, TABLE, gathered_of, plan_of, suite_of, trained


def compared(records: list[Record], own: bool = True, **kw: Any) -> tuple[list[Row], Table]:
    published = Published.model_validate(TABLE | kw)
    found = rows(published, gathered_of(records, suite_of(published=[published])))
    return found, table(published, found, own)


def test_rows(fig5: list[Record]) -> None:
    found, shown = compared(fig5)
    assert [row[-1] for row in shown.rows] == ["within", "within", "within", "within", "outside"]
    assert shown.headers[:2] == ("series", "τ")
    assert shown.rows[0][1:5] == ("all", "98.15 ± 0.04 (3)", "98.15 ± 0.10 (3 of 3)", "3 of 3")
    assert shown.rows[1][4] == "0 of 3"
    assert found[4].difference == pytest.approx(0.4)
    assert shown.rows[4][5:] == ("+0.40", "±0.24", "outside")


def test_no_verdict_elsewhere_than_at_the_suites_own_settings(fig5: list[Record]) -> None:
    _, shown = compared(fig5, own=False)
    assert {row[-1] for row in shown.rows} == {"–"}
    assert any("not the suite's own settings" in note for note in shown.notes)


def test_two_modes_are_never_averaged(make: MakeRecord) -> None:
    finals = [0.1135, 0.97, 0.98]
    records = [trained(make, "analog-sgd", 0.8, seed, final=final) for seed, final in enumerate(finals)]
    _found, shown = compared(records, numbers=[NUMBERS[2]])
    assert shown.rows[0][2:] == ("97.78 ± 0.36 (3)", "split † (3 of 3)", "2 of 3", "–", "–", "–")
    assert any("2 of 3 trained: 97.50 ± 0.71; 1 of 3 did not: 11.35" in note for note in shown.notes)
    _, unnamed = compared(records, numbers=[NUMBERS[2]], trained_above=None)
    assert "trained" not in unnamed.headers
    assert any("2 of 3 near the upper value: 97.50" in note for note in unnamed.notes)


def test_one_seed_borrows_the_published_spread(make: MakeRecord) -> None:
    _found, shown = compared([trained(make, "tiki-taka", 0.7, 1)], numbers=[NUMBERS[3]])
    assert shown.rows[0][-1] == "within"
    assert shown.rows[0][-2].endswith(" ‡")
    assert any(note.startswith("‡ only one side") for note in shown.notes)
    assert not any("Welch" in note for note in shown.notes)
    _, elsewhere = compared([trained(make, "tiki-taka", 0.7, 1)], numbers=[NUMBERS[3]], own=False)
    assert elsewhere.rows[0][-2:] == (shown.rows[0][-2], "–")
    assert any(note.startswith("‡ only one side") for note in elsewhere.notes)
    _, bare = compared([trained(make, "tiki-taka", 0.7, 1)], numbers=[{"series": "Tiki-Taka", "mean": 97.6}])
    assert bare.rows[0][-3:] == ("+0.04", "–", "–")
    assert not any("‡" in note or "interval" in note for note in bare.notes)


@pytest.mark.parametrize(("final", "verdict"), [(0.1135, "within"), (0.11354, "within"), (0.1136, "outside")])
def test_without_spreads_the_printed_digits_decide(make: MakeRecord, final: float, verdict: str) -> None:
    records = [trained(make, "analog-sgd", 0.7, seed, final=final) for seed in range(3)]
    _, shown = compared(records, numbers=[NUMBERS[1]])
    assert shown.rows[0][-1] == verdict
    assert any("by the interval they differ" in note for note in shown.notes) == (final == 0.11354)


def test_failed_and_missing_seeds(make: MakeRecord) -> None:
    records = [trained(make, "tiki-taka", 0.7, 0), trained(make, "tiki-taka", 0.7, 1, status="oom", reason="8 GB")]
    _, shown = compared(records, numbers=NUMBERS[3:])
    assert "(1 of 2)" in shown.rows[0][3]
    assert "failed: Tiki-Taka, τ = 0.7: oom 1/2: 8 GB" in shown.notes
    assert shown.rows[1][3:] == ("– (0 of 0)", "–", "–", "–", "–")


def test_last_points_of_a_curve(make: MakeRecord) -> None:
    records = [trained(make, "sgd", 0.0, 0, curve={"epoch": [1, 2, 3], "accuracy": [0.1, 0.8, 0.9]})]
    found, shown = compared(records, numbers=[NUMBERS[0]], last=2)
    assert found[0].values == pytest.approx((85.0,))
    assert "measured: the mean of the last 2 points of each seed's curve" in shown.notes
    _, shorter = compared(records, numbers=[NUMBERS[0]], last=5)
    assert "measured: the mean of all 3 points (not 5: there are no more) of each seed's curve" in shorter.notes
    more = [*records, trained(make, "sgd", 0.0, 1)]
    _, some = compared(more, numbers=[NUMBERS[0]], last=5)
    assert any("the last 5 points, or of all where there are fewer, of" in note for note in some.notes)


def test_several_settings_are_never_averaged(make: MakeRecord) -> None:
    records = [trained(make, "analog-sgd", tau, seed) for tau in (0.7, 0.8) for seed in range(2)]
    _, shown = compared(records, numbers=[{"series": "Analog SGD", "mean": 97.7}, NUMBERS[2]])
    assert shown.rows[0][2:] == ("97.70 (3)", "–", "–", "–", "–", "–")
    assert "Analog SGD: not compared, as several settings fall together: device.tau = 0.7, 0.8" in shown.notes
    assert shown.rows[1][3] == "97.45 ± 0.07 (2 of 2)"


def test_tiny_numbers_have_powers_of_ten(make: MakeRecord) -> None:
    records = [trained(make, "sgd", 0.0, seed, final=2e-5 + 1e-6 * seed) for seed in range(3)]
    numbers = [{"series": "Digital SGD", "mean": 2.2e-5, "sd": 1e-6}]
    _, shown = compared(records, numbers=numbers, scale=1, unit="", trained_above=None)
    assert shown.rows[0][1:] == (
        "2.20e-5 ± 0.10e-5 (3)",
        "2.10e-5 ± 0.10e-5 (3 of 3)",
        "-1.00e-6",
        "±2.27e-6",
        "within",
    )


@pytest.mark.parametrize(("means", "places"), [([98.15, 11.0], 2), ([1.0, 2.0], 0), ([1e-4], 4), ([1e20], 0)])
def test_printed_decimals(means: list[float], places: int) -> None:
    numbers = [{"series": "Tiki-Taka", "mean": mean} for mean in means]
    assert decimals(Published.model_validate(TABLE | {"numbers": numbers})) == places


def test_text(fig5: list[Record]) -> None:
    text = suite_report_text(suite_of(published=[TABLE]), plan_of(fig5), fig5)
    assert text.startswith("Test accuracy: published ([P24] Fig. 5) and measured\n")
    assert "within" in text
    assert suite_report_text(suite_of(), plan_of(fig5), fig5) == ""
