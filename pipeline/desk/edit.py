"""An editor's own words: checked at once, and kept as the story's next version. Every version stays."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.checks.catalogue import named
from pipeline.checks.run import check_draft, check_texts, finding_json, report_json, verdict_of
from pipeline.checks.selection import TOLD, of_selection
from pipeline.desk.actor import Actor
from pipeline.desk.acts import Case, open_case, record
from pipeline.desk.difference import sentences_changed
from pipeline.desk.review import Act, needs_words
from pipeline.desk.sentences import bounded, known_sentences, mends, with_known, with_sentence, with_terms_of
from pipeline.errors import NotAllowed, StaleVersion, StillBlocked, UsageError
from pipeline.inspection.accepted import Accepted, standing, with_accepted
from pipeline.inspection.house_style import HouseStyle
from pipeline.inspection.inspecting import accepted_of, size_up
from pipeline.inspection.judge import carried, due_in
from pipeline.model import CheckReport, Draft, DraftSentence, Finding, Judging, Kind, Severity
from pipeline.storage import stories
from pipeline.storage.database import Database, Session
from pipeline.storage.desk import visits
from pipeline.storage.desk.reviews import add_review, reviews_of
from pipeline.storage.tables import DraftRow, ReviewRow
from pipeline.text import number_sentences
from pipeline.writing.draft import from_json, parse_story, sentence_places, text_hash, to_json
from pipeline.writing.write import rendered

_OF_TRUTH, _NOT_OF_TRUTH = named(lambda check: check.of_truth), named(lambda check: not check.of_truth)
_SAYS_SO = "The page says so since it changed."
_NEVER_BLOCK = named(lambda check: not check.blocks)
"""Checks that are not asked of new sentences as mere text: only blocks count there, and these know none."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A wording as it would be kept, and what the checks say of it. `fresh` are its new sentences, 0-based."""

    draft: Draft
    text: str
    report: dict[str, Any]
    fresh: tuple[int, ...] = ()


def look_at(
    case: Case, draft: Draft, house: HouseStyle, accepted: Collection[Accepted], said: Collection[str] = ()
) -> Checked:
    """Check a wording against the story's source, storing nothing.

    Sentences of the current version keep their kind and evidence; new ones get what the rules find, except that
    the kind of those in `said` stays as the editor said, and that one which mends another keeps its evidence too.
    """
    article, glossary = case.article, house.glossary.plain_words()
    known = known_sentences(from_json(case.draft.content)) if case.draft else {}
    here = {s.text for s in draft.sentences()}
    gone = [s for text, s in known.items() if text not in here and s.evidence]
    known = {text: sentence for text, sentence in known.items() if text not in said}
    draft = with_known(draft, known)
    text = rendered(draft, case.material, house.language)
    fresh = tuple(i for i, s in enumerate(draft.sentences()) if s.text not in known)
    harder: list[Finding] = []
    if fresh:
        found = check_texts(
            case.material.text,
            text,
            published=article.published_at,
            glossary=glossary,
            off=_NEVER_BLOCK,
            settled=known,
            titles=case.material.titles,
        )
        found = _as_numbered(found, [s.number for s in case.material.every])
        by_text = {s.text: _bringing(s, gone) for s in found.sentences if s.text not in known}
        for sentence in draft.sentences():
            if sentence.text in said:
                evidence = by_text[sentence.text].evidence if sentence.text in by_text else ()
                kept = evidence if sentence.kind is Kind.FACT else ()
                by_text[sentence.text] = DraftSentence(sentence.text, sentence.kind, kept)
        draft = with_known(draft, by_text)
        mended = {s.text for s in found.sentences if s.text in by_text and s.evidence != by_text[s.text].evidence}
        harder = _of(found, fresh, draft, {*said, *mended})
    report = _with(report_json(_held_against(case, draft, text, house)), harder)
    report = _judged(case, _as_chosen(_as_pages_say(report, case, text, house), case, draft), draft, text, fresh, house)
    return Checked(draft, text, with_accepted(report, accepted), fresh)


