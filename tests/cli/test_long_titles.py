"""A title of a million characters is cut where it comes in, so that nothing keeps or prints more of it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.foreign import PROSE
from tests.loopback_site import Site
from tests.newsroom import write_config

from .conftest import Call

LONG = "Storms" * 170_000
MOST = 1000


class LongWinded(Site):
    """A site of one article, all of whose titles are a million characters."""

    def __init__(self) -> None:
        super().__init__(1)

    def find(self, path: str) -> str | None:
        if path.endswith(".xml"):
            item = f"<item><title>{LONG}</title><link>{self.base}/0</link></item>"
            return f"<rss version='2.0'><channel><title>{LONG}</title>{item}</channel></rss>"
        text = "".join(f"<p>Part {n}. {PROSE}</p>" for n in range(12))
        return (
            f"<html lang='en'><head><title>{LONG}</title><meta property='og:title' content='{LONG}'>"
            f"<meta property='og:site_name' content='{LONG}'></head>"
            f"<body><article><h1>{LONG}</h1>{text}</article></body></html>"
        )


def longest(said: str) -> int:
    return max((len(found) for found in re.findall("(?:Storms)+", said)), default=0)


def test_no_command_prints_more_of_a_title_than_is_kept(
    tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with LongWinded() as site:
        (tmp_path / "page.html").write_text(site.find("/0") or "")
        (tmp_path / "feed.xml").write_text(site.find("/feed.xml") or "")
        (tmp_path / "feeds.opml").write_text(
            f"<opml version='2.0'><body><outline text='{LONG}' xmlUrl='{site.feed}'/></body></opml>"
        )
        write_config(tmp_path, {})
        feeds_in = [("db", "upgrade"), ("feeds", "import", "feeds.opml"), ("run",)]
        for stage in [("parse", "feed.xml"), ("extract", "page.html"), ("try", f"{site.base}/0"), *feeds_in]:
            said = call(*stage)
            assert said.status == 0, (stage, said.err)
            assert longest(said.out + said.err) <= MOST, stage
        number = str(json.loads(call("review", "list", "--json").out)[0]["id"])
        review = [("list",), ("list", "--json"), ("show", number), ("approve", number), ("history", number)]
        digest = [("digest", "--preview", "--format", form) for form in ("text", "md", "html", "json", "rss", "email")]
        others = [("feeds", "list"), ("feeds", "export"), ("status",), ("publish", "site", "site")]
        for command in [*(("review", *rest) for rest in review), *digest, *others]:
            said = call(*command)
            assert said.status == 0, (command, said.err)
            assert longest(said.out + said.err) <= MOST, command
        assert max(longest(file.read_text()) for file in (tmp_path / "site").rglob("*.html")) <= MOST
