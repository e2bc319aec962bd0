"""Pages extracted a second, beside bare trafilatura at the same setting.

    python benchmarks/extract.py [FOLDER]

FOLDER holds pages as .html or .html.gz; the sample newsroom's when left out. One process, one core.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import trafilatura
from files import bodies

from pipeline.articles.extract import extract
from pipeline.resources import bundled

ROUNDS = 3


def ours(page: bytes) -> None:
    extract(page, url="http://example.org/story")


def bare(page: bytes) -> None:
    trafilatura.extract(page, favor_precision=True, include_comments=False, with_metadata=True)


def bare_default(page: bytes) -> None:
    trafilatura.extract(page)


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else bundled("sample") / "pages"
    found = list(bodies(folder, "html").values())
    while len(found) < 60:
        found += found
    ways: dict[str, Callable[[bytes], None]] = {
        "In Short, gate included": ours,
        "trafilatura, precision": bare,
        "trafilatura, default": bare_default,
    }
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way(found[0])
    for _ in range(ROUNDS):
        for name, way in ways.items():
            began = time.process_time()
            for page in found:
                way(page)
            rates[name].append(len(found) / (time.process_time() - began))
    print(f"{len(found)} pages, the best of {ROUNDS} rounds, CPU time of one core")
    for name, rate in rates.items():
        ratio = max(rates["In Short, gate included"]) / max(rate)
        print(f"  {name:<24} {max(rate):6.1f} pages a second   ours is {ratio:.2f} of it")


if __name__ == "__main__":
    main()
