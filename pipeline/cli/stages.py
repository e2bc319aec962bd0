"""One stage on files, for scripts and for measuring: `parse`, `extract`, `check`, `group`; and `try`, all of them."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.context import Context, of
from pipeline.cli.jsonl import LONGEST, limited, run_batch
from pipeline.cli.printing import shown_json
from pipeline.errors import InShortError, NotReady, UsageError
from pipeline.files import LARGEST, problem
from pipeline.processes import Processes

if TYPE_CHECKING:
    from pipeline.model import Article


def _batch(fields: str) -> Any:
    """The option `--batch` of a stage, which says what a line holds."""
    return typer.Option("--batch", help=f"A file of lines like {fields}; one answer a line, in order.")


def _read(file: str, most: int) -> bytes:
    """A file's bytes, or the standard input's; no more than `most`, for what never ends."""
    try:
        if file == "-":
            return sys.stdin.buffer.read(most)
        with Path(file).open("rb") as opened:
            return opened.read(most)
    except (OSError, ValueError) as error:
        raise problem(Path(file), error, "read") from error


def _listed(path: object, most: int) -> bytes:
    """The bytes of a file that a batch names: a device or a pipe might give some for ever, or none."""
    if not isinstance(path, str):
        raise UsageError("path: a file's name is needed")
    file = Path(path)
    if file.exists() and not file.is_file():
        raise UsageError(f"{path}: is not a regular file")
    with file.open("rb") as opened:
        return opened.read(most)


def _moment(value: datetime | None) -> str | None:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z") if value else None


def parsed(row: Mapping[str, Any]) -> dict[str, Any]:
    """One batch line of `parse`."""
    from pipeline.feeds.parse import MAX_BODY

    return feed_json(_listed(row["path"], MAX_BODY + 1), row.get("url") or "")


def feed_json(body: bytes, url: str = "") -> dict[str, Any]:
    """What a feed's bytes say."""
    from pipeline.feeds.parse import parse_feed

    document = parse_feed(body, url=url)
    return {
        "title": document.title,
        "link": document.link,
        "language": document.language,
        "ttl_minutes": document.ttl_minutes,
        "entries": [
            {
                "id": e.id,
                "title": e.title,
                "link": e.link,
                "published": _moment(e.published),
                "updated": _moment(e.updated),
                "authors": list(e.authors),
                "summary": e.summary,
                "content": e.content,
                "tags": list(e.tags),
            }
            for e in document.entries
        ],
        "problems": list(document.problems),
    }


def parse(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="A feed's file, or - for the standard input.")] = "",
    batch: Annotated[Path | None, _batch('{"id", "path"}')] = None,
) -> None:
    """A feed's contents, as JSON."""
    if batch is not None:
        return run_batch(batch, parsed)
    _needed(file, "a feed's file, or --batch FILE.jsonl")
    from pipeline.feeds.parse import MAX_BODY

    body = _read(file, MAX_BODY + 1)
    with limited(LONGEST):
        document = feed_json(body)
    return shown_json(document)


def extracted(row: Mapping[str, Any]) -> dict[str, Any]:
    """One batch line of `extract`."""
    from pipeline.articles.extract import MAX_BYTES
    from pipeline.articles.extract import extract as extract_article

    return article_json(extract_article(_listed(row["path"], MAX_BYTES + 1), url=row.get("url")))


def _extract_stored(ctx: Context) -> None:
    """What today's extraction makes of each kept page, beside what is stored; nothing is changed."""
    from pipeline.articles.extract import extract as extract_article
    from pipeline.articles.rights import lifted_by
    from pipeline.storage import feeds
    from pipeline.storage.articles import entries
    from pipeline.storage.articles.pages import kept_pages

    database = ctx.database()
    for page in kept_pages(database):
        with database.session() as session:
            before = entries.text_of(session, page.entry_id)
            feed = feeds.get_feed(session, entries.get_entry(session, page.entry_id).feed_id)
            permitted = lifted_by(feed.permission, feed.permits)
        article = extract_article(page.body, url=page.url, headers=page.headers, permitted=permitted)
        same = " ".join((before or "").split()) == " ".join(article.text.split())
        said = {"entry": page.entry_id, "url": page.url, "stored": before is not None, "same": same}
        shown_json({**said, **article_json(article)}, indent=None)


