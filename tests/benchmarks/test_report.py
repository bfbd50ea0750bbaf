"""How long `analogbench report` takes on 10,000 records: run with `tox -e bench`, without asserting any time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.many_records import write_records

MANY, FEW = 10_000, 200

CODE = """
import sys
from analogbench.cli.main import main
code = main(sys.argv[1:])
print("torch" in sys.modules, file=sys.stderr)
sys.exit(code)
"""


def report(results: Path, options: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    """A process of its own, as a user starts it: imports count."""
    command = [sys.executable, "-W", "ignore", "-c", CODE, "report", "--results", str(results), *options]
    return subprocess.run(command, check=False, capture_output=True, text=True)


@pytest.mark.parametrize("options", [(), ("--html",)], ids=["tables", "page"])
def test_report(benchmark: Any, tmp_path: Path, options: tuple[str, ...]) -> None:
    number = FEW if benchmark.disabled else MANY
    write_records(number, tmp_path)
    done = benchmark.pedantic(report, (tmp_path, options), rounds=3, iterations=1)
    benchmark.extra_info["records"] = number
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1] == "False", "a report needs no torch"
    assert (tmp_path / "leaderboard.md").is_file()
    assert (tmp_path / "index.html").is_file() == bool(options)
