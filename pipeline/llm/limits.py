"""How fast an endpoint may be asked: what its headers say, and whose turn it is.

The tries themselves are the measure: an endpoint's requests and tokens of the last minute are counted from their
rows, so a limit holds over a restart and across every worker of a newsroom.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

MINUTE = timedelta(seconds=60)
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_NAMES = {
    "requests": ("x-ratelimit-{}-requests", "anthropic-ratelimit-requests-{}"),
    "tokens": ("x-ratelimit-{}-tokens", "anthropic-ratelimit-tokens-{}"),
}
_LONGEST = 3600.0
"""Seconds: a server that asks for more patience is asked again after so long all the same."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Requests and tokens a minute; None where nothing is known."""

    requests: int | None = None
    tokens: int | None = None


@dataclass(frozen=True, slots=True)
class ToldLimits:
    """What an answer's headers say: limits a minute, and after how many seconds to ask again."""

    limits: Limits = Limits()
    pause: float = 0.0


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds to wait, from `retry-after-ms` or `Retry-After` (seconds or an HTTP date); None without a usable one."""
    try:
        return _bounded(float(headers.get("retry-after-ms", "")) / 1000)
    except ValueError:
        pass
    said = headers.get("retry-after", "").strip()
    try:
        return _bounded(float(said))
    except ValueError:
        pass
    try:
        at = parsedate_to_datetime(said)
    except (ValueError, TypeError):
        return None
    return _bounded((at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds())


def _bounded(seconds: float) -> float:
    return min(max(0.0, seconds), _LONGEST) if seconds == seconds else 0.0  # not a number is no wait


def told(headers: Mapping[str, str], now: datetime, tokens: int = 0) -> ToldLimits:
    """Read rate-limit headers. `tokens` is what the next call may need: with fewer left, it waits until there are.

    A server that fills up steadily is waited for only until there is enough, not until it is full.
    """
    found: dict[str, int | None] = {}
    pause = 0.0
    for what, names in _NAMES.items():
        limit = _whole(_first(headers, names, "limit"))
        left = _whole(_first(headers, names, "remaining"))
        reset = _seconds(_first(headers, names, "reset"), now)
        found[what] = limit or None
        need = tokens if what == "tokens" else 1
        if left is not None and left < need and reset is not None:
            fills = (need - left) / limit * MINUTE.total_seconds() if limit and need <= limit else reset
            pause = max(pause, min(reset, fills))
    return ToldLimits(Limits(found["requests"], found["tokens"]), pause)


def _first(headers: Mapping[str, str], names: Sequence[str], part: str) -> str:
    return next((headers[n.format(part)] for n in names if n.format(part) in headers), "")


def _whole(said: str) -> int | None:
    return int(said) if re.fullmatch(r"\d{1,12}", said) else None


def _seconds(said: str, now: datetime) -> float | None:
    """`1s`, `6m0s`, `120ms`, plain seconds, or a moment."""
    parts = re.findall(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)", said)
    if parts and "".join(n + u for n, u in parts) == said:
        return _bounded(sum(float(number) * _UNITS[unit] for number, unit in parts))
    try:
        return _bounded(float(said))
    except ValueError:
        pass
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        return None
    return _bounded((at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds())


def wait(sent: Sequence[tuple[datetime, int]], limits: Limits, tokens: int, now: datetime) -> float:
    """Seconds until a call of so many tokens may be sent, 0 for now.

    `sent` is when each call of the last minute was sent and what tokens it used, oldest first. A call that alone is
    larger than the limit goes when nothing else is in the minute: it could never go otherwise.
    """
    ready = now
    if limits.requests is not None and len(sent) >= limits.requests:
        ready = max(ready, sent[len(sent) - limits.requests][0] + MINUTE)
    if limits.tokens is not None:
        used = sum(count for _, count in sent)
        for at, count in sent:
            if used + tokens <= limits.tokens:
                break
            used -= count
            ready = max(ready, at + MINUTE)
    return (ready - now).total_seconds()
