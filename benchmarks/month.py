"""What 1,000 stories a month cost: with and without judge, cache and batch lane, beside a plain script.

python benchmarks/month.py

Nobody is asked. The questions are those In Short would send about a usual article of some 700 words, at four bytes a
token; a draft has the tokens a draft usually has, with the usual share of repairs, as `inshort run --estimate` reckons
before a newsroom has figures of its own. The plain script is the one of `whole.py`: a line of rules, one answer as long
as our draft's words without its evidence, and nothing that checks it. Prices are those of the README's example.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from row import row
from whole import PLAIN

from pipeline.config import Config, parse_config
from pipeline.engine.estimate import USUAL_JUDGED, usual_draft, usual_story
from pipeline.glossary import load_glossary
from pipeline.llm import prices
from pipeline.settings import MICRO, Writer
from pipeline.writing.prompts import load_prompt

STORIES = 1000
PRICE = {"input": 0.10, "output": 0.50, "cached_input": 0.01, "cache_write": 0.125, "batch": 0.5, "as_of": "2026-11-28"}
WORDS, BYTES_A_WORD = 420, 6
"""A story as the plain script gets it back, at four bytes a token."""


def newsroom(*, judged: bool, lane: str = "now") -> Config:
    """The README's example, with or without a judge at the writer's price."""
    writer = {"kind": "openai", "model": "m", "price": PRICE, "caps": {"day": 100}, "lane": lane}
    return parse_config(json.dumps({"writer": writer, **({} if judged else {"judge": False})}))


def month(*, judged: bool, lane: str = "now", cached: bool = False) -> float:
    """USD for the stories; `cached`: the rules of prompts come from the server's cache, after they were once written.

    Repairs are left at the full price, and so is what writing to the cache costs more the first time.
    """
    config, glossary = newsroom(judged=judged, lane=lane), load_glossary()
    micro = STORIES * usual_story(config, glossary).micro
    if cached:
        draft = usual_draft(config, glossary)
        micro -= STORIES * _saved(config.writer, draft.rules)
        if config.judge is not None:
            micro -= STORIES * _saved(config.judge, load_prompt("judge").body.split("\n---\n", 1)[0])
    return micro / MICRO


def _saved(writer: Writer, rules: str) -> int:
    """What the cache takes off one question, in millionths."""
    tokens = len(rules.encode()) // 4
    return prices.cost(writer, tokens, 0) - prices.cost(writer, tokens, 0, cached=tokens)


def plainly() -> float:
    """USD for the same articles by the plain script."""
    config = newsroom(judged=False)
    article = len(usual_draft(config, load_glossary()).text.encode())
    rules = next(line for line in PLAIN.splitlines() if '"system"' in line)
    return STORIES * prices.cost(config.writer, (article + len(rules)) // 4, WORDS * BYTES_A_WORD // 4) / MICRO


def main() -> None:
    ways: dict[str, dict[str, Any]] = {
        "without judge": {"judged": False},
        "without judge, rules from the cache": {"judged": False, "cached": True},
        "with judge": {"judged": True},
        "with judge, rules from the cache": {"judged": True, "cached": True},
        "with judge, drafts in the batch lane": {"judged": True, "lane": "batch"},
        "without judge, in the batch lane": {"judged": False, "lane": "batch"},
    }
    other = plainly()
    print(f"a plain script{'':<32}{other:8.2f} USD for {STORIES:,} stories")
    for name, way in ways.items():
        ours = month(**way)
        print(f"In Short, {name:<36}{ours:8.2f} USD")
        row(f"1,000 stories a month, {name}: USD", ours, other, "a plain script", less=True)
    print(f"usual article {_tokens():,} tokens with our rules; the judge reads {USUAL_JUDGED:,}")


def _tokens() -> int:
    return usual_draft(newsroom(judged=False), load_glossary()).likely_input_tokens


if __name__ == "__main__":
    main()
