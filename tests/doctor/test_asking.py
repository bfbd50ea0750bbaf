"""Nothing that a child does can harm the parent, or hide what it found out before."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import pytest

from analogbench.doctor.asking import Answer, ask
from analogbench.doctor.child import LONGEST

Pretend = Callable[..., Path]

HEAD = "import os, signal, sys, time\ndef probe(say, *args):\n    say(version='1.2')\n    "


@pytest.mark.parametrize(
    ("does", "failure"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", "ended by SIGSEGV"),
        ("os.kill(os.getpid(), 40)", "ended by signal 40"),
        (
            r"os.write(2, b'terminate called\n  what():  bad\xff  weights\n\n...\n'); os.abort()",
            "ended by SIGABRT: what(): bad� weights",
        ),
        ("os._exit(0)", "ended with exit code 0"),
        ("sys.exit(5)", "SystemExit: 5"),
        ("raise ImportError('a.so:\\n  undefined symbol')", "ImportError: a.so: undefined symbol"),
        ("raise KeyError", "KeyError"),
    ],
)
def test_what_a_child_found_out_outlives_it(pretend: Pretend, does: str, failure: str) -> None:
    pretend({"dying.py": HEAD + does})
    assert ask([["dying"]], 60) == [Answer({"version": "1.2"}, failure)]


def test_facts_are_told_apart_from_what_libraries_print(pretend: Pretend) -> None:
    does = "print('[hello', flush=True); os.write(1, b'7\\n'); os.system('echo {}'); say(b=args[0])"
    pretend({"noisy.py": HEAD + does, "sitecustomize.py": "print('null\\n\"no failure\"x')"})
    assert ask([["noisy", "≥"]], 60) == [Answer({"version": "1.2", "b": "≥"})]


def test_who_hangs_is_killed(pretend: Pretend) -> None:
    pretend({"hanging.py": "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(600)"})
    assert (
        ask([["hanging"], ["hanging"]], 0.5)
        == [Answer({}, "no answer within 0.5 s; if the disk is slow, try a longer --timeout")] * 2
    )


def test_a_child_that_has_answered_may_hang_at_its_end(pretend: Pretend) -> None:
    pretend({"lingering.py": HEAD + "import threading; threading.Thread(target=time.sleep, args=[600]).start()"})
    assert ask([["lingering"]], 60) == [Answer({"version": "1.2"})]


class Interrupted(subprocess.Popen[bytes]):
    """A child; who waits for it is interrupted."""

    started: ClassVar[list[Interrupted]] = []

    def wait(self, timeout: float | None = None) -> int:
        if self not in self.started:
            self.started.append(self)
            raise KeyboardInterrupt
        return super().wait(timeout)


def test_an_interrupt_leaves_no_child_behind(pretend: Pretend, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend({"hanging.py": "import time\ntime.sleep(600)"})
    monkeypatch.setattr(subprocess, "Popen", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        ask([["hanging"]], 60)
    assert [child.returncode for child in Interrupted.started] == [-signal.SIGKILL]


def test_a_failure_is_never_long(pretend: Pretend) -> None:
    pretend({"wordy.py": "raise ValueError('many words ' * 1000)"})
    (answer,) = ask([["wordy"]], 60)
    assert len(answer.failure) == LONGEST


def test_the_current_folder_is_not_imported_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "numba.py").write_text("1 / 0")
    (tmp_path / "here.py").write_text(HEAD + "pass")
    monkeypatch.chdir(tmp_path)
    (answer,) = ask([["here"]], 60)
    assert answer.failure == "ModuleNotFoundError: No module named 'here'"
