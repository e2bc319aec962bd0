"""Alarms: the rules say what is wrong, rows remember what was said, and each is told once when it comes and goes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.config import Config
from pipeline.errors import FetchError, InShortError
from pipeline.llm.patience import SERVER_AWAY, SET_UP, WHOLE_CAP
from pipeline.logs import logger
from pipeline.monitoring.situation import Situation, look
from pipeline.settings import MICRO, Alarms
from pipeline.storage.database import Database
from pipeline.storage.monitoring import alarms as alarm_rows
from pipeline.storage.tables import AlarmRow

if TYPE_CHECKING:
    from pipeline.net import Net

log = logger("inshort.alarms")

TELL_FOR = timedelta(days=1)
"""How long the telling of an alarm that is over is still tried."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something an owner should know: a name to count it by, and a line that says what and what to do."""

    name: str
    detail: str


_WAIT = {
    "simple": "simple versions wait",
    "judge": "the judge waits",
    "pair": "pairs of stories wait",
    "batch": "a batch waits",
}
FEW = 10
"""Pages or questions of which a share says nothing yet."""


def wrongs(situation: Situation, limits: Alarms) -> list[Wrong]:
    """What is wrong in a situation.

    A newsroom that only now begins is not wrong: nothing is late before it could have been there.
    """
    return [
        *_missing(situation, limits),
        *_failing(situation, limits),
        *_unasked(situation),
        *_running_out(situation, limits),
    ]


def _late(situation: Situation, since: datetime | None, limit: int | None) -> float | None:
    """For how many hours something has been missed, where that is longer than the limit."""
    hours = (situation.at - since).total_seconds() / 3600 if since else 0
    return hours if limit is not None and hours > limit else None


def _lasting(s: Situation) -> list[tuple[str, str, datetime]]:
    """What waits, why, and since when."""
    found = [("stories wait", w.reason, w.since) for w in s.waiting]
    return found + [(_WAIT[w.what.split()[0]], w.why, w.since or s.at) for w in s.others if not w.given_up]


def _missing(s: Situation, limits: Alarms) -> Iterator[Wrong]:
    """What should have come and did not."""
    if s.new_entries and (hours := _late(s, s.last["story"] or s.first_entry, limits.no_story_hours)):
        yield Wrong(
            "no_story",
            f"feeds bring entries, but no new story came in {hours:.0f} hours; "
            "see 'inshort status' and 'inshort feeds refused'",
        )
    # What waits may be overtaken by fresher stories for days: only when nothing at all is drafted is that wrong.
    drafted = max((at for at in (s.undrafted_since, s.last["draft"]) if at), default=None)
    if s.undrafted_since and (hours := _late(s, drafted, limits.no_draft_hours)):
        yield Wrong("no_draft", f"stories wait for a draft, but none came in {hours:.0f} hours; see 'inshort status'")
    # A cap of 0 is meant; what fits into no cap is told as that.
    unpaid = [(at, what) for what, why, at in _lasting(s) if why.startswith("money:") and WHOLE_CAP not in why]
    oldest, what = min(unpaid, default=(s.at, ""))
    if 0 not in (s.cap_micro, s.cap_tokens) and (hours := _late(s, oldest, limits.no_money_hours)):
        yield Wrong(
            "no_money",
            f"{what} for money, the oldest for {hours:.0f} hours; "
            "raise writer.caps, or spike what is no longer news: 'inshort status' lists them",
        )
    if s.feeds.active and (hours := _late(s, s.heard_since, limits.no_poll_hours)):
        yield Wrong(
            "no_poll",
            f"no feed answered for {hours:.0f} hours; is the daemon, or the cron job for 'inshort run', running?",
        )


def _failing(s: Situation, limits: Alarms) -> Iterator[Wrong]:
    """Of what too large a share fails."""
    if limits.failure_share is None:
        return
    reasons = list(dict.fromkeys(why for _, why, _ in _lasting(s) if not why.startswith("money:")))[:2]
    stuck_on = f": {'; '.join(reasons)}" if reasons else "; nothing waits for one any more"
    for name, many, failing, what, few in (
        ("feeds_failing", s.feeds.active, len(s.feeds.failing), "feeds fail; see 'inshort feeds list'", 1),
        ("pages_failing", *s.pages, "pages of new entries cannot be read; see 'inshort feeds refused'", FEW),
        ("calls_failing", *s.asked, f"questions to models of today and yesterday had no answer{stuck_on}", FEW),
    ):
        if many >= few and failing / many > limits.failure_share:
            yield Wrong(name, f"{failing} of {many} {what}")


def _unasked(s: Situation) -> Iterator[Wrong]:
    """What no model can be asked as things are, and what one's server reports that can't be."""
    waits = [(what, why) for what, why, _ in reversed(_lasting(s))]
    small = {what: why.removeprefix("money:").strip() for what, why in waits if WHOLE_CAP in why}
    if small:
        yield Wrong("cap_small", "; ".join(f"{what} for money: {why}" for what, why in reversed(small.items())))
    for begins, name in ((SET_UP, "model_set_up"), (SERVER_AWAY, "model_away")):
        stuck = {what: why.removeprefix(begins).strip() for what, why in waits if why.startswith(begins)}
        if stuck:
            yield Wrong(name, "; ".join(f"{what} for the model: {why}" for what, why in reversed(stuck.items())))
    if s.unjudged and (WHOLE_CAP in s.unjudged or not s.unjudged.startswith("money:")):
        why = s.unjudged.removeprefix(SET_UP).removeprefix(SERVER_AWAY).strip()
        yield Wrong("unjudged", f"the last draft went on without the judge: {why}")
    if s.overcharged:
        told = f"a model's server reported more tokens than {s.overcharged} calls of two days can have used"
        yield Wrong("usage", told)


