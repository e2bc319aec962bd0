"""What goes wrong at a desk with several people and hasty fingers: each is told, and nothing is half done."""

from __future__ import annotations

import re
from collections.abc import Callable
from threading import Barrier, Thread
from urllib.parse import quote

import pytest

from pipeline.desk.people import Person, Role
from pipeline.model import StoryState
from pipeline.storage import stories
from pipeline.storage.desk import people
from pipeline.storage.publishing import editions
from pipeline.storage.tables import EditionRow
from tests.desk.stories import WHEN, add_story

from .server import Answer, DeskServer, Visitor
from .test_desk_pages import decide, desk, shown, state, versions  # noqa: F401 - desk is a fixture
from .test_edition import order
from .test_edition import shown as shown_edition


@pytest.mark.parametrize(
    "query",
    [
        '"Brightwell" "refund',
        "“refund shoppers”",
        "Brightwell AND NOT (refund OR *)",
        'title:Brightwell^2 NEAR("x" 3)',
        "<script>alert(1)</script>",
        "%_' OR 1=1; --",
        "مرحبا \u202egnp.exe\u202c שלום",
        "x" * 10_000,
        "a " * 5_000,
        "\x00\ud83d",
    ],
)
def test_a_search_for_anything_is_answered_and_shown_as_text(desk: DeskServer, query: str) -> None:  # noqa: F811
    add_story(desk.desk.database)
    answer = desk.visitor(Role.EDITOR).get(f"/search?q={quote(query, errors='surrogatepass')}")
    assert answer.status in (200, 400)
    assert "<script>alert" not in answer.text and "\u202e" not in answer.text
    if answer.status == 400:
        assert re.search(r"too long|too many words|nothing to search for", answer.words)
    assert len(answer.text) < 60_000, "what was typed is not given back whole"


def test_a_search_is_narrowed_and_sorted_and_readers_see_no_review(desk: DeskServer) -> None:  # noqa: F811
    database = desk.desk.database
    plain = add_story(database, title="One", topic="ai", feed="Harbour Tech")
    doubtful = add_story(database, title="Two", topic="law", feed="The Lantern")
    with database.session() as session:
        for number, place, wrong in ((plain, -90, ""), (doubtful, -10, "name quote")):
            row = stories.get_story(session, number)
            assert row is not None
            row.queue_place, row.wrong, row.differs, row.assigned_to = place, wrong, bool(wrong), "chief"[: len(wrong)]
    editor = desk.visitor(Role.EDITOR)

    def found(more: str, who: Visitor = editor) -> list[int]:
        answer = who.get(f"/search?q=brightwell&{more}")
        assert answer.status == 200, answer.words
        return [int(n) for n in re.findall(r'id="q(\d+)"', answer.text)]

    assert found("") == [doubtful, plain] and found("sort=risk") == [plain, doubtful]
    for more in ("finding=quote", "differ=yes", "reviewer=chief", "topic=law", "source=The+Lantern"):
        assert found(more) == [doubtful], more
    assert editor.get("/search?q=brightwell&sort=up").status == 400
    with database.session() as session:
        for number in (plain, doubtful):
            row = stories.get_story(session, number)
            assert row is not None
            row.state = StoryState.PUBLISHED
    reader = desk.visitor(Role.READER)
    assert found("finding=quote&differ=yes&reviewer=chief", reader) == [doubtful, plain], "not theirs to ask"
    assert 'name="finding"' not in reader.get("/search?q=brightwell").text


def test_each_of_many_that_changed_meanwhile_is_told_by_itself(desk: DeskServer) -> None:  # noqa: F811
    still, edited, gone, held = (add_story(desk.desk.database, title=f"News {n}") for n in range(4))
    editor, chief = desk.visitor(Role.EDITOR), desk.visitor(Role.CHIEF)
    listed = re.findall(r'name="story" value="([^"]+)"', editor.get("/queue").text)
    old = shown(chief.get(f"/story/{edited}"))
    chief.post(f"/story/{edited}/sentence", {"place": "2", "text": "Brightwell trades online.", "shown": old})
    decide(chief, gone, "spike", reason="old news")
    decide(chief, held, "hold")
    answer = editor.post("/queue/many", {"act": "hold", "story": listed})
    assert answer.status == 409 and "2 stories were left as they were" in answer.words
    assert "News 1 : the draft changed since this list was shown" in answer.words
    assert "News 2 : the story is spiked; reopen it first" in answer.words
    assert [state(desk, n) for n in (still, edited, gone, held)] == ["held", "in_review", "spiked", "held"]


