"""The log: one line a thing that happened, for people or as JSON, with one `trace` from entry to edition.

Every line that concerns a story has `trace`: `e` and the number of the entry that leads it. What looks like a
key or password never reaches a line, whoever logs it.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Literal

from pipeline.invisible import named

Level = Literal["debug", "info", "warning", "error", "critical"]
Form = Literal["console", "json"]
HIDDEN = "***"
_SECRET_NAME = re.compile(r"key$|token$|secret|password|passwd|authorization|cookie|credential", re.IGNORECASE)
_PLAIN_NAMES = frozenset({"link_key", "key", "story_key", "content_key"})
"""Names that end like a secret and are none: an entry's or call's own key, a hash."""
_SECRET_TEXT = re.compile(
    r"(?P<bearer>\b(?:Bearer|Basic)\s+)[A-Za-z0-9+/=._~-]{8,}"
    r"|(?P<name>\b(?:api[_-]?key|access[_-]?token|token|password|passwd|secret)\b[\"']?\s*[=:]\s*[\"']?)[^\s\"'&,;]{4,}"
    r"|\b(?:sk|pk|rk)-[A-Za-z0-9_-]{12,}"
    r"|(?P<user>[a-z][a-z0-9+.-]*://[^\s/:@]*:)[^\s/@]+(?=@)",
    re.IGNORECASE,
)


def trace_of(entry_id: int) -> str:
    """The id that everything which comes of an entry is logged under."""
    return f"e{entry_id}"


def hide(text: str) -> str:
    """A text without the keys and passwords it may hold."""
    return _SECRET_TEXT.sub(
        lambda found: next((found[name] for name in ("bearer", "name", "user") if found[name]), "") + HIDDEN, text
    )


def without_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A line with every secret hidden: by the name of its field, by its look, and by its very value."""
    values = _environment_secrets()
    for name, value in event.items():
        event[name] = HIDDEN if _SECRET_NAME.search(name) and name not in _PLAIN_NAMES else _clean(value, values)
    return event


def _clean(value: Any, secrets: tuple[str, ...]) -> Any:
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, HIDDEN)
        return named(hide(value))  # what others wrote must not steer the terminal a log is read in
    if isinstance(value, dict):
        return {
            name: HIDDEN if isinstance(name, str) and _SECRET_NAME.search(name) else _clean(inner, secrets)
            for name, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [_clean(inner, secrets) for inner in value]
    return value if isinstance(value, int | float | bool | type(None)) else _clean(str(value), secrets)


def _environment_secrets() -> tuple[str, ...]:
    """Values of the environment that are secrets by their name, whatever they look like."""
    return tuple(value for name, value in os.environ.items() if len(value) >= 8 and _SECRET_NAME.search(name))


def _colours() -> bool:
    return sys.stderr.isatty() and not os.environ.get("NO_COLOR")


def logger(name: str) -> Any:
    """A logger of ours, which takes fields. structlog is imported by the first line, not before: it takes as long to
    import as a command that logs nothing may take in all.
    """
    return _Later(name)


class _Later:
    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, method: str) -> Any:
        import structlog

        for handler in logging.getLogger().handlers:
            if isinstance(handler.formatter, _Lines):
                handler.formatter.set_up()
        return getattr(structlog.get_logger(self._name), method)


def start_logging(level: Level, form: Form) -> None:
    """Send the log to stderr from now on: structlog's lines and the standard library's, in one form."""
    lines = _Lines(form)
    if "structlog" in sys.modules:
        lines.set_up()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(lines)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # Others' libraries log every query and every connection: only with our own at debug, and then not below info.
    for noisy in ("sqlalchemy", "aiohttp", "openai", "httpx", "httpcore", "apscheduler", "asyncio", "psycopg"):
        logging.getLogger(noisy).setLevel(max(logging.INFO, root.level))


class _Lines(logging.Formatter):
    """How lines are printed; structlog is set up when the first is."""

    def __init__(self, form: Form) -> None:
        super().__init__()
        self._form = form
        self._real: logging.Formatter | None = None

    def format(self, record: logging.LogRecord) -> str:
        return self.set_up().format(record)

    def set_up(self) -> logging.Formatter:
        if self._real is None:
            self._real = _structlog(self._form)
        return self._real


def _structlog(form: Form) -> logging.Formatter:
    """Set structlog up to log through the standard library, and return what its lines are printed by there."""
    import structlog

    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    rendered: list[Any] = (
        [structlog.processors.format_exc_info, without_secrets, structlog.processors.JSONRenderer()]
        if form == "json"
        else [
            structlog.processors.format_exc_info,
            without_secrets,
            structlog.dev.ConsoleRenderer(colors=_colours(), pad_event_to=0),
        ]
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendered],
    )
