"""The checks: what they see of what is altered, what each part of them is worth, false alarms, size and speed.

benchmarks/checks.py [--brief] [--missed] [--table] [--write] [--against COMMIT]

`--brief` prints what they see and how often they are right, by kind, on unseen pairs and judged summaries, and how long
they take, and ends. `--table` prints what stands in the README and ends. `--write` measures how often each ground of a
finding is right and writes `data/precision.json`, from which severities follow, and the figures in the checks'
docstrings; without the judged summaries (`grounds.FACTS`) it refuses, since the counts would be of fewer texts and not
say so. `--against` counts list words and thresholds of a commit as well.

No rule and no weight was learnt from the judged summaries, so to these each of their articles is an unseen one.
Severities are counted on the summaries, too: each article is judged by the counts of all the others.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).parent.parent))

import grounds
from row import row

from pipeline.checks import doubt, run, severity
from pipeline.checks.analysis import Subject
from pipeline.checks.catalogue import CHECKS, Check, named
from pipeline.checks.severity import allowed
from pipeline.checks.signals import KINDS, signals
from pipeline.model import Finding, Severity
from tests.checks.alter import generated, spoilt
from tests.checks.measure import Figures, on_altered, on_faithful
from tests.checks.pair import Pair
from tests.checks.pairs import PAIRS
from tests.checks.pairs_measure import MEASURE
from tests.checks.pairs_more import MORE
from tests.checks.unseen import APART, APART_SHORT, COUNTED, DEVELOP, FAITHFUL, FRESH, KEPT, LAST, LAST_SHORT, MANY
from tests.checks.unseen import MEASURE as UNSEEN

SETS = {
    "the half the rules were made with": PAIRS + MORE,
    "the half kept for measuring": MEASURE,
    "unseen, to develop with": DEVELOP,
    "unseen, only measured on": UNSEEN,
    "unseen, only counted on": COUNTED,
    "unseen, kept for the last figure": KEPT,
    "retellings by others, only measured on": APART,
    "summaries by others, only measured on": APART_SHORT,
    "the last retellings, only measured on": LAST,
    "the last summaries, only measured on": LAST_SHORT,
}
PUBLISHED = {"people": 90.0, "GPT-4": 83.3, "QAFactEval": 74.4, "SummaCConv": 61.9, "DAE": 60.9}
"""Balanced accuracy on such summaries, as their authors give it."""
TRUTH = named(lambda check: check.of_truth)
MODULES = Path(__file__).parent.parent / "pipeline" / "checks"


def main() -> None:
    if "--write" in sys.argv and not grounds.FACTS.exists():
        print(f"checks: --write counts on judged summaries too: put them at {grounds.FACTS}.", file=sys.stderr)
        sys.exit(2)
    if "--brief" in sys.argv:
        _facts()
        _by_kind(on_altered((pair, pair.alterations) for pair in UNSEEN))
        _speed(PAIRS + MORE + MEASURE, count=10)
        return
    figures = {}
    table = ["| texts | mistakes marked | blocked | faithful rewrites blocked | their sentences warned of |"]
    table.append("| --- | --- | --- | --- | --- |")
    for name, pairs in SETS.items():
        figures[name] = one = on_altered((pair, pair.alterations) for pair in pairs)
        blocked, warned = on_faithful(pairs)
        told = f"{one.share(one.seen):.0%} | {one.share(one.blocked):.0%} | {blocked:.0%} | {warned:.1%}"
        table.append(f"| {name}: {len(pairs)} pairs | {told} |")
        print(f"{name}: {len(pairs)} pairs\n{figures[name].table()}")
        print(f"faithful rewrites with a block: {blocked:.1%}; of their sentences warned of: {warned:.1%}\n")
        if "--missed" in sys.argv and pairs in (PAIRS + MORE, MEASURE, DEVELOP):
            print("\n".join(figures[name].missed), "\n")
    print("for the README\n" + "\n".join(table) + "\n")
    if "--table" in sys.argv:
        return
    by_rule = on_altered((p, [*generated(p), *spoilt(p)]) for p in PAIRS + MORE + MEASURE)
    print("mistakes made by rule, all pairs\n" + by_rule.table(), "\n")
    if "--write" in sys.argv:
        counts = grounds.write((*MEASURE, *DEVELOP, *UNSEEN, *COUNTED), (*MANY, *FAITHFUL, *FRESH))
        _grounds(counts)
        _docstrings(counts, figures["the half kept for measuring"], by_rule)
    _facts()
    _by_kind(figures["unseen, only measured on"])
    _ablation(UNSEEN)
    _size()
    _speed(PAIRS + MORE + MEASURE)


def _facts() -> None:
    """Real summaries that people judged, where they lie: those of each article by severities counted without them."""
    rows = []
    counts = grounds.left_out()
    for article, source, summary, faithful, kinds in grounds.facts():
        with patch.object(severity, "measured", lambda own=counts[article]: own):
            findings = run.check_texts(source, summary).findings
        rows.append((faithful, kinds, {f.severity for f in findings if f.check in TRUTH}))
    if not rows:
        print("judged summaries: not at hand\n")
        return
    for name, marks in (("blocked", {Severity.BLOCK}), ("marked", {Severity.BLOCK, Severity.WARN})):
        seen, every = Counter[str](), Counter[str]()
        for faithful, kinds, found in rows:
            for kind in ("faithful", *()) if faithful else ("false", *kinds):
                every[kind] += 1
                seen[kind] += bool(found & marks)
        share = {kind: seen[kind] / n for kind, n in every.items()}
        balanced = (share["false"] + 1 - share["faithful"]) / 2
        told = ", ".join(f"{kind} {share[kind]:.1%} of {n}" for kind, n in sorted(every.items()))
        print(f"judged summaries {name}: balanced accuracy {100 * balanced:.1f}; {told}")
        if name == "marked":
            for other, reached in PUBLISHED.items():
                row("checks: balanced accuracy on judged summaries", 100 * balanced, reached, f"{other}, published")
    print()


def _grounds(counts: dict[str, tuple[int, int]]) -> None:
    print("grounds of findings on texts not used for the rules: right, wrong, what they may be")
    for ground, (right, wrong) in counts.items():
        most = allowed(*ground.rsplit(" ", 1))
        print(f"  {ground:<34}{right:>5}{wrong:>5}  {most.value if most else 'doubt'}")
    print()


def _by_kind(found: Figures) -> None:
    """Of each check what it sees of its kind on unseen pairs, and how often its findings were right when last counted.

    `data/precision.json` is the count; milliseconds by check stand at the end, under speed.
    """
    right, wrong = Counter[str](), Counter[str]()
    for ground, (good, bad) in severity.measured().items():
        check = ground.split(".")[0].split()[0]
        right[check] += good
        wrong[check] += bad
    print(f"{'by kind':<14}{'recall':>8}{'of':>6}{'precision':>11}{'of':>6}")
    for check in sorted({*found.total, *right, *wrong}):
        altered, told = found.total[check], right[check] + wrong[check]
        recall = f"{found.seen[check] / altered:.1%}" if altered else "-"
        precision = f"{right[check] / told:.1%}" if told else "-"
        print(f"{check:<14}{recall:>8}{altered:>6}{precision:>11}{told:>6}")
    print()


_MEASURED = re.compile(r"Measured \(`benchmarks/checks.py`\): .*?\n(?=\"\"\"|\n)", re.DOTALL)


def _docstrings(counts: dict[str, tuple[int, int]], half: Figures, by_rule: Figures) -> None:
    """The figures in each check's docstring, as measured just now."""
    for check in CHECKS:
        told = []
        if n := half.total[check]:
            seen, blocked = half.seen[check], half.blocked[check]
            told.append(f"{seen} of {n} alterations seen on the measuring half ({blocked} blocked)")
        if n := by_rule.total[check]:
            told.append(f"{by_rule.seen[check]} of {n} made by rule")
        some = [c for ground, c in counts.items() if ground.startswith(f"{check}.")]
        if some:
            right, wrong = (sum(c[i] for c in some) for i in (0, 1))
            told.append(f"on texts not used for it {right} findings right, {wrong} wrong")
        path = MODULES / f"{check}.py"
        words = textwrap.fill(f"Measured (`benchmarks/checks.py`): {'; '.join(told)}.", 118)
        text = path.read_text(encoding="utf8")
        path.write_text(_MEASURED.sub(f"{words}\n", text, count=1), encoding="utf8")


