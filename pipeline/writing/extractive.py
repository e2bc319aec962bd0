"""The writer without a model: it selects the source's own sentences and explains known terms from the glossary.

That no model wrote the draft is told where it belongs: to editors by the draft's writer and a note of the checks, to
readers by the story's record. The text itself is the source's, but for what the house says of its terms.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from pipeline.glossary import Glossary, GlossaryTerm
from pipeline.languages import all_languages, language_record
from pipeline.languages.record import StoryWords
from pipeline.model import Draft, DraftSentence, Kind, SourceSentence, Term
from pipeline.text import words

PARAGRAPHS, SENTENCES_EACH, TERMS = 3, 2, 4
_FIRST = 4
"""First words of a summary that must not lean: it stands alone."""
FEWEST, MOST = 6, 40
"""Words of a sentence that is chosen where there are others."""

_WHOLE = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")
_FOREIGN = re.compile(r"https?:|www\.|\S@\S|(?:^|\W)[@#]\w|[<>{}|\\]|\[[^\]]*\]|\*\*|\w=(?:\W|\w|$)|(?:^|\s)\.[A-Z]{2}")
"""What is no prose: addresses, handles, markup, a table's cells, a ticker's codes."""
_LISTED = re.compile(r"^(?:[-–—•*·▪]\s|\(?\d{1,2}[.)]\s|[QAFR][:.]\s)")
"""What begins a point of a list, or a question and its answer: it stands in a row that is left out."""
_ASKED = re.compile(r"[?？][\"'”’»)\]]*$")
_ASIDE = re.compile("|".join(one.reading.aside for one in all_languages()), re.IGNORECASE)
_REFERRING = re.compile("|".join(one.reading.referring for one in all_languages()), re.IGNORECASE)
"""What speaks of something an earlier sentence named: "these accusations"."""
_PRONOUNS = re.compile(rf"\b(?:{'|'.join(one.reading.pronouns for one in all_languages())})\b", re.IGNORECASE)
_NAMED = re.compile(r"[A-ZÀ-Þ]\w+")
LIKE = 0.8
"""The share of the shorter one's words from which on a sentence says what another said already."""
_SPOKEN = re.compile(r"[\"“„«][^\"”“»]*[.!?…,]?[\"”“»][.!?…]?")
"""A quotation and nothing else: who speaks stands before it."""
_LEANING = frozenset().union(*(one.reading.leaning for one in all_languages()))
"""What a sentence begins with that leans on the one before."""
_DATELINE = re.compile(
    r"^(?:[A-ZÀ-Þ][A-ZÀ-Þ .'’-]{2,30}(?:, [A-Z][\w. ]{1,30})?\s*(?:\((?:[A-Z][\w ]{1,20})\)\s*)?"
    r"|\((?:Reuters|AP|AFP|dpa|UPI|PTI|ANI|EFE|CNN|IANS)\)\s*)(?:[—–-]+|:)\s*(?=\S)"
)


def extract_draft(
    sentences: Sequence[SourceSentence], glossary: Glossary, language: str = "en", spelling: str = "british"
) -> Draft:
    """Choose the opening and the sentences that carry most of the article's frequent words, in reading order.

    Only whole sentences are chosen that can be read where they stand: with both their quotation marks, without
    addresses and markup, and none that leans on a sentence left out. The one that says most is the summary, and stands
    there alone. A term is explained where the glossary has it in this language. Expects at least one sentence.
    """
    usable = [s for s in sentences if _is_usable(s.text)] or list(sentences)
    openings = [s for s in usable if _fits(s) and not _leans(s)]
    alone = (s for s in openings if not _refers(s.text) and not _is_quoted(s.text))
    opening = next(alone, next(iter(openings), usable[0]))
    weights = Counter(w.lower() for s in sentences for w in set(words(s.text)) if len(w) > 3)
    others = [s for s in usable if s.text != opening.text]
    ranked = sorted(others, key=lambda s: (-_weight(s, weights), s.number))
    others = [s for s in ranked if not _is_said(s.text, [opening.text])]
    summaries = [s for s in others if _fits(s) and not _leans(s, _FIRST) and not _is_quoted(s.text)]
    summary = next((s for s in summaries if not _refers(s.text)), next(iter(summaries), None))
    summary = summary or next(iter([*others, *ranked]), opening)
    chosen = _chosen([s for s in ranked if s is not summary], [opening, summary])
    body = [tuple(map(_fact, chosen[i : i + SENTENCES_EACH])) for i in range(0, len(chosen), SENTENCES_EACH)]
    fixed = language_record(language).story
    terms = list(_explained([opening, summary, *chosen], glossary, language, spelling))
    if terms:
        body.append(tuple(_explanations(terms, fixed)))
    closing = f"{fixed.reminder} {fixed.closing}"
    body.append((DraftSentence(closing, Kind.TAKEAWAY),))
    return Draft(
        dek=DraftSentence(_spaced(_DATELINE.sub("", opening.text)), Kind.FACT, (opening.number,)),
        in_short=_fact(summary),
        paragraphs=tuple(body),
        terms=tuple(Term(name, plain) for name, plain, _ in terms),
    )


