"""`inshort doctor`: what is wrong with the set-up, each with what to do about it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from pipeline.cli import machine
from pipeline.cli.context import of
from pipeline.cli.machine import Look
from pipeline.clock import utc_now
from pipeline.errors import InShortError
from pipeline.text import counted, named_once

if TYPE_CHECKING:
    from pipeline.config import Config
    from pipeline.settings import Writer

_PRICE_DAYS = 90
"""From how many days on a price is worth another look: providers change them a few times a year."""


_MENDS = {
    "auth": "; put the right key where the line 'writer:' says it is read from, or name its variable in api_key_env",
    "model": "; correct writer.model, or load the model there",
    "connect": "; start the server, or correct writer.base_url",
    "timeout": "; give it longer by writer.timeout_seconds, or ask a faster model",
    "broken": "; see whether writer.base_url is the endpoint's (it mostly ends in /v1)",
}
"""What to do about a model that does not answer, by the error's reason."""


def doctor(
    context: typer.Context,
    live: Annotated[
        bool, typer.Option("--live", help="Ask the model once (it costs next to nothing), and every feed.")
    ] = False,
) -> None:
    """What is wrong with the set-up, and what to do about it. Exit 1 while anything is."""
    ctx = of(context)
    config, folder = ctx.load()
    now, rows = utc_now(), _rows(config, folder)
    off: list[timedelta] = []
    asked = [*_model(config, folder), *_ask(config, rows.feeds, off)] if live else [*_heard(config, rows.feeds)]
    found = [
        Look(True, f"configuration: {ctx.file()} is valid"),
        *machine.packages(),
        *machine.stages(),
        *machine.clock(now.astimezone(config.newsroom.zone), rows.polled - now if rows.polled else timedelta(), off),
        *_database(config, folder),
        Look(
            bool(rows.feeds), f"feeds: {len(rows.feeds)}" if rows.feeds else "feeds: none; 'inshort feeds add' adds one"
        ),
        *_words(config, folder),
        *_templates(config, now),
        *_writer(config),
        *_caps(config, folder),
        *machine.disk(config, folder),
        *_keeping(config, folder),
        *machine.ports(config, served=rows.served),
        *machine.browser(),
        *asked,
    ]
    if not config.newsroom.contact:
        found.append(Look(True, "hint: newsroom.contact is empty; an address of yours is good manners"))
    if not live:
        found.append(Look(True, "hint: nobody was asked; 'inshort doctor --live' asks the model once, and every feed"))
    ctx.answer(
        [{"ok": ok, "what": what} for ok, what in found],
        "\n".join(f"{'ok   ' if ok else 'WRONG'} {what}" for ok, what in found),
    )
    if not all(look.ok for look in found):
        raise typer.Exit(1)


class _Feed(NamedTuple):
    """A feed to be asked, and what is wrong with it by its last polls, if anything is."""

    name: str
    url: str
    agent: str
    wrong: str = ""


class _Rows(NamedTuple):
    """What the rows say: the feeds, the latest poll, whether a daemon or worker lives."""

    feeds: list[_Feed]
    polled: datetime | None = None
    served: bool = False


def _rows(config: Config, folder: Path) -> _Rows:
    """The configuration's feeds alone where the database cannot be asked: what is wrong with it is told elsewhere."""
    from pipeline.feeds.health import health_of_all
    from pipeline.model import FeedState
    from pipeline.storage.database import Database, database_url
    from pipeline.storage.engine.workers import alive
    from pipeline.storage.feeds import all_feeds

    told = {feed.url: _Feed(feed.name or feed.url, feed.url, feed.agent) for feed in config.feeds}
    database = Database(database_url(config.database, folder))
    try:
        database.ready()
        with database.reading() as session:
            known, standing = all_feeds(session), health_of_all(session, utc_now())
            for row in known:
                if row.state in (FeedState.ACTIVE, FeedState.DEAD):
                    how = standing[row.id]
                    wrong = how.reason if how.word in ("failing", "unread", "dead") else ""
                    told[row.url] = _Feed(row.name, row.url, row.agent, wrong)
                else:
                    told.pop(row.url, None)
            polled = max((row.last_polled_at for row in known if row.last_polled_at), default=None)
            return _Rows(list(told.values()), polled, bool(alive(session)))
    except InShortError:
        return _Rows(list(told.values()))
    finally:
        database.close()


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
        yield Look(True, f"glossary: {counted(len(load_glossary(folder, config.newsroom.language).terms), 'term')}")
    except InShortError as error:
        yield Look(False, f"glossary: {error}")


