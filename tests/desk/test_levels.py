"""The simple version at the desk: it stands below the draft, and an approval covers just what was shown."""

from __future__ import annotations

import re

import pytest

from pipeline.desk.people import Role
from pipeline.model import CheckVerdict, Draft, DraftSentence, Kind, StoryState
from pipeline.storage import stories
from pipeline.storage.desk import visits
from pipeline.storage.tables import DraftRow
from pipeline.writing.draft import render, text_hash, to_json
from tests.desk.server import Answer, DeskServer, Visitor
from tests.desk.stories import WHEN, add_story

TEXT = "Shoppers get money back.\nIn short: They will be paid.\nThe shop <b>pays</b>.\nSource: Harbour Tech"


def with_simple(desk: DeskServer, story_id: int, hash_: str, basis: str | None = None) -> None:
    with desk.desk.database.session() as session:
        story = stories.get_story(session, story_id)
        assert story is not None
        standard = stories.current_draft(session, story)
        assert standard is not None
        found = {"severity": "warn", "check": "reading", "message": "Hard.", "text": ""}
        row = DraftRow(author="m", writer="openai", content=standard.content, text=TEXT, hash=hash_, created_at=WHEN,
                       check_verdict="warn", level="simple", basis=basis or standard.hash,
                       report={"findings": [found]})  # fmt: skip
        stories.add_draft(session, story, row)


def approved_simple(desk: DeskServer, story_id: int) -> str | None:
    with desk.desk.database.reading() as session:
        story = stories.get_story(session, story_id)
        assert story is not None and story.state == "approved"
        return story.simple_hash


@pytest.mark.parametrize("role", [Role.EDITOR, Role.CHIEF, Role.ADMIN])
def test_a_blocked_simple_version_is_approved_by_who_may_override_and_with_a_reason(
    served: DeskServer, role: Role
) -> None:
    desk = served
    story = add_story(desk.desk.database)
    add_simple(desk, story, verdict="block")
    visitor = desk.visitor(role)
    page = visitor.get(f"/story/{story}")
    may = role is not Role.EDITOR
    assert ("A chief can approve it too, with a reason." in page.words) is not may
    assert ("Approve both over the block" in page.words) is may
    assert "shown_simple" not in approving(page), "the plain approval leaves it out"
    both = {"act": "approve", **approving(page), "shown_simple": simple_of(desk, story).hash, "reason": "agreed"}
    answer = visitor.post(f"/story/{story}/act", both)
    if may:
        assert answer.status == 303 and approved_simple(desk, story) == both["shown_simple"]
    else:
        assert answer.status == 409 and "only admin or chief may approve it too" in answer.words
        del both["reason"]
        assert visitor.post(f"/story/{story}/act", both).status == 303
        assert not approved_simple(desk, story), "the standard version alone"


def approving(page: Answer) -> dict[str, str]:
    form = page.text[page.text.index('name="act" value="approve"') :]
    return dict(re.findall(r'name="(shown\w*)" value="([0-9a-z]+)"', form[: form.index("</form>")]))


def test_an_approval_covers_the_simple_version_that_was_shown(served: DeskServer) -> None:
    desk = served
    story = add_story(desk.desk.database)
    with_simple(desk, story, "e" * 64)
    editor = desk.visitor(Role.EDITOR)
    page = editor.get(f"/story/{story}")
    assert "Shoppers get money back." in page.words and "Approving the story covers it too." in page.words
    assert "<b>pays</b>" not in page.text
    with_simple(desk, story, "f" * 64)
    late = editor.post(f"/story/{story}/act", {"act": "approve", **approving(page)})
    assert late.status == 409 and "simple version changed since it was shown" in late.words
    again = editor.get(f"/story/{story}")
    assert editor.post(f"/story/{story}/act", {"act": "approve", **approving(again)}).status == 303
    assert approved_simple(desk, story) == "f" * 64


