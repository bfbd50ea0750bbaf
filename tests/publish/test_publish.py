"""`analogbench publish`: what gets into the folder, what is refused, and that nothing of anybody's is lost."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from analogbench.publish import folder as folder_module
from analogbench.records.store import Store
from analogbench.report import drawing

if TYPE_CHECKING:
    from conftest import Make, Say, Tree


def test_everything_is_there_and_in_the_index(tree: Tree, results: Path, say: Say) -> None:
    before = tree(results)
    code, output, error = say("publish", "site")
    assert (code, error) == (0, [])
    files = tree(Path("site"))
    assert output == [f"site: 6 records, {len(files)} files; check with `analogbench verify site`"]
    assert tree(results) == before
    names = {Path(name).parts[0] for name in files}
    assert names == {"records", "tables", "plots", "suites", "leaderboard.md", "index.html", "index.json"}
    assert {name: content for name, content in files.items() if name.startswith("records/")} == {
        name: content for name, content in before.items() if name.startswith("records/")
    }
    index = json.loads(files.pop("index.json"))
    assert {file["path"]: (file["size"], file["sha256"]) for file in index["files"]} == {
        name: (len(content), hashlib.sha256(content).hexdigest()) for name, content in files.items()
    }
    assert index["commits"] == ["c" * 40]
    assert index["versions"] == {"python": ["3.11.0"], "torch": ["2.11.0"]}
    assert index["machines"] == ["cpu, 1 thread, machine abcdefabcdef"]
    assert sorted(one["value"] for one in index["records"]) == [0.25, 0.25, 1.25, 1.25, 2.25, 2.25]
    assert {(one["status"], one["code"], one["metric"]["key"]) for one in index["records"]} == {
        ("ok", "installed", "loss")
    }
    assert Path("site").stat().st_mode & 0o777 == 0o755


def test_what_is_not_drawn_is_named(results: Path, say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "MOST_LINES", 1)
    for where in (("site",), ("--bundle", "b.zip")):
        code, output, _ = say("publish", *where)
        assert (code, len(output)) == (0, 2)
        assert output[1].startswith("not drawn: all but a heat map, as there are more than 1 rows, of line ")
    assert say("verify", "site", "--sample", 0)[0] == 0


def test_again_replaces_what_was_published_and_nothing_else(tree: Tree, results: Path, say: Say, make: Make) -> None:
    assert say("publish", "site")[0] == 0
    first = tree(Path("site"))
    assert say("publish", "site")[0] == 0
    assert tree(Path("site")) == first
    Store(results).save(make(7))
    assert say("publish", "site")[0] == 0
    assert len(tree(Path("site"))) == len(first) + 1
    Path("site/CNAME").write_text("example.org")
    code, _, error = say("publish", "site")
    advice = "site has files that `analogbench publish` did not make: CNAME; move them"
    assert (code, error) == (2, [f"analogbench: {advice}"])
    assert Path("site/CNAME").read_text() == "example.org"
    assert [path.name for path in Path().iterdir() if path.name.startswith(".")] == []


def test_what_is_not_drawn_is_said(results: Path, say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "MOST_LINES", 0)
    code, (said, note), _ = say("publish", "site")
    assert code == 0
    assert note.startswith("not drawn: all but a heat map, as there are more than 0 rows, of ")
    assert said.startswith("site: ")


@pytest.mark.parametrize("exchange", [True, False])
def test_a_failure_half_way_leaves_the_old_folder(
    tree: Tree, results: Path, say: Say, monkeypatch: pytest.MonkeyPatch, exchange: bool
) -> None:
    assert say("publish", "site")[0] == 0
    first = tree(Path("site"))
    if not exchange:
        monkeypatch.setattr(folder_module, "_exchange", lambda *_: False)
        assert say("publish", "site")[0] == 0
        assert tree(Path("site")) == first

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("analogbench.publish.index.write", full)
    code, _, error = say("publish", "site")
    assert (code, error) == (2, ["analogbench: cannot write site: No space left on device"])
    assert tree(Path("site")) == first
    assert [path.name for path in Path().iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("file", "file is not a folder"),
        ("link", "link is not a folder"),
        ("dangling", "dangling is not a folder"),
        ("mine", "mine was not made by `analogbench publish`: index.json: not a file"),
        ("results", "results was not made by `analogbench publish`"),
        ("file/below", "cannot write file/below: "),
        ("/proc/no", "cannot write /proc/no: "),
    ],
)
def test_what_is_somebody_elses_is_refused(tree: Tree, results: Path, say: Say, place: str, why: str) -> None:
    Path("file").write_text("mine")
    Path("mine").mkdir()
    Path("mine/thesis.tex").write_text("mine")
    Path("empty").mkdir()
    Path("link").symlink_to("empty")
    Path("dangling").symlink_to("nowhere")
    before = tree(Path())
    code, output, error = say("publish", place)
    assert (code, output, len(error)) == (2, [], 1)
    assert error[0].startswith(f"analogbench: {why}")
    assert tree(Path()) == before


def test_an_empty_folder_will_do(results: Path, say: Say) -> None:
    Path("site").mkdir()
    assert say("publish", "site")[0] == 0


@pytest.mark.parametrize(
    ("args", "why"),
    [
        ((), "give a folder to publish into, or an archive with --bundle, not both"),
        (("site", "--bundle", "b.zip"), "give a folder to publish into, or an archive with --bundle, not both"),
        (("site", "--results", "nowhere"), "there are no records in nowhere: give results folders with --results"),
        (("--bundle", "b.rar"), "cannot tell what kind of archive b.rar is to be: let it end in .tar.gz or .zip"),
    ],
)
def test_wrong_usage_is_one_line(results: Path, say: Say, args: tuple[str, ...], why: str) -> None:
    assert say("publish", *args) == (2, [], [f"analogbench: {why}"])
    assert not Path("site").exists()


def test_stale_records_need_consent_and_are_marked(results: Path, say: Say, make: Make) -> None:
    for algorithm in ("half", "half-exact"):
        Store(results).save(make(5, algorithm, identity=f"{len(algorithm):064x}"))
    code, _, error = say("publish", "site")
    assert (code, len(error)) == (2, 1)
    assert error[0].startswith("analogbench: 2 of 8 records are stale, made by other code than is installed now: ")
    code, output, _ = say("publish", "site", "--allow-stale")
    assert code == 0
    assert output[0].startswith("site: 8 records, 2 of them stale, ")
    assert "§" in Path("site/leaderboard.md").read_text("utf-8")
    assert sum(one["code"] == "other" for one in json.loads(Path("site/index.json").read_text())["records"]) == 2
    assert say("verify", "site", "--sample", 0)[0] == 0


def test_what_is_left_out_is_named_also_in_the_index(tree: Tree, results: Path, say: Say, make: Make) -> None:
    (results / "records" / "line" / "broken.json").write_text("{")
    (results / "suites" / "notes.txt").write_text("private")
    (results / "suites" / "link.md").symlink_to("/etc/hostname")
    other = Path("other")
    changed = make(0, metrics={"loss": 0.5})
    conflicting = Store(other).save(changed)
    (other / "suites").mkdir()
    (other / "suites" / "figure-1.md").write_text("# Another\n")
    code, output, error = say("publish", "site", "--results", "results", "--results", "other")
    assert code == 1
    assert "; left out: 5 files; " in output[0]
    named = {line.removeprefix("warning: left out ").partition(": ")[0] for line in error}
    broken, left = "records/line/broken.json", conflicting.relative_to(other).as_posix()
    assert named == {broken, left, "suites/notes.txt", "suites/link.md", "suites/figure-1.md"}
    assert {one["path"] for one in json.loads(Path("site/index.json").read_text())["left_out"]} == named
    assert not {broken, "suites/notes.txt", "suites/link.md"} & tree(Path("site")).keys()


ANONYMOUS = {
    'File "/home/alice/secret/plugin.py", line 1': 'File "…/plugin.py", line 1',
    "at ~/deep/er/x.py, see https://example.org/a/b": "at …/x.py, see https://example.org/a/b",
    "cc -I/home/alice/include -isystem/home/alice/i x.c": "cc -I…/include -isystem…/i x.c",
    "see file:///home/alice/x, file://localhost/home/alice/x": "see file:…/x, file:…/x",
    "PYTHONPATH=/a:/home/alice/x:~alice/y prog >/home/alice/log": "PYTHONPATH=/a:…/x:…/y prog >…/log",
    "/home//alice//x //home/alice/x": "…/x …/x",
    "git+https://example.org:8080/a/b.git:/home/alice/x": "git+https://example.org:8080/a/b.git:…/x",
    "a/b/c ./a/b/c ../a/b/c 1/2/3": "a/b/c ./a/b/c ../a/b/c 1/2/3",
    "~3/4 and/or </p></td> …/x": "~3/4 and/or </p></td> …/x",
}


def test_anonymous_is_without_machines_and_paths(
    tree: Tree, results: Path, say: Say, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugin = tmp_path / "secret" / "observing.py"
    plugin.parent.mkdir()
    plugin.write_text("import analogbench.api as a\n\n\n@a.hookimpl\ndef analogbench_observers():\n    return []\n")
    monkeypatch.setenv("ANALOGBENCH_PLUGINS", str(plugin))
    figure = results / "suites" / "figure-1.md"
    figure.write_text(figure.read_text() + "made in /home/alice/secret/r, see [b](https://example.org/a/b), 1/2/3\n")
    trace = "\n".join(ANONYMOUS)
    failed = {"status": "crashed", "metrics": {}, "reason": "no /home/alice/secret/data", "traceback": trace}
    Store(results).save(make(9, **failed))
    assert say("publish", "site", "--anonymous")[0] == 0
    for name, content in tree(Path("site")).items():
        assert not any(word in content for word in (b"abcdefabcdef", b"alice", b"secret")), name
    (path,) = Path("site/records").rglob("*-s9-*")
    record = json.loads(path.read_text())
    assert record["traceback"].splitlines() == list(ANONYMOUS.values())
    assert record["provenance"]["command"] == "analogbench run --results …/r"
    assert record["provenance"]["host"] == "anonymous-1"
    assert record["provenance"]["platform"] == "Linux"
    made = "# Figure 1\nmachine anonymous-1\nmade in …/r, see [b](https://example.org/a/b), 1/2/3\n"
    assert Path("site/suites/figure-1.md").read_text("utf-8") == made
    assert "analogbench run -a half-exact -d " in Path("site/index.html").read_text("utf-8")
    monkeypatch.delenv("ANALOGBENCH_PLUGINS")
    assert say("verify", "site", "--sample", 0)[0] == 0


def test_a_published_folder_says_nothing_of_where_it_was_made(
    tree: Tree, results: Path, say: Say, tmp_path: Path
) -> None:
    assert say("publish", "site")[0] == 0
    for name, content in tree(Path("site")).items():
        assert str(tmp_path).encode() not in content, name
        assert os.uname().nodename.encode() not in content or name.startswith(("records/", "plots/")), name
