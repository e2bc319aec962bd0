"""How often reports that are taken to contradict each other do, by pairs of sentences: half do, half only look so.

python benchmarks/differing.py [--wrong] [FILE.jsonl]
A line is {"contradicts", "what", "one", "other"}: what the figures are of, or why they only look so.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

from pipeline.stories.contradictions import contradictions_of
from pipeline.text import number_sentences

PAIRS = Path(__file__).parent.parent / "tests" / "checks" / "reports_apart.jsonl"


def main() -> None:
    files = [Path(a) for a in sys.argv[1:] if not a.startswith("--")] or [PAIRS]
    rows = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    counts, wrong = Counter[tuple[bool, bool]](), Counter[str]()
    for row in rows:
        met = contradictions_of(number_sentences(row["one"]), number_sentences(row["other"]), "the other")
        counts[row["contradicts"], bool(met)] += 1
        if bool(met) != row["contradicts"]:
            wrong["missed" if row["contradicts"] else row["what"]] += 1
            if "--wrong" in sys.argv:
                print("missed" if row["contradicts"] else "WRONG", [(m.one, m.other) for m in met], row["one"])
    right, found = counts[True, True], counts[True, True] + counts[False, True]
    print(f"{len(rows)} pairs: precision {right / max(1, found):.3f} ({right} of {found}), "
          f"recall {right / max(1, right + counts[True, False]):.3f}")  # fmt: skip
    print("wrong: " + (", ".join(f"{what} {count}" for what, count in sorted(wrong.items())) or "none"))


if __name__ == "__main__":
    main()
