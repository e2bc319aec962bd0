"""One event told in two languages, the whole way: one story, one draft, both sources named, to its retraction."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from pipeline.config import load_config
from pipeline.desk.actor import Actor
from pipeline.desk.acts import act_on
from pipeline.desk.people import Person, Role
from pipeline.desk.review import Act
from pipeline.engine.rounds import Engine
from pipeline.glossary import load_glossary
from pipeline.publishing.formats import notices
from pipeline.publishing.issue import issue, reprint
from pipeline.storage import tellings
from pipeline.storage.database import Database
from pipeline.storage.tables import StoryRow
from tests.inspection.endpoint import Endpoint
from tests.newsroom import openai_writer, write_config

NOW = datetime(2026, 3, 4, 16, tzinfo=UTC)
CHIEF = Actor(Person("ada", Role.CHIEF), NOW, reason="I read both reports myself")
ENGLISH = (
    "The shipping company Brightsund has closed the Skua strait to its ferries after two boats reported gunfire on "
    "Wednesday morning. Nobody was hurt, the company said. The ferry Ellida had 212 passengers aboard when the shots "
    "fell and turned back to Pelgrove.",
    "The coast guard sent two ships to the strait. Its commander, Odd Renvik, said that nobody knew yet who had fired. "
    "The strait is to reopen on Friday if the coast guard finds it safe.",
    "Brightsund carries about 4,000 people a day between Pelgrove and the islands. It has put on buses to the northern "
    "harbour, from which a smaller boat goes twice a day.",
)
GERMAN = (
    "Nach Schüssen auf zwei Boote hat die Reederei Brightsund die Skua-Enge am Mittwoch für ihre Fähren gesperrt. "
    "Verletzt wurde niemand. Die Fähre Ellida kehrte mit 212 Passagieren nach Pelgrove um, teilte Brightsund mit.",
    "Wer geschossen hat, ist nach den Worten von Odd Renvik, der die Küstenwache befehligt, noch nicht bekannt. Zwei "
    "Schiffe der Küstenwache suchen die Enge ab. Am Freitag soll sie wieder befahrbar sein.",
    "Die Fischer von Pelgrove fordern nun, dass die Marine die Enge bewacht. Ihr Sprecher Jan Tolle sagte der Zeitung, "
    "seit Januar seien dort dreimal Schüsse gefallen, und niemand habe etwas unternommen.",
)


def both(prompt: str) -> str:
    """A draft of the lead's first sentences and of one that only the other report has."""
    lines = {int(n): text for n, text in re.findall(r"(?m)^\[(\d+)\] (.+)$", prompt)}
    chosen = [*sorted(lines)[:3], max(lines)]
    facts = [{"text": lines[n], "kind": "fact", "evidence": [n]} for n in chosen]
    paragraphs = [{"sentences": [fact]} for fact in facts]
    return json.dumps({"dek": facts[0], "in_short": facts[0], "paragraphs": paragraphs, "terms": []})


@pytest.fixture
def feeds(httpserver: HTTPServer) -> dict[str, str]:
    """Two feeds on two hosts, each with one entry and its page."""
    hosts = {"post": httpserver.url_for(""), "blatt": httpserver.url_for("").replace("localhost", "127.0.0.1")}
    for path in ("/robots.txt", "/.well-known/tdmrep.json"):
        httpserver.expect_request(path).respond_with_data("", 404)
    told = {
        "post": ("en", "Brightsund closes Skua strait after gunfire", "13:00:00", ENGLISH),
        "blatt": ("de", "Schüsse: Brightsund sperrt die Skua-Enge", "14:00:00", GERMAN),
    }
    for name, (language, title, at, text) in told.items():
        page = "".join(f"<p>{paragraph}</p>" for paragraph in text)
        html = f'<html lang="{language}"><title>{title}</title><body><article><h1>{title}</h1>{page}</article></body>'
        httpserver.expect_request(f"/{name}/1").respond_with_data(html, content_type="text/html; charset=utf-8")
        feed = (
            f'<rss version="2.0"><channel><title>{name}</title><language>{language}</language><item><title>{title}'
            f"</title><link>{hosts[name]}/{name}/1</link><pubDate>Wed, 04 Mar 2026 {at} GMT</pubDate>"
            "</item></channel></rss>"
        )
        httpserver.expect_request(f"/{name}.xml").respond_with_data(feed, content_type="application/rss+xml")
    return {"Harbour Post": f"{hosts['post']}/post.xml", "Hafenblatt": f"{hosts['blatt']}/blatt.xml"}


def test_one_event_in_two_languages_is_one_story_to_its_retraction(
    tmp_path: Path, feeds: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "test-key")
    endpoint = Endpoint()
    endpoint.draft = both
    judge = {"price": openai_writer("")["price"], "model": "m"}
    writer, articles = openai_writer(endpoint.base), {"languages": ["en", "de"]}
    config = load_config(write_config(tmp_path, feeds, writer=writer, judge=judge, articles=articles))
    database = Database(f"sqlite:///{tmp_path}/inshort.db")
    database.upgrade()
    newsroom = Engine(database, config, load_glossary(), now=lambda: NOW)
    newsroom.prepare()
    asyncio.run(newsroom.round())
    with database.session() as session:
        (story,) = session.query(StoryRow).filter(StoryRow.joined_to.is_(None))
        number, names = story.id, {report.feed for report in tellings.reports_of(session, story.id)}
        assert (names, story.sources, story.state) == ({"Harbour Post", "Hafenblatt"}, 2, "in_review")
    assert endpoint.asked["completions"] <= 2  # one draft, and what a check sent back
    judged = [name for names in endpoint.questions for name in names if name.startswith("b")]
    assert len(judged) == len(set(judged)) > 0
    act_on(database, number, Act.APPROVE, by=CHIEF, rules=config.desk)
    edition = issue(database, config, NOW)
    assert [story.text.splitlines()[-1] for story in edition.stories] == ["Sources: Harbour Post, Hafenblatt"]
    gone = Actor(CHIEF.person, NOW + timedelta(hours=1), reason="The shots were fireworks")
    act_on(database, number, Act.RETRACT, by=gone, rules=config.desk)
    assert edition.number is not None
    (again,) = reprint(database, edition.number).stories
    assert [notice.source for notice in again.notices] == ["Harbour Post, Hafenblatt"]
    (told,) = notices(issue(database, config, NOW + timedelta(hours=2)))
    assert "(Harbour Post, Hafenblatt) was retracted on 4 March 2026: The shots were fireworks" in told.line
    database.close()
    endpoint.end()
