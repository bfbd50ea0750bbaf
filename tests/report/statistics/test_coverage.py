"""The table of docs/statistics.md on how often intervals hold the mean."""

import re
from pathlib import Path

import pytest

from tests.benchmarks.interval_coverage import DRAWS, SEEDS, bca_coverage, t_coverage

PAGE = (Path(__file__).parents[3] / "docs" / "statistics.md").read_text(encoding="utf-8")
LINES = re.findall(r"^\| (\d+) \|(.* %.*)\|$", PAGE, re.MULTILINE)
ROWS = {int(n): [int(share) for share in re.findall(r"(\d+) %", shares)] for n, shares in LINES}


def test_the_page_has_what_is_calculated() -> None:
    """t exactly; the bootstrap of few seeds, which is quick, as far as 300 of the samples can tell."""
    assert tuple(ROWS) == SEEDS
    for n, shares in ROWS.items():
        assert shares[::2] == [round(100 * t_coverage(name, n)) for name in DRAWS], n
    for name, share in zip(DRAWS, ROWS[5][1::2], strict=True):
        assert 100 * bca_coverage(name, 5, 300) == pytest.approx(share, abs=8), name
