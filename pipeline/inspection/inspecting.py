"""The checking stage: a draft nobody checked gets its report, and its story goes to repair or to the editor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pipeline.checks.beyond import Earlier
from pipeline.checks.run import Pair, mendable, not_done, report_json, report_on
from pipeline.checks.selection import of_selection
from pipeline.glossary import Glossary
from pipeline.inspection import risk
from pipeline.inspection.accepted import Accepted, cleared, with_accepted
from pipeline.inspection.bank import BankVersion, Offer, offers
from pipeline.inspection.house_style import HouseStyle
from pipeline.inspection.judge import differ, waiting
from pipeline.model import CheckVerdict, Judging, Severity, StoryState
from pipeline.processes import Processes, TooLong
from pipeline.settings import Desk
from pipeline.storage import stories
from pipeline.storage.database import Database, Session
from pipeline.storage.desk.reviews import reviews_of
from pipeline.storage.tables import ArticleRow, DraftRow, StoryRow
from pipeline.stories.material import Material
from pipeline.writing.draft import from_json
from pipeline.writing.prompts import purpose_of
from pipeline.writing.write import material_for

LATELY = timedelta(days=28)
"""How long a headline and an In short are not to be said again."""
WITHOUT_JUDGE = ("extract", "editor")
"""Who writes what no judge is asked about: rules that select sentences, and people."""


def pair_of(
    article: ArticleRow, material: Material, draft: DraftRow, house: HouseStyle, earlier: Sequence[Earlier] = ()
) -> Pair:
    most, grade = (house.most_words(draft.level), house.grade) if draft.writer != "extract" else (None, None)
    return Pair(
        material.every,
        from_json(draft.content),
        draft.text,
        article.published_at,
        most,
        material.numbers,
        material.titles,
        material.contradictions,
        tuple(earlier),
        grade,
    )


def told_before(session: Session, story: StoryRow, now: datetime) -> tuple[Earlier, ...]:
    """What the newsroom told in its other stories in the weeks before this one, which is told now or was already."""
    when = story.public_at or now
    return tuple(Earlier(*one) for one in stories.told_lately(session, story.id, when - LATELY, when))


def accepted_of(session: Session, story_id: int) -> list[Accepted]:
    """What editors accepted in a story's drafts so far and did not reopen."""
    found: list[Accepted] = []
    for row in reviews_of(session, story_id):
        if row.about and "check" in row.about:
            accepted = Accepted.kept(row.about, who=row.who, reason=row.reason)
            found = [other for other in found if not other.same(accepted)]
            if row.act != "unaccept":
                found.append(accepted)
    return found


def size_up(session: Session, story: StoryRow, draft: DraftRow, rules: Desk) -> None:
    """Write down how risky a checked draft is, so that the queue is an index and not a computation."""
    story.sensitive = risk.sensitive_word(f"{story.title} {draft.text}", story.topics, rules.sensitive)
    told = stories.told_by(session, story.id)
    story.sources = len({feed for feed, _ in told})
    word = risk.named_in(f"{story.title} {draft.text}", (*story.topics, story.source_name), rules.breaking)
    fresh = risk.is_fresh(story.published_at, draft.created_at, rules.breaking_hours)
    story.breaking = fresh and (bool(word) or risk.at_once(told))
    recount(story, draft)


def recount(story: StoryRow, draft: DraftRow) -> None:
    """The same after findings alone have changed."""
    findings = (draft.report or {}).get("findings", [])
    story.blocks, story.warnings = risk.count(findings)
    story.wrong, story.cleared = " ".join(risk.wrong(findings)), len(cleared(findings))
    story.words = (draft.report or {}).get("reading", {}).get("words", 0)
    story.differs = bool(differ(draft.report)) if draft.report else False
    doubt = risk.doubt(draft.report or {})
    size = risk.Risk(story.blocks, story.warnings, story.sensitive, story.breaking, story.sources, doubt)
    story.queue_place = -size.score


def check_story_draft(database: Database, draft_id: int, house: HouseStyle, now: datetime) -> str:
    """Check a draft: `pass`, `warn`, `block`, `repair` (sent back once) or `nothing`."""
    pair = _unchecked(database, draft_id, house)
    if pair is None:
        return "nothing"
    return _write_down(database, draft_id, report_on(pair, house.glossary.plain_words()), now, house)


async def check_apart(apart: Processes, database: Database, draft_id: int, house: HouseStyle, now: datetime) -> str:
    """The same with the reckoning in another process: answers and editors that come meanwhile wait for nothing."""
    pair = _unchecked(database, draft_id, house)
    if pair is None:
        return "nothing"
    try:
        found = await apart.do(report_on, pair, house.glossary.plain_words())
    except TooLong as error:
        found = report_json(not_done(f"The checks did not finish ({error}): check every sentence by eye."))
    return _write_down(database, draft_id, found, now, house)