def _chosen(ranked: Sequence[SourceSentence], before: Sequence[SourceSentence]) -> list[SourceSentence]:
    """The best of the sentences, in reading order; one that leans on another only behind it, none said already."""
    wanted, there = PARAGRAPHS * SENTENCES_EACH, {s.number for s in before}
    chosen: list[SourceSentence] = []
    seen = [s.text for s in before]
    for fitting in (True, False):
        for sentence in ranked:
            if len(chosen) == wanted or (not fitting and chosen):
                break
            leans = _leans(sentence) and sentence.number - 1 not in there
            if (
                sentence.number in there
                or _is_said(sentence.text, seen)
                or (fitting and (leans or not _fits(sentence)))
            ):
                continue
            chosen.append(sentence)
            there.add(sentence.number)
            seen.append(sentence.text)
    return sorted(chosen, key=lambda s: s.number)


def _explained(
    sentences: Sequence[SourceSentence], glossary: Glossary, language: str, spelling: str
) -> Iterator[tuple[str, str, str]]:
    """Terms as the text names them, what each means, and its picture; in the newsroom's spelling."""
    text = " ".join(s.text for s in sentences)
    known = [
        term
        for term in glossary.used_in(text)
        if term.language in ("", language) and any(_stands(term, s.text) for s in sentences)
    ]
    for term in known[:TERMS]:
        yield _named(term, text), _spelled(term.plain, language, spelling), _spelled(term.analogy, language, spelling)


def _stands(term: GlossaryTerm, sentence: str) -> bool:
    """Whether a term stands in a sentence by itself and in its own sense: the chip of "blue-chip" is none, nor is a
    potato's."""
    alone = rf"(?<![\w-])(?:{'|'.join(map(re.escape, term.names))})(?![\w-])"
    found = [m.group() for m in re.finditer(alone, sentence, re.IGNORECASE)]
    if not any(not said.islower() or said in term.in_small_letters for said in found):
        return False
    rest = re.sub(alone, " ", sentence, count=1, flags=re.IGNORECASE)
    return not term.beside or any(_begins(word, rest) for word in term.beside)


def _begins(word: str, text: str) -> bool:
    """Whether a word of a text begins so; one in capitals stands as it is."""
    if word.isupper():
        return re.search(rf"(?<![\w-]){re.escape(word)}(?!\w)", text) is not None
    return re.search(rf"(?<![\w-]){re.escape(word)}", text, re.IGNORECASE) is not None


def _explanations(terms: Sequence[tuple[str, str, str]], fixed: StoryWords) -> Iterator[DraftSentence]:
    """What the terms mean, with one picture, right behind the term it is of."""
    pictured = next((name for name, _, picture in terms if picture), None)
    for name, plain, picture in terms:
        yield DraftSentence(fixed.means.format(name=name, plain=plain), Kind.DEFINITION)
        if name == pictured:
            yield DraftSentence(fixed.pictured.format(picture=picture.rstrip(".")), Kind.ANALOGY)


