"""`inshort feeds`: the subscriptions."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.context import of, person
from pipeline.cli.printing import shown
from pipeline.errors import UsageError
from pipeline.text import counted, named_once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.config import Config
    from pipeline.feeds.discover import FoundFeed
    from pipeline.feeds.filters import Refusal
    from pipeline.feeds.finding import AnsweringFeed, SeveralFeeds
    from pipeline.model import FeedDocument
    from pipeline.net import Answer
    from pipeline.settings import Filters
    from pipeline.storage.articles.entries import Refused
    from pipeline.storage.database import Session
    from pipeline.storage.tables import FeedRow

_SHOWN = 20
"""Problems of a list that are told; --json has them all."""
app = typer.Typer(help="Subscriptions: list, add, check and the rest.", no_args_is_help=True)


def _now() -> Any:
    from pipeline.clock import utc_now

    return utc_now()


@app.command("list")
def list_(context: typer.Context) -> None:
    """Every feed: its health, last success, next poll and why."""
    from pipeline.feeds.health import health_of_all
    from pipeline.storage import feeds
    from pipeline.storage.engine.ahead import take_back

    ctx = of(context)
    config, _ = ctx.load()
    database = ctx.with_feeds()
    with database.session() as session:
        take_back(session, _now(), config.polling.max_age_days)
    none = feeds.FeedCounts()
    with database.session() as session:
        counts = feeds.counts_by_feed(session, _now())
        found = health_of_all(session, _now())
        rows: list[dict[str, Any]] = [
            {
                "id": row.id,
                "name": row.name,
                "url": row.url,
                "topic": row.topic,
                "weight": row.weight,
                "origin": row.origin,
                "state": row.state,
                "health": found[row.id].word,
                "reason": found[row.id].reason,
                "entries": counts.get(row.id, none).entries,
                "a_week": round(counts.get(row.id, none).a_week, 1),
                "refused": counts.get(row.id, none).refused,
                "failed": counts.get(row.id, none).failed,
                "last_success": row.last_success_at,
                "next_poll": row.next_poll_at,
                "why": row.poll_reason,
            }
            for row in feeds.all_feeds(session)
        ]
    zone = config.newsroom.zone
    lines = []
    for row in rows:
        last = f"{row['last_success'].astimezone(zone):%d %b %H:%M}" if row["last_success"] else "never"
        following = f"{row['next_poll'].astimezone(zone):%d %b %H:%M}"
        lines.append(f"{row['id']:>3}  {row['health']:<9} {row['name']}  {row['url']}")
        lines.append(
            f"     {row['origin']}, {counted(row['entries'], 'entry', 'entries')}, {row['a_week']} a week, "
            f"{row['refused']} refused, "
            + (f"{row['failed']} failed, " if row["failed"] else "")
            + f"last success {last}, "
            + (f"next poll {following} ({row['why']})" if row["state"] in ("active", "dead") else "not polled")
        )
        if row["reason"]:
            lines.append(f"     {row['reason']}")
    ctx.answer(rows, "\n".join(lines) or "no feeds yet; 'inshort feeds add URL' adds one")


@app.command()
def add(
    context: typer.Context,
    url: str,
    name: Annotated[str, typer.Option(help="What the source line of its stories says.")] = "",
    topic: Annotated[str, typer.Option(help="The topic its stories are listed under.")] = "",
    weight: Annotated[
        float, typer.Option(min=0.1, max=10, help="How much its stories matter; 1 is the same as other feeds.")
    ] = 1.0,
    exclude: Annotated[list[str] | None, typer.Option(help="Leave out entries with this word.")] = None,
    include: Annotated[list[str] | None, typer.Option(help="Keep only entries with one of these words.")] = None,
    max_a_day: Annotated[int | None, typer.Option(help="At most this many new stories a day.")] = None,
    unchecked: Annotated[bool, typer.Option("--unchecked", help="Don't contact the server now.")] = False,
) -> None:
    """Subscribe to a feed, or to the feed of a site; where a site has several, choose one."""
    from pipeline.feeds.asking import net_limits
    from pipeline.feeds.subscribing import checked, filters_from, subscribe
    from pipeline.settings import Filters

    ctx = of(context)
    address = checked(url, name, topic, net_limits(_config(context)))
    filters = filters_from({"include": include or (), "exclude": exclude or (), "max_a_day": max_a_day})
    database = ctx.with_feeds()
    page = nothing = ""
    if not unchecked:
        found = feed_meant(_config(context), url)
        address, page = found.url, found.page
        nothing = _nothing_kept(found.document, _refusals(found.document, Filters(**(filters or {})), _config(context)))
        name = name or found.title[:120]
    subscribe(database, address, name=name, topic=topic, filters=filters, weight=weight, by=person().name, now=_now())
    where = f", found on {page}" if page else ""
    said = {"added": address, "name": name or address} | ({"found_on": page} if page else {})
    ctx.answer(said, f"added {name or address} ({address}{where}); 'inshort run' polls it{nothing}")


def feed_meant(config: Config, typed: str) -> AnsweringFeed:
    """The feed an address leads to; of several the one that is chosen, where somebody is there to choose."""
    import asyncio

    from pipeline.feeds.finding import NoFeed, SeveralFeeds, find_feed

    try:
        return asyncio.run(find_feed(config, typed))
    except NoFeed as error:
        raise NoFeed(f"{error}; --unchecked adds it anyway") from error
    except SeveralFeeds as error:
        return asyncio.run(find_feed(config, _choose(error).url))


def _choose(several: SeveralFeeds) -> FoundFeed:
    listed = "\n".join(f"{n:>3}  {feed.url}  {feed.title}".rstrip() for n, feed in enumerate(several.found, 1))
    if not sys.stdin.isatty():
        raise UsageError(f"{several}; add the one you want:\n{listed}")
    shown(f"{several}:\n{listed}", err=True)
    number = 0
    while not 1 <= number <= len(several.found):
        number = typer.prompt("which one", type=int, default=1, err=True)
    return several.found[number - 1]


def _config(context: typer.Context) -> Config:
    """The newsroom's settings; the usual ones where there is no newsroom."""
    from pipeline.config import Config

    try:
        config, _ = of(context).load()
    except UsageError:
        config = Config()
    return config


