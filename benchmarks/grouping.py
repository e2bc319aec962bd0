"""What grouping an item takes as the archive grows, and what memory, beside all-pairs TF-IDF on the same items.

python benchmarks/grouping.py [--full] [LARGEST [COMPARED]]     `--full`: 100,000 items, compared up to 8,000

News is made up: events of one to four reports in other words, some 400 items a day. TF-IDF compares each item with all
before it (scikit-learn, cosine, no threshold chosen: what it costs, not how well it joins), up to as many items as
COMPARED. CPU time, for ours with making the item up; memory is the highest there was, without that of TF-IDF. Ends with
1 where an item of the last tenth takes over twice what one of the second tenth took, or memory grew by over half once
the second tenth has more days than are looked at together: until then it grows.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec

from row import row

from pipeline.stories.group import WINDOW, Window, place
from pipeline.stories.likeness import learnt
from pipeline.stories.signs import Told, signs_of

A_DAY, WORDS = 400, 90
PARTS = 10
_SYLLABLES = "bar cal dor fen gil hal jor kel lum mar nor pel quin ros sil tar ul var wen yor zet".split()


def news(count: int) -> Iterator[Told]:
    """Made-up items in the order they came: reports of one event share its names, and half of its words."""
    chance, at = random.Random(11), datetime(2026, 1, 1, tzinfo=UTC)
    common = [_word(chance, 2) for _ in range(4000)]
    made, event, left, names, words = 0, 0, 0, [""], [""]
    while made < count:
        if not left:
            event, left = event + 1, chance.choice((1, 1, 2, 3, 4))
            names = [_word(chance, 3).capitalize() for _ in range(4)]
            words = chance.choices(common, k=WORDS)
        left -= 1
        said = [word if chance.random() < 0.5 else chance.choice(common) for word in words]
        for place_of in range(4, WORDS, 11):
            said[place_of] = chance.choice(names)
        title = " ".join((names[0], *said[:4], names[1]))
        when = at + timedelta(days=made / A_DAY)
        url = f"https://outlet{chance.randrange(60)}.example/{made}"
        yield Told(f"{made}", title, " ".join(said) + ".", when, url)
        made += 1


def _word(chance: random.Random, syllables: int) -> str:
    return "".join(chance.choices(_SYLLABLES, k=syllables))


def ours(count: int) -> list[tuple[int, float, float]]:
    """After each tenth: items so far, CPU milliseconds an item of that tenth, and the most memory there was, in MB."""
    window, weights, found = Window(), learnt(), []
    step = max(1, count // PARTS)
    began = time.process_time()
    for made, told in enumerate(news(count), 1):
        signs = signs_of(told)
        window.add(signs, place(signs, window, weights))
        if not made % step:
            now = time.process_time()
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            found.append((made, 1000 * (now - began) / step, memory))
            began = time.process_time()
    return found


def tf_idf(count: int) -> float:
    """CPU seconds of comparing every pair of as many items."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [f"{told.title} {told.text}" for told in news(count)]
    began = time.process_time()
    vectors = TfidfVectorizer().fit_transform(texts)
    for start in range(0, count, 1000):  # in pieces: all at once is a matrix of count squared
        (vectors[start : start + 1000] @ vectors[: start + 1000].T).max()
    return time.process_time() - began


def main() -> int:
    if find_spec("sklearn") is None:  # said before the minutes that ours takes, not after them
        print("scikit-learn is not installed: run it with .venv-bench/bin/python, which `make bench` makes",
              file=sys.stderr)  # fmt: skip
        return 2
    full = "--full" in sys.argv
    sizes = [int(a) for a in sys.argv[1:] if not a.startswith("--")]
    largest, compared = [*sizes, *((100_000, 8000) if full else (4000, 2000))[len(sizes) :]][:2]
    tenths = ours(largest)
    print(f"{'items':>9}{'ms an item':>13}{'memory, MB':>13}")
    for made, spent, memory in tenths:
        print(f"{made:>9,}{spent:>13.2f}{memory:>13.0f}")
    growth = tenths[-1][1] / tenths[1][1]
    more = tenths[-1][2] / tenths[1][2]
    print(f"last tenth beside the second: an item takes {growth:.2f} times as long, memory is {more:.2f} times as much")
    size, an_item = compared // 4, sum(spent for _, spent, _ in tenths) / len(tenths)
    print(f"{'items':>9}{'ours, s':>13}{'all pairs, s':>15}{'ratio':>9}")
    while size <= compared:
        began = time.process_time()
        ours(size)
        mine, theirs = time.process_time() - began, tf_idf(size)
        print(f"{size:>9,}{mine:>13.2f}{theirs:>15.2f}{mine / theirs:>9.2f}")
        if size * 2 > compared:
            row(f"Grouping {size:,} items, CPU s", mine, theirs, "all-pairs TF-IDF", less=True)
            per_pair = theirs / size**2
            print(f"at {largest:,} all pairs would take {per_pair * largest**2:,.0f} s, ours "
                  f"{an_item * largest / 1000:,.0f} s, if each grows on as it did")  # fmt: skip
        size *= 2
    if growth > 2 or (more > 1.5 and tenths[1][0] >= A_DAY * WINDOW.days):
        print("grouping an item takes more and more as the archive grows", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
