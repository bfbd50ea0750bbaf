"""Real records of a smoke run: published, verified, trained again with the real engine, also on AIHWKIT's tiles."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analogbench.cli.main import main

GRID = ("-a", "sgd,analog-sgd", "-d", "digital,ideal-softbounds,softbounds", "-t", "least-squares[steps=300]")
KIT = ("-a", "analog-sgd", "-d", "aihwkit-softbounds", "-t", "least-squares[steps=300]")


@pytest.mark.parametrize(
    ("selection", "verdict"),
    [(GRID, "equal, digit for digit"), (KIT, "within the interval of its seeds")],
    ids=["reproducible", "in distribution"],
)
def test_from_a_run_to_a_verified_bundle(
    selection: tuple[str, ...],
    verdict: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if selection is KIT:
        pytest.importorskip("aihwkit")
    monkeypatch.chdir(tmp_path)
    assert main(["run", *selection, "--budget", "smoke", "--seeds", "3", "--target", "cpu", "--no-report"]) == 0
    assert main(["publish", "site"]) == 0
    assert main(["publish", "--bundle", "b.tar.gz", "--anonymous"]) == 0
    for place in ("site", "b.tar.gz"):
        capsys.readouterr()
        assert main(["verify", place, "--sample", "3", "--seed", "5"]) == 0
        output = capsys.readouterr().out
        assert output.count(f": {verdict}") == 3, output
        assert output.splitlines()[-1].endswith("3 cells run again and agreed")


def test_a_forged_curve_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever forges a number, makes all checksums and tables anew and says nothing of it."""
    from analogbench.records.store import Store, read

    monkeypatch.chdir(tmp_path)
    line = ("-a", "sgd", "-d", "digital", "-t", "least-squares[steps=300]", "--budget", "smoke", "--seeds", "2")
    assert main(["run", *line, "--target", "cpu", "--no-report"]) == 0
    (path,) = Path("results/records").rglob("*-s1-*")
    record = read(path)
    metrics = {name: number and number * (1 - 1e-9) for name, number in record.metrics.items()}
    Store(Path("results")).save(record.model_copy(update={"metrics": metrics}))
    assert main(["publish", "site"]) == 0
    assert main(["verify", "site", "--sample", "0"]) == 0
    capsys.readouterr()
    assert main(["verify", "site", "--sample", "2"]) == 1
    output = capsys.readouterr().out
    assert "seed 1: other numbers on the same machine: " in output
    assert "seed 0: equal, digit for digit" in output
    assert json.loads(Path("site/index.json").read_text("utf-8"))["records"][1]["code"] == "installed"
