"""How well articles are grouped by event: pairs and B-cubed, on labelled sets; and what each measure is worth.

The weights were learnt from four sets in `tests/stories`: `events_seen.jsonl`, `events_more.jsonl`,
`events_worked.jsonl` and `events_retired.jsonl`, which was kept apart until it had been measured twice;
`events_apart.jsonl` is kept apart.

python benchmarks/stories.py [--learn] [--beside] [--judged] [--wrong] FILE.jsonl [FILE.jsonl ...]
A line is {"id", "title", "text", "published", "event"}. `--learn` fits the weights of
`pipeline/stories/data/likeness.json` to the files and prints them beside the figures, which are then figures of what
was learnt from; before them stand those of each fifth of the matters with the weights of the others. `--beside`
measures plain likeness of words (`grouped.py`) on the last file too, `--judged` each file with the recorded answers
of a judge (`answered.py`), `--wrong` lists each wrong pair.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import answered
import numpy as np
from grouped import by_likeness
from row import row

from pipeline.stories.group import Grouped, group, in_order
from pipeline.stories.likeness import NAMES, Counts, Learnt, counted, learnt, measure, weighed
from pipeline.stories.signs import Signs, Told, signs_of

AGAINST = frozenset(
    "figures_clash hours days renewed opinion round_up clash title_clash new_title each_new own_names "
    "short each_own one_own".split()
)
"""Measures that can only speak against one event; the others can only speak for it."""
EITHER = frozenset({"copy"})
"""The text of last week with this week's figures is another event."""
JOINS = (0.5, 0.55, 0.6, 0.7, 0.8, 0.9)
"""Probabilities to join from that are tried."""
Labelled = tuple[list[Told], dict[str, str]]
WEIGHTS = Path(__file__).parent.parent / "pipeline" / "stories" / "data" / "likeness.json"


def read(file: Path) -> tuple[list[Told], dict[str, str]]:
    told, events = [], {}
    for line in file.read_text("utf-8").splitlines():
        row = json.loads(line)
        at = datetime.fromisoformat(row["published"].replace("Z", "+00:00")) if row.get("published") else None
        if at is not None:
            at = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
        told.append(Told(row["id"], row["title"], row["text"], at, row.get("url") or ""))
        events[row["id"]] = row["event"]
    return told, events


def _join(kin: dict[str, set[str]], file: Path) -> None:
    """Which events are of one matter, by what links them."""
    for line in file.read_text("utf-8").splitlines():
        row = json.loads(line)
        whole: set[str] = {row["event"]}
        if len(row.get("linked_to") or ()) < 4:  # a round-up is of many matters, and of none
            whole.update(row.get("linked_to") or ())
        for event in list(whole):
            whole |= kin.get(event, set())
        for event in whole:
            kin[event] = whole


def score(stories: dict[str, str], events: dict[str, str]) -> dict[str, float]:
    """Pairwise and B-cubed precision, recall and F1 (Bagga and Baldwin, 1998)."""
    by_story: dict[str, set[str]] = defaultdict(set)
    by_event: dict[str, set[str]] = defaultdict(set)
    for item in stories:
        by_story[stories[item]].add(item)
        by_event[events[item]].add(item)
    joined = {pair for members in by_story.values() for pair in combinations(sorted(members), 2)}
    true = {pair for members in by_event.values() for pair in combinations(sorted(members), 2)}
    right = len(joined & true)
    precision, recall = right / max(1, len(joined)), right / max(1, len(true))
    both = {i: len(by_story[stories[i]] & by_event[events[i]]) for i in stories}
    cubed_p = sum(both[i] / len(by_story[stories[i]]) for i in stories) / len(stories)
    cubed_r = sum(both[i] / len(by_event[events[i]]) for i in stories) / len(stories)
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / max(1e-9, precision + recall),
        "b3_precision": cubed_p,
        "b3_recall": cubed_r,
        "b3_f1": 2 * cubed_p * cubed_r / max(1e-9, cubed_p + cubed_r),
    }


