"""Learns what the figures of a spot mean together, and writes `pipeline/checks/data/weights.json`.

benchmarks/weigh.py [--try]

From the pairs written for the project and the half of the unseen ones that is for developing: the mistakes people
put in, slips made by rule (`slips`), and summaries in several wordings (`retold`). Pairs are never split between what
is learnt from and what is measured on. `--try` writes nothing. Needs scikit-learn; the product doesn't.
"""

from __future__ import annotations

import difflib
import json
import random
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np
from retold import retold
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from slips import reworded, slips

from pipeline.checks.align import Unit, units_of
from pipeline.checks.analysis import Claim, Subject
from pipeline.checks.run import subject_of
from pipeline.checks.signals import NAMES, UNITS, Signal, WholeSource, signals
from pipeline.model import Kind
from pipeline.text import number_sentences
from tests.checks.pair import Pair
from tests.checks.pairs import PAIRS
from tests.checks.pairs_measure import MEASURE
from tests.checks.pairs_more import MORE
from tests.checks.unseen import DEVELOP

OUT = Path(__file__).parent.parent / "pipeline" / "checks" / "data" / "weights.json"
TREES, DEPTH, FOLDS = 90, 4, 3
WARNED = 0.02
"""Share of faithful facts of the developing half that may be marked, each pair judged by the others."""
_WEIGHT = {"people": 4.0, "slip": 1.0, "rough": 0.25, "retold": 0.7, "unseen": 5.0, "ours": 2.0, "reworded": 0.6}
"""What an example counts: faithful sentences that people wrote most, made ones least."""
_ROUGH = frozenset(["stranger", "article", "added", "changed places"])
"""Slips by rule that nobody would make just so."""


@dataclass
class Examples:
    """Rows of figures, each of a sentence; 1 for the spot of a mistake, 0 for a spot of a faithful sentence."""

    rows: list[tuple[float, ...]] = field(default_factory=list)
    sentence: list[int] = field(default_factory=list)
    label: list[int] = field(default_factory=list)
    weight: list[float] = field(default_factory=list)
    sentences: list[tuple[str, bool, str]] = field(default_factory=list)
    """Pair, whether it is a mistake, and of what kind."""

    def add(self, pair: str, kind: str, some: Iterable[Signal], weight: float, span: tuple[int, int] | None,
            before: frozenset[str] = frozenset()) -> None:  # fmt: skip
        """A sentence with its spots; `span` is where the mistake is, None in a faithful one."""
        self.sentences.append((pair, span is not None, kind))
        for signal in some:
            if span is None:
                label = 0
            elif signal.kind in UNITS:
                label = 1 if signal.start < span[1] and signal.end > span[0] else -1
            else:
                label = -1 if signal.key in before else 1
            self.rows.append(signal.row)
            self.sentence.append(len(self.sentences) - 1)
            self.label.append(label)
            self.weight.append(weight)


def facts(subject: Subject) -> Iterator[tuple[Claim, list[Signal]]]:
    article = subject.article.once(WholeSource)
    for claim in subject.claims:
        if claim.kind is Kind.FACT:
            yield claim, list(signals(subject, claim, article))


def changed(old: str, new: str) -> tuple[int, int]:
    """The span of the new text that is not the old one's."""
    first = last = 0
    while first < min(len(old), len(new)) and old[first] == new[first]:
        first += 1
    while last < min(len(old), len(new)) - first and old[-1 - last] == new[-1 - last]:
        last += 1
    return first, max(len(new) - last, first + 1)


def altered(examples: Examples, pair: Pair, weight: float) -> None:
    """A pair as it is, and with each of its alterations."""
    faithful = {c.sentence.text: some for c, some in facts(subject_of(pair.source, pair.rewrite))}
    for some in faithful.values():
        examples.add(pair.name, "faithful", some, weight, None)
    for change in pair.alterations:
        for claim, some in facts(subject_of(pair.source, pair.altered(change))):
            text = claim.sentence.text
            if text not in faithful and faithful:
                near = max(faithful, key=lambda t: difflib.SequenceMatcher(None, t, text).quick_ratio())
                before = frozenset(s.key for s in faithful[near])
                examples.add(pair.name, f"people: {change.check}", some, _WEIGHT["people"], changed(near, text), before)


