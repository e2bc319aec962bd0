"""The checks: what they see of what is altered, what is lost without each, false alarms, and speed.

benchmarks/checks.py [--missed]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from itertools import cycle, islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from pipeline.checks import run
from pipeline.checks.analysis import Subject
from pipeline.model import Finding
from tests.checks.alter import generated, spoilt
from tests.checks.measure import on_altered, on_faithful
from tests.checks.pair import Pair
from tests.checks.pairs import PAIRS
from tests.checks.pairs_measure import MEASURE
from tests.checks.pairs_more import MORE

HALVES = {"the half the rules were made with": PAIRS + MORE, "the half kept for measuring": MEASURE}


def main() -> None:
    for name, pairs in HALVES.items():
        figures = on_altered((pair, pair.alterations) for pair in pairs)
        blocked, warned = on_faithful(pairs)
        print(f"{name}: {len(pairs)} pairs\n{figures.table()}")
        print(f"faithful rewrites with a block: {blocked:.1%}; of their sentences warned of: {warned:.1%}\n")
        if "--missed" in sys.argv:
            print("\n".join(figures.missed), "\n")
    every = PAIRS + MORE + MEASURE
    by_rule = on_altered((p, [*generated(p), *spoilt(p)]) for p in every)
    print("mistakes made by rule, all pairs\n" + by_rule.table(), "\n")
    _ablation(every)
    _speed(every)


def _ablation(pairs: tuple[Pair, ...]) -> None:
    print("without one check, seen and blocked of all alterations:")
    whole = on_altered((p, [*p.alterations, *generated(p, 1), *spoilt(p)]) for p in pairs)
    print(f"{'none off':<14}{whole.share(whole.seen):>8.1%}{whole.share(whole.blocked):>8.1%}")
    for check in run.CHECKS:
        figures = on_altered(((p, [*p.alterations, *generated(p, 1), *spoilt(p)]) for p in pairs), off=[check])
        lost = whole.seen.total() - figures.seen.total()
        print(f"{check:<14}{figures.share(figures.seen):>8.1%}{figures.share(figures.blocked):>8.1%}  {lost:>4} lost")
    print()


def _speed(pairs: tuple[Pair, ...], sizes: tuple[int, int] = (1200, 600), count: int = 100) -> None:
    """Time of pairs of the sizes, in words, put together from several; and what each check takes of it."""
    spent = dict.fromkeys(run.CHECKS, 0.0)

    def timed(name: str, check: run.Check) -> Callable[[Subject], Iterable[Finding]]:
        def one(subject: Subject) -> list[Finding]:
            start = time.perf_counter()
            found = list(check(subject))
            spent[name] += time.perf_counter() - start
            return found

        return one

    texts = []
    ring = cycle(pairs)
    for _ in range(count):
        several = list(islice(ring, 12))
        source = " ".join(" ".join(p.source for p in several).split(" ")[: sizes[0]])
        body = "\n".join("\n".join(p.rewrite.split("\n")[2:-1]) for p in several[:4])
        head = "\n".join(several[0].rewrite.split("\n")[:2])
        texts.append((source, f"{head}\n{' '.join(body.split(' ')[: sizes[1]])}\nSource: X"))
    for source, rewrite in texts[:3]:
        run.check_texts(source, rewrite)
    plain = dict(run.CHECKS)
    start = time.perf_counter()
    for source, rewrite in texts:
        run.check_texts(source, rewrite)
    whole = time.perf_counter() - start
    run.CHECKS.update({name: timed(name, check) for name, check in plain.items()})
    for source, rewrite in texts:
        run.check_texts(source, rewrite)
    run.CHECKS.update(plain)
    words = sum(len(r.split()) for _, r in texts) // count, sum(len(s.split()) for s, _ in texts) // count
    print(f"speed: {1000 * whole / count:.1f} ms a pair of {words[0]} words against {words[1]}")
    for name, seconds in sorted(spent.items(), key=lambda item: -item[1]):
        print(f"  {name:<14}{1000 * seconds / count:>7.2f} ms")


if __name__ == "__main__":
    main()
