"""Memory of a process that runs for months: one heap, and what is freed goes back to the system.

GNU's C library gives each thread a heap of its own and keeps what is freed in pieces; over thousands of rounds that
adds up (benchmarks/soak.py). Other C libraries have neither these functions nor that habit.
"""

from __future__ import annotations

import ctypes
import gc
from functools import cache

_M_ARENA_MAX = -8
"""mallopt(3): how many heaps there may be, from malloc.h."""


def one_heap() -> None:
    """All threads share one heap; to be said before there are threads. The interpreter's lock keeps them apart."""
    allow = getattr(ctypes.CDLL(None), "mallopt", None)
    if allow is not None:
        allow(_M_ARENA_MAX, 1)


def give_back() -> None:
    """What is free goes back: after a backup or a digest that are some megabytes (malloc_trim(3))."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


@cache
def settle() -> None:
    """Once at work: what was imported stays for good, and is not gone through for garbage again and again.

    A round of polls makes many short-lived objects and hardly a cycle; with the usual bounds the collector took two
    fifths of its time. Done once: even to ask whether it is done would count all of it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
