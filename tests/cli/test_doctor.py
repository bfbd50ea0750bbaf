"""`analogbench doctor`."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from analogbench.cli import doctor as module
from analogbench.cli.main import cli
from analogbench.doctor import checks
from analogbench.doctor.components import plugins, results
from analogbench.doctor.findings import Finding

COMMAND = """
import sys
from analogbench.cli.main import main
code = main(["doctor", *sys.argv[1:]])
sys.exit(code if "torch" not in sys.modules else "torch has been imported")
"""

Pretend = Callable[[list[Finding]], None]


@pytest.fixture
def pretend(monkeypatch: pytest.MonkeyPatch) -> Pretend:
    """Sets what is found."""
    return lambda findings: monkeypatch.setattr(module, "examine", lambda folder, timeout: findings)


def test_this_machine_is_in_order(tmp_path: Path) -> None:
    command = [sys.executable, "-c", COMMAND, "--json", "--timeout", "500", "--results", str(tmp_path / "results")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    rows = {row["component"]: row for row in json.loads(done.stdout)}
    assert {row["state"] for row in rows.values()} <= {"ok", "note", "missing"}
    assert list(rows)[:4] == ["Python", "analogbench", "torch", "CUDA"]
    assert [rows[name]["state"] for name in ("torch", "torchvision", "numba", "plugins", "results")] == ["ok"] * 5
    assert rows["data mnist-fcn[data=5k]"]["found"] == "there"
    assert not (tmp_path / "results").exists()
    if importlib.util.find_spec("aihwkit"):
        assert "a pulsed update moved 8 of 8 weights" in rows["aihwkit"]["found"]


def test_a_quarantined_plugin_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = tmp_path / "fakes-1.5.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: fakes\nVersion: 1.5\n")
    (info / "entry_points.txt").write_text("[analogbench]\nrules = fakes_rules\n")
    (tmp_path / "fakes_rules.py").write_text("1 / 0")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(checks, "COMPONENTS", (plugins,))
    done = CliRunner().invoke(cli, ["doctor"])
    assert done.exit_code == 1
    lines = done.output.splitlines()
    assert "plugin rules  broken   quarantined: ZeroDivisionError: division by zero" in lines
    assert lines[-1] == "plugin rules: repair or update fakes 1.5, or set ANALOGBENCH_DISABLE=rules"
    monkeypatch.setenv("ANALOGBENCH_DISABLE", "rules")
    assert CliRunner().invoke(cli, ["doctor"]).exit_code == 0


def test_results_that_cannot_be_written_are_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(checks, "COMPONENTS", (results,))
    done = CliRunner().invoke(cli, ["doctor", "--results", str(tmp_path / "file" / "x")])
    assert done.exit_code == 1
    assert "results: name another folder with --results, or make this one writable" in done.output


@pytest.mark.parametrize(("state", "code"), [("ok", 0), ("note", 0), ("missing", 0), ("broken", 1)])
def test_only_what_is_broken_is_a_failure(pretend: Pretend, state: str, code: int) -> None:
    pretend([Finding("torch", "2.11.0"), Finding("aihwkit", "what", state)])  # type: ignore[arg-type]
    done = CliRunner().invoke(cli, ["doctor"])
    assert done.exit_code == code
    assert done.output.splitlines()[-1].split() == ["aihwkit", state, "what"]


def test_a_hundred_columns_are_enough_and_a_command_stays_whole(pretend: Pretend) -> None:
    symbol = f"ImportError: /a/{'long/' * 30}rpu_base.so: undefined symbol: _ZN3c10{'x' * 100}"
    command = "`pip install aihwkit==1.1.0 torch==2.11.0 torchvision==0.26.0`"
    pretend(
        [Finding("aihwkit", symbol, "broken", f"{'tested together ' * 10}: {command}"), Finding("results", "there")]
    )
    done = CliRunner().invoke(cli, ["doctor"])
    lines = done.output.splitlines()
    assert max(map(len, lines)) <= 100
    assert lines[0].split() == ["component", "state", "found"]
    assert any(command in line for line in lines)
    table, advice = lines[: lines.index("")], lines[lines.index("") + 1 :]
    assert "".join(line[22:].strip() for line in table[2:-1]).replace(" ", "") == symbol.replace(" ", "")
    assert advice[0].startswith("aihwkit: tested together")
