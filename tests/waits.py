"""Waits that no test is about, made short: in the test itself, and in every process that is forked for it.

What a test is about it sets itself, where a wait is long enough to be met.
"""

from __future__ import annotations

from datetime import timedelta

from pipeline.engine import daemon, workers
from pipeline.llm import ledger, turns
from pipeline.storage.engine import workers as rows


def shorten() -> None:
    """From now on a server is asked again at once, and looks follow each other closely."""
    turns.PAUSES = (0.01, 0.04)
    ledger.LOOK_AGAIN = 0.05
    daemon.LOOK_EVERY = 0.1
    workers.TICK = 0.2
    # Only of those whose lock is gone: nobody who lives, however slowly, is taken for dead by it.
    rows.GONE_AFTER = timedelta(seconds=1)