def _feed(session: Session, which: str) -> FeedRow:
    """The feed somebody means. Raises UsageError where it is none, or might be another."""
    from pipeline.storage import feeds

    row = feeds.feed_by(session, which)
    if row is not None:
        return row
    same = [row.id for row in feeds.all_feeds(session) if row.name == which]
    if same:
        numbers = ", ".join(map(str, same))
        raise UsageError(f"{len(same)} feeds are called '{which}'; say which by its number: {numbers}")
    raise UsageError(f"no feed has the address, name or number '{which}'; 'inshort feeds list' shows them")


def _set(context: typer.Context, which: str, state: str, done: str) -> None:
    from pipeline.feeds.subscribing import change
    from pipeline.model import FeedState

    ctx = of(context)
    database = ctx.with_feeds()
    with database.session() as session:
        number = _feed(session, which).id
    changed = change(database, number, FeedState(state), by=person().name, now=_now())
    waits = f"; {changed.waits}" if changed.waits else ""
    if waits and state == FeedState.DISABLED:
        waits += f": inshort feeds enable {number}"
    ctx.answer({done: which}, f"{done} {changed.name}{waits}")


@app.command()
def remove(context: typer.Context, feed: str) -> None:
    """Remove a feed added here; its stories stay."""
    _set(context, feed, "removed", "removed")


@app.command()
def enable(context: typer.Context, feed: str) -> None:
    """Enable a disabled feed: it is polled and read again, and what waited is taken up."""
    _set(context, feed, "active", "enabled")


@app.command()
def disable(context: typer.Context, feed: str) -> None:
    """Disable a feed: until it is enabled again it is not polled, and nothing of it is read, written or judged."""
    _set(context, feed, "disabled", "disabled")


