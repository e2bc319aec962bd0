"""How long `inshort --help` takes, beside a bare interpreter, and a look at a newsroom.

python benchmarks/start.py [ROUNDS]
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time

from row import row

WISHED = 300.0
"""Milliseconds within which somebody who looks sees the answer."""
_OURS = "import sys; from pipeline.cli import main; sys.argv[1:] = {!r}; main()"
COMMANDS = {
    "python -c pass": "pass",
    "inshort --help": _OURS.format(["--help"]),
    "inshort --version": _OURS.format(["--version"]),
    "inshort status": _OURS.format(["status"]),
    "inshort review list": _OURS.format(["review", "list"]),
}


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as folder:
        first = subprocess.run(
            [sys.executable, "-c", _OURS.format(["init", folder, "--name", "Bench"])], capture_output=True, check=False
        )
        if first.returncode:
            raise SystemExit(first.stderr.decode())
        for _ in range(rounds):
            for name, code in COMMANDS.items():
                began = time.perf_counter()
                subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL, cwd=folder, check=True)
                times[name].append((time.perf_counter() - began) * 1000)
    bare = statistics.median(times["python -c pass"])
    for name, found in times.items():
        middle = statistics.median(found)
        print(f"{name:<20} {middle:6.0f} ms (best {min(found):.0f})  {middle / bare:4.1f} x a bare interpreter")
        if name in ("inshort --help", "inshort --version"):
            row(f"start: {name}, ms", middle, bare, "python -c pass", less=True)
        elif name.startswith("inshort"):
            row(f"start: {name}, ms", middle, WISHED, "what is wished for", less=True)


if __name__ == "__main__":
    main()
