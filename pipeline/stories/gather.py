"""Gathering: each article joins the story that tells the same event, or opens one.

Only what is clear is joined. One lock lets a single article be placed at a time, and all it is compared with stands in
rows: workers, restarts and the order of arrival come to the same stories.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pipeline.model import EntryState, StoryState
from pipeline.newsvalue.importance import House, write_place
from pipeline.storage import pairs, tellings
from pipeline.storage.articles import changes, entries
from pipeline.storage.database import Database, Session
from pipeline.storage.stories import get_story, lead_article
from pipeline.storage.tables import ArticleRow, StoryRow
from pipeline.stories.filing import file
from pipeline.stories.group import Between, Grouped, Telling, place
from pipeline.stories.likeness import learnt
from pipeline.stories.material import joins_in_words
from pipeline.stories.shelf import ShelfOfRows
from pipeline.stories.signs import Signs, Told, signs_of

CLEAR = 0.9
"""The probability from which an article joins a story by itself: a wrong merge is worse than a missed one.

On labelled events, each weighed by what was learnt from the others, joins from here on are right in 990 of 1,000 pairs
(recall 0.56), from 0.7 on in 981 (0.74), from 0.6 on in 977 (0.79). On real feeds, read by eye, all 14 joins between
feeds from here on were right, but only 16 of 27 of the less sure.
"""
FULLER = 1.25
"""How many times the words of the lead another article has that leads in its place, while nothing is drafted."""


def gather_article(
    database: Database, article_id: int, now: datetime, house: House | None = None, *, asks: bool = False
) -> str:
    """Place an article: `story` (it leads a new one), `joined`, `duplicate` (a copy that joined) or `nothing`.

    `asks` says that a judge can be asked about what the rules are not sure of: those pairs are due then.
    """
    with database.reading() as session:
        article = entries.get_article(session, article_id)
        if article.story_id is not None:
            return "nothing"
        # Taking it apart takes longest, and needs no lock.
        new = signs_of(told_of(article, entries.feed_of(session, article).name))
    with database.session() as session:
        tellings.lock(session)
        article = entries.get_article(session, article_id)
        if article.story_id is not None:
            return "nothing"
        shelf = ShelfOfRows(session)
        if like := entries.placed_like(session, article):
            found = Grouped(new.id, str(like.story_id), f"a{like.id}", ("the same text",), (), 1.0)
        else:
            found = place(new, shelf, learnt(), CLEAR)
        if found.duplicate_of is not None:
            done = _copies(session, article, found, now)
        elif found.story == new.id:
            done = _opens(session, article, new, found, shelf, now)
            if asks:
                pairs.add(session, article, _in_rows(session, found.between), now)
        else:
            done = _joins(session, article, new, found, shelf, now)
        assert article.story_id is not None, "it was placed"
        file(session, _story(session, article.story_id), house or House(), now)
        return done


def told_of(article: ArticleRow, feed: str) -> Told:
    """An article as it is compared, under a name no story has; one without a date is as old as when it was read."""
    at = min(article.published_at or article.collected_at, article.collected_at)
    outlet = (article.site or "").strip().lower()
    return Told(f"a{article.id}", article.title, article.text, at, article.url, outlet or ("" if article.url else feed))


def _copies(session: Session, article: ArticleRow, found: Grouped, now: datetime) -> str:
    first = entries.get_article(session, int((found.duplicate_of or "").removeprefix("a")))
    article.role = "duplicate"
    tellings.add_telling(session, int(found.story), article, [f"the same text as {first.url}"], now)
    entry = entries.get_entry(session, article.entry_id)
    entries.settle(entry, EntryState.DUPLICATE, "duplicate", f"the same text as {first.url}")
    story = _story(session, int(found.story))
    story.sources = tellings.count_sources(session, story.id)
    return "duplicate"


def _opens(session: Session, article: ArticleRow, new: Signs, found: Grouped, shelf: ShelfOfRows, now: datetime) -> str:
    story = open_story(session, article, now)
    tellings.link(session, story.id, map(int, found.linked))
    shelf.put(article.id, new, True, (), now)
    return "story"


def _in_rows(session: Session, between: Iterable[Between]) -> list[pairs.New]:
    found = []
    for each in between:
        other = entries.get_article(session, int(each.other.removeprefix("a")))
        found.append(pairs.New(other.id, int(each.story), each.probability, list(each.reasons)))
    return found


def open_story(session: Session, article: ArticleRow, now: datetime, *, by: str = "") -> StoryRow:
    """Open a story that an article leads."""
    feed = entries.feed_of(session, article)
    story = StoryRow(title="", source_name="", link="", created_at=now, write_place=0, state=StoryState.NEW)
    lead_by(story, article, feed.name, now)
    session.add(story)
    session.flush()
    article.role = "lead"
    tellings.add_telling(session, story.id, article, [], now, by=by)
    return story


def lead_by(story: StoryRow, article: ArticleRow, feed: str, now: datetime) -> None:
    """Let an article lead a story: title, link, date and the name in lists are its."""
    story.title, story.source_name, story.published_at = article.title, feed, article.published_at
    story.link = article.canonical_url or article.url
    story.write_place = write_place(article.published_at, now, article.text, story.importance or 0)


def _joins(session: Session, article: ArticleRow, new: Signs, found: Grouped, shelf: ShelfOfRows, now: datetime) -> str:
    story = _story(session, int(found.story))
    told: list[Telling] = list(shelf.told(found.story))
    article.role = "telling"
    why = [*found.reasons, f"{found.probability:.0%} sure"]
    tellings.add_telling(session, story.id, article, why, now)
    shelf.put(article.id, new, False, told, now)
    story.sources = tellings.count_sources(session, story.id)
    tellings.link(session, story.id, _unlinked(session, story.id, found))
    told_by_more(session, story, now)
    if story.current_draft_id is not None:
        reports = tellings.reports_of(session, story.id)
        if said := joins_in_words(reports, article.id):
            changes.add_change(session, article, "joined", said, now)
    return "joined"


def told_by_more(session: Session, story: StoryRow, now: datetime) -> None:
    """What becomes of a story nothing was written from when another report has joined it."""
    if story.current_draft_id is not None:
        return
    if story.state == StoryState.FAILED:
        # What could not be written from one report may be written from two.
        story.state, story.waiting_for, story.next_try_at, story.attempts = StoryState.NEW, "", None, 0
    if story.state == StoryState.NEW:
        lead_by_fullest(session, story, now)


def _unlinked(session: Session, story_id: int, found: Grouped) -> list[int]:
    known = {story.id for story in tellings.kin_of(session, story_id)}
    return [int(other) for other in found.linked if int(other) not in known]


def lead_by_fullest(session: Session, story: StoryRow, now: datetime) -> None:
    """Let the fullest article lead a story nothing was written from, unless an editor named another."""
    reports = [report for report in tellings.reports_of(session, story.id) if report.telling.before is not None]
    if any(report.telling.named for report in reports):
        return
    first = reports[0]
    fullest = max(reports, key=lambda report: len(report.article.text))
    if fullest is not first and len(fullest.article.text) > FULLER * len(first.article.text):
        change_lead(session, story, fullest.article, now)


def change_lead(session: Session, story: StoryRow, article: ArticleRow, now: datetime) -> None:
    """Let another of its articles lead a story; sentences keep their numbers."""
    lead_article(session, story.id).role = "telling"
    article.role = "lead"
    lead_by(story, article, entries.feed_of(session, article).name, now)


def _story(session: Session, story_id: int) -> StoryRow:
    story = get_story(session, story_id, lock=True)
    assert story is not None, "stories are never deleted"
    return story