def article_json(article: Any) -> dict[str, Any]:
    return {
        "verdict": str(article.verdict),
        "reason": article.reason,
        "title": article.title,
        "byline": article.byline,
        "published": _moment(article.published),
        "site": article.site,
        "language": article.language,
        "canonical_url": article.canonical_url,
        "text": article.text,
    }


def extract(
    context: typer.Context,
    page: Annotated[str, typer.Argument(help="A page's file or address.")] = "",
    url: Annotated[str | None, typer.Option(help="The address the file came from.")] = None,
    batch: Annotated[Path | None, _batch('{"id", "path", "url"}')] = None,
    stored: Annotated[bool, typer.Option("--stored", help="Extract every stored page again, one line each.")] = False,
) -> None:
    """The article on a page, as JSON; exit status 1 when there is none."""
    if sum((bool(page), batch is not None, stored)) > 1:
        raise UsageError("a page, --batch and --stored are three ways to say what to read: give one of them")
    if batch is not None:
        return run_batch(batch, extracted)
    if stored:
        return _extract_stored(of(context))
    _needed(page, "a page's file or address, or --batch FILE.jsonl")
    article, _ = _article(of(context), page, url=url)
    shown_json(article_json(article))
    if article.verdict != "article":
        raise typer.Exit(1)
    return None


@lru_cache
def _glossary() -> dict[str, str]:
    from pipeline.glossary import load_glossary

    return load_glossary().plain_words()


def checked(row: Mapping[str, Any]) -> dict[str, Any]:
    """One batch line of `check`."""
    from pipeline.checks.run import check_texts, report_json

    for key in ("source", "rewrite"):
        if not isinstance(row[key], str):
            raise UsageError(f"{key}: a text is needed")
    return report_json(check_texts(row["source"], row["rewrite"], glossary=_glossary()))


def check(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="The source, plain text, one paragraph a line.")] = "",
    rewrite: Annotated[str, typer.Argument(help="The story, in its text form.")] = "",
    batch: Annotated[Path | None, _batch('{"id", "source", "rewrite"}')] = None,
    judge: Annotated[bool, typer.Option("--judge", help="Ask the configured judge too.")] = False,
) -> None:
    """What the checks find in a rewrite, as JSON; exit status 1 when it is blocked."""
    if batch is not None:
        if judge:
            from pipeline.cli.judged import batch_judged

            return batch_judged(of(context), batch, checked)
        return run_batch(batch, checked)
    _needed(rewrite, "two files, the source and the rewrite, or --batch FILE.jsonl")
    if judge:
        from pipeline.cli.judged import check_judged

        return check_judged(of(context), _text(source), _text(rewrite), checked)
    report = checked({"source": _text(source), "rewrite": _text(rewrite)})
    shown_json(report)
    if report["verdict"] == "block":
        raise typer.Exit(1)
    return None


def group(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="Articles, one JSON object a line.")],
    judge: Annotated[
        bool, typer.Option("--judge", help="Ask the configured judge as well, where the rules are not sure.")
    ] = False,
) -> None:
    """Which articles tell the same story."""
    from pipeline.cli.judged import group_by_judge
    from pipeline.stories.group import group as group_articles
    from pipeline.stories.signs import Told

    told: list[Told] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(_text(file).splitlines(), 1):
        if not line.strip():
            continue
        where = f"{file} line {number}"
        try:
            row = json.loads(line)
            name, title, text = row["id"], row.get("title") or "", row.get("text") or ""
            if not (isinstance(name, str) and isinstance(title, str) and isinstance(text, str) and (title or text)):
                raise TypeError
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise UsageError(f"{where}: an object with id, title and text is needed") from error
        if name in seen:
            raise UsageError(f"{where}: the id {name!r} is line {seen[name]}'s already; each line needs its own")
        seen[name] = number
        url = row.get("url")
        at = _published(row.get("published"), where)
        told.append(Told(name, title, text, at, url if isinstance(url, str) else ""))
    for found in group_by_judge(of(context), told) if judge else group_articles(told):
        answer = {"id": found.id, "story": found.story, "duplicate_of": found.duplicate_of}
        shown_json(answer, indent=None)


