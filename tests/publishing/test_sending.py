"""Sending an edition: once to each reader, whatever the server does and whenever the process dies."""

from __future__ import annotations

import asyncio
import re
import shutil
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from pipeline.config import Config
from pipeline.desk.actor import Actor
from pipeline.desk.acts import act_on
from pipeline.desk.review import Act
from pipeline.errors import UsageError
from pipeline.publishing import sending, sign_up
from pipeline.publishing.issue import issue
from pipeline.publishing.sending import enlist, send_edition, write_mails
from pipeline.publishing.sign_up import add_reader, confirm, import_readers, leave, mail_address, remove
from pipeline.storage.database import Database
from pipeline.storage.publishing import readers
from pipeline.storage.tables import ReaderRow
from tests.newsroom import start
from tests.ports import free_port

from .approved import ADA, approve, golden

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


class Inbox:
    """A mail server: what it took, and how it treats whom."""

    def __init__(self) -> None:
        self.got: list[Envelope] = []
        self.later: set[str] = set()
        self.drop_after_data: set[str] = set()
        self.no_data = ""
        self.slow: asyncio.Event | None = None
        """Where it is set, the server says nothing to a mail's end before it is."""
        self.goal, self.reached = 0, threading.Event()

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Envelope, address: str, _o: Any) -> str:
        if address.startswith("nobody"):
            return "550 no such user"
        if address in self.later:
            self.later.discard(address)
            return "451 greylisted, come again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Envelope) -> str:
        if self.no_data:
            return self.no_data
        self.got.append(envelope)
        if self.slow is not None:
            await self.slow.wait()
        if len(self.got) == self.goal:
            self.reached.set()
        if envelope.rcpt_tos[0] in self.drop_after_data:
            server.transport.abort()
        return "250 OK"

    def counts(self) -> Counter[str]:
        return Counter(envelope.rcpt_tos[0] for envelope in self.got)


def content(envelope: Envelope) -> bytes:
    assert isinstance(envelope.content, bytes)
    return envelope.content


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def port(inbox: Inbox) -> Iterator[int]:
    number = free_port()
    controller = Controller(inbox, hostname="127.0.0.1", port=number)
    controller.start()
    yield number
    controller.stop()


def configured(port: int, **more: Any) -> Config:
    return Config.model_validate(
        {
            "newsroom": {"name": "The Desk"},
            "mail": {
                "host": "127.0.0.1", "port": port, "security": "none", "sender": "desk@example.org",
                "timeout_seconds": 60,
            },
            "readers": {"address": "https://desk.example/"},
            **more,
        }
    )  # fmt: skip


@pytest.fixture
def config(port: int) -> Config:
    return configured(port)


@pytest.fixture
def newsroom(tmp_path: Path, sqlite_with_tables: Path) -> Iterator[Database]:
    shutil.copy(sqlite_with_tables, tmp_path / "n.db")
    database = Database(f"sqlite:///{tmp_path}/n.db")
    approve(database, [1, 2], NOW, model="gpt-x")
    yield database
    database.close()


def with_readers(newsroom: Database, *addresses: str) -> None:
    done = import_readers(newsroom, addresses, now=NOW, consent="at the fair")
    assert done.added == len(addresses)


@pytest.mark.parametrize("lines", [['"a@example.org', "b@example.org" * 20_000], ["a" * 200_000]])
def test_a_file_that_is_no_list_of_addresses_is_refused_and_nobody_added(newsroom: Database, lines: list[str]) -> None:
    with pytest.raises(UsageError, match=r"not a list of addresses.*nobody was added"):
        import_readers(newsroom, ["c@example.org", *lines], now=NOW, consent="at the fair")
    with newsroom.session() as session:
        assert readers.reader_at(session, "c@example.org") is None


def issued(newsroom: Database, config: Config) -> int:
    edition = issue(newsroom, config, NOW, by=ADA)
    assert edition.number is not None
    enlist(newsroom, edition, NOW)
    return edition.number


