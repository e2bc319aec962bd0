"""The group of all commands: the file of each is imported when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

from pipeline.cli.command_list import COMMANDS, overview


class Noun(TyperGroup):
    """The commands of a noun, each listed with its whole first sentence."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.get_short_help_str(1_000)) for name, command in commands if command])


def load(name: str) -> Any:
    """A command or group as typer runs it."""
    file, _, attribute = COMMANDS[name].place.partition(":")
    found = getattr(import_module(f"pipeline.cli.{file}"), attribute)
    frame = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    if isinstance(found, typer.Typer):
        frame.add_typer(found, name=name, cls=Noun)
        return get_group(frame).commands[name]
    frame.command(name)(found)
    return get_command(frame)


class Commands(TyperGroup):
    """The group of all commands. Only the command that is called is imported."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            import difflib

            near = difflib.get_close_matches(cmd_name, COMMANDS, 1)
            ctx.fail(f"there is no command '{cmd_name}'" + (f"; did you mean {near[0]}?" if near else ""))
        command = load(cmd_name)
        command.name = cmd_name
        return command

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:  # typer would end without a word
            raise typer.Abort from error

    def get_help(self, ctx: Any) -> str:
        return overview()
