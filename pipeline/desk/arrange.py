"""Which articles tell a story, as editors decide it: what they split, join and name stands against later rounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.desk.actor import Actor
from pipeline.desk.acts import Case, open_case, record
from pipeline.desk.review import Act
from pipeline.errors import NotAllowed, UsageError
from pipeline.model import EntryState, StoryState
from pipeline.newsvalue.importance import House
from pipeline.storage import stories, tellings
from pipeline.storage.articles import entries
from pipeline.storage.database import Database, Session
from pipeline.storage.tables import StoryRow
from pipeline.storage.tellings import Report
from pipeline.stories.filing import choose_topics, file
from pipeline.stories.gather import change_lead, open_story
from pipeline.stories.joining import put_into
from pipeline.writing.draft import from_json

HOUSE = House()
_OPEN_DRAFTS = (StoryState.DRAFTING, StoryState.IN_REVIEW, StoryState.HELD)


def split(database: Database, story_id: int, article_id: int, *, by: Actor, house: House = HOUSE) -> int:
    """Make one of a story's articles a story of its own; its number.

    A model's draft that cites the article goes back to be written from what is left; its versions stay. One that an
    editor worked on stays as it is, and the checks say which of its sentences have lost their source. Raises
    UsageError for an article that is not the story's, NotAllowed for its lead.
    """
    with database.session() as session:
        tellings.lock(session)
        case = open_case(session, story_id)
        report = _report(session, story_id, article_id)
        if report.lead:
            raise NotAllowed("this article leads the story; let another lead, or split off the others")
        record(session, case, Act.SPLIT, by=by, about={"article": report.article.title})
        report.telling.left_at = by.at
        new = open_story(session, report.article, by.at, by=by.name)
        entry = entries.get_entry(session, report.article.entry_id)
        if entry.state == EntryState.DUPLICATE:
            entries.settle(entry, EntryState.EXTRACTED)
        tellings.link(session, new.id, [story_id])
        case.story.sources = tellings.count_sources(session, story_id)
        for story in (new, case.story):
            file(session, story, house, by.at)
        _write_anew(session, case, {number for number, _, _ in report.numbered} if _numbers(report) else set())
        return new.id


def _numbers(report: Report) -> bool:
    return report.telling.before is not None


def _write_anew(session: Session, case: Case, gone: set[int]) -> None:
    """Let a model's draft be written again that cites what is gone."""
    draft = case.draft
    if draft is None or draft.writer == "editor" or case.story.state not in _OPEN_DRAFTS:
        return
    if any(gone.intersection(sentence.evidence) for sentence in from_json(draft.content).sentences()):
        stories.want_anew(case.story)


def join(database: Database, story_id: int, into: int, *, by: Actor, house: House = HOUSE) -> StoryState:
    """Put a story's articles into another story that tells the same; it is spiked then, and says where they are.

    Its drafts stay with it. The other story keeps its lead and its draft; what the articles add is said there. Raises
    UsageError for stories that are not there or the same, NotAllowed from states that are decided on.
    """
    if story_id == into:
        raise UsageError("a story can't be joined to itself; name two stories")
    with database.session() as session:
        tellings.lock(session)
        case, other = open_case(session, story_id), open_case(session, into)
        if other.story.joined_to is not None:
            raise UsageError(f"story {into} was joined to story {other.story.joined_to} itself; join to that one")
        if other.story.state in (StoryState.SPIKED, StoryState.RETRACTED):
            raise NotAllowed(f"story {into} is {other.story.state}; reopen it first, or join the other way round")
        by = by if by.reason else replace(by, reason=f"tells the same as story {into}")
        after = record(session, case, Act.JOIN, by=by, about={"into": into})
        put_into(session, case.story, other.story, ["an editor joined them"], house, by.at, by=by.name)
        return after


def name_lead(database: Database, story_id: int, article_id: int, *, by: Actor, house: House = HOUSE) -> StoryRow:
    """Let another of its articles lead a story: its title, link and date. No later article leads in its place."""
    with database.session() as session:
        tellings.lock(session)
        case = open_case(session, story_id)
        report = _report(session, story_id, article_id)
        if not _numbers(report):
            raise NotAllowed("this article only copies another, which can lead")
        record(session, case, Act.LEAD, by=by, about={"article": report.article.title})
        for each in tellings.reports_of(session, story_id):
            each.telling.named = each.article.id == article_id
        if not report.lead:
            change_lead(session, case.story, report.article, by.at)
            file(session, case.story, house, by.at)
        return case.story


def name_topics(
    database: Database, story_id: int, names: Sequence[str], *, by: Actor, house: House = HOUSE
) -> list[str]:
    """Give a story the topics an editor names, the first the one it is listed under; like stories get them too.

    Raises UsageError for topics the newsroom does not have, for none and for more than three.
    """
    with database.session() as session:
        tellings.lock(session)
        case = open_case(session, story_id)
        before = case.story.topics
        choose_topics(session, case.story, names, house, by.name, by.at)
        record(session, case, Act.TOPICS, by=by, about={"topics": case.story.topics, "before": before})
        return case.story.topics


def _report(session: Session, story_id: int, article_id: int) -> Report:
    for report in tellings.reports_of(session, story_id):
        if report.article.id == article_id and report.telling.id is not None:
            return report
    raise UsageError(
        f"story {story_id} has no article {article_id}; 'inshort review show {story_id}' lists those that tell it"
    )
