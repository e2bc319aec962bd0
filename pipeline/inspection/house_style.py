"""What a newsroom's texts are held to, whoever writes them: a model, a rule or an editor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from pipeline.config import Config
from pipeline.glossary import Glossary
from pipeline.settings import Desk, Writer


@dataclass(frozen=True)
class HouseStyle:
    """A newsroom's glossary, its language, its desk's rules, and how long and how hard its writer's stories may be."""

    glossary: Glossary = field(default_factory=lambda: Glossary(()))
    language: str = "en"
    rules: Desk = field(default_factory=Desk)
    writer: Writer | None = None
    judged: bool = False
    """Whether the newsroom has a judge: what a model wrote then waits for it."""
    edits_judged: bool = False
    """Whether what an editor changes is to be judged too."""
    ask_judge: Callable[[int], object] | None = None
    """Has the judge asked about a saved version, by its row's number, beside what goes on; None: a later run does."""

    @classmethod
    def of(cls, config: Config, glossary: Glossary, ask_judge: Callable[[int], object] | None = None) -> Self:
        """The style of a newsroom as it is configured."""
        judge = config.judge
        return cls(
            glossary,
            config.newsroom.language,
            config.desk,
            config.writer,
            judged=judge is not None,
            edits_judged=judge is not None and judge.edits,
            ask_judge=ask_judge,
        )

    @property
    def grade(self) -> int | None:
        """The school grade stories are written for; None where none is asked for."""
        return self.writer.grade if self.writer else None

    def most_words(self, level: str) -> int | None:
        """The words a story of a level may have; None where nothing bounds them."""
        return self.writer.most_words(level) if self.writer else None
