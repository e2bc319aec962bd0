"""A newsroom's words as they are looked for: in filters, topics and the names it follows."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=4096)
def word_pattern(word: str) -> re.Pattern[str]:
    """A word or phrase as a whole, in any case; a star at its end stands for any ending."""
    body = r"\s+".join(re.escape(part) for part in word.removesuffix("*").split())
    return re.compile(rf"(?<!\w){body}" + ("" if word.endswith("*") else r"(?!\w)"), re.IGNORECASE)
