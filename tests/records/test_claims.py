"""Claims: one process has a cell, whoever else asks; the dead have none."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from analogbench.records import owner as owner_module
from analogbench.records.claims import Claims, running
from analogbench.records.owner import EXPIRY, Owner, this_process

NAME = "ab" * 32


def claimed(folder: Path, owner: Owner, generation: int = 0, age: float = 0.0) -> Path:
    """A claim as another process would have made it, some seconds ago."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{NAME}.{generation}.claim"
    path.write_text(owner.to_json())
    os.utime(path, (time.time() - age, time.time() - age))
    return path


def elsewhere() -> Owner:
    return replace(this_process("other"), host="far", place="far away")


def dead() -> Owner:
    done = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    return replace(this_process("gone"), pid=int(done.stdout))


def test_a_cell_has_one_owner_until_it_gives_it_back(tmp_path: Path) -> None:
    with Claims(tmp_path) as one, Claims(tmp_path) as other:
        assert one.take(NAME) is None
        assert one.take(NAME) is None
        owner = other.take(NAME)
        assert owner is not None
        assert owner.pid == os.getpid()
        assert running(tmp_path) == {NAME: owner}
        one.release(NAME)
        assert running(tmp_path) == {}
        assert other.take(NAME) is None
    assert not (tmp_path / "claims").exists()


def test_of_many_at_once_one_gets_it_also_in_the_place_of_a_dead_one(tmp_path: Path) -> None:
    claimed(tmp_path / "claims", dead())
    everybody = [Claims(tmp_path).__enter__() for _ in range(16)]
    start = threading.Barrier(len(everybody))

    def take(claims: Claims) -> bool:
        start.wait()
        return claims.take(NAME) is None

    with ThreadPoolExecutor(len(everybody)) as pool:
        taken = list(pool.map(take, everybody))
    assert sum(taken) <= 1
    if not any(taken):  # all have withdrawn in favour of one another; then the next who asks gets it
        assert everybody[0].take(NAME) is None
    for claims in everybody:
        claims.__exit__(None, None, None)
    assert not (tmp_path / "claims").exists()


@pytest.mark.parametrize(
    ("owner", "age", "alive"),
    [
        (this_process("me"), 10 * EXPIRY, True),
        (replace(this_process("me"), started=1.0), 0.0, False),
        (dead(), 0.0, False),
        (elsewhere(), 0.5 * EXPIRY, True),
        (elsewhere(), 1.5 * EXPIRY, False),
    ],
    ids=["here", "its number was given to another", "dead here", "elsewhere", "elsewhere, silent"],
)
def test_who_is_alive(owner: Owner, age: float, alive: bool, tmp_path: Path) -> None:
    path = claimed(tmp_path / "claims", owner, age=age)
    with Claims(tmp_path) as claims:
        assert (claims.take(NAME) == owner) is alive
        assert path.exists()
        claims.release(NAME)
        assert path.exists() is alive


def test_a_run_elsewhere_lives_as_long_as_it_gives_signs(tmp_path: Path) -> None:
    owner = elsewhere()
    claimed(tmp_path / "claims", owner, age=100 * EXPIRY)
    (tmp_path / "claims" / f"{owner.run}.run").write_text("")
    with Claims(tmp_path) as claims:
        assert claims.take(NAME) == owner


@pytest.mark.parametrize("content", [b"", b"[1]", b"{", b"\xff", b"[" * 100_000, b'{"run": 1}'])
def test_a_damaged_claim_counts_for_as_long_as_it_is_fresh(content: bytes, tmp_path: Path) -> None:
    path = claimed(tmp_path / "claims", elsewhere())
    path.write_bytes(content)
    with Claims(tmp_path) as claims:
        assert claims.take(NAME) is not None
        os.utime(path, (1.0, 1.0))
        assert claims.take(NAME) is None


def test_a_machine_that_does_not_say_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owner_module, "BOOT", tmp_path / "nothing")
    with Claims(tmp_path) as one, Claims(tmp_path) as other:
        assert one.take(NAME) is None
        assert other.take(NAME) is not None
