"""Suites and records as files with any change: what is wrong is named, and the rest goes on."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

Said = Callable[[Sequence[str]], tuple[int, str, str]]

FUZZ = settings(
    deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

NAMES = st.from_regex("zz[a-z0-9]{1,8}", fullmatch=True)

SUITE = """
title = "A figure"
description = "Half against exact."
budget = "smoke"
seeds = 2
[[grid]]
algorithms = ["half"]
devices = ["soft[tau=1,2]"]
tasks = ["line"]
[[series]]
label = "Half"
algorithm = "half"
[[figure]]
kind = "sweep"
name = "tau"
value = "loss"
over = "device.tau"
"""
LINES = [line for line in SUITE.splitlines() if line]


def shown(said: Said, text: str | bytes) -> tuple[int, str, str]:
    path = Path("figure.toml")
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return said(["suite", "show", str(path)])


def test_the_suite_itself_is_good(said: Said) -> None:
    assert shown(said, SUITE)[0] == 0


@FUZZ
@given(place=st.integers(0, len(SUITE) - 1), new=st.binary(max_size=4), cut=st.integers(0, 40))
def test_a_suite_with_any_change_is_shown_or_refused(said: Said, place: int, new: bytes, cut: int) -> None:
    content = SUITE.encode()
    code, _, err = shown(said, content[:place] + new + content[place + cut :])
    assert code in {0, 2}
    assert "Traceback" not in err
    assert (code == 2) == bool(err.strip())


@FUZZ
@given(line=st.integers(0, len(LINES)), key=NAMES, value=st.sampled_from(["1", '"x"', "[]", "{}", "nan", "1979-05-27"]))
def test_a_key_that_no_suite_has_is_refused_with_its_name(said: Said, line: int, key: str, value: str) -> None:
    code, _, err = shown(said, "\n".join([*LINES[:line], f"{key} = {value}", *LINES[line:]]))
    assert code == 2
    assert key in err


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=8,
)


@FUZZ
@given(data=st.data())
def test_a_record_with_any_field_changed_is_read_or_named(said: Said, data: st.DataObject, a_record: str) -> None:
    record = json.loads(a_record)
    del record["checksum"]  # as records of older versions
    field = data.draw(st.sampled_from(sorted(record)))
    record[field] = data.draw(VALUES)
    judge(said, json.dumps(record).encode())


@FUZZ
@given(content=st.binary(max_size=200))
def test_a_record_of_anything_is_named(said: Said, content: bytes, a_record: str) -> None:
    code, err = judge(said, content)
    assert code == 1
    assert "bad.json" in err


def judge(said: Said, content: bytes) -> tuple[int, str]:
    """Put the content beside a good record; the report goes on, and says what was left out."""
    Path("results/records/line/bad.json").write_bytes(content)
    code, out, err = said(["report"])
    assert code in {0, 1}
    assert "Traceback" not in err
    assert "half" in out
    assert (code == 1) == ("bad.json" in err)
    return code, err


@pytest.fixture
def a_record(said: Said, monkeypatch: pytest.MonkeyPatch) -> str:
    """The text of a record, which lies in results/."""
    from analogbench.cli import training
    from analogbench.run.messages import Settings

    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "run"))
    settings = Settings(train="fake_training:succeed", load="fake_training:no_registry")
    monkeypatch.setattr(training, "SETTINGS", settings)
    args = ("-a", "half", "-d", "soft", "-t", "line", "--budget", "smoke", "--seeds", "1", "--target", "cpu")
    assert said(["run", *args, "--no-report"])[0] == 0
    (path,) = Path("results/records").rglob("*.json")
    return path.read_text()
