"""`inshort status`: what is due, running, waiting and wrong; once, or as a live view."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.context import of
from pipeline.cli.printing import shown
from pipeline.invisible import named
from pipeline.text import counted

if TYPE_CHECKING:
    from pipeline.config import Config
    from pipeline.monitoring.alarms import Wrong
    from pipeline.monitoring.situation import Situation, WaitingStory
    from pipeline.storage.waits import OtherWait

_SHOWN = 8
"""Things of one kind that the text lists; the JSON has more."""


def status(
    context: typer.Context,
    watch: Annotated[bool, typer.Option("--watch", help="Keep showing it, every few seconds.")] = False,
    every: Annotated[float, typer.Option(min=0.2, max=3600, help="Seconds between updates with --watch.")] = 2.0,
) -> None:
    """What is due, running, waiting (and for what) or failed, and what was spent. Exit 1 while something is wrong."""
    from pipeline.clock import utc_now
    from pipeline.errors import UsageError
    from pipeline.llm.prices import money
    from pipeline.monitoring.alarms import wrongs
    from pipeline.monitoring.situation import as_json, look

    ctx = of(context)
    config, folder = ctx.load()
    if watch and ctx.json:
        raise UsageError("--watch is for people; call --json again and again instead")
    database = ctx.database()

    def now() -> tuple[Situation, list[Wrong]]:
        situation = look(database, config, folder, utc_now())
        return situation, wrongs(situation, config.alarms)

    if watch:
        _live(config, now, every)
        return
    situation, wrong = now()
    value = as_json(situation)
    value["spent_today"]["money"] = money(situation.spent_micro, config.writer)
    value["wrong"] = [{"name": w.name, "detail": w.detail} for w in wrong]
    ctx.answer(value, "\n".join(lines(situation, wrong, config)))
    if wrong:
        raise typer.Exit(1)


def report(context: typer.Context) -> None:
    """How the last seven days went and what the glossary lacks: what a daemon sends each week to `alarms.mail`."""
    from pipeline.clock import utc_now
    from pipeline.glossary import load_glossary
    from pipeline.monitoring.report import report as look_back

    ctx = of(context)
    config, folder = ctx.load()
    database = ctx.database()
    found = look_back(database, config, load_glossary(folder, config.newsroom.language), folder, utc_now())
    ctx.answer(found.as_json(), found.text(config).rstrip())


def lines(s: Situation, wrong: list[Wrong], config: Config) -> Iterator[str]:
    """The situation as lines for people, times in the newsroom's zone, what is wrong last, where the eye ends."""
    from pipeline.desk.review import state_word
    from pipeline.due import AT_MOST
    from pipeline.llm.prices import money

    zone = config.newsroom.zone

    def at(time: datetime | None) -> str:
        return f"{time.astimezone(zone):%Y-%m-%d %H:%M}" if time else "never"

    def counts(found: dict[str, int], word: Callable[[str], str] = str) -> str:
        return ", ".join(f"{n} {word(state)}" for state, n in sorted(found.items()) if n) or "none"

    yield f"feeds     {s.feeds.active} active, {s.due['poll'].count} due, {len(s.feeds.failing)} failing"
    yield from some(f"failing: {name}: {error}" for name, error in s.feeds.failing.items())
    yield from some(f"unread: {name}: {why}" for name, why in s.unread.items())
    yield from some(f"disabled: {name}: {why}" for name, why in s.disabled.items())
    if s.disabled:
        yield "          'inshort feeds enable NAME' takes one up again"
    yield from some(f"removed: {name}: {why}" for name, why in s.removed.items())
    yield from some(f"dead: {name}: {why}" for name, why in s.feeds.dead.items())
    yield f"entries   {counts(s.by_state('entry'))}"
    yield f"stories   {counts(s.by_state('story'), state_word)}"
    for stage, due in s.due.items():
        if stage != "poll" and (due.count or s.running.get(stage)):
            many = f"{due.count}{' or more' if due.count == AT_MOST else ''} due"
            if running := s.running.get(stage):
                many += f", {running} running"
            yield f"{stage:<9} {many}" + (f", the oldest for {age(s.at, due.oldest)}" if due.oldest else "")
    if s.in_review_since:
        yield f"review    the oldest has waited {age(s.at, s.in_review_since)} for an editor"
    by_reason: dict[str, list[WaitingStory]] = {}
    for w in s.waiting:
        by_reason.setdefault(w.reason, []).append(w)
    for reason, stories in by_reason.items():
        later = min((w.until for w in stories if w.until), default=None)
        again = f"; next try {later.astimezone(zone):%H:%M}" if later and later > s.at else ""
        waited = age(s.at, min(w.since for w in stories))
        if len(stories) == 1:
            yield f"waiting   {_weighed(stories[0], f' for {reason}')}; it came {waited} ago{again}"
        else:
            yield f"waiting   {len(stories)} stories for {reason}; the oldest came {waited} ago{again}"
            yield from some(_weighed(w) for w in stories)
    yield from some_waits(s.others, s.at)
    yield from (f"set aside {a.stage} {a.thing_id}: {a.error}" for a in s.set_aside[:_SHOWN])
    yield from (f"failed    story {number} ({title}): {why}" for number, title, why in s.failed[:_SHOWN])
    if len(s.failed) > _SHOWN:
        yield f"          and {len(s.failed) - _SHOWN} more"
    if s.set_aside or s.failed:
        yield "          'inshort retry' tries them again"
    tokens = f"{s.spent_tokens}{'' if s.cap_tokens is None else f' of {s.cap_tokens}'} tokens"
    spent = money(s.spent_micro - s.reserved_micro, config.writer)
    if s.reserved_micro:
        spent += f", {money(s.reserved_micro, config.writer)} reserved"
    if not (s.spent_micro or s.spent_tokens) and config.writer.kind != "openai":
        yield f"spent     nothing: writer.kind is {config.writer.kind}"
    elif s.priced:
        cap = f" of {money(s.cap_micro, config.writer)}" if s.cap_micro is not None else ""
        yield f"spent     {spent}{cap} and {tokens} today"
    else:
        yield f"spent     {tokens} today; in money {spent}"
    yield f"last      poll {at(s.last['poll'])}, story {at(s.last['story'])}, draft {at(s.last['draft'])}"
    yield f"          edition {at(s.last['edition'])}, backup {at(s.last['backup'])}"
    yield f"last run  {at(s.last['round'])}"
    yield from (f"alive     {w.kind} {w.name}{', leads' if w.leads else ''}, since {at(w.started)}" for w in s.workers)
    yield from (f"WRONG     {w.detail}" for w in wrong)


