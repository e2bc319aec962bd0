"""The tables, one class each. The rows are the truth: what is done and what is due stands here and nowhere else.

A table lies in the file of those who keep it; all are known from here.
"""

from pipeline.storage.tables.articles import ArticleRow, ChangeRow, PageRow
from pipeline.storage.tables.desk import EventRow, ReviewRow, RewriteRow, SessionRow, UnsavedRow, UserRow, VisitRow
from pipeline.storage.tables.engine import AlarmRow, BackupRow, ClockRow, RunRow, StepRow, TallyRow, WorkerRow
from pipeline.storage.tables.feeds import EntryRow, FeedRow
from pipeline.storage.tables.llm import BatchRow, CallRow, EndpointRow, PromptRow, SetUpRow, TryRow
from pipeline.storage.tables.publishing import EditionRow, PlanRow, RatingRow, ReaderRow, SendingRow, ToldRow
from pipeline.storage.tables.row import Row, UtcTime, one_of, where
from pipeline.storage.tables.stories import (
    DraftRow,
    KinRow,
    PairRow,
    SearchRow,
    SignCountRow,
    SignKeyRow,
    SignsRow,
    StoryRow,
    TellingRow,
    TopicChoiceRow,
)

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
    "where",
]
