"""Workers that take too long or too much are killed from outside, whatever goes on inside."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from analogbench.run import watch as module
from analogbench.run.watch import Limits, Watch


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK", 0.01)
    monkeypatch.setattr(module, "WRITING", 0.01)


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process that takes no notice of the signal by which a worker writes down where it is."""
    code = "import signal, time; signal.signal(signal.SIGUSR1, signal.SIG_IGN); print(1, flush=True); time.sleep(600)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


def test_time_counts_from_when_training_begins(sleeper: subprocess.Popen[bytes]) -> None:
    watch = Watch(sleeper.pid, Limits(seconds=0.05), 2)
    with pytest.raises(subprocess.TimeoutExpired):
        sleeper.wait(0.5)  # it still has minutes to start
    watch.training()
    assert sleeper.wait() == -signal.SIGKILL
    assert watch.verdict is not None
    assert watch.verdict.status == "timeout"
    assert watch.verdict.spoilt
    assert watch.verdict.reason == "killed after 2 × 0.05 s, see --timeout"


def test_a_worker_that_does_not_even_start_is_killed(
    sleeper: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STARTING", 0.05)
    watch = Watch(sleeper.pid, Limits(seconds=0.05), 1)
    assert sleeper.wait() == -signal.SIGKILL
    assert watch.verdict is not None
    assert watch.verdict.reason == "killed after 0.05 s, see --timeout"


def test_memory_is_that_of_the_process(sleeper: subprocess.Popen[bytes]) -> None:
    watch = Watch(sleeper.pid, Limits(memory=1_000_000), 5)
    assert sleeper.wait() == -signal.SIGKILL
    assert watch.verdict is not None
    assert watch.verdict.status == "oom"
    assert watch.verdict.spoilt
    assert watch.verdict.reason.startswith("killed: used ")
    assert watch.verdict.reason.endswith(" of memory, more than --worker-memory 1 MB")


def test_a_job_that_has_ended_is_left_alone(sleeper: subprocess.Popen[bytes]) -> None:
    watch = Watch(sleeper.pid, Limits(seconds=0.1, memory=10**12), 1)
    watch.training()
    watch.end()
    with pytest.raises(subprocess.TimeoutExpired):
        sleeper.wait(0.5)
    assert watch.verdict is None


def test_without_limits_nobody_looks(sleeper: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Watch, "_look", lambda self: pytest.fail("looked"))
    assert not Limits()
    assert Watch(sleeper.pid, Limits(), 1).verdict is None