def pairs(told: Sequence[Told], events: dict[str, str]) -> tuple[Any, Any, list[tuple[str, str]]]:
    """Measures, labels and events of all pairs that share anything, as they are met when the later of two is placed."""
    by_event: dict[str, set[str]] = defaultdict(set)
    having: Counter[str] = Counter()
    before: list[Signs] = []
    rows, labels, of = [], [], []
    for new in (signs_of(told[at]) for at in in_order(told)):
        counts = Counts(len(by_event), having)
        ours = weighed(new, counts)
        for other in before:
            same = events[other.id] == events[new.id]
            found = measure(ours, weighed(other, counts))
            if found.lead > 0.05 or found.names > 0.15 or same:
                rows.append(found.values())
                labels.append(float(same))
                of.append((events[other.id], events[new.id]))
        before.append(new)
        fresh = counted(new) - by_event[events[new.id]]
        by_event[events[new.id]] |= fresh
        having.update(fresh)
    return np.array(rows), np.array(labels), of


def fit(x: Any, y: Any, ridge: float = 0.007, rounds: int = 600) -> Learnt:
    """Logistic regression on standardised measures, each pair weighing the same.

    No measure may speak for the side it cannot: of some hundred events chance would have it that likeness parts. What
    the ridge makes timid is drawn out again at the end.
    """
    mean, spread = x.mean(0), x.std(0) + 1e-6
    z = (x - mean) / spread
    worth = np.full(len(y), 1 / len(y))
    free = np.array([name in EITHER for name in NAMES])
    side = np.array([-1.0 if name in AGAINST else 1.0 for name in NAMES])
    w, b, pace, pace_b = np.zeros(z.shape[1]), 0.0, np.zeros(z.shape[1]), 0.0
    for _ in range(rounds):
        missed = worth * (_logistic(z @ w + b) - y)
        pace, pace_b = 0.9 * pace + z.T @ missed + ridge * w, 0.9 * pace_b + missed.sum()
        w, b = w - 0.1 * pace, b - 0.1 * pace_b
        wrong = (w * side < 0) & ~free
        w[wrong] = pace[wrong] = 0
    drawn, moved = _drawn_out(z @ w + b, y, worth)
    weights = drawn * w / spread
    bias = drawn * b + moved - (weights * mean).sum()
    return Learnt(tuple(round(float(v), 4) for v in weights), round(float(bias), 4))


def _drawn_out(score: Any, y: Any, worth: Any) -> tuple[float, float]:
    """By how much scores are drawn out and moved to be the probabilities they are taken for."""
    terms, found = np.stack([score, np.ones_like(score)]), np.array([1.0, 0.0])
    for _ in range(30):
        p = _logistic(found @ terms)
        found -= np.linalg.solve((terms * worth * p * (1 - p)) @ terms.T, terms @ (worth * (p - y)))
    return float(found[0]), float(found[1])


def _logistic(score: Any) -> Any:
    return 1 / (1 + np.exp(-np.clip(score, -30, 30)))


def across(sets: Sequence[Labelled], met: Sequence[Any], kin: dict[str, set[str]], folds: int = 5) -> None:
    """Show the figures of each join with its matters' pairs unseen: weights are fitted on four fifths of the matters.

    Events that are linked are one matter: what is learnt of a firm's one event is not tried on its other. All the news
    of a set is placed each time, as what a word tells depends on it.
    """
    matters = sorted({min(m) for m in kin.values()})
    random.Random(7).shuffle(matters)
    stories: dict[float, dict[str, str]] = defaultdict(dict)
    for fold in range(folds):
        some = set(matters[fold::folds])
        xs, ys = [], []
        for x, y, of in met:
            rest = np.array([min(kin[one]) not in some and min(kin[other]) not in some for one, other in of])
            xs.append(x[rest])
            ys.append(y[rest])
        weights = fit(np.vstack(xs), np.concatenate(ys))
        for join in JOINS:
            for number, (told, events) in enumerate(sets):
                found = group(told, weights, join)
                stories[join] |= {g.id: f"{fold}:{number}:{g.story}" for g in found if min(kin[events[g.id]]) in some}
    events = {item: event for _, labels in sets for item, event in labels.items()}
    for join in JOINS:
        show(f"unseen fifths, join from {join:g}", score(stories[join], events))


