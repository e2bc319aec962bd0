"""The tables, one class each. The rows are the truth: what is done and what is due stands here and nowhere else.

A table lies in the file of those who keep it. All are known from here; a file is read when one of its tables is asked
for, since mapping them all takes longer than most of what a command looks up.
"""

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sqlalchemy import MetaData

from pipeline.storage.tables.row import Row, UtcTime, one_of, where

if TYPE_CHECKING:
    from pipeline.storage.tables.articles import ArticleRow, ChangeRow, PageRow
    from pipeline.storage.tables.desk import EventRow, ReviewRow, RewriteRow, SessionRow, UnsavedRow, UserRow, VisitRow
    from pipeline.storage.tables.engine import AlarmRow, BackupRow, ClockRow, RunRow, StepRow, TallyRow, WorkerRow
    from pipeline.storage.tables.feeds import EntryRow, FeedRow
    from pipeline.storage.tables.llm import BatchRow, CallRow, EndpointRow, PromptRow, SetUpRow, TryRow
    from pipeline.storage.tables.publishing import EditionRow, PlanRow, ToldRow
    from pipeline.storage.tables.readers import RatingRow, ReaderRow, SendingRow
    from pipeline.storage.tables.search import SearchRow
    from pipeline.storage.tables.signs import KinRow, SignCountRow, SignKeyRow, SignsRow
    from pipeline.storage.tables.stories import DraftRow, PairRow, StoryRow, TellingRow, TopicChoiceRow

_FILES = {
    "articles": "ArticleRow ChangeRow PageRow",
    "desk": "EventRow ReviewRow RewriteRow SessionRow UnsavedRow UserRow VisitRow",
    "engine": "AlarmRow BackupRow ClockRow RunRow StepRow TallyRow WorkerRow",
    "feeds": "EntryRow FeedRow",
    "llm": "BatchRow CallRow EndpointRow PromptRow SetUpRow TryRow",
    "publishing": "EditionRow PlanRow ToldRow",
    "readers": "RatingRow ReaderRow SendingRow",
    "search": "SearchRow",
    "signs": "KinRow SignCountRow SignKeyRow SignsRow",
    "stories": "DraftRow PairRow StoryRow TellingRow TopicChoiceRow",
}
_FILE_OF = {name: file for file, names in _FILES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if name not in _FILE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_FILE_OF[name]}"), name)
    globals()[name] = found
    return found


@cache
def schema() -> MetaData:
    """All tables together: rows that refer to others are only written where all are known."""
    for file in _FILES:
        import_module(f"{__name__}.{file}")
    return Row.metadata


__all__ = [
    "AlarmRow",
    "ArticleRow",
    "BackupRow",
    "BatchRow",
    "CallRow",
    "ChangeRow",
    "ClockRow",
    "DraftRow",
    "EditionRow",
    "EndpointRow",
    "EntryRow",
    "EventRow",
    "FeedRow",
    "KinRow",
    "PageRow",
    "PairRow",
    "PlanRow",
    "PromptRow",
    "RatingRow",
    "ReaderRow",
    "ReviewRow",
    "RewriteRow",
    "Row",
    "RunRow",
    "SearchRow",
    "SendingRow",
    "SessionRow",
    "SetUpRow",
    "SignCountRow",
    "SignKeyRow",
    "SignsRow",
    "StepRow",
    "StoryRow",
    "TallyRow",
    "TellingRow",
    "ToldRow",
    "TopicChoiceRow",
    "TryRow",
    "UnsavedRow",
    "UserRow",
    "UtcTime",
    "VisitRow",
    "WorkerRow",
    "one_of",
    "schema",
    "where",
]
