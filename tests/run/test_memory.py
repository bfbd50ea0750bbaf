"""Sizes as users write them, and what is free."""

from __future__ import annotations

from pathlib import Path

import pytest

from analogbench.errors import UsageError
from analogbench.run import memory
from analogbench.run.memory import free_memory, own_memory, parse_size, size_text


@pytest.mark.parametrize(
    ("text", "size"),
    [("8G", 8 * 10**9), ("500M", 5 * 10**8), ("1.5 GiB", 3 * 2**29), ("64kb", 64000), ("2ki", 2048), (" 123 ", 123)],
)
def test_sizes(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "G", "8X", "-8G", "8 i", "8GG", "nan", "9" * 400, "0", "0.1", "1e9"])
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(UsageError, match="such as 8G"):
        parse_size(text)


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 B"), (950, "950 B"), (12_345_678, "12.3 MB"), (999_600, "1000 KB"), (5e15, "5000 TB")]
)
def test_sizes_as_text(size: float, text: str) -> None:
    assert size_text(size) == text


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with 4 MiB available, and no control group."""
    monkeypatch.setattr(memory, "MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(memory, "OWN_GROUPS", tmp_path / "own")
    monkeypatch.setattr(memory, "GROUPS", tmp_path / "groups")
    (tmp_path / "meminfo").write_text("MemTotal: 9000 kB\nMemAvailable:    4096 kB\n")
    return tmp_path


def group(folder: Path, version: int, limit: str, used: int, spare: int) -> None:
    folder.mkdir(parents=True)
    names = ("memory.max", "memory.current") if version == 2 else ("memory.limit_in_bytes", "memory.usage_in_bytes")
    (folder / names[0]).write_text(f"{limit}\n")
    (folder / names[1]).write_text(f"{used}\n")
    name = "inactive_file" if version == 2 else "total_inactive_file"
    (folder / "memory.stat").write_text(f"anon 1\n{name} {spare}\n")


def test_a_machine_without_limits(machine: Path) -> None:
    assert free_memory() == 4096 * 1024
    (machine / "meminfo").unlink()
    assert free_memory() is None


def test_the_tightest_group_counts(machine: Path) -> None:
    (machine / "own").write_text("0::/slice/job\n")
    group(machine / "groups" / "slice" / "job", 2, "max", 100, 0)
    assert free_memory() == 4096 * 1024
    (machine / "groups" / "slice" / "memory.max").write_text("5000")
    (machine / "groups" / "slice" / "memory.current").write_text("3000")
    (machine / "groups" / "slice" / "memory.stat").write_text("inactive_file 500")
    assert free_memory() == 2500
    (machine / "groups" / "slice" / "memory.max").write_text("1000")
    assert free_memory() == 0


def test_a_container_that_sees_its_group_as_the_root(machine: Path) -> None:
    (machine / "own").write_text("5:cpu,cpuacct:/x\n4:memory:/docker/abc\n0::/\n")
    group(machine / "groups" / "memory", 1, "5000", 3000, 1000)
    assert free_memory() == 3000


def test_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    assert own_memory() == 0 or own_memory() > 10**6
    monkeypatch.setattr(memory, "OWN_PAGES", Path("/nowhere"))
    assert own_memory() == 0
