"""Whatever comes in, the checks answer, and every finding's place holds."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.checks.run import check_draft, check_texts, report_json
from pipeline.model import CheckReport, Draft, DraftSentence, Kind
from pipeline.text import number_sentences

from .pairs import PAIRS

_PIECES = st.sampled_from(
    [w for p in PAIRS for w in f"{p.source} {p.rewrite}".split(" ")]
    + ["\n", "In short:", "“", "(", "😀", "\u200b", "。"]
)
_TEXTS = st.one_of(st.text(max_size=300), st.lists(_PIECES, max_size=60).map(" ".join))


def holds(report: CheckReport, rewrite: str) -> None:
    for finding in report.findings:
        assert rewrite[finding.start : finding.end] == finding.text
        assert finding.sentence is None or 0 <= finding.sentence < len(report.sentences)
    json.dumps(report_json(report))


@settings(max_examples=200, deadline=None)
@given(_TEXTS, _TEXTS)
def test_texts_never_raise(source: str, rewrite: str) -> None:
    holds(check_texts(source, rewrite), rewrite)


@settings(max_examples=80, deadline=None)
@given(_TEXTS, st.lists(st.tuples(_TEXTS, st.sampled_from(Kind), st.lists(st.integers(-1, 9))), min_size=2, max_size=5))
def test_drafts_never_raise(source: str, parts: list[tuple[str, Kind, list[int]]]) -> None:
    sentences = [DraftSentence(t, k, tuple(e)) for t, k, e in parts]
    draft = Draft(sentences[0], sentences[1], (tuple(sentences[2:]),))
    body = " ".join(s.text for s in sentences[2:])
    rewrite = f"{sentences[0].text}\nIn short: {sentences[1].text}\n{body}\nSource: X"
    holds(check_draft(number_sentences(source), draft, rewrite), rewrite)


def test_odd_sizes() -> None:
    for text in ("", "😀", "a" * 1_000_000, "1," * 200_000):
        holds(check_texts(text, text), text)
        holds(check_texts("", text), text)
