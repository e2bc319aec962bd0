"""What the command can do, by name: read without anything that takes long to import."""

from __future__ import annotations

from typing import NamedTuple

DOES = "News feeds in, plain-language stories out, each sentence traced to its source."
OPTIONS = {
    "--config <path>": "The configuration file; config.yaml in this folder if left out.",
    "--json": "Answer as JSON.",
    "-q, --quiet": "Only the result, no progress.",
    "-v, --verbose": "The full log on stderr.",
    "--log-json": "The log as lines of JSON.",
    "--version": "Show the version and exit.",
    "--help": "Show this message and exit; after a command, its options.",
}
"""The options every command takes, as the overview shows them."""


class Command(NamedTuple):
    """A command or a group of them: `place` is the file of `pipeline/cli/` and the name in it."""

    place: str
    does: str


GROUPS = {
    "Getting started": {
        "demo": Command("newsroom:demo", "Run the bundled sample newsroom, end to end, offline."),
        "init": Command("newsroom:init", "Write a commented config.yaml and make the database."),
        "doctor": Command("doctor:doctor", "Find what is wrong with the set-up."),
        "try": Command("stages:try_", "Fetch, write and check one article; store nothing."),
    },
    "Every day": {
        "run": Command("engine:run", "Do everything that is due once, then exit: for cron."),
        "review": Command("desk:app", "The desk in a terminal."),
        "desk": Command("web:desk", "Open the desk in a browser."),
        "digest": Command("publish:digest", "Issue the edition of the approved stories."),
        "publish": Command("publish:app", "The public side: the site, corrections, retractions."),
        "search": Command("search:search", "Find stories by their words, people and days."),
    },
    "What is going on": {
        "status": Command("status:status", "Show what is due, running, waiting or wrong."),
        "report": Command("status:report", "Show how the last seven days went."),
        "topics": Command("topics:topics", "What stories are about, with counts."),
        "stats": Command("stats:app", "What was spent and saved."),
        "retry": Command("engine:retry", "Retry what was set aside, and stories that failed."),
    },
    "Unattended": {
        "daemon": Command("engine:daemon", "Keep running on schedule, until SIGTERM."),
        "worker": Command("engine:worker", "Run as one of several workers on PostgreSQL."),
        "alive": Command("engine:alive", "Exit 0 while a daemon or worker is running here."),
    },
    "Managing it": {
        "feeds": Command("feeds:app", "Subscriptions: list, add, check and the rest."),
        "readers": Command("readers:app", "Who gets editions by mail."),
        "user": Command("users:app", "Who may use the desk."),
        "glossary": Command("glossary:app", "How the newsroom explains hard words."),
        "config": Command("config:app", "Every key of config.yaml: show, explain, schema."),
        "db": Command("db:app", "Back up, restore, check, export, prune, move."),
        "eval": Command("eval:app", "Measure prompts and models."),
    },
    "One stage at a time": {
        "parse": Command("stages:parse", "Print a feed's contents, as JSON."),
        "extract": Command("stages:extract", "Print the article on a page, as JSON."),
        "check": Command("stages:check", "Check a rewrite against its source."),
        "group": Command("stages:group", "Say which articles tell the same story."),
    },
    "For the shell": {
        "completion": Command("manual:completion", "Print a shell's completion script."),
        "manual": Command("manual:manual", "Print the manual page."),
    },
}
COMMANDS = {name: command for group in GROUPS.values() for name, command in group.items()}


def overview() -> str:
    """What `inshort --help` prints."""
    lines = ["Usage: inshort [OPTIONS] COMMAND [ARGS]...", "", f"  {DOES}"]
    for heading, rows in GROUPS.items():
        lines += ["", f"{heading}:", *(f"  {name:<16} {command.does}" for name, command in rows.items())]
    return "\n".join([*lines, "", "Options:", *(f"  {name:<16} {does}" for name, does in OPTIONS.items())])
