"""Telling others on the web that something was published: a WebSub hub of feeds that changed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from urllib.parse import urlencode

from pipeline.config import Config
from pipeline.engine.tools import net_limits, user_agent
from pipeline.errors import FetchError


def tell_hub(config: Config, feeds: Sequence[str]) -> str:
    """Tell the configured hub which feeds changed; why it could not be told, "" where all is well or there is none.

    A hub that was not told asks for the feeds in its own time: nothing is lost by it.
    """
    hub = config.site.hub
    if hub is None or not feeds or config.site.address is None:
        return ""
    return asyncio.run(_ping(config, hub, feeds))


async def _ping(config: Config, hub: str, feeds: Sequence[str]) -> str:
    from pipeline.net import Net

    body = urlencode([("hub.mode", "publish"), *(("hub.url", feed) for feed in feeds)]).encode()
    try:
        async with Net(agent=user_agent(config), limits=net_limits(config)) as net:
            await net.post(hub, body, "application/x-www-form-urlencoded")
    except FetchError as error:
        return str(error)
    return ""