@app.command("import")
def import_(context: typer.Context, file: Path) -> None:
    """Subscribe to every feed of an OPML file, its folders as topics."""
    from pipeline.errors import FetchError
    from pipeline.feeds.asking import net_limits
    from pipeline.feeds.opml import read_opml
    from pipeline.files import read_bytes
    from pipeline.model import FeedOrigin
    from pipeline.net import check_address
    from pipeline.storage import feeds

    ctx = of(context)
    body = read_bytes(file)
    added = known = 0
    found = read_opml(body)
    limits = net_limits(_config(context))
    with ctx.with_feeds().session() as session:
        for feed in found.feeds:
            if feeds.feed_by(session, feed.url) is not None:
                known += 1
                continue
            try:
                check_address(feed.url, limits)
            except FetchError as error:
                found.problems.append(f"{error}; left out")
                continue
            wanted = feeds.Subscription(feed.url, feed.title or feed.url, feed.topic)
            session.add(feeds.new_feed(wanted, FeedOrigin.USER, _now()))
            session.flush()
            added += 1
    for problem in found.problems[:_SHOWN]:
        ctx.say(f"{file}: {problem}")
    if len(found.problems) > _SHOWN:
        ctx.say(f"{file}: and {len(found.problems) - _SHOWN} more lines of this kind")
    said = {"added": added, "known": known, "problems": found.problems}
    ctx.answer(said, f"{counted(added, 'feed')} added, {known} already there")


@app.command()
def export(context: typer.Context) -> None:
    """Every feed as OPML 2.0."""
    from pipeline.feeds.opml import OpmlFeed, write_opml
    from pipeline.storage import feeds

    ctx = of(context)
    config, _ = ctx.load()
    with ctx.with_feeds().session() as session:
        rows = [OpmlFeed(r.url, r.name, r.topic) for r in feeds.all_feeds(session) if r.state != "removed"]
    shown(write_opml(rows, config.newsroom.name), form="markup")


@app.command()
def refused(
    context: typer.Context,
    feed: Annotated[str, typer.Argument(help="Its address, name or number.")] = "",
    last: Annotated[int, typer.Option(min=1, help="How many of the newest to show.")] = 1000,
) -> None:
    """Entries that did not become a story, and why: refused by a filter, by age or by the page, or not readable yet."""
    from pipeline.storage.articles import entries

    ctx = of(context)
    with ctx.with_feeds().session() as session:
        row = _feed(session, feed) if feed else None
        found = entries.refusals(session, row.id if row else None, last)
    rows = [{"verdict": r.verdict, "reason": r.reason, "entry": r.link or r.title, "title": r.title} for r in found]
    ctx.answer(rows, "\n".join(_by_reason(found)) or "nothing was refused")


def _by_reason(found: list[Refused]) -> Iterator[str]:
    """Refused entries by their titles, the most frequent reason first; what only one was refused for is on its line."""
    of_reason: dict[tuple[str, str], list[str]] = {}
    for one in found:
        of_reason.setdefault((one.verdict, one.reason), []).append(one.title or one.link)
    for (verdict, reason), titles in sorted(of_reason.items(), key=lambda group: -len(group[1])):
        if len(titles) == 1:
            yield f"{verdict:<12} {titles[0]}: {reason}"
        else:
            yield f"{verdict:<12} {len(titles)} × {reason}"
            yield from (f"{'':<12} {title}" for title in titles)


