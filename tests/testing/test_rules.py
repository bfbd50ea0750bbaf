"""Every rule is explained on the page that messages name; pytest collects the rules of a suite."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analogbench.testing import AlgorithmContract, Contract, DeviceContract, TaskContract
from analogbench.testing.rules import PAGE

SUITES = [AlgorithmContract, DeviceContract, TaskContract]
ROOT = Path(__file__).parents[2]

pytest_plugins = ["pytester"]

MINE = """
from analogbench.testing import AlgorithmContract, DeviceContract
from analogbench.testing.references import Descent, ExactDigital

class Mine(Descent):
    "Mine."
    name, formula, source = "mine", "", "here"

class TestMine(AlgorithmContract):
    algorithm = Mine

class TestMyDevice(DeviceContract):
    device = ExactDigital
"""


@pytest.mark.parametrize("suite", SUITES)
def test_every_rule_has_a_section_and_every_section_a_rule(suite: type[Contract]) -> None:
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    explained = re.findall(rf"^### ({suite.kind}-[a-z-]+)\n\n[A-Z`]", page, re.MULTILINE)
    assert explained == [rule.section for rule in suite.rules().values()]


@pytest.mark.parametrize("suite", SUITES)
def test_a_rule_is_a_test_with_a_sentence(suite: type[Contract]) -> None:
    for name, rule in suite.rules().items():
        assert name.startswith("test_")
        assert 10 < len(rule.title) < 90, rule.title


def test_pytest_runs_a_suite(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(MINE)
    chosen = "described or learns or responses or pulses"
    done = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-rs", "-k", chosen)
    text = done.stdout.str()
    assert "It says what it is: Mine has no formula (docs/contracts.md#algorithm-described)" in text
    assert "the device declares no responses" in text
    counts = done.parseoutcomes()
    assert counts["failed"] == 2, "neither has the device a source"
    assert counts["passed"] >= 5
