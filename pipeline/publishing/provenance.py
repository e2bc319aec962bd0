"""The record readers get with each story: its sources, how it was made, what each sentence rests on.

The AI Act's transparency rule (Regulation (EU) 2024/1689, Article 50) asks that text a model drafted be marked, for
people and in a form machines read; the second is `digital_source_type`, in the words of IPTC's list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Any, Literal

from pipeline.inspection.accepted import blocks_let_stand
from pipeline.languages.record import EditionWords
from pipeline.publishing.escape import plain, web_link
from pipeline.storage.publishing.making import Making, Origin
from pipeline.storage.tables import DraftRow

QUOTED = 12
"""Words of a source's sentence that are quoted: enough to find it, too few to do without the source."""
_IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"
SOURCE_TYPES = {
    "drafted": _IPTC + "compositeWithTrainedAlgorithmicMedia",
    "selected": _IPTC + "algorithmicMedia",
    "written": _IPTC + "digitalCreation",
}
"""Drafted by a model and worked on by people; chosen by a rule from what people wrote; written by people."""
SCHEMA_ORG = {
    SOURCE_TYPES["drafted"]: "https://schema.org/CompositeWithTrainedAlgorithmicMediaDigitalSource",
    SOURCE_TYPES["selected"]: "https://schema.org/AlgorithmicMediaDigitalSource",
}
"""The same in schema.org's words (its `IPTCDigitalSourceEnumeration`), which has none for what people write."""


def record_of(
    draft: DraftRow, making: Making, signed: Literal["role", "name"], simple: DraftRow | None = None
) -> dict[str, Any]:
    """The record as plain JSON values. `signed`: whether readers are told who approved it by name or by role.
    `simple` is the simple version that was approved with it.

    `accepted_blocks` are the checks that stopped a sentence, or the whole story, and that an editor overruled: by
    accepting their finding, or by approving this wording over them. The editors' reasons stay in the history.
    """
    made = "drafted" if making.model else "written" if draft.writer == "editor" and not _chosen(draft) else "selected"
    known = {number: words for origin in making.origins for number, words in origin.sentences.items()}
    report = draft.report or {}
    cited = _cited(draft)
    overruled = blocks_let_stand(report.get("findings", ()), over=draft.hash == making.approved_over)
    return {
        "made": made,
        "digital_source_type": SOURCE_TYPES[made],
        "model": making.model,
        "prompt": making.prompt,
        "judge": making.judge,
        "judge_thresholds": report.get("judge", {}).get("thresholds"),
        "edited": draft.writer == "editor",
        "approved_by": plain(making.approved_by if signed == "name" else making.role),
        "approved": making.approved_at.isoformat() if making.approved_at else None,
        "version": draft.number,
        "grade": report.get("reading", {}).get("grade"),
        "sources": [_source(origin, cited) for origin in making.origins],
        "accepted_blocks": overruled.get(None, []),
        "simple_accepted_blocks": _overruled_in(simple) if simple is not None else [],
        "sentences": [
            _sentence(s, known, overruled.get(place, [])) for place, s in enumerate(report.get("sentences", ()))
        ],
    }


def _overruled_in(simple: DraftRow) -> list[str]:
    """The checks an editor overruled in an approved simple version: each block there is one let stand."""
    found = blocks_let_stand((simple.report or {}).get("findings", ()), over=True)
    return list(dict.fromkeys(check for checks in found.values() for check in checks))


def _chosen(draft: DraftRow) -> bool:
    """Whether an editor's version has sentences that rest on the source, as those a rule selected do."""
    sentences = (draft.report or {}).get("sentences", ())
    return any(s.get("evidence") for s in sentences)


def used_feeds(draft: DraftRow, making: Making) -> list[str]:
    """The feeds a draft rests on, the lead's first, as they stand in its record."""
    return source_names({"sources": [_source(origin, _cited(draft)) for origin in making.origins]})


def _cited(draft: DraftRow) -> set[int]:
    return {number for s in (draft.report or {}).get("sentences", ()) for number in s["evidence"]}


def source_names(record: Mapping[str, Any]) -> list[str]:
    """The feeds a story rests on, the lead's first; none in a record from before that was kept."""
    used = [source for source in record.get("sources", ()) if source.get("used")]
    return list(dict.fromkeys(source["name"] for source in sorted(used, key=lambda source: not source["lead"])))


def _source(origin: Origin, cited: Set[int]) -> dict[str, Any]:
    return {
        "name": plain(origin.feed),
        "title": plain(origin.title),
        "link": web_link(origin.link),
        "author": plain(origin.byline),
        "published": origin.published.isoformat() if origin.published else None,
        "lead": origin.lead,
        "used": origin.lead or bool(cited & origin.sentences.keys()),
    }


def _sentence(sentence: Mapping[str, Any], known: Mapping[int, str], overruled: Sequence[str]) -> dict[str, Any]:
    return {
        "text": sentence["text"],
        "kind": sentence["kind"],
        "evidence": [{"number": number, "quote": _quoted(known.get(number, ""))} for number in sentence["evidence"]],
        "accepted_blocks": list(overruled),
    }


def _quoted(sentence: str) -> str:
    words = plain(sentence).split()
    return " ".join(words[:QUOTED]) + (" …" if len(words) > QUOTED else "")


def made_line(record: Mapping[str, Any], words: EditionWords) -> str:
    """One line that says how a story was made and who answers for it; "" for one from before records were kept."""
    if not record:
        return ""
    who = _person(record.get("approved_by") or "", words)
    line = {"drafted": words.drafted, "selected": words.selected}.get(record["made"], words.written)
    return line.format(model=record.get("model") or "?", who=who)


def _person(who: str, words: EditionWords) -> str:
    return words.an_editor if who in ("", "editor", "chief", "admin") else who


def authors(record: Mapping[str, Any]) -> Sequence[str]:
    """Who wrote the articles a story rests on."""
    return [source["author"] for source in record.get("sources", ()) if source["author"]]