def _as_pages_say(report: dict[str, Any], case: Case, text: str, house: HouseStyle) -> dict[str, Any]:
    """The report with a note for what a sentence was doubted for that rests on what a page says only since it changed,
    and is right by that: a correction by the page's new number is checked against that number."""
    if not case.text_now:
        return report
    now = check_texts(
        case.text_now,
        text,
        published=case.article.published_at,
        glossary=house.glossary.plain_words(),
        off=_NOT_OF_TRUTH,
    )
    known = set(case.source.values())
    new = {s.number for s in number_sentences(case.text_now) if s.text not in known}
    still = {(f.check, now.sentences[f.sentence].text) for f in now.findings if f.sentence is not None}
    resting = {s.text for s in now.sentences if new.intersection(s.evidence)}

    def held(finding: dict[str, Any]) -> dict[str, Any]:
        place, check = finding["sentence"], finding["check"]
        said = report["sentences"][place]["text"] if place is not None else ""
        if check not in _OF_TRUTH or said not in resting or (check, said) in still:
            return finding
        return {**finding, "severity": Severity.NOTE.value, "message": f"{finding['message']} {_SAYS_SO}"}

    findings = [held(finding) for finding in report["findings"]]
    return {**report, "findings": findings, "verdict": verdict_of({f["severity"] for f in findings}).value}


def _as_chosen(report: dict[str, Any], case: Case, draft: Draft) -> dict[str, Any]:
    """The report as of a draft no model wrote, while most of what it states stays as the source has it."""
    before = case.draft
    if before is None:
        return report
    told = any(finding["message"] == TOLD for finding in (before.report or {}).get("findings", []))
    own = set(case.source.values())
    facts = [sentence.text in own for sentence in draft.sentences() if sentence.kind is Kind.FACT]
    chosen = (before.writer == "extract" or told) and 2 * sum(facts) > len(facts)
    return of_selection(report) if chosen else report


def _as_numbered(found: CheckReport, numbers: Sequence[int]) -> CheckReport:
    """A report on the sources as one text with its evidence under the story's own numbers."""

    def known(evidence: Sequence[int]) -> tuple[int, ...]:
        return tuple(numbers[n - 1] for n in evidence if n <= len(numbers))

    return replace(
        found,
        findings=tuple(replace(f, evidence=known(f.evidence)) for f in found.findings),
        sentences=tuple(replace(s, evidence=known(s.evidence)) for s in found.sentences),
    )


def _judged(
    case: Case, report: dict[str, Any], draft: Draft, text: str, fresh: Collection[int], house: HouseStyle
) -> dict[str, Any]:
    """The report with what the judge said of the sentences that stay; the new ones wait for it."""
    before = (case.draft.report if case.draft else None) or {}
    return carried(before, report, sentence_places(draft, text), fresh if house.edits_judged else None)


def _held_against(case: Case, draft: Draft, text: str, house: HouseStyle) -> CheckReport:
    level = case.draft.level if case.draft else "standard"
    return check_draft(
        case.material.every,
        draft,
        text,
        published=case.article.published_at,
        glossary=house.glossary.plain_words(),
        most_words=house.most_words(level),
        grade=house.grade,
        reports=case.material.numbers,
        titles=case.material.titles,
        contradictions=case.material.contradictions,
        earlier=case.earlier,
    )


def _bringing(sentence: DraftSentence, gone: Sequence[DraftSentence]) -> DraftSentence:
    """A new sentence with the evidence of those it mends before what the rules found for it."""
    if sentence.kind is not Kind.FACT:
        return sentence
    kept = [n for old in gone if mends(sentence.text, old) for n in old.evidence]
    return replace(sentence, evidence=tuple(dict.fromkeys([*kept, *sentence.evidence])))


def _of(found: CheckReport, fresh: Collection[int], draft: Draft, said: Collection[str]) -> list[Finding]:
    """What the checks say of new sentences as mere text: they doubt it more than one that brings its evidence."""
    places = {s.text: i for i, s in enumerate(draft.sentences()) if i in set(fresh) and s.text not in said}
    kept = []
    for finding in found.findings:
        text = found.sentences[finding.sentence].text if finding.sentence is not None else None
        if text in places and finding.severity is Severity.BLOCK:
            kept.append(replace(finding, sentence=places[text]))
    return kept


