"""Mail through a real server on loopback: taken, refused, secured, silent."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope

from pipeline.errors import UsageError
from pipeline.publishing.mail import MailError, compose, send
from pipeline.settings import Mail
from tests.ports import free_port

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
CERTIFICATE = Path(__file__).parent.parent / "llm" / "loopback.pem"


class Inbox:
    """What a server was handed; `no` is what it answers instead of taking a message."""

    def __init__(self) -> None:
        self.got: list[Envelope] = []
        self.no = ""

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Envelope, address: str, _o: Any) -> str:
        if address.startswith("nobody"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        if self.no:
            return self.no
        self.got.append(envelope)
        return "250 OK"


def serve(inbox: Inbox, **how: Any) -> Iterator[Mail]:
    port = free_port()
    controller = Controller(inbox, hostname="127.0.0.1", port=port, **how)
    controller.start()
    try:
        yield Mail(host="127.0.0.1", port=port, security="none", sender="desk@example.org", timeout_seconds=60)
    finally:
        controller.stop()


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def mail(inbox: Inbox) -> Iterator[Mail]:
    yield from serve(inbox)


def test_a_message_arrives_as_it_was_composed(mail: Mail, inbox: Inbox) -> None:
    send(mail, compose(mail, ["a@example.org", "b@example.org"], "Größe\nBcc: x@evil.test", "Grüße", NOW, html="<p>"))
    (got,) = inbox.got
    assert got.rcpt_tos == ["a@example.org", "b@example.org"]
    assert isinstance(got.content, bytes)
    text = got.content.decode()
    assert "From: desk@example.org" in text
    assert "\nBcc:" not in text
    assert "multipart/alternative" in text


@pytest.mark.parametrize(("no", "again"), [("451 try later", True), ("554 not wanted", False)])
def test_what_the_server_says_is_told(mail: Mail, inbox: Inbox, no: str, again: bool) -> None:
    inbox.no = no
    with pytest.raises(MailError, match=no) as error:
        send(mail, compose(mail, ["a@example.org"], "s", "t", NOW))
    assert error.value.retry is again


def test_somebody_who_does_not_exist_is_named(mail: Mail, inbox: Inbox) -> None:
    with pytest.raises(MailError, match=r"refuses nobody@example\.org"):
        send(mail, compose(mail, ["nobody@example.org"], "s", "t", NOW))
    with pytest.raises(MailError, match=r"not for nobody@example\.org"):
        send(mail, compose(mail, ["nobody@example.org", "a@example.org"], "s", "t", NOW))
    assert len(inbox.got) == 1


def test_a_server_that_offers_no_tls_gets_no_mail(mail: Mail, inbox: Inbox) -> None:
    secure = mail.model_copy(update={"security": "starttls"})
    with pytest.raises(MailError, match="does not offer starttls"):
        send(secure, compose(secure, ["a@example.org"], "s", "t", NOW))
    assert inbox.got == []


def test_over_tls_with_user_and_password(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)

    def known(_server: Any, _session: Any, _envelope: Any, _way: str, given: Any) -> AuthResult:
        return AuthResult(success=given.password == b"secret", handled=False)

    for mail in serve(inbox, tls_context=context, authenticator=known, require_starttls=True):
        secure = mail.model_copy(update={"security": "starttls", "user": "ada"})
        message = compose(secure, ["a@example.org"], "s", "t", NOW)
        with pytest.raises(MailError, match="no secure connection"):
            send(secure, message)
        with pytest.raises(UsageError, match="INSHORT_MAIL_PASSWORD is not"):
            send(secure, message, ca_file=CERTIFICATE)
        monkeypatch.setenv("INSHORT_MAIL_PASSWORD", "wrong")
        with pytest.raises(MailError, match="refuses user ada"):
            send(secure, message, ca_file=CERTIFICATE)
        monkeypatch.setenv("INSHORT_MAIL_PASSWORD", "secret")
        send(secure, message, ca_file=CERTIFICATE)
    assert len(inbox.got) == 1


def test_a_server_that_is_not_there_is_told() -> None:
    nowhere = Mail(host="127.0.0.1", port=9, security="none", sender="desk@example.org", timeout_seconds=2)
    with pytest.raises(MailError, match="does not answer") as error:
        send(nowhere, compose(nowhere, ["a@example.org"], "s", "t", NOW))
    assert error.value.retry