def show(name: str, found: dict[str, float]) -> None:
    print(f"{name:<34}" + "  ".join(f"{key} {value:.3f}" for key, value in found.items()))


def beside(told: list[Told], events: dict[str, str], spent: float) -> None:
    """Rows of ours beside likeness of words alone, at the level that is best for it.

    `spent` is what an item took the first time, in seconds: what is looked at again is remembered.
    """
    ours = score({g.id: g.story for g in group(told)}, events)
    levels, theirs_spent = by_likeness(told)
    scored = {level: score(stories, events) for level, stories in levels.items()}
    best = max(scored, key=lambda level: scored[level]["f1"])
    theirs, than = scored[best], f"TF-IDF, cosine {best:g}"
    show("kept apart, ours", ours)
    show(f"kept apart, {than}", theirs)
    for name, said in (("precision", "pairs, precision"), ("recall", "pairs, recall"), ("b3_f1", "B-cubed F1")):
        row(f"grouping, kept apart: {said}", ours[name], theirs[name], than)
    row("grouping: CPU ms an item", 1000 * spent, 1000 * theirs_spent / len(told), than, less=True)


def judged(file: Path) -> None:
    """Figures of a file without a judge and with one, and what was asked of it."""
    told, events = read(file)
    found, model = answered.grouped(told)
    print(f"{file.name}, {len(told)} items:")
    show("  without a judge", score({g.id: g.story for g in group(told)}, events))
    show("  with the answers recorded", score({g.id: g.story for g in found.grouped}, events))
    looked = answered.looked_at([told[at] for at in in_order(told)])
    share, tokens = found.pairs / max(1, looked), model.tokens / max(1, len(told))
    print(f"  asked about {found.pairs} of {looked} pairs looked at ({share:.1%}), some {tokens:.0f} tokens an item")
    if model.unknown:
        print(f"  {model.unknown} of them have no recorded answer, and stay two stories")


def main() -> None:
    files = [Path(a) for a in sys.argv[1:] if not a.startswith("--")]
    kin: dict[str, set[str]] = {}
    for file in files:
        _join(kin, file)
    sets = [read(file) for file in files]
    if "--learn" in sys.argv:
        met = [pairs(told, events) for told, events in sets]
        across(sets, met, kin)
        fitted = fit(np.vstack([x for x, _, _ in met]), np.concatenate([y for _, y, _ in met]))
        WEIGHTS.write_text(json.dumps({"names": NAMES, **fitted._asdict()}, indent=1) + "\n", "utf-8")
        learnt.cache_clear()
        for name, weight in zip(NAMES, fitted.weights, strict=True):
            print(f"  {name:<20}{weight:8.3f}")
    for file, (told, events) in zip(files, sets, strict=True):
        began = time.process_time()
        found = list(group(told))
        spent = (time.process_time() - began) / max(1, len(told))
        show(file.stem, score({g.id: g.story for g in found}, events))
        print(f"{len(told)} items, {len(set(events.values()))} events, {1000 * spent:.2f} ms an item")
        if "--wrong" in sys.argv:
            show_wrong(told, events, found)
    if "--beside" in sys.argv:
        beside(*sets[-1], spent)
    if "--judged" in sys.argv:
        for file in files:
            judged(file)


def show_wrong(told: Sequence[Told], events: dict[str, str], found: Sequence[Grouped]) -> None:
    """Every pair that was joined or missed against its labels."""
    titles = {each.id: each.title[:60] for each in told}
    for one, other in combinations(found, 2):
        same = events[one.id] == events[other.id]
        if (one.story == other.story) != same:
            said = "missed" if same else "MERGED"
            print(said, one.id, titles[one.id], "|", other.id, titles[other.id])


if __name__ == "__main__":
    main()
