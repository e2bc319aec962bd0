"""What tokens cost: input, output, what a server read from its cache or wrote to it, and what the batch lane gives off.

Money is whole millionths of the price's currency.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING

from pipeline.settings import MICRO, Writer

if TYPE_CHECKING:
    from pipeline.llm.model import ModelRequest


def cost(
    writer: Writer, input_tokens: int, output_tokens: int, lane: str = "now", *, cached: int = 0, cache_write: int = 0
) -> int:
    """What tokens cost, in millionths of the price's currency, rounded up; 0 without a price.

    `cached` and `cache_write` are what of the input was read from the server's cache and written to it.
    """
    price = writer.price
    if price is None:
        return 0
    plain = input_tokens - cached - cache_write
    # A price is for a million tokens and a millionth is a millionth: the two factors cancel out.
    whole = price.input * plain + price.output * output_tokens
    whole += price.of_cached * cached + price.of_cache_write * cache_write
    return math.ceil(whole * price.batch if lane == "batch" else whole)


def worst_cost(writer: Writer, request: ModelRequest, lane: str = "now") -> int:
    """The most a request can cost, in millionths: writing all of it to the server's cache may be dearer than not."""
    price, tokens = writer.price, request.worst_input_tokens
    written = tokens if price is not None and price.of_cache_write > price.input else 0
    return cost(writer, tokens, request.max_output_tokens, lane, cache_write=written)


def money(micro: int, writer: Writer, *, of: str = "writer") -> str:
    """An amount as people read it, e.g. `0.0031 USD`. What nobody knows the price of is not told as free.
    Where no model is called it is `nothing`.

    `of` is where the settings of this writer stand.
    """
    if not micro and writer.price is None and writer.kind != "openai":
        return "nothing"
    said = f"{Decimal(micro) / MICRO:.4f} {writer.price.currency if writer.price else ''}".strip()
    if priced(writer):
        return said
    return f"{f'{said} and what is ' if micro else ''}not known (no price is set: {of}.price)"


def priced(writer: Writer) -> bool:
    """Whether it is known what its calls cost: nothing where no model is called."""
    return writer.price is not None or writer.kind != "openai"


def price_text(writer: Writer) -> str:
    """The price a try was reckoned with and the day it was true, as its row keeps it; "" without one."""
    price = writer.price
    return f"{price.input}/{price.output} {price.currency} {price.as_of}" if price else ""
