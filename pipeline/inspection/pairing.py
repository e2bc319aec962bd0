"""The pairing stage: where the rules are not sure that two articles tell one event, the judge is asked, once a pair.

While it is out neither story is written, so that nobody pays for one event twice. When it can't be had both go on, as
two stories of one matter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import random

from pipeline.errors import ModelError
from pipeline.inspection.judging import ATTEMPTS, Bench
from pipeline.inspection.pairs import SHOWN, Side, most_pairs, one_event, pair_request, probabilities
from pipeline.llm import ask
from pipeline.llm.model import ModelRequest
from pipeline.llm.patience import GiveUp, patience
from pipeline.model import Judging, StoryState
from pipeline.newsvalue.importance import House
from pipeline.settings import Judge
from pipeline.storage import pairs, stories, tellings
from pipeline.storage.articles import entries
from pipeline.storage.database import Database, Session
from pipeline.storage.desk.reviews import add_review
from pipeline.storage.tables import ArticleRow, PairRow, ReviewRow, StoryRow
from pipeline.stories.gather import CLEAR, told_by_more
from pipeline.stories.group import Grouped, Window, in_order, place
from pipeline.stories.joining import put_into
from pipeline.stories.likeness import learnt
from pipeline.stories.signs import Told, signs_of
from pipeline.writing.write import Outcome

WHO = "judge"
"""Whom the history names where a story was joined by the judge's word."""
_SHORTER = 300


async def judge_pairs(database: Database, article_id: int, bench: Bench, house: House, now: datetime) -> Outcome:
    """Ask about an article's pairs: `joined`, `apart`, `waiting`, `unanswered` or `nothing`."""
    account = ask.Account(bench.model, bench.config, bench.newsroom.zone, bench.run_id)
    cost, sizes = 0, [(1, _SHORTER), (most_pairs(bench.config), SHOWN)]
    most, shown = sizes.pop()
    while True:
        asking = _Asking(article_id, bench, house, now, most, shown, last=not sizes)
        outcome: Outcome = await ask.ask(database, account, asking.next, now)
        cost += outcome.cost_micro
        if outcome.what == "too_long":
            most, shown = sizes.pop()
        elif outcome.what != "more":
            return replace(outcome, cost_micro=cost)


@dataclass(frozen=True)
class _Asking:
    """The next question about an article's pairs; `last` says that none could be smaller."""

    article_id: int
    bench: Bench
    house: House
    now: datetime
    most: int
    shown: int
    last: bool

    def next(self, session: Session) -> ask.Question[dict[int, float], Outcome] | Outcome:
        article = entries.get_article(session, self.article_id)
        due = []
        for pair in pairs.due_of(session, article.id):
            if why := _decided(session, article, pair):
                pair.judged, pair.said = Judging.UNANSWERED, why
            else:
                due.append(pair)
        if not due:
            return Outcome("nothing")
        due = due[: self.most]
        others = [pair.other_id for pair in due]
        request = _request(session, article, others, self.bench.config, self.bench.model.name, self.shown)
        return ask.Question(
            request,
            probabilities,
            lambda session, found, bill: self._keep(session, others, found, bill),
            self._fail,
            article.story_id,
        )

    def _keep(self, session: Session, others: Sequence[int], found: dict[int, float], bill: ask.Bill) -> Outcome:
        tellings.lock(session)
        asked = {pair.other_id: pair for pair in pairs.due_of(session, self.article_id)}
        likely: list[tuple[float, PairRow]] = []
        for at, other in enumerate(others):
            if (pair := asked.pop(other, None)) is None:
                continue
            pair.probability, pair.next_at = found.get(at), None
            pair.judged = Judging.UNANSWERED if pair.probability is None else Judging.JUDGED
            pair.said = "the judge would not say" if pair.probability is None else ""
            if pair.probability is not None and one_event(pair.sure, pair.probability, self.bench.config.same_event):
                likely.append((pair.probability, pair))
        done = Outcome("more" if asked else "apart", cost_micro=bill.cost_micro)
        for probability, pair in sorted(likely, key=lambda each: (-each[0], each[1].other_id)):
            if said := self._join(session, pair, probability):
                for rest in asked.values():
                    rest.judged, rest.said = Judging.UNANSWERED, "it joined another story first"
                return Outcome("joined", said, bill.cost_micro)
        return done

    def _join(self, session: Session, pair: PairRow, probability: float) -> str:
        """Put the article's story into the other's; "" where that is no longer to be done."""
        article = entries.get_article(session, pair.article_id)
        if why := _decided(session, article, pair):
            pair.said = why
            return ""
        story = _locked(session, article)
        into = _locked(session, entries.get_article(session, pair.other_id))
        sure = f"the judge gives it {probability:.0%}"
        put_into(session, story, into, [*pair.why, sure], self.house, self.now)
        told_by_more(session, into, self.now)
        said = f"story {story.id} tells the same as story {into.id}: {sure}"
        before, story.state = story.state, StoryState.SPIKED
        add_review(
            session,
            ReviewRow(
                story_id=story.id,
                at=self.now,
                who=WHO,
                act="join",
                before=before,
                after=StoryState.SPIKED,
                reason=f"tells the same as story {into.id}: {sure}",
                about={"into": into.id},
            ),
        )
        return said

    def _fail(self, session: Session, error: ModelError, bill: ask.Bill) -> Outcome:
        if error.reason == "too_long" and not self.last:
            return Outcome("too_long", str(error), bill.cost_micro)
        due = pairs.due_of(session, self.article_id)
        tries = max((pair.tries for pair in due), default=0)
        found = patience(error, tries, most=ATTEMPTS, spread=random())  # noqa: S311 - no secret
        since = min((pair.placed_at for pair in due), default=self.now)
        waited = self.now - since >= timedelta(minutes=self.bench.config.wait_minutes)
        said = f"whether two stories are one: {found.why}"
        if isinstance(found, GiveUp) or waited:
            for pair in due:
                pair.judged, pair.next_at, pair.said = Judging.UNANSWERED, None, found.why
            return Outcome("unanswered", said, bill.cost_micro)
        for pair in due:
            pair.tries, pair.said = tries + found.counts, found.why
            pair.next_at = self.now + timedelta(seconds=found.seconds)
        return Outcome("waiting", said, bill.cost_micro, whose=found.whose)


