"""Feeds, pages and models that misbehave: each fails with its reason, the others go on, nothing is lost."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from pipeline.config import load_config
from pipeline.engine.rounds import Engine, Summary
from pipeline.glossary import load_glossary
from pipeline.model import StoryState
from pipeline.storage import stories
from pipeline.storage.database import Database
from pipeline.storage.llm import calls
from tests.newsroom import ModelServer, Reply, inshort, openai_writer, own_words, write_config

SENTENCES = (
    "The town council of Marlow agreed on Monday to test a chatbot that answers questions about rubbish collection.",
    "The test will last six weeks and cost 12,000 pounds, said Dana Reyes, who leads the council's digital office.",
    "Residents can still telephone the office if they would rather speak to a person about their bins.",
    "A similar test in Holbrook ended in March after the chatbot gave the wrong collection days to 300 homes.",
    "Reyes said the Marlow chatbot answers only from the council's own calendar and says so when it does not know.",
    "The council will publish the number of wrong answers each week and decide in January whether to go on.",
)
ARTICLE = "<p>" + "</p><p>".join(SENTENCES) + "</p>"
PAGE = f"<html lang='en'><title>Marlow tests a chatbot</title><body><article>{ARTICLE}</article></body></html>"


def feed_of(link: str, title: str = "Marlow tests a chatbot") -> str:
    return (
        f'<rss version="2.0"><channel><title>Marlow Post</title><item><title>{title}</title>'
        f"<link>{link}</link><guid>{link}</guid></item></channel></rss>"
    )


@pytest.fixture
def web() -> Iterator[HTTPServer]:
    with HTTPServer("127.0.0.1", threaded=True) as server:
        server.expect_request("/good.xml").respond_with_data(feed_of(server.url_for("/story")), content_type="text/xml")
        server.expect_request("/story").respond_with_data(PAGE, content_type="text/html")
        server.expect_request("/robots.txt").respond_with_data("", status=404)
        yield server


@pytest.fixture
def newsroom(tmp_path: Path, web: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Engine]:
    monkeypatch.setattr("pipeline.llm.turns.PAUSES", (0.0, 0.0))
    monkeypatch.setenv("OPENAI_API_KEY", "test-key")

    def make(feeds: dict[str, str] | None = None, **sections: dict[str, object]) -> Engine:
        urls = feeds if feeds is not None else {"Marlow Post": web.url_for("/good.xml")}
        file = write_config(tmp_path, urls, **sections)
        database = Database(f"sqlite:///{tmp_path}/inshort.db")
        database.upgrade()
        engine = Engine(database, load_config(file), load_glossary())
        engine.prepare()
        return engine

    return make


def run(engine: Engine) -> Summary:
    return asyncio.run(engine.round())


def test_bad_feeds_fail_with_their_reasons_and_the_others_go_on(
    web: HTTPServer, newsroom: Callable[..., Engine]
) -> None:
    web.expect_request("/page.xml").respond_with_data("<html><body><h1>Welcome</h1></body></html>")
    web.expect_request("/empty.xml").respond_with_data("")
    web.expect_request("/broken.xml").respond_with_data("no", status=500)
    web.expect_request("/loop.xml").respond_with_data("", status=302, headers={"Location": web.url_for("/loop.xml")})
    web.expect_request("/big.xml").respond_with_data(b"<rss>" + b"x" * 20_000_000)
    names = ("page", "empty", "broken", "loop", "big", "good")
    engine = newsroom(
        {name: web.url_for(f"/{name}.xml") for name in names},
        network={"allow": ["127.0.0.0/8"], "timeout_seconds": 120, "max_bytes": 10_000_000},
    )
    summary = run(engine)
    assert summary.polled == 6
    assert summary.drafted == 1
    reasons = {name: said.lower() for name, said in summary.feeds_failed.items()}
    assert set(reasons) == set(names) - {"good"}
    for name, word in {
        "page": "html",
        "empty": "empty",
        "broken": "500",
        "loop": "redirect",
        "big": "10000000 bytes",
    }.items():
        assert word in reasons[name], (name, reasons[name])


def test_a_feed_that_does_not_answer_fails_after_its_time(web: HTTPServer, newsroom: Callable[..., Engine]) -> None:
    release = threading.Event()

    def hang(_: Request) -> Response:
        release.wait(300)
        return Response("late")

    web.expect_request("/slow.xml").respond_with_handler(hang)
    summary = run(
        newsroom({"slow": web.url_for("/slow.xml")}, network={"allow": ["127.0.0.0/8"], "timeout_seconds": 1})
    )
    release.set()
    assert "in time" in summary.feeds_failed["slow"]


def in_another_language(web: HTTPServer) -> None:
    text = (
        "Der Gemeinderat hat am Montag beschlossen, einen Chatbot zu erproben, der Fragen zur Müllabfuhr beantwortet. "
    )
    page = f"<html lang='de'><title>Chatbot</title><article><p>{text * 9}</p></article></html>"
    web.expect_request("/other").respond_with_data(page.encode(), content_type="text/html; charset=utf-8")


def one_sentence_long(web: HTTPServer) -> None:
    page = f"<html lang='en'><title>Short</title><article><p>{SENTENCES[0]}</p></article></html>"
    web.expect_request("/other").respond_with_data(page, content_type="text/html")


@pytest.mark.parametrize(("serve", "said"), [(in_another_language, "in German"), (one_sentence_long, "words")])
def test_what_is_no_story_for_us_is_refused_before_a_token_is_spent(
    web: HTTPServer, newsroom: Callable[..., Engine], serve: Callable[[HTTPServer], None], said: str
) -> None:
    serve(web)
    web.expect_request("/other.xml").respond_with_data(feed_of(web.url_for("/other"), "Short"))
    with ModelServer() as model:
        engine = newsroom({"other": web.url_for("/other.xml")}, writer=openai_writer(model.base))
        said_lines: list[str] = []
        engine.say = said_lines.append
        assert run(engine).refused.total() == 1
        assert model.asked.total() == 0
    assert [line for line in said_lines if line.startswith("refused") and said in line], said_lines


def cut_off(prompt: str) -> str:
    return own_words(prompt)[:-40]


def without_paragraphs(prompt: str) -> str:
    return json.dumps({k: v for k, v in json.loads(own_words(prompt)).items() if k != "paragraphs"})


def refusal_of(code: str, status: int = 400) -> Callable[[str], Reply]:
    body = json.dumps({"error": {"message": f"Not this,\nsays {code}.", "code": code}}).encode()
    return lambda _: Reply(raw=body, status=status)


OF_NO_SHAPE: dict[str, tuple[Callable[[str], str | Reply], str]] = {
    "prose": (lambda _: "Here is your draft! I hope you like it.", "no JSON object"),
    "broken JSON": (cut_off, "the JSON is broken"),
    "a wrong schema": (without_paragraphs, "paragraphs: Field required"),
    "an empty string": (lambda _: "", "no answer at all"),
}


@pytest.mark.parametrize("case", OF_NO_SHAPE)
def test_an_answer_of_no_shape_is_paid_for_once_more_and_then_given_up(
    newsroom: Callable[..., Engine], case: str
) -> None:
    answer, said = OF_NO_SHAPE[case]
    with ModelServer(answer) as model:
        engine = newsroom(writer=openai_writer(model.base))
        summary = run(engine)
        assert (summary.failed, summary.drafted, model.asked.total()) == (1, 0, 2)
        assert max(model.asked.values()) == 1, "never with the same words"
    with engine.database.session() as session:
        story = stories.get_story(session, 1)
        assert story is not None
        assert (story.state, story.current_draft_id) == (StoryState.FAILED, None)
        assert said in story.waiting_for


BAD_ANSWERS: dict[str, tuple[Callable[[str], str | Reply], str, int]] = {
    "401": (lambda _: Reply(status=401), "refuses the API key (401)", 1),
    "429": (lambda _: Reply(status=429, headers={"Retry-After": "0"}), "asks to wait (429)", 3),
    "500": (lambda _: Reply(status=500), "has a problem (500)", 3),
    "400 filtered": (refusal_of("content_filter"), "filtered the request (400): Not this, says content_filter.", 1),
    "404": (refusal_of("model_not_found", 404), "no such model or address (404): Not this, says model_not_found.", 1),
    "408": (refusal_of("slow", 408), "waited too long for the request (408): Not this, says slow.", 3),
    "409": (refusal_of("conflict", 409), "another request in the way of this one (409): Not this, says conflict.", 3),
    "502": (lambda _: Reply(raw=b"<html>Bad Gateway</html>", status=502), "server is away (502)\n", 3),
    "cut off on the way": (lambda _: Reply(cut=True), "broke before the answer was in", 1),
    "no completion": (lambda _: Reply(raw=b"<html>proxy error</html>"), "not a chat completion", 1),
}


@pytest.mark.parametrize("case", BAD_ANSWERS)
def test_a_bad_answer_is_never_a_draft_and_the_story_waits(newsroom: Callable[..., Engine], case: str) -> None:
    answer, said, tries = BAD_ANSWERS[case]
    said = said.rstrip(".")
    with ModelServer(answer) as model:
        engine = newsroom(writer=openai_writer(model.base, api_key_env="OPENAI_API_KEY"))
        summary = run(engine)
        assert (summary.waiting, summary.drafted) == (1, 0)
        assert model.asked.total() == tries
        with engine.database.session() as session:
            story = stories.get_story(session, 1)
            assert story is not None
            assert story.state in (StoryState.NEW, StoryState.DRAFTING)
            assert stories.current_draft(session, story) is None
            assert said.strip() in story.waiting_for
            assert story.next_try_at is not None
        status = inshort("status", cwd=engine.database.file.parent if engine.database.file else None)
        assert said in status.stdout
        # When its time has come and the model is well again, the story goes on.
        model.answer = own_words
        with engine.database.session() as session:
            mended = stories.get_story(session, 1)
            assert mended is not None
            mended.next_try_at = None
        assert run(engine).drafted >= 1


def test_a_wrong_shape_is_mended_by_naming_what_is_wrong(newsroom: Callable[..., Engine]) -> None:
    def answer(prompt: str) -> str:
        if "YOUR EARLIER ANSWER" in prompt:
            assert "- paragraphs: Field required" in prompt
            return own_words(prompt)
        return without_paragraphs(prompt)

    with ModelServer(answer) as model:
        engine = newsroom(writer=openai_writer(model.base))
        assert run(engine).drafted == 1
        assert model.asked.total() == 2
    with engine.database.session() as session:
        story = stories.get_story(session, 1)
        assert story is not None and story.state == StoryState.IN_REVIEW
        draft = stories.current_draft(session, story)
        assert draft is not None and draft.prompt.startswith("repair@")


def test_a_refusal_is_no_draft(newsroom: Callable[..., Engine]) -> None:
    with ModelServer(lambda _: "I'm sorry, but I can't help with that.") as model:
        assert run(newsroom(writer=openai_writer(model.base))).failed == 1


def test_a_model_that_says_nothing_is_left_after_its_time(newsroom: Callable[..., Engine]) -> None:
    silence = threading.Event()
    with ModelServer(lambda _: Reply(hang=silence)) as model:
        engine = newsroom(writer=openai_writer(model.base, timeout_seconds=1))
        summary = run(engine)
        silence.set()
    assert summary.waiting == 1
    with engine.database.session() as session:
        story = stories.get_story(session, 1)
        assert story is not None
        assert "no answer within 1 s" in story.waiting_for
        # It may have been paid for: the worst case stays counted.
        assert calls.spent(session, story_id=1).micro > 0


def test_a_cap_that_is_reached_makes_stories_wait_for_money(newsroom: Callable[..., Engine]) -> None:
    with ModelServer() as model:
        engine = newsroom(writer=openai_writer(model.base, caps={"day": "0.0001"}))
        assert run(engine).waiting == 1
        assert model.asked.total() == 0
        status = inshort("status", cwd=engine.database.file.parent if engine.database.file else None)
    assert "money: the day's cap has 0.0001 USD left" in status.stdout


def test_a_page_that_is_gone_is_refused_and_one_that_fails_is_tried_again(
    web: HTTPServer, newsroom: Callable[..., Engine]
) -> None:
    web.expect_request("/gone.xml").respond_with_data(feed_of(web.url_for("/gone"), "Gone"))
    web.expect_request("/gone").respond_with_data("", status=410)
    web.expect_request("/down.xml").respond_with_data(feed_of(web.url_for("/down"), "Down"))
    web.expect_request("/down").respond_with_data("", status=503)
    engine = newsroom({"gone": web.url_for("/gone.xml"), "down": web.url_for("/down.xml")})
    summary = run(engine)
    assert summary.refused == {"unreachable": 1}
    assert summary.pages_failed == 1
