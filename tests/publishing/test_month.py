"""A month of a newsroom in virtual time: each story once in mail, feeds and site, what went wrong told everywhere."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

from pipeline.config import Config
from pipeline.desk.actor import Actor
from pipeline.desk.acts import act_on
from pipeline.desk.edit import correct
from pipeline.desk.review import Act
from pipeline.glossary import load_glossary
from pipeline.inspection.house_style import HouseStyle
from pipeline.publishing.issue import issue
from pipeline.publishing.public_site.build import build_site
from pipeline.publishing.sending import write_mails
from pipeline.publishing.sign_up import import_readers
from pipeline.storage.database import Database

from .approved import ADA, approve, golden

FIRST = datetime(2026, 11, 1, 6, 0, tzinfo=UTC)
CONFIG = Config.model_validate({"site": {"address": "https://news.example/", "front_stories": 200}})
MENDED, WITHDRAWN = {5: "It was 7 million", 40: "Another sum"}, {17: "It never opened"}


def test_each_story_once_everywhere_and_every_mistake_told(tmp_path: Path, sqlite_with_tables: Path) -> None:
    shutil.copy(sqlite_with_tables, tmp_path / "n.db")
    database = Database(f"sqlite:///{tmp_path}/n.db")
    import_readers(database, ["a@example.org"], now=FIRST, consent="form")
    house = HouseStyle(load_glossary(), "en", CONFIG.desk, CONFIG.writer)
    mailed: Counter[int] = Counter()
    mails: list[str] = []
    for day in range(30):
        now = FIRST + timedelta(days=day)
        approve(database, [2 * day + 1, 2 * day + 2], now)
        if day == 10:
            mend = golden(5).replace("cost 5 million", "cost 7 million")
            correct(database, 5, mend, by=Actor(ADA, now, reason=MENDED[5]), house=house, over="the council said so")
            act_on(database, 17, Act.RETRACT, by=Actor(ADA, now, reason=WITHDRAWN[17]), rules=CONFIG.desk)
        if day == 25:
            mend = golden(40).replace("cost 40 million", "cost 4 million")
            correct(database, 40, mend, by=Actor(ADA, now, reason=MENDED[40]), house=house, over="the council said so")
        edition = issue(database, CONFIG, now + timedelta(hours=1), key=f"digest {day}")
        write_mails(database, CONFIG, edition, tmp_path / "mails" / str(day))
        mailed.update(story.story_id for story in edition.stories)
        build_site(database, CONFIG, now + timedelta(hours=1), folder=tmp_path / "site")
    for file in sorted((tmp_path / "mails").rglob("*.eml")):
        text = message_from_bytes(file.read_bytes(), policy=policy.default).get_body(("plain",))
        assert text is not None
        mails.append(text.get_content())
    site = tmp_path / "site"
    assert mailed == dict.fromkeys(range(1, 61), 1)
    assert sorted(int(p.stem.rpartition("-")[2]) for p in site.glob("20*/*/*/*-*.html")) == list(range(1, 61))
    feed = json.loads((site / "feed.json").read_text())["items"]
    assert len(feed) == len({item["id"] for item in feed}) == 60
    listed = json.loads((site / "search.json").read_text())
    assert len(listed) == 59
    corrections = (site / "corrections.html").read_text()
    for story, reason in (MENDED | WITHDRAWN).items():
        (page,) = site.glob(f"20*/*/*/*-{story}.html")
        assert reason in page.read_text()
        assert reason in corrections
        assert sum(reason in mail for mail in mails) == 1
        assert sum(reason in item["content_html"] for item in feed) == 1
    database.close()
