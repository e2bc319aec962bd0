"""The writer without a model: it selects the source's own sentences and explains known terms from the glossary.

It says so in the story itself: nobody shall take it for a rewrite.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pipeline.glossary import Glossary
from pipeline.model import Draft, DraftSentence, Kind, SourceSentence, Term
from pipeline.text import words
from pipeline.writing.form import FORMS

PARAGRAPHS, SENTENCES_EACH, TERMS = 3, 2, 4
CLOSINGS = {
    "en": ("a plain selection is no rewrite.", "No model wrote this draft: its sentences are the source's own."),
    "de": (
        "eine bloße Auswahl keine Nacherzählung ist.",
        "Kein Modell hat diesen Entwurf geschrieben: Seine Sätze sind die der Quelle.",
    ),
    "es": (
        "una simple selección no es volver a contar.",
        "Ningún modelo escribió este borrador: sus frases son las de la fuente.",
    ),
    "fr": (
        "choisir des phrases n'est pas raconter.",
        "Aucun modèle n'a écrit ce brouillon : ses phrases sont celles de la source.",
    ),
}
"""What each such draft ends with, after the reminder's fixed words."""


def extract_draft(sentences: Sequence[SourceSentence], glossary: Glossary, language: str = "en") -> Draft:
    """Choose the opening and the sentences that carry most of the article's frequent words, in reading order.

    Terms are explained in English only: the bundled glossary is English. Expects at least one sentence.
    """
    opening = sentences[0]
    weights = Counter(w.lower() for s in sentences for w in set(words(s.text)) if len(w) > 3)
    ranked = sorted(sentences[1:], key=lambda s: (-_weight(s, weights), s.number))
    chosen = sorted(ranked[: PARAGRAPHS * SENTENCES_EACH], key=lambda s: s.number)
    summary = ranked[0] if ranked else opening
    terms = glossary.used_in(" ".join(s.text for s in [opening, *chosen]))[:TERMS] if language == "en" else []
    body = [tuple(map(_fact, chosen[i : i + SENTENCES_EACH])) for i in range(0, len(chosen), SENTENCES_EACH)]
    if terms:
        explained = [DraftSentence(f"“{t.term}” here means {t.plain}.", Kind.DEFINITION) for t in terms]
        explained += [
            DraftSentence(f"Think of it this way: {t.analogy.rstrip('.')}.", Kind.ANALOGY) for t in terms if t.analogy
        ][:1]
        body.append(tuple(explained))
    reminder, said = CLOSINGS[language]
    closing = (f"{FORMS[language].reminder} {reminder}", said)
    body.append(tuple(DraftSentence(line, Kind.TAKEAWAY) for line in closing))
    return Draft(
        dek=_fact(opening),
        in_short=_fact(summary),
        paragraphs=tuple(body),
        terms=tuple(Term(t.term, t.plain) for t in terms),
    )


def _fact(sentence: SourceSentence) -> DraftSentence:
    return DraftSentence(sentence.text, Kind.FACT, (sentence.number,))


def _weight(sentence: SourceSentence, weights: Counter[str]) -> float:
    found = [weights[w.lower()] for w in words(sentence.text) if len(w) > 3]
    return sum(found) / (len(found) + 6) if 6 <= len(found) <= 40 else 0.0
