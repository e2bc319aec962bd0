"""From what somebody types to a feed: an address, a site's bare name, a page that has feeds."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from pipeline.cli.batch import LONGEST, limited
from pipeline.cli.context import of
from pipeline.errors import FetchError, NotAFeed, UsageError
from pipeline.invisible import named

if TYPE_CHECKING:
    from pipeline.feeds.discover import FoundFeed
    from pipeline.model import FeedDocument
    from pipeline.net import Answer

_BARE = re.compile(r"(?:[\w-]{1,63}\.)+[\w-]{1,63}(?::\d{1,5})?(?:[/?].*)?")
_TRIED = 8
"""Addresses that only look like feeds and are asked whether they are."""


@dataclass(frozen=True, slots=True)
class Found:
    """A feed that answered; `page` is where it was found, '' where its own address was given."""

    url: str
    title: str
    page: str = ""


def addresses(typed: str) -> list[str]:
    """What somebody may mean: an address itself, `feed:` before one left out, a bare name as https and then http."""
    said = typed.strip()
    if said.lower().startswith(("feed:http:", "feed:https:")):
        said = said[5:]
    elif said.lower().startswith("feed://"):
        said = said[7:]
    return [f"https://{said}", f"http://{said}"] if _BARE.fullmatch(said) else [said]


def find_feed(context: typer.Context, typed: str) -> Found:
    """The feed an address leads to. Raises UsageError when there is none, or more than one and nobody to ask."""
    *first, last = addresses(typed)
    for address in first:
        try:
            return _feed_at(context, address)
        except FetchError:
            continue
    return _feed_at(context, last)


def _feed_at(context: typer.Context, url: str) -> Found:
    from pipeline.feeds.discover import discover, usual_places

    answer = fetch(context, url)
    try:
        return Found(url, parsed(answer).title)
    except NotAFeed as error:
        why = error
    found = discover(answer.body, answer.url)
    announced = [feed for feed in found if feed.announced]
    if not announced:
        # What only looks like a feed is one when it answers like one; a page that says nothing may lie beside its feed.
        answering = [feed for feed in found[:_TRIED] if _title(context, feed) is not None]
        guessed = next((feed for feed in usual_places(answer.url) if _title(context, feed) is not None), None)
        found = answering or ([guessed] if guessed else [])
    if not found:
        raise UsageError(f"{url}: {why}, and it points at no feed; --unchecked adds it all the same") from why
    chosen = found[0] if len(found) == 1 else _choose(url, found)
    try:
        return Found(chosen.url, parsed(fetch(context, chosen.url)).title, answer.url)
    except NotAFeed as error:
        raise UsageError(f"{url} points at {chosen.url}, but {error}") from error


def _title(context: typer.Context, feed: FoundFeed) -> str | None:
    try:
        return parsed(fetch(context, feed.url)).title
    except (FetchError, NotAFeed):
        return None


def _choose(url: str, found: list[FoundFeed]) -> FoundFeed:
    listed = "\n".join(f"{n:>3}  {feed.url}  {feed.title}".rstrip() for n, feed in enumerate(found, 1))
    said = f"{url} is a page with {len(found)} feeds"
    if not sys.stdin.isatty():
        raise UsageError(f"{said}; add the one you want:\n{listed}")
    typer.echo(named(f"{said}:\n{listed}"), err=True)
    number = 0
    while not 1 <= number <= len(found):
        number = typer.prompt("which one", type=int, default=1, err=True)
    return found[number - 1]


def fetch(context: typer.Context, url: str, agent: str = "") -> Answer:
    """What an address answers, asked as a poll would ask."""
    import asyncio

    from pipeline.config import Config
    from pipeline.engine.tools import net_limits, user_agent
    from pipeline.net import Net

    try:
        config, _ = of(context).load()
    except UsageError:
        config = Config()

    async def look() -> Answer:
        async with Net(agent=user_agent(config), limits=net_limits(config)) as net:
            return await net.ask(url, agent=agent)

    return asyncio.run(look())


def parsed(answer: Answer) -> FeedDocument:
    """Raises NotAFeed."""
    from pipeline.feeds.parse import parse_feed

    with limited(LONGEST):
        return parse_feed(answer.body, url=answer.url, content_type=answer.headers.get("content-type"))