def _ablation(pairs: tuple[Pair, ...]) -> None:
    """What is lost on texts not used for the rules without one check, and without one kind of spot or operator."""

    def without(name: str, off: Iterable[str] = ()) -> None:
        figures = on_altered(((p, p.alterations) for p in pairs), off=list(off))
        blocked, warned = on_faithful(pairs)
        share = figures.share(figures.seen), figures.share(figures.blocked)
        print(f"  {name:<14}{share[0]:>8.1%}{share[1]:>8.1%}{blocked:>8.1%}{warned:>8.1%}")

    print("without one, on unseen pairs: marked, blocked; of faithful rewrites blocked, of their sentences warned")
    without("none off")
    for check in sorted(TRUTH):
        without(check, [check])
    plain = signals
    for kind in KINDS:

        def some(*given: object, kind: str = kind) -> list[object]:
            return [s for s in plain(*given) if s.kind != kind]  # type: ignore[arg-type]

        with patch.object(doubt, "signals", some):
            without(f"spot: {kind}")
    print()


def _size() -> None:
    """Words in lists and thresholds of the checks, now and at an earlier commit."""
    now = {p.name: p.read_text(encoding="utf8") for p in MODULES.glob("*.py")}
    print("list words and thresholds in the checks: {} and {}".format(*counted(now)))
    if "--against" in sys.argv:
        commit = sys.argv[sys.argv.index("--against") + 1]
        names = subprocess.run(
            ["git", "ls-tree", "--name-only", commit, "pipeline/checks/"], capture_output=True, text=True, check=True
        ).stdout.split()
        then = {
            n: subprocess.run(["git", "show", f"{commit}:{n}"], capture_output=True, text=True, check=True).stdout
            for n in names if n.endswith(".py")
        }  # fmt: skip
        print("at {}: {} and {}".format(commit, *counted(then)))
    print()