@app.command()
def check(
    context: typer.Context,
    url: Annotated[str, typer.Argument()] = "",
    everything: Annotated[bool, typer.Option("--all", help="Every subscription.")] = False,
) -> None:
    """Check a feed: its format, how it answers, how fresh it is, full text or teasers, what would be kept."""
    import asyncio

    from pipeline.errors import FetchError, NotAFeed
    from pipeline.feeds.asking import ask_once
    from pipeline.feeds.finding import addresses
    from pipeline.storage import feeds

    ctx = of(context)
    if bool(url) == everything:
        raise UsageError("a feed's address is needed, or --all")
    config = _config(context)
    own, zone = {feed.url: feed.agent for feed in config.feeds}, config.newsroom.zone
    if url:
        url = addresses(url)[0]
        facts = _facts(asyncio.run(ask_once(config, url, own.get(url, ""))), config)
        ctx.answer(
            facts, "\n".join(f"{key.replace('_', ' ') + ':':<14} {value}" for key, value in _in_words(facts, zone))
        )
        return
    with ctx.with_feeds().session() as session:
        wanted = [(row.name, row.url) for row in feeds.all_feeds(session) if row.state != "removed"]
    rows, lines = [], []
    for name, address in wanted:
        try:
            facts = _facts(asyncio.run(ask_once(config, address, own.get(address, ""))), config)
            said = (
                f"{counted(facts['entries'], 'entry', 'entries')}, {facts['kept']} would be kept, {facts['text']}, "
                f"newest {_day(facts['newest'], zone)}"
            ) + "".join(f"; {count} {reason}" for reason, count in facts["left_out"].items())
        except (FetchError, NotAFeed) as error:
            facts, said = {"url": address, "error": str(error)}, str(error)
        rows.append({"name": name, **facts})
        lines.append(f"{'failing' if 'error' in facts else 'ok':<8} {named_once(name, said)}")
    ctx.answer(rows, "\n".join(lines) or "no feeds yet")


def _day(time: datetime | None, zone: tzinfo) -> str:
    return f"{time.astimezone(zone):%Y-%m-%d %H:%M}" if time else "undated"


def _in_words(facts: dict[str, Any], zone: tzinfo) -> Iterator[tuple[str, str]]:
    """The facts of a feed for people, times in the newsroom's zone: what has nothing to say is left out."""
    for key, value in facts.items():
        if key == "left_out":
            value = "; ".join(f"{count} {reason}" for reason, count in value.items())
        elif key == "problems":
            value = "; ".join(value)
        elif isinstance(value, bool):
            value = "yes" if value else "no"
        elif isinstance(value, datetime):
            value = _day(value, zone)
        if value not in (None, ""):
            yield key, str(value)


def _refusals(document: FeedDocument, own: Filters, config: Config) -> list[Refusal | None]:
    """Why each entry of a feed would not be read; None for those that would."""
    from pipeline.feeds.filters import combined, refuse_entry

    filters = combined(config.filters, own)
    return [refuse_entry(entry, filters, _now(), config.polling.max_age_days) for entry in document.entries]


def _nothing_kept(document: FeedDocument, refusals: list[Refusal | None]) -> str:
    """What is to be known of a feed that has entries and none that would be read."""
    why = Counter(no.reason for no in refusals if no is not None)
    if not refusals or why.total() < len(refusals):
        return ""
    return ".\nNone of its entries would be read now: " + "; ".join(f"{n} {reason}" for reason, n in why.items())


def _facts(answer: Answer, config: Config) -> dict[str, Any]:
    from pipeline.cli.jsonl import LONGEST, limited
    from pipeline.feeds.clean import MAX_CONTENT, plain
    from pipeline.feeds.parse import parse_feed
    from pipeline.settings import Filters

    with limited(LONGEST):
        document = parse_feed(answer.body, url=answer.url, content_type=answer.headers.get("content-type"))
    own = next((feed.filters for feed in config.feeds if feed.url == answer.url), Filters())
    refusals = _refusals(document, own, config)
    # Words of the text, not of the addresses and the names of pictures between them.
    texts = [plain(e.content, MAX_CONTENT, markup=True, one_line=False) or e.summary for e in document.entries]
    lengths = sorted(len(text.split()) for text in texts)
    middle = lengths[len(lengths) // 2] if lengths else 0
    dated = [e.published for e in document.entries if e.published]
    conditional = bool(answer.etag or answer.last_modified)
    return {
        "url": answer.url,
        "title": document.title,
        "entries": len(document.entries),
        "kept": sum(no is None for no in refusals),
        "left_out": dict(Counter(no.reason for no in refusals if no is not None)),
        "newest": max(dated) if dated else None,
        "undated": len(document.entries) - len(dated),
        "median_words": middle,
        "text": "full text" if middle > 250 else "teasers",
        "conditional": conditional,
        "bytes": len(answer.body),
        "a_poll_costs": "an empty answer while nothing is new"
        if conditional
        else f"{len(answer.body)} bytes each time",
        "moved_to": answer.moved_to,
        "problems": list(document.problems),
    }
