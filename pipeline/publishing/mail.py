"""Mail: one message through the configured server, or a plain reason why it did not go."""

from __future__ import annotations

import os
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path

from pipeline.errors import InShortError, UsageError
from pipeline.settings import Mail


class MailError(InShortError):
    """A message was not taken. `retry` says whether trying again can change that."""

    def __init__(self, detail: str, *, retry: bool) -> None:
        self.retry = retry
        super().__init__(f"mail: {detail}")


def compose(
    settings: Mail, to: Sequence[str], subject: str, text: str, now: datetime, *, html: str | None = None
) -> EmailMessage:
    """A message from the newsroom, in plain text and, where given, HTML as well."""
    message = EmailMessage()
    sender = settings.sender or ""
    message["From"] = sender
    message["To"] = ", ".join(to)
    # A subject is one line: what would begin another header is a space.
    message["Subject"] = " ".join(subject.split())
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2] or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    if html is not None:
        message.add_alternative(html, subtype="html")
    return message


def send(settings: Mail, message: EmailMessage, *, ca_file: Path | None = None) -> None:
    """Hand a message to the server; blocking. `ca_file` has certificates trusted beside the system's.

    Raises MailError when the server does not take it for everybody, UsageError without the password.
    """
    with _plainly(settings), _connect(settings, ca_file) as server:
        if settings.user:
            server.login(settings.user, password(settings))
        refused = server.send_message(message)
    if refused:
        names = ", ".join(sorted(refused))
        raise MailError(f"{settings.host} took it, but not for {names}", retry=False)


class NotTaken(InShortError):
    """A server did not take one reader's mail. `retry`: a later try may help; `reader`: there is nobody of that
    address; `away`: the connection is gone."""

    def __init__(self, said: str, *, retry: bool = False, reader: bool = False, away: bool = False) -> None:
        self.retry, self.reader, self.away = retry, reader, away
        super().__init__(said)


_NOBODY = frozenset({550, 551, 553})
"""What a server says for ever of an address it has nobody for (RFC 5321, 4.2.3); 552 and 554 are of the mail."""


class Post:
    """One connection for many mails, each in two steps, so that who keeps a ledger can write between them.

    `hand` gives the server all of a mail but its end: without that no server takes it. `end` gives the end. Who died
    before it sends the mail again; who died in it does not know, and in the few bytes of it that is rare.
    """

    def __init__(self, settings: Mail, ca_file: Path | None = None) -> None:
        self._settings, self._ca_file = settings, ca_file
        self._server: smtplib.SMTP | None = None

    def hand(self, to: str, data: bytes) -> None:
        """Raises NotTaken; MailError and UsageError where there is no connection to be had at all."""
        if self._server is None:
            with _plainly(self._settings):
                self._server = _connect(self._settings, self._ca_file)
                if self._settings.user:
                    self._server.login(self._settings.user, password(self._settings))
                self._server.ehlo_or_helo_if_needed()
        server = self._server
        with self._losing():
            wide = ["SMTPUTF8"] if not to.isascii() and server.has_extn("smtputf8") else []
            if not to.isascii() and not wide:
                raise NotTaken("the server takes no addresses with such letters", reader=True)
            code, said = server.mail(self._settings.sender or "", wide)
            self._want(250, code, said)
            code, said = server.rcpt(to)
            if code != 251:
                self._want(250, code, said, reader=code in _NOBODY)
            code, said = server.docmd("DATA")
            self._want(354, code, said)
            server.send(_dotted(data))

    def end(self) -> None:
        """Raises NotTaken; with `away` nobody knows whether the server took it."""
        assert self._server is not None
        with self._losing():
            self._server.send(b".\r\n")
            code, said = self._server.getreply()
            self._want(250, code, said)

    def close(self) -> None:
        if self._server is not None:
            try:
                self._server.quit()
            except (smtplib.SMTPException, OSError):
                self._server.close()
            self._server = None

    def _want(self, wanted: int, code: int, said: bytes, *, reader: bool = False) -> None:
        if code == wanted:
            return
        line = f"{code} {said.decode('utf-8', 'replace')}"
        if code == 421 or code < 0:
            raise smtplib.SMTPServerDisconnected(line)
        assert self._server is not None
        self._server.rset()
        raise NotTaken(line, retry=400 <= code < 500, reader=reader)

    @contextmanager
    def _losing(self) -> Iterator[None]:
        try:
            yield
        except NotTaken:
            raise
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            if self._server is not None:
                self._server.close()
                self._server = None
            raise NotTaken(f"the connection broke off: {error}", retry=True, away=True) from error


def _dotted(data: bytes) -> bytes:
    """A mail as it goes over the line, without its end: lines end in CRLF, a dot that begins one is doubled."""
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    dotted = lines.replace(b"\r\n.", b"\r\n..")
    dotted = b"." + dotted if dotted.startswith(b".") else dotted
    return dotted if dotted.endswith(b"\r\n") else dotted + b"\r\n"


def password(settings: Mail) -> str:
    """The password, from its file or the environment. Raises UsageError where there is none."""
    if settings.password_file is not None:
        try:
            return settings.password_file.expanduser().read_text("utf-8").strip()
        except OSError as error:
            raise UsageError(f"mail.password_file: {settings.password_file}: {error.strerror}") from error
    found = os.environ.get(settings.password_env, "")
    if not found:
        raise UsageError(f"mail.user is set, but {settings.password_env} is not; export it, or set mail.password_file")
    return found


def _connect(settings: Mail, ca_file: Path | None) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    if settings.security == "tls":
        return smtplib.SMTP_SSL(settings.host, settings.port, timeout=settings.timeout_seconds, context=context)
    server = smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout_seconds)
    if settings.security == "starttls":
        try:
            server.starttls(context=context)
        except BaseException:
            server.close()
            raise
    return server


@contextmanager
def _plainly(settings: Mail) -> Iterator[None]:
    where = f"{settings.host}:{settings.port}"
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        raise MailError(f"{where} refuses user {settings.user} ({error.smtp_code})", retry=False) from error
    except smtplib.SMTPNotSupportedError as error:
        raise MailError(f"{where} does not offer {settings.security}; see mail.security", retry=False) from error
    except smtplib.SMTPRecipientsRefused as error:
        raise MailError(f"{where} refuses {', '.join(sorted(error.recipients))}", retry=False) from error
    except smtplib.SMTPResponseException as error:
        said = error.smtp_error.decode("utf-8", "replace") if isinstance(error.smtp_error, bytes) else error.smtp_error
        raise MailError(f"{where} says {error.smtp_code} {said}", retry=400 <= error.smtp_code < 500) from error
    except ssl.SSLError as error:
        raise MailError(f"{where}: no secure connection: {error.reason or error}", retry=False) from error
    except (smtplib.SMTPException, OSError) as error:
        raise MailError(f"{where} does not answer: {error}", retry=True) from error
