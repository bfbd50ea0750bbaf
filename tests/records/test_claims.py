"""Claims: one process has a cell, whoever else asks; the dead have none."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from analogbench.records import claims as claims_module
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


def test_no_two_ever_have_a_cell_however_they_interleave_and_die(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has a cell makes a file that must not be there yet. At times one dies: its claim stays, and is a dead
    process's."""
    listed, gone = Claims._claims, dead().to_json()

    def slowly(self: Claims, name: str) -> list[Path]:
        found = listed(self, name)
        time.sleep(random.random() * 1e-3)
        return found

    def work(seed: int) -> int:
        dice, had = random.Random(seed), 0
        for _ in range(60):
            with Claims(tmp_path) as claims:
                if claims.take(NAME) is not None:
                    continue
                had += 1
                held = os.open(tmp_path / "held", os.O_CREAT | os.O_EXCL)
                time.sleep(dice.random() * 1e-3)
                os.close(held)
                (tmp_path / "held").unlink()
                if dice.random() < 0.5:
                    path = claims._ours.pop()
                    (tmp_path / f"{seed}").write_text(gone)
                    (tmp_path / f"{seed}").replace(path)
        return had

    monkeypatch.setattr(Claims, "_claims", slowly)
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(work, range(8))) > 8
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


def test_who_was_taken_for_dead_and_wakes_up_leaves_the_claim_of_its_successor(tmp_path: Path) -> None:
    with Claims(tmp_path) as sleeper, Claims(tmp_path) as third:
        assert sleeper.take(NAME) is None
        claimed(tmp_path / "claims", elsewhere(), generation=1)
        sleeper.release(NAME)
        assert third.take(NAME) == elsewhere()


def test_a_process_of_which_only_the_exit_code_is_left_is_dead(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        owner = replace(this_process("zombie"), pid=process.pid, started=owner_module._started(process.pid) or 0.0)
        claimed(tmp_path / "claims", owner)
        with Claims(tmp_path) as claims:
            assert claims.take(NAME) == owner
            process.send_signal(signal.SIGKILL)
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # its parent has not asked for it yet
            assert claims.take(NAME) is None


def test_a_link_whose_answer_got_lost_was_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """NFS asks twice then, and is told that the file is there."""

    def link(source: Path, target: Path) -> None:
        original(source, target)
        raise FileExistsError

    original = os.link
    with Claims(tmp_path) as one, Claims(tmp_path) as other:
        monkeypatch.setattr(os, "link", link)
        assert one.take(NAME) is None
        monkeypatch.setattr(os, "link", original)
        assert other.take(NAME) == one._owner
        one.release(NAME)
        assert running(tmp_path) == {}


def test_a_file_system_without_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def link(source: Path, target: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", link)
    with Claims(tmp_path) as one, Claims(tmp_path) as other:
        assert one.take(NAME) is None
        assert not claims_module._create(tmp_path / "claims" / f"{NAME}.0.claim", other._owner)
        assert other.take(NAME) == one._owner


def test_a_folder_that_others_remove_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims_module, "BEAT", 0.001)
    with Claims(tmp_path) as claims:
        shutil.rmtree(tmp_path / "claims")
        while not claims._sign.exists():  # pytest's own limit ends a test that fails
            time.sleep(0.001)
        shutil.rmtree(tmp_path / "claims", ignore_errors=True)
        assert claims.take(NAME) is None
        assert running(tmp_path) == {NAME: claims._owner}


def test_what_the_dead_have_left_goes_and_what_the_living_have_stays(tmp_path: Path) -> None:
    folder = tmp_path / "claims"
    claimed(folder, dead(), 3)
    (folder / "aa.run").write_text(dead().to_json())
    (folder / ".bb.tmp").write_text("")
    os.utime(folder / ".bb.tmp", (1.0, 1.0))
    living = [folder / "cc.0.claim", folder / "far.run", folder / ".dd.tmp"]
    for path in living:
        path.write_text(elsewhere().to_json())
    with Claims(tmp_path):
        pass
    assert sorted(folder.iterdir()) == sorted(living)
    for path in living:
        path.unlink()
    with Claims(tmp_path):
        pass
    assert not folder.exists()
