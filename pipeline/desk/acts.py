"""The desk's acts on stored stories: each is one transaction, and each is written to the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from pipeline.checks.beyond import Earlier
from pipeline.desk.actor import Actor
from pipeline.desk.difference import around_change
from pipeline.desk.mentions import mentioned
from pipeline.desk.review import APPROVALS, CLOCK, RULES, WITHDRAWALS, Act, Version, decide
from pipeline.desk.unsaved import typed_over, where_typed
from pipeline.errors import NotAllowed, StaleVersion, Unsaved, UsageError
from pipeline.inspection.accepted import Accepted, cleared, with_accepted
from pipeline.inspection.inspecting import accepted_of, recount, told_before
from pipeline.inspection.judge import due_in
from pipeline.inspection.sure import DUE
from pipeline.model import CheckVerdict, Severity, StoryState
from pipeline.settings import Desk
from pipeline.storage import stories, tellings
from pipeline.storage.articles.changes import texts_now
from pipeline.storage.database import Database, Session
from pipeline.storage.desk import people, visits
from pipeline.storage.desk.reviews import add_review, reviews_of
from pipeline.storage.desk.visits import Shown
from pipeline.storage.off import is_told_by_one_on
from pipeline.storage.tables import ArticleRow, DraftRow, ReviewRow, StoryRow, UserRow
from pipeline.storage.tellings import Report
from pipeline.stories.material import Material
from pipeline.writing.write import material_from

LARGEST = 2**63 - 1
"""The largest number a row can have."""
LONGEST_HOLD = timedelta(days=3660)
_PUBLIC = (StoryState.PUBLISHED, StoryState.CORRECTED, StoryState.RETRACTED)


@dataclass(frozen=True, slots=True)
class Case:
    """A story as the desk shows it."""

    story: StoryRow
    draft: DraftRow | None
    article: ArticleRow
    material: Material = field(default_factory=lambda: Material(()))
    earlier: tuple[Earlier, ...] = ()
    """What the newsroom told in the weeks before; read for an edit alone."""
    reports: tuple[Report, ...] = ()
    """The articles that tell it, the lead first."""
    text_now: str = ""
    """What its pages say now, where one changed since it was read; read for an edit alone."""
    waits_for: str = ""
    """What keeps it from going on by itself, or why it was given up."""

    @property
    def source(self) -> dict[int, str]:
        """Every sentence the reports of the story have, by number."""
        return {sentence.number: sentence.text for sentence in self.material.every}


def open_case(session: Session, story_id: int, level: str = "standard", *, edited: datetime | None = None) -> Case:
    """A story with its current draft of a reading level. Raises UsageError for a story that does not exist.

    `edited` is when it is edited: what it is checked against then is read too.
    """
    story = stories.get_story(session, story_id) if 0 < story_id <= LARGEST else None
    if story is None:
        raise UsageError(f"there is no story {story_id}; search finds stories by their words")
    find = stories.simple_draft if level == "simple" else stories.current_draft
    earlier = told_before(session, story, edited) if edited else ()
    lead, reports = stories.lead_article(session, story_id), tuple(tellings.reports_of(session, story_id))
    material, waits = material_from(reports, story), _waits_for(session, story)
    case = Case(story, find(session, story), lead, material, earlier, reports, waits_for=waits)
    return with_pages(session, case) if edited else case


def _waits_for(session: Session, story: StoryRow) -> str:
    unwritten = story.state in (StoryState.NEW, StoryState.DRAFTING)
    if unwritten and not is_told_by_one_on(session, story.id):
        return "a feed: all that tell it are off"
    return story.waiting_for


def with_pages(session: Session, case: Case) -> Case:
    """The same with what its pages say now."""
    changed = texts_now(session, case.story.id)
    telling = [report.article for report in case.reports if report.telling.before is not None]
    texts = [changed.get(article.id, article.text) for article in telling]
    return replace(case, text_now="\n".join(texts)) if changed else case


def shown_of(draft: DraftRow | None, simple: DraftRow | None) -> Shown:
    """What somebody sees who is shown both: the simple version counts where it was made from this draft."""
    if draft is None:
        return Shown()
    return Shown(draft.hash, simple.hash if simple is not None and simple.basis == draft.hash else "")


def act_on(
    database: Database,
    story_id: int,
    act: Act,
    *,
    by: Actor,
    rules: Desk,
    until: datetime | None = None,
    to: str = "",
    as_saved: bool = False,
) -> StoryState:
    """Do one act of the review; returns the story's new state. Raises NotAllowed where the rules forbid it.

    `until` is when a hold ends; `to` is whom a story is handed to. An approval covers the simple version only where
    that was shown. An approval by somebody who typed changes and did not save them raises Unsaved, unless they said
    that the saved wording is meant (`as_saved`).
    """
    _writable(by.reason, to)
    with database.session() as session:
        case = open_case(session, story_id)
        if act in APPROVALS and not as_saved and (typed := typed_over(session, case.story, case.draft, by.name)):
            raise Unsaved(
                f"your changes to {where_typed(typed)} are not saved; save or drop them, or approve without them"
            )
        if act is Act.HAND and to and people.any_user(session):
            _may_take(people.user_named(session, to), to)
        staff = _staff(session) if act is Act.COMMENT and "@" in by.reason else []
        mentions = mentioned(by.reason, staff)
        return record(
            session,
            case,
            act,
            by=by,
            rules=rules,
            until=until,
            to=to,
            about={"mentions": mentions} if mentions else None,
        )


def _staff(session: Session) -> list[str]:
    return [user.name for user in people.all_users(session) if user.role in RULES[Act.COMMENT].roles]


def _writable(*words: str) -> None:
    """Raises UsageError for characters no database keeps: half of a pair, as broken bytes on a command line become."""
    for text in words:
        if any("\ud800" <= c <= "\udfff" for c in text) or "\x00" in text:
            raise UsageError("the text has bytes that are not UTF-8; type it again")


def _may_take(user: UserRow | None, name: str) -> None:
    if user is None:
        raise UsageError(f"there is nobody called {name[:60]} here")
    if user.role not in RULES[Act.HAND].roles:
        raise UsageError(f"{user.name} may only read, as {user.role}; hand the story to an editor")


def record(
    session: Session,
    case: Case,
    act: Act,
    *,
    by: Actor,
    rules: Desk | None = None,
    until: datetime | None = None,
    to: str = "",
    about: Mapping[str, Any] | None = None,
) -> StoryState:
    """Move a story by the rules and append it to the history, in the caller's transaction.

    `about` is what the act was about besides the story; what `about_line` knows of it is shown.
    """
    story, draft = case.story, case.draft
    two_person = rules is not None and rules.two_person
    before = StoryState(story.state)
    simple = ""
    if act in APPROVALS and draft is not None and by.shown in (None, draft.hash):
        simple = _simple_hash(stories.simple_draft(session, story), draft, by)
    after = decide(
        act,
        before,
        by=by.person,
        current=_version(session, case, simple) if two_person and act in APPROVALS else _checked(draft),
        shown=by.shown,
        reason=by.reason,
        two_person=two_person,
    )
    if act is Act.REOPEN and story.joined_to is not None:
        raise NotAllowed(f"its articles are in story {story.joined_to} now; split them off there")
    if act is Act.HAND and not to:
        raise NotAllowed("say whom the story is for")
    if act is Act.HAND and to == story.assigned_to:
        raise NotAllowed(f"the story is {to}'s already")
    if act is Act.HOLD and until is not None and until > by.at + LONGEST_HOLD:
        raise NotAllowed("that is more than ten years ahead; leave the time out to hold it with no end date")
    if before is StoryState.FAILED and after is StoryState.NEW and (why := stories.withdrawn(session, story.id)):
        raise NotAllowed(f"story {story.id} can't be tried again: {why}")
    _move(case, act, after, by.at, until, to)
    if act in APPROVALS and after is StoryState.APPROVED:
        story.simple_hash = simple
    add_review(
        session,
        ReviewRow(
            story_id=story.id,
            at=by.at,
            who=by.name,
            act=act,
            before=before,
            after=after,
            draft_hash=draft.hash if draft else None,
            reason=by.reason,
            about=about or _about(to, simple, draft if act in APPROVALS else None),
            seconds=visits.leave(session, story.id, by.name, by.at),
        ),
    )
    return after


def _move(case: Case, act: Act, after: StoryState, now: datetime, until: datetime | None, to: str) -> None:
    story, draft = case.story, case.draft
    stays = RULES[act].after is None
    story.state = after
    if after is StoryState.NEW:
        # What it waited for, or failed with, was before.
        story.attempts, story.waiting_for, story.next_try_at = 0, "", None
    if not stays:
        story.held_until = until if act is Act.HOLD else None
    if act is Act.HAND:
        story.assigned_to = to
    if act in APPROVALS and after is StoryState.APPROVED and draft is not None:
        story.approved_at, story.approved_hash = now, draft.hash
    elif after not in _PUBLIC and not stays:
        story.approved_at = story.approved_hash = None


def _simple_hash(simple: DraftRow | None, standard: DraftRow, by: Actor) -> str:
    """The hash of the simple version an approval covers too: one that was shown, made from the approved wording, and
    checked. Raises StaleVersion when another one than was shown is current.

    With a block it needs what a blocked draft needs, a reason and one who may override (NotAllowed for anybody else);
    without a reason only the standard version is approved.
    """
    if not by.shown_simple:
        return ""
    if simple is None or simple.hash != by.shown_simple:
        raise StaleVersion("the simple version changed since it was shown; look at it again")
    if simple.basis != standard.hash or simple.check_verdict is None:
        return ""
    if simple.check_verdict == CheckVerdict.BLOCK:
        if not by.reason.strip():
            return ""
        may = RULES[Act.OVERRIDE].roles
        if by.person.role not in may:
            raise NotAllowed(
                f"a check blocks the simple version: only {' or '.join(sorted(may))} may approve it too, and {by.name} "
                f"is {by.person.role}; without a reason the standard version alone is approved"
            )
    return simple.hash


def _cleared(draft: DraftRow | None) -> int:
    """How many blocks of the draft were accepted: an approval says it went over so many."""
    return len(cleared((draft.report or {}).get("findings", []))) if draft else 0


def _about(to: str, simple: str, approved: DraftRow | None) -> dict[str, Any] | None:
    about: dict[str, Any] = {"to": to} if to else {}
    if simple:
        about["simple"] = simple
    if number := _cleared(approved):
        about["cleared"] = number
    if approved is not None and (number := len(due_in(approved.report or {}))):
        about["not_judged"] = number
    return about or None


def about_line(about: Mapping[str, Any] | None) -> str:
    """What an act was about, in words: whom a story was handed to, which finding was accepted or reopened, which
    sentences an edit changed, which sentence the model was asked for or wrote."""
    if not about:
        return ""
    if "changed" in about:
        return _sentences_line(about["changed"])
    if "rewrite" in about:
        return f"“{about['rewrite']}”" + (f" for {about['cost']}" if "cost" in about else "")
    if "article" in about:
        return f"“{about['article']}”"
    if "topics" in about:
        return ", ".join(about["topics"])
    if "into" in about:
        return f"to story {about['into']}"
    if "check" in about:
        return f"{about['check']}: “{about['text']}”" if about["text"] else str(about["check"])
    said = [f"to {about['to']}"] if "to" in about else []
    for name, what in (("cleared", "accepted block"), ("not_judged", "sentence")):
        if number := about.get(name, 0):
            more = f" {DUE}" if name == "not_judged" else ""
            said.append(f"with {number} {what}{'' if number == 1 else 's'}{more}")
    return ", ".join(said)


_SAID, _BEFORE = 90, 40
"""Characters of a sentence that a line of the history shows, and of those before what changed in it."""


def _sentences_line(changed: Sequence[Mapping[str, Any]]) -> str:
    """Which sentences an edit changed: one in its words, several by their numbers."""
    if len(changed) > 1:
        numbers = [str(one["number"]) for one in changed]
        more = f" and {len(numbers) - 8} more" if len(numbers) > 8 else ""
        return f"sentences {', '.join(numbers[:8])}{more}"
    number, old, new = changed[0]["number"], changed[0].get("old", ""), changed[0].get("new", "")
    if not new:
        return f"sentence {number} removed: “{around_change(old, new, _SAID, _BEFORE)[0]}”"
    if not old:
        return f"sentence {number} added: “{around_change(old, new, _SAID, _BEFORE)[1]}”"
    was, now = around_change(old, new, _SAID, _BEFORE)
    return f"sentence {number}: “{was}” → “{now}”"


def _checked(draft: DraftRow | None) -> Version | None:
    return Version(draft.hash, draft.check_verdict) if draft else None


def _version(session: Session, case: Case, simple: str) -> Version | None:
    """The current version with who wrote it and who approved it, as the two-person rule asks.

    `simple` is the simple version the approval is to cover: who did not approve that one too saw other words.
    """
    draft = case.draft
    if draft is None:
        return None
    editors: set[str] = set()
    for level in ("standard", "simple"):
        for version in reversed(stories.drafts_of(session, case.story.id, level)):
            if version.writer != "editor":
                break
            editors.add(version.author)
    approved: set[str] = set()
    for review in reviews_of(session, case.story.id):
        if review.act in WITHDRAWALS:
            approved.clear()
        covers = not simple or (review.about or {}).get("simple") == simple
        if review.act in APPROVALS and review.draft_hash == draft.hash and covers:
            approved.add(review.who)
    return Version(draft.hash, draft.check_verdict, frozenset(editors), frozenset(approved))


def release(database: Database, story_id: int, now: datetime) -> bool:
    """Bring a held story back whose time has come; False when it no longer waits for that."""
    with database.session() as session:
        case = open_case(session, story_id)
        until = case.story.held_until
        if case.story.state != StoryState.HELD or until is None or until > now:
            return False
        record(session, case, Act.REOPEN, by=Actor(CLOCK, now, reason="held until now"))
        return True


def try_again(database: Database, *, by: Actor, story_id: int | None = None) -> list[int]:
    """Let stories be written again whose writing failed, one or all: their ids. Each has it in its history."""
    with database.session() as session:
        found = stories.failed_stories(session, story_id)
        for story in found:
            record(session, open_case(session, story.id), Act.REOPEN, by=replace(by, reason="tried again"))
        return [story.id for story in found]


def accept(
    database: Database,
    story_id: int,
    number: int,
    *,
    by: Actor,
) -> DraftRow:
    """Take a finding of the current draft (1-based, as shown) for fine. It stays on record, for this wording only.

    A block is accepted by who may approve over one, with a reason of their own. Raises NotAllowed without a reason or
    outside the review, UsageError for a finding that is not there.
    """
    return _weigh(database, story_id, number, Act.ACCEPT, by=by)


def unaccept(
    database: Database,
    story_id: int,
    number: int,
    *,
    by: Actor,
) -> DraftRow:
    """Take an acceptance back: the finding stands again. Raises as `accept` does, and when nobody accepted it."""
    return _weigh(database, story_id, number, Act.UNACCEPT, by=by)


def _weigh(
    database: Database,
    story_id: int,
    number: int,
    act: Act,
    *,
    by: Actor,
) -> DraftRow:
    _writable(by.reason)
    with database.session() as session:
        case = open_case(session, story_id)
        draft = case.draft
        if draft is None or draft.report is None:
            raise NotAllowed(f"story {story_id} has no checked draft yet")
        try:
            accepted = Accepted.of(draft.report, number - 1, who=by.name, reason=by.reason)
        except IndexError:
            raise UsageError(f"story {story_id} has no finding {number}; 'inshort review show' lists them") from None
        before = draft.report["findings"][number - 1].get("accepted")
        if act is Act.UNACCEPT and not before:
            raise NotAllowed(f"finding {number} of story {story_id} is not accepted, so there is nothing to reopen")
        if act is Act.ACCEPT and before:
            raise NotAllowed(f"{before['who']} accepted finding {number} of story {story_id} already")
        if act is Act.ACCEPT and accepted.severity == Severity.BLOCK:
            act = Act.CLEAR
        record(session, case, act, by=by, about=accepted.about)
        session.flush()
        draft.report = with_accepted(draft.report, accepted_of(session, story_id))
        draft.check_verdict = draft.report["verdict"]
        recount(case.story, draft)
        return draft