def next_pairs(session: Session, article_id: int, judge: Judge, model: str) -> ModelRequest:
    """What would be asked of an article's pairs next."""
    others = [pair.other_id for pair in pairs.due_of(session, article_id)][: most_pairs(judge)]
    return _request(session, entries.get_article(session, article_id), others, judge, model)


def _request(
    session: Session, article: ArticleRow, others: Sequence[int], judge: Judge, model: str, shown: int = SHOWN
) -> ModelRequest:
    told = [_side(entries.get_article(session, other)) for other in others]
    return pair_request(_side(article), told, judge, model, shown)


def _decided(session: Session, article: ArticleRow, pair: PairRow) -> str:
    """Why a pair needs no answer, or none may be acted on any more; "" where it does."""
    other = entries.get_article(session, pair.other_id)
    if article.story_id is None or other.story_id is None or article.story_id == other.story_id:
        return "they are in one story"
    story, into = (stories.get_story(session, number) for number in (article.story_id, other.story_id))
    if story is None or story.current_draft_id is not None or story.state not in (StoryState.NEW, StoryState.FAILED):
        return "the story was written or decided on meanwhile"
    if into is None or into.state in (StoryState.SPIKED, StoryState.RETRACTED):
        return "the other story was taken out meanwhile"
    if tellings.placed_by(session, article.id) or tellings.placed_by(session, other.id):
        return "an editor decided which story it tells"
    return ""


def _locked(session: Session, article: ArticleRow) -> StoryRow:
    assert article.story_id is not None, "it was placed"
    story = stories.get_story(session, article.story_id, lock=True)
    assert story is not None, "stories are never deleted"
    return story


def _side(article: ArticleRow) -> Side:
    return Side(article.title, article.text, article.published_at)


def without_judge(database: Database, article_id: int) -> None:
    """What becomes of an article's pairs in a newsroom where nobody can be asked: its story goes on by itself."""
    with database.session() as session:
        for pair in pairs.due_of(session, article_id):
            pair.judged, pair.said = Judging.UNANSWERED, "the judge is off"


@dataclass(frozen=True, slots=True)
class Asked:
    """Articles grouped with the judge's help: what it cost, how many pairs it was asked about, and what went wrong."""

    grouped: list[Grouped]
    cost_micro: int = 0
    pairs: int = 0
    problem: str = ""


async def group_judged(
    articles: Sequence[Told],
    account: ask.Account,
    judge: Judge,
    database: Database | None,
    now: datetime,
    say: Callable[[str], None] = lambda _line: None,
) -> Asked:
    """Group articles as `stories.group` does, and ask where the rules are not sure; where it can't be had they decide.

    One that was not answered is grouped by the rules alone, and the judge is not asked again.

    Answered by readers who saw only the questions (`benchmarks/stories.py --judged`), on 88 items that nothing was
    learnt from: precision 1.000 and recall 0.930 in place of 0.939 and 0.895, with 2.6 pairs asked about of 100 looked
    at. No join of theirs was wrong, on any set.
    """
    window, weights, by_id = Window(), learnt(), {told.id: told for told in articles}
    found: dict[int, Grouped] = {}
    cost = asked = 0
    problem = ""
    for at in in_order(articles):
        new = signs_of(articles[at])
        grouped = place(new, window, weights, CLEAR)
        if grouped.between and not problem:
            others = grouped.between[: most_pairs(judge)]
            sides = [_told_side(articles[at]), *(_told_side(by_id[other.other]) for other in others)]
            request = pair_request(sides[0], sides[1:], judge, account.model.name)
            try:
                said, spent = await ask.once(database, account, request, probabilities, now)
            except ModelError as error:
                problem = str(error)
                say(f"the judge could not be asked, so the rules decide: {problem}")
            else:
                cost, asked = cost + spent, asked + len(others)
                sure = {
                    place: p
                    for place, p in said.items()
                    if place < len(others) and one_event(others[place].probability, p, judge.same_event)
                }
                if sure:
                    best = others[max(sure, key=lambda place: (sure[place], -place))]
                    grouped = replace(grouped, story=best.story, reasons=best.reasons, probability=max(sure.values()))
        if problem:
            grouped = place(new, window, weights)
        window.add(new, grouped)
        found[at] = grouped
    return Asked([found[at] for at in range(len(articles))], cost, asked, problem)


def _told_side(told: Told) -> Side:
    return Side(told.title, told.text, told.published)
