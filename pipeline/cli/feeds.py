"""`inshort feeds`: the subscriptions."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.context import of

if TYPE_CHECKING:
    from pipeline.config import Config
    from pipeline.net import Answer
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
    from pipeline.feeds.poll import subscriptions
    from pipeline.storage import feeds
    from pipeline.storage.engine.ahead import take_back

    ctx = of(context)
    config, _ = ctx.load()
    database = ctx.database()
    with database.session() as session:
        feeds.sync_config_feeds(session, subscriptions(config), _now())
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
                "origin": row.origin,
                "state": row.state,
                "health": found[row.id].word,
                "reason": found[row.id].reason,
                "entries": counts.get(row.id, none).entries,
                "a_week": round(counts.get(row.id, none).a_week, 1),
                "refused": counts.get(row.id, none).refused,
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
            f"     {row['origin']}, {row['entries']} entries, {row['a_week']} a week, {row['refused']} refused, "
            f"last success {last}, next poll {following} ({row['why']})"
        )
        if row["reason"]:
            lines.append(f"     {row['reason']}")
    ctx.answer(rows, "\n".join(lines) or "no feeds yet; 'inshort feeds add URL' adds one")


@app.command()
def add(
    context: typer.Context,
    url: str,
    name: Annotated[str, typer.Option(help="What the source line of its stories says.")] = "",
    topic: Annotated[str, typer.Option()] = "",
    exclude: Annotated[list[str] | None, typer.Option(help="A word its entries must not have.")] = None,
    include: Annotated[list[str] | None, typer.Option(help="Words of which its entries must have one.")] = None,
    max_a_day: Annotated[int | None, typer.Option(help="At most so many new stories a day.")] = None,
    unchecked: Annotated[bool, typer.Option("--unchecked", help="Do not ask the server now.")] = False,
) -> None:
    """Subscribe to a feed, or to the feed of a site: a page's only feed is taken, several are shown."""
    from pipeline.cli.finding import addresses, find_feed
    from pipeline.errors import UsageError
    from pipeline.model import FeedOrigin, FeedState
    from pipeline.settings import Feed, Filters
    from pipeline.storage import feeds

    ctx = of(context)
    address = addresses(url)[0]
    try:
        Feed(url=address, name=name, topic=topic)
    except ValueError as error:
        raise UsageError(_wrong(url, name, topic)) from error
    try:
        filters = Filters(include=tuple(include or ()), exclude=tuple(exclude or ()), max_a_day=max_a_day)
    except ValueError as error:
        raise UsageError("a filter word needs a letter, and --max-a-day a number from 1 to 1000") from error
    database = ctx.database()
    page = ""
    if not unchecked:
        found = find_feed(context, url)
        address, page = found.url, found.page
        name = name or found.title[:120]
    url = address
    with database.session() as session:
        known = feeds.feed_by(session, url)
        if known is not None and known.state != FeedState.REMOVED:
            raise UsageError(f"{url} is subscribed to already, as '{known.name}'")
        wanted = filters.model_dump(exclude_defaults=True, mode="json") or None
        if known is not None:
            known.state, known.reason, known.origin = FeedState.ACTIVE, "", FeedOrigin.USER
            known.name, known.topic, known.next_poll_at = name or known.name, topic or known.topic, _now()
            known.filters = wanted or known.filters
        else:
            session.add(feeds.new_feed(feeds.Subscription(url, name or url, topic, wanted), FeedOrigin.USER, _now()))
    where = f", found on {page}" if page else ""
    said = {"added": url, "name": name or url} | ({"found_on": page} if page else {})
    ctx.answer(said, f"added {name or url} ({url}{where}); 'inshort run' polls it")


def _wrong(url: str, name: str, topic: str) -> str:
    """What is wrong with a feed that is to be added."""
    if len(name) > 120:
        return f"--name: at most 120 characters, not {len(name)}"
    if len(topic) > 60:
        return f"--topic: at most 60 characters, not {len(topic)}"
    return f"'{url}' is no feed address: an http:// or https:// address is needed, or a site's name"


def _feed(session: Session, which: str) -> FeedRow:
    """The feed somebody means. Raises UsageError where it is none, or might be another."""
    from pipeline.errors import UsageError
    from pipeline.storage import feeds

    row = feeds.feed_by(session, which)
    if row is not None:
        return row
    same = [row.id for row in feeds.all_feeds(session) if row.name == which]
    if same:
        numbers = ", ".join(map(str, same))
        raise UsageError(f"{len(same)} feeds are called '{which}'; say which by its number: {numbers}")
    raise UsageError(f"no feed has the address, name or number '{which}'; 'inshort feeds list' shows them")


def _set(context: typer.Context, which: str, state: str, reason: str, done: str) -> None:
    from pipeline.errors import UsageError

    ctx = of(context)
    with ctx.database().session() as session:
        row = _feed(session, which)
        if state == "removed" and row.origin == "config":
            raise UsageError(f"'{row.name}' stands in config.yaml; take it out there")
        row.state, row.reason = state, reason
        if state == "active":
            row.next_poll_at, row.failures = _now(), 0
        name = row.name
    ctx.answer({done: which}, f"{done} {name}")