def test_one_of_an_earlier_wording_is_shown_as_such_and_not_approved(served: DeskServer) -> None:
    desk = served
    story = add_story(desk.desk.database)
    with_simple(desk, story, "e" * 64, basis="0" * 64)
    editor = desk.visitor(Role.EDITOR)
    page = editor.get(f"/story/{story}")
    assert "It was made from an earlier version" in page.words
    assert editor.post(f"/story/{story}/act", {"act": "approve", **approving(page)}).status == 303
    assert not approved_simple(desk, story)


EASY = Draft(
    DraftSentence("About 41,000 shoppers get money back.", Kind.FACT, (1,)),
    DraftSentence("Brightwell will pay back about 41,000 shoppers.", Kind.FACT, (1,)),
    (
        (DraftSentence("Brightwell sells food online, the company said.", Kind.FACT, (3,)),),
        (DraftSentence("This story is a reminder that a promise counts.", Kind.TAKEAWAY),),
    ),
)
SIMPLE = render(EASY, ("Harbour Tech",))
EDITED = SIMPLE.replace("sells food online", "sells groceries online")


def add_simple(
    desk: DeskServer, story_id: int, *, basis: str = "", mended: bool = False, verdict: str = "pass"
) -> None:
    """A simple version by the model. With `mended` the checks sent it back."""
    with desk.desk.database.session() as session:
        story = stories.get_story(session, story_id)
        assert story is not None
        standard = stories.current_draft(session, story)
        assert standard is not None
        row = DraftRow(author="m", writer="openai", content=to_json(EASY), text=SIMPLE, hash=text_hash(SIMPLE),
                       created_at=WHEN, check_verdict="block" if mended else verdict, level="simple",
                       basis=basis or standard.hash, report={"findings": []}, prompt="simple@1")  # fmt: skip
        stories.add_draft(session, story, row)
        if mended:
            story.simple_draft_id = None


def simple_of(desk: DeskServer, story_id: int) -> DraftRow:
    with desk.desk.database.reading() as session:
        story = stories.get_story(session, story_id)
        assert story is not None
        found = stories.simple_draft(session, story)
        assert found is not None
        return found


def hidden(page: Answer) -> dict[str, str]:
    """The fields of the editor's form but its text."""
    form = page.text[page.text.index("data-editor") :]
    return dict(re.findall(r'name="(shown|place|level|beside)" value="(\w+)"', form[: form.index("</form>")]))


def text_page(visitor: Visitor, story: int) -> Answer:
    return visitor.get(f"/story/{story}/text?level=simple")


def typing(visitor: Visitor, story: int, text: str, fields: dict[str, str]) -> Answer:
    return visitor.post(f"/story/{story}/typed", {**fields, "text": text}, HX_Request="true")


def unsaved(desk: DeskServer, story: int) -> dict[int, str]:
    with desk.desk.database.reading() as session:
        return {row.place: row.text for row in visits.unsaved_of(session, story, "editor")}