def _with(report: dict[str, Any], more: Collection[Finding]) -> dict[str, Any]:
    known = {(f["check"], f["start"], f["end"], f["severity"]) for f in report["findings"]}
    extra = [f for f in more if (f.check, f.start, f.end, f.severity) not in known]
    if not extra:
        return report
    findings = [*report["findings"], *(finding_json(f) for f in extra)]
    findings.sort(key=lambda f: (-1 if f["sentence"] is None else f["sentence"], f["start"], f["check"]))
    return {**report, "findings": findings}


def edit_text(
    database: Database,
    story_id: int,
    text: str,
    *,
    by: Actor,
    house: HouseStyle,
    level: str = "standard",
    beside: str | None = None,
) -> DraftRow:
    """Keep an editor's whole text as the next version of a reading level. The source line stays the feed's.

    `beside` is the hash of the standard wording a simple version was shown beside. One that was made from an earlier
    wording counts as made from the current one when it is saved, changed or not.

    Raises UsageError when the text has not the story's parts, StaleVersion when another version than was shown or
    another standard wording than `beside` is current, NotAllowed from a state that can't be edited.
    """
    bounded(text)
    return _keep(
        database,
        story_id,
        lambda _draft: parse_story(text),
        by=by,
        house=house,
        place=visits.SIMPLE if level == "simple" else None,
        level=level,
        beside=beside,
    )


def edit_sentence(
    database: Database,
    story_id: int,
    place: int,
    text: str,
    *,
    by: Actor,
    house: HouseStyle,
    kind: Kind | None = None,
    evidence: tuple[int, ...] | None = None,
) -> DraftRow:
    """Keep other words for one sentence (0-based) as the next version; an empty text leaves the sentence out.

    `kind` and `evidence` are found by the rules unless given. Raises as `edit_text` does.
    """

    def change(draft: Draft) -> Draft:
        return with_sentence(draft, place, text, kind)

    return _keep(
        database,
        story_id,
        change,
        by=by,
        house=house,
        place=place,
        said=kind is not None,
        evidence=evidence,
    )


def go_back(
    database: Database,
    story_id: int,
    number: int,
    *,
    by: Actor,
    house: HouseStyle,
    beside: str | None = None,
) -> DraftRow:
    """Make another version's wording the next version of its reading level: undo and redo, with nothing lost.

    `beside` is the hash of the standard wording a simple version was shown beside; it counts as made from that.
    """
    with database.session() as session:
        old = stories.draft_numbered(session, story_id, number)
        case = open_case(session, story_id, old.level if old else "standard", edited=by.at)
        if old is None:
            raise UsageError(f"story {story_id} has no version {number}")
        if case.draft is None:
            raise NotAllowed(f"story {story_id} has no {old.level} version now to go back from")
        if number in (case.draft.number, case.draft.back_to):
            return case.draft
        _same_beside(session, case, beside)
        changed = _changed(from_json(case.draft.content), from_json(old.content))
        back = replace(by, reason=f"back to version {number}")
        record(session, case, Act.EDIT, by=back, about={"changed": changed} if changed else None)
        again = look_at(
            replace(case, draft=old),
            from_json(old.content),
            house,
            accepted_of(session, story_id),
        )
        row = _store(session, case, again, by, house, back_to=old.back_to or number)
    return _asked(row, house)


def _same_beside(session: Session, case: Case, beside: str | None) -> None:
    standard = stories.current_draft(session, case.story)
    if beside and standard is not None and standard.hash != beside:
        raise StaleVersion("the draft changed since the simple version was shown beside it; look at both again")


