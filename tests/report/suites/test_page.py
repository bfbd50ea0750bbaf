import re
import subprocess
import sys
from pathlib import Path

import pytest

from analogbench.errors import UsageError
from analogbench.grid.plan import Plan
from analogbench.grid.suite import find_suite
from analogbench.records.record import Record
from analogbench.registry import Registry
from analogbench.report.suites import write_suite_report
from analogbench.report.suites.origin import seeds_text
from tests.report.conftest import MakeRecord
from tests.report.suites.conftest import BARS, HISTOGRAM, TABLE, TAU, plan_of, suite_of, trained

PROVENANCE = {
    "git": {"commit": "0123456789abcdef", "dirty": True},
    "versions": {"torch": "2.11.0"},
    "plugins": {"stranger": "0.3"},
    "cpu": "Some CPU",
    "host": "a",
    "worker": {"target": "cuda", "device": "Some GPU"},
}


def test_page(fig5: list[Record], make: MakeRecord, tmp_path: Path) -> None:
    suite = suite_of(
        description="Of *one*\nnetwork.\n\n<b>More.",
        source="[P24] Fig. 5",
        choices=["The paper says 0.1."],
        findings=["It is bistable."],
        figure=[BARS | {"title": "After training"}, HISTOGRAM],
        published=[TABLE],
    )
    bad = trained(make, "tiki-taka", 0.8, 2, status="diverged", reason="loss is NaN", provenance=PROVENANCE)
    written = write_suite_report(suite, plan_of(fig5), [*fig5[3:14], bad], tmp_path)
    assert [path.name for path in written] == [
        "fig5.md",
        *("fig5-bars.svg", "fig5-bars.png", "fig5-weights.svg", "fig5-weights.png"),
        *(f"fig5-published.{suffix}" for suffix in ("tex", "html", "csv", "json")),
    ]
    assert all(path.is_file() for path in written)
    text = written[0].read_text(encoding="utf-8")
    for part in (
        "# Fig. 5\n\nOf \\*one\\* network.\n\n\\<b\\>More.\n\nSource: [P24] Fig. 5\n",
        "analogbench suite run fig5 --budget paper --seeds 3\n",
        "- budget: paper; data: MNIST; seeds: 3 (0, 1, 2)\n",
        "- cells: 15 planned, 12 recorded, 11 ok, 1 failed, 3 missing\n- failed: 1 × diverged: loss is NaN\n",
        "- missing: Digital SGD (3 of 3)\n- commit: 012345678, with changes\n- versions: torch 2.11.0, stranger 0.3\n",
        "- machine: cuda, Some GPU, Some CPU\n",
        "![bars](fig5-bars.svg)\n\n**Figure bars.** After training. Bars: mean over 2 to 3 seeds;",
        "## Test accuracy\n\nPublished in [P24] Fig. 5.\n\n| series ",
        "## Choices\n\n- The paper says 0.1.\n\n## Findings\n\n- It is bistable.\n",
    ):
        assert part in text
    assert "not the suite's own" not in text


def test_other_settings_are_said_at_the_top(fig5: list[Record], make: MakeRecord, tmp_path: Path) -> None:
    records = [trained(make, "sgd", 0.0, 5, budget="quick", data="MNIST-5k")]
    suite = suite_of(published=[TABLE], figure=[BARS], data=["MNIST"], findings=["It is bistable."])
    page, *figures = write_suite_report(suite, plan_of(records), records, tmp_path)
    text = page.read_text(encoding="utf-8")
    assert page == tmp_path / "suites" / "fig5@quick.md"
    assert {path.name for path in figures if "published" not in path.name} == {
        *("fig5@quick-bars.svg", "fig5@quick-bars.png"),
    }
    told = "**These are not the suite's own settings: budget quick, not paper; data MNIST-5k, not MNIST. Numbers"
    assert text.split("\n")[2].startswith(told)
    assert "bistable" not in text
    assert "found at the suite's own settings; see `analogbench suite show fig5`.\n" in text
    assert "--budget quick --seeds 5-5\n" in text
    assert not re.search("within|outside", text)
    assert "Analog SGD (no cell is planned)" in text


