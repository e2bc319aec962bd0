"""Building the site: pages of the stories that changed, and of the lists these stand in."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from html import escape
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from pipeline import __version__
from pipeline.config import Config
from pipeline.desk.people import Person
from pipeline.errors import UsageError
from pipeline.invisible import escaped
from pipeline.languages import language_record
from pipeline.model import Notice
from pipeline.publishing.addresses import give_address, topic_name
from pipeline.publishing.feeds import FeedItem, PublicFeed, atom, json_feed, rss
from pipeline.publishing.issue import notices_of, plan_for, publish
from pipeline.publishing.provenance import record_of
from pipeline.publishing.public_site.folder import Folder, ListLine, open_folder
from pipeline.publishing.public_site.story import Masthead, StoryPage, feed_item, json_ld, story_page
from pipeline.publishing.templates import OURS, render
from pipeline.publishing.wording import edition_story
from pipeline.storage import stories
from pipeline.storage.database import Database, Session
from pipeline.storage.publishing import editions, public
from pipeline.storage.publishing.making import makings

TOPIC_STORIES = 50
"""How many stories a topic's own page has; its months have them all."""
SEARCHED = 5_000
"""How many stories, the newest, the search finds: a few hundred kilobytes, fetched when somebody searches."""
PER_SITEMAP = 40_000
NEWS_DAYS = 2
"""How old the stories of a news sitemap may be."""
_T = TypeVar("_T")
_FIXED = ("style.css", "search.js", "icon.svg")


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did. `feeds` are the addresses of the feeds that changed: what a hub is told of."""

    folder: Path
    stories: int
    written: int
    removed: int
    published: int
    feeds: tuple[str, ...]


def build_site(
    database: Database, config: Config, now: datetime, *, folder: Path | None = None, by: Person | None = None
) -> Built:
    """Write the site into its folder. With `by`, what is approved is published first, in their name.

    Only what changed is written, each file whole or not at all. Raises UsageError without a folder, for a folder of
    somebody else's, and for a template with a mistake (the old site stays); FileProblem where it cannot be written.
    """
    target = folder or config.site.folder
    if target is None:
        raise UsageError("the site has no folder; name one, or set site.folder in config.yaml")
    with open_folder(target) as place:
        published = _publish(database, config, now, by) if by is not None else 0
        _give_addresses(database, config)
        with database.reading() as session:
            build = _Build(session, config, place)
            build.run(now)
        removed = place.finish()
    names = (name for name in sorted(place.changed) if name.startswith(("feed.", "topics/")))
    feeds = tuple(build.house.whole(name) for name in names if not name.endswith(".html"))
    return Built(target, len(place.manifest.lines), place.written, removed, published, feeds)


def _publish(database: Database, config: Config, now: datetime, by: Person) -> int:
    """Publish what is approved and not left for a later edition."""
    with database.session() as session:
        waiting = public.to_publish(session, plan_for(session, None).leave_out)
        return publish(session, waiting, by=by, now=now, zone=config.newsroom.zone)


def _give_addresses(database: Database, config: Config) -> None:
    while True:
        with database.session() as session:
            rows = public.without_address(session, public.CHUNK)
            for row in rows:
                give_address(row, stories.current_draft(session, row), config.newsroom.zone)
        if not rows:
            return


def house_of(config: Config) -> Masthead:
    address = config.site.address or ""
    rating = (config.readers.address or config.desk.address or "").rstrip("/")
    return Masthead(
        name=config.newsroom.name,
        language=config.newsroom.language,
        zone=config.newsroom.timezone,
        address=address if not address or address.endswith("/") else address + "/",
        hub=config.site.hub or "",
        rating=rating,
    )


class _Build:
    """One build: what is shown, what was shown before, and the lists between them."""

    def __init__(self, session: Session, config: Config, place: Folder) -> None:
        self.session, self.config, self.place = session, config, place
        self.house = house_of(config)
        self.words, self.site = language_record(self.house.language).edition, language_record(self.house.language).site
        self.own = config.digest.templates
        self.lines: list[ListLine] = []

    def run(self, now: datetime) -> None:
        place = self.place
        place.manifest.look = look = self._look()
        anew = look != place.before.look
        stamps = list(public.stamps(self.session))
        known = place.before.lines
        changed: list[public.Stamp] = []
        for stamp in stamps:
            line = None if anew else known.get(stamp.id)
            if line is None or line.stamp != _stamp(stamp) or not place.keep(line.path):
                changed.append(stamp)
        made = dict(self._stories(changed))
        for stamp in stamps:
            line = made.get(stamp.id) or known[stamp.id]
            place.manifest.lines[stamp.id] = line
            self.lines.append(line)
        touched = [*made.values(), *(known[number] for number in made if number in known)]
        gone = [line for number, line in known.items() if number not in place.manifest.lines]
        self._lists([*touched, *gone], anew, now)

    def _look(self) -> str:
        """What all pages hang on."""
        found = hashlib.sha256(repr((__version__, self.house, self.config.newsroom.signed)).encode())
        folders = [folder / "site" for folder in (OURS, self.own) if folder is not None]
        for folder in folders:
            for file in sorted(folder.glob("*")):
                found.update(file.name.encode() + file.read_bytes())
        return found.hexdigest()[:20]

    # Stories ----------------------------------------------------------------------------------------------

    def _stories(self, changed: Sequence[public.Stamp]) -> Iterator[tuple[int, ListLine]]:
        for some in _some(changed, public.CHUNK):
            stamps = {stamp.id: stamp for stamp in some}
            for page in self._pages(list(stamps)):
                self._put_story(page)
                yield page.id, self._line(page, stamps[page.id])
            self.session.expunge_all()  # so that memory stays flat

    def _pages(self, ids: Sequence[int]) -> Iterator[StoryPage]:
        made = makings(self.session, ids)
        told: dict[int, list[tuple[Notice, str, str]]] = {}
        reviews = editions.public_reviews(self.session, ids)
        texts = public.wordings(self.session, {story.id for _, story in reviews}) if reviews else {}
        for notice, (review, story) in zip(notices_of(self.session, reviews), reviews, strict=True):
            before = texts.get((story.id, str((review.about or {}).get("on", ""))), "")
            after = texts.get((story.id, review.draft_hash or ""), "") if before else ""
            told.setdefault(story.id, []).append((notice, before, after))
        for story, draft in public.public_drafts(self.session, ids):
            record = record_of(draft, made[story.id], self.config.newsroom.signed)
            yield story_page(
                edition_story(story, draft, record),
                told.get(story.id, []),
                path=story.address or "",
                public_at=story.public_at or story.created_at,
                house=self.house,
            )

    def _put_story(self, page: StoryPage) -> None:
        rating = f"{self.house.rating}/rate/{page.id}" if self.house.rating else ""
        text = self._render(
            "story.html",
            page.path,
            page.headline,
            page=page,
            ld=json_ld(page, self.house),
            rating=rating,
            topic_paths={topic: _topic_path(topic) for topic in page.topics},
        )
        self.place.put(page.path, text)

    def _line(self, page: StoryPage, stamp: public.Stamp) -> ListLine:
        told = ""
        if page.retracted:
            told = self.words.retracted.format(day=page.retracted.day, reason=page.retracted.reason)
        elif page.corrections:
            lines = [self.words.corrected.format(day=c.day, reason=c.reason) for c in reversed(page.corrections)]
            told = " · ".join(lines)
        return ListLine(
            id=page.id,
            stamp=_stamp(stamp),
            path=page.path,
            headline=page.headline,
            dek=page.dek,
            topics=page.topics,
            source=page.source,
            day=f"{page.published.astimezone(self.config.newsroom.zone):%Y-%m-%d}",
            day_name=page.published_day,
            public_at=page.published.astimezone(UTC).isoformat(),
            updated=page.updated.astimezone(UTC).isoformat(),
            told=told,
            retracted=page.retracted is not None,
        )

    # Lists ------------------------------------------------------------------------------------------------

    def _lists(self, touched: Sequence[ListLine], anew: bool, now: datetime) -> None:
        listed = [line for line in self.lines if not line.retracted]
        by_topic: dict[str, list[ListLine]] = {}
        by_day: dict[str, list[ListLine]] = {}
        for line in listed:
            by_day.setdefault(line.day, []).append(line)
            for topic in line.topics:
                by_topic.setdefault(topic, []).append(line)
        topics = [
            {"name": name, "path": _topic_path(name), "count": len(lines)}
            for name, lines in sorted(by_topic.items(), key=lambda pair: (-len(pair[1]), pair[0]))
        ]
        self._fixed()
        front = listed[: self.config.site.front_stories]
        self._list("index.html", self.house.name, front, heading=self.site.latest, topics=topics)
        self._page("topics.html", "topics.html", self.site.topics, topics=topics)
        dirty_topics, dirty_days = {topic for line in touched for topic in line.topics}, {line.day for line in touched}
        self._topics(by_topic, dirty_topics, {line.day[:7] for line in touched}, anew)
        for day, lines in by_day.items():
            path = _day_path(day)
            if anew or day in dirty_days or not self.place.keep(path):
                self._list(path, lines[0].day_name, lines, heading=lines[0].day_name)
        self._archive(by_day)
        told = sorted((line for line in self.lines if line.told), key=lambda line: line.updated, reverse=True)
        self._page("corrections.html", "corrections.html", self.site.corrections_page, told=told)
        self._page("about.html", "about.html", self.site.about)
        self._page("search.html", "search.html", self.site.search)
        index = [[line.path, line.headline, ", ".join(line.topics), line.day_name] for line in listed[:SEARCHED]]
        self.place.put("search.json", escaped(json.dumps(index, ensure_ascii=False, separators=(",", ":"))))
        self._feeds(by_topic, dirty_topics, anew)
        if self.house.address:
            self._sitemaps(listed, now)

    def _fixed(self) -> None:
        for name in _FIXED:
            own = self.own / "site" / name if self.own else None
            file = own if own is not None and own.is_file() else OURS / "site" / name
            self.place.put(name, file.read_text("utf-8"))

    def _topics(self, by_topic: dict[str, list[ListLine]], dirty: set[str], months: set[str], anew: bool) -> None:
        for topic, lines in by_topic.items():
            counts = Counter(line.day[:7] for line in lines)
            entries = [
                {"name": self._month(month), "path": _topic_path(topic, month), "count": count}
                for month, count in sorted(counts.items(), reverse=True)
            ]
            label = self.site.older_on.format(topic=topic)
            if anew or topic in dirty or not self.place.keep(_topic_path(topic)):
                some = lines[:TOPIC_STORIES]
                self._list(_topic_path(topic), topic, some, heading=topic, months=entries, months_label=label)
            for month in counts:
                path = _topic_path(topic, month)
                if anew or (topic in dirty and month in months) or not self.place.keep(path):
                    some = [line for line in lines if line.day[:7] == month]
                    self._list(path, topic, some, heading=f"{topic}, {self._month(month)}")

    def _archive(self, by_day: dict[str, list[ListLine]]) -> None:
        months: dict[str, dict[str, Any]] = {}
        for day in sorted(by_day, reverse=True):
            lines = by_day[day]
            month = months.setdefault(day[:7], {"name": self._month(day[:7]), "days": []})
            month["days"].append({"name": lines[0].day_name, "path": _day_path(day), "count": len(lines)})
        self._page("archive.html", "archive.html", self.site.archive, months=list(months.values()))

    def _month(self, month: str) -> str:
        year, number = month.split("-")
        return f"{self.words.months.split()[int(number) - 1]} {year}"

    def _list(self, path: str, title: str, lines: Sequence[ListLine], **more: Any) -> None:
        paths = {topic: _topic_path(topic) for line in lines for topic in line.topics}
        values = {"topics": [], "months": [], "months_label": "", **more}
        self._page("list.html", path, title, lines=lines, topic_paths=paths, **values)

    def _page(self, template: str, path: str, title: str, /, **values: Any) -> None:
        self.place.put(path, self._render(template, path, title, **{"heading": title, **values}))

    def _render(self, template: str, path: str, title: str, /, **values: Any) -> str:
        root = "../" * path.count("/")
        return render(
            f"site/{template}",
            self.own,
            house=self.house,
            words=self.words,
            site=self.site,
            path=path,
            root=root,
            title=title,
            **values,
        )

    # Feeds and sitemaps -----------------------------------------------------------------------------------

    def _feeds(self, by_topic: dict[str, list[ListLine]], dirty: set[str], anew: bool) -> None:
        """The newest of all and of each topic, by when they last changed; what was retracted is there as an update."""
        most = self.config.site.front_stories
        changed = anew or bool(dirty)
        if changed or not all(self.place.keep(f"feed.{kind}") for kind in ("atom", "rss", "json")):
            self._feed("feed", self.house.name, "index.html", self._last(self.lines, most))
        with_retracted: dict[str, list[ListLine]] = {topic: [] for topic in by_topic}
        for line in self.lines:
            for topic in line.topics:
                with_retracted.setdefault(topic, []).append(line)
        for topic, lines in with_retracted.items():
            name = _topic_path(topic).removesuffix(".html")
            kept = [self.place.keep(f"{name}.{kind}") for kind in ("atom", "rss", "json")]
            if anew or topic in dirty or not all(kept):
                self._feed(name, f"{self.house.name}: {topic}", f"{name}.html", self._last(lines, most))

    @staticmethod
    def _last(lines: Sequence[ListLine], most: int) -> list[ListLine]:
        # Among the newest there are few that changed later: both ends of the list are looked at.
        late = [line for line in lines if line.updated != line.public_at]
        some = {line.id: line for line in [*lines[:most], *late]}
        return sorted(some.values(), key=lambda line: (line.updated, line.id), reverse=True)[:most]

    def _feed(self, name: str, title: str, home: str, lines: Sequence[ListLine]) -> None:
        ids = [line.id for line in lines]
        pages = {page.id: page for page in self._pages(ids)}
        items: list[FeedItem] = [feed_item(pages[number], self.house) for number in ids if number in pages]
        updated = max((item.updated for item in items), default=datetime(1970, 1, 1, tzinfo=UTC))
        for ending, write in (("atom", atom), ("rss", rss), ("json", json_feed)):
            feed = PublicFeed(
                id=f"{self.house.address or 'urn:inshort:'}{name}",
                title=title,
                description=self.site.about_text[0].format(name=self.house.name),
                home=self.house.whole(home),
                address=self.house.whole(f"{name}.{ending}") if self.house.address else "",
                updated=updated,
                language=self.house.language,
                items=items,
                hub=self.house.hub,
            )
            self.place.put(f"{name}.{ending}", write(feed))

    def _sitemaps(self, listed: Sequence[ListLine], now: datetime) -> None:
        head = '<?xml version="1.0" encoding="utf-8"?>\n'
        names = []
        for number, some in enumerate(_some(reversed(listed), PER_SITEMAP), 1):
            rows = "".join(
                f"<url><loc>{escape(self.house.whole(line.path))}</loc><lastmod>{line.updated}</lastmod></url>\n"
                for line in some
            )
            names.append(f"sitemap-{number}.xml")
            scheme = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
            self.place.put(names[-1], f"{head}{scheme}{rows}</urlset>\n")
        since = (now - timedelta(days=NEWS_DAYS)).isoformat()
        news = "".join(self._news(line) for line in listed[:1000] if line.public_at >= since)
        scheme = (
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
            'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n'
        )
        self.place.put("sitemap-news.xml", f"{head}{scheme}{news}</urlset>\n")
        index = "".join(
            f"<sitemap><loc>{escape(self.house.whole(name))}</loc></sitemap>\n" for name in [*names, "sitemap-news.xml"]
        )
        scheme = '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        self.place.put("sitemap.xml", f"{head}{scheme}{index}</sitemapindex>\n")
        self.place.put("robots.txt", f"User-agent: *\nAllow: /\n\nSitemap: {self.house.whole('sitemap.xml')}\n")

    def _news(self, line: ListLine) -> str:
        return (
            f"<url><loc>{escape(self.house.whole(line.path))}</loc><news:news><news:publication>"
            f"<news:name>{escape(self.house.name)}</news:name>"
            f"<news:language>{self.house.language}</news:language></news:publication>"
            f"<news:publication_date>{line.public_at}</news:publication_date>"
            f"<news:title>{escape(line.headline)}</news:title></news:news></url>\n"
        )


def _some(of: Iterable[_T], count: int) -> Iterator[tuple[_T, ...]]:
    left = iter(of)
    while part := tuple(islice(left, count)):
        yield part


def _stamp(stamp: public.Stamp) -> str:
    return f"{stamp.state} {stamp.hash[:16]} {stamp.told} {stamp.topic}{stamp.more_topics} {stamp.source}"


def _topic_path(topic: str, month: str = "") -> str:
    name = topic_name(topic)
    return f"topics/{name}/{month}.html" if month else f"topics/{name}.html"


def _day_path(day: str) -> str:
    return f"{date.fromisoformat(day):%Y/%m/%d}/index.html"