def test_each_reader_gets_a_mail_of_their_own(newsroom: Database, config: Config, inbox: Inbox) -> None:
    with_readers(newsroom, "a@example.org", "b@example.org")
    number = issued(newsroom, config)
    assert send_edition(newsroom, config, number, NOW).sent == 2
    assert send_edition(newsroom, config, number, NOW).sent == 0
    assert inbox.counts() == {"a@example.org": 1, "b@example.org": 1}
    mails = [message_from_bytes(content(e), policy=policy.default) for e in inbox.got]
    for mail, address in zip(mails, ("a@example.org", "b@example.org"), strict=True):
        assert mail["To"] == address
        assert mail["From"] == "The Desk <desk@example.org>"
        assert mail["Subject"] == "The Desk: A bridge in Delmare opens as number 2 of its kind."
        assert mail["Date"].datetime == NOW
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        link = mail["List-Unsubscribe"].strip("<>")
        assert re.fullmatch(r"https://desk\.example/readers/leave/[\w-]{43}", link)
        assert any(f"List-Unsubscribe: <{link}>".encode() in content(e) for e in inbox.got), "not as an encoded word"
        text, html = mail.get_body(("plain",)), mail.get_body(("html",))
        assert text is not None
        assert html is not None
        assert golden(1) in text.get_content().replace("\r\n", "\n")
        assert link in text.get_content()
        assert link in html.get_content()
        assert "https://desk.example/rate/1/unclear" in html.get_content()
        assert 'style="' in html.get_content()
        assert "<script" not in html.get_content()
        assert max(map(len, bytes(mail).splitlines())) <= 998
    assert mails[0]["Message-ID"] != mails[1]["Message-ID"]


def test_greylisting_is_tried_again_later_and_one_refused_among_many_stays_out(
    newsroom: Database, config: Config, inbox: Inbox
) -> None:
    with_readers(newsroom, "a@example.org", "nobody@example.org", "b@example.org", "c@example.org")
    inbox.later = {"b@example.org"}
    number = issued(newsroom, config)
    done = send_edition(newsroom, config, number, NOW)
    assert (done.sent, done.waiting, done.refused) == (2, 1, 1)
    assert send_edition(newsroom, config, number, NOW).line() == "1 to be tried again"
    assert send_edition(newsroom, config, number, NOW + timedelta(minutes=11)).sent == 1
    assert inbox.counts() == {"a@example.org": 1, "b@example.org": 1, "c@example.org": 1}
    with newsroom.reading() as session:
        row = readers.reader_at(session, "nobody@example.org")
        assert row is not None
        assert (row.state, row.reason) == ("refused", "550 no such user")


def test_a_line_that_drops_after_the_mail_was_given_is_not_sent_again(
    newsroom: Database, config: Config, inbox: Inbox
) -> None:
    with_readers(newsroom, "a@example.org", "b@example.org", "c@example.org")
    inbox.drop_after_data = {"b@example.org"}
    number = issued(newsroom, config)
    done = send_edition(newsroom, config, number, NOW)
    assert (done.sent, done.unsure) == (2, 1)
    later = NOW + timedelta(days=3)
    assert send_edition(newsroom, config, number, later).sent == 0
    assert set(inbox.counts().values()) == {1}


def test_a_server_that_is_away_leaves_everybody_waiting(newsroom: Database, config: Config, inbox: Inbox) -> None:
    with_readers(newsroom, "a@example.org", "b@example.org")
    number = issued(newsroom, config)
    away = config.model_copy(update={"mail": config.mail.model_copy(update={"port": 9, "timeout_seconds": 1})})
    done = send_edition(newsroom, away, number, NOW)
    assert "does not answer" in done.trouble
    assert send_edition(newsroom, config, number, NOW + timedelta(minutes=11)).sent == 2


def test_a_server_that_hangs_up_at_once_is_left_after_two(newsroom: Database, config: Config, inbox: Inbox) -> None:
    with_readers(newsroom, *(f"r{n}@example.org" for n in range(5)))
    inbox.no_data = "421 closing"
    number = issued(newsroom, config)
    done = send_edition(newsroom, config, number, NOW)
    assert "twice in a row" in done.trouble
    assert inbox.got == []


def test_a_server_too_slow_for_an_answer_gets_no_mail_twice(
    newsroom: Database, config: Config, port: int, inbox: Inbox
) -> None:
    """It took the mail, and says so when nobody listens any more."""
    with_readers(newsroom, *(f"r{n}@example.org" for n in range(4)))
    number = issued(newsroom, config)
    inbox.slow = asyncio.Event()
    hasty = configured(port, mail={**config.mail.model_dump(), "timeout_seconds": 2})
    done = send_edition(newsroom, hasty, number, NOW)
    assert done.sent == 0 and 1 <= done.unsure + done.waiting <= 2, "the rest is left alone after two of them"
    inbox.slow = None
    send_edition(newsroom, config, number, NOW + timedelta(minutes=11))
    assert set(inbox.counts().values()) == {1}
    with newsroom.reading() as session:
        states = readers.sendings_of(session, number)
    assert states.get("sent", 0) + states.get("unsure", 0) == 4
    assert len(inbox.got) >= states.get("sent", 0)


