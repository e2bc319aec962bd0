"""The judge against a stub that counts and prices: what it costs beside the drafts, what kills cost, how long it takes.

Without arguments the runs are small; `--full` is 100 drafts three ways (without a judge, with one, with a cache that
serves), 100 drafts killed ten times at random, and 500 drafts with 20 calls at once. `--second 3` makes the stub think
three seconds where one is less than this machine's own work.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import resource
import signal
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path

from writing import newsroom

# USD: a draft that is counted at its worst takes about a hundredth, so that five times that leaves room for any kill.
WORST = Decimal("0.05")


def costs(folder: Path, stories: int) -> bool:
    """What the stub charges and what the ledger counted, for drafts alone, with the judge, and with a cache."""
    well = True
    for name, judged, model in (("without", False, "m"), ("with", True, "m"), ("cached", True, "m-serves")):
        with newsroom(
            folder / name, stories, delay=0.05, at_once=20, cap="100", judged=judged, model_name=model
        ) as room:
            room.run().wait()
            asked, rows = room.asked(), room.rows()
        drafts, judge = (Decimal(asked["charged"][kind]) / 1_000_000 for kind in ("drafts", "judge"))
        counted = Decimal(rows["spent"]) / 1_000_000
        calls = sum(asked["asked"])
        # Each call is rounded up to a whole millionth.
        right = drafts + judge <= counted <= drafts + judge + Decimal(calls) / 1_000_000
        right = right and rows["drafted"] == stories and rows["judged"] == (stories if judged else 0)
        share = f", the judge {judge / drafts:.1%} of the drafts" if judge else ""
        print(f"{stories} drafts, {name:<8} {calls} calls: charged {drafts:.4f} + {judge:.4f} USD{share}; ", end="")
        print(f"counted {counted:.4f}, judged {rows['judged']}: {'holds' if right else 'DOES NOT HOLD'}")
        well = well and right
    return well


def kills(folder: Path, stories: int, at_once: int, times: int, cap: Decimal) -> bool:
    """SIGKILL at random moments while drafts are written and judged; then to the end, or to where the cap lets it.

    A call that was out when its sender died counts at its worst, so that a small cap may be used up by kills.
    """
    chance = random.Random(18)
    with newsroom(folder, stories, delay=0.5, at_once=at_once, cap=str(cap), judged=True) as room:
        running, over = room.run(), 0
        for _ in range(times):
            before = sum(room.asked()["asked"])
            while sum(room.asked()["asked"]) < before + stories * 2 // times and running.poll() is None:
                time.sleep(0.05)
            time.sleep(chance.uniform(0, 1))
            running.send_signal(signal.SIGKILL)
            running.wait()
            over += room.rows()["spent"] > cap * 1_000_000
            running = room.run()
        running.wait()
        for _ in range(20):
            if (rows := room.rows())["drafted"] == rows["judged"] == stories:
                break
            room.run().wait()
        asked, rows = room.asked(), room.rows()
    again = sum(asked["asked"]) - len(asked["asked"])
    charged = Decimal(sum(asked["charged"].values())) / 1_000_000
    whole = rows["drafted"] == rows["judged"] == stories
    well = again <= rows["lost"] and not over and charged <= cap and (whole or cap < stories * WORST)
    print(
        f"{stories} drafts, {times} kills: {rows['drafted']} drafted, {rows['judged']} judged; asked again {again}, ",
        end="",
    )
    print(
        f"counted as possibly paid {rows['lost']}; charged {charged:.4f}, counted {rows['spent'] / 1e6:.4f}, ", end=""
    )
    print(f"cap {cap} passed {over} times: {'holds' if well else 'DOES NOT HOLD'}")
    return well


def speed(folder: Path, stories: int, at_once: int, second: float) -> None:
    """The time from the first question to the last answer, against the best possible for the calls that were made."""
    with newsroom(folder, stories, delay=second, at_once=at_once, cap="1000", judged=True) as room:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        room.run().wait()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        asked, rows = room.asked(), room.rows()
    ours = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    took = asked["last"][0] - asked["first"][0]
    ideal = math.ceil(sum(asked["asked"]) / at_once) * second
    print(
        f"load {os.getloadavg()[0]:.1f}; {stories} drafts with judge, {at_once} at once, {second:g} s a call: ", end=""
    )
    print(
        f"{sum(asked['asked'])} calls, best possible {ideal:.0f} s, took {took:.1f} s, ratio {took / ideal:.3f}; ",
        end="",
    )
    print(f"{ours:.1f} s of CPU; judged {rows['judged']}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="100 drafts, ten kills, and 500 drafts")
    parser.add_argument("--second", type=float, default=1.0, help="how long the stub thinks in the run for speed")
    parser.add_argument("--only", choices=("costs", "kills", "speed"), help="one of the runs")
    given = parser.parse_args()
    stories, times, many = (100, 10, 500) if given.full else (20, 2, 60)
    well = True
    with tempfile.TemporaryDirectory() as place:
        if given.only in (None, "costs"):
            well = costs(Path(place) / "costs", stories)
        if given.only in (None, "kills"):
            for share in (WORST, WORST / 5):
                well = kills(Path(place) / f"kills-{share}", stories, 20, times, stories * share) and well
        if given.only in (None, "speed"):
            speed(Path(place) / "speed", many, 20, given.second)
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
