"""Who a comment speaks to: `@name` in it, for whoever has that name at this desk. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection

_NAMED = re.compile(r"(?<![\w@.])@([\w.-]{1,60})")


def mentioned(words: str, names: Collection[str]) -> list[str]:
    """The people of `names` that are mentioned, each once, in the order they are; names are written small or large.

    A full stop after a name is the sentence's, unless somebody has it in theirs. An address (ada@example.org) and a
    name nobody has mention nobody.
    """
    known = {name.casefold(): name for name in names}
    found: dict[str, None] = {}
    for said in _NAMED.findall(words):
        word = said.casefold()
        while word not in known and word and not word[-1].isalnum():
            word = word[:-1]
        if word in known:
            found[known[word]] = None
    return list(found)
