"""Where a record comes from."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from pathlib import Path

import pytest

from analogbench.records import machine
from analogbench.records.provenance import git_state, now, plugin_versions, provenance, versions
from analogbench.registry import Registry


def git(folder: Path, *command: str) -> str:
    who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}
    done = subprocess.run(
        ["git", "-C", str(folder), *command], env=os.environ | who, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init")
    (tmp_path / "file").write_text("1")
    git(tmp_path, "add", "file")
    git(tmp_path, "commit", "-m", "first")
    return tmp_path


def test_git(repository: Path) -> None:
    commit = git(repository, "rev-parse", "HEAD")
    (repository / "results.json").write_text("untracked files are no change of the code")
    assert git_state(repository) == {"commit": commit, "dirty": False}
    (repository / "file").write_text("2")
    assert git_state(repository) == {"commit": commit, "dirty": True}


def test_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert git_state(tmp_path) is None
    monkeypatch.setenv("PATH", "")
    assert git_state(tmp_path) is None


def test_it_is_json_without_the_machine_s_name(registry: Registry) -> None:
    facts = provenance(["analogbench", "run", "a b"], registry)
    assert facts["command"] == "analogbench run 'a b'"
    assert facts["plugins"] == plugin_versions(registry) == {"fakes": "1.5"}
    assert facts["cores"] >= 1
    assert facts["python"] == platform.python_version()
    text = json.dumps(facts)
    assert platform.node() not in (facts["host"], facts["cpu"], facts["platform"])
    assert len(facts["host"]) == 12
    assert "host" in text


def test_versions_are_of_what_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(versions(["numpy", "no-such-package"])) == {"numpy"}


def test_time_is_utc() -> None:
    assert now().endswith("+00:00")


def test_a_machine_without_linux_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = machine.host_fingerprint()
    monkeypatch.setattr(machine, "CPU_INFO", tmp_path / "nothing")
    monkeypatch.setattr(machine, "MACHINE_ID", tmp_path / "other")
    (tmp_path / "other").write_text("another machine")
    assert machine.cpu_model() == (platform.processor() or platform.machine())
    assert machine.host_fingerprint() != before
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert machine.available_cores() == (os.cpu_count() or 1)


def test_cpu_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "cpuinfo").write_text("processor\t: 0\nmodel name\t: A Processor: fast\n")
    monkeypatch.setattr(machine, "CPU_INFO", tmp_path / "cpuinfo")
    assert machine.cpu_model() == "A Processor: fast"


def test_nvidia(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(machine, "DRIVER_FOLDER", tmp_path / "none")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not machine.has_nvidia_driver()
    assert machine.nvidia_driver() is None
    program = tmp_path / "nvidia-smi"
    program.write_text("#!/bin/sh\necho 550.54\necho 550.54\n")
    program.chmod(0o755)
    assert machine.has_nvidia_driver()
    assert machine.nvidia_driver() == "550.54"


def test_a_program_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "TIMEOUT", 0.01)
    assert machine.output("sleep", "60") is None
