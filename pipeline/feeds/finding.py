"""From what somebody types to a feed: an address, a site's bare name, a page that has feeds."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from pipeline.config import Config
from pipeline.errors import FetchError, NotAFeed, UsageError
from pipeline.feeds.asking import ask_once
from pipeline.feeds.discover import FoundFeed, discover, usual_places
from pipeline.feeds.parse import parse_feed
from pipeline.model import FeedDocument
from pipeline.net import Answer
from pipeline.processes import Processes, TooLong

T = TypeVar("T")
_BARE = re.compile(r"(?:[\w-]{1,63}\.)+[\w-]{1,63}(?::\d{1,5})?(?:[/?].*)?")
_TRIED = 8
"""Addresses that only look like feeds and are asked whether they are."""
SECONDS = 20.0
"""Of the processor, for reading what one address answered."""


@dataclass(frozen=True, slots=True)
class AnsweringFeed:
    """A feed that answered; `page` is where it was found, '' where its own address was given."""

    url: str
    document: FeedDocument
    page: str = ""

    @property
    def title(self) -> str:
        return self.document.title


class NoFeed(UsageError):
    """An address leads to no feed."""


class SeveralFeeds(UsageError):
    """A page has several feeds, and somebody has to say which."""

    def __init__(self, page: str, found: list[FoundFeed]) -> None:
        super().__init__(f"{page} is a page with {len(found)} feeds")
        self.found = found


def addresses(typed: str) -> list[str]:
    """What somebody may mean: an address itself, `feed:` before one left out, a bare name as https and then http."""
    said = typed.strip()
    if said.lower().startswith(("feed:http:", "feed:https:")):
        said = said[5:]
    elif said.lower().startswith("feed://"):
        said = said[7:]
    return [f"https://{said}", f"http://{said}"] if _BARE.fullmatch(said) else [said]


async def find_feed(config: Config, typed: str) -> AnsweringFeed:
    """The feed an address leads to. Raises NoFeed, SeveralFeeds, and FetchError where nothing answers."""
    async with Processes(1) as apart:
        looker = _Looker(config, apart)
        *first, last = addresses(typed)
        for address in first:
            try:
                return await looker.feed_at(address)
            except FetchError:
                continue
        return await looker.feed_at(last)


@dataclass(frozen=True, slots=True)
class _Looker:
    """Looks for one feed; what servers answer is read in another process, as a poll's is."""

    config: Config
    apart: Processes

    async def feed_at(self, url: str) -> AnsweringFeed:
        answer = await ask_once(self.config, url)
        try:
            return AnsweringFeed(url, await self._parsed(answer))
        except NotAFeed as error:
            why = error
        found = await self._read(discover, answer.body, answer.url)
        announced = [feed for feed in found if feed.announced]
        if not announced:
            # What only looks like a feed is one when it answers like one; a page that says nothing may lie beside it.
            found = [feed for feed in found[:_TRIED] if await self._answers(feed)]
            if not found:
                found = await self._usual(answer.url)
        if not found:
            raise NoFeed(f"{url}: {why}, and it points at no feed") from why
        if len(found) > 1:
            raise SeveralFeeds(url, found)
        try:
            return AnsweringFeed(
                found[0].url, await self._parsed(await ask_once(self.config, found[0].url)), answer.url
            )
        except NotAFeed as error:
            raise NoFeed(f"{url} points at {found[0].url}, but {error}") from error

    async def _usual(self, url: str) -> list[FoundFeed]:
        for feed in usual_places(url):
            if await self._answers(feed):
                return [feed]
        return []

    async def _answers(self, feed: FoundFeed) -> bool:
        try:
            await self._parsed(await ask_once(self.config, feed.url))
        except (FetchError, NotAFeed):
            return False
        return True

    async def _parsed(self, answer: Answer) -> FeedDocument:
        return await self._read(
            parse_feed, answer.body, url=answer.url, content_type=answer.headers.get("content-type")
        )

    async def _read(self, work: Callable[..., T], *given: object, **named: object) -> T:
        try:
            return await self.apart.within(SECONDS, work, *given, **named)
        except TooLong as error:
            raise NotAFeed(f"reading it was {error}") from error
