"""A draft as text in the golden story's form, and as the JSON that is kept of it."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from pipeline.model import Draft, DraftSentence, Kind, Term

FIXED_WORDS = {
    "en": ("In short:", "Source:"),
    "de": ("Kurz gesagt:", "Quelle:"),
    "es": ("En resumen:", "Fuente:"),
    "fr": ("En bref :", "Source :"),
}


def render(draft: Draft, feed: str, language: str = "en") -> str:
    """The story, one block a line: dek, In short, paragraphs, source line."""
    in_short, source = FIXED_WORDS[language]
    summary = re.sub(rf"^{re.escape(in_short)}\s*", "", draft.in_short.text, flags=re.IGNORECASE)
    lines = [draft.dek.text, f"{in_short} {summary}"]
    lines += [" ".join(sentence.text for sentence in paragraph) for paragraph in draft.paragraphs]
    return "\n".join([*lines, f"{source} {feed}"])


def text_hash(text: str) -> str:
    """SHA-256 of a version's text: what approval binds to."""
    return hashlib.sha256(text.encode()).hexdigest()


def to_json(draft: Draft) -> dict[str, Any]:
    def sentence(s: DraftSentence) -> dict[str, Any]:
        return {"text": s.text, "kind": str(s.kind), "evidence": list(s.evidence)}

    return {
        "dek": sentence(draft.dek),
        "in_short": sentence(draft.in_short),
        "paragraphs": [{"sentences": [sentence(s) for s in paragraph]} for paragraph in draft.paragraphs],
        "terms": [{"term": t.term, "plain": t.plain, "where": t.where} for t in draft.terms],
    }


def from_json(content: dict[str, Any]) -> Draft:
    def sentence(s: dict[str, Any]) -> DraftSentence:
        return DraftSentence(s["text"], Kind(s.get("kind", Kind.FACT)), tuple(s["evidence"]))

    return Draft(
        dek=sentence(content["dek"]),
        in_short=sentence(content["in_short"]),
        paragraphs=tuple(tuple(map(sentence, p["sentences"])) for p in content["paragraphs"]),
        terms=tuple(Term(t["term"], t["plain"], t["where"]) for t in content["terms"]),
    )
