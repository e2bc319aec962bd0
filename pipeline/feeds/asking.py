"""How In Short asks servers: under which name, within which bounds, and one address at a time where somebody waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import __version__
from pipeline.config import Config

if TYPE_CHECKING:
    from pipeline.net import Answer, NetLimits


def user_agent(config: Config) -> str:
    """How In Short introduces itself to servers, with the newsroom's address where it gave one."""
    contact = config.newsroom.contact
    return f"InShort/{__version__}" + (f" (+{contact})" if contact else "")


def net_limits(config: Config) -> NetLimits:
    """The bounds of outgoing requests, as configured."""
    from pipeline.net import NetLimits

    network, polling = config.network, config.polling
    return NetLimits(
        timeout=network.timeout_seconds,
        max_bytes=network.max_bytes,
        per_host=polling.per_host,
        concurrency=polling.concurrency,
        allow=network.allow,
        ports=network.ports,
        pause=polling.pause_seconds,
        proxy=network.proxy,
    )


async def ask_once(config: Config, url: str, agent: str = "") -> Answer:
    """What an address answers, asked as a poll would ask. Raises FetchError."""
    from pipeline.net import Net

    async with Net(agent=user_agent(config), limits=net_limits(config)) as net:
        return await net.ask(url, agent=agent)
