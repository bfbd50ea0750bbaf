"""Archives: the same bytes for the same input, and nothing is written outside of a folder, whatever they hold."""

from __future__ import annotations

import io
import os
import tarfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analogbench.errors import AnalogbenchError
from analogbench.publish.archive import pack
from analogbench.publish.unpack import unpacked

if TYPE_CHECKING:
    from conftest import Say, Tree

KINDS = ("b.tar.gz", "b.zip")
NAMES = st.from_regex(r"[a-z0-9._=@-]{1,12}", fullmatch=True).filter(lambda name: name.strip("."))
CONTENTS = st.dictionaries(NAMES, st.binary(max_size=200), min_size=2, max_size=6)
QUICK = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("name", KINDS)
def test_a_bundle_verifies_and_is_the_same_every_time(tree: Tree, results: Path, say: Say, name: str) -> None:
    assert say("publish", "--bundle", name)[0] == 0
    first = Path(name).read_bytes()
    for path in results.rglob("*"):
        os.utime(path, (0, time.time() - 1e6))
    assert say("publish", "--bundle", name)[0] == 0
    assert Path(name).read_bytes() == first
    assert say("publish", "site")[0] == 0
    with unpacked(Path(name)) as folder:
        assert tree(folder) == tree(Path("site"))
    code, output, _ = say("verify", name, "--sample", 0)
    assert (code, output[-1].partition(":")[0]) == (0, "nothing wrong")


@pytest.mark.parametrize("name", KINDS)
@QUICK
@given(contents=CONTENTS, place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_flipped_bit_never_changes_what_is_unpacked(
    tree: Tree, tmp_path: Path, name: str, contents: dict[str, bytes], place: float, bit: int
) -> None:
    folder = tmp_path / "in"
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for each, content in contents.items():
        (folder / each).write_bytes(content)
    file = tmp_path / name
    pack(folder, file)
    with unpacked(file) as out:
        assert tree(out) == tree(folder)
    content = bytearray(file.read_bytes())
    content[int(place * len(content))] ^= 1 << bit
    file.write_bytes(content)
    try:
        with unpacked(file) as out:
            found = tree(out)
    except AnalogbenchError:
        return
    # Flips of times, modes and names in zip headers are not covered by a checksum: then a name may be another, and a
    # tar file may end early. The index notices both; no content is another one.
    assert set(found.values()) <= set(contents.values())


def _tar(*names: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> Callable[[Path], None]:
    def write(file: Path) -> None:
        with tarfile.open(file, "w:gz") as archive:
            for name in names:
                about = tarfile.TarInfo(name)
                about.type, about.linkname, about.size = kind, target, 4 if kind == tarfile.REGTYPE else 0
                archive.addfile(about, io.BytesIO(b"evil"))

    return write


def _zip(*names: str) -> Callable[[Path], None]:
    def write(file: Path) -> None:
        with zipfile.ZipFile(file, "w") as archive:
            for name in names:
                archive.writestr(name, "evil")

    return write


@pytest.mark.parametrize(
    ("name", "write", "why"),
    [
        ("b.tar.gz", _tar("../x"), "the name '../x' leads out of the archive"),
        ("b.tar.gz", _tar("a/../../x"), "the name 'a/../../x' leads out of the archive"),
        ("b.tar.gz", _tar("/tmp/x"), "leads out of the archive"),
        ("b.tar.gz", _tar("a", kind=tarfile.SYMTYPE, target="/etc/passwd"), "'a' is neither a file nor a folder"),
        ("b.tar.gz", _tar("a", kind=tarfile.LNKTYPE, target="/etc/passwd"), "'a' is neither a file nor a folder"),
        ("b.tar.gz", _tar("a", kind=tarfile.FIFOTYPE), "'a' is neither a file nor a folder"),
        ("b.tar.gz", _tar("a", "a"), "two files of the name 'a'"),
        ("b.tar.gz", _tar("a", "a/b"), "damaged: "),
        ("b.zip", _zip("../x"), "the name '../x' leads out of the archive"),
        ("b.zip", _zip("..\\x"), "leads out of the archive"),
        ("b.zip", _zip("C:/x"), "leads out of the archive"),
        ("b.tar.gz", lambda file: file.write_bytes(b"\x1f\x8b"), "damaged: "),
        ("b.zip", lambda file: file.write_bytes(b"PK"), "damaged: File is not a zip file"),
    ],
)
def test_hostile_and_broken_archives(
    tree: Tree, results: Path, say: Say, name: str, write: Callable[[Path], None], why: str
) -> None:
    folder = Path("inner")
    folder.mkdir()
    file = folder / name
    write(file)
    before = tree(Path())
    code, output, error = say("verify", file)
    assert (code, output, len(error)) == (1, [], 1)
    assert why in error[0]
    assert say("publish", "--bundle", file)[0] == 2
    assert tree(Path()) == before


@pytest.mark.parametrize("name", KINDS)
def test_a_truncated_archive(results: Path, say: Say, name: str) -> None:
    assert say("publish", "--bundle", name)[0] == 0
    content = Path(name).read_bytes()
    for length in (3, len(content) // 2, len(content) - 30):
        Path(name).write_bytes(content[:length])
        code, output, error = say("verify", name, "--sample", 0)
        assert (code, output, len(error)) == (1, [], 1), length
        assert "damaged: " in error[0]


def test_what_is_no_archive(results: Path, say: Say) -> None:
    Path("mine.zip").write_text("mine")
    Path("link.zip").symlink_to("mine.zip")
    for name in ("mine.zip", "link.zip"):
        code, _, error = say("publish", "--bundle", name)
        assert (code, len(error)) == (2, 1)
        assert f"{name} was not made by `analogbench publish`" in error[0]
    assert Path("mine.zip").read_text() == "mine"
    code, output, error = say("verify", "mine.zip")
    assert (code, output) == (2, [])
    assert error == ["analogbench: mine.zip is neither a folder nor an archive of `analogbench publish`"]


def test_a_bomb_is_stopped(results: Path, say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analogbench.publish.unpack.MOST_BYTES", 1000)
    assert say("publish", "--bundle", "b.zip")[0] == 0
    code, _, error = say("verify", "b.zip")
    assert (code, error) == (1, ["analogbench: b.zip: holds more than 1000 bytes, so it is no leaderboard"])