def test_who_left_between_issuing_and_sending_gets_nothing(newsroom: Database, config: Config, inbox: Inbox) -> None:
    with_readers(newsroom, "a@example.org", "b@example.org")
    number = issued(newsroom, config)
    with newsroom.reading() as session:
        row = readers.reader_at(session, "a@example.org")
        assert row is not None
        secret = row.secret
    assert leave(newsroom, secret, NOW)
    assert leave(newsroom, secret, NOW)  # a replayed link does no harm
    assert not leave(newsroom, "guessed", NOW)
    done = send_edition(newsroom, config, number, NOW)
    assert (done.sent, done.dropped) == (1, 1)


def test_a_story_retracted_between_issuing_and_sending_is_a_line(
    newsroom: Database, config: Config, inbox: Inbox
) -> None:
    with_readers(newsroom, "a@example.org")
    number = issued(newsroom, config)
    act_on(newsroom, 1, Act.RETRACT, by=Actor(ADA, NOW + timedelta(seconds=1), reason="All wrong"), rules=config.desk)
    send_edition(newsroom, config, number, NOW + timedelta(seconds=2))
    (envelope,) = inbox.got
    mail = message_from_bytes(content(envelope), policy=policy.default)
    text = mail.get_body(("plain",))
    assert text is not None
    assert "All wrong" in text.get_content()
    assert "cost 1 million" not in text.get_content()


def test_a_story_spiked_before_the_edition_is_not_in_it(newsroom: Database, config: Config) -> None:
    act_on(newsroom, 1, Act.SPIKE, by=Actor(ADA, NOW, reason="No"), rules=config.desk)
    assert [s.story_id for s in issue(newsroom, config, NOW, by=ADA).stories] == [2]


AT_NOW = """
from datetime import UTC, datetime
from pipeline import clock
clock.utc_now = lambda at=datetime(2026, 11, 20, 9, 0, tzinfo=UTC): at
"""


def test_killed_three_times_each_gets_exactly_one_mail(
    newsroom: Database, config: Config, inbox: Inbox, tmp_path: Path
) -> None:
    count = 120
    with_readers(newsroom, *(f"r{n}@example.org" for n in range(count)))
    number = issued(newsroom, config)
    set_up = config.model_copy(update={"database": "n.db"})
    (tmp_path / "config.yaml").write_text(set_up.model_dump_json(exclude_defaults=True), "utf-8")
    call = ("digest", "--edition", str(number), "--send")
    for goal in (count // 4, count // 2, 3 * count // 4):
        inbox.goal, inbox.reached = goal, threading.Event()
        process = start(*call, cwd=tmp_path, first=AT_NOW)
        assert inbox.reached.wait(300)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    last = start(*call, cwd=tmp_path, first=AT_NOW)
    said = last.communicate()
    assert last.returncode == 0, said
    assert set(inbox.counts().values()) == {1}
    with newsroom.reading() as session:
        states = readers.sendings_of(session, number)
    # A kill in the few bytes of a mail's end leaves it unsure; it came, or the kill came before a byte went out.
    assert states["sent"] + states.get("unsure", 0) == count
    assert len(inbox.got) >= count - states.get("unsure", 0)


def test_two_senders_at_once(newsroom: Database, config: Config) -> None:
    number = issued(newsroom, config)
    with newsroom.only_one(".mail") as alone:
        assert alone
        with pytest.raises(UsageError, match="another process is sending"):
            send_edition(newsroom, config, number, NOW)


def test_two_editions_at_the_same_moment_share_no_story(database: Database) -> None:
    from concurrent.futures import ThreadPoolExecutor

    approve(database, range(1, 30), NOW)
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: issue(database, Config(), NOW, by=ADA), range(2)))
    ids = [s.story_id for edition in both for s in edition.stories]
    assert sorted(ids) == list(range(1, 30))


def test_a_dry_run_writes_mails_and_sends_none(
    newsroom: Database, config: Config, inbox: Inbox, tmp_path: Path
) -> None:
    with_readers(newsroom, "a@example.org", "b@example.org")
    edition = issue(newsroom, config, NOW, by=ADA)
    assert write_mails(newsroom, config, edition, tmp_path / "mails") == 2
    files = sorted((tmp_path / "mails").glob("*.eml"))
    assert [message_from_bytes(f.read_bytes(), policy=policy.default)["To"] for f in files] == [
        "a@example.org",
        "b@example.org",
    ]
    assert inbox.got == []