def counted(modules: dict[str, str]) -> tuple[int, int]:
    """Words that stand in lists, and numbers with a fraction, in some modules; docstrings aside."""
    words = thresholds = 0
    for text in modules.values():
        tree = ast.parse(text)
        said = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
                some = node.value.split()
                words += len(some) if len(some) > 3 and all(re.fullmatch(r"[\w'’.:-]+", w) for w in some) else 0
            thresholds += isinstance(node, ast.Constant) and isinstance(node.value, float)
    return words, thresholds


def _speed(pairs: tuple[Pair, ...], sizes: tuple[int, int] = (1200, 600), count: int = 40) -> None:
    """CPU time of pairs of the sizes, in words, put together from several; again with one sentence changed."""
    spent = dict.fromkeys(CHECKS, 0.0)

    def timed(check: Check) -> Callable[[Subject], Iterable[Finding]]:
        def one(subject: Subject) -> list[Finding]:
            start = time.process_time()
            found = list(check.run(subject))
            spent[check.name] += time.process_time() - start
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
    plain = dict(CHECKS)
    whole = changed = 0.0
    for source, rewrite in texts:
        run.check_texts(source, source)  # taken apart once and kept
        start = time.process_time()
        run.check_texts(source, rewrite)
        whole += time.process_time() - start
        start = time.process_time()
        run.check_texts(source, rewrite.replace(" the ", " that ", 1))
        changed += time.process_time() - start
    CHECKS.update({name: replace(check, run=timed(check)) for name, check in plain.items()})
    for source, rewrite in texts:
        run.check_texts(source, rewrite)
    CHECKS.update(plain)
    words = sum(len(r.split()) for _, r in texts) // count, sum(len(s.split()) for s, _ in texts) // count
    print(f"speed: {1000 * whole / count:.1f} ms of CPU a pair of {words[0]} words against {words[1]}")
    print(f"  with a sentence changed {1000 * changed / count:.1f} ms")
    for name, seconds in sorted(spent.items(), key=lambda item: -item[1]):
        print(f"  {name:<14}{1000 * seconds / count:>7.2f} ms")


if __name__ == "__main__":
    main()
