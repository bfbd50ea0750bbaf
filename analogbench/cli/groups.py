"""A group of commands that suggests one where there is none of the name."""

from __future__ import annotations

from collections.abc import Iterable

import click

from analogbench.errors import UnknownNameError


def refuse(ctx: click.Context, name: str, commands: Iterable[str]) -> None:
    """End with the usage and a suggestion, unless there is a command of that name."""
    if name not in commands:
        ctx.fail(str(UnknownNameError("command", name, commands)))


class Group(click.Group):
    """Lists its commands in the order in which they were added."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Find a command. Fails with a suggestion if there is none of that name."""
        refuse(ctx, cmd_name, self.commands)
        return super().get_command(ctx, cmd_name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return list(self.commands)
