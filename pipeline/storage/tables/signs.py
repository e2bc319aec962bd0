"""What tells articles of one matter from others."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.storage.tables.row import Row


class SignsRow(Row):
    """What a lately placed article is compared by (`stories/shelf.py`); gone when its window is past."""

    __tablename__ = "signs"
    __table_args__ = (Index(None, "placed_at"),)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"), primary_key=True, autoincrement=False)
    placed_at: Mapped[datetime]
    packed: Mapped[bytes] = mapped_column(LargeBinary)


class SignKeyRow(Row):
    """What a lately placed article is found by: hashes of its rarest words, its names, pieces of its text."""

    __tablename__ = "sign_keys"
    __table_args__ = (Index(None, "article_id"),)
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    article_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class SignCountRow(Row):
    """How many of the stories of the window have a word, by its hash; under 0, how many stories there are."""

    __tablename__ = "sign_counts"
    word: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    stories: Mapped[int]


class KinRow(Row):
    """A story of the same matter as an earlier one, though not of the same event."""

    __tablename__ = "kin"
    __table_args__ = (Index(None, "other_id"),)
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id"), primary_key=True, autoincrement=False)
    other_id: Mapped[int] = mapped_column(ForeignKey("stories.id"), primary_key=True, autoincrement=False)
