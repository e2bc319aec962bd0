"""`inshort doctor`: what is wrong with the set-up, each with what to do about it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from pipeline.cli.context import of
from pipeline.errors import InShortError

if TYPE_CHECKING:
    from pipeline.config import Config
    from pipeline.settings import Writer

_PRICE_DAYS = 90
"""From how many days on a price is worth another look: providers change them a few times a year."""


class Look(NamedTuple):
    """One thing that was looked at, in a line; where it is not `ok` the line says what to do."""

    ok: bool
    what: str


def doctor(
    context: typer.Context,
    live: Annotated[
        bool, typer.Option("--live", help="Ask the model once (it costs next to nothing), and every feed.")
    ] = False,
) -> None:
    """What is wrong with the set-up, and what to do about it. Exit 1 while anything is."""
    ctx = of(context)
    config, folder = ctx.load()
    found = [
        Look(True, f"configuration: {ctx.file()} is valid"),
        *_packages(),
        *_stages(),
        *_database(config, folder),
        Look(bool(config.feeds), "feeds: configured" if config.feeds else "feeds: none in config.yaml; add some"),
        *_words(config, folder),
        *_writer(config),
        *_disk(config, folder),
        *_keeping(config, folder),
        *_ports(config),
    ]
    if live:
        found += [*_model(config, folder), *_feeds(config)]
    if not config.newsroom.contact:
        found.append(Look(True, "hint: newsroom.contact is empty; an address of yours is good manners"))
    ctx.answer(
        [{"ok": ok, "what": what} for ok, what in found],
        "\n".join(f"{'ok   ' if ok else 'WRONG'} {what}" for ok, what in found),
    )
    if not all(look.ok for look in found):
        raise typer.Exit(1)


def _packages() -> Iterator[Look]:
    """Whether what In Short depends on is installed, and new enough."""
    from importlib.metadata import PackageNotFoundError, requires, version

    from packaging.requirements import Requirement

    wrong = []
    for line in requires("inshort") or ():
        needed = Requirement(line)
        if needed.marker is not None and not needed.marker.evaluate({"extra": ""}):
            continue
        try:
            there = version(needed.name)
        except PackageNotFoundError:
            wrong.append(f"{needed.name} is missing")
            continue
        if not needed.specifier.contains(there, prereleases=True):
            wrong.append(f"{needed.name} is {there}, {needed.specifier} is needed")
    if wrong:
        yield Look(False, f"packages: {'; '.join(wrong)}; install In Short again")
    else:
        yield Look(True, "packages: all there, and new enough")


def _stages() -> Iterator[Look]:
    """Whether each stage does its work, on a feed, a page and a story that come with In Short."""
    for name, work in (("feeds", _reads_feed), ("pages", _reads_page), ("checks", _checks_story)):
        try:
            work()
        except Exception as error:
            yield Look(False, f"{name}: the built-in sample can't be read ({error}); install In Short again")
            return
    yield Look(True, "stages: a built-in feed, page and story were read")


def _reads_feed() -> None:
    from pipeline.feeds.parse import parse_feed
    from pipeline.resources import bundled

    feed = parse_feed((bundled("sample") / "feeds/harbour.xml").read_bytes())
    if not feed.entries:
        raise InShortError("no entries were found")


def _reads_page() -> None:
    from pipeline.articles.extract import extract
    from pipeline.resources import bundled

    article = extract((bundled("sample") / "pages/latchkey-password-manager-bug.html").read_bytes())
    if article.verdict != "article":
        raise InShortError(article.reason)


def _checks_story() -> None:
    from pipeline.checks.run import check_texts

    said = (
        "A crane is mended.\nIn short: The crane is mended in May.\nThe crane is mended in May.\nSource: Harbour Tech"
    )
    check_texts("The crane will be mended in May.", said)


def _database(config: Config, folder: Path) -> Iterator[Look]:
    from pipeline.storage.database import Database, database_url

    database = Database(database_url(config.database, folder))
    try:
        database.ready()
        if missing := database.missing():
            yield Look(False, f"database: {database.where} lacks the tables {', '.join(missing)}; restore a backup")
        else:
            yield Look(True, f"database: {database.where} is of this program's version")
    except InShortError as error:
        yield Look(False, f"database: {error}")
    finally:
        database.close()
    if database.file and database.file.exists() and database.file.stat().st_mode & 0o077:
        yield Look(False, f"database: others on this machine can open {database.file}; run: chmod 600 {database.file}")


def _words(config: Config, folder: Path) -> Iterator[Look]:
    """The prompts and the glossary, read as a run reads them."""
    from pipeline.glossary import load_glossary
    from pipeline.writing.prompts import load_prompt

    try:
        for name in ("draft", "repair", "judge"):
            load_prompt(name, config.newsroom.language)
        yield Look(True, "prompts: in place")
    except InShortError as error:
        yield Look(False, f"prompts: {error}")
    try:
        yield Look(True, f"glossary: {len(load_glossary(folder, config.newsroom.language).terms)} terms")
    except InShortError as error:
        yield Look(False, f"glossary: {error}")


def _writer(config: Config) -> Iterator[Look]:
    writer = config.writer
    if writer.kind == "openai" and writer.api_key_file is None and writer.base_url is None:
        there = bool(os.environ.get(writer.api_key_env))
        yield Look(there, f"API key: {writer.api_key_env} is {'set' if there else 'not set; export it'}")
    else:
        yield Look(True, f"writer: {writer.kind}" + (", no model, no cost" if writer.kind == "extract" else ""))
    if writer.kind == "openai":
        yield from _price("writer", writer, datetime.now(config.newsroom.zone))
    if config.judge is not None and config.judge.price != writer.price:
        yield from _price("judge", config.judge, datetime.now(config.newsroom.zone))


def _model(config: Config, folder: Path) -> Iterator[Look]:
    """What the endpoint understands, asked once through the ledger."""
    import asyncio

    from pipeline.clock import utc_now
    from pipeline.engine.live import look_at_model
    from pipeline.glossary import load_glossary
    from pipeline.storage.database import Database, database_url

    if config.writer.kind != "openai":
        yield Look(True, f"model: none is asked, writer.kind is {config.writer.kind}")
        return
    database = Database(database_url(config.database, folder))
    found: list[str] = []

    async def ask() -> None:
        async for line in look_at_model(database, config, load_glossary(folder, config.newsroom.language), utc_now()):
            found.append(line)

    wrong = ""
    try:
        database.ready()
        asyncio.run(ask())
    except InShortError as error:
        wrong = f"model: {error}"
    finally:
        database.close()
    yield from (Look(True, line) for line in found)
    if wrong:
        yield Look(False, wrong)


def _feeds(config: Config) -> Iterator[Look]:
    """Each configured feed, asked once."""
    import asyncio

    from pipeline.feeds.asking import ask_once
    from pipeline.feeds.parse import parse_feed

    for feed in config.feeds:
        name = feed.name or feed.url
        try:
            entries = len(parse_feed(asyncio.run(ask_once(config, feed.url, feed.agent)).body, url=feed.url).entries)
            yield Look(True, f"feed: {name}: {entries} entries")
        except InShortError as error:
            yield Look(False, f"feed: {name}: {error}")


def _price(whose: str, model: Writer, now: datetime) -> Iterator[Look]:
    if model.price is None:
        return
    day = model.price.as_of
    age = (now.date() - day).days
    if age < 0:
        yield Look(False, f"price: {whose}.price.as_of {day} is still to come")
    elif age > _PRICE_DAYS:
        yield Look(True, f"hint: {whose}.price is {age} days old ({day}); see whether it is still true")


def _disk(config: Config, folder: Path) -> Iterator[Look]:
    from pipeline.monitoring.situation import free_mb

    free, wanted = free_mb(folder), config.alarms.disk_mb or 0
    yield Look(free >= wanted, f"disk: {free} MB free" + ("" if free >= wanted else f", {wanted} wanted; free some"))
    if not os.access(folder, os.W_OK):
        yield Look(False, f"folder: {folder} cannot be written; change its permissions or run as its owner")


def _keeping(config: Config, folder: Path) -> Iterator[Look]:
    """Whether backups can be made and alarms told."""
    from pipeline.publishing.mail import password
    from pipeline.storage.keeping.backup import backups_in

    backups = folder / config.keeping.backups
    there = next((place for place in (backups, *backups.parents) if place.exists()), backups)
    if not (there.is_dir() and os.access(there, os.W_OK)):
        yield Look(False, f"backups: {backups} cannot be written; change keeping.backups or the folder's mode")
    elif newest := next(iter(backups_in(backups)), None):
        yield Look(True, f"backups: {len(backups_in(backups))} in {backups}, the newest is {newest.name}")
    else:
        yield Look(True, f"hint: no backup in {backups} yet; 'inshort db backup' makes one")
    if config.mail.host:
        try:
            if config.mail.user:
                password(config.mail)
            yield Look(True, f"mail: by {config.mail.host} port {config.mail.port}, from {config.mail.sender}")
        except InShortError as error:
            yield Look(False, f"mail: {error}")
    if not config.alarms.mail and not config.alarms.webhook:
        yield Look(True, "hint: alarms are shown by 'inshort status' only; alarms.mail or alarms.webhook tell you")


def _ports(config: Config) -> Iterator[Look]:
    """Who listens where the desk and the monitors' page would."""
    if config.health.port is not None:
        taken = _listens(config.health.host, config.health.port)
        state = "answers: a daemon or worker has it" if taken else "is free"
        yield Look(True, f"health: {config.health.host} port {config.health.port} {state}")
    taken = _listens(config.desk.host, config.desk.port)
    state = "is taken: a desk runs, or another program has it (then change desk.port)" if taken else "is free"
    yield Look(True, f"desk: {config.desk.host} port {config.desk.port} {state}")


def _listens(host: str, port: int) -> bool:
    import socket

    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as asking:
        asking.settimeout(1)
        return asking.connect_ex((host, port)) == 0
