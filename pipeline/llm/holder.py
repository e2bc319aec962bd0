"""Who holds a lease: a process, named so that others on its machine can tell whether it still runs."""

from __future__ import annotations

import os
import platform
from functools import cache
from pathlib import Path


def me() -> str:
    """This process: machine, process namespace, id and start, e.g. `desk1/4026531836/812/93811`."""
    return _name(os.getpid())


@cache
def _name(pid: int) -> str:
    return f"{_here()}/{pid}/{_started(pid)}"


def surely_dead(holder: str) -> bool:
    """Whether a holder ran on this machine and runs no more. Of another machine's nothing is known."""
    here, pid, started = holder.rsplit("/", 2) if holder.count("/") >= 3 else ("", "", "")
    if here != _here() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return _started(int(pid)) != started


@cache
def _here() -> str:
    # Ids of processes mean something within their namespace only: two containers may share a name.
    try:
        space = str(Path("/proc/self/ns/pid").readlink()).removeprefix("pid:[").removesuffix("]")
    except OSError:
        space = "0"
    return f"{platform.node()[:120]}/{space}"


def _started(pid: int) -> str:
    """When a process started, as its kernel counts; the same id given anew has another."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return "0"