def _templates(config: Config, now: datetime) -> Iterator[Look]:
    """The newsroom's own templates: each read, and an edition printed by them."""
    from pipeline.model import Edition, EditionFormat, EditionStory
    from pipeline.publishing.formats import printed
    from pipeline.publishing.templates import wrong_in

    own = config.digest.templates
    if own is None:
        return
    text = "A bridge opens.\nIn short: It opens.\nThe bridge opens.\nSource: Marlow Post"
    story = EditionStory(1, 1, ("towns",), text, "A bridge opens", "Marlow Post", "https://example.org/bridge", now)
    edition = Edition(config.newsroom.name, now, None, now, config.newsroom.timezone, number=1, stories=(story,))
    try:
        wrong = wrong_in(own)
        if not wrong:
            for form in EditionFormat:
                printed(edition, form, own)
    except InShortError as error:
        wrong = [str(error)]
    yield from (Look(False, f"templates: {line}") for line in wrong)
    if not wrong:
        yield Look(True, f"templates: those of {own} print an edition")


def _writer(config: Config) -> Iterator[Look]:
    writer, judge, now = config.writer, config.judge, datetime.now(config.newsroom.zone)
    if writer.kind != "openai":
        yield Look(True, f"writer: {writer.kind}" + (", no model, no cost" if writer.kind == "extract" else ""))
    yield from _key("writer", writer)
    yield from _price("writer", writer, now)
    if judge is not None:
        if (judge.base_url, judge.api_key_env, judge.api_key_file) != (
            writer.base_url,
            writer.api_key_env,
            writer.api_key_file,
        ):
            yield from _key("judge", judge)
        if judge.price != writer.price:
            yield from _price("judge", judge, now)


def _caps(config: Config, folder: Path) -> Iterator[Look]:
    from pipeline.engine.estimate import small_caps
    from pipeline.glossary import load_glossary

    with suppress(InShortError):  # what is wrong with the words is told beside them
        yield from (
            Look(False, f"caps: {line}") for line in small_caps(config, load_glossary(folder, config.newsroom.language))
        )


def _key(whose: str, model: Writer) -> Iterator[Look]:
    from pipeline.llm.client import address_of, read_key
    from pipeline.settings import OPENAI_KEY

    if model.kind != "openai":
        return
    try:
        read_key(model)
    except InShortError as error:
        without = "; leave api_key_env out if it needs none" if model.api_key_env and not model.asks_openai else ""
        yield Look(False, f"{whose}: {error}{without}")
        return
    if where := model.api_key_file or model.key_variable:
        yield Look(True, f"{whose}: {model.model}; its key is read from {where}")
        return
    yield Look(True, f"{whose}: {model.model}; {address_of(model.base_url)} is asked without a key")
    if os.environ.get(OPENAI_KEY):
        meant = f"{whose}.api_key_env: {OPENAI_KEY}"
        yield Look(True, f"hint: {OPENAI_KEY} goes to OpenAI alone; if {whose}.base_url is to get it, say {meant}")


def _model(config: Config, folder: Path) -> Iterator[Look]:
    """What the endpoint understands, asked once through the ledger."""
    import asyncio

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
        wrong = f"model: {error}{_MENDS.get(getattr(error, 'reason', ''), '')}"
    finally:
        database.close()
    yield from (Look(True, line) for line in found)
    if wrong:
        yield Look(False, wrong)


def _heard(config: Config, feeds: list[_Feed]) -> Iterator[Look]:
    """What is known to be wrong with the feeds without asking any: by their last polls, and by their addresses."""
    from pipeline.feeds.asking import net_limits
    from pipeline.net import check_address

    for name, url, _, wrong in feeds:
        try:
            check_address(url, net_limits(config))
        except InShortError as error:
            yield Look(False, f"feed: {named_once(name, str(error))}")
        else:
            if wrong:
                yield Look(False, f"feed: {named_once(name, wrong)}; 'inshort feeds check {url}' asks it now")


def _ask(config: Config, feeds: list[_Feed], off: list[timedelta]) -> Iterator[Look]:
    """Each feed, asked once; `off` gets how far this machine's clock was before each server's when it answered."""
    import asyncio
    from email.utils import parsedate_to_datetime

    from pipeline.feeds.asking import ask_once
    from pipeline.feeds.parse import parse_feed

    for name, url, agent, _ in feeds:
        try:
            answer = asyncio.run(ask_once(config, url, agent))
            with suppress(KeyError, ValueError, TypeError):
                said = parsedate_to_datetime(answer.headers["date"])
                # A cache between tells when it was fetched, and how many seconds ago that was.
                theirs = said.astimezone(UTC) + timedelta(seconds=int(answer.headers.get("age", "0")))
                off.append(utc_now() - theirs)
            yield Look(
                True, f"feed: {name}: {counted(len(parse_feed(answer.body, url=url).entries), 'entry', 'entries')}"
            )
        except InShortError as error:
            yield Look(False, f"feed: {named_once(name, str(error))}")


def _price(whose: str, model: Writer, now: datetime) -> Iterator[Look]:
    if model.kind != "openai":
        return
    if model.price is None:
        yield Look(True, f"hint: what {model.model} costs is not known: {whose}.price is not set")
        return
    day = model.price.as_of
    age = (now.date() - day).days
    if age < 0:
        yield Look(False, f"price: {whose}.price.as_of {day} is still to come")
    elif age > _PRICE_DAYS:
        yield Look(True, f"hint: {whose}.price is {age} days old ({day}); see whether it is still true")


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
