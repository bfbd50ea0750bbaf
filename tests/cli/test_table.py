"""`analogbench table`, from records to files."""

import csv
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from analogbench.cli.main import main
from analogbench.records.record import Record
from analogbench.records.store import Store
from tests.report.conftest import MakeRecord, grid, make

__all__ = ["grid", "make"]

Output = pytest.CaptureFixture[str]
PIVOT = ("--rows", "algorithm", "--columns", "device")


@pytest.fixture
def results(grid: list[Record], tmp_path: Path) -> Path:
    for record in grid:
        Store(tmp_path).save(record)
    return tmp_path


class Cells(HTMLParser):
    """The texts of a table's cells."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in {"td", "th"}:
            self.found.append("")

    def handle_data(self, data: str) -> None:
        if self.found:
            self.found[-1] += data


def table(capsys: Output, results: Path, *args: str) -> str:
    assert main(["table", "--results", str(results), *args]) == 0
    return capsys.readouterr().out


def test_all_formats_show_the_same_numbers(results: Path, capsys: Output) -> None:
    for form in ("txt", "md", "latex", "html"):
        text = table(capsys, results, *PIVOT, "-f", form)
        assert text.count("95.10") == 1, form
        assert "diverged 3/3" in text
        assert "±" in text or r"\pm" in text or "&#177;" in text
    assert "95.10 ± 0.10 (3)" in Cells(table(capsys, results, *PIVOT, "-f", "html")).found
    (line,) = (
        c
        for c in json.loads(table(capsys, results, *PIVOT, "-f", "json"))["cells"]
        if c["algorithm"] == "sgd" and c["n"]
    )
    assert line["mean"] == pytest.approx(0.951)
    rows = list(csv.DictReader(table(capsys, results, *PIVOT, "-f", "csv").splitlines()))
    assert len(rows) == 9
    assert {row["failure"] for row in rows} == {"", "diverged 3/3"}


def test_the_suffix_of_the_output_says_the_format(results: Path, capsys: Output, tmp_path: Path) -> None:
    assert table(capsys, results, "-o", str(tmp_path / "table.tex")) == ""
    assert r"\toprule" in (tmp_path / "table.tex").read_text("utf-8")
    table(capsys, results, "-o", str(tmp_path / "table.tex"), "-f", "md")
    assert (tmp_path / "table.tex").read_text("utf-8").startswith("## test accuracy")


def test_selections(results: Path, capsys: Output) -> None:
    text = table(capsys, results, "-a", "tiki*", "-d", "ideal", "-m", "pulses", "-f", "csv")
    assert [row["mean"] for row in csv.DictReader(text.splitlines())] == ["1000000.0"]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["-m", "acuracy"], "unknown metric 'acuracy'; did you mean 'accuracy'"),
        (["-a", "nobody"], "no record fits -a, -d, -t and --budget; there are records of: mnist (quick)"),
        (["--rows", "devise"], "unknown row or column 'devise'; did you mean 'device'"),
        (["--rows", "device,,task"], "take different keys"),
        (["-o", "nowhere/table.md"], "cannot write nowhere/table.md"),
        (["--sort", "width"], "unknown column to sort by 'width'"),
    ],
)
def test_mistakes_are_one_line(results: Path, capsys: Output, args: list[str], message: str) -> None:
    assert main(["table", "--results", str(results), *args]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error


def test_no_records(tmp_path: Path, capsys: Output) -> None:
    assert main(["table", "--results", str(tmp_path)]) == 2
    assert "no records in" in capsys.readouterr().err


def test_several_ranking_metrics_need_a_choice(results: Path, capsys: Output, make: MakeRecord) -> None:
    from tests.report.conftest import ERROR

    Store(results).save(make(task="ls", metric=ERROR, value=1e-3))
    assert main(["table", "--results", str(results)]) == 2
    assert "the records have several: accuracy, error; name one with --metric" in capsys.readouterr().err


def test_a_damaged_record_is_said(results: Path, capsys: Output) -> None:
    (results / "records" / "mnist" / "broken.json").write_text("{")
    assert main(["table", "--results", str(results)]) == 1
    assert "warning: damaged record" in capsys.readouterr().err