def _named(term: GlossaryTerm, text: str) -> str:
    """The name a text uses for a term, with its capitals; a capital that only begins a sentence is none."""
    names = sorted(term.names, key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)", re.IGNORECASE)
    found = [match.group() for match in pattern.finditer(text)]
    written = next((name for name in names if found and name.lower() == found[0].lower()), term.term)
    if _bent(written, term.term):
        return term.term
    # What it means is said of one of them.
    one = next((name for name in names if f"{name}s".lower() == written.lower()), None)
    if one is not None:
        return one if written.islower() or not one.islower() else written[:-1]
    same = [one for one in found if one.lower() == written.lower()]
    if not same or written in same or any(one[1:] == one[1:].lower() for one in same):
        return written
    return same[0]


_ENDINGS = re.compile(r"(?:ed|ing|ly|able|ible)$")


def _bent(name: str, term: str) -> bool:
    """Whether a name is another form of its term, which the term's meaning does not fit: "extradited", "plea deal"."""
    first, low, whole = name.lower().split()[0], name.lower(), term.lower()
    if low == whole or first[:4] != whole[:4]:
        return low != whole and low.endswith(f" {whole}")
    return bool(_ENDINGS.search(first)) or whole.startswith(low) or (" " in low and first.startswith(whole))


def _spelled(text: str, language: str, spelling: str) -> str:
    """The bundled glossary's words in the newsroom's spelling, where its language has several."""
    spelt = language_record(language).spellings.get(spelling)
    if spelt is None or not spelt.otherwise:
        return text

    def otherwise(found: re.Match[str]) -> str:
        word = spelt.otherwise[found[1].lower()]
        return word.capitalize() if found[1][0].isupper() else word

    pattern = rf"\b({'|'.join(spelt.otherwise)})(?=(?:s|d|rs|ful|ing)?\b)"
    return re.sub(pattern, otherwise, text, flags=re.IGNORECASE)


def _is_usable(text: str) -> bool:
    """Whether a sentence is whole prose that tells something: not a headline, half of a quotation, a point of a list, a
    question, an address, or what a site says to its readers."""
    told = not any(pattern.search(text) for pattern in (_FOREIGN, _LISTED, _ASKED, _ASIDE))
    return told and _WHOLE.search(text) is not None and _is_balanced(text)


def _is_said(text: str, before: Sequence[str]) -> bool:
    """Whether one of the sentences before says the same, in nearly the same words."""
    own = {w.lower() for w in words(text)}
    for other in before:
        theirs = {w.lower() for w in words(other)}
        if text == other or len(own & theirs) >= LIKE * max(3, min(len(own), len(theirs))):
            return True
    return False


def _is_balanced(text: str) -> bool:
    """Whether what a sentence opens it closes: quotation marks, brackets."""
    if text.count('"') % 2 or text.count("“") != text.count("”") or text.count("«") != text.count("»"):
        return not (text.count('"') % 2) and "„" in text and text.count("„") == text.count("“") + text.count("”")
    return text.count("(") == text.count(")")


def _is_quoted(text: str) -> bool:
    return text[0] in "\"“„«‘'"


def _leans(sentence: SourceSentence, looked_at: int = 1) -> bool:
    """Whether a sentence leans on the one before, by its first words."""
    first = [word.lower() for word in words(sentence.text[:80])[:looked_at]]
    if _SPOKEN.fullmatch(sentence.text):
        return True
    whole = sentence.text.lstrip("\"“„«‘'(")[:1]
    return not first or not _LEANING.isdisjoint(first) or not (whole.isupper() or whole.isdigit())


def _refers(text: str) -> bool:
    """Whether a sentence speaks of somebody or something that an earlier one named: "he said", "these accusations"."""
    if _REFERRING.search(text):
        return True
    spoken = _PRONOUNS.search(text)
    return spoken is not None and not _NAMED.search(text[1 : spoken.start()])


def _fits(sentence: SourceSentence) -> bool:
    return FEWEST <= len(sentence.text.split()) <= MOST


def _fact(sentence: SourceSentence) -> DraftSentence:
    return DraftSentence(_spaced(sentence.text), Kind.FACT, (sentence.number,))


def _spaced(text: str) -> str:
    """No blank before a comma or a full stop, as a page's markup leaves it."""
    return re.sub(r"(?<=\w) +([,.])(?=\s|$)", r"\1", text)


def _weight(sentence: SourceSentence, weights: Counter[str]) -> float:
    found = [weights[w.lower()] for w in words(sentence.text) if len(w) > 3]
    return sum(found) / (len(found) + 6) if found else 0.0
