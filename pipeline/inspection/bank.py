"""The bank of explanations: what the glossary lacks, judged by what drafts use and editors write."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.checks.analysis import take_apart
from pipeline.checks.jargon import FAMILIAR, is_hard
from pipeline.checks.lexicon import STOP
from pipeline.glossary import Glossary, GlossaryTerm
from pipeline.languages import all_languages
from pipeline.model import Draft

_LONGEST = 20
"""Words of an explanation that still fits into a sentence."""
_CLAUSE_END = re.compile(r"[,.;:!?()“”\"]")
_NAME_WORDS = 3
_LIKE = "|".join(one.reading.like for one in all_languages())
_EXPLAINED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        *(one.reading.explained for one in all_languages()),
        rf"(?<=\w) \((?!(?:{_LIKE})\b)(?P<inside>[^()]{{8,160}})\)",
    )
)
"""What leads from a term to its explanation in every language, which is `plain`, or `inside` brackets."""
_LITTLE = STOP.union(*(one.reading.little for one in all_languages()))
"""What a term does not begin with."""


@dataclass(frozen=True, slots=True)
class Explained:
    """A term as somebody explained it in a sentence."""

    term: str
    plain: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A term the glossary lacks. `by` says whose explanation `plain` is: `editor`, `model`, or "" for none."""

    term: str
    stories: int
    plain: str
    by: str


@dataclass(frozen=True, slots=True)
class BankVersion:
    """What the bank looks at of a draft: its story, the draft, the hard words left unexplained, and what was before."""

    story: int
    draft: Draft
    unexplained: tuple[str, ...] = ()
    edited_from: Draft | None = None


def explanations(sentence: str) -> Iterator[Explained]:
    """The explanations inside a sentence: "facial recognition, which is software that …". A guess at most."""
    seen: set[str] = set()
    for match in (found for pattern in _EXPLAINED for found in pattern.finditer(sentence)):
        before = _CLAUSE_END.split(sentence[: match.start()].rstrip('”"'))[-1]
        inside, plain = "inside" in match.groupdict(), match.group(1)
        if plain in seen:
            continue  # another language's words for the same
        seen.add(plain)
        term = before.split()[-1] if inside and before.split() else _ending(before)
        names = all(word[:1].isupper() or word.lower() in STOP for word in plain.split())
        if term and len(plain.split()) >= 3 and not names and not re.search(r"\d", plain):
            yield Explained(term.strip("“”\"' "), plain.strip())


def _ending(words: str) -> str:
    """The term that words before an explanation end with: at most three words, none of them a little one."""
    found: list[str] = []
    for word in reversed(words.split()):
        if word.lower() in _LITTLE or len(found) == _NAME_WORDS:
            break
        found.insert(0, word)
    return " ".join(found)


def offers(versions: Iterable[BankVersion], glossary: Glossary, least: int = 2) -> list[Offer]:
    """What to take into the glossary: what editors explained first, then what at least `least` stories use.

    Editors' words win over a model's, and of several the most frequent one is offered.
    """
    used: defaultdict[str, set[int]] = defaultdict(set)
    shown: dict[str, str] = {}
    said: dict[str, defaultdict[str, Counter[str]]] = {
        "editor": defaultdict(Counter),
        "model": defaultdict(Counter),
    }

    def meet(term: str, story: int) -> str:
        key = term.lower()
        used[key].add(story)
        shown.setdefault(key, term)
        return key

    for version in versions:
        if version.edited_from is not None:
            before = {s.text for s in version.edited_from.sentences()}
            told = {e.term.lower() for s in version.edited_from.sentences() for e in explanations(s.text)}
            for sentence in version.draft.sentences():
                for found in explanations(sentence.text) if sentence.text not in before else ():
                    if found.term.lower() not in told and not glossary.find(found.term):
                        said["editor"][meet(found.term, version.story)][found.plain] += 1
        else:
            for term in version.draft.terms:
                if term.term and not glossary.find(term.term):
                    said["model"][meet(term.term, version.story)][term.plain] += 1
        for word in version.unexplained:
            if not glossary.find(word) and word.lower() not in FAMILIAR:
                meet(word, version.story)
    made = [_offer(key, shown[key], len(stories), said) for key, stories in used.items()]
    made = [offer for offer in made if offer.by == "editor" or offer.stories >= least]
    return sorted(made, key=lambda o: (o.by != "editor", -o.stories, o.term.lower()))


def _offer(key: str, term: str, stories: int, said: dict[str, defaultdict[str, Counter[str]]]) -> Offer:
    for by in ("editor", "model"):
        if said[by].get(key):
            return Offer(term, stories, said[by][key].most_common(1)[0][0], by)
    return Offer(term, stories, "", "")


def weaknesses(terms: Sequence[GlossaryTerm]) -> list[str]:
    """What is wrong with explanations that are sound as data: each line names the term and what to do."""
    names = {name.lower() for term in terms for name in term.names}
    found: list[str] = []
    for term in terms:
        count = len(term.plain.split())
        if count > _LONGEST:
            found.append(f"{term.term}: the explanation has {count} words; keep it to {_LONGEST}")
        if re.search(rf"(?<!\w){re.escape(term.term)}(?!\w)", term.plain, re.IGNORECASE):
            found.append(f"{term.term}: the explanation uses the word itself")
        if re.match(r"(?:it|this|is|are|means)\b", term.plain, re.IGNORECASE) or term.plain.endswith("."):
            found.append(f"{term.term}: word the explanation to follow a comma, without a full stop")
        hard = [t.text for t in take_apart(term.plain, 0, 0).tokens if is_hard(t) and t.lower not in names]
        if hard:
            found.append(f"{term.term}: the explanation uses a hard word: {', '.join(hard)}")
        if term.analogy and not re.match(r"(?:like|as if|as when|just as)\b", term.analogy):
            found.append(f"{term.term}: the analogy should begin with 'like' or 'as if'")
        if re.search(r"\d", term.analogy):
            found.append(f"{term.term}: the analogy holds a figure; it should hold no fact")
    return found