def test_the_simple_version_is_edited_like_the_draft(served: DeskServer) -> None:
    desk = served
    story = add_story(desk.desk.database)
    add_simple(desk, story)
    editor, reader = desk.visitor(Role.EDITOR), desk.visitor(Role.READER)
    link = f'href="/story/{story}/text?level=simple"'
    assert link not in reader.get(f"/story/{story}").text
    assert link in editor.get(f"/story/{story}").text
    page = text_page(editor, story)
    assert "Simple version of" in page.words and SIMPLE.split("\n")[2] in page.words
    assert "It is like a waiter" in page.words, "the standard version stands below it"
    fields = hidden(page)
    live = typing(editor, story, EDITED, fields)
    wanted = desk.desk.config.writer.most_words("simple")
    assert f"of {wanted} words" in live.words and "of 9" in live.words, "what the level may have, not the standard one"
    assert "1 warning " in live.words and "The story has no analogy" in live.words
    assert "1 block" in typing(editor, story, EDITED.replace("reminder", "reminder in 2031"), fields).words
    shown = editor.get(f"/story/{story}")
    assert "You have unsaved changes to the simple version" in shown.words
    assert "You have unsaved changes to the whole text" not in shown.words
    again = text_page(editor, story)
    assert "was restored" in again.words and "2031" in again.words
    saved = editor.post(f"/story/{story}/text", {**fields, "text": EDITED})
    assert saved.status == 303 and saved.location.endswith(f"/story/{story}#simple")
    row = simple_of(desk, story)
    assert (row.text, row.author, row.writer, row.level) == (EDITED, "editor", "editor", "simple")
    assert row.check_verdict == CheckVerdict.WARN and unsaved(desk, story) == {}
    page = editor.get(f"/story/{story}")
    assert "sells groceries online" in page.words and "Approving the story covers it too." in page.words
    assert editor.post(f"/story/{story}/act", {"act": "approve", **approving(page)}).status == 303
    assert approved_simple(desk, story) == row.hash


def test_saving_one_level_keeps_what_is_typed_at_the_other(served: DeskServer) -> None:
    desk = served
    story = add_story(desk.desk.database)
    add_simple(desk, story)
    editor = desk.visitor(Role.EDITOR)
    simple, whole = hidden(text_page(editor, story)), hidden(editor.get(f"/story/{story}/text"))
    with desk.desk.database.reading() as session:
        found = stories.get_story(session, story)
        assert found is not None
        standard = stories.current_draft(session, found)
        assert standard is not None
    words = standard.text.replace("must stand by", "is bound by")
    typing(editor, story, EDITED, simple)
    typing(editor, story, words, whole)
    typing(editor, story, "A sentence.", {"place": "3", "shown": whole["shown"]})
    assert sorted(unsaved(desk, story)) == [visits.SIMPLE, visits.WHOLE, 3]
    assert editor.post(f"/story/{story}/text", {**simple, "text": EDITED}).status == 303
    assert sorted(unsaved(desk, story)) == [visits.WHOLE, 3]
    typing(editor, story, SIMPLE, hidden(text_page(editor, story)))
    assert editor.post(f"/story/{story}/text", {**whole, "text": words}).status == 303
    assert unsaved(desk, story) == {visits.SIMPLE: SIMPLE}
    dropped = editor.post(f"/story/{story}/drop", hidden(text_page(editor, story)))
    assert dropped.location.endswith("#simple") and unsaved(desk, story) == {}


def test_a_simple_version_or_a_draft_that_changed_meanwhile_keeps_the_typed_words(served: DeskServer) -> None:
    desk = served
    story = add_story(desk.desk.database)
    add_simple(desk, story)
    editor, chief = desk.visitor(Role.EDITOR), desk.visitor(Role.CHIEF)
    early = hidden(text_page(editor, story))
    theirs = SIMPLE.replace("a promise counts", "a promise is a promise")
    assert chief.post(f"/story/{story}/text", {**hidden(text_page(chief, story)), "text": theirs}).status == 303
    late = editor.post(f"/story/{story}/text", {**early, "text": EDITED})
    assert late.status == 409 and "It changed in the meantime" in late.words and "<ins>is a promise</ins>" in late.text
    assert "Open the simple version again" in late.words and "sells groceries online" in late.words
    page = text_page(editor, story)
    assert "the simple version has changed since" in page.words and "sells groceries online" in page.words
    early = hidden(page)
    sentence = {"place": "3", "text": "A court ruled so.", "shown": early["beside"]}
    assert chief.post(f"/story/{story}/sentence", sentence).status == 303
    late = editor.post(f"/story/{story}/text", {**early, "text": EDITED})
    assert late.status == 409 and "the draft changed since the simple version was shown" in late.words.lower()
    assert "<ins>A court ruled so</ins>" in late.text
    assert editor.post(f"/story/{story}/text", {**hidden(text_page(editor, story)), "text": EDITED}).status == 303
    assert simple_of(desk, story).text == EDITED


