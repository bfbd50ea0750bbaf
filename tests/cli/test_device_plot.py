"""`analogbench show DEVICE --plot FILE`."""

from pathlib import Path

import pytest

from analogbench.cli.main import main

Output = pytest.CaptureFixture[str]


def test_a_picture_in_each_format(tmp_path: Path, capsys: Output) -> None:
    for name, magic in (("a.svg", b"<?xml"), ("a.png", b"\x89PNG")):
        path = tmp_path / name
        assert main(["show", "ideal-softbounds[tau=0.7]", "--plot", str(path), "--pulses", "20"]) == 0
        assert path.read_bytes().startswith(magic)
        assert capsys.readouterr().out == f"wrote {path}\n"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["softbonds", "--plot", "a.svg"], "did you mean 'softbounds'"),
        (["softbounds[tau=0.6,0.7]", "--plot", "a.svg"], "--plot draws one device, and"),
        (["softbounds", "--plot", "a.gif"], "give a name that ends in .svg, .png, .pdf"),
        (["digital", "--plot", "a.svg"], "digital cannot be plotted: it stores exact numbers"),
        (["ideal-softbounds", "--pulses", "3", "--plot", "nowhere/a.svg"], "cannot write nowhere/a.svg: there is no"),
        (["softbounds", "--pulses", "3"], "--pulses goes with --plot"),
    ],
)
def test_mistakes_are_one_line(args: list[str], message: str, capsys: Output) -> None:
    assert main(["show", *args]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert len(error.splitlines()) == 1
