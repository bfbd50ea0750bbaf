"""Modules and distributions that child processes find before the real ones."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

Pretend = Callable[..., Path]


@pytest.fixture
def pretend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pretend:
    """Call it as pretend({"package/__init__.py": its source}, package="1.0") for files and distributions."""
    site = tmp_path / "pretended"
    site.mkdir()
    inherited = os.environ.get("PYTHONPATH")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(site), inherited])))

    def write(files: dict[str, str], **versions: str) -> Path:
        for name, version in versions.items():
            files = {f"{name}-{version}.dist-info/METADATA": f"Name: {name}\nVersion: {version}\n", **files}
        for path, text in files.items():
            (site / path).parent.mkdir(parents=True, exist_ok=True)
            (site / path).write_text(text, encoding="utf-8")
        return site

    return write