def _running_out(s: Situation, limits: Alarms) -> Iterator[Wrong]:
    """Of what little is left, and what is not kept up."""
    if limits.cap_share is not None:
        for spent, cap, unit in ((s.spent_micro, s.cap_micro, "money"), (s.spent_tokens, s.cap_tokens, "tokens")):
            if cap is not None and spent > limits.cap_share * cap:
                scale = MICRO if unit == "money" else 1
                told = f"{spent / scale:g} of the day's {cap / scale:g} {unit} are spent or reserved"
                yield Wrong(f"cap_{unit}", told)
    if s.backup_since and _late(s, s.backup_since, limits.backup_hours):
        is_there = "the last backup is of" if s.last["backup"] else "no backup succeeded since"
        yield Wrong("backup_old", f"{is_there} {s.backup_since:%Y-%m-%d %H:%M} UTC; run 'inshort db backup'")
    if limits.disk_mb is not None and s.disk_free_mb < limits.disk_mb:
        told = f"{s.disk_free_mb} MB are free on the newsroom's disk, the limit is {limits.disk_mb}; free some"
        yield Wrong("disk_low", told)
    if s.set_aside:
        yield Wrong(
            "set_aside",
            f"{len(s.set_aside)} things caused errors inside In Short and were set aside; 'inshort status' lists them",
        )


@dataclass(frozen=True, slots=True)
class AlarmChange:
    """What the rows must learn: alarms to raise, names of alarms to clear. An alarm that stays is neither."""

    raised: tuple[Wrong, ...]
    cleared: tuple[str, ...]


def change(wrong: Sequence[Wrong], open_names: Sequence[str]) -> AlarmChange:
    """Compare what is wrong with the alarms that are open."""
    names = {w.name for w in wrong}
    return AlarmChange(
        tuple(w for w in wrong if w.name not in open_names), tuple(n for n in open_names if n not in names)
    )


def letter(newsroom: str, row: AlarmRow) -> tuple[str, str]:
    """Subject and text of the mail about an alarm."""
    over = row.cleared_at is not None
    subject = f"[{newsroom}] {'over' if over else 'alarm'}: {row.name.replace('_', ' ')}"
    lines = [row.detail, "", f"since {row.raised_at:%Y-%m-%d %H:%M} UTC"]
    if row.cleared_at is not None:
        lines.append(f"over since {row.cleared_at:%Y-%m-%d %H:%M} UTC")
    return subject, "\n".join(lines) + "\n"


async def watch(database: Database, config: Config, folder: Path, now: datetime, net: Net | None) -> AlarmChange:
    """Look, write alarms down, and tell about each; what changed. Without `net` no webhook is called.

    Safe in several processes: a row's index lets only one raise an alarm, and who tells it says so in the row
    first. A way that fails is tried again with the next look. Errors of telling are logged, never raised.
    """
    situation = await asyncio.to_thread(look, database, config, folder, now)
    found = wrongs(situation, config.alarms)
    changed = change(found, [alarm.name for alarm in situation.alarms])
    await asyncio.to_thread(_write_down, database, changed, now)
    await _tell(database, config, now, net)
    return changed


def _write_down(database: Database, changed: AlarmChange, now: datetime) -> None:
    for wrong in changed.raised:
        with database.session() as session:
            if alarm_rows.raise_alarm(session, wrong.name, wrong.detail, now):
                log.warning("alarm raised", alarm=wrong.name, detail=wrong.detail)
    with database.session() as session:
        for name in changed.cleared:
            if alarm_rows.clear_alarm(session, name, now):
                log.warning("alarm over", alarm=name)


async def _tell(database: Database, config: Config, now: datetime, net: Net | None) -> None:
    ways = ["mail"] if config.alarms.mail else []
    if config.alarms.webhook and net is not None:
        ways.append("webhook")
    for way in ways:
        for row in await asyncio.to_thread(_owed, database, way, now):
            try:
                if way == "mail":
                    from pipeline.publishing.mail import compose, send

                    subject, text = letter(config.newsroom.name, row)
                    message = compose(config.mail, config.alarms.mail, subject, text, now)
                    await asyncio.to_thread(send, config.mail, message, ca_file=config.network.ca_file)
                elif net is not None:
                    await net.post(config.alarms.webhook or "", _news(config.newsroom.name, row), "application/json")
            except InShortError as error:
                # A webhook's address is its password: the error's own line would show it.
                why = error.reason if isinstance(error, FetchError) else str(error)
                log.error("alarm not told", alarm=row.name, way=way, error=why)
                await asyncio.to_thread(_not_told, database, row, way)


def _owed(database: Database, way: str, now: datetime) -> list[AlarmRow]:
    """Take the alarms that a way still has to tell of; each is marked as told by it at once."""
    with database.session() as session:
        return alarm_rows.take_untold(session, way, now - TELL_FOR)


def _not_told(database: Database, row: AlarmRow, way: str) -> None:
    with database.session() as session:
        alarm_rows.give_back(session, row.id, way, over=row.cleared_at is not None)


def _news(newsroom: str, row: AlarmRow) -> bytes:
    """What a webhook is sent."""
    over = row.cleared_at
    return json.dumps(
        {
            "newsroom": newsroom,
            "alarm": row.name,
            "state": "cleared" if over else "raised",
            "detail": row.detail,
            "raised_at": row.raised_at.isoformat(),
            "cleared_at": over.isoformat() if over else None,
        }
    ).encode()
