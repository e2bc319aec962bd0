"""What readers reach at the desk without a log-in: to confirm, to leave with one click, and to rate a story."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from pipeline.desk.people import Role
from pipeline.publishing.sign_up import import_readers
from pipeline.storage.publishing import readers
from pipeline.storage.tables import ReaderRow, StoryRow

from .server import Answer, DeskServer


@pytest.fixture
def secret(served: DeskServer) -> str:
    now: datetime = served.clock()
    import_readers(served.desk.database, ["a@example.org"], now=now, consent="at the fair")
    return row(served).secret


def row(served: DeskServer) -> ReaderRow:
    with served.desk.database.reading() as session:
        found = readers.reader_at(session, "a@example.org")
    assert found is not None
    return found


def plain(answer: Answer) -> Answer:
    """Nothing of an answer to a reader would know them again."""
    assert "set-cookie" not in answer.headers
    assert answer.headers["referrer-policy"] == "no-referrer"
    return answer


def test_one_click_of_a_mail_program_leaves_and_looking_does_not(served: DeskServer, secret: str) -> None:
    path = f"/readers/leave/{secret}"
    assert "Do you want no more mail?" in plain(served.visitor().get(path)).words
    assert row(served).state == "active"
    for _ in range(2):  # a link that is followed again does no harm
        done = plain(served.visitor().ask("POST", path, "List-Unsubscribe=One-Click"))
        assert (done.status, "You will get no more mail." in done.words) == (200, True)
        assert (row(served).state, row(served).reason) == ("left", "by the link in a mail")
    assert (
        plain(served.visitor().ask("POST", f"/readers/confirm/{secret}", "")).status == 404
    )  # one cannot come back by it


@pytest.mark.parametrize("guess", ["x", "%00", "a" * 5000, "' OR 1=1 --".replace(" ", "%20")])
@pytest.mark.parametrize("act", ["leave", "confirm"])
def test_a_guessed_link_does_nothing(served: DeskServer, secret: str, guess: str, act: str) -> None:
    answer = served.visitor().ask("POST", f"/readers/{act}/{guess}", "")
    assert answer.status == 404
    assert row(served).state == "active"


def published(served: DeskServer) -> int:
    with served.desk.database.reading() as session:
        found = session.scalar(select(StoryRow.id).where(StoryRow.state == "published"))
    assert found is not None
    return found


def test_a_story_and_a_paragraph_are_rated_once_an_hour_from_one_place(served: DeskServer) -> None:
    number = published(served)
    path = f"/rate/{number}/unclear"
    assert "Was this story clear?" in plain(served.visitor().get(path)).words
    for body in ("", "", "paragraph=2", "paragraph=99"):
        plain(served.visitor().ask("POST", path, body))
    with served.desk.database.reading() as session:
        found = [(r.story_id, r.paragraph, r.clear, r.unclear) for r in readers.least_clear(session, 10)]
    assert found == [(number, 0, 0, 1), (number, 2, 0, 1)]
    assert "Not clear to readers" in served.visitor(Role.EDITOR).get("/figures").words


@pytest.mark.parametrize("path", ["/rate/99999/clear", "/rate/1/perhaps", "/rate/x/clear", "/rate/999999999999/clear"])
def test_what_is_not_published_is_not_rated(served: DeskServer, path: str) -> None:
    for answer in (served.visitor().get(path), served.visitor().ask("POST", path, "")):
        assert answer.status in (400, 404)
    with served.desk.database.reading() as session:
        assert readers.least_clear(session, 10) == []


def test_the_name_readers_know_leads_to_their_pages_and_to_no_log_in(served: DeskServer, secret: str) -> None:
    config = served.desk.config
    address = config.readers.model_copy(update={"address": "https://news.example"})
    served.desk.config = config.model_copy(update={"readers": address})
    outsider = served.visitor()
    assert plain(outsider.get(f"/readers/leave/{secret}", Host="news.example")).status == 200
    for path in ("/", "/login", "/enter/x", "/story/1"):
        assert outsider.get(path, Host="news.example").status == 421
    assert outsider.ask("POST", "/login", "name=admin&password=x", Host="news.example").status == 421


def test_readers_are_not_told_where_the_database_lies(served: DeskServer, secret: str) -> None:
    file = served.desk.database.file
    assert file is not None
    file.rename(file.with_suffix(".away"))
    answer = served.visitor().ask("POST", f"/readers/leave/{secret}", "")
    file.with_suffix(".away").rename(file)
    assert answer.status == 503 and "try again in a few minutes" in answer.words
    assert file.name not in answer.text and str(file.parent) not in answer.text
