"""How good a draft is against what its item asks for. Plain figures, the same every time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from pipeline.checks.analogy import has_comparison
from pipeline.checks.copying import copied_runs
from pipeline.checks.run import check_draft
from pipeline.evals.items import Item
from pipeline.glossary import Glossary
from pipeline.inspection.bank import explanations
from pipeline.model import Draft, Kind, Severity, SourceSentence
from pipeline.text import words
from pipeline.writing.draft import render

_RUN = 8
"""Words in a row from which a run counts as copied, as in the `copying` check."""


@dataclass(frozen=True)
class Score:
    """One item's figures. `problem` says why there is no draft; then the rest is empty.

    `found` counts blocks and warnings by check. `copied` is the share of words in runs of eight or more taken from
    the source. `seconds` is None for an answer that was paid for before; money is in millionths.
    """

    item: str
    problem: str = ""
    blocks: int = 0
    warnings: int = 0
    found: dict[str, int] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    unexplained: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    asked: tuple[int, int] = (0, 0)
    """How many things the item asks to contain and to explain."""
    analogies: int = 0
    grade: float = 0.0
    words: int = 0
    copied: float = 0.0
    cost_micro: int = 0
    seconds: float | None = None
    text: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Score:
        lists = {k: tuple(row.get(k, ())) for k in ("missing", "unexplained", "forbidden", "asked")}
        return cls(**{**row, **lists})


def score(
    item: Item, source: Sequence[SourceSentence], draft: Draft, glossary: Glossary, language: str = "en"
) -> Score:
    """Judge a draft by the checks and by what its item asks for."""
    text = render(draft, (item.feed,), language)
    moment = datetime.combine(item.published, datetime.min.time(), UTC) if item.published else None
    report = check_draft(source, draft, text, published=moment, glossary=glossary.plain_words())
    told = [f for f in report.findings if f.severity is not Severity.NOTE]
    return Score(
        item=item.id,
        blocks=sum(f.severity is Severity.BLOCK for f in told),
        warnings=sum(f.severity is Severity.WARN for f in told),
        found=dict(sorted(Counter(f.check for f in told).items())),
        missing=tuple(wanted for wanted in item.must_contain if not _says(text, wanted)),
        unexplained=tuple(term for term in item.must_explain if not _explains(draft, term)),
        forbidden=tuple(said for said in item.must_not_say if _says(text, said)),
        asked=(len(item.must_contain), len(item.must_explain)),
        analogies=sum(s.kind is Kind.ANALOGY or has_comparison(s.text) for s in draft.sentences()),
        grade=report.reading.grade,
        words=report.reading.words,
        copied=round(_copied(" ".join(s.text for s in source), draft), 3),
        text=text,
    )


def _says(text: str, wanted: str) -> bool:
    plain = _plain(text)
    return any(_plain(one) in plain for one in wanted.split(" | "))


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("’", "'").replace("“", '"').replace("”", '"').split())


def _explains(draft: Draft, term: str) -> bool:
    """Whether the paragraphs explain a term: in a sentence by its form, or in the draft's own list and its sentence."""
    name = term.lower()
    body = [s for paragraph in draft.paragraphs for s in paragraph]
    using = [s for s in body if name in s.text.lower()]
    if any(s.kind is Kind.DEFINITION for s in using):
        return True
    if any(name in e.term.lower() or e.term.lower() in name for s in using for e in explanations(s.text)):
        return True
    listed = [t for t in draft.terms if name in t.term.lower() or (t.term and t.term.lower() in name)]
    sentences = [{w.lower() for w in words(s.text)} for s in using]
    for entry in listed:
        wanted = {w.lower() for w in words(entry.plain) if len(w) > 3}
        if wanted and any(len(wanted & said) >= 0.6 * len(wanted) for said in sentences):
            return True
    return False


def _copied(source: str, draft: Draft) -> float:
    theirs = [w.lower() for w in words(source)]
    runs = {tuple(theirs[i : i + _RUN]) for i in range(len(theirs) - _RUN + 1)}
    total = taken = 0
    for sentence in draft.sentences():
        ours = [w.lower() for w in words(sentence.text)]
        total += len(ours)
        taken += sum(size for _, size in copied_runs(ours, runs))
    return taken / total if total else 0.0


@dataclass(frozen=True)
class Totals:
    """A table row: one prompt with one model over the whole set."""

    items: int
    drafts: int
    clean: int
    """Drafts without a block."""
    blocks: int
    warnings: int
    found: dict[str, int]
    contained: tuple[int, int]
    explained: tuple[int, int]
    forbidden: int
    with_analogy: int
    grade: float
    words: float
    copied: float
    cost_micro: int
    seconds: float | None


def totals(scores: Sequence[Score]) -> Totals:
    """Sums and means over a run; means are of the drafts that came."""
    drafts = [s for s in scores if not s.problem]
    timed = [s.seconds for s in scores if s.seconds is not None]
    count = max(1, len(drafts))
    found: Counter[str] = Counter()
    for one in drafts:
        found.update(one.found)
    return Totals(
        items=len(scores),
        drafts=len(drafts),
        clean=sum(s.blocks == 0 for s in drafts),
        blocks=sum(s.blocks for s in drafts),
        warnings=sum(s.warnings for s in drafts),
        found=dict(sorted(found.items())),
        contained=(sum(s.asked[0] - len(s.missing) for s in drafts), sum(s.asked[0] for s in scores)),
        explained=(sum(s.asked[1] - len(s.unexplained) for s in drafts), sum(s.asked[1] for s in scores)),
        forbidden=sum(len(s.forbidden) for s in drafts),
        with_analogy=sum(s.analogies > 0 for s in drafts),
        grade=round(sum(s.grade for s in drafts) / count, 1),
        words=round(sum(s.words for s in drafts) / count),
        copied=round(sum(s.copied for s in drafts) / count, 3),
        cost_micro=sum(s.cost_micro for s in scores),
        seconds=round(sum(timed) / len(timed), 1) if timed else None,
    )
