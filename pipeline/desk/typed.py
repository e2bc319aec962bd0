"""What somebody types before it is a version: kept as a row, and held against the checks as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pipeline.desk.acts import open_case, with_pages
from pipeline.desk.edit import look_at, was_saved
from pipeline.desk.sentences import with_sentence
from pipeline.desk.view import Layout, Line, lay_out
from pipeline.errors import NotAllowed, UsageError
from pipeline.inspection.house_style import HouseStyle
from pipeline.inspection.inspecting import accepted_of
from pipeline.model import Kind
from pipeline.storage.database import Database
from pipeline.storage.desk import visits
from pipeline.storage.desk.visits import SIMPLE
from pipeline.writing.draft import from_json, parse_story

LIVE = 20_000
"""Characters up to which a story is checked as one types: some 3,000 words, in well under a second."""


@dataclass(frozen=True, slots=True)
class Live:
    """What the checks say of words that are no version yet. `problem`: why they say nothing."""

    problem: str = ""
    layout: Layout | None = None
    fresh: tuple[Line, ...] = ()
    """The sentences that are new."""
    reading: Mapping[str, Any] = field(default_factory=dict)
    verdict: str = ""
    old: str = ""
    """The sentence that is being changed, as it stands."""
    stale: bool = False
    """Whether the draft changed since it was shown."""
    kept: bool = True


def keep_typed(
    database: Database,
    story_id: int,
    place: int,
    text: str,
    *,
    by: str,
    now: datetime,
    house: HouseStyle,
    shown: str,
    kind: Kind | None = None,
) -> Live:
    """Keep what is typed at a place, and say what the checks find in it. The first is done whatever the second says,
    but not for words that came after their save.

    `kind` is what the editor says a sentence is. Raises NotAllowed where there is no draft.
    """
    with database.session() as session:
        case = open_case(session, story_id, "simple" if place == SIMPLE else "standard")
        stale = bool(case.draft and shown and shown != case.draft.hash)
        if stale and was_saved(session, story_id, by, place, shown):
            return Live("this was saved in the meantime; open the story again to change it", kept=False)
        visits.keep_unsaved(session, story_id, by, place, text=text, base_hash=shown[:64], now=now)
        visits.saw(session, story_id, by, now)
        accepted = accepted_of(session, story_id)
        case = with_pages(session, case)
    if case.draft is None:
        raise NotAllowed("there is no draft to edit yet")
    if max(len(case.draft.text), len(text)) > LIVE:
        return Live("the story is too long to be checked while you type; it is checked when you save")
    before = from_json(case.draft.content)
    try:
        draft = parse_story(text) if place < 0 else with_sentence(before, place, text, kind)
    except UsageError as error:
        return Live(str(error))
    said = {s.text for s in draft.sentences()} - {s.text for s in before.sentences()} if kind else set()
    checked = look_at(case, draft, house, accepted, said)
    source = case.source
    layout = lay_out(checked.draft, checked.text, checked.report, source)
    return Live(
        layout=layout,
        fresh=tuple(layout.lines[i] for i in checked.fresh),
        reading=checked.report["reading"],
        verdict=checked.report["verdict"],
        old=list(before.sentences())[place].text if place >= 0 else "",
        stale=stale,
    )
