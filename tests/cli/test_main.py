"""The front door: instant help, one-line errors, exit codes."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from analogbench.cli import main as front
from analogbench.errors import AnalogbenchError, RecordError, SelectionError

HEAVY = ("torch", "pydantic", "rich", "pluggy", "tabulate", "numpy")

UseCommand = Callable[[Callable[[], object]], None]


@pytest.fixture
def use_command(monkeypatch: pytest.MonkeyPatch) -> UseCommand:
    """Makes a function the command `try`."""

    def use(function: Callable[[], object]) -> None:
        monkeypatch.setattr(front, "attempt", click.command("try")(function), raising=False)
        monkeypatch.setitem(front.COMMANDS, "try", ("analogbench.cli.main:attempt", "Try."))

    return use


def _raising(error: BaseException) -> Callable[[], None]:
    def command() -> None:
        raise error

    return command


def test_help_imports_nothing_heavy_and_lists_every_command() -> None:
    code = f"""
import json, sys
from analogbench.cli.main import main
code = main(["--help"])
print(json.dumps([code, [m for m in {HEAVY} if m in sys.modules]]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    *text, result = done.stdout.splitlines()
    assert json.loads(result) == [0, []]
    for name, (_, summary) in front.COMMANDS.items():
        assert any(line.split()[:1] == [name] and summary[:20] in line for line in text)


@pytest.mark.parametrize("name", ["list", "show", "plugins"])
def test_every_command_is_where_the_table_says(name: str) -> None:
    result = CliRunner().invoke(front.cli, [name, "-h"])
    assert result.exit_code == 0
    assert result.output.startswith(f"Usage: cli {name}")


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert front.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("analogbench, version 0.")


@pytest.mark.parametrize(
    ("error", "code"),
    [(SelectionError("nothing\n to run"), 2), (RecordError("r.json: damaged"), 1), (KeyboardInterrupt(), 130)],
)
def test_an_error_is_one_line_and_an_exit_code(
    use_command: UseCommand, capsys: pytest.CaptureFixture[str], error: BaseException, code: int
) -> None:
    use_command(_raising(error))
    assert front.main(["try"]) == code
    captured = capsys.readouterr()
    said = "interrupted" if code == 130 else " ".join(str(error).split())
    assert captured.err.strip() == f"analogbench: {said}"
    assert captured.out == ""


def test_debug_shows_the_traceback(use_command: UseCommand, capsys: pytest.CaptureFixture[str]) -> None:
    use_command(_raising(AnalogbenchError("oh")))
    assert front.main(["--debug", "try"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_a_bug_is_not_hidden(use_command: UseCommand) -> None:
    use_command(_raising(ZeroDivisionError()))
    with pytest.raises(ZeroDivisionError):
        front.main(["try"])


@pytest.mark.parametrize(("returned", "code"), [(None, 0), (1, 1)])
def test_a_command_can_return_its_exit_code(use_command: UseCommand, returned: object, code: int) -> None:
    use_command(lambda: returned)
    assert front.main(["try"]) == code


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["lst"], "unknown command 'lst'; did you mean 'list'?"),
        (["list", "--jsn"], "--jsn"),
        (["list", "algorithm"], "'algorithm' is not one of"),
        (["show"], "Missing argument 'NAME'"),
    ],
)
def test_wrong_usage_is_one_line(capsys: pytest.CaptureFixture[str], args: list[str], said: str) -> None:
    assert front.main(args) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.startswith("analogbench: ")
    assert error.count("\n") == 1


def test_without_a_command_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert front.main([]) == 2
    assert "Commands:" in capsys.readouterr().err


def test_errors_look_the_same_to_a_test_runner(use_command: UseCommand) -> None:
    use_command(_raising(SelectionError("nothing")))
    result = CliRunner().invoke(front.cli, ["try"])
    assert (result.exit_code, result.stderr) == (2, "analogbench: nothing\n")


@pytest.mark.parametrize("length", [1, 200_000])
def test_a_reader_that_has_gone_is_no_error(length: int) -> None:
    code = f"""
import click, sys
from analogbench.cli import main as front
front.attempt = click.command("try")(lambda: click.echo("x" * {length}))
front.COMMANDS["try"] = ("analogbench.cli.main:attempt", "Try.")
sys.stdin.read()
sys.exit(front.main(["try"]))
"""
    process = subprocess.Popen([sys.executable, "-c", code], stdin=-1, stdout=-1, stderr=-1)
    assert process.stdin and process.stdout and process.stderr
    process.stdout.close()
    process.stdin.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 1


COMMAND = """
import click, sys
from analogbench.cli import main as front
front.attempt = click.command("try")(lambda: click.echo(sys.argv[1] * 10_000))
front.COMMANDS["try"] = ("analogbench.cli.main:attempt", "Try.")
sys.exit(front.main(["try"]))
"""


@pytest.mark.parametrize(
    ("shell", "said"),
    [
        ('"$0" -c "$1" x >&-', "standard output is closed; send it to /dev/null instead"),
        ('"$0" -c "$1" x >/dev/full', "cannot read or write: No space left on device"),
        (
            'PYTHONIOENCODING=latin-1 "$0" -c "$1" ≥ >/dev/null',
            "the output cannot be written in latin-1; set PYTHONIOENCODING=utf-8",
        ),
        ('"$0" -c "$1" x >&- 2>&-', None),
        ('"$0" -c "$1" x >/dev/full 2>/dev/full', None),
    ],
)
def test_output_that_cannot_be_written_is_one_line(shell: str, said: str | None) -> None:
    done = subprocess.run(["sh", "-c", shell, sys.executable, COMMAND], capture_output=True, text=True, check=False)
    # 120 is what Python itself says, now and then, when it can flush neither stream as it ends.
    assert done.returncode in ((1,) if said else (1, 120))
    assert done.stderr == (f"analogbench: {said}\n" if said else "")


def test_the_table_names_modules_of_this_package() -> None:
    folder = Path(front.__file__).parent
    for place, _ in front.COMMANDS.values():
        module = place.partition(":")[0]
        assert (folder / f"{module.removeprefix('analogbench.cli.')}.py").is_file()
