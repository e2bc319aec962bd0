"""Every command by its name: where it stands and what it does in a line. Its file is imported when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group


class Command(NamedTuple):
    """A command or a group of them: `place` is the file of `pipeline/cli/` and the name in it."""

    place: str
    does: str


COMMANDS = {
    "init": Command("newsroom:init", "Write a commented config.yaml and make the database."),
    "demo": Command("newsroom:demo", "Run the bundled sample newsroom, end to end, offline."),
    "run": Command("engine:run", "Do everything that is due, once, and end: for cron."),
    "daemon": Command("engine:daemon", "Go on for ever, by the clock, until SIGTERM."),
    "worker": Command("engine:worker", "Work as one of many on a newsroom in PostgreSQL."),
    "retry": Command("engine:retry", "Try anew what was set aside."),
    "alive": Command("engine:alive", "Exit 0 while a daemon or worker lives here."),
    "status": Command("status:status", "Show what is due, running, waiting or wrong."),
    "report": Command("status:report", "Show how the last seven days went."),
    "doctor": Command("doctor:doctor", "Find what is wrong with the set-up."),
    "try": Command("stages:try_", "Fetch, write and check one article; store nothing."),
    "parse": Command("stages:parse", "Print what a feed's bytes say, as JSON."),
    "extract": Command("stages:extract", "Print the article on a page, as JSON."),
    "check": Command("stages:check", "Check a rewrite against its source."),
    "group": Command("stages:group", "Say which articles tell the same story."),
    "digest": Command("publish:digest", "Issue the edition of the approved stories."),
    "desk": Command("web:desk", "Open the desk in a browser."),
    "feeds": Command("feeds:app", "Subscriptions: list, add, check and the rest."),
    "review": Command("desk:app", "The desk in a terminal."),
    "search": Command("search:search", "Find stories by their words, people and days."),
    "publish": Command("publish:app", "The public side: the site, corrections, retractions."),
    "readers": Command("readers:app", "Who gets editions by mail."),
    "stats": Command("stats:app", "What was spent, and what that saved."),
    "user": Command("users:app", "Who may use the desk."),
    "eval": Command("eval:app", "Measure prompts and models."),
    "glossary": Command("glossary:app", "How the newsroom explains hard words."),
    "config": Command("config:app", "Every key of config.yaml: show, explain, schema."),
    "completion": Command("manual:completion", "Print what completes commands in a shell."),
    "manual": Command("manual:manual", "Print the manual page."),
    "db": Command("db:app", "Back up, restore, check, export, prune, move."),
}


def load(name: str) -> Any:
    """A command or group as typer runs it."""
    file, _, attribute = COMMANDS[name].place.partition(":")
    found = getattr(import_module(f"pipeline.cli.{file}"), attribute)
    frame = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    if isinstance(found, typer.Typer):
        frame.add_typer(found, name=name)
        return get_group(frame).commands[name]
    frame.command(name)(found)
    return get_command(frame)


class Commands(TyperGroup):
    """The group of all commands. `inshort --help` reads the table; only the command that is called is imported."""

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

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.does) for name, command in COMMANDS.items()])