def at_once(*deeds: Callable[[], Answer]) -> list[Answer]:
    """Requests that set out together."""
    gate, answers = Barrier(len(deeds)), list[Answer]()

    def one(deed: Callable[[], Answer]) -> None:
        gate.wait(60)
        answers.append(deed())

    threads = [Thread(target=one, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return answers


def test_two_people_issue_at_once_and_one_edition_comes_of_it(desk: DeskServer) -> None:  # noqa: F811
    for n in range(3):
        add_story(desk.desk.database, title=f"Story {n}", state=StoryState.APPROVED, when=WHEN)
    chief, admin = desk.visitor(Role.CHIEF), desk.visitor(Role.ADMIN)
    now = shown_edition(chief.get("/digest"))
    answers = at_once(
        lambda: chief.post("/digest/issue", {"shown": now}), lambda: admin.post("/digest/issue", {"shown": now})
    )
    assert sorted(a.status for a in answers) == [303, 409], [a.words for a in answers]
    late = next(a for a in answers if a.status == 409)
    assert "in the meantime" in late.words or "nothing to issue" in late.words
    with desk.desk.database.reading() as session:
        assert session.query(EditionRow).count() == 1
        issued = editions.last_edition(session, "")
    assert issued is not None


def test_an_edition_is_arranged_while_a_story_of_it_is_reopened(desk: DeskServer) -> None:  # noqa: F811
    for n in range(3):
        add_story(desk.desk.database, title=f"Story {n}", state=StoryState.APPROVED, when=WHEN)
    editor, admin = desk.visitor(Role.EDITOR), desk.visitor(Role.ADMIN)
    page = editor.get("/digest")
    first, second, third = order(page)
    decide(admin, second, "reopen")
    sent = {"shown": shown_edition(page), "story": third}
    assert editor.post("/digest/arrange", {**sent, "move": "lead"}).status == 303
    assert order(editor.get("/digest")) == [third, first], "the one that was reopened is simply not there"
    late = editor.post("/digest/arrange", {**sent, "story": second, "move": "up"})
    assert late.status == 409 and "not in the next edition any more" in late.words


def test_a_headline_of_three_hundred_characters_is_kept_warned_of_and_pushes_nothing_out(desk: DeskServer) -> None:  # noqa: F811
    story = add_story(desk.desk.database)
    long = " ".join(["Brightwell refunds its shoppers"] * 10)[:300]
    editor = desk.visitor(Role.EDITOR)
    page = editor.get(f"/story/{story}")
    (text,) = versions(desk, story)
    saved = editor.post(f"/story/{story}/text", {"text": f"{long}\n{text}", "shown": shown(page)})
    assert saved.status == 303
    page = editor.get(f"/story/{story}")
    assert "The headline has" in page.words and long in page.words
    for path in ("/queue", "/search?q=Brightwell", "/digest?all=yes&format=text"):
        assert "Brightwell refunds its shoppers" in editor.get(path).words


def test_a_sentence_is_removed_and_undone_and_the_page_says_what(desk: DeskServer) -> None:  # noqa: F811
    story = add_story(desk.desk.database)
    editor = desk.visitor(Role.EDITOR)
    page = editor.get(f"/story/{story}?edit=3")
    assert "Remove the sentence" in page.words
    assert "Remove the sentence" not in editor.get(f"/story/{story}?edit=0").words, "a dek is edited, not removed"
    gone = editor.post(f"/story/{story}/sentence", {"place": "3", "remove": "yes", "shown": shown(page)})
    assert gone.status == 303
    after = editor.get(f"/story/{story}")
    assert "Basil" not in re.findall(r'(?s)<ol class="draft".*?</ol>', after.text)[0]
    assert "sentence 4" in after.words.partition("History")[2], "the history says which"
    undone = editor.follow(editor.post(f"/story/{story}/back", {"number": "1", "shown": shown(after)}))
    assert "Back to version 1, sentence 4" in undone.words
    assert versions(desk, story)[0] == versions(desk, story)[-1]


def test_log_out_without_users_lets_one_in_again(desk: DeskServer) -> None:  # noqa: F811
    with desk.desk.database.session() as session:
        for user in people.all_users(session):
            session.delete(user)
    desk.desk.owner = Person("owner", Role.ADMIN)
    printed: list[str] = []
    desk.desk.tell = printed.append
    owner = desk.visitor()
    assert owner.get(desk.desk.new_link()).status == 303
    page = owner.follow(owner.post("/logout"))
    assert "one-time link in the terminal" in page.words and len(printed) == 1
    assert owner.get("/queue").status != 200
    assert owner.get(printed[0]).status == 303
    assert owner.get("/queue").status == 200
