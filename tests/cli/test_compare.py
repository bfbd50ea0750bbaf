"""`analogbench compare`, from the words to the sentence."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from analogbench.cli.main import main
from analogbench.grid.cell import Cell, Part
from analogbench.records.record import Labels, MetricInfo, Record
from analogbench.records.store import Store

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "statistics.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```\n(?:\n```text\n(.*?)^```)?", PAGE, re.MULTILINE | re.DOTALL)
COMMANDS = [(line, said) for block, said in BLOCKS for line in block.splitlines()]

ACCURACY = MetricInfo(key="accuracy", title="test accuracy", unit="%", scale=100.0)


def record(algorithm: str, device: str, seed: int, value: float | None, task: str = "digits") -> Record:
    parts = {
        "algorithm": Part(name=algorithm.partition("[")[0]),
        "device": Part(name=device.partition("[")[0]),
        "task": Part(name=task),
    }
    ok = {"metrics": {"accuracy": value}, "curve": {"step": [1, 2], "epoch": [1, 2], "accuracy": [0.1, value]}}
    return Record(
        identity=f"{algorithm}{device}{task}{seed}".encode().hex().ljust(64, "0")[-64:],
        cell=Cell(**parts, budget="quick", seed=seed),
        labels=Labels(algorithm=algorithm, device=device, task=task, data="all"),
        status="diverged" if value is None else "ok",
        reason="loss is NaN" if value is None else "",
        metric=ACCURACY,
        steps=2,
        **({} if value is None else ok),
    )


@pytest.fixture
def results(tmp_path: Path) -> Path:
    folder = tmp_path / "results"
    for seed in range(6):
        for device, lead in (("pulsed", 0.02), ("ideal[tau=2.0]", -0.01)):
            Store(folder).save(record("tiki-taka[fast_lr=0.1]", device, seed, 0.9 + 0.001 * seed + lead))
            Store(folder).save(record("analog-sgd", device, seed, None if (device, seed) == ("pulsed", 5) else 0.9))
        Store(folder).save(record("sgd", "digital", seed, 0.95))
    return folder


def test_a_table_and_a_sentence(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "tiki-taka", "analog-sgd", "-d", "pulsed", "--results", str(results)]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("A: tiki-taka[fast_lr=0.1]\nB: analog-sgd\n\ndigits · all · quick\n")
    assert said.out.splitlines()[-1] == (
        "On digits · all · quick, pulsed: tiki-taka[fast_lr=0.1] beats analog-sgd by 2.20 ± 0.16 points of test "
        "accuracy in 6 of 6 seeds, 1 of them because analog-sgd failed (p = 0.031)."
    )
    assert "‡ failed: analog-sgd on digits · all · quick, pulsed: diverged: loss is NaN (seed 5)" in said.out
    tables = said.out.split("  A, B: mean")[0]
    assert max(map(len, tables.splitlines())) <= 120


def test_several_settings(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "tiki-taka", "analog-sgd", "--target", "91", "--results", str(results)]) == 0
    said = capsys.readouterr().out
    assert "over 2 settings, tiki-taka[fast_lr=0.1] is ahead of analog-sgd in 1, behind in 1" in said
    assert "learning curves to test accuracy 91 %: as asked for" in said


def test_json_holds_the_same(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "sgd@digital", "analog-sgd", "--json", "--results", str(results)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["a"]["name"] == "sgd × digital"
    assert [one["device"] for one in found["settings"]] == ["ideal[tau=2.0]", "pulsed"]
    ideal, pulsed = found["settings"]
    assert ideal["difference"]["mean"] == pytest.approx(0.05)
    assert (pulsed["failed_b"], pulsed["pairs"][5]) == ([5], {"seed": 5, "a": 0.95, "b": None})
    assert pulsed["reach_a"]["steps"]["median"] == 2
    assert ideal["p_holm"] == 2 * ideal["p"] == 0.0625
    assert found["sentence"].startswith(
        "By test accuracy, over 2 settings, sgd × digital is ahead of analog-sgd in 2, behind in 0"
    )


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["tiki-tak", "analog-sgd"], "did you mean 'tiki-taka[fast_lr=0.1]'?"),
        (["tiki-taka", "analog-sdg"], "did you mean 'analog-sgd'?"),
        (["sgd", "analog-sgd"], "no shared cells: sgd is recorded on digital for digits (quick); analog-sgd is"),
        (["sgd", "sgd"], "both are sgd"),
        (["tiki-taka@pulsed", "sgd@digital", "-d", "pulsed"], "-d chooses devices to meet on, but tiki-taka"),
        (["tiki-taka", "analog-sgd", "-d", "pulse"], "unknown device 'pulse'; did you mean 'pulsed'?"),
        (["tiki-taka", "analog-sgd", "-t", "letters"], "there are records of: digits (quick)"),
        (["tiki-taka", "analog-sgd", "--budget", "paper"], "there are records of: digits (quick)"),
        (["tiki-taka", "analog-sgd", "--metric", "accurcy"], "unknown metric 'accurcy'; did you mean 'accuracy'?"),
        (["tiki-taka", "analog-sgd", "--target", "90%"], "--target '90%' is neither"),
    ],
)
def test_a_mistake_is_one_line(
    args: list[str], message: str, results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", *args, "--results", str(results)]) == 2
    said = capsys.readouterr()
    (line,) = said.err.splitlines()
    assert message in line
    assert not said.out


def test_no_records(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "a", "b", "--results", str(tmp_path)]) == 2
    assert "no records in" in capsys.readouterr().err


def test_a_damaged_record_is_named(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (results / "records" / "bad.json").write_text("{")
    assert main(["compare", "tiki-taka", "analog-sgd", "--results", str(results)]) == 1
    said = capsys.readouterr()
    assert "bad.json" in said.err
    assert "over 2 settings" in said.out


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_neither_torch_nor_matplotlib(results: Path, form: list[str]) -> None:
    command = ["compare", "tiki-taka", "analog-sgd", "--results", str(results), *form]
    code = (
        f"import sys; from analogbench.cli.main import main; assert main({command}) == 0;"
        "bad = {'torch', 'matplotlib', 'scipy.stats'} & set(sys.modules); assert not bad, bad"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.skipif(not (ROOT / "results").exists(), reason="the sdist has no results")
@pytest.mark.parametrize(("command", "quoted"), COMMANDS, ids=[command for command, _ in COMMANDS])
def test_the_page_on_statistics_quotes_what_is_printed(
    command: str, quoted: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(shlex.split(command)[1:]) == 0
    assert " ".join(quoted.split()) in " ".join(capsys.readouterr().out.split())


def test_the_page_has_commands() -> None:
    assert len(COMMANDS) > 3
    assert any(quoted for _, quoted in COMMANDS)