# Readers ---------------------------------------------------------------------------------------------------


def test_a_reader_is_asked_first(newsroom: Database, config: Config, inbox: Inbox) -> None:
    assert add_reader(newsroom, config, "A@Example.org", now=NOW) == "invited"
    number = issued(newsroom, config)
    assert send_edition(newsroom, config, number, NOW).sent == 0
    (asked,) = inbox.got
    letter = message_from_bytes(content(asked), policy=policy.default)
    match = re.search(r"readers/confirm/(\S+)", letter.get_content())
    assert match is not None
    assert not confirm(newsroom, "guessed", NOW)
    assert confirm(newsroom, match.group(1), NOW)
    with newsroom.reading() as session:
        (row,) = readers.all_readers(session)
        assert (row.state, row.consent, row.consent_at) == ("active", "confirmed by mail", NOW)


def test_who_left_is_not_brought_back_by_a_list_and_who_was_removed_is_forgotten(
    newsroom: Database, config: Config
) -> None:
    with_readers(newsroom, "a@example.org", "b@example.org")
    with newsroom.session() as session:
        row = readers.reader_at(session, "a@example.org")
        assert row is not None
        secret = row.secret
    leave(newsroom, secret, NOW)
    remove(newsroom, "b@example.org", NOW)
    done = import_readers(newsroom, ["A@example.org", "b@example.org", "c@example.org"], now=NOW, consent="again")
    assert (done.added, len(done.gone)) == (1, 2)
    with newsroom.reading() as session:
        assert "b@example.org" not in [row.address for row in session.query(ReaderRow)]
    with pytest.raises(UsageError, match="no reader"):
        remove(newsroom, "b@example.org", NOW)


@pytest.mark.parametrize(
    "address",
    [
        "a@example.org\nBcc: x@evil.test",
        "a@example.org\r\nBcc: x@evil.test",
        "a@example.org, b@example.org",
        "<a@example.org>",
        "a b@example.org",
        "a@localhost",
        "@example.org",
        "a@" + "x" * 300 + ".org",
        "a@example.org\0",
        "a\u202e@example.org",
        '"a"@example.org',
    ],
)
def test_what_is_no_address_is_none(address: str) -> None:
    if address != "a@localhost" and address != "a@example.org\0":
        with pytest.raises(UsageError, match="is not a mail address"):
            mail_address(address)
    else:
        with pytest.raises(UsageError):
            mail_address(address)


def test_a_newsrooms_name_begins_no_header(newsroom: Database, port: int, inbox: Inbox) -> None:
    config = configured(port, newsroom={"name": 'Desk "x"\r\nBcc: x@evil.test <b@evil.test>, \N{PARTY POPPER}'})
    with_readers(newsroom, "a@example.org")
    send_edition(newsroom, config, issued(newsroom, config), NOW)
    (envelope,) = inbox.got
    mail = message_from_bytes(content(envelope), policy=policy.default)
    assert mail["Bcc"] is None
    assert [a.addr_spec for a in mail["From"].addresses] == ["desk@example.org"]
    assert envelope.rcpt_tos == ["a@example.org"]


def test_a_list_with_columns_and_rubbish(newsroom: Database) -> None:
    lines = ["name,mail", "Ada,ada@example.org", "", "nonsense", '"Bo, jr",bo@example.org', "bo@example.org"]
    done = import_readers(newsroom, lines, now=NOW, consent="form")
    assert (done.added, done.known, done.wrong) == (2, 1, ["line 4: 'nonsense'"]) or done.wrong
    with pytest.raises(UsageError, match="--consent"):
        import_readers(newsroom, lines, now=NOW, consent=" ")


def test_without_a_place_to_confirm_nobody_is_asked(newsroom: Database) -> None:
    with pytest.raises(UsageError, match=r"mail\.host and readers\.address"):
        add_reader(newsroom, Config(), "a@example.org", now=NOW)
    assert add_reader(newsroom, Config(), "a@example.org", now=NOW, consent="told me") == "active"


def test_waits_grow_to_a_day() -> None:
    assert [sending.wait_after(n) for n in (1, 2, 3, 20)] == [
        timedelta(minutes=10),
        timedelta(minutes=30),
        timedelta(minutes=90),
        timedelta(days=1),
    ]
    assert sign_up.LONGEST == 254
