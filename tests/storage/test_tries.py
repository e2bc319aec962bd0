"""The migration that gave the ledger its tries: what was spent before stays spent, and what was under way may go on."""

from __future__ import annotations

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import text

from pipeline.llm import ledger
from pipeline.storage.database import Database, _alembic
from pipeline.storage.llm import calls


@pytest.fixture(params=["sqlite", "postgresql"])
def older(request: pytest.FixtureRequest) -> Database:
    """A database as it was before, with an answered call of 7,000 millionths and one under way."""
    database = Database("sqlite://" if request.param == "sqlite" else request.getfixturevalue("postgres_url"))
    with database.engine.begin() as connection:
        config = _alembic()
        config.attributes["connection"] = connection
        versions = ScriptDirectory.from_config(config).walk_revisions()
        before = next(v.down_revision for v in versions if v.path.endswith("_tries.py"))
        assert isinstance(before, str)
        command.upgrade(config, before)
        for key, state, reserved, cost in (("a", "answered", 0, 7000), ("b", "reserved", 5000, 300)):
            connection.execute(
                text(
                    "INSERT INTO calls (key, purpose, model, prompt, state, reserved_at, day, reserved_micro,"
                    " reserved_tokens, cost_micro, input_tokens, output_tokens, answer, error, tries, maybe_twice)"
                    " VALUES (:key, 'draft', 'm', 'draft@1', :state, '2026-11-20 09:00:00+00:00', '2026-11-20',"
                    " :reserved, 0, :cost, 10, 5, 'yes', '', 1, 0)"
                ),
                {"key": key, "state": state, "reserved": reserved, "cost": cost},
            )
    return database


def test_what_was_spent_stays_spent_and_what_was_under_way_may_be_asked_again(older: Database) -> None:
    older.upgrade()
    with older.session() as session:
        assert calls.spent(session, day="2026-11-20").micro == 12_300
        assert ledger.recover(session) == 1
        assert calls.spent(session, day="2026-11-20").micro == 12_300
        assert calls.calls_by_state(session) == {"answered": 1, "failed": 1}
    older.close()
