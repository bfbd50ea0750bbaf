"""What README.md and docs quote is true: commands are understood, excerpts are in the example, names exist."""

from __future__ import annotations

import ast
import importlib
import re
import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from analogbench.admission import Kind
from analogbench.cli.main import COMMANDS as ALL_COMMANDS
from analogbench.cli.main import cli
from analogbench.registry import load

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "third-party-algorithm"
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCS = ROOT / "docs"
PAGES = {"the example's README.md": EXAMPLE / "README.md"} | {
    page.relative_to(ROOT).as_posix(): page for page in sorted(DOCS.rglob("*.md"))
}
TEXTS = {"README.md": README} | {name: page.read_text(encoding="utf-8") for name, page in PAGES.items()}

ASSIGNMENT = re.compile(r"([A-Z_]+)=(.*)")
INSTANT = ("list", "show", "plugins", "new")
"""Commands that the test runs as they are."""
READING = ("compare", "table", "status")
"""Commands that it runs on the published records."""
GROUPS = ("suite", "data", "device")


def _blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def _commands(text: str) -> Iterator[str]:
    """Every command line that runs analogbench, in `sh` blocks and between backticks."""
    inline = re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text)
    for line in [line for block in _blocks(text, "sh") for line in block.splitlines()] + inline:
        for command in line.split("&&"):
            words = [word for word in shlex.split(command, comments=True) if not ASSIGNMENT.fullmatch(word)]
            if len(words) > 1 and words[0].rpartition("/")[2] == "analogbench":
                yield command.strip()


COMMANDS = [(source, command) for source, text in TEXTS.items() for command in dict.fromkeys(_commands(text))]


@pytest.fixture
def example_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the example look installed, without pip."""
    info = tmp_path / "site" / "analogbench_sign_sgd-0.1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: analogbench-sign-sgd\nVersion: 0.1.0\n")
    (info / "entry_points.txt").write_text("[analogbench]\nsign-sgd = analogbench_sign_sgd\n")
    monkeypatch.syspath_prepend(str(EXAMPLE))
    monkeypatch.syspath_prepend(str(info.parent))


@pytest.mark.parametrize(("source", "command"), COMMANDS, ids=[command for _, command in COMMANDS])
@pytest.mark.usefixtures("example_installed")
def test_every_quoted_command_is_understood(
    source: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])  # where a plugin that is not installed is put
    for module in ("mine", "analogbench_mine"):
        sys.modules.pop(module, None)
    for number, suite in enumerate(_blocks(README, "toml")):
        assert number == 0, "the README shows one suite, my-figure.toml"
        Path("my-figure.toml").write_text(suite, encoding="utf-8")
    words = shlex.split(command, comments=True)
    if re.search(r"\bmine\b", command) and "new" not in words:  # what `analogbench new` writes: project and file
        made = CliRunner().invoke(cli, ["new", "algorithm", "mine"])
        assert made.exit_code == 0, made.output
        shutil.copy("analogbench-mine/analogbench_mine.py", "mine.py")
        if "--plugin" not in words:
            monkeypatch.setenv("ANALOGBENCH_PLUGINS", "analogbench-mine")  # as if it were installed
    for device in re.findall(r"[\w-]+\.toml", command):  # what `analogbench device fit` writes
        if not Path(device).exists() and {"-d", "show"} & {*words}:
            Path(device).write_text(f'schema_version = 1\nname = "{device[:-5]}"\ndevice = "softbounds"\n')
    while match := ASSIGNMENT.fullmatch(words[0]):
        monkeypatch.setenv(*match.groups())
        words.pop(0)
    if {*READING} & {*words} and "mine" not in words:
        _lay_out_records()
    _try(words[1:])


def _lay_out_records() -> None:
    """The published records where the pages have them, those of quick also as one's own."""
    for place, name in (("results", "quick"), ("results/quick", "quick"), ("results/exactness", "exactness")):
        shutil.copytree(ROOT / "results" / name / "records", Path(place) / "records")


