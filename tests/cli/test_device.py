"""From a file of pulses to a trained record, through the command line."""

import json
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from analogbench.cli.main import main

TRUE = "softbounds[tau=1,dw_min=0.02,dw_min_dtod=0.2,w_max_dtod=0.1,w_min_dtod=0.1,up_down=0.2,up_down_dtod=0.05]"


def pulses(path: Path, devices: int = 6, pulses: int = 80, cycles: int = 2) -> None:
    """Soft bounds with additive noise: weights ±1 are 10 and 50 µS."""
    random = np.random.default_rng(7)
    lines = ["device,pulse,direction,conductance_uS"]
    for device in range(devices):
        w_max, w_min = 1 + 0.1 * random.normal(), -1 + 0.1 * random.normal()
        gain, ratio = 1 + 0.2 * random.normal(), 0.05 * random.normal()
        w, number = 0.0, 0
        lines.append(f"{device},0,,{30 + 20 * w}")
        for sign in ([1] * pulses + [-1] * pulses) * cycles:
            scale = 0.02 * (gain + ratio if sign > 0 else gain - ratio - 0.2)
            w += sign * scale * (1 - w / (w_max if sign > 0 else w_min) + 0.3 * random.normal())
            w, number = min(max(w, w_min), w_max), number + 1
            read = 30 + 20 * (w + 0.005 * random.normal())
            lines.append(f"{device},{number},{'up' if sign > 0 else 'down'},{read:.4f}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_fit_then_run_then_record(capfd: pytest.CaptureFixture[str]) -> None:
    pulses(Path("pulses.csv"))
    assert (
        main(["device", "fit", "pulses.csv", "-o", "my-array.toml", "--family", "softbounds", "--plot", "fit.svg"]) == 0
    )
    out = capfd.readouterr().out
    assert "pulses.csv: 6 devices, 1926 reads, 960 pulses up, 960 down" in out
    assert re.search(r"softbounds, additive noise +\d+ +\+0\.0 .*chosen", out)
    assert "wrote my-array.toml" in out
    assert "my-array" in Path("fit.svg").read_text(encoding="utf-8")
    file = tomllib.loads(Path("my-array.toml").read_text(encoding="utf-8"))
    assert (file["name"], file["device"]) == ("my-array", "softbounds")
    for name, value in {"dw_min": 0.02, "dw_min_std": 0.3, "up_down": 0.2, "dw_min_dtod": 0.2}.items():
        low, high = file["measured"]["interval"][name]
        assert low <= value <= high, name
    assert file["provenance"]["source"] == "pulses.csv"
    assert len(file["provenance"]["sha256"]) == 64

    grid = ["-a", "analog-sgd", "-t", "least-squares", "--budget", "smoke", "--seeds", "1", "--results", "r"]
    assert main(["run", "-d", "my-array.toml,my-array.toml[mode=expected]", *grid]) == 0
    assert "my-array[mode=expected]" in capfd.readouterr().out
    records = [json.loads(path.read_text(encoding="utf-8")) for path in Path("r/records").rglob("*.json")]
    devices = {record["labels"]["device"]: record["cell"]["device"] for record in records}
    assert devices.keys() == {"my-array", "my-array[mode=expected]"}
    assert devices["my-array"]["params"]["dw_min"] == file["parameters"]["dw_min"]

    Path("my-array.toml").unlink()  # the records need it no more
    assert main(["status", "--results", "r"]) == 0
    assert main(["report", "--results", "r"]) == 0
    assert "stale" not in capfd.readouterr().out


def test_show_lists_what_a_file_says(capfd: pytest.CaptureFixture[str]) -> None:
    text = 'schema_version = 1\nname = "mine"\ndevice = "softbounds"\n[parameters]\ntau = 0.75\n'
    Path("d.toml").write_text(text, encoding="utf-8")
    assert main(["show", "d.toml"]) == 0
    out = capfd.readouterr().out
    assert "device mine, d.toml, a softbounds of plugin pulsed" in out
    assert re.search(r"^tau +0\.75 ", out, re.MULTILINE)
    assert main(["show", "gone.toml"]) == 2
    assert capfd.readouterr().err == "analogbench: device file gone.toml: No such file or directory\n"


def test_training_sees_the_same_device(capfd: pytest.CaptureFixture[str]) -> None:
    """In expected mode, the error at which training ends on the fitted device is that on the true one."""
    pulses(Path("pulses.csv"), devices=12)
    for family in ("softbounds", "piecewise-step"):
        assert main(["device", "fit", "pulses.csv", "-o", f"{family}-fit.toml", "--family", family]) == 0
    capfd.readouterr()
    other = TRUE.replace("softbounds", "constant-step")
    devices = [TRUE, "softbounds-fit.toml", "piecewise-step-fit.toml", other]
    selections = [f"{d[:-1]},mode=expected]" if d.endswith("]") else f"{d}[mode=expected]" for d in devices]
    grid = ["-a", "analog-sgd", "-t", "least-squares", "--budget", "quick", "--seeds", "3", "--results", "r"]
    assert main(["run", "-d", ",".join(selections), *grid]) == 0
    errors: dict[str, list[float]] = {}
    for path in Path("r/records").rglob("*.json"):
        record = json.loads(path.read_text(encoding="utf-8"))
        name = str(record["cell"]["device"].get("alias") or record["cell"]["device"]["name"])
        name = name.partition("[")[0]
        errors.setdefault(name, []).append(record["metrics"][record["metric"]["key"]])
    true = np.mean(errors["softbounds"])
    assert np.mean(errors["softbounds-fit"]) == pytest.approx(true, rel=0.25)
    assert np.mean(errors["piecewise-step-fit"]) == pytest.approx(true, rel=0.25)
    assert np.mean(errors["constant-step"]) != pytest.approx(true, rel=0.25), (
        "the comparison would not see another device"
    )


@pytest.mark.parametrize(
    ("args", "problem"),
    [
        (["gone.csv"], "gone.csv: No such file or directory"),
        (["bad.csv"], "bad.csv, row 2, column conductance: 'x' is no number"),
        (["p.csv", "--family", "soft"], "Invalid value for '--family'"),
        (["p.csv", "--range", "5"], "cannot read the range '5': write two conductances, such as 10,50"),
        (["p.csv", "--range", "5,1"], "the first conductance should be less than the second"),
        (["p.csv", "--tau", "nan"], "--tau should be a positive number, not nan"),
        (["p.csv", "--name", "my array"], "a device cannot be called 'my array'"),
        (["p.csv", "--name", "digital"], "a device called 'digital' is installed; choose another name with --name"),
        (["p.csv", "-o", "d.json"], "the name of a device file ends in .toml"),
        (["p.csv", "--plot", "d.gif"], "--plot d.gif: give a name that ends in .svg, .png, .pdf"),
        (["p.csv", "--plot", "no/d.svg"], "cannot write no/d.svg: there is no folder no"),
        (["p.csv", "-o", "no/d.toml"], "cannot write no/d.toml: there is no folder no"),
    ],
)
def test_a_mistake_is_one_line(args: list[str], problem: str, capfd: pytest.CaptureFixture[str]) -> None:
    pulses(Path("p.csv"), devices=1, pulses=12, cycles=1)
    Path("bad.csv").write_text("pulse,direction,conductance\n1,up,x\n", encoding="utf-8")
    before = set(Path().iterdir())
    assert main(["device", "fit", *args]) == 2
    captured = capfd.readouterr()
    assert problem in captured.err
    assert "Traceback" not in captured.err
    assert captured.err.count("\n") == 1
    assert set(Path().iterdir()) == before


def test_one_device_few_reads_and_no_unit_are_said(capfd: pytest.CaptureFixture[str]) -> None:
    pulses(Path("p.csv"), devices=1, pulses=25, cycles=1)
    Path("p.csv").write_text(Path("p.csv").read_text(encoding="utf-8").replace("_uS", ""), encoding="utf-8")
    assert main(["device", "fit", "p.csv", "--family", "constant-step", "--plot", "p.pdf"]) == 0
    captured = capfd.readouterr()
    assert "not known of one device" in captured.out
    assert "the header has no unit" in captured.err
    assert tomllib.loads(Path("p.toml").read_text(encoding="utf-8"))["parameters"]["dw_min_dtod"] == 0.0
    assert Path("p.pdf").read_bytes().startswith(b"%PDF")