@pytest.mark.parametrize(("budget", "label", "verdict"), [("quick", "Tiny, 5k", True), ("quick", "Tiny", False)])
def test_own_settings_are_what_the_suite_says(
    make: MakeRecord, tmp_path: Path, budget: str, label: str, verdict: bool
) -> None:
    records = [trained(make, "sgd", 0.0, seed, budget=budget, data=label) for seed in range(2)]
    suite = suite_of(budget="quick", data=["Tiny, 5k"], published=[TABLE | {"numbers": [{**TABLE["numbers"][0]}]}])
    text = write_suite_report(suite, plan_of(records), records, tmp_path)[0].read_text(encoding="utf-8")
    assert ("| within" in text) == verdict
    assert ("own settings: data Tiny, not Tiny, 5k." in text) == (not verdict)


def test_the_command_of_a_suite_from_a_file_works(registry: Registry, fig5: list[Record], tmp_path: Path) -> None:
    path = tmp_path / "my suite.toml"
    path.write_text("title = 't'\n[[grid]]\n")
    (page,) = write_suite_report(find_suite(registry, str(path)), plan_of(fig5), fig5, tmp_path)
    assert f"analogbench suite run '{path}' --budget paper" in page.read_text(encoding="utf-8")
    (page,) = write_suite_report(find_suite(registry, "figure-1"), plan_of(fig5), fig5, tmp_path)
    assert "analogbench suite run figure-1 --budget paper" in page.read_text(encoding="utf-8")


def test_a_figure_that_cannot_be_drawn_says_what_there_is(fig5: list[Record], tmp_path: Path) -> None:
    figures = [
        *({"kind": kind, "name": kind, "value": "nosuch", "by": TAU} for kind in ("curves", "bars")),
        BARS | {"name": "mixed", "over": "", "series": ["Tiki-Taka"]},
    ]
    (page,) = write_suite_report(suite_of(figure=figures), plan_of(fig5), fig5, tmp_path)
    text = page.read_text(encoding="utf-8")
    assert text.count("Not drawn: no record has 'nosuch'; the records have: accuracy.\n") == 2
    assert "Not drawn: several settings fall together.\n" in text
    assert "Not drawn, as several settings fall together (device.tau = 0.7, 0.8): Tiki-Taka." in text
    assert "One seed." not in text


def test_nothing_recorded(fig5: list[Record], tmp_path: Path) -> None:
    suite = suite_of(published=[TABLE], figure=[BARS, HISTOGRAM])
    page, *tables = write_suite_report(suite, plan_of(fig5), [], tmp_path)
    assert {path.suffix for path in tables} == {".tex", ".html", ".csv", ".json"}
    text = page.read_text(encoding="utf-8")
    assert text.count("Not drawn: no cell has anything to show yet.") == 2
    assert "15 planned, 0 recorded" in text
    empty, *_ = write_suite_report(suite, Plan((), ("a × b",), ("kit: not here",)), [], tmp_path)
    assert "does not fit: a × b\n" in empty.read_text(encoding="utf-8")


def test_a_suite_without_figures_shows_its_leaderboard(fig5: list[Record], tmp_path: Path) -> None:
    (page,) = write_suite_report(suite_of(series=[]), plan_of(fig5[1:]), fig5[1:], tmp_path)
    assert "## mnist-fcn · MNIST · paper" in page.read_text(encoding="utf-8")
    (page,) = write_suite_report(suite_of(series=[]), plan_of(fig5), fig5[1:], tmp_path)
    assert "- missing: sgd × digital × mnist-fcn (1)\n" in page.read_text(encoding="utf-8")


def test_files_are_the_same_every_time(fig5: list[Record], tmp_path: Path) -> None:
    suite = suite_of(figure=[BARS, HISTOGRAM | {"panels": None, "by": TAU}], published=[TABLE])
    first, second = (write_suite_report(suite, plan_of(fig5), fig5, tmp_path / name) for name in "ab")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_what_cannot_be_written(fig5: list[Record], tmp_path: Path) -> None:
    (tmp_path / "suites").write_text("in the way")
    with pytest.raises(UsageError, match="cannot write"):
        write_suite_report(suite_of(), plan_of(fig5), fig5, tmp_path)


@pytest.mark.parametrize(
    ("seeds", "text"), [((0, 1, 2), "3"), ((0,), "1"), ((3,), "3-3"), ((0, 2), "0,2"), ((1, 2), "1,2")]
)
def test_seeds_text(seeds: tuple[int, ...], text: str) -> None:
    assert seeds_text(seeds) == text


def test_neither_torch_nor_plugins_are_imported() -> None:
    code = (
        "import sys, analogbench.report.suites, analogbench.report.plots.suites;"
        "sys.exit(any(name.split('.')[0] in ('torch', 'analogbench_plugins') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
