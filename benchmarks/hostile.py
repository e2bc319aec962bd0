"""What each stage that reads foreign bytes takes for a megabyte of what it likes least: seconds of CPU, and memory.

python benchmarks/hostile.py [--bytes 1000000] [--only WORD] [--units 20 [--seed 24]]

Each stage is given each unit again and again, in a process of its own that is ended after 10 seconds of CPU or 2 GB.
The aim is 5 seconds and 1 GB, or a refusal. A stage that a newsroom reads in a process apart is marked: there what
passes the aim is ended and refused with a reason, so its worst is told for what it costs, not as a failure.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.foreign import ENDED, STAGES, UNITS

SECONDS, MEMORY = 10, 2 << 30
AIM_SECONDS, AIM_MEMORY = 5.0, 1 << 30


def one(stage: str, text: str, floor: float) -> tuple[float, float, str]:
    """Seconds of CPU, bytes of memory beyond what the imports take, and how it ended."""
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        try:
            STAGES[stage](text)
        except MemoryError:
            os._exit(3)
        except BaseException as error:
            os.write(1, f"  {stage}: {error!r:.200}\n".encode("utf-8", "replace"))
            os._exit(4)
        os._exit(0)
    _, status, used = os.wait4(child, 0)
    ended = {0: "", 3: "out of memory", 4: "TRIPPED"}.get(os.waitstatus_to_exitcode(status), "ended")
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) not in (signal.SIGKILL, signal.SIGXCPU):
        ended = f"died of signal {os.WTERMSIG(status)}"
    return used.ru_utime + used.ru_stime, max(0.0, used.ru_maxrss * 1024 - floor), ended


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bytes", type=int, default=1_000_000)
    parser.add_argument("--only", default="", help="stages with this word in their name")
    parser.add_argument("--units", type=int, default=len(UNITS), help="so many units, drawn, instead of all")
    parser.add_argument("--seed", type=int, default=24, help="by which they are drawn")
    parser.add_argument("--here", action="store_true", help="only what no process apart ends")
    given = parser.parse_args()
    units = random.Random(given.seed).sample(UNITS, given.units) if given.units < len(UNITS) else list(UNITS)
    for work in STAGES.values():
        work("a b")  # what is imported is no part of a case
    floor = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0
    failed = 0
    print(f"{'stage':<30} {'worst CPU':>10} {'at':<22} {'worst memory':>13} {'over':>5}")
    for stage in STAGES:
        if given.only not in stage or (given.here and stage in ENDED):
            continue
        slowest, largest, over, notes = (0.0, ""), 0.0, 0, set[str]()
        for unit in units:
            text = unit * (given.bytes // max(1, len(unit.encode("utf-8", "surrogatepass"))))
            seconds, memory, ended = one(stage, text, floor)
            slowest, largest = max(slowest, (seconds, unit)), max(largest, memory)
            bad = seconds > AIM_SECONDS or memory > AIM_MEMORY or bool(ended)
            over += bad
            if bad:
                notes.add(f"    {unit!r}: {seconds:.1f} s, {memory / 1e6:.0f} MB {ended}")
            failed += bad and (stage not in ENDED or ended == "TRIPPED")
        apart = " (apart)" if stage in ENDED else ""
        print(
            f"{stage:<30} {slowest[0]:8.2f} s {slowest[1]!r:<22} {largest / 1e6:10.0f} MB {over:5}{apart}", flush=True
        )
        print("".join(f"{note}\n" for note in sorted(notes)), end="", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
