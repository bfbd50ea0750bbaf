"""What processes use, and that nothing is left of those that are to end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from analogbench.run.processes import MARK, kill_marked, kill_tree, memory_of

SLEEP = "import time; time.sleep(600)"

PARENT = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", {SLEEP!r}], stdout=subprocess.DEVNULL)
print(child.pid, flush=True)
if sys.argv[1] == "wait":
    child.wait()
"""

LARGE = """
import time
held = b"x" * 100_000_000
print("ready", flush=True)
time.sleep(600)
"""


@pytest.fixture
def parent() -> Iterator[subprocess.Popen[str]]:
    """A process with a child, whose number it prints."""
    command = [sys.executable, "-c", PARENT, "wait"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def number(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())


def gone(pid: int) -> bool:
    """Waits until the process has ended; pytest's own limit ends a test that fails."""
    while (stat := Path(f"/proc/{pid}/stat")).exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z":
        time.sleep(0.01)
    return True


def test_a_process_is_killed_with_its_children(parent: subprocess.Popen[str]) -> None:
    child = number(parent)
    kill_tree(parent.pid)
    assert parent.wait() == -9
    assert gone(child)


def test_whoever_bears_the_mark_is_killed_also_without_its_parent(parent: subprocess.Popen[str]) -> None:
    """Those of other marks, and without one, are not."""
    done = subprocess.run(
        [sys.executable, "-c", PARENT, "leave"],
        env=os.environ | {MARK: "ours"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    orphan, child = int(done.stdout), number(parent)
    kill_marked("theirs")
    os.kill(orphan, 0)
    kill_marked("ours")
    assert gone(orphan)
    os.kill(child, 0)
    assert parent.poll() is None


def test_memory_is_that_of_the_whole_tree(parent: subprocess.Popen[str]) -> None:
    with subprocess.Popen([sys.executable, "-c", LARGE], stdout=subprocess.PIPE, text=True) as large:
        assert large.stdout is not None
        large.stdout.readline()
        alone = memory_of(large.pid)
        assert 100_000_000 <= alone < 200_000_000
        assert memory_of(os.getpid()) > alone
        large.kill()
    number(parent)
    assert memory_of(parent.pid) > 0


def test_what_has_ended_uses_nothing_and_need_not_be_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    assert memory_of(process.pid) == 0
    kill_tree(process.pid)
