"""How long `inshort --help` takes, beside a bare interpreter, and a look at a newsroom; imports and size of it all.

python benchmarks/start.py [ROUNDS]

As after an installation, all is compiled: into a folder of its own, in a first round that does not count.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, files, requires
from pathlib import Path

from row import row

PACKAGE = Path(__file__).parents[1] / "pipeline"
_NAME = re.compile(r"[\w.-]+")

WISHED = 300.0
"""Milliseconds within which somebody who looks sees the answer."""
_OURS = "import sys; from pipeline.cli import main; sys.argv[1:] = {!r}; main()"
_PLAIN = "feedparser", "openai", "trafilatura"
"""What a plain script of the usual kind needs (`whole.py`)."""
COMMANDS = {
    "python -c pass": "pass",
    "import of a plain script": f"import sqlite3, urllib.request, {', '.join(_PLAIN)}",
    "import of inshort run": "import pipeline.engine.rounds",
    "inshort --help": _OURS.format(["--help"]),
    "inshort --version": _OURS.format(["--version"]),
    "inshort status": _OURS.format(["status"]),
    "inshort review list": _OURS.format(["review", "list"]),
}


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as compiled:
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": compiled}
        first = subprocess.run(
            [sys.executable, "-c", _OURS.format(["init", folder, "--name", "Bench"])],
            capture_output=True,
            env=environment,
            check=False,
        )
        if first.returncode:
            raise SystemExit(first.stderr.decode())
        for again in range(rounds + 1):
            for name, code in COMMANDS.items():
                began = time.perf_counter()
                subprocess.run(
                    [sys.executable, "-c", code], stdout=subprocess.DEVNULL, cwd=folder, env=environment, check=True
                )
                if again:
                    times[name].append((time.perf_counter() - began) * 1000)
    middles = {name: statistics.median(found) for name, found in times.items()}
    bare = middles["python -c pass"]
    for name, found in times.items():
        middle = middles[name]
        print(f"{name:<24} {middle:6.0f} ms (best {min(found):.0f})  {middle / bare:4.1f} x a bare interpreter")
        if name in ("inshort --help", "inshort --version"):
            row(f"start: {name}, ms", middle, bare, "python -c pass", less=True)
        elif name.startswith("inshort"):
            row(f"start: {name}, ms", middle, WISHED, "what is wished for", less=True)
    row(
        "start: import of all that a run needs, ms",
        middles["import of inshort run"],
        middles["import of a plain script"],
        "a plain script",
        less=True,
    )
    ours, others = needed(["inshort"]), needed(_PLAIN)
    print(f"packages: {own():.1f} MB ours, {megabytes(ours):.0f} MB with all {len(ours)} it needs")
    print(f"          {megabytes(others):.0f} MB a plain script's {len(others)}")
    row("size: MB with all that it needs", own() + megabytes(ours), megabytes(others), "a plain script", less=True)


def needed(names: Iterable[str]) -> set[str]:
    """Packages with all that they need, extras aside; one that is not installed, as for another system, is left out."""
    found: set[str] = set()
    left = list(names)
    while left:
        name = left.pop().lower().replace("_", "-")
        try:
            wanted = requires(name) or []
        except PackageNotFoundError:
            continue
        if name not in found:
            found.add(name)
            left += [_NAME.match(one)[0] for one in wanted if "extra ==" not in one]  # type: ignore[index]
    return found


def megabytes(names: Iterable[str]) -> float:
    """What the files of installed packages take, what Python compiled of them aside."""
    return sum(f.size or 0 for name in names for f in files(name) or [] if f.suffix != ".pyc") / 1e6


def own() -> float:
    """The same for the package itself, which is installed as a link to its folder."""
    return sum(f.stat().st_size for f in PACKAGE.rglob("*") if f.is_file() and f.suffix != ".pyc") / 1e6


if __name__ == "__main__":
    main()
