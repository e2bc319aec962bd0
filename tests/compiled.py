"""Statements compiled once for all databases of a test process: each test has its own, with the same few statements.

SQLAlchemy keeps what it compiled by the very dialect object it was compiled for, of which each engine has one. Here two
of a class count as one: they are all made in one place, in the same way.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.util import LRUCache

_MOST = 4000


def share() -> None:
    """From now on engines share what they compile."""
    kept: dict[type[Dialect], Any] = {}
    make = Engine.__init__

    def make_sharing(engine: Engine, *given: Any, **named: Any) -> None:
        make(engine, *given, **named)
        kind = type(engine.dialect)
        if kind not in kept:
            kept[kind] = LRUCache(_MOST)
            setattr(kind, "__hash__", lambda _: hash(kind))  # noqa: B010 - for the type checker it is not to be set
            setattr(kind, "__eq__", lambda _, other: type(other) is kind)  # noqa: B010
        engine._compiled_cache = kept[kind]

    setattr(Engine, "__init__", make_sharing)  # noqa: B010
