from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analogbench.data.fetching import download as module
from analogbench.data.fetching.download import Ended, download, size_of
from analogbench.data.fetching.reasons import SourceError


def _python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_what_a_command_says_and_how_it_ends(tmp_path: Path) -> None:
    code = "import os, sys; print(os.getcwd()); print('x' * 10**6, file=sys.stderr); sys.exit(7)"
    ended = download(_python(code), tmp_path, lambda size: None)
    assert ended == Ended(7, f"{tmp_path}\n", "x" * 10**6 + "\n")


def test_what_came_is_not_imported(tmp_path: Path) -> None:
    (tmp_path / "subprocess.py").write_text("1 / 0")
    assert download(_python("print(1)"), tmp_path, lambda size: None).out == "1\n"


def test_a_download_that_stands_still_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STALLED", 0.3)
    sizes: list[int] = []
    code = "import os, time; print(os.getpid(), file=open('pid', 'w'), flush=True); time.sleep(1000)"
    with pytest.raises(SourceError, match=r"^nothing came for 0\.3 s$"):
        download(_python(code), tmp_path, sizes.append)
    assert sizes == [0, size_of(tmp_path)]
    with pytest.raises(ProcessLookupError):
        _wait_for_end(int((tmp_path / "pid").read_text()))


def test_a_download_that_never_begins_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STARTING", 0.3)
    with pytest.raises(SourceError, match="nothing came"):
        download(_python("import time; time.sleep(1000)"), tmp_path, lambda size: None)


def test_a_command_and_its_children_end_with_the_one_who_asked(tmp_path: Path) -> None:
    child = "import os, time; print(os.getpid(), file=open('pid', 'w'), flush=True); time.sleep(1000)"
    command = f"import subprocess, sys; subprocess.run({_python(child)!r})"
    code = f"""
import threading
from pathlib import Path
from analogbench.data.fetching.download import download
download({_python(command)!r}, Path({str(tmp_path)!r}), lambda size: None)
"""
    process = subprocess.Popen(_python(code))
    pid = _content(tmp_path / "pid", process)
    process.kill()
    process.wait()
    with pytest.raises(ProcessLookupError):
        _wait_for_end(pid)


def _content(path: Path, process: subprocess.Popen[bytes]) -> int:
    while not path.exists() or not path.read_text().endswith("\n"):
        assert process.poll() is None
        time.sleep(0.02)
    return int(path.read_text())


def _wait_for_end(pid: int) -> None:
    """Raises ProcessLookupError as soon as the process is gone; one that nobody has waited for counts as gone."""
    while True:
        os.kill(pid, 0)
        with contextlib.suppress(OSError):
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                break
        time.sleep(0.02)
    raise ProcessLookupError
