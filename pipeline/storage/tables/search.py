"""What is searched."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.storage.tables.row import Row


class SearchRow(Row):
    """What a story is found by, in one spelling: `storage/search.py` writes it, the full text search indexes it."""

    __tablename__ = "search"
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id"), primary_key=True, autoincrement=False)
    words: Mapped[str]