def _published(stated: object, where: str) -> datetime | None:
    """When an article was published, if its line says so."""
    if stated is None or stated == "":
        return None
    try:
        at = datetime.fromisoformat(f"{stated}")
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{where}: published is not a date like 2026-03-01T08:00:00Z: {stated!r}") from error


def try_(
    context: typer.Context,
    page: Annotated[str, typer.Argument(metavar="URL or FILE")],
    unmetered: Annotated[
        bool,
        typer.Option("--unmetered", help="Ask without a ledger: no cap applies, and asking again costs again."),
    ] = False,
) -> None:
    """Fetch, extract, write, check and print one article. No story is stored; calls count in the newsroom's ledger."""
    import asyncio

    from pipeline.config import Config
    from pipeline.engine.trial import try_article
    from pipeline.glossary import load_glossary
    from pipeline.model import Verdict

    ctx = of(context)
    folder: Path | None = None
    try:
        config, folder = ctx.load()
    except UsageError:
        if ctx.config is not None or Path("config.yaml").exists():
            raise
        config = Config()
    newsroom = _ledger(context, ctx) if config.writer.kind == "openai" and not unmetered else None
    article, address = _article(
        ctx, page, config, languages=config.articles.languages, min_words=config.articles.min_words
    )
    if article.verdict != Verdict.ARTICLE:
        raise InShortError(f"{page}: {article.verdict}: {article.reason}; no model was called")
    trial = asyncio.run(
        try_article(
            article,
            address or article.canonical_url or Path(page).name,
            config,
            load_glossary(folder, config.newsroom.language),
            newsroom,
        )
    )
    report = trial.report or {}
    lines = [trial.text, "", f"checks: {report['verdict']}; cost: {trial.cost}"]
    if config.writer.kind == "extract":
        lines.append("no model wrote this: writer.kind is extract")
    lines += [f"  {f['severity']:<5} {f['check']}: {f['message']}" for f in report["findings"]]
    ctx.answer({"text": trial.text, "report": report, "cost": trial.cost}, "\n".join(lines))
    if report["verdict"] == "block":
        raise typer.Exit(1)


def _ledger(context: typer.Context, ctx: Context) -> Any:
    """The newsroom whose ledger counts what is asked. Raises UsageError where there is none."""
    try:
        database = ctx.database()
    except NotReady as error:
        raise UsageError(
            f"{error}; without a database no ledger counts what the model costs: --unmetered asks anyway"
        ) from error
    context.call_on_close(database.close)
    return database


def _article(
    ctx: Context, page: str, config: Any = None, url: str | None = None, **wanted: Any
) -> tuple[Article, str | None]:
    """The article on a page, from a file or, politely, from the web with all its parts; and where it was found."""
    from pipeline.articles.extract import MAX_BYTES
    from pipeline.articles.extract import extract as extract_article

    if not page.startswith(("http://", "https://")):
        body = _read(page, MAX_BYTES + 1)
        with limited(LONGEST):
            return extract_article(body, url=url, **wanted), url
    import asyncio

    from pipeline import __version__
    from pipeline.articles.fetch import fetch_page, read_on, read_page, reserved_by_site
    from pipeline.config import Config
    from pipeline.feeds.asking import net_limits
    from pipeline.model import Verdict
    from pipeline.net import Net

    if config is None:
        config = ctx.load()[0] if ctx.config is not None else Config()

    async def read() -> tuple[Article, str]:
        async with Net(agent=f"InShort/{__version__}", limits=net_limits(config)) as net, Processes(1) as reader:
            answer, _ = await fetch_page(net, page)
            given = {"url": url or answer.url, "headers": dict(answer.headers), **wanted}
            article = await read_page(reader, answer.body, **given)
            if await reserved_by_site(net, answer.url):
                why = "the site reserves text and data mining (tdmrep.json)"
                return replace(article, verdict=Verdict.RESERVED, reason=why), answer.url
            return await read_on(net, reader, article, wanted), answer.url

    return asyncio.run(read())


def _text(file: str) -> str:
    try:
        body = _read(file, LARGEST + 1)
        if len(body) > LARGEST:
            raise UsageError(f"{file}: larger than {LARGEST / 1e6:g} MB")
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{file}: is not UTF-8 text") from error


def _needed(value: str, what: str) -> None:
    if not value:
        raise UsageError(f"missing: {what}")