def _unchecked(database: Database, draft_id: int, house: HouseStyle) -> Pair | None:
    with database.reading() as session:
        draft = stories.get_draft(session, draft_id)
        if draft.check_verdict is not None:
            return None
        story = stories.get_story(session, draft.story_id)
        assert story is not None, "stories are never deleted"
        earlier = told_before(session, story, draft.created_at)
        return pair_of(stories.lead_article(session, story.id), material_for(session, story), draft, house, earlier)


def _write_down(database: Database, draft_id: int, found: dict[str, Any], now: datetime, house: HouseStyle) -> str:
    """Keep a draft's report, and move its story on unless the judge has the next word: then it is `judging`."""
    with database.session() as session:
        draft = stories.get_draft(session, draft_id)
        story = stories.get_story(session, draft.story_id, lock=True)
        if draft.check_verdict is not None or story is None:
            return "nothing"
        if draft.writer == "extract":
            found = of_selection(found)
        report = with_accepted(found, accepted_of(session, story.id))
        draft.check_verdict, draft.report = report["verdict"], report
        if house.judged and draft.writer not in WITHOUT_JUDGE:
            draft.judged, draft.report = Judging.DUE, waiting(report)
            return "judging"
        return move_on(session, draft, house.rules, now)


def move_on(session: Session, draft: DraftRow, rules: Desk, now: datetime) -> str:
    """Move the story of a draft on that was checked, and judged where it is to be.

    Only a model's first draft is sent back, and only for a block or a part that is missing or overlong. Of the draft
    and its repair the one with the fewer blocks, then warnings, goes to the editor, marked by its findings.
    """
    story = stories.get_story(session, draft.story_id, lock=True)
    assert story is not None
    if draft.level == "simple":
        return _simple_on(session, story, draft)
    report, repaired = draft.report or {}, purpose_of(draft.prompt) != "draft"
    if story.current_draft_id == draft.id:
        if purpose_of(draft.prompt) == "repair":
            # A repair can make things worse: what it mended in one place it may break in another.
            draft = min(_versions(session, draft), key=lambda d: (*_faults(d), -d.number))
            stories.lead_with(story, draft)
        size_up(session, story, draft, rules)
        story.arrived_at = now
    if story.state != StoryState.DRAFTING or story.current_draft_id != draft.id:
        return str(report["verdict"])
    if not repaired and wants_repair(report):
        story.repair_due, story.next_try_at = True, None
        return "repair"
    story.state = StoryState.IN_REVIEW
    return str(draft.check_verdict)


def how_it_went_on(database: Database, draft_id: int) -> str:
    """What became of a model's draft after rules and judge: as `check_story_draft`; "" for an editor's version."""
    with database.reading() as session:
        draft = stories.get_draft(session, draft_id)
        story = stories.get_story(session, draft.story_id)
        if story is None or draft.writer == "editor":
            return ""
        return "repair" if story.repair_due else draft.check_verdict or ""


def _simple_on(session: Session, story: StoryRow, draft: DraftRow) -> str:
    """The same for a simple version. While one is mended the story has none: `write_simple` sees what to mend."""
    if story.simple_draft_id == draft.id:
        if purpose_of(draft.prompt) == "simple" and wants_repair(draft.report or {}):
            story.simple_draft_id = story.simple_at = None
            return "repair"
        if purpose_of(draft.prompt) == "repair":
            story.simple_draft_id = min(_versions(session, draft), key=lambda d: (*_faults(d), -d.number)).id
    return str(draft.check_verdict)


def suggestions(session: Session, glossary: Glossary, *, least: int = 2, last: int = 1000) -> list[Offer]:
    """What the newest drafts say the glossary lacks; what editors explained comes first."""

    def version(draft: DraftRow, followed: DraftRow | None) -> BankVersion:
        found = (draft.report or {}).get("findings", [])
        hard = tuple(f["text"] for f in found if f["check"] == "jargon" and f["text"])
        edited = from_json(followed.content) if followed is not None and draft.writer == "editor" else None
        return BankVersion(draft.story_id, from_json(draft.content), hard, edited)

    return offers((version(d, f) for d, f in stories.newest_drafts(session, last)), glossary, least)


def wants_repair(report: Mapping[str, Any]) -> bool:
    """Whether a first draft is sent back: for a block, or for its form."""
    form = any(f["check"] == "format" and f["severity"] == Severity.WARN for f in report["findings"])
    return form or (report["verdict"] == CheckVerdict.BLOCK and mendable(report))


def _versions(session: Session, repair: DraftRow) -> list[DraftRow]:
    """A repair and the draft it mends, if that was checked."""
    rows = [d for d in stories.drafts_of(session, repair.story_id, repair.level) if d.number <= repair.number][-2:]
    return [d for d in rows if d.check_verdict is not None and purpose_of(d.prompt)]


def _faults(draft: DraftRow) -> tuple[int, int]:
    return risk.count((draft.report or {}).get("findings", []))
