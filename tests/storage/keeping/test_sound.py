"""`db check`: each thing that cannot be, made by hand, is found."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from pipeline.storage.database import Database
from pipeline.storage.keeping.sound import Trouble, check

from .newsroom import NOW, fill


def test_a_newsroom_as_the_stages_leave_it_is_sound(database: Database) -> None:
    fill(database)
    assert check(database) == []


@pytest.mark.parametrize(
    ("by_hand", "found"),
    [
        ("UPDATE entries SET state = 'lost' WHERE id = 1", "entries: a state that does not exist"),
        ("UPDATE entries SET state = 'new' WHERE id = 1", "entries that wait, but for no time"),
        ("DELETE FROM articles WHERE id = 1", "entries that were read but have no article"),
        ("DELETE FROM articles WHERE id = 1", "stories without the article that leads them"),
        ("UPDATE stories SET current_draft_id = 4 WHERE id = 1", "stories whose current draft is not theirs"),
        ("UPDATE stories SET current_draft_id = NULL WHERE id = 1", "stories before an editor without a draft"),
        ("UPDATE stories SET state = 'published' WHERE id = 1", "without an approved wording"),
        ("UPDATE stories SET state = 'approved', approved_hash = 'x' WHERE id = 1", "without an approved wording"),
        ("UPDATE stories SET state = 'approved' WHERE id = 1", "without the time of their approval"),
        ("UPDATE calls SET answer = NULL WHERE id = 1", "answered calls without their answer"),
        ("UPDATE tries SET cost_micro = -1 WHERE id = 1", "below nothing"),
        ("UPDATE drafts SET text = 'other words' WHERE id = 1", "whose text is not the one their hash was made of"),
    ],
)
def test_what_cannot_be_is_found_with_its_row(tmp_path: Path, by_hand: str, found: str) -> None:
    database = Database(f"sqlite:///{tmp_path}/n.db")
    database.upgrade()
    fill(database, 2)
    with database.session() as session:
        session.execute(text(by_hand))
    assert [(t.count, t.ids) for t in check(database) if found in t.what] == [(1, (1,))]


def test_a_row_that_points_nowhere_is_found(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/n.db")
    database.upgrade()
    fill(database, 12)
    with database.engine.connect() as connection:  # a tool that leaves the foreign keys off
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("DELETE FROM entries")
        raw.execute("PRAGMA foreign_keys=ON")
    assert Trouble("articles.entry_id points at no row of entries", 12, tuple(range(1, 11))) in check(database)


def test_an_edition_of_a_story_that_is_gone_is_found(database: Database) -> None:
    fill(database, 1)
    with database.session() as session:
        session.execute(
            text("INSERT INTO editions (issued_at, document) VALUES (:at, :document)"),
            {"at": str(NOW), "document": '{"stories": [{"id": 1}, {"id": 77}]}'},
        )
    assert check(database) == [Trouble("editions with a story that is not there", 1, (1,))]


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/n.db")
    database.upgrade()
    fill(database, 200)
    with database.session() as session:
        place = session.execute(
            text("SELECT rootpage FROM sqlite_master WHERE name = 'ix_articles_text_hash'")
        ).scalar()
    database.close()
    with (tmp_path / "n.db").open("r+b") as file:
        file.seek((int(place or 0) - 1) * 4096)
        file.write(b"\xff" * 4096)
    (trouble, *_) = check(Database(f"sqlite:///{tmp_path}/n.db"))
    assert "damaged" in trouble.what