def correct(
    database: Database,
    story_id: int,
    text: str,
    *,
    by: Actor,
    house: HouseStyle,
    over: str = "",
) -> DraftRow:
    """Replace a published wording in public, with the reason readers are told. Approval moves to the new wording.

    Where a check blocks what is new in it, `over` says in one's own words why it is right all the same: each such
    finding is accepted with that, as in the review, and stays marked. Raises StillBlocked without it.
    """
    bounded(text)
    with database.session() as session:
        case = open_case(session, story_id, edited=by.at)
        if case.draft is None:
            raise NotAllowed("there is no draft to correct")
        if by.shown is not None and by.shown != case.draft.hash:
            raise StaleVersion("the draft changed since it was shown; look at it again")
        draft = with_terms_of(parse_story(text), from_json(case.draft.content))
        checked = look_at(case, draft, house, accepted_of(session, story_id))
        if checked.text == case.draft.text:
            raise UsageError("nothing was changed, so there is nothing to correct")
        report, taken = _taken_over(case.draft.report or {}, checked.report, by, over)
        row = _store(session, case, replace(checked, report=report), by, house)
        state = case.story.state
        for accepted in taken:
            about = {"story_id": story_id, "at": by.at, "who": by.name, "act": Act.CLEAR, "about": accepted.about}
            review = ReviewRow(**about, before=state, after=state, draft_hash=row.hash, reason=over.strip())
            add_review(session, review)
        saved = _saved(None, case.draft, _changed(from_json(case.draft.content), checked.draft))
        record(session, Case(case.story, row, case.article), Act.CORRECT, by=replace(by, shown=None), about=saved)
        case.story.approved_hash = row.hash
    return _asked(row, house)


def _taken_over(
    before: Mapping[str, Any], report: dict[str, Any], by: Actor, over: str
) -> tuple[dict[str, Any], list[Accepted]]:
    """The report with each block accepted that the public wording did not have, and what was accepted."""
    answered = [
        Accepted.of(before, place, who="", reason="")
        for place, finding in enumerate(before.get("findings", []))
        if finding["severity"] == Severity.BLOCK
    ]
    new = [
        place
        for place, finding in enumerate(report["findings"])
        if finding["severity"] == Severity.BLOCK
        and "accepted" not in finding
        and not any(old.holds(report, finding) for old in answered)
    ]
    if not new:
        return report, []
    if not over.strip():
        said = "; ".join(f"{f['check']}: {f['message']}" for f in (report["findings"][place] for place in new[:3]))
        more = f"; and {len(new) - 3} more" if len(new) > 3 else ""
        raise StillBlocked(f"a check blocks the corrected text ({said}{more}): fix it, or say why to publish it")
    needs_words(Act.CLEAR, over)
    taken = [Accepted.of(report, place, who=by.name, reason=over.strip()) for place in new]
    kept = [
        {**f, "accepted": {"who": by.name, "reason": over.strip()}} if place in new else f
        for place, f in enumerate(report["findings"])
    ]
    verdict = verdict_of({f["severity"] for f in standing(kept)}).value
    return {**report, "findings": kept, "verdict": verdict}, taken


def _keep(
    database: Database,
    story_id: int,
    change: Callable[[Draft], Draft],
    *,
    by: Actor,
    house: HouseStyle,
    place: int | None = None,
    said: bool = False,
    evidence: tuple[int, ...] | None = None,
    level: str = "standard",
    beside: str | None = None,
) -> DraftRow:
    with database.session() as session:
        case = open_case(session, story_id, level, edited=by.at)
        if case.draft is None:
            what = "simple version" if level == "simple" else "draft"
            raise NotAllowed(f"story {story_id} has no {what} to edit yet")
        standard = stories.current_draft(session, case.story)
        _same_beside(session, case, beside)
        earlier = from_json(case.draft.content)
        draft = with_terms_of(change(earlier), earlier)
        before = known_sentences(earlier)
        kinds = [s.text for s in draft.sentences() if s.text not in before or s.kind != before[s.text].kind]
        checked = look_at(case, draft, house, accepted_of(session, story_id), kinds if said else ())
        if evidence is not None:
            checked = _cited(case, checked, evidence, accepted_of(session, story_id), house)
        visits.drop_unsaved(session, story_id, by.name, place)
        late = level == "simple" and standard is not None and case.draft.basis != standard.hash
        if to_json(checked.draft) == case.draft.content and not late:
            return case.draft
        saved = _saved(place, case.draft, _changed(earlier, checked.draft))
        record(session, case, Act.EDIT, by=by, about=saved)
        row = _store(session, case, checked, by, house)
    return _asked(row, house)


