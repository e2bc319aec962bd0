"""Is the memory of `inshort extract --batch` flat, and how many pages a second does it read on all cores?

    python benchmarks/batch.py [LINES] [FOLDER]      400 without arguments; 5000 is a good one

FOLDER has pages as `.html` or `.html.gz`; `../shared/corpus/pages` beside the checkout when left out, or the sample
newsroom's pages. They are read over and over, as many lines as asked for. Printed is what all processes of the batch
hold together, in MB, at each tenth of the way. Exit 1 if the last tenth holds a tenth more than the fifth does.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

from files import bodies

from pipeline.resources import bundled

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "pages"
MORE = 1.1


def resident(pid: int) -> float:
    """MB that a process and those below it hold; what they share is counted for each."""
    try:
        held = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 / 1_000_000
        below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0.0
    return held + sum(resident(int(child)) for child in below)


def main(lines: int, pages: dict[str, bytes]) -> int:
    with tempfile.TemporaryDirectory(prefix="inshort") as name:
        folder = Path(name)
        paths = []
        for n, page in enumerate(pages.values()):
            paths.append(folder / f"{n}.html")
            paths[-1].write_bytes(page)
        rows = (json.dumps({"id": n, "path": str(path)}) for n, path in enumerate(islice(cycle(paths), lines)))
        batch = folder / "batch.jsonl"
        batch.write_text("\n".join(rows) + "\n")
        began = time.monotonic()
        command = [sys.executable, "-c", "from pipeline.cli import main; main()", "extract", "--batch", str(batch)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert process.stdout is not None
        held: list[float] = []
        done = articles = 0
        for done, line in enumerate(process.stdout, 1):
            articles += json.loads(line).get("verdict") == "article"
            if done % max(1, lines // 50) == 0:
                held.append(resident(process.pid))
        if process.wait() or done != lines:
            print(f"the batch ended with {process.returncode} after {done} of {lines} lines")
            return 1
        seconds = time.monotonic() - began
    tenths = [max(held[n : n + 5]) for n in range(0, len(held), 5)]
    print(
        f"{lines} lines of {len(pages)} pages in {seconds:.0f} s, {lines / seconds:.1f} a second; {articles} articles"
    )
    print("MB held at most in each tenth: " + " ".join(f"{mb:.0f}" for mb in tenths))
    if grew := tenths[-1] > MORE * tenths[len(tenths) // 2]:
        print("memory grew in the second half")
    return int(grew)


if __name__ == "__main__":
    given = Path(sys.argv[2]) if len(sys.argv) > 2 else CORPUS
    found = bodies(given if given.exists() else bundled("sample") / "pages", "html")
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 400, found))
