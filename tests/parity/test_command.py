"""The command from end to end, with few draws: every section, plot and number of the page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from analogbench_plugins.parity import __main__ as command
from analogbench_plugins.parity.sections import SECTIONS

pytest.importorskip("aihwkit", reason="AIHWKIT is not installed: pip install aihwkit==1.1.0")

RECORDS = Path(__file__).parents[2] / "results" / "parity"
POWER = "What the comparison sees"


def test_the_whole_page(tmp_path: Path, seed: int) -> None:
    out = tmp_path / "page"
    command.main(["--out", str(out), "--draws", "400", "--seed", str(seed), "--records", str(RECORDS)])
    text = (out / "index.md").read_text("utf-8")
    titles = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert len(titles) == len(SECTIONS)
    numbers = json.loads((out / "numbers.json").read_text("utf-8"))
    assert list(numbers["sections"]) == titles
    # So few draws do not show every mistake made on purpose; everything else must agree.
    assert [failure for failure in numbers["failures"] if not failure.startswith(POWER)] == []
    plots = re.findall(r"!\[[^]]+\]\(([\w-]+)\.png\)", text)
    assert len(plots) >= 8
    for plot in plots:
        for suffix in (".png", ".svg"):
            assert (out / plot).with_suffix(suffix).stat().st_size > 5000
    assert "{" not in text, "every placeholder is filled in"
