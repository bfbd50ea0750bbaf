"""Files that are damaged between two runs."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

from bench import Bench
from grid import Verdict


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


def damage(path: Path, dice: random.Random) -> None:
    """Make of a file what a full disk, a power failure or a bad cable makes of it."""
    content = path.read_bytes()
    place = dice.randrange(len(content))
    flipped = content[:place] + bytes([content[place] ^ 1 << dice.randrange(8)]) + content[place + 1 :]
    path.write_bytes(dice.choice((content[:place], b"", b"\0" * len(content), flipped, flipped, b"[" * 100_000)))
