"""The command line's front door. A command's module is imported when the command is used, so that help is instant."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from typing import IO, Any

import click

from analogbench import __version__
from analogbench.cli.groups import refuse
from analogbench.errors import AnalogbenchError, UsageError
from analogbench.importing import import_for_good

COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("analogbench.cli.run:run", "Train every selected algorithm on every selected device and task."),
    "status": (
        "analogbench.cli.status:status",
        "Say what is done, failed, running, stale or missing.",
    ),
    "report": ("analogbench.cli.report:report", "Turn records into a leaderboard, tables, plots and a page."),
    "serve": ("analogbench.cli.serve:serve", "Show the page live, while a run goes on."),
    "compare": ("analogbench.cli.compare:compare", "Say whether one algorithm beats another, and how sure that is."),
    "table": ("analogbench.cli.table:table", "Print one table of whatever the records hold, in any format."),
    "suite": (
        "analogbench.cli.suite:suite",
        "List, explain, run and report suites: named grids such as a figure of a paper.",
    ),
    "merge": (
        "analogbench.cli.merge:merge",
        "Unite the records of several results folders.",
    ),
    "publish": (
        "analogbench.cli.publish:publish",
        "Put records, tables and plots into a folder or archive for others.",
    ),
    "verify": (
        "analogbench.cli.verify:verify",
        "Check a published leaderboard, and run some of its cells again.",
    ),
    "bench": ("analogbench.cli.bench:bench", "Measure how fast training is here, beside a simulator and a bound."),
    "device": ("analogbench.cli.device:device", "Turn measured pulse responses into devices to train on."),
    "data": ("analogbench.cli.data:data", "List, fetch and find the data sets that tasks train on."),
    "list": ("analogbench.cli.list_:list_", "List algorithms, devices, tasks, suites and observers."),
    "show": ("analogbench.cli.show:show", "Explain one of them: parameters, ranges, protocol, source."),
    "check": ("analogbench.cli.check:check", "Try whether a plugin keeps the rules of its contract."),
    "new": ("analogbench.cli.new:new", "Write the distribution of a new algorithm, device or task."),
    "plugins": ("analogbench.cli.plugins:plugins", "Say which plugins are loaded, and why another is not."),
    "doctor": ("analogbench.cli.doctor:doctor", "Say what is installed and whether it works together."),
}
"""Of each command, where it is and what `--help` says of it."""


class Failure(click.ClickException):
    """An AnalogbenchError on its way to the user, as one line."""

    def __init__(self, error: AnalogbenchError) -> None:
        super().__init__(str(error))

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the line on stderr."""
        _say(self.format_message())


class UsageFailure(Failure):
    """A UsageError on its way to the user."""

    exit_code = 2


class LazyGroup(click.Group):
    """A group of the commands in COMMANDS."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command. Fails with a suggestion if there is none of that name."""
        refuse(ctx, cmd_name, COMMANDS)
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_for_good(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands into the help, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what it raises on purpose becomes one line, after a traceback if --debug is given."""
        try:
            return super().invoke(ctx)
        except AnalogbenchError as error:
            if ctx.params["debug"]:
                traceback.print_exc()
            raise (UsageFailure if isinstance(error, UsageError) else Failure)(error) from error
        except (OSError, UnicodeEncodeError):  # `main` says them in one line
            if ctx.params["debug"]:
                traceback.print_exc()
            raise


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="analogbench")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def cli(debug: bool) -> None:
    """Compare training algorithms for analog in-memory computing."""


def main(args: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    0 done, 1 something failed, 2 wrong usage, 130 interrupted, 128 + n ended by signal n.
    """
    if sys.stdout is None:
        _say("standard output is closed; send it to /dev/null instead")
        return 1
    try:
        result = cli.main(args, prog_name="analogbench", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return error.exit_code
    except click.ClickException as error:
        _say(error.format_message())
        return error.exit_code
    except (click.Abort, KeyboardInterrupt) as error:
        _say("interrupted")
        return 128 + getattr(error.__cause__ or error, "number", signal.SIGINT)
    except (OSError, UnicodeEncodeError) as error:
        if not isinstance(error, BrokenPipeError):
            _say(_refused(error))
        return _give_up()
    return result if isinstance(result, int) else 0


def _refused(error: OSError | UnicodeEncodeError) -> str:
    """What the system would not do."""
    if isinstance(error, UnicodeEncodeError):
        return f"the output cannot be written in {error.encoding}; set PYTHONIOENCODING=utf-8"
    place = f": {error.filename}" if error.filename else ""
    return f"cannot read or write: {error.strerror or error}{place}"


def _give_up() -> int:
    """The reader, such as `head`, has gone, or the disk is full; Python would complain once more when it flushes stdout
    at exit."""
    try:
        sys.stdout.flush()
    except OSError:
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def _say(message: str) -> None:
    with contextlib.suppress(OSError):  # stderr may be closed, too, or its terminal gone
        click.echo(f"analogbench: {' '.join(message.split())}", err=True)
