"""One article, one call: three feeds, changed GUIDs and tracking parameters make nobody pay again."""

from __future__ import annotations

import json
from pathlib import Path

from pytest_httpserver import HTTPServer

from pipeline.storage.database import Database
from tests.newsroom import ModelServer, inshort, openai_writer, write_config

from .test_bad_input import PAGE


def feed(server: HTTPServer, name: str, guid: str, link: str) -> None:
    item = f"<item><title>{name}: a chatbot for Marlow</title><link>{link}</link><guid>{guid}</guid></item>"
    text = f'<rss version="2.0"><channel><title>{name}</title>{item}</channel></rss>'
    server.expect_request(f"/{name}.xml").respond_with_data(text, content_type="text/xml")


def asked_for(folder: Path, model: ModelServer) -> int:
    """Run once more, as if every feed were due; how many questions the model has had by then."""
    database = Database(f"sqlite:///{folder}/inshort.db")
    with database.session() as session:
        session.connection().exec_driver_sql("UPDATE feeds SET next_poll_at = '2020-01-01 00:00:00'")
        session.connection().exec_driver_sql("UPDATE entries SET next_try_at = NULL")
    database.close()
    said = inshort("run", "--json", cwd=folder)
    assert said.returncode == 0, said.stderr
    return model.asked.total() - int(json.loads(said.stdout)["repairs"])


def test_the_same_article_by_three_feeds_and_with_new_guids_costs_one_call(tmp_path: Path) -> None:
    with HTTPServer("127.0.0.1", threaded=True) as web, ModelServer() as model:
        web.expect_request("/robots.txt").respond_with_data("", status=404)
        for path in ("/story", "/amp/story", "/2026/story"):
            web.expect_request(path).respond_with_data(PAGE, content_type="text/html")
        names = ("one", "two", "three")
        links = [
            web.url_for("/story?utm_source=rss&utm_campaign=x"),
            web.url_for("/story?fbclid=abc123"),
            web.url_for("/2026/story"),
        ]
        for name, link in zip(names, links, strict=True):
            feed(web, name, f"guid-{name}", link)
        writer = openai_writer(model.base)
        write_config(tmp_path, {name: web.url_for(f"/{name}.xml") for name in names}, writer=writer)
        assert inshort("db", "upgrade", cwd=tmp_path).returncode == 0
        first = asked_for(tmp_path, model)
        assert len(model.asked) == first == 1
        # The feeds forget who they were: other GUIDs, other campaigns, another path to the same page.
        web.clear_all_handlers()
        for path in ("/story", "/amp/story"):
            web.expect_request(path).respond_with_data(PAGE, content_type="text/html")
        for name in names:
            feed(web, name, f"changed-{name}", web.url_for(f"/amp/story?utm_medium={name}"))
        assert asked_for(tmp_path, model) == 1
