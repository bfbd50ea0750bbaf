"""Faults on a Dask cluster: workers and the scheduler die, and the wire is cut, while a grid is trained on them."""

from __future__ import annotations

import time
from collections.abc import Callable

from bench import Bench
from dask_processes import Wire, dask_processes
from grid import Verdict


def worker_killed(bench: Bench) -> Verdict:
    """SIGKILL to Dask's workers, or to the processes that train for them, up to three times in a run."""
    run, faults = bench.run("--cluster", "local"), 0
    for _ in range(3):
        time.sleep(bench.dice.uniform(1.0, bench.seconds))
        faults += run.kill_worker(bench.dice.randrange(8))
    run.wait()
    return bench.finished(faults, "--retry", "failed", "--cluster", "local")


def scheduler_restarted(bench: Bench) -> Verdict:
    """SIGKILL to the scheduler and all workers; they are started again, and the run goes on by itself."""
    with dask_processes(bench.folder / "dask") as dask:
        run = bench.run("--cluster", dask.address)
        bench.moment(start=2.0)
        running = run.running()
        dask.kill()
        time.sleep(1.0)
        dask.start()
        code = run.wait()
        return bench.finished(int(running), "--cluster", dask.address) + _clean(code, run.output)


def wire_cut(bench: Bench) -> Verdict:
    """The connections between the command and the scheduler break; both go on."""
    with dask_processes(bench.folder / "dask") as dask:
        wire = Wire(int(dask.address.rpartition(":")[2]))
        run = bench.run("--cluster", f"tcp://127.0.0.1:{wire.port}")
        bench.moment(start=2.0)
        running = run.running()
        wire.cut()
        code = run.wait()
        return bench.finished(int(running), "--cluster", dask.address) + _clean(code, run.output)


def _clean(code: int, output: str) -> Verdict:
    """The run is to come to its end by itself, without anything that only a developer understands."""
    if code == 0 and "Traceback" not in output:
        return Verdict()
    return Verdict(wrong=1, notes=(f"the run itself: exit code {code}: {output[-300:]}",))


SCENARIOS: dict[str, Callable[[Bench], Verdict]] = {
    "a worker of a Dask cluster killed": worker_killed,
    "the Dask cluster killed and started again": scheduler_restarted,
    "the wire to the Dask scheduler cut": wire_cut,
}
