"""What a newsroom's texts are held to, whoever writes them: a model, a rule or an editor."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.glossary import Glossary
from pipeline.settings import Desk, Writer


@dataclass(frozen=True)
class HouseStyle:
    """A newsroom's glossary, its language, its desk's rules, and how long its writer's stories may be."""

    glossary: Glossary = field(default_factory=lambda: Glossary(()))
    language: str = "en"
    rules: Desk = field(default_factory=Desk)
    writer: Writer | None = None
    judged: bool = False
    """Whether the newsroom has a judge: what a model wrote then waits for it."""

    def most_words(self, level: str) -> int | None:
        """The words a story of a level may have; None where nothing bounds them."""
        return self.writer.most_words(level) if self.writer else None
