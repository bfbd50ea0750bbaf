"""Which job goes first, and which cells are left."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from analogbench.api import Protocol
from analogbench.grid.identity import identity
from analogbench.grid.jobs import Job, pack
from analogbench.grid.plan import plan
from analogbench.grid.sources import file_digest, module_digest
from analogbench.registry import Registry
from analogbench.run.messages import Failure
from analogbench.run.order import longest_first
from analogbench.run.resume import remaining

if TYPE_CHECKING:
    from conftest import Bench


def jobs_of(registry: Registry, tasks: list[str], seeds: int = 1) -> list[Job]:
    return pack(plan(registry, ["half"], ["soft"], tasks, range(seeds), "smoke").cells, registry, 16)


def steps(jobs: list[Job]) -> list[object]:
    return [job.cells[0].task.params["steps"] for job in jobs]


def test_without_records_epochs_times_replicas_decide(registry: Registry) -> None:
    jobs = jobs_of(registry, ["line[steps=5,50,20]"])
    assert steps(longest_first(jobs, registry, [])) == [50, 20, 5]
    more = jobs_of(registry, ["line[steps=30]"], seeds=2)
    assert steps(longest_first([*jobs, *more], registry, [])) == [30, 50, 20, 5]


def test_an_epoch_of_many_steps_is_longer(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    def protocol(task: Any, budget: str) -> Protocol:
        steps = task.params.steps
        return Protocol(steps, batch=1, lr_digital=1, lr_analog=1, steps_per_epoch=1000 if steps == 5 else 1)

    monkeypatch.setattr(registry.task("line").value, "protocol", protocol)
    jobs = jobs_of(registry, ["line[steps=50,5,20]"])
    assert steps(longest_first(jobs, registry, [])) == [5, 50, 20]


def test_a_task_that_cannot_say_its_protocol_is_left_to_its_worker(registry: Registry) -> None:
    job = jobs_of(registry, ["line"])[0]
    broken = job.cells[0].model_copy(update={"task": job.cells[0].task.model_copy(update={"params": {"steps": -1}})})
    assert longest_first([Job((broken,)), job], registry, []) == [job, Job((broken,))]


def test_recorded_seconds_decide_and_the_unknown_goes_first(bench: Bench) -> None:
    known = bench.run("succeed", seeds=(0,))[0]
    one, two = bench.jobs((0,))[0], bench.jobs((0, 2))[0]
    numbers = pack(plan(bench.registry, ["half-exact"], ["numbers"], ["line"], [0], "smoke").cells, bench.registry, 16)
    unknown = pack(plan(bench.registry, ["half"], ["soft"], ["line"], [0], "quick").cells, bench.registry, 16)
    failed = known.model_copy(update={"status": "crashed", "seconds": 1e9})
    slow = known.model_copy(update={"cell": numbers[0].cells[0], "seconds": 100.0})
    order = longest_first([one, two, *numbers, *unknown], bench.registry, [known, failed, slow])
    assert order == [*unknown, *numbers, two, one]
    assert longest_first([one, *numbers], bench.registry, [known]) == [one, *numbers]  # as long as others on the task


def test_a_source_edited_during_the_run_does_not_mislabel_its_records(bench: Bench, fakes: Path) -> None:
    cells = bench.jobs((0,))[0].cells
    todo, *_ = remaining(cells, bench.registry, bench.store, force=True)
    path = fakes / "fakes_rules.py"
    before = path.read_text()
    path.write_text(before.replace("half-exact", "changed"))
    (record,) = bench.coordinator("x")._recorder.ended(Job(tuple(todo)), Failure("oom", "full"), "")
    path.write_text(before)
    file_digest.cache_clear()
    module_digest.cache_clear()
    assert record.identity == identity(cells[0], bench.registry)


def test_only_what_a_rerun_may_change_is_left(bench: Bench) -> None:
    bench.run("diverging", seeds=(0, 1))
    cells = bench.jobs((0, 1, 2, 3))[0].cells
    bench.coordinator("x")._recorder.ended(Job(cells[2:3]), Failure("oom", "full"), "")
    todo, recorded, before = remaining(cells, bench.registry, bench.store)
    assert [cell.seed for cell in todo] == [3]
    assert [record.status for record in recorded] == ["ok", "diverged", "oom"]
    assert before == {}
    todo, recorded, before = remaining(cells, bench.registry, bench.store, retry={"oom"})
    assert [cell.seed for cell in todo] == [2, 3]
    assert {name: record.status for name, record in before.items()} == {identity(cells[2], bench.registry): "oom"}
    assert len(remaining(cells, bench.registry, bench.store, force=True).before) == 3
