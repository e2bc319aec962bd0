"""`inshort stats cost`, and what `run --estimate` says: money spent, saved and to come."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.context import Context, of
from pipeline.errors import UsageError
from pipeline.text import counted

if TYPE_CHECKING:
    from pipeline.settings import Writer

app = typer.Typer(help="What was spent and saved.", no_args_is_help=True)


@app.callback()
def _stats() -> None:
    """A group, so that other figures can join."""


@app.command()
def cost(
    context: typer.Context,
    by: Annotated[str, typer.Option(help="day, feed, model, prompt or story; all of them without it.")] = "",
    since: Annotated[str, typer.Option(help="From this day on, e.g. 2026-11-01.")] = "",
    until: Annotated[str, typer.Option(help="Up to and including this day.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="Lines a group.")] = 20,
) -> None:
    """What model calls cost, by day, feed, model, prompt and story, and what was saved."""
    from pipeline.storage.llm import spending

    ctx = of(context)
    if by and by not in spending.GROUPS:
        raise UsageError(f"--by {by}: allowed: {', '.join(spending.GROUPS)}")
    first, last = _day("--since", since), _day("--until", until)
    config, _ = ctx.load()
    with ctx.database().reading() as session:
        total = spending.costs(session, "all", first, last)
        groups = {name: spending.costs(session, name, first, last) for name in ([by] if by else spending.GROUPS)}
        saved = spending.saved(session)
        average = spending.average_story(session)
        waiting = len(spending.waiting_for_money(session))
    writer = config.writer
    unknown = bool(total) and total[0].unpriced > 0 and not total[0].micro
    value = {
        "currency": writer.price.currency if writer.price else None,
        "total": _row(total[0]) if total else None,
        "by": {name: [_row(c) for c in costs] for name, costs in groups.items()},
        "waiting_for_money": waiting,
        "saved": {
            "reused_answers": saved.reused,
            "reused_cost": _money(saved.reused_micro, unknown=unknown),
            "refused_articles": saved.refused,
            "duplicates": saved.duplicates,
            "refused_cost": _money(average * (saved.refused + saved.duplicates), unknown=unknown),
            "average_story": _money(average, unknown=unknown),
            "cached_cost": _money(_by_caching(total[0], writer) if total else 0),
        },
    }
    ctx.answer(value, _text(value, limit))


def _by_caching(cost: Any, writer: Writer) -> int:
    """What a server's cache saved at today's price, in millionths, less what writing to it cost more."""
    price = writer.price
    if price is None:
        return 0
    saved = (price.input - price.of_cached) * cost.cached - (price.of_cache_write - price.input) * cost.cache_write
    return int(saved)


def _day(option: str, text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat() if text else None
    except ValueError as error:
        raise UsageError(f"{option} {text}: a day is needed, e.g. 2026-11-01") from error


def _money(micro: float, *, unknown: bool = False) -> str | None:
    """Whole currency as text: a JSON number would not keep it exactly. None for what no price is known of."""
    from decimal import Decimal

    from pipeline.settings import MICRO

    return None if unknown else f"{Decimal(round(micro)) / MICRO:.6f}"


def _row(cost: Any) -> dict[str, Any]:
    return {
        "name": cost.name,
        "calls": cost.calls,
        "cost": _money(cost.micro, unknown=cost.unpriced > 0 and not cost.micro),
        "unpriced_tokens": cost.unpriced,
        "input_tokens": cost.input_tokens,
        "output_tokens": cost.output_tokens,
        "maybe_paid_in_vain": cost.lost,
        "batched": cost.batched,
        "cached_tokens": cost.cached,
        "cache_write_tokens": cost.cache_write,
        "reasoning_tokens": cost.reasoning,
    }


def _text(value: dict[str, Any], limit: int) -> str:
    if value["total"] is None:
        return "no model was called"
    currency = value["currency"] or ""
    total, saved = value["total"], value["saved"]
    lines = [f"total     {_said(total, currency)}"]
    for name, rows in value["by"].items():
        shown = rows[-limit:] if name == "day" else rows[:limit]
        width = max((min(len(row["name"]), 40) for row in shown), default=0)
        lines.append(f"by {name}" + (f" ({len(rows) - limit} more with --limit)" if len(rows) > limit else ""))
        lines += [f"  {row['name'][:40]:<{width}}  {_said(row, currency)}" for row in shown]
    if total["unpriced_tokens"]:
        lines.append(
            f"price     none was set for {total['unpriced_tokens']} of these tokens, so what they cost is not known; "
            "'inshort config explain writer.price' says how to set one"
        )
    unwritten = f"{counted(saved['refused_articles'], 'article')} refused and {saved['duplicates']} known already"
    reused = f"{counted(saved['reused_answers'], 'answer')} used again"
    if saved["average_story"] is None:
        lines += [f"saved     {reused}; {unwritten}"]
    else:
        lines += [
            f"saved     {_priced(saved['reused_cost'], currency)} by {reused}",
            f"          about {_priced(saved['refused_cost'], currency)} by {unwritten}, "
            f"at {_short(saved['average_story'])} a story",
        ]
    if value["currency"] and (total["cached_tokens"] or total["cache_write_tokens"]):
        lines.insert(-1, f"          {_priced(saved['cached_cost'], currency)} by the server's cache")
    if value["waiting_for_money"]:
        waiting = counted(value["waiting_for_money"], "story waits", "stories wait")
        lines.append(f"waiting   {waiting} for money; 'inshort status' names them")
    return "\n".join(line.rstrip() for line in lines)


def _short(money: str) -> str:
    from decimal import Decimal

    return f"{Decimal(money):.4f}"  # rounded, as everywhere else


def _priced(money: str, currency: str) -> str:
    return f"{_short(money)} {currency}".strip()


def _said(row: dict[str, Any], currency: str) -> str:
    said = "not known" if row["cost"] is None else _priced(row["cost"], currency)
    if row["unpriced_tokens"] and row["cost"] is not None:
        said += " and what is not known"
    said += f"  {counted(row['calls'], 'call')}, {counted(row['input_tokens'], 'token')} in"
    if row["cached_tokens"]:
        said += f" ({row['cached_tokens']} cached)"
    said += f", {row['output_tokens']} out"
    if row["reasoning_tokens"]:
        said += f" ({row['reasoning_tokens']} thinking)"
    if row["batched"]:
        said += f", {row['batched']} by batch"
    if row["maybe_paid_in_vain"]:
        said += f"; {row['maybe_paid_in_vain']} may have been paid for in vain"
    return said


def tell_estimate(ctx: Context) -> None:
    """What `inshort run` would cost; nothing is spent, no model is called, nothing is written.

    Feeds that were never heard are asked what they hold: before the first run nothing else is known.
    """
    import asyncio

    from pipeline.clock import utc_now
    from pipeline.engine.estimate import estimate_run, small_caps
    from pipeline.engine.unheard import Held, held_by, unheard
    from pipeline.glossary import load_glossary
    from pipeline.llm.prices import money, priced

    config, folder = ctx.load()
    database = ctx.database()
    glossary = load_glossary(folder, config.newsroom.language)
    found = estimate_run(database, config, glossary, utc_now())
    writer, too_small = config.writer, small_caps(config, glossary)
    held = Held()
    if writer.kind == "openai":
        with database.reading() as session:
            silent = unheard(session, config)
        held = asyncio.run(held_by(silent, config, utc_now()))
    besides = (found.entries + held.entries) * found.each_micro
    told = {"worst": found.worst, "likely": found.likely}
    unknown = not priced(writer)
    amounts = {
        name: {
            "calls": round(amount.calls),
            "cost": _money(amount.micro, unknown=unknown and not amount.micro),
            "tokens": round(amount.tokens),
        }
        for name, amount in told.items()
    }
    value = {
        "stories": found.stories,
        "waiting": [{"for": why, "stories": many} for why, many in found.waiting.items()],
        "answers_reused": found.reused,
        "worst": amounts["worst"],
        "likely": amounts["likely"],
        "pages_to_read": found.entries,
        "never_heard": {"feeds": held.feeds, "entries": held.entries, "failed": dict(held.failed)},
        "likely_each": _money(found.each_micro, unknown=unknown and not found.each_micro),
        "likely_besides": _money(besides, unknown=unknown and not found.each_micro),
        "cap_left_today": None if found.left_micro is None else _money(found.left_micro),
        "caps_too_small": too_small,
    }
    if writer.kind != "openai":
        stories = counted(found.stories, "story", "stories")
        ctx.answer(value, f"{stories} to write; nothing will be spent: writer.kind is {writer.kind}")
        return
    lines = [
        f"stories   {found.stories} to write"
        + (f", {counted(found.reused, 'answer')} paid for already" if found.reused else ""),
        *(f"waiting   {counted(many, 'story waits', 'stories wait')} for {why}" for why, many in found.waiting.items()),
        *(
            f"{name:<9} {money(round(a.micro), writer)}, {counted(round(a.calls), 'call')}, "
            f"{counted(round(a.tokens), 'token')}"
            for name, a in told.items()
        ),
    ]
    if held.feeds:
        lines.append(f"feeds     {held.feeds} never heard, asked now: {held.entries} of their entries would be read")
        lines += [f"          failed: {name}: {why}" for name, why in held.failed.items()]
    if pages := found.entries + held.entries:
        line = f"besides   {counted(pages, 'page')} to read"
        if priced(writer):
            each, all_of_them = (money(round(micro), writer) for micro in (found.each_micro, besides))
            line += f"; each that becomes a story costs {each} or so, {all_of_them} if all do"
        else:
            line += "; what a story of one costs is not known"
        lines.append(line)
    if found.left_micro is not None:
        lines.append(f"cap       {money(found.left_micro, writer)} left today; more is never spent")
    lines += [f"cap       WRONG: {line}" for line in too_small]
    polled = "nothing of the feeds was kept" if held.feeds else "feeds were not polled"
    lines.append(f"{polled}; nothing was spent and no model was called")
    ctx.answer(value, "\n".join(lines))
