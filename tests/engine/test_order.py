"""What is written first: the freshest hour, and in it the shortest; what comes from the future is not fresher."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pipeline.storage import stories
from pipeline.storage.database import Database
from pipeline.storage.tables import ArticleRow
from pipeline.stories.gather import gather_article
from tests.articles_waiting import articles_wait

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
LETTERS = ("", "ba", "du", "fi", "go", "le", "mo")
"""Of what the words of each article are made: no two articles share one."""
ARTICLES = {
    "yesterday, short": (NOW - timedelta(days=1), 100),
    "this hour, long": (NOW - timedelta(minutes=20), 900),
    "this hour, short": (NOW - timedelta(minutes=25), 120),
    "an hour ago, short": (NOW - timedelta(hours=1), 100),
    "from the future, long": (NOW + timedelta(days=900), 901),
    "without a date, short": (None, 121),
}


def test_the_freshest_hour_is_first_and_in_it_the_shortest(database: Database) -> None:
    articles_wait(database, len(ARTICLES))
    with database.session() as session:
        for number, (name, (published, words)) in enumerate(ARTICLES.items(), 1):
            article = session.get_one(ArticleRow, number)
            article.title, article.published_at = name, published
            article.text, article.text_hash = " ".join(LETTERS[number] * (1 + word % 9) for word in range(words)), name
    for number in range(1, len(ARTICLES) + 1):
        assert gather_article(database, number, NOW) == "story"
    with database.session() as session:
        found = [stories.lead_article(session, number).title for number in stories.due_writing(session, NOW)]
    assert found == [
        "this hour, short",
        "without a date, short",
        "this hour, long",
        "from the future, long",
        "an hour ago, short",
        "yesterday, short",
    ]
