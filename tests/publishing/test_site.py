"""The site: permanent addresses, only what changed is written, and what was corrected or retracted says so."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest
from sqlalchemy import select

from pipeline.config import Config
from pipeline.desk.actor import Actor
from pipeline.desk.acts import act_on
from pipeline.desk.edit import correct
from pipeline.desk.review import Act
from pipeline.errors import FileProblem, UsageError
from pipeline.feeds.parse import parse_feed
from pipeline.glossary import load_glossary
from pipeline.inspection.house_style import HouseStyle
from pipeline.publishing.feeds import edition_feed
from pipeline.publishing.issue import issue
from pipeline.publishing.provenance import record_of
from pipeline.publishing.public_site.build import Built, build_site
from pipeline.publishing.public_site.story import Change, changes
from pipeline.storage.database import Database
from pipeline.storage.publishing.making import Making
from pipeline.storage.tables import DraftRow, ReviewRow, StoryRow

from .approved import ADA, approve, call, golden
from .feed_rules import broken

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
CONFIG = Config.model_validate(
    {
        "newsroom": {"name": "The <b>Desk</b>", "timezone": "Europe/Berlin"},
        "site": {"address": "https://news.example/site/", "hub": "https://hub.example/"},
        "desk": {"address": "https://desk.example"},
    }
)
REASON = "It cost 7 million, <i>not</i> 1."


@pytest.fixture
def newsroom(tmp_path: Path, sqlite_with_tables: Path) -> Iterator[Database]:
    shutil.copy(sqlite_with_tables, tmp_path / "n.db")
    database = Database(f"sqlite:///{tmp_path}/n.db")
    approve(database, [1, 2], NOW - timedelta(days=3), topic="bridges", model="gpt-x")
    approve(database, [3], NOW - timedelta(days=2), topic="C++ & co")
    yield database
    database.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "site"


def build(newsroom: Database, folder: Path, at: datetime = NOW, config: Config = CONFIG) -> Built:
    return build_site(newsroom, config, at, folder=folder, by=ADA)


def page_of(folder: Path, story: int) -> Path:
    (found,) = folder.glob(f"20*/*/*/*-{story}.html")
    return found


def mend(newsroom: Database, story: int, at: datetime) -> None:
    text = golden(story).replace(f"cost {story} million", "cost 7 million")
    house = HouseStyle(load_glossary(), "en", CONFIG.desk, CONFIG.writer)
    correct(newsroom, story, text, by=Actor(ADA, at, reason=REASON), house=house, over="The council said so")


def retract(newsroom: Database, story: int, at: datetime) -> None:
    act_on(newsroom, story, Act.RETRACT, by=Actor(ADA, at, reason=REASON), rules=CONFIG.desk)


def test_a_story_has_a_page_with_its_record(newsroom: Database, folder: Path) -> None:
    built = build(newsroom, folder)
    assert (built.stories, built.published) == (3, 3)
    page = page_of(folder, 1).read_text()
    assert page_of(folder, 1).relative_to(folder) == Path(
        "2026/11/20/a-bridge-in-delmare-opens-as-number-1-of-its-kind-1.html"
    )
    assert '<link rel="canonical" href="https://news.example/site/2026/11/20/a-bridge' in page
    assert "Drafted with AI (gpt-x), checked and approved by an editor." in page
    assert '<meta name="digital-source-type" content="http://cv.iptc.org/' in page
    assert "sentence 1 of the source: “Bridge 1 was opened on Friday by the mayor of Delmare, who …”" in page
    assert "a comparison of ours" in page
    assert "Jo Reed" in page
    assert "school grade 7" in page
    assert 'href="https://desk.example/rate/1/unclear"' in page
    assert "Selected sentences, no model; approved by an editor." in page_of(folder, 3).read_text()
    assert len(page.encode()) < 30_000


def test_the_site_says_who_writes(newsroom: Database, folder: Path) -> None:
    with newsroom.session() as session:  # an editor's own words, which rest on no sentence of the source
        draft = session.get_one(DraftRow, 3)
        draft.writer, draft.report = "editor", {**(draft.report or {}), "sentences": []}
    build(newsroom, folder)
    assert "Written and approved by an editor." in page_of(folder, 3).read_text()
    about = (folder / "about.html").read_text()
    assert "by a language model, or, where a story says so, by choosing sentences by rule" in about
    assert "Nothing is published that a person did not read and approve" in about


def test_the_record_says_where_an_editor_overruled_a_check(newsroom: Database, folder: Path) -> None:
    accepted = {"accepted": {"who": "Ada", "reason": "The mayor told us, and asked us not to say so."}}
    with newsroom.session() as session:
        one, two, three = (session.get_one(DraftRow, number) for number in (1, 2, 3))
        one.report = blocked(
            one, {"check": "numbers", "sentence": 0, **accepted}, {"check": "copied", "sentence": None}
        )
        two.report = blocked(two, {"check": "names", "sentence": 1}, {"check": "copied", "sentence": None})
        three.report = blocked(three, {"check": "names", "sentence": 1, "severity": "warn", **accepted})
        (said,) = session.scalars(select(ReviewRow).where(ReviewRow.story_id == 2))
        said.act = "override"
    build(newsroom, folder)
    let_stand = "a check stopped this sentence; an editor looked into it and let it stand"
    first, second, third = (page_of(folder, story).read_text() for story in (1, 2, 3))
    assert f'<span class="on">{let_stand}</span>' in first.partition('<li data-accepted-blocks="numbers">')[2]
    assert "A check stopped this story" not in first, (
        "nobody accepted that one, and the wording was approved without it"
    )
    assert f'<span class="on">{let_stand}</span>' in second.partition('<li data-accepted-blocks="names">')[2]
    assert '<p data-accepted-blocks="copied">A check stopped this story; an editor looked' in second
    assert "accepted-blocks" not in third, "a warning holds nothing up"
    assert "The mayor told us" not in first, "reasons stay in the history"
    edition = issue(newsroom, CONFIG, NOW, by=ADA, again=True)
    records = {story.story_id: story.record for story in edition.stories}
    assert [s["accepted_blocks"] for s in records[1]["sentences"]] == [["numbers"], []]
    assert (records[1]["accepted_blocks"], records[2]["accepted_blocks"]) == ([], ["copied"])


def test_the_record_names_the_checks_a_simple_version_was_approved_over(newsroom: Database) -> None:
    with newsroom.session() as session:
        draft = session.get_one(DraftRow, 1)
        simple = DraftRow(report={"findings": blocked(draft, {"check": "numbers", "sentence": 0})["findings"]})
        record = record_of(draft, Making(), "role", simple)
        assert record["simple_accepted_blocks"] == ["numbers"] and record["accepted_blocks"] == []
        assert record_of(draft, Making(), "role")["simple_accepted_blocks"] == []


def blocked(draft: DraftRow, *findings: dict[str, Any]) -> dict[str, Any]:
    return {**(draft.report or {}), "findings": [{"severity": "block", **finding} for finding in findings]}


def test_what_schema_org_is_told(newsroom: Database, folder: Path) -> None:
    build(newsroom, folder)
    mend(newsroom, 1, NOW + timedelta(days=1))
    build(newsroom, folder, NOW + timedelta(days=1))
    found = ld(page_of(folder, 1))
    assert found["@type"] == "NewsArticle"
    assert found["digitalSourceType"] == "https://schema.org/CompositeWithTrainedAlgorithmicMediaDigitalSource"
    assert "/compositeWithTrainedAlgorithmicMedia" in page_of(folder, 1).read_text(), "IPTC's own name, in a meta"
    (source,) = found["isBasedOn"]
    assert (source["url"], source["author"]["name"]) == ("https://lantern.example/1", "Jo Reed")
    assert found["correction"] == [
        {"@type": "CorrectionComment", "text": REASON, "datePublished": "2026-11-21T09:00:00+00:00"}
    ]
    assert found["dateModified"] > found["datePublished"]


_THING = {"name", "url", "description", "identifier", "mainEntityOfPage"}
_WORK = {"headline", "author", "publisher", "datePublished", "dateModified", "inLanguage", "isAccessibleForFree",
         "digitalSourceType", "creditText", "creativeWorkStatus", "isBasedOn", "correction", "text"}  # fmt: skip
SCHEMA_ORG = {
    "NewsArticle": _THING | _WORK | {"articleSection"},
    "CorrectionComment": _THING | _WORK,
    "NewsMediaOrganization": _THING,
    "Organization": _THING,
    "Person": _THING,
}
"""The properties schema.org (as schema-dts 2.1.0 has it) knows of each type, of those that are used here."""


@pytest.mark.parametrize("story", [1, 2, 3])
def test_schema_org_knows_every_type_and_property(newsroom: Database, folder: Path, story: int) -> None:
    call(newsroom, 2, "A “headline” of " + "many " * 60 + "words")
    build(newsroom, folder)
    mend(newsroom, 1, NOW + timedelta(days=1))
    retract(newsroom, 3, NOW + timedelta(days=1))
    build(newsroom, folder, NOW + timedelta(days=1))

    def look(node: Any) -> None:
        for child in node if isinstance(node, list) else node.values() if isinstance(node, dict) else ():
            look(child)
        if isinstance(node, dict):
            assert set(node) - {"@type", "@context"} <= SCHEMA_ORG[node["@type"]]
            assert len(node.get("headline", "")) <= 110

    found = ld(page_of(folder, story))
    assert found["@context"] == "https://schema.org"
    look(found)


def ld(page: Path) -> dict[str, Any]:
    match = re.search(r'<script type="application/ld\+json">(.*?)</script>', page.read_text(), re.DOTALL)
    assert match is not None
    found: dict[str, Any] = json.loads(match.group(1))
    return found


def test_only_what_changed_is_written(newsroom: Database, folder: Path) -> None:
    build(newsroom, folder)
    first = page_of(folder, 3).stat().st_mtime_ns
    assert build(newsroom, folder).written == 0
    approve(newsroom, [4], NOW)
    built = build(newsroom, folder, NOW + timedelta(hours=1))
    assert page_of(folder, 3).stat().st_mtime_ns == first
    assert 0 < built.written < 20
    assert "https://news.example/site/feed.atom" in built.feeds
    assert 'bridges <span class="count">3</span>' in (folder / "index.html").read_text()
    page_of(folder, 4).unlink()
    assert build(newsroom, folder, NOW + timedelta(hours=1)).written == 1


def test_a_correction_is_told_with_what_changed(newsroom: Database, folder: Path) -> None:
    build(newsroom, folder)
    mend(newsroom, 1, NOW + timedelta(days=1))
    build(newsroom, folder, NOW + timedelta(days=1))
    page = page_of(folder, 1).read_text()
    assert "Corrected on 21 November 2026: It cost 7 million, &lt;i&gt;not&lt;/i&gt; 1." in page
    assert "<summary>What changed</summary>" in page
    assert "<p>Before: <del>The bridge, a way over a river, cost 1 million euros.</del></p>" in page
    assert "<p>Now: <ins>The bridge, a way over a river, cost 7 million euros.</ins></p>" in page
    assert "It cost 7 million" in (folder / "corrections.html").read_text()
    entry = next(e for e in feedparser.parse(str(folder / "feed.atom")).entries if "-1.html" in e.link)
    assert entry.updated == "2026-11-21T09:00:00Z"
    assert "cost 7 million euros" in entry.content[0].value


def test_each_change_stands_beside_what_it_replaced() -> None:
    before = "A bridge opens.\nIn short: It is open.\nIt cost 1 million. It is red. It is long.\nSource: A"
    after = "A bridge opens.\nIn short: It is open.\nIt cost 7 million. It is long. It has lamps.\nSource: A"
    assert changes(before, after) == (
        Change("It cost 1 million. It is red.", "It cost 7 million."),
        Change("", "It has lamps."),
    )
    assert changes(before, before.replace(" It is red.", "")) == (Change("It is red.", ""),)
    assert changes(before, before) == ()


def test_a_retracted_storys_page_stays_with_the_reason_and_is_in_no_list(newsroom: Database, folder: Path) -> None:
    build(newsroom, folder)
    page, urn = page_of(folder, 1), ld(page_of(folder, 1))["identifier"]
    retract(newsroom, 1, NOW + timedelta(days=1))
    build(newsroom, folder, NOW + timedelta(days=1))
    text = page.read_text()
    assert "was retracted on 21 November 2026: It cost 7 million" in text
    assert "cost 1 million euros" not in text
    known = "A bridge in Delmare opens as number 1 of its kind."  # its dek: it never had a headline
    assert f"Our story on “{known}” (The Lantern) was retracted" in text
    assert known in (folder / "corrections.html").read_text()
    assert ld(page)["creativeWorkStatus"] == "Retracted"
    for file in folder.rglob("*.html"):
        if file not in (page, folder / "corrections.html"):
            assert page.name not in file.read_text(), file
    for name in ("search.json", "sitemap-1.xml", "sitemap-news.xml"):
        assert page.name not in (folder / name).read_text()
    for kind in ("atom", "rss", "json"):
        feed = (folder / f"feed.{kind}").read_text()
        assert urn in feed
        assert "Retracted on 21 November 2026" in feed
        assert "cost 1 million euros" not in feed


def test_a_day_whose_only_story_was_retracted_has_no_page(newsroom: Database, folder: Path) -> None:
    build(newsroom, folder)
    approve(newsroom, [9], NOW, topic="fog")
    build(newsroom, folder, NOW + timedelta(days=5))
    assert (folder / "2026/11/25/index.html").exists()
    retract(newsroom, 9, NOW + timedelta(days=6))
    assert build(newsroom, folder, NOW + timedelta(days=6)).removed >= 2
    assert not (folder / "2026/11/25/index.html").exists()
    assert not (folder / "topics/fog.html").exists()
    assert page_of(folder, 9).exists()


def test_two_stories_of_one_headline_have_two_addresses(newsroom: Database, folder: Path) -> None:
    for number in (1, 2):
        call(newsroom, number, "Überall: “Brücken” 🎉 <script>")
    build(newsroom, folder)
    assert {page_of(folder, n).name for n in (1, 2)} == {
        "uberall-brucken-script-1.html",
        "uberall-brucken-script-2.html",
    }
    assert "<h1>Überall: “Brücken” 🎉 &lt;script&gt;</h1>" in page_of(folder, 1).read_text()


def test_a_newsroom_renamed_keeps_addresses_and_ids(newsroom: Database, folder: Path) -> None:
    build(newsroom, folder)
    before = {file.relative_to(folder) for file in folder.rglob("*.html")}
    ids = [e.id for e in feedparser.parse(str(folder / "feed.rss")).entries]
    renamed = CONFIG.model_copy(update={"newsroom": CONFIG.newsroom.model_copy(update={"name": "Another"})})
    build(newsroom, folder, config=renamed)
    assert {file.relative_to(folder) for file in folder.rglob("*.html")} == before
    assert [e.id for e in feedparser.parse(str(folder / "feed.rss")).entries] == ids
    assert "<title>" in page_of(folder, 1).read_text()
    assert "Another" in page_of(folder, 1).read_text()


def test_a_corrected_headline_keeps_its_address(newsroom: Database, folder: Path) -> None:
    build(newsroom, folder)
    before = page_of(folder, 1)
    text = golden(1).replace("A bridge in Delmare", "A ferry in Delmare")
    house = HouseStyle(load_glossary(), "en", CONFIG.desk, CONFIG.writer)
    correct(newsroom, 1, text, by=Actor(ADA, NOW, reason="A ferry"), house=house, over="A ferry it is")
    build(newsroom, folder)
    assert page_of(folder, 1) == before
    assert "<h1>A ferry in Delmare" in before.read_text()


def test_all_feeds_read_back_the_same(newsroom: Database, folder: Path) -> None:
    mean = "“Quotes” & <b>tags</b> \N{PARTY POPPER} ]]>"
    call(newsroom, 3, mean)
    build(newsroom, folder)
    for stem in ("feed", "topics/bridges", "topics/c-co-" + topic_mark(folder)):
        raw = {kind: (folder / f"{stem}.{kind}").read_bytes() for kind in ("atom", "rss", "json")}
        found = {kind: feedparser.parse(raw[kind]) for kind in ("atom", "rss")}  # it reads no JSON
        assert not any(f.bozo for f in found.values()), [f.get("bozo_exception") for f in found.values()]
        ours = {kind: parse_feed(body, url=f"https://news.example/{stem}.{kind}") for kind, body in raw.items()}
        seen = [[(e.title, e.link, e.published) for e in feed.entries] for feed in ours.values()]
        assert seen[0] == seen[1] == seen[2]
        theirs = [[(e.id, e.link, e.published_parsed) for e in feed.entries] for feed in found.values()]
        assert theirs[0] == theirs[1] != []
    everything = parse_feed((folder / "feed.json").read_bytes(), url="https://news.example/feed.json")
    assert mean in [e.title for e in everything.entries]
    ElementTree.parse(folder / "sitemap.xml")
    ElementTree.parse(folder / "sitemap-news.xml")


def topic_mark(folder: Path) -> str:
    (found,) = folder.glob("topics/c-co-*.atom")
    return found.stem.removeprefix("c-co-")


def test_every_feed_keeps_the_rules_of_the_feed_validator(newsroom: Database, folder: Path) -> None:
    call(newsroom, 2, "A “headline” <b>of</b> many & few \N{PARTY POPPER} &amp; more")
    build(newsroom, folder)
    mend(newsroom, 1, NOW + timedelta(days=1))
    retract(newsroom, 3, NOW + timedelta(days=1))
    build(newsroom, folder, NOW + timedelta(days=1))
    feeds = [*folder.glob("feed.*"), *folder.glob("topics/*.atom"), *folder.glob("topics/*.rss")]
    assert len(feeds) >= 5
    assert {str(f.relative_to(folder)): broken(f.read_text()) for f in feeds if broken(f.read_text())} == {}


def test_an_edition_as_rss_keeps_them_too_with_stories_and_with_none(newsroom: Database) -> None:
    first = issue(newsroom, CONFIG, NOW, by=ADA)
    assert first.stories and broken(edition_feed(first)) == []
    retract(newsroom, 3, NOW + timedelta(hours=1))
    told = issue(newsroom, CONFIG, NOW + timedelta(days=1), by=ADA)
    assert not told.stories and told.notices and broken(edition_feed(told)) == []


def test_each_story_is_in_the_site_once_whatever_publishes_it(newsroom: Database, folder: Path) -> None:
    edition = issue(newsroom, CONFIG, NOW, by=ADA)
    assert len(edition.stories) == 3
    assert build(newsroom, folder).published == 0
    approve(newsroom, [4], NOW)
    assert build(newsroom, folder).published == 1
    assert [s.story_id for s in issue(newsroom, CONFIG, NOW, by=ADA).stories] == [4]
    assert build(newsroom, folder).written == 0


def test_the_pages_ask_nothing_of_others_and_need_no_script(newsroom: Database, folder: Path) -> None:
    build(newsroom, folder)
    for file in folder.rglob("*.html"):
        text = file.read_text()
        assert "default-src 'none'" in text
        assert " style=" not in text
        assert "onclick" not in text
        for source in re.findall(r'(?:src|<link rel="stylesheet" href)="([^"]+)"', text):
            assert (file.parent / source).exists()
        for href in re.findall(r'<a [^>]*href="([^"#:]+)"', text):
            assert (file.parent / href).exists(), (file, href)


def test_a_folder_of_somebody_elses_is_left_alone(newsroom: Database, folder: Path) -> None:
    folder.mkdir()
    (folder / "index.html").write_text("mine")
    with pytest.raises(UsageError, match="not ours"):
        build(newsroom, folder)
    assert (folder / "index.html").read_text() == "mine"


def test_a_half_written_folder_and_a_broken_note_of_it_are_mended(newsroom: Database, folder: Path) -> None:
    build(newsroom, folder)
    (folder / ".inshort-site.json").write_text('{"look"')
    (folder / "index.html").write_text("half")
    page_of(folder, 2).unlink()
    build(newsroom, folder)
    assert "bridges" in (folder / "index.html").read_text()
    assert page_of(folder, 2).exists()


def test_a_note_that_somebody_else_wrote_takes_nothing_away_beside_the_site(newsroom: Database, folder: Path) -> None:
    build(newsroom, folder)
    beside = folder.parent / "beside.txt"
    beside.write_text("mine")
    note = folder / ".inshort-site.json"
    document = json.loads(note.read_text())
    document["files"] |= {"../beside.txt": "0", str(beside): "0", "topics/../../beside.txt": "0"}
    note.write_text(json.dumps(document))
    build(newsroom, folder)
    assert beside.read_text() == "mine"


def test_a_place_that_is_a_file_is_said(newsroom: Database, folder: Path) -> None:
    folder.write_text("a file")
    with pytest.raises(FileProblem, match="site"):
        build(newsroom, folder)


def test_a_place_where_nobody_may_write_is_said(newsroom: Database) -> None:
    with pytest.raises(FileProblem, match="/proc/site: cannot be written: "):
        build(newsroom, Path("/proc/site"))
    with newsroom.reading() as session:
        assert session.get_one(StoryRow, 1).state == "approved", "what reached nobody is not published"


def test_a_folder_of_which_parts_lie_on_another_disk(newsroom: Database, folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as other:
        assert Path(other).stat().st_dev != folder.parent.stat().st_dev
        (Path(other) / "topics").mkdir()
        folder.mkdir()
        (folder / "topics").symlink_to(Path(other) / "topics")
        build(newsroom, folder)
        assert "bridges" in (Path(other) / "topics" / "bridges.html").read_text()
        assert build(newsroom, folder).written == 0
        retract(newsroom, 3, NOW)
        assert build(newsroom, folder).removed > 0
        assert not list(Path(other).rglob("*.part"))


def test_a_full_disk_leaves_the_old_page(newsroom: Database, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(newsroom, folder)
    before = (folder / "index.html").read_text()
    approve(newsroom, [4], NOW)

    def full(self: Path, data: bytes) -> int:
        if self.name == ".index.html.part":
            with self.open("wb") as file:
                file.write(data[:10])
            raise OSError(28, "No space left on device")
        return write(self, data)

    write = Path.write_bytes
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(FileProblem, match="the disk is full"):
        build(newsroom, folder)
    assert (folder / "index.html").read_text() == before
    assert not list(folder.rglob("*.part"))
    monkeypatch.undo()
    assert build(newsroom, folder).written > 0


@pytest.mark.parametrize(
    ("mistake", "said"),
    [("{% extends 'site/base.html' %}\n{% block main %}\n{{ oops", "story.html, line 3"), ("\n{{ nobody }}", "line 2")],
)
def test_a_template_with_a_mistake_is_named_with_its_line_and_the_old_site_stays(
    newsroom: Database, folder: Path, tmp_path: Path, mistake: str, said: str
) -> None:
    build(newsroom, folder)
    before = page_of(folder, 1).read_text()
    own = tmp_path / "templates" / "site"
    own.mkdir(parents=True)
    (own / "story.html").write_text(mistake)
    digest = CONFIG.digest.model_copy(update={"templates": own.parent})
    with pytest.raises(UsageError, match=re.escape(said)):
        build(newsroom, folder, config=CONFIG.model_copy(update={"digest": digest}))
    assert page_of(folder, 1).read_text() == before
    (own / "story.html").write_text("{{ page.headline }}, ours")
    build(newsroom, folder, config=CONFIG.model_copy(update={"digest": digest}))
    assert page_of(folder, 1).read_text().endswith("of its kind., ours")
    assert "bridges" in (folder / "index.html").read_text()
