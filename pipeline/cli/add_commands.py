"""Every command by its name. Adding them is cheap: each file imports what it needs when it is called."""

from __future__ import annotations

import typer

from pipeline.cli import (
    db,
    desk,
    doctor,
    engine,
    eval,
    feeds,
    glossary,
    newsroom,
    publish,
    stages,
    stats,
    status,
    users,
    web,
)


def add_to(app: typer.Typer) -> None:
    """Add all commands, once."""
    if app.registered_commands:
        return
    for command in (
        newsroom.init,
        newsroom.demo,
        engine.run,
        engine.daemon,
        engine.worker,
        engine.retry,
        engine.alive,
        status.status,
        status.report,
        doctor.doctor,
        stages.try_,
        stages.parse,
        stages.extract,
        stages.check,
        stages.group,
        publish.digest,
        web.desk,
    ):
        app.command(command.__name__.rstrip("_"))(command)
    app.add_typer(feeds.app, name="feeds")
    app.add_typer(desk.app, name="review")
    app.add_typer(publish.app, name="publish")
    app.add_typer(stats.app, name="stats")
    app.add_typer(users.app, name="user")
    app.add_typer(eval.app, name="eval")
    app.add_typer(glossary.app, name="glossary")
    app.add_typer(db.app, name="db")
