"""The command line in this process, with the fake plugins, in an empty folder."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from analogbench.cli.main import main

Said = Callable[[Sequence[str]], tuple[int, str, str]]


@pytest.fixture
def said(fakes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Said:
    """Exit code, output and errors of a command."""
    monkeypatch.chdir(tmp_path)

    def said(args: Sequence[str]) -> tuple[int, str, str]:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(args)
        return code, out.getvalue(), err.getvalue()

    return said
