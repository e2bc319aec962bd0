"""How long `inshort --help` takes, beside a bare interpreter.

python benchmarks/start.py [ROUNDS]
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from row import row

COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "inshort --help": [sys.executable, "-c", "from pipeline.cli import main; main(['--help'])"],
    "inshort --version": [sys.executable, "-c", "from pipeline.cli import main; main(['--version'])"],
}


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(rounds):
        for name, command in COMMANDS.items():
            began = time.perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
            times[name].append((time.perf_counter() - began) * 1000)
    bare = statistics.median(times["python -c pass"])
    for name, found in times.items():
        middle = statistics.median(found)
        print(f"{name:<18} {middle:6.0f} ms (best {min(found):.0f})  {middle / bare:4.1f} x a bare interpreter")
        if name.startswith("inshort"):
            row(f"start: {name}, ms", middle, bare, "python -c pass", less=True)


if __name__ == "__main__":
    main()
