"""What the desk asks models beside its pages: each in a thread of its own, which outlives the page that began it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from threading import Thread
from typing import Any

from pipeline.config import Config
from pipeline.errors import InShortError
from pipeline.inspection.judging import Bench, judge_draft
from pipeline.llm.model import Model
from pipeline.logs import logger
from pipeline.storage.database import Database
from pipeline.writing.write import open_model

log = logger("inshort.desk")


def beside(name: str, ask: Callable[[], Coroutine[Any, Any, object]], model: Model) -> Thread:
    """Wait for an answer in a thread of its own; the model is closed after it. What goes wrong is logged by `name`.

    No daemon: a desk that is stopped still waits for an answer it pays for.
    """

    async def wait() -> None:
        try:
            await ask()
        except InShortError as error:
            log.error("desk.answer_not_kept", of=name, error=str(error))
        except Exception:
            log.exception("desk.answer_tripped", of=name)
        finally:
            await model.close()

    thread = Thread(target=lambda: asyncio.run(wait()), name=name)
    thread.start()
    return thread


def judge_beside(
    database: Database, config: Config, now: Callable[[], datetime]
) -> Callable[[int], Thread | None] | None:
    """What asks the judge about a version by its row's number, once an editor has saved it; None without a judge.

    A judge that cannot be opened (its key is missing) keeps nobody from saving: the version waits for the next run.
    """
    judge = config.judge
    if judge is None or judge.kind != "openai":
        return None

    def ask(draft_id: int) -> Thread | None:
        try:
            model = open_model(judge, config.network)
        except InShortError as error:
            log.warning("desk.no_judge", error=str(error))
            return None
        assert model is not None
        bench = Bench(judge, config.newsroom, model, config.desk)
        return beside(f"judge {draft_id}", lambda: judge_draft(database, draft_id, bench, now()), model)

    return ask
