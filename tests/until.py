"""Waiting for what another process or thread will have done, and no longer than a broken one may take."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(come: Callable[[], object], patience: float = 240) -> None:
    """Wait until it is so; after so many seconds it is a failure that says what was waited for."""
    end = time.monotonic() + patience
    while not come():
        assert time.monotonic() < end, f"not so after {patience} seconds: {come}"
        time.sleep(0.02)
