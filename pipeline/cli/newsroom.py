"""`inshort init`, `demo`, `doctor`: the newsroom as a whole."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.context import of
from pipeline.errors import InShortError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.config import Config


def init(context: typer.Context, folder: Annotated[Path, typer.Argument(metavar="DIR")] = Path()) -> None:
    """Write a commented config.yaml and make the database."""
    from pipeline.config import load_config
    from pipeline.resources import bundled
    from pipeline.storage.database import Database, database_url

    ctx = of(context)
    file = folder / "config.yaml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        made = not file.exists()
        if made:
            file.write_text(bundled("config.yaml").read_text("utf-8"), "utf-8")
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written: {error.strerror}") from error
    Database(database_url(load_config(file).database, folder)).upgrade()
    said = "written" if made else "kept as it was"
    ctx.answer(
        {"config": str(file), "written": made},
        f"{file} {said}, the database is ready\nnext: edit it, then 'inshort run'",
    )


def demo(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the sample newsroom is kept.")] = Path("demo"),
) -> None:
    """The bundled sample newsroom, end to end, offline: feeds, articles, drafts, checks, an edition."""
    from pipeline.cli.engine import summarise
    from pipeline.engine.demo import run_demo
    from pipeline.publishing.formats import to_text

    ctx = of(context)
    told = run_demo(folder, ctx.say)
    summarise(ctx, told.summary, told.engine)
    typer.echo("\n" + to_text(told.edition), nl=False)
    typer.echo(
        f"\nnext: inshort --config {folder}/config.yaml review list\n      inshort --config {folder}/config.yaml status"
    )


def doctor(context: typer.Context) -> None:
    """What is wrong with the set-up, and what to do about it."""
    import os

    from pipeline.resources import bundled
    from pipeline.storage.database import Database, database_url
    from pipeline.watch.situation import free_mb
    from pipeline.writing.prompts import load_prompt

    ctx = of(context)
    found: list[tuple[bool, str]] = []
    config, folder = ctx.load()
    found.append((True, f"configuration: {folder / 'config.yaml'} is valid"))
    database = Database(database_url(config.database, folder))
    try:
        database.ready()
        found.append((True, f"database: {database.where} is of this program's version"))
    except InShortError as error:
        found.append((False, f"database: {error}"))
    found.append(
        (bool(config.feeds), "feeds: none in config.yaml; add some" if not config.feeds else "feeds: configured")
    )
    for name in ("draft", "repair", "judge"):
        load_prompt(name, config.newsroom.language)
    found.append((bundled("glossary.yaml").exists(), "prompts and glossary: in place"))
    writer = config.writer
    if writer.kind == "openai" and writer.api_key_file is None and writer.base_url is None:
        there = bool(os.environ.get(writer.api_key_env))
        found.append((there, f"API key: {writer.api_key_env} is {'set' if there else 'not set; export it'}"))
    else:
        found.append((True, f"writer: {writer.kind}" + (", no model, no cost" if writer.kind == "extract" else "")))
    if (
        writer.kind == "openai"
        and writer.price is not None
        and (age := (datetime.now(config.newsroom.zone).date() - writer.price.as_of).days)
    ):
        if age < 0:
            found.append((False, f"price: as_of {writer.price.as_of} is still to come"))
        elif age > 180:
            found.append((True, f"hint: writer.price was true on {writer.price.as_of}; look whether it still is"))
    free, wanted = free_mb(folder), config.alarms.disk_mb or 0
    found.append(
        (free >= wanted, f"disk: {free} MB free" + ("" if free >= wanted else f", {wanted} wanted; free some"))
    )
    found += list(_keeping(config, folder))
    if not config.newsroom.contact:
        found.append((True, "hint: newsroom.contact is empty; an address of yours is good manners"))
    ctx.answer(
        [{"ok": ok, "what": what} for ok, what in found],
        "\n".join(f"{'ok   ' if ok else 'WRONG'} {what}" for ok, what in found),
    )
    if not all(ok for ok, _ in found):
        raise typer.Exit(1)


def _keeping(config: Config, folder: Path) -> Iterator[tuple[bool, str]]:
    """Whether backups can be made, alarms told and monitors answered."""
    import os
    import socket

    from pipeline.publishing.mail import password
    from pipeline.storage.keeping.backup import backups_in

    backups = folder / config.keeping.backups
    there = next((place for place in (backups, *backups.parents) if place.exists()), backups)
    if not (there.is_dir() and os.access(there, os.W_OK)):
        yield False, f"backups: {backups} cannot be written; change keeping.backups or the folder's mode"
    elif newest := next(iter(backups_in(backups)), None):
        yield True, f"backups: {len(backups_in(backups))} in {backups}, the newest is {newest.name}"
    else:
        yield True, f"hint: no backup in {backups} yet; 'inshort db backup' makes one"
    if config.mail.host:
        try:
            if config.mail.user:
                password(config.mail)
            yield True, f"mail: by {config.mail.host} port {config.mail.port}, from {config.mail.sender}"
        except InShortError as error:
            yield False, f"mail: {error}"
    if not config.alarms.mail and not config.alarms.webhook:
        yield True, "hint: alarms are shown by 'inshort status' only; alarms.mail or alarms.webhook tell you"
    if config.health.port is not None:
        with socket.socket(socket.AF_INET6 if ":" in config.health.host else socket.AF_INET) as asking:
            asking.settimeout(1)
            taken = asking.connect_ex((config.health.host, config.health.port)) == 0
        state = "answers: a daemon or worker has it" if taken else "is free"
        yield True, f"health: {config.health.host} port {config.health.port} {state}"
