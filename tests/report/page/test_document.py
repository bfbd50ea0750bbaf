"""The file: what is somebody's text stays text, and nothing else can run or be asked for."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analogbench.errors import UsageError
from analogbench.grid.cell import Cell, Part
from analogbench.records.record import Labels, MetricInfo, Record
from analogbench.report.page.document import document, embedded
from analogbench.report.page.write import write_page
from tests.report.conftest import MakeRecord
from tests.report.page.conftest import content

EVIL = '<script>alert(1)</script></script><!--<img src=x onerror="alert(2)">\'"&\u2028'


class Elements(HTMLParser):
    """All elements of a page with their attributes, and the text of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.raw: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem:
            self.raw.append(data)


@pytest.fixture
def evil(make: MakeRecord) -> list[Record]:
    kw = {"status": "crashed", "reason": EVIL, "traceback": EVIL, "provenance": {"command": EVIL, "cpu": EVIL}}
    records = [make("a", "x", data=EVIL, metric=None, **kw), make("a", "x", seed=1, data=EVIL)]
    labels = records[0].labels.model_copy(update={"algorithm": EVIL, "device": EVIL, "task": EVIL, "data": EVIL})
    return [record.model_copy(update={"labels": labels}) for record in records]


def test_no_text_becomes_an_element(evil: list[Record], make: MakeRecord) -> None:
    harmless = [
        record.model_copy(update={"labels": make("a", "x").labels, "reason": "", "traceback": "", "provenance": {}})
        for record in evil
    ]
    ours, theirs = (
        Elements(document(content(records, title=title))) for records, title in ((harmless, "T"), (evil, EVIL))
    )
    tags = [[tag for tag, _ in page.elements if tag != "li"] for page in (ours, theirs)]
    assert tags[0] == tags[1]
    assert not any(name.startswith("on") for _, attributes in theirs.elements for name in attributes)
    assert [len(page.raw) for page in (ours, theirs)] == [3, 3]
    data = json.loads(theirs.raw[1])
    assert next(iter(data["rows"].values()))["failures"][0]["traceback"] == EVIL


def test_only_what_the_policy_names_may_run(rich: list[Record]) -> None:
    page = Elements(document(content(rich)))
    (policy,) = (a["content"] for _, a in page.elements if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    style, _, script = page.raw
    for text, rule in ((style, "style-src"), (script, "script-src")):
        assert rules[rule] == f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
    assert (rules["default-src"], rules["connect-src"], rules["form-action"]) == ("'none'", "'none'", "'none'")
    assert not any("style" in attributes for _, attributes in page.elements)


def test_it_needs_no_other_file(rich: list[Record]) -> None:
    page = Elements(document(content(rich)))
    loaded = [attributes.get("src") or attributes.get("href") for tag, attributes in page.elements if tag != "a"]
    assert {one for one in loaded if one} == {"data:,"}
    style, _, script = page.raw
    assert not re.search(r"url\(|@import|^import |^export |innerHTML =|eval\(", style + script, re.MULTILINE)


def test_names_of_the_modules_do_not_meet(rich: list[Record]) -> None:
    script = Elements(document(content(rich))).raw[2]
    names = re.findall(r"^(?:async )?(?:function|class|const|let) (\w+)", script, re.MULTILINE)
    assert len(names) == len(set(names)) > 30


def test_json_survives_being_embedded() -> None:
    data = {"a": ["</script><!--", 1.5, None, "\u2028 é"]}
    text = embedded(data)
    assert "<" not in text
    assert json.loads(text) == data


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=6), st.booleans())
def test_no_number_breaks_it(values: list[float], log: bool) -> None:
    metric = MetricInfo(key="m", title="m", log_axis=log, scale=100.0)
    steps = [float(i) for i in range(len(values))]
    part, labels = Part(name="p"), Labels(algorithm="p", device="p", task="p", data="d")
    records = [
        Record(
            identity=str(seed),
            cell=Cell(algorithm=part, device=part, task=part, budget="quick", seed=seed),
            labels=labels,
            status="ok",
            metric=metric,
            metrics={"m": value, "other": value},
            curve={"step": steps, "epoch": steps, "m": values, "loss": values},
            pulses=1e6,
        )
        for seed, value in enumerate(values)
    ]
    made = content(records)
    page = Elements(document(made))
    json.loads(page.raw[1], parse_constant=pytest.fail)
    keys = [attributes["data-sort"] for _, attributes in page.elements if attributes.get("data-sort")]
    assert all(math.isfinite(float(key or 0)) for key in keys)
    dots = made.boards[0].rows[0].dots
    assert dots is None or all(0 <= place <= 100 for place in (*dots.seeds, dots.mean))


def test_the_same_records_make_the_same_file(rich: list[Record], tmp_path: Path) -> None:
    first = write_page(content(rich), tmp_path).read_bytes()
    assert write_page(content(list(reversed(rich))), tmp_path).read_bytes() == first


def test_a_folder_in_the_way(rich: list[Record], tmp_path: Path) -> None:
    (tmp_path / "index.html").mkdir()
    with pytest.raises(UsageError, match=r"cannot write .*index\.html"):
        write_page(content(rich), tmp_path)
