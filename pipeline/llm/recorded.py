"""Recorded answers: what a model answered once, kept with the sample newsroom, replayed without any model."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.errors import ModelError
from pipeline.llm.model import ModelAnswer, ModelRequest


class RecordedModel:
    """Replays `ARTICLE.PURPOSE.json` files: {"article", "purpose", "prompt", "answer"}.

    They are keyed by article and purpose, not by the prompt's text, so that a changed prompt orphans none;
    each names the prompt version it answered.
    """

    kind = "recorded"
    name = "recorded"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def ask(self, request: ModelRequest) -> ModelAnswer:
        file = self.folder / f"{request.article}.{request.purpose}.json"
        if not file.is_file():
            raise ModelError("recorded", f"no recorded answer for {request.article} ({request.purpose})", retry=False)
        answer = json.loads(file.read_text("utf-8"))["answer"]
        return ModelAnswer(json.dumps(answer, ensure_ascii=False), free=True)

    async def close(self) -> None:
        """Nothing is held open."""