def _weighed(w: WaitingStory, why: str = "") -> str:
    """A story that waits, why, and why others were drafted before it."""
    weighed = f"; importance {w.importance:+d} h ({'; '.join(w.importance_why)})" if w.importance_why else ""
    return f"story {w.id} ({w.title}){why}{weighed}"


def some(found: Iterator[str]) -> Iterator[str]:
    listed = list(found)
    yield from (f"          {line}" for line in listed[:_SHOWN])
    if len(listed) > _SHOWN:
        yield f"          and {len(listed) - _SHOWN} more"


def some_waits(others: list[OtherWait], now: datetime) -> Iterator[str]:
    for w in others[:_SHOWN]:
        of = f" of story {w.story_id} ({w.title})" if w.story_id else ""
        if w.given_up:
            yield f"given up  {w.what}{of}: {w.why}"
        else:
            yield f"waiting   {w.what}{of} for {w.why}" + (f"; it came {age(now, w.since)} ago" if w.since else "")
    if len(others) > _SHOWN:
        yield f"          and {len(others) - _SHOWN} more"


def age(now: datetime, then: datetime) -> str:
    """How long ago, as people say it."""
    seconds = max(0, int((now - then).total_seconds()))
    for size, name in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds // size} {name}"
    return counted(seconds, "second")


def _live(config: Config, now: Any, every: float) -> None:
    """Show it again and again until Ctrl-C; a database that is away for a while is shown as that."""
    import signal
    import threading

    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    from pipeline.errors import StorageError

    console = Console(highlight=False)

    def screen() -> Text:
        try:
            situation, wrong = now()
        except StorageError as error:
            return Text(named(f"{error}\n"), style="bold red")
        zone = config.newsroom.zone
        head = f"{named(config.newsroom.name)}  {situation.at.astimezone(zone):%H:%M:%S}  (Ctrl-C ends)\n\n"
        text = Text(head, style="dim")
        for line in lines(situation, wrong, config):
            text.append(named(line) + "\n", style="bold red" if line.startswith("WRONG") else "")
        return text

    # An exception could be lost where Python cannot raise it, in a destructor or a callback of C: a flag cannot.
    ended = threading.Event()
    before = signal.signal(signal.SIGINT, lambda *_: ended.set())
    try:
        if not console.is_terminal:  # in a pipe one look follows the other
            while not ended.is_set():
                shown(screen().plain)
                ended.wait(every)
            return
        with Live(screen(), console=console, screen=True, auto_refresh=False) as live:
            while not ended.wait(every):
                live.update(screen(), refresh=True)
    finally:
        signal.signal(signal.SIGINT, before)