def test_one_of_an_earlier_wording_is_kept_as_it_is_by_saving_it(served: DeskServer) -> None:
    desk = served
    story = add_story(desk.desk.database)
    add_simple(desk, story, basis="0" * 64)
    editor = desk.visitor(Role.EDITOR)
    assert "Edit it, or keep it as it is" in editor.get(f"/story/{story}").words
    page = text_page(editor, story)
    assert "Saving it, changed or not, ties it to the current one." in page.words
    assert editor.post(f"/story/{story}/text", {**hidden(page), "text": SIMPLE}).status == 303
    page = editor.get(f"/story/{story}")
    assert "Approving the story covers it too." in page.words and simple_of(desk, story).writer == "editor"


def test_there_is_no_other_level_and_none_to_edit_where_there_is_none(served: DeskServer) -> None:
    desk = served
    story = add_story(desk.desk.database)
    editor = desk.visitor(Role.EDITOR)
    for answer in (editor.get(f"/story/{story}/text?level=hard"),
                   editor.post(f"/story/{story}/text", {"level": "hard", "text": EDITED}),
                   editor.post(f"/story/{story}/typed", {"level": "hard", "place": "whole", "text": "x"})):  # fmt: skip
        assert answer.status == 400 and "there are: standard, simple" in answer.text
    none = text_page(editor, story)
    assert none.status == 409 and "there is no simple version to edit yet" in none.words.lower()
    public = add_story(desk.desk.database, state=StoryState.PUBLISHED)
    add_simple(desk, public)
    chief = desk.visitor(Role.CHIEF)
    assert "Edit the simple version" not in chief.get(f"/story/{public}").words
    assert text_page(chief, public).status == 409
    assert chief.post(f"/story/{public}/text", {"level": "simple", "text": EDITED}).status == 409
    assert simple_of(desk, public).text == SIMPLE


@pytest.mark.parametrize("levels", [("standard",), ("standard", "simple")])
def test_one_that_is_mended_is_said_to_be(served: DeskServer, levels: tuple[str, ...]) -> None:
    desk = served
    writer = desk.desk.config.writer
    desk.desk.config = desk.desk.config.model_copy(update={"writer": writer.model_copy(update={"levels": levels})})
    story = add_story(desk.desk.database)
    add_simple(desk, story, mended=True)
    page = desk.visitor(Role.EDITOR).get(f"/story/{story}").words
    said = "The checks sent it back; it shows up here once it is fixed." in page
    assert said == ("simple" in levels) and "Edit the simple version" not in page


def test_an_approval_before_the_simple_version_was_edited_is_no_second_one(served: DeskServer) -> None:
    """With two people, nobody brings their own simple wording into print on an approval of the words before it."""
    desk = served
    rules = desk.desk.config.desk.model_copy(update={"two_person": True})
    desk.desk.config = desk.desk.config.model_copy(update={"desk": rules})
    story = add_story(desk.desk.database)
    add_simple(desk, story)
    editor, chief = desk.visitor(Role.EDITOR), desk.visitor(Role.CHIEF)
    page = chief.get(f"/story/{story}")
    assert chief.post(f"/story/{story}/act", {"act": "approve", **approving(page)}).status == 303
    assert approved_simple(desk, story)
    assert editor.post(f"/story/{story}/text", {**hidden(text_page(editor, story)), "text": EDITED}).status == 303
    page = editor.get(f"/story/{story}")
    answer = editor.follow(editor.post(f"/story/{story}/act", {"act": "approve", **approving(page)}))
    assert "a second person has to approve too" in answer.words
    page = chief.get(f"/story/{story}")
    assert chief.post(f"/story/{story}/act", {"act": "approve", **approving(page)}).status == 303
    assert approved_simple(desk, story) == text_hash(EDITED)
