"""How well the usual topics' words file news: precision and recall of each topic, on labelled headlines.

The words were mended by `tests/newsvalue/headlines_seen.jsonl`; `headlines_apart.jsonl` was kept apart.

python benchmarks/topics.py [--wrong] [FILE.jsonl ...]
A line is {"title", "text", "topics"}: a headline, its first paragraph, and the one to three topics it is of.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

from pipeline.newsvalue.topics import topics_of
from pipeline.newsvalue.usual import USUAL

LABELLED = Path(__file__).parent.parent / "tests" / "newsvalue"


def measure(file: Path, wrong: bool) -> None:
    right, found, true = Counter[str](), Counter[str](), Counter[str]()
    for line in file.read_text("utf-8").splitlines():
        row = json.loads(line)
        named = {topic.name: topic.why for topic in topics_of(row["title"], row["text"], USUAL)}
        labels = set(row["topics"])
        right.update(named.keys() & labels)
        found.update(named.keys())
        true.update(labels)
        if wrong and named.keys() != labels:
            print(f"{row['title']}: {named}, but {sorted(labels)}")
    print(f"{file.name:<32}{'precision':>12}{'recall':>16}")
    for topic in (each.name for each in USUAL):
        print(f"  {topic:<30}{right[topic]:>5} of {found[topic]:<4}{right[topic]:>8} of {true[topic]}")
    hits = right.total()
    precision, recall = hits / max(1, found.total()), hits / max(1, true.total())
    print(f"  {'all':<30}{precision:>12.3f}{recall:>16.3f}   F1 {2 * hits / (found.total() + true.total()):.3f}")


def main() -> None:
    files = [Path(a) for a in sys.argv[1:] if not a.startswith("--")] or sorted(LABELLED.glob("headlines_*.jsonl"))
    for file in files:
        measure(file, "--wrong" in sys.argv)


if __name__ == "__main__":
    main()
