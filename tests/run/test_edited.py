"""Code that is edited while a run is on."""

from __future__ import annotations

import dataclasses
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from analogbench.cli import training
from analogbench.cli.main import main
from analogbench.errors import UnavailableError
from analogbench.grid.identity import identity
from analogbench.grid.jobs import pack
from analogbench.grid.plan import plan
from analogbench.records.store import Store
from analogbench.registry import load
from analogbench.run import edited
from analogbench.run.edited import check_unedited
from analogbench.run.lane import Lane
from analogbench.run.messages import Settings

if TYPE_CHECKING:
    from conftest import Install

    from analogbench.grid.jobs import Job

LINE = ("-a", "half", "-d", "soft", "-t", "line", "--budget", "smoke", "--seeds", "2")


def some_job() -> Job:
    """With the identities of its cells."""
    registry = load()
    (job,) = pack(plan(registry, ("half",), ("soft",), ("line",), (0, 1), "smoke").cells, registry, 8)
    return dataclasses.replace(job, identities=tuple(identity(cell, registry) for cell in job.cells))


@pytest.mark.usefixtures("fakes")
def test_only_another_meaning_in_a_newer_file_counts() -> None:
    job, registry, now = some_job(), load(), time.time() + 60
    check_unedited(job, registry, 0.0)  # everything is newer, and means the same
    other = dataclasses.replace(job, identities=("0" * 64,) * 2)
    check_unedited(other, registry, now)  # nothing is newer
    check_unedited(dataclasses.replace(job, identities=()), registry, 0.0)
    with pytest.raises(UnavailableError, match="edited while the run was on"):
        check_unedited(other, registry, 0.0)


def test_no_number_of_new_code_gets_an_old_identity(
    fakes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(training, "SETTINGS", Settings(train="fake_training:succeed"))
    renew = Lane.renew

    def edit_first(lane: Lane) -> None:
        source = fakes / "fakes_rules.py"
        source.write_text(source.read_text() + "\nEDITED = True\n")
        renew(lane)

    monkeypatch.setattr(Lane, "renew", edit_first)
    run: Any = ["run", *LINE, "--target", "cpu", "--workers", "1", "--no-report"]
    assert main(run) == 1
    assert "2 skipped: the code was edited while the run was on" in capsys.readouterr().out
    records, _ = Store(Path("results")).load_all()
    assert {record.status for record in records} == {"skipped"}


def test_what_is_imported_late_is_looked_at(install: Install) -> None:
    site = install("pack", {"one": ""})
    package = site / "late_package"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "late.py").write_text("")
    import_module("late_package")
    packages = frozenset({"late_package"})
    since = time.time() + 60
    assert not edited._any_newer(packages, since)
    assert edited._any_newer(packages, 0.0)
    assert {path.name for path in edited._places("late_package")} == {"late_package", "__init__.py", "late.py"}