@app.command()
def remove(context: typer.Context, feed: str) -> None:
    """Stop polling a feed added here; its stories stay."""
    _set(context, feed, "removed", "removed by hand", "removed")


@app.command()
def enable(context: typer.Context, feed: str) -> None:
    """Poll a feed again."""
    _set(context, feed, "active", "", "enabled")


@app.command()
def disable(context: typer.Context, feed: str) -> None:
    """Stop polling a feed for now."""
    _set(context, feed, "disabled", "disabled by hand", "disabled")


@app.command("import")
def import_(context: typer.Context, file: Path) -> None:
    """Subscribe to every feed of an OPML file, its folders as topics."""
    from pipeline.errors import UsageError
    from pipeline.feeds.opml import read_opml
    from pipeline.model import FeedOrigin
    from pipeline.storage import feeds

    ctx = of(context)
    try:
        body = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}") from error
    added = known = 0
    found = read_opml(body)
    with ctx.database().session() as session:
        for feed in found.feeds:
            if feeds.feed_by(session, feed.url) is not None:
                known += 1
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
    ctx.answer(said, f"{added} feeds added, {known} were there already")


@app.command()
def export(context: typer.Context) -> None:
    """Every feed as OPML 2.0."""
    from pipeline.feeds.opml import OpmlFeed, write_opml
    from pipeline.storage import feeds

    ctx = of(context)
    config, _ = ctx.load()
    with ctx.database().session() as session:
        rows = [OpmlFeed(r.url, r.name, r.topic) for r in feeds.all_feeds(session) if r.state != "removed"]
    typer.echo(write_opml(rows, config.newsroom.name))


@app.command()
def refused(
    context: typer.Context,
    feed: Annotated[str, typer.Argument(help="Its address, name or number.")] = "",
    last: Annotated[int, typer.Option(min=1, help="How many of the newest to show.")] = 1000,
) -> None:
    """What no story came of, and why: refused by a filter, its age or its page, or a page that cannot be read yet."""
    from pipeline.storage.articles import entries

    ctx = of(context)
    with ctx.database().session() as session:
        row = _feed(session, feed) if feed else None
        found = entries.refusals(session, row.id if row else None, last)
    rows = [{"verdict": verdict, "reason": reason, "entry": entry} for verdict, reason, entry in found]
    lines = [f"{r['verdict']:<12} {r['entry']}: {r['reason']}" for r in rows]
    ctx.answer(rows, "\n".join(lines) or "nothing was refused")


@app.command()
def check(
    context: typer.Context,
    url: Annotated[str, typer.Argument()] = "",
    everything: Annotated[bool, typer.Option("--all", help="Every subscription.")] = False,
) -> None:
    """What a feed would give: what it is, how it answers, how fresh, full text or teasers, what would be kept."""
    from pipeline.cli.finding import addresses, fetch
    from pipeline.config import Config
    from pipeline.errors import FetchError, NotAFeed, UsageError
    from pipeline.storage import feeds

    ctx = of(context)
    if bool(url) == everything:
        raise UsageError("a feed's address is needed, or --all")
    try:
        config, _ = ctx.load()
    except UsageError:
        config = Config()
    own = {feed.url: feed.agent for feed in config.feeds}
    if url:
        url = addresses(url)[0]
        facts = _facts(fetch(context, url, own.get(url, "")), config)
        ctx.answer(facts, "\n".join(f"{key + ':':<14} {value}" for key, value in facts.items()))
        return
    with ctx.database().session() as session:
        wanted = [(row.name, row.url) for row in feeds.all_feeds(session) if row.state != "removed"]
    rows, lines = [], []
    for name, address in wanted:
        try:
            facts = _facts(fetch(context, address, own.get(address, "")), config)
            said = (
                f"{facts['entries']} entries, {facts['kept']} would be kept, {facts['text']}, newest {facts['newest']}"
            ) + "".join(f"; {count} {reason}" for reason, count in facts["left_out"].items())
        except (FetchError, NotAFeed) as error:
            facts, said = {"url": address, "error": str(error)}, str(error)
        rows.append({"name": name, **facts})
        lines.append(f"{'failing' if 'error' in facts else 'ok':<8} {name}: {said}")
    ctx.answer(rows, "\n".join(lines) or "no feeds yet")


def _facts(answer: Answer, config: Config) -> dict[str, Any]:
    from pipeline.cli.finding import parsed
    from pipeline.feeds.clean import MAX_CONTENT, plain
    from pipeline.feeds.filters import combined, refuse_entry
    from pipeline.settings import Filters

    document = parsed(answer)
    own = next((feed.filters for feed in config.feeds if feed.url == answer.url), Filters())
    filters = combined(config.filters, own)
    refusals = [refuse_entry(entry, filters, _now(), config.polling.max_age_days) for entry in document.entries]
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
