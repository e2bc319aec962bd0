"""A newsroom carried from SQLite to PostgreSQL: whole, killed on the way, changed on the way."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from pipeline.errors import NotReady, StorageError
from pipeline.storage.database import Database, Session
from pipeline.storage.keeping import move as module
from pipeline.storage.keeping.move import move
from pipeline.storage.tables import CallRow, StoryRow

from .newsroom import NOW, add_story, fill
from .test_restore import rows_of


@pytest.fixture
def source(tmp_path: Path) -> Database:
    source = Database(f"sqlite:///{tmp_path}/n.db")
    source.upgrade()
    fill(source)
    return source


def test_everything_is_carried_and_verified(source: Database, postgres_url: str) -> None:
    target = Database(postgres_url)
    said: list[str] = []
    carried = {table.table: table.rows for table in move(source, target, said.append)}
    assert carried["drafts"] == 12
    assert "stories: 6 rows carried" in said
    target.ready()
    assert rows_of(target) == rows_of(source)
    with target.session() as session:
        assert add_story(session, 1, 7, NOW).id == 7
    target.close()


def test_a_move_that_was_killed_goes_on(source: Database, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Meanwhile the newsroom went on: what changed or went is carried again."""
    monkeypatch.setattr(module, "CHUNK", 2)
    target = Database(postgres_url)
    real, calls = module._carry, 0

    def killed(here: Session, to: Database, table: object) -> int:
        nonlocal calls
        calls += 1
        if calls == 5:
            raise KeyboardInterrupt
        return real(here, to, table)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "_carry", killed)
    with pytest.raises(KeyboardInterrupt):
        move(source, target, lambda _line: None)
    with pytest.raises(NotReady, match="run 'inshort db move' again"):
        target.ready()
    with pytest.raises(NotReady, match="run 'inshort db move' again"):
        target.upgrade()
    monkeypatch.setattr(module, "_carry", real)
    with source.session() as session:
        session.get_one(StoryRow, 2).title = "changed meanwhile"
        session.execute(text("DELETE FROM reviews WHERE story_id = 3"))
    move(source, target, lambda _line: None)
    assert rows_of(target) == rows_of(source)
    target.close()


def test_another_newsroom_is_never_written_over(source: Database, postgres_url: str, tmp_path: Path) -> None:
    target = Database(postgres_url)
    target.upgrade()
    fill(target, 1)
    with pytest.raises(StorageError, match="there is a newsroom already"):
        move(source, target, lambda _line: None)
    with pytest.raises(StorageError, match="from SQLite to PostgreSQL"):
        move(target, Database(f"sqlite:///{tmp_path}/other.db"), lambda _line: None)
    target.close()


def test_a_newsroom_that_runs_is_not_moved(source: Database, postgres_url: str) -> None:
    with source.only_one(), pytest.raises(StorageError, match="another inshort is running"):
        move(source, Database(postgres_url), lambda _line: None)


def test_what_postgresql_has_no_room_for_is_told_with_its_row(source: Database, postgres_url: str) -> None:
    with source.session() as session:
        session.add(CallRow(key="k" * 70, purpose="p", model="m", prompt="p", state="failed"))
        session.get_one(StoryRow, 1).title = "a NUL\0in it"
    target = Database(postgres_url)
    with pytest.raises(StorageError, match=r"table calls, rows 1 to 7: value too long"):
        move(source, target, lambda _line: None)
    with source.session() as session:
        session.execute(text("DELETE FROM calls WHERE id = 7"))
    move(source, target, lambda _line: None)
    with target.session() as session:
        assert session.get_one(StoryRow, 1).title == "a NUL\N{REPLACEMENT CHARACTER}in it"
    target.close()
