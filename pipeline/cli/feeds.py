"""`inshort feeds`: the subscriptions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.cli.context import of

app = typer.Typer(
    help="Subscriptions: list, add, remove, enable, disable, check, import, export.", no_args_is_help=True
)


def _now() -> Any:
    from pipeline.engine.rounds import utc_now

    return utc_now()


@app.command("list")
def list_(context: typer.Context) -> None:
    """Every feed: its health, last success, next poll and why."""
    from pipeline.feeds.poll import subscriptions
    from pipeline.storage import feeds

    ctx = of(context)
    config, _ = ctx.load()
    database = ctx.database()
    with database.session() as session:
        feeds.sync_config_feeds(session, subscriptions(config), _now())
    with database.session() as session:
        counts = feeds.entry_counts(session)
        rows: list[dict[str, Any]] = [
            {
                "id": row.id,
                "name": row.name,
                "url": row.url,
                "topic": row.topic,
                "origin": row.origin,
                "state": row.state,
                "reason": row.reason or row.last_error,
                "entries": counts.get(row.id, 0),
                "last_success": row.last_success_at,
                "next_poll": row.next_poll_at,
                "why": row.poll_reason,
            }
            for row in feeds.all_feeds(session)
        ]
    zone = config.newsroom.zone
    lines = []
    for row in rows:
        health = row["state"] if row["state"] != "active" else ("failing" if row["reason"] else "ok")
        last = f"{row['last_success'].astimezone(zone):%d %b %H:%M}" if row["last_success"] else "never"
        following = f"{row['next_poll'].astimezone(zone):%d %b %H:%M}"
        lines.append(f"{row['id']:>3}  {health:<9} {row['name']}  {row['url']}")
        lines.append(
            f"     {row['origin']}, {row['entries']} entries, last success {last}, next poll {following} ({row['why']})"
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
) -> None:
    """Subscribe to a feed."""
    from pipeline.config import Feed
    from pipeline.errors import UsageError
    from pipeline.model import FeedOrigin, FeedState
    from pipeline.storage import feeds

    ctx = of(context)
    try:
        Feed(url=url, name=name, topic=topic)
    except ValueError as error:
        raise UsageError(f"'{url}' is no feed address: an http:// or https:// address is needed") from error
    with ctx.database().session() as session:
        known = feeds.feed_by(session, url)
        if known is not None and known.state != FeedState.REMOVED:
            raise UsageError(f"{url} is subscribed to already, as '{known.name}'")
        if known is not None:
            known.state, known.reason, known.origin = FeedState.ACTIVE, "", FeedOrigin.USER
            known.name, known.topic, known.next_poll_at = name or known.name, topic or known.topic, _now()
        else:
            session.add(feeds.new_feed(feeds.Subscription(url, name or url, topic), FeedOrigin.USER, _now()))
    ctx.answer({"added": url}, f"added {name or url}; 'inshort run' polls it")


def _set(context: typer.Context, which: str, state: str, reason: str, done: str) -> None:
    from pipeline.errors import UsageError
    from pipeline.storage import feeds

    ctx = of(context)
    with ctx.database().session() as session:
        row = feeds.feed_by(session, which)
        if row is None:
            raise UsageError(f"no feed has the address or name '{which}'; 'inshort feeds list' shows them")
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
    with ctx.database().session() as session:
        for feed in read_opml(body):
            if feeds.feed_by(session, feed.url) is not None:
                known += 1
                continue
            wanted = feeds.Subscription(feed.url, feed.title or feed.url, feed.topic)
            session.add(feeds.new_feed(wanted, FeedOrigin.USER, _now()))
            session.flush()
            added += 1
    ctx.answer({"added": added, "known": known}, f"{added} feeds added, {known} were there already")


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
def check(context: typer.Context, url: str) -> None:
    """What a feed would give: what it is, how many entries, how fresh, full text or teasers."""
    import asyncio

    from pipeline.config import Config
    from pipeline.engine.rounds import net_limits
    from pipeline.errors import UsageError
    from pipeline.feeds.parse import parse_feed
    from pipeline.net import Net

    ctx = of(context)
    try:
        config, _ = ctx.load()
    except UsageError:
        config = Config()

    async def look() -> Any:
        async with Net(agent="InShort", limits=net_limits(config)) as net:
            return await net.get(url)

    answer = asyncio.run(look())
    document = parse_feed(answer.body, url=answer.url, content_type=answer.headers.get("content-type"))
    lengths = sorted(len((e.content or e.summary).split()) for e in document.entries)
    middle = lengths[len(lengths) // 2] if lengths else 0
    dated = [e.published for e in document.entries if e.published]
    facts = {
        "url": answer.url,
        "title": document.title,
        "entries": len(document.entries),
        "newest": max(dated) if dated else None,
        "undated": len(document.entries) - len(dated),
        "median_words": middle,
        "text": "full text" if middle > 250 else "teasers",
        "conditional": bool(answer.etag or answer.last_modified),
        "bytes": len(answer.body),
        "problems": list(document.problems),
    }
    ctx.answer(facts, "\n".join(f"{key + ':':<14} {value}" for key, value in facts.items()))