def _try(args: list[str]) -> None:
    """Run a command without training anything."""
    name = next(arg for arg in args if not arg.startswith("-"))
    if name == "run" and len(args) > 1:
        if "--cluster" in args:
            args = args[: args.index("--cluster")] + args[args.index("--cluster") + 2 :]  # no scheduler is on
        done = CliRunner().invoke(cli, [*args, "--dry-run", *([] if "--target" in args else ["--target", "cpu"])])
        assert done.exit_code == 0, done.output
        assert re.match(r"[1-9]\d* cells: 0 recorded already", done.output), done.output
    elif name in GROUPS:
        _try_member(args)
    elif (name in INSTANT and "NAME" not in args) or (name in READING and _has_records(args)):
        done = CliRunner().invoke(cli, args)
        assert done.exit_code == 0, done.output
    else:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        command.make_context(name, args[args.index(name) + 1 :])


def _has_records(args: list[str]) -> bool:
    return (Path(args[args.index("--results") + 1]) if "--results" in args else Path("results")).exists()


def _try_member(args: list[str]) -> None:
    """Run a command of a group, if it is quick and needs no results; else only read its arguments."""
    group, name = args[:2]
    if name == "run":
        _try([name, *args[2:]])
    elif (group, name) in {("suite", "list"), ("suite", "show"), ("data", "list")}:
        done = CliRunner().invoke(cli, args)
        assert done.exit_code == 0, done.output
    else:
        parent = cli.get_command(click.Context(cli), group)
        assert isinstance(parent, click.Group)
        command = parent.get_command(click.Context(parent), name)
        assert command is not None
        command.make_context(name, args[2:])


def test_every_command_is_quoted_somewhere() -> None:
    words = {word for _, command in COMMANDS for word in shlex.split(command, comments=True)}
    assert {*ALL_COMMANDS} <= words


def test_the_number_of_cells_is_that_of_the_grid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli, ["run", "--all", "--dry-run", "--target", "cpu"])
    assert f"({done.output.partition(':')[0]};" in README


@pytest.mark.parametrize("excerpt", _blocks(README, "python"))
def test_every_excerpt_is_in_the_example(excerpt: str) -> None:
    assert excerpt in (EXAMPLE / "analogbench_sign_sgd" / "__init__.py").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("page", "block"),
    [(name, block) for name in PAGES for block in _blocks(TEXTS[name], "python")],
)
def test_python_in_the_pages_is_python(page: str, block: str) -> None:
    """Those of publishing.md are run by its own tests; a SLURM cluster is not to be had."""
    tree = ast.parse(block)
    names = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    for node in names:
        if node.module and node.module.startswith("analogbench."):
            module = importlib.import_module(node.module)
            assert all(hasattr(module, alias.name) for alias in node.names), f"{page}: {ast.unparse(node)}"


def test_the_contracts_page_shows_a_test() -> None:
    (block,) = _blocks((DOCS / "contracts.md").read_text(encoding="utf-8"), "python")
    mine = type("Mine", (), {})
    names = {"Mine": mine}
    exec(block, names)
    assert names["TestMine"].algorithm is mine  # type: ignore[attr-defined]


def test_the_example_is_short() -> None:
    (source,) = EXAMPLE.glob("analogbench_*/*.py")
    assert len(source.read_text(encoding="utf-8").splitlines()) <= 60


@pytest.mark.parametrize("kind", ["algorithm", "device", "task"])
def test_the_tables_list_what_comes_with_analogbench(kind: Kind) -> None:
    table = re.search(rf"^\| {kind} \|.*\n\|[-|]+\n((?:\|.*\n)+)", README, re.MULTILINE)
    assert table
    listed = set(re.findall(r"^\| `([\w-]+)` \|", table[1], re.MULTILINE))
    assert listed == {name for name, entry in load().of(kind).items() if entry.distribution == "analogbench"}


@pytest.mark.skipif(not (ROOT / ".ci").exists(), reason="the sdist has no .ci")
def test_ci_runs_the_second_command() -> None:
    _, second, *_ = _blocks(README, "sh")
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    written = script.replace('"$python"', "python3").replace("$venv", ".venv").replace('"', "")
    assert second in written


def test_every_linked_file_exists() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", README):
        if (ROOT / ".ci").exists() or target != "CONTRIBUTING.md":  # which the sdist leaves out
            assert (ROOT / target).exists(), target
