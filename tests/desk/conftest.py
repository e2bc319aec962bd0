"""A desk with users in every role, over the sample newsroom's stories."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.config import load_config
from pipeline.storage.database import Database, database_url
from tests import warm

from .server import DeskServer, add_users


@pytest.fixture(scope="session")
def sample_newsroom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample newsroom after its round, with users: a folder to copy, not to use."""
    folder = tmp_path_factory.mktemp("sample") / "newsroom"
    shutil.copytree(warm.newsroom(), folder)
    database = Database(database_url(load_config(folder / "config.yaml").database, folder))
    add_users(database)
    database.close()
    return folder


@pytest.fixture
def served(sample_newsroom: Path, tmp_path: Path) -> Iterator[DeskServer]:
    """The desk of a copy of the sample newsroom, running."""
    folder = tmp_path / "newsroom"
    shutil.copytree(sample_newsroom, folder)
    config = load_config(folder / "config.yaml")
    database = Database(database_url(config.database, folder))
    with DeskServer(database, config, folder) as server:
        yield server
    database.close()
