"""Published against measured, for papers and programs."""

import csv
import json
from pathlib import Path

from analogbench.records.record import Record
from analogbench.report.suites import write_suite_report
from tests.report.conftest import MakeRecord
from tests.report.suites.conftest import TABLE, plan_of, suite_of, trained


def test_all_formats_say_the_same(fig5: list[Record], tmp_path: Path) -> None:
    write_suite_report(suite_of(published=[TABLE]), plan_of(fig5), fig5, tmp_path)
    tex, html, text, content = (
        (tmp_path / "suites" / f"fig5-published.{suffix}").read_text("utf-8")
        for suffix in ("tex", "html", "csv", "json")
    )
    assert r"98.15 $\pm$ 0.04 (3) & 98.15 $\pm$ 0.10 (3 of 3)" in " ".join(tex.split())
    assert "98.15 &#177; 0.04 (3)" in html
    (first, *_) = rows = list(csv.DictReader(text.splitlines()))
    assert (first["published_mean"], first["published_sd"], first["within"]) == ("98.15", "0.04", "True")
    told = json.loads(content)["rows"]
    assert [float(row["difference"]) for row in rows] == [row["difference"] for row in told]
    assert told[4]["within"] is False


def test_what_is_not_measured_is_empty_and_several_tables_are_numbered(make: MakeRecord, tmp_path: Path) -> None:
    records = [trained(make, "tiki-taka", 0.7, 0)]
    write_suite_report(suite_of(published=[TABLE, TABLE | {"title": "Again"}]), plan_of(records), records, tmp_path)
    assert (tmp_path / "suites" / "fig5-published-2.tex").is_file()
    rows = list(csv.DictReader((tmp_path / "suites" / "fig5-published-1.csv").read_text("utf-8").splitlines()))
    assert {row["measured_mean"] for row in rows if row["measured_n"] == "0"} == {""}
