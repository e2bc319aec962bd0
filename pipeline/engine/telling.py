"""Telling others on the web that something was published: a hub of feeds that changed, webhooks of an edition."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode

from pipeline.config import Config
from pipeline.errors import FetchError
from pipeline.feeds.asking import net_limits, user_agent
from pipeline.model import Edition
from pipeline.publishing.formats import heading, notices, shown
from pipeline.publishing.sending import wait_after
from pipeline.storage.database import Database
from pipeline.storage.publishing import readers


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


def call_hooks(database: Database, config: Config, edition: Edition, now: datetime) -> list[str]:
    """Tell the configured webhooks of an edition that were not told yet; a line for each, without its address.

    An address that fails is tried again by the next call or a daemon; its name for the telling stays the same.
    """
    if edition.number is None or not config.digest.webhooks:
        return []
    hooks = {_mark(url): url for url in config.digest.webhooks}
    with database.session() as session:
        for mark in hooks:
            readers.enlist_hook(session, edition.number, mark, now)
    with database.reading() as session:
        due = readers.due_sendings(session, edition.number, now, 0, 1000)
    said = []
    for place, (mark, url) in enumerate(hooks.items(), 1):
        one = next((d for d in due if d.target == f"hook {mark}"), None)
        if one is None:
            continue
        trouble = asyncio.run(_call(config, url, edition, now))
        with database.session() as session:
            if trouble:
                again = now + wait_after(one.tries + 1)
                readers.mark(
                    session,
                    one.id,
                    "open",
                    now=now,
                    error=trouble,
                    again_at=again,
                    tried=True,
                )
            else:
                readers.mark(session, one.id, "sent", now=now)
        said.append(f"webhook {place}: " + (f"not told ({trouble}), tried again later" if trouble else "told"))
    return said


def _mark(url: str) -> str:
    """A webhook's address is its password: what is kept and shown is its hash."""
    return hashlib.sha256(url.encode()).hexdigest()[:32]


async def _call(config: Config, url: str, edition: Edition, now: datetime) -> str:
    from pipeline.net import Net

    body = json.dumps({"text": slack_text(edition)}, ensure_ascii=False).encode("utf-8", "replace")
    headers = {"X-InShort-Delivery": f"edition-{edition.number}-{_mark(url)}"}
    if secret := os.environ.get(config.digest.webhook_secret_env):
        stamp = str(int(now.timestamp()))
        signed = hmac.new(os.fsencode(secret), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        headers |= {"X-InShort-Timestamp": stamp, "X-InShort-Signature": f"sha256={signed}"}
    try:
        async with Net(agent=user_agent(config), limits=net_limits(config)) as net:
            await net.post(url, body, "application/json", headers)
    except FetchError as error:
        return error.reason
    return ""


def slack_text(edition: Edition) -> str:
    """An edition in a few lines, in Slack's own marks, in which text from outside is only text."""
    lines = [f"*{_slack(heading(edition))}*"]
    for story in (shown(s, edition) for s in edition.stories):
        if story.retracted:
            lines += [_slack(mark) for mark in story.marks]
            continue
        title = _slack(story.headline).replace("|", "¦")
        lines.append(f"• <{_address(story.link)}|{title}>" if story.link else f"• {title}")
    for told in notices(edition):
        title = f"<{_address(told.link)}|{_slack(told.title).replace('|', '¦')}>" if told.link else _slack(told.title)
        lines.append(_slack(told.before) + title + _slack(told.after))
    return "\n".join(lines)


def _address(link: str) -> str:
    """What stands behind a bar in it would be shown as the link's words."""
    return _slack(link).replace("|", "%7C")


def _slack(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
