"""Runs the benchmarks one after another and writes `benchmarks/RESULTS.md`.

python benchmarks/results.py [--quick] [--only SCRIPT] [--out FILE]     called by `make bench`, `make bench QUICK=1`

Each script prints its own table, which goes in as it is, and rows of ours beside another's (`row.py`), which make the
table at the top: what is behind stands first. A script that fails, or for which no time was left, stands there as such,
and the whole ends with 1.
"""

from __future__ import annotations

import argparse
import os
import platform
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from row import MARK

HERE = Path(__file__).parent
PEERS = (
    "aiohttp",
    "fastfeedparser",
    "feedparser",
    "newspaper4k",
    "readability-lxml",
    "reader",
    "resiliparse",
    "scikit-learn",
    "trafilatura",
)


@dataclass(frozen=True)
class Run:
    heading: str
    script: str
    quick: tuple[str, ...] = ()
    full: tuple[str, ...] = ()
    in_quick: bool = True
    patience: int = 600


SECONDS = {"quick": 285, "full": 1740}
"""What a whole run may take: a script is ended when the rest of it is over."""

_EVENTS = ("--beside", "--judged", "tests/stories/events_seen.jsonl", "tests/stories/events_apart.jsonl")
RUNS = (
    Run("The whole way, beside a plain script", "whole.py", ("6", "30", "6")),
    Run("What a month costs", "month.py"),
    Run("Start-up", "start.py", ("9",)),
    Run("Polling", "poll.py", ("400",)),
    Run("Parsing feeds", "parse.py"),
    Run("Extraction", "extract.py", in_quick=False),
    Run("Bad pages at the gate", "gate.py"),
    Run("Grouping", "stories.py", _EVENTS, _EVENTS),
    Run("Grouping as the archive grows", "grouping.py", full=("4000", "2000"), in_quick=False),
    Run("Topics", "topics.py", in_quick=False),
    Run("Reports that differ", "differing.py", in_quick=False),
    Run("The desk", "desk.py", ("300", "2"), ("5000", "10"), in_quick=False),
    Run("Editions at size", "digest.py", ("5000", "sqlite"), ("50000",)),
    Run("The public site", "public_site.py", ("300",), ("2000",)),
    Run("A newsroom of many years", "growth.py", ("5000", "1000"), ("50000", "10000")),
    Run("When feeds are asked", "rhythm.py"),
    Run("Memory of a batch", "batch.py", ("300",), ("400",)),
    Run("Drafting against a slow model", "writing.py", in_quick=False),
    Run("Checks", "checks.py", ("--brief",)),
)


@dataclass(frozen=True)
class Done:
    run: Run
    out: str
    seconds: float
    wrong: str
    """Why it failed, '' when it did not."""


def done(run: Run, quick: bool, left: float) -> Done:
    """Run a script, for its patience or for as long as is `left`, in seconds."""
    began, patience = time.monotonic(), int(min(run.patience, left))
    if patience < 1:
        return Done(run, "", 0, "not begun: the time of the whole run was over")
    command = [sys.executable, str(HERE / run.script), *(run.quick if quick else run.full)]
    with subprocess.Popen(
        command,
        cwd=HERE.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    ) as process:
        try:
            out, said = process.communicate(timeout=patience)
            last = said.strip().splitlines()[-1:] or ["no word"]
            wrong = last[0] if process.returncode else ""
        except subprocess.TimeoutExpired:
            # With the servers it began, which would slow down the next one.
            os.killpg(process.pid, signal.SIGKILL)
            out, _ = process.communicate()
            wrong = f"not done after {patience} s"
    return Done(run, out, time.monotonic() - began, wrong)


def page(all_done: list[Done], *, quick: bool, when: datetime) -> str:
    """The whole of RESULTS.md."""
    rows = [line[len(MARK) :].strip() for d in all_done for line in d.out.splitlines() if line.startswith(MARK)]
    behind = [r for r in rows if r.endswith("behind")]
    lines = [
        "# Results",
        "",
        f"Written by `make bench{' QUICK=1' if quick else ''}` on {when:%Y-%m-%d}, {machine()}.",
        "One run on one machine: ratios say more than figures. What is behind stands first.",
        "",
        *(f"{line}\n" for line in lacking(all_done)),
        "| what | In Short | other | beside | ratio | |",
        "| --- | ---: | ---: | --- | ---: | --- |",
        *(f"| {row} |" for row in [*behind, *(r for r in rows if r not in behind)]),
        "",
        f"Versions: Python {platform.python_version()}, " + ", ".join(versions()) + ".",
    ]
    for d in all_done:
        table = "\n".join(line for line in d.out.rstrip().splitlines() if not line.startswith(MARK))
        lines += ["", f"## {d.run.heading}", "", f"`benchmarks/{d.run.script}`, {d.seconds:.0f} s"]
        lines += [f"**Failed: {d.wrong}**"] if d.wrong else []
        lines += ["", "```", table, "```"] if table else []
    return "\n".join(lines) + "\n"


JUDGE = (
    "No row for the judge: its precision, recall and milliseconds by kind need a model, which nothing here calls. "
    "`inshort eval judge` measures one on labelled sentences; nothing in this table says how good a judge is."
)


def lacking(all_done: list[Done]) -> list[str]:
    """What the table does not say, lest its silence flatter."""
    names = {d.run.script for d in all_done}
    left_out = [run.heading.lower() for run in RUNS if run.script not in names]
    said = f"Not in this run, so in no row, good or bad: {', '.join(left_out)}." if left_out else ""
    return [line for line in (said, JUDGE) if line]


def machine() -> str:
    """The processor and its cores, the memory, the system."""
    names = [line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    memory = next((int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores of {names[0] if names else platform.machine()}, {memory / 2**20:.0f} GB, "
        f"{platform.system()} {platform.release()}, load {load:.1f} at the end"
    )


def _lines(place: str) -> list[str]:
    try:
        return Path(place).read_text("utf-8").splitlines()
    except OSError:
        return []


def versions() -> list[str]:
    found = []
    for name in PEERS:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} not installed")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description="Run the benchmarks and write their results.")
    parser.add_argument("--quick", action="store_true", help="small sizes, under five minutes")
    parser.add_argument("--only", default="", metavar="SCRIPT", help="one of them")
    parser.add_argument("--out", type=Path, default=HERE / "RESULTS.md")
    asked = parser.parse_args()
    all_done: list[Done] = []
    until = time.monotonic() + SECONDS["quick" if asked.quick else "full"]
    for run in RUNS:
        if (asked.only and asked.only != run.script) or (asked.quick and not run.in_quick):
            continue
        print(f"{run.script} …", flush=True)
        left = until - time.monotonic()
        # On a busy machine the first would take all of the little time there is, and the others have none.
        all_done.append(done(run, asked.quick, 0.7 * left if asked.quick and not asked.only else left))
        print(f"  {all_done[-1].seconds:.0f} s {all_done[-1].wrong}", flush=True)
        asked.out.write_text(page(all_done, quick=asked.quick, when=datetime.now(UTC)), "utf-8")
    return 1 if any(d.wrong for d in all_done) else 0


if __name__ == "__main__":
    sys.exit(main())
