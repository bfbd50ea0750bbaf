"""What an interrupted run has left in the middle goes on there in the next one."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analogbench.engine.outcome import Progress
from analogbench.run.checkpoints.file import Header, as_state, write
from analogbench.run.checkpoints.unfinished import unfinished
from analogbench.run.sizing import Limits, size_up


def interrupt(progress: Progress) -> None:
    if progress.epoch == 2:
        raise KeyboardInterrupt


@pytest.fixture
def folder(bench: Any, tmp_path: Path) -> Path:
    folder = tmp_path / "checkpoints"
    folder.mkdir()
    bench.settings = replace(bench.settings, checkpoints=str(folder))
    return folder


def test_an_interrupted_job_goes_on_and_its_checkpoint_goes_when_it_is_recorded(bench: Any, folder: Path) -> None:
    bench.display.on_moved = interrupt
    (job,) = bench.jobs([0, 1])
    assert not bench.coordinator("keeping").run([job])
    (left,) = unfinished(folder, job.cells, bench.registry).values()
    assert left == job
    bench.display.on_moved = lambda progress: None
    assert bench.coordinator("keeping").run([left])
    records, _ = bench.store.load_all()
    assert [record.metrics["loss"] for record in records] == [200.25, 201.25]
    assert not list(folder.iterdir())


def test_a_job_that_is_split_leaves_no_checkpoint(bench: Any, folder: Path) -> None:
    (job,) = bench.jobs([0, 1, 2])
    coordinator = bench.coordinator("raising")
    write(folder / Header(coordinator._named(job).identities, "cpu", "").name, Header((), "cpu", ""), as_state({}))
    assert coordinator.run([job])
    assert not list(folder.iterdir())


def test_only_jobs_all_of_whose_cells_are_to_be_run_go_on(bench: Any, folder: Path) -> None:
    (job,) = bench.jobs([0, 1])
    named = bench.coordinator("keeping")._named(job)
    header = Header(named.identities, "cpu", "2")
    write(folder / header.name, header, as_state({}))
    (folder / "damaged.ckpt").write_bytes(b"{}")
    write(folder / "renamed.ckpt", header, as_state({}))
    assert list(unfinished(folder, job.cells, bench.registry)) == [folder / header.name]
    assert not unfinished(folder, job.cells[:1], bench.registry)
    assert not unfinished(folder, job.cells, bench.registry, most=1)


def test_jobs_that_go_on_stay_as_they_are_and_the_others_are_packed(bench: Any) -> None:
    (whole,) = bench.jobs(range(6))
    (begun,) = bench.jobs([4, 1])
    size = size_up(whole.cells, bench.registry, "cpu", Limits(workers=1), [begun])
    assert size.jobs[0] == begun
    assert sorted(cell.seed for job in size.jobs for cell in job.cells) == list(range(6))
    assert len(size.jobs) == 2
