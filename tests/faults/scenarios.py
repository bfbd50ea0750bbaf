"""The faults, each thrown at a real run at a random moment: what is left, once the run has been finished, is judged."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

import layers
from bench import OFTEN, Bench
from damage import checkpoints_damaged, records_damaged
from grid import GRID, Verdict, judged
from hostile import hostile_plugins
from processes import Run, left_behind


def worker_killed(bench: Bench) -> Verdict:
    """SIGKILL to a worker, up to three times in a run."""
    run, faults = bench.run(), 0
    for _ in range(3):
        time.sleep(bench.dice.uniform(0.5, bench.seconds / 2))
        faults += run.kill_worker(bench.dice.randrange(2))
    run.wait()
    return bench.finished(faults, "--retry", "failed")


def coordinator_killed(bench: Bench) -> Verdict:
    """SIGKILL to the whole command, three times over; its workers must end by themselves."""
    verdict = Verdict()
    for _ in range(3):
        run = bench.run()
        bench.moment()
        workers = run.workers()
        killed = run.send(signal.SIGKILL)
        run.wait()
        alive = left_behind(workers)
        notes = (f"{len(alive)} workers outlived the command",) if alive else ()
        verdict += Verdict(int(killed), 0, len(alive), notes)
    return verdict + bench.finished(0)


def interrupted(bench: Bench, times: int, number: signal.Signals = signal.SIGINT) -> Verdict:
    """Ctrl-C, or another signal that asks to end, once or more often."""
    run = bench.run()
    bench.moment(start=2.0)
    workers = run.workers()
    faults = 0
    for _ in range(times):
        faults += run.send(number)
        time.sleep(0.2)
    code = run.wait(60)
    wrong = []
    if faults and code not in {0, 128 + number, -number}:  # a shell says 128 + number of both
        wrong.append(f"exit code {code} after {number.name}")
    if "Traceback" in run.output:
        wrong.append(f"a traceback after {number.name}: {run.output[-300:]}")
    wrong += [f"worker {each.pid} outlived the command" for each in left_behind(workers, 10.0)]
    return Verdict(faults, 0, len(wrong), tuple(wrong)) + bench.finished(0)


def interrupted_once(bench: Bench) -> Verdict:
    """Ctrl-C."""
    return interrupted(bench, 1)


def interrupted_twice(bench: Bench) -> Verdict:
    """Ctrl-C, and once more while the run is ending."""
    return interrupted(bench, 2)


def terminated(bench: Bench) -> Verdict:
    """SIGTERM, as batch systems send it."""
    return interrupted(bench, 1, signal.SIGTERM)


def no_space_now_and_then(bench: Bench) -> Verdict:
    """Every second file that is to be written finds the disk full."""
    run = bench.run(**layers.full_now_and_then(bench.folder / "layer"))
    run.wait()
    return bench.finished(run.output.count("No space left"))


def tiny_disk(bench: Bench) -> Verdict:
    """A file system that is full after a few records; where the user may not mount one, nothing is injected."""
    disk = bench.folder / "disk"
    with layers.tiny_disk(disk, "100k") as mounted:
        if not mounted:
            return Verdict()
        small = Run((*GRID, *OFTEN), disk / "results", log=bench.folder / "small.log")
        small.wait()
        layers.enlarge(disk, "100m")
        again = Run((*GRID, *OFTEN), disk / "results", log=bench.folder / "again.log")
        code = again.wait()
        verdict = judged(disk / "results", bench.wanted, 1)
        note = f"with space again: exit code {code}: {again.output[-200:]}"
        return verdict if code == 0 else verdict + Verdict(wrong=1, notes=(note,))


def two_at_once(bench: Bench) -> Verdict:
    """Two runs into one folder, one of which is killed."""
    runs = [bench.run() for _ in range(2)]
    bench.moment(start=2.0)
    faults = int(bench.dice.choice(runs).send(signal.SIGKILL))
    for run in runs:
        run.wait()
    return bench.finished(faults)


SCENARIOS: dict[str, Callable[[Bench], Verdict]] = {
    "a worker killed (SIGKILL)": worker_killed,
    "the command killed (SIGKILL)": coordinator_killed,
    "Ctrl-C": interrupted_once,
    "Ctrl-C twice": interrupted_twice,
    "SIGTERM": terminated,
    "no space for every second file": no_space_now_and_then,
    "a disk of 100 kB": tiny_disk,
    "records damaged": records_damaged,
    "checkpoints damaged": checkpoints_damaged,
    "two runs at once, one killed": two_at_once,
    "hostile plugins": hostile_plugins,
}
