"""What docs/devices-measured.md shows is true, and its example makes what the fit reads."""

import re
import runpy
import shlex
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

from analogbench.cli.main import main
from analogbench.errors import UsageError
from analogbench.fitting.pulse_file import parse_pulses, read_pulses
from analogbench.fitting.start import steps
from analogbench.grid.selection import select
from analogbench.registry import load

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "devices-measured.md").read_text(encoding="utf-8")
EXAMPLE = ROOT / "examples" / "measured-device" / "pulse_preset.py"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_the_csv_is_understood_but_too_short() -> None:
    (table,) = blocks("csv")
    with pytest.raises(UsageError, match="device a has 3 reads after pulses up; 10 are needed"):
        parse_pulses(table, "p.csv")


def test_the_device_file_is_one(tmp_path: Path) -> None:
    (file,) = blocks("toml")
    (tmp_path / "d.toml").write_text(file, encoding="utf-8")
    (part,) = select(load(), "device", [str(tmp_path / "d.toml")])
    assert (part.alias, part.params["dw_min"]) == ("my-array", 0.0206)


def test_the_example_finds_what_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    pulse, fit, _ = [shlex.split(line) for line in blocks("sh")[-1].splitlines()]
    monkeypatch.setattr(sys, "argv", [str(EXAMPLE), *pulse[2:]])
    runpy.run_path(str(EXAMPLE), run_name="__main__")
    assert main([*fit[1:4], "--family", "softbounds"]) == 0  # auto takes half a minute
    made = tomllib.loads((tmp_path / "pulsed.toml").read_text(encoding="utf-8"))
    found = {**made["measured"], **made["parameters"]}
    assert found["mult_noise"] is False
    rows = re.findall(r"^\| `(\w+)` \| (\S+) \[(\S+), (\S+)\] \| (\S+) \|$", PAGE, re.MULTILINE)
    assert len(rows) == 7
    for name, *numbers in rows:
        value, low, high, true = map(float, numbers)
        assert [found[name], *made["measured"]["interval"][name]] == pytest.approx([value, low, high], rel=0.03), name
        assert low <= true <= high, name


def test_the_example_gives_single_pulses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "p.csv"
    selection = "constant-step[dw_min=0.01,tau=1,dw_min_std=0,dw_min_dtod=0,up_down_dtod=0,up_down=0.5]"
    args = [selection, str(out), "--devices", "3", "--pulses", "20", "--cycles", "1", "--read-noise", "0"]
    monkeypatch.setattr(sys, "argv", [str(EXAMPLE), *args])
    runpy.run_path(str(EXAMPLE), run_name="__main__")
    measurement, _ = read_pulses(out)
    assert len(measurement.devices) == 3
    for traces in measurement.devices.values():
        up, down = (steps(traces, sign)[1] for sign in (1, -1))
        np.testing.assert_allclose(up, 0.01 * 20, rtol=1e-3)  # 20 µS are a weight of 1
        np.testing.assert_allclose(down, 0.005 * 20, rtol=1e-3)
