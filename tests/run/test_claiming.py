"""Two runs share a grid: each cell is trained once, and what one records is the other's result, too."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from analogbench.grid.identity import identity
from analogbench.grid.jobs import Job
from analogbench.records.claims import Claims
from analogbench.records.owner import this_process
from analogbench.records.record import Record
from analogbench.run import backlog as backlog_module
from analogbench.run.backlog import Attempt, Backlog
from analogbench.run.claiming import Claiming
from analogbench.run.messages import Failure

if TYPE_CHECKING:
    from conftest import Bench

MakeRun = Any


def train(bench: Bench, job: Job, command: str = "first") -> list[Record]:
    """What a run does with a job that it has claimed."""
    return bench.recorder(command).ended(job, Failure("crashed", "as it is"), command)


@pytest.fixture
def start(bench: Bench) -> Iterator[MakeRun]:
    """start() is what a run has to do with others, from its beginning on."""
    with ExitStack() as stack:

        def start(before: dict[str, Record] | None = None) -> Claiming:
            claims = stack.enter_context(Claims(bench.store.root))
            return Claiming(claims, bench.store, bench.registry, before or {})

        yield start


def dies(bench: Bench) -> None:
    """Whoever has claims is dead from now on."""
    dead = replace(this_process("dead"), started=1.0)
    for path in (bench.store.root / "claims").glob("*.claim"):
        path.write_text(dead.to_json())


def test_the_second_takes_up_what_the_first_has_recorded(bench: Bench, start: MakeRun) -> None:
    (job,) = bench.jobs((0, 1, 2))
    first, second = start(), start()
    assert first.take(job) is job
    assert second.take(job) is None
    assert [owner.pid for owner in second.owners] == [os.getpid()] * 3
    assert second.freed() == []
    assert len(second.owners) == 3
    records = train(bench, job)
    first.release(job)
    assert second.freed() == []
    assert second.owners == []
    assert second.found == records


def test_a_job_is_split_between_those_who_want_it(bench: Bench, start: MakeRun) -> None:
    (job,) = bench.jobs((0, 1, 2))
    first, second = start(), start()
    middle = Job(job.cells[1:2])
    assert first.take(middle) is middle
    assert second.take(job) == Job((job.cells[0], job.cells[2]))
    dies(bench)
    assert second.freed() == [middle]


def test_what_a_dead_run_had_comes_back_as_the_jobs_that_they_were(bench: Bench, start: MakeRun) -> None:
    """A checkpoint goes on only with exactly the cells that it was made of."""
    jobs = bench.jobs(range(6), limit=2)
    first, second = start(), start()
    assert [first.take(job) for job in jobs[:2]] == jobs[:2]
    assert [second.take(job) for job in jobs] == [None, None, jobs[2]]
    dies(bench)
    assert second.freed() == jobs[:2]
    assert second.found == []


def test_what_was_recorded_while_a_run_began_is_found_by_it(bench: Bench, start: MakeRun) -> None:
    (job,) = bench.jobs((0, 1))
    records = train(bench, job)
    late = start()
    assert late.take(job) is None
    assert late.found == records
    assert start().take(job) is None  # nothing is left claimed


def test_a_cell_that_is_run_again_is_trained_once_by_all_who_want_it_again(bench: Bench, start: MakeRun) -> None:
    (job,) = bench.jobs((0,))
    (old,) = train(bench, job, "long ago")
    before = {identity(job.cells[0], bench.registry): old}
    first, second = start(before), start(before)
    assert first.take(job) is job
    assert second.take(job) is None
    (new,) = train(bench, job, "again")
    first.release(job)
    assert second.freed() == []
    assert second.found == [new]


def test_a_sleeper_that_wakes_up_and_records_too_doubles_nothing(bench: Bench, start: MakeRun) -> None:
    (job,) = bench.jobs((0,))
    sleeper = start()
    assert sleeper.take(job) is job
    dies(bench)
    second = start()
    assert second.take(job) is job
    train(bench, job, "second")
    train(bench, job, "sleeper")
    second.release(job)
    sleeper.release(job)
    records, problems = bench.store.load_all()
    assert [record.provenance["command"] for record in records] == ["sleeper"]
    assert not problems
    assert not list((bench.store.root / "claims").glob("*.claim"))


def test_who_is_waited_for_is_said_once(bench: Bench, start: MakeRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog_module, "POLL", 0.0)
    jobs = bench.jobs((0, 1), limit=1)
    first, said = start(), []
    first.take(jobs[0])
    backlog = Backlog(start())
    backlog.begin(jobs)
    attempt = backlog.next(lambda job: True)
    assert attempt is not None
    assert attempt.job == jobs[1]
    assert backlog.next(lambda job: True) is None
    assert not backlog
    for _ in range(2):
        assert backlog.wait_for_others(said.append)
    assert said == [f"waiting for 1 cell: {this_process('')} at work on them"]
    train(bench, jobs[0])
    first.release(jobs[0])
    assert backlog.wait_for_others(said.append)
    assert not backlog.wait_for_others(said.append)
    assert [record.cell for record in backlog.found()] == list(jobs[0].cells)
    assert backlog.found() == []


def test_a_job_for_which_no_lane_is_free_is_not_claimed(bench: Bench, start: MakeRun) -> None:
    (job,) = bench.jobs((0,))
    backlog = Backlog(start())
    backlog.begin([job])
    assert backlog.next(lambda job: False) is None
    assert start().take(job) is job


def test_without_others_everything_is_ours(bench: Bench) -> None:
    jobs = bench.jobs((0, 1), limit=1)
    backlog = Backlog(None)
    backlog.begin(jobs)
    backlog.put_first([Attempt(jobs[1], 2)])
    assert [backlog.next(lambda job: True).job for _ in range(3)] == [jobs[1], *jobs]  # type: ignore[union-attr]
    assert backlog.next(lambda job: True) is None
    assert not backlog.wait_for_others(print)
    assert backlog.found() == []
