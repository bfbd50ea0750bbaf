"""AIHWKIT's devices through the command line: side by side with the others, missing, broken, and wrongly asked for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from analogbench.records.record import Record
from analogbench.records.store import Store

EXAMPLE = Path(__file__).parents[2] / "examples" / "third-party-algorithm"
KIT = "aihwkit-constant-step"
MISSING = "import sys\nsys.modules['aihwkit'] = None\n"
UNDEFINED = "ImportError: rpu_base.so: undefined symbol: _ZN3c10"


def analogbench(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command with `folder` first on the path of all its processes."""
    path = os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH"))))
    return subprocess.run(
        [sys.executable, "-c", "import sys; from analogbench.cli.main import main; sys.exit(main())", *arguments],
        env=os.environ | {"PYTHONPATH": path},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def run(folder: Path, *devices: str, algorithm: str = "analog-sgd") -> tuple[int, dict[str, Record], str]:
    """Exit code, record by device label, and what was printed."""
    selection = [part for device in devices for part in ("-d", device)]
    size = ("--budget", "smoke", "--seeds", "1", "--results", "out", "--no-report", "--target", "cpu")
    done = analogbench(folder, "run", "-a", algorithm, *selection, "-t", "least-squares[steps=20]", *size)
    records, problems = Store(folder / "out").load_all()
    assert not problems
    return done.returncode, {record.labels.device: record for record in records}, done.stdout + done.stderr


@pytest.fixture
def kit() -> None:
    pytest.importorskip("aihwkit", reason="AIHWKIT has wheels for Linux on x86-64 only")


@pytest.mark.usefixtures("kit")
def test_side_by_side(tmp_path: Path) -> None:
    code, records, output = run(
        tmp_path, "constant-step", f"{KIT}[implementation=none,composed]", algorithm="tiki-taka"
    )
    assert code == 0, output
    found = {name: (r.implementation, r.reproducible, r.replicas) for name, r in records.items()}
    assert found == {
        "constant-step": ("composed", True, 1),
        KIT: ("native", False, 1),
        f"{KIT}[implementation=composed]": ("composed", False, 1),
    }
    assert records[KIT].pulses is None
    assert (records[f"{KIT}[implementation=composed]"].pulses or 0) > 0
    assert f"native to the device, not composed of tiles: tiki-taka × {KIT}" in output
    assert "reproducible in distribution only, not digit for digit: rows on " in output
    assert f"pulses are not counted by the simulator: tiki-taka × {KIT}\n" in output


@pytest.mark.usefixtures("kit")
def test_somebody_elses_algorithm_runs_on_it_at_once(tmp_path: Path) -> None:
    info = tmp_path / "analogbench_sign_sgd-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: analogbench-sign-sgd\nVersion: 0.1.0\n")
    (info / "entry_points.txt").write_text("[analogbench]\nsign-sgd = analogbench_sign_sgd\n")
    (tmp_path / "analogbench_sign_sgd").symlink_to(EXAMPLE / "analogbench_sign_sgd")
    code, records, output = run(tmp_path, KIT, algorithm="analog-sign-sgd")
    assert code == 0, output
    assert (records[KIT].status, records[KIT].implementation) == ("ok", "composed")
    assert (records[KIT].pulses or 0) > 0


@pytest.mark.usefixtures("kit")
def test_a_native_form_that_does_not_exist_costs_its_cell_only(tmp_path: Path) -> None:
    code, records, output = run(tmp_path, "constant-step", f"{KIT}[implementation=native]")
    assert code == 1
    assert records["constant-step"].status == "ok"
    failed = records[f"{KIT}[implementation=native]"]
    reason = f"AIHWKIT has no native form of this rule on {KIT}; use implementation=composed"
    assert (failed.status, failed.reason) == ("skipped", reason)
    assert f"1 skipped: {reason}" in output


def test_missing(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(MISSING)
    code, records, output = run(tmp_path, "constant-step", KIT)
    assert code == 1
    assert (records["constant-step"].status, records[KIT].status) == ("ok", "skipped")
    assert records[KIT].reason.startswith("aihwkit is not installed; ")
    assert (records[KIT].implementation, records[KIT].reproducible) == ("", False)
    assert f"1 skipped: {records[KIT].reason}" in output
    plugins = json.loads(analogbench(tmp_path, "plugins", "--json").stdout)
    (found,) = [plugin for plugin in plugins if plugin["name"] == "aihwkit"]
    assert (found["state"], found["reason"]) == ("unavailable", records[KIT].reason)
    everything = analogbench(tmp_path, "run", "--all", "--dry-run", "--target", "cpu")
    assert everything.returncode == 0
    assert f"left out: aihwkit-ecram, aihwkit-reram-es, aihwkit-softbounds: {found['reason']}" in everything.stdout
    assert "× aihwkit" not in everything.stdout.replace("since they do not fit", "")
    globbed = analogbench(tmp_path, "run", "-d", "aihwkit-*", "--dry-run", "--target", "cpu")
    assert globbed.returncode == 2
    assert globbed.stderr.splitlines()[-1].startswith("analogbench: nothing to run: no device can be used here: ")


def test_built_for_another_torch(tmp_path: Path) -> None:
    configs = tmp_path / "aihwkit" / "simulator" / "configs.py"
    configs.parent.mkdir(parents=True)
    for package in (configs.parent, configs.parents[1]):
        (package / "__init__.py").touch()
    configs.write_text("raise ImportError('/very/long/folder/rpu_base.so: undefined symbol: _ZN3c10')\n")
    code, records, output = run(tmp_path, "constant-step", KIT)
    assert code == 1
    assert (records["constant-step"].status, records[KIT].status) == ("ok", "skipped")
    assert records[KIT].reason.endswith(f", see `analogbench doctor`: {UNDEFINED}")
    assert "Traceback" not in output


@pytest.mark.parametrize(
    ("device", "message"),
    [
        ("aihwkit-softbounds[tau=0]", "aihwkit-softbounds: tau"),
        ("aihwkit-rram-es", "did you mean 'aihwkit-reram-es'?"),
        ("aihwkit-softbounds[noise_management=loud]", "noise_management"),
        ("aihwkit-softbounds[implementation=compiled]", "implementation"),
    ],
)
def test_what_cannot_be_is_one_line(device: str, message: str, tmp_path: Path) -> None:
    done = analogbench(tmp_path, "run", "-d", device, "--dry-run")
    lines: list[Any] = done.stderr.splitlines()
    assert (done.returncode, len(lines)) == (2, 1)
    assert message in lines[0]
