import csv
import re
from pathlib import Path

from analogbench.records.record import Record
from analogbench.report.latex import latex
from analogbench.report.markdown_text import markdown_text
from analogbench.report.ranking import boards
from analogbench.report.tables import markdown, slug, stems, write_tables
from tests.report.conftest import ERROR, MakeRecord


def test_files(grid: list[Record], make: MakeRecord, tmp_path: Path) -> None:
    paths = write_tables(boards([*grid, make(task="ls[lr=0.1,n=2]", metric=ERROR, value=1e-3)]), tmp_path)
    names = {path.relative_to(tmp_path).as_posix() for path in paths}
    assert {f"tables/mnist-quick.{suffix}" for suffix in ("md", "txt", "csv", "tex", "html", "json")} <= names
    assert "tables/ls-lr=0.1-n=2-quick.csv" in names
    assert len(paths) == 13
    text = (tmp_path / "leaderboard.md").read_text(encoding="utf-8")
    assert text.startswith("# Leaderboard\n")
    assert text.count("\n## ") == 2


def test_csv_has_all_digits_in_the_metrics_own_units(make: MakeRecord, tmp_path: Path) -> None:
    write_tables(boards([make(value=0.1 + 0.2, seed=0), make(value=0.5, seed=3)]), tmp_path)
    with (tmp_path / "tables" / "mnist-quick.csv").open(encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert row["values"] == f"{0.1 + 0.2!r} 0.5"
    assert float(row["mean"]) == (0.1 + 0.2 + 0.5) / 2
    assert (row["seeds"], row["ok"], row["failed"], row["failure"]) == ("0 3", "2", "0", "")


def test_several_data_sets_do_not_share_a_file() -> None:
    keys = [("mnist", "MNIST", "quick"), ("mnist", "MNIST-5k", "quick"), ("mnist", "MNIST", "paper")]
    assert stems(keys) == ["mnist-MNIST-quick", "mnist-MNIST-5k-quick", "mnist-paper"]
    assert slug("a[b=1,c=x y]") == "a-b=1-c=x-y"
    assert slug("../../etc/passwd") == "etc-passwd"


def test_long_names_are_cut_and_stay_different() -> None:
    long = [f"task[{'ä' * 300}={n}]" for n in (1, 2)]
    names = [slug(name) for name in long]
    assert len(set(names)) == 2
    assert all(name.startswith("task-ä") and len(name.encode()) <= 110 for name in names)
    assert slug("x" * 100) == "x" * 100


def test_latex(make: MakeRecord) -> None:
    records = [make("a_b[x=1e-05]", "50%&x", seed=s, metric=ERROR, value=v) for s, v in enumerate((1e-3, 1.2e-3))]
    text = latex(boards([*records, make("c", "x", metric=ERROR, value=2e-3)])[0])
    assert r"\toprule" in text
    assert r"a\_b{[}x=1e-05{]}" in text
    assert r"50\%\&x" in text
    assert r"\textbf{1.10$\times 10^{-3}$ $\pm$ 0.14$\times 10^{-3}$}" in text
    assert text.count(r"\textbf") == 1
    assert not re.search("[\ue000-\uf8ff]", text)
    body = [line for line in text.splitlines() if not line.startswith("%")]
    assert "\n".join(body).isascii()


def test_latex_of_percent_and_negative_gap(grid: list[Record]) -> None:
    text = latex(boards(grid)[0])
    assert r"test accuracy {[}\%{]}" in text
    assert "$-$5.00" in text


def test_markdown(make: MakeRecord) -> None:
    text = markdown(boards([make("a|b", "x"), make("c", "<i>", status="crashed", reason="see `__init__`\nof x")])[0])
    assert r"a\|b" in text
    assert "**90.00**" in text
    assert r"\<i\>" in text
    assert r"\`\_\_init\_\_\` of x" in text
    assert markdown_text("fast_lr") == "fast_lr"