def made(examples: Examples, pair: Pair, strangers: Sequence[Unit]) -> None:
    """Sentences of a pair reworded and with slips made by rule, and its summaries."""
    chance = random.Random(pair.name)
    article = [u for line in pair.source.split("\n") for u in units_of(line)]
    told = [s.text for line in pair.rewrite.split("\n")[2:-2] for s in number_sentences(line)]
    texts: list[tuple[str, str, str]] = [(f, t, "retold") for name, f, t in retold() if name == pair.name]
    for text in told + [s.text for s in number_sentences(pair.source)]:
        if len(text) > 400:
            continue
        texts.append((text, reworded(text, chance), "reworded"))
        texts[-1] = (texts[-1][1], texts[-1][1], "reworded")
        some = [(kind, slip) for kind, slip in slips(text, article, strangers, chance) if slip != text]
        share = 0.5 if text in told else 0.4
        texts += [(text, slip, kind) for kind, slip in some if chance.random() < share]
    body = "\n".join(t.replace("\n", " ") for _, t, _ in texts)
    found: dict[int, list[tuple[Claim, list[Signal]]]] = {}
    for claim, signs in facts(subject_of(pair.source, f"A dek.\nIn short: X.\n{body}\nSource: X")):
        found.setdefault(claim.sentence.paragraph, []).append((claim, signs))
    keys: dict[str, frozenset[str]] = {}
    for at, (faithful, text, _) in enumerate(texts):
        if faithful == text and at in found:
            keys[text] = frozenset(s.key for _, signs in found[at] for s in signs)
    for at, (faithful, text, kind) in enumerate(texts):
        if len(found.get(at, ())) != 1:
            continue
        (_, signs) = found[at][0]
        if faithful == text:
            examples.add(pair.name, kind, signs, _WEIGHT[kind], None)
            continue
        certain = kind in ("denied", "affirmed", "unhedged", "retold")
        before = keys.get(faithful, frozenset()) if certain else frozenset(s.key for s in signs)
        weight = _WEIGHT["retold" if kind == "retold" else "rough" if kind in _ROUGH else "slip"]
        examples.add(pair.name, f"slip: {kind}", signs, weight, changed(faithful, text), before)


def gathered() -> Examples:
    examples = Examples()
    ours = (*PAIRS, *MORE, *MEASURE)
    units = {p.name: [u for line in p.source.split("\n") for u in units_of(line)] for p in (*ours, *DEVELOP)}
    for pair in (*ours, *DEVELOP):
        altered(examples, pair, _WEIGHT["unseen" if pair in DEVELOP else "ours"])
        others = [u for name, some in units.items() if name != pair.name for u in some]
        made(examples, pair, random.Random(pair.name).sample(others, 600))
    return examples


def learnt(rows: Any, label: Any, weight: Any) -> HistGradientBoostingClassifier:
    model = HistGradientBoostingClassifier(
        max_iter=TREES, learning_rate=0.1, max_depth=DEPTH, min_samples_leaf=25, l2_regularization=3.0, random_state=0,
        early_stopping=False,
    )  # fmt: skip
    known = label >= 0
    return model.fit(rows[known], label[known], sample_weight=weight[known])


def main() -> None:
    examples = gathered()
    rows = np.array(examples.rows, np.float32)
    label, weight, sentence = np.array(examples.label), np.array(examples.weight), np.array(examples.sentence)
    pairs = [pair for pair, _, _ in examples.sentences]
    fold = {name: i % FOLDS for i, name in enumerate(sorted(set(pairs)))}
    of = np.array([fold[pairs[s]] for s in sentence])
    likely = np.zeros(len(rows))
    for i in range(FOLDS):
        model = learnt(rows[of != i], label[of != i], weight[of != i])
        likely[of == i] = model.predict_proba(rows[of == i])[:, 1]
    sure = np.zeros(len(pairs))
    np.maximum.at(sure, sentence, likely)
    kinds = np.array([kind for _, _, kind in examples.sentences])
    wrong = np.array([w for _, w, _ in examples.sentences])
    unseen = np.isin(pairs, [p.name for p in DEVELOP])
    faithful = np.sort(sure[unseen & (kinds == "faithful")])[::-1]
    warn = float(faithful[int(WARNED * len(faithful))]) + 1e-6
    print(f"{len(rows)} spots of {len(pairs)} sentences; warn from {warn:.3f}")
    for name, where in (("unseen", unseen), ("ours", ~unseen)):
        people = where & ((kinds == "faithful") | np.char.startswith(kinds, "people"))
        print(f"{name}, each pair judged by the others:")
        for kind in sorted(set(kinds[where])):
            some = sure[where & (kinds == kind)]
            print(f"  {kind:<24}{len(some):>6}{(some > warn).mean():>8.1%} marked")
        if len(set(wrong[people])) > 1:
            print(f"  of people's: area under the curve {roc_auc_score(wrong[people], sure[people]):.3f}")
    if "--try" not in sys.argv:
        model = learnt(rows, label, weight)
        OUT.write_text(json.dumps(written(model, warn)) + "\n", encoding="utf8")


def written(model: HistGradientBoostingClassifier, warn: float) -> dict[str, Any]:
    """The trees as numbers: feature, threshold, left, right and value of each node; a leaf leads to itself."""
    trees = []
    for (tree,) in model._predictors:
        nodes = []
        for at, node in enumerate(tree.nodes):
            left, right = (at, at) if node["is_leaf"] else (int(node["left"]), int(node["right"]))
            threshold = 0.0 if node["is_leaf"] else round(float(node["num_threshold"]), 6)
            value = round(float(node["value"]), 6) if node["is_leaf"] else 0.0
            nodes.append([int(node["feature_idx"]), threshold, left, right, value])
        trees.append(nodes)
    base = float(np.ravel(model._baseline_prediction)[0])
    return {"names": list(NAMES), "warn": round(warn, 6), "base": base, "depth": DEPTH + 1,
            "trees": trees}  # fmt: skip


if __name__ == "__main__":
    main()