def _asked(row: DraftRow, house: HouseStyle) -> DraftRow:
    """Have the judge asked about a version that was saved; nobody waits for what it says."""
    if row.judged == Judging.DUE and house.ask_judge is not None:
        house.ask_judge(row.id)
    return row


MOST_CHANGED = 3
"""Changed sentences a line of the history has words of; of the others it has the number."""


def _changed(before: Draft, after: Draft) -> list[dict[str, Any]]:
    """The sentences an edit changed, as a line of the history keeps them."""
    found = sentences_changed([s.text for s in before.sentences()], [s.text for s in after.sentences()])
    return [
        {"number": one.number, "old": one.old[:_LONGEST_SAID], "new": one.new[:_LONGEST_SAID]}
        if place < MOST_CHANGED
        else {"number": one.number}
        for place, one in enumerate(found)
    ]


_LONGEST_SAID = 600
"""Characters of a sentence a line of the history keeps."""


def _saved(place: int | None, draft: DraftRow, changed: list[dict[str, Any]]) -> dict[str, Any]:
    """What a save was of: which place (None for the whole text) of which version, and the sentences it changed."""
    saved: dict[str, Any] = {"place": visits.WHOLE if place is None else place, "on": draft.hash}
    return saved | ({"changed": changed} if changed else {})


def was_saved(session: Session, story_id: int, who: str, place: int, shown: str) -> bool:
    """Whether somebody saved this place of that version: what they typed there before comes too late to be kept."""
    saved = {"place": place, "on": shown}.items()
    reviews = reviews_of(session, story_id)
    return any(review.who == who and saved <= _flat(review.about).items() for review in reviews)


def _flat(about: dict[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (about or {}).items() if name in ("place", "on")}


def _cited(
    case: Case, checked: Checked, evidence: tuple[int, ...], accepted: Collection[Accepted], house: HouseStyle
) -> Checked:
    """The same with the editor's own evidence at the sentences they wrote; the checks verify it like a model's."""
    places = set(checked.fresh)
    cited = {
        s.text: DraftSentence(s.text, s.kind, evidence)
        for i, s in enumerate(checked.draft.sentences())
        if i in places and s.kind is Kind.FACT
    }
    draft = with_known(checked.draft, cited)
    report = _as_chosen(report_json(_held_against(case, draft, checked.text, house)), case, draft)
    report = _judged(case, report, draft, checked.text, checked.fresh, house)
    return Checked(draft, checked.text, with_accepted(report, accepted), checked.fresh)


def _store(
    session: Session,
    case: Case,
    checked: Checked,
    by: Actor,
    house: HouseStyle,
    back_to: int | None = None,
) -> DraftRow:
    row = stories.add_draft(
        session,
        case.story,
        DraftRow(
            author=by.name,
            writer="editor",
            content=to_json(checked.draft),
            text=checked.text,
            hash=text_hash(checked.text),
            created_at=by.at,
            check_verdict=checked.report["verdict"],
            report=checked.report,
            judged=_how_judged(checked.report),
            back_to=back_to,
            **_level(session, case),
        ),
    )
    if row.level == "standard":
        size_up(session, case.story, row, house.rules)
    return row


def _how_judged(report: Mapping[str, Any]) -> str:
    """How a version stands with the judge by what its report carries on."""
    said = report.get("judge", {})
    if due_in(report):
        return Judging.DUE
    if "not_judged" in said:
        return Judging.UNANSWERED
    return Judging.JUDGED if said.get("sentences") else ""


def _level(session: Session, case: Case) -> dict[str, Any]:
    """The reading level of what is edited; a simple version counts as made from the current standard wording."""
    current = stories.current_draft(session, case.story)
    if case.draft is None or case.draft.level == "standard" or current is None:
        return {}
    return {"level": case.draft.level, "basis": current.hash}
