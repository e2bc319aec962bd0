"""The simple version at the desk: it stands below the draft, and an approval covers just what was shown."""

from __future__ import annotations

import re

from pipeline.desk.people import Role
from pipeline.storage import stories
from pipeline.storage.tables import DraftRow
from tests.desk.server import DeskServer
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


def fields(page: str) -> dict[str, str]:
    form = page[page.index('name="act" value="approve"') :]
    return dict(re.findall(r'name="(shown\w*)" value="([0-9a-z]+)"', form[: form.index("</form>")]))


def test_an_approval_covers_the_simple_version_that_was_shown(served: DeskServer) -> None:
    desk = served
    story = add_story(desk.desk.database)
    with_simple(desk, story, "e" * 64)
    editor = desk.visitor(Role.EDITOR)
    page = editor.get(f"/story/{story}")
    assert "Shoppers get money back." in page.words and "An approval covers it too." in page.words
    assert "<b>pays</b>" not in page.text
    with_simple(desk, story, "f" * 64)
    late = editor.post(f"/story/{story}/act", {"act": "approve", **fields(page.text)})
    assert late.status == 409 and "simple version changed since it was shown" in late.words
    again = editor.get(f"/story/{story}")
    assert editor.post(f"/story/{story}/act", {"act": "approve", **fields(again.text)}).status == 303
    assert approved_simple(desk, story) == "f" * 64


def test_one_of_an_earlier_wording_is_shown_as_such_and_not_approved(served: DeskServer) -> None:
    desk = served
    story = add_story(desk.desk.database)
    with_simple(desk, story, "e" * 64, basis="0" * 64)
    editor = desk.visitor(Role.EDITOR)
    page = editor.get(f"/story/{story}")
    assert "It was made from an earlier wording" in page.words
    assert editor.post(f"/story/{story}/act", {"act": "approve", **fields(page.text)}).status == 303
    assert not approved_simple(desk, story)
