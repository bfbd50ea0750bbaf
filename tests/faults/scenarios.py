"""The faults, each thrown at a real run at a random moment: what is left, once the run has been finished, is judged."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import layers
import zoo
from grid import GRID, Numbers, Verdict, expected, judged, key_of, numbers, records
from processes import Run, left_behind

OFTEN = ("--checkpoint-every", "0")
"""A checkpoint whenever there can be one, so that most faults find one."""


@dataclass(frozen=True)
class Bench:
    """folder: of this round alone. wanted: what the records must say. seconds: what an undisturbed run takes."""

    folder: Path
    wanted: Numbers
    seconds: float
    dice: random.Random

    def moment(self, start: float = 0.5) -> None:
        """Wait for some time, at most as long as the run takes."""
        time.sleep(self.dice.uniform(start, self.seconds))

    def run(self, *arguments: str, **environment: str) -> Run:
        """Start the grid."""
        return Run((*GRID, *OFTEN, *arguments), self.folder / "results", environment)

    def finished(self, faults: int, *arguments: str) -> Verdict:
        """Run the grid undisturbed, to its end, and judge what is there."""
        run = self.run(*arguments)
        code = run.wait()
        verdict = judged(run.results, self.wanted, faults)
        tail = run.output.strip().splitlines()[-3:]
        clean = code == 0 and "Traceback" not in run.output
        return verdict if clean else verdict + Verdict(wrong=1, notes=(f"the last run: exit code {code}: {tail}",))


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
    if faults and code not in {0, 128 + number}:
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
        small = Run((*GRID, *OFTEN), disk / "results", {})
        small.log = bench.folder / "small.log"
        small.wait()
        layers.enlarge(disk, "100m")
        again = Run((*GRID, *OFTEN), disk / "results", {})
        code = again.wait()
        verdict = judged(disk / "results", bench.wanted, 1)
        note = f"with space again: exit code {code}: {again.output[-200:]}"
        return verdict if code == 0 else verdict + Verdict(wrong=1, notes=(note,))


def records_damaged(bench: Bench) -> Verdict:
    """Records that are cut short, emptied, filled with something else, or changed in one byte."""
    bench.run().wait()
    paths = sorted((bench.folder / "results" / "records").rglob("*.json"))
    hit = bench.dice.sample(paths, 5)
    for path in hit:
        damage(path, bench.dice)
    run = bench.run()
    run.wait()
    named = [path for path in hit if str(path) in run.output]
    verdict = bench.finished(len(hit))
    silent = len(hit) - len(named)
    return verdict + Verdict(wrong=silent, notes=(f"{silent} damaged records were not named",) if silent else ())


def checkpoints_damaged(bench: Bench) -> Verdict:
    """Checkpoints that are cut short, emptied, filled with something else, or changed in one byte."""
    run = bench.run()
    faults = 0
    end = time.monotonic() + 60
    while run.running() and time.monotonic() < end:
        time.sleep(0.05)
        if time.monotonic() > end - 56 and list((bench.folder / "results" / "checkpoints").glob("*.ckpt")):
            run.send(signal.SIGKILL)
    run.wait()
    for path in sorted((bench.folder / "results" / "checkpoints").glob("*.ckpt")):
        damage(path, bench.dice)
        faults += 1
    return bench.finished(faults)


def two_at_once(bench: Bench) -> Verdict:
    """Two runs into one folder, one of which is killed."""
    runs = [bench.run() for _ in range(2)]
    bench.moment(start=2.0)
    faults = int(bench.dice.choice(runs).send(signal.SIGKILL))
    for run in runs:
        run.wait()
    return bench.finished(faults)


def hostile_plugins(bench: Bench) -> Verdict:
    """Rules that raise, exit, crash, hang, print, fork, eat memory or return nonsense, beside good ones."""
    site = zoo.install(bench.folder / "zoo")
    names = ",".join(f"zoo-{name}" for name in zoo.ENDS)
    grid = ("-a", f"{names},zoo-bad-seed,analog-sgd", "-d", "ideal-softbounds", "-t", "least-squares", *GRID[6:])
    limits = ("--timeout", "8s", "--worker-memory", "1500M")
    run = Run((*grid, *limits), bench.folder / "results", {"PYTHONPATH": str(site)})
    code = run.wait(420)
    found = {(r["cell"]["algorithm"]["name"], r["cell"]["seed"]): r for r in records(run.results)}
    wrong = [f"exit code {code}"] if code != 1 or "Traceback" in run.output else []
    lost = 0
    for name in (*(f"zoo-{name}" for name in zoo.ENDS), "zoo-bad-seed", "analog-sgd"):
        for seed in range(3):
            record = found.get((name, seed))
            status = zoo.ENDS.get(name.removeprefix("zoo-"), "ok")
            status = "crashed" if (name, seed) == ("zoo-bad-seed", 1) else status
            if record is None:
                lost += 1
            elif record["status"] != status or (status == "ok" and not _innocent(record, bench.wanted)):
                wrong.append(f"{name} seed {seed}: {record['status']} {record['reason']!r} instead of {status}")
    return Verdict(3 * len(zoo.ENDS) + 1, lost, len(wrong), tuple(wrong))


def _innocent(record: dict[str, object], wanted: Numbers) -> bool:
    """Whether a good cell ends as it would alone. The rule `zoo-bad-seed` is analog SGD under another name."""
    names = {"cell": {**record["cell"], "algorithm": {"name": "analog-sgd", "params": {"lr": None}}}}  # type: ignore[dict-item]
    other = {"identity", "labels", "cell"}
    known = wanted[key_of(names)]
    return all(value == known[key] for key, value in numbers(record).items() if key not in other)


def damage(path: Path, dice: random.Random) -> None:
    """Make of a file what a full disk, a power failure or a bad cable makes of it."""
    content = path.read_bytes()
    place = dice.randrange(len(content))
    flipped = content[:place] + bytes([content[place] ^ 1 << dice.randrange(8)]) + content[place + 1 :]
    path.write_bytes(dice.choice((content[:place], b"", b"\0" * len(content), flipped, flipped, b"[" * 100_000)))


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

__all__ = ["SCENARIOS", "Bench", "Verdict", "expected"]
