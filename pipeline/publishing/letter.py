"""An edition as a mail: text and HTML with its styles inlined, which mail programs want."""

from __future__ import annotations

import binascii
import hashlib
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import groupby
from pathlib import Path

from pipeline.languages import language_record
from pipeline.model import Edition
from pipeline.publishing.escape import cut, plain

_LEAVE = "https://leave.invalid/"
"""Stands for a reader's own address of leaving in parts that are made once for all readers."""
_FOLDED = policy.SMTP.clone(max_line_length=78)


class Letter:
    """An edition's mail, made once; `to` makes it one reader's."""

    def __init__(self, edition: Edition, sender: str, address: str, own: Path | None = None) -> None:
        """`address` is where the desk answers readers; "" for a mail nobody can leave, as a preview is."""
        from email.headerregistry import Address

        self._edition, self._address = edition, address
        self._domain = sender.rpartition("@")[2]
        self._text, self._html = map(_prepared, _parts(edition, own, address))
        self._head = EmailMessage(policy=_FOLDED)
        self._head["From"] = Address(_line(edition.newsroom), addr_spec=sender)
        self._head["Subject"] = subject(edition)
        self._head["Date"] = format_datetime(edition.issued)
        self._head["Content-Language"] = edition.language
        self._head["List-Id"] = f"<edition.{self._domain}>"
        self._head["Precedence"] = "bulk"
        self._head["Auto-Submitted"] = "auto-generated"
        self._head["MIME-Version"] = "1.0"

    def to(self, address: str, secret: str) -> bytes:
        """The mail of one reader: its Message-ID is the same however often it is made."""
        leave = f"{self._address}/readers/leave/{secret}" if self._address else ""
        mark = hashlib.sha256(f"{self._edition.number} {self._edition.issued} {secret}".encode()).hexdigest()[:32]
        own = EmailMessage(policy=_FOLDED)
        if address:
            own["To"] = address
        own["Message-ID"] = f"<{mark}@{self._domain}>"
        head = _lines(self._head) + _lines(own)
        if leave:
            # As they are: folded, an address longer than a line becomes an encoded word, which no mail program follows.
            head += f"List-Unsubscribe: <{leave}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n".encode()
        head += f'Content-Type: multipart/alternative; boundary="{mark}"\r\n'.encode()
        parts = [(b"plain", self._text), (b"html", self._html)]
        body = b"".join(
            b"--%b\r\nContent-Type: text/%b; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n%b\r\n"
            % (mark.encode(), kind, _filled(lines, leave))
            for kind, lines in parts
        )
        return head + b"\r\n" + body + b"--%b--\r\n" % mark.encode()


def letter(edition: Edition, own: Path | None = None) -> str:
    """The mail as anybody would get it, without a recipient: what `--format email` prints."""
    return Letter(edition, "newsroom@localhost", "", own).to("", "").decode("ascii").replace("\r\n", "\n")


def _lines(message: EmailMessage) -> bytes:
    return message.as_bytes().rstrip(b"\r\n") + b"\r\n"


def _quoted(text: str) -> bytes:
    """Text in quoted-printable: lines of at most 76, ending in CRLF."""
    lines = text.replace("\r\n", "\n").encode("utf-8", "replace").split(b"\n")
    return b"\r\n".join(binascii.b2a_qp(line, istext=False).replace(b"=\n", b"=\r\n") for line in lines)


def _prepared(text: str) -> list[bytes | str]:
    """A text for many readers: encoded but for the lines in which each has an address of their own."""
    runs = groupby(text.replace("\r\n", "\n").split("\n"), key=lambda line: _LEAVE in line)
    return ["\n".join(lines) if own else _quoted("\n".join(lines)) for own, lines in runs]


def _filled(runs: list[bytes | str], leave: str) -> bytes:
    return b"\r\n".join(r if isinstance(r, bytes) else _quoted(r.replace(_LEAVE, leave)) for r in runs)


def _parts(edition: Edition, own: Path | None, address: str) -> tuple[str, str]:
    import css_inline

    from pipeline.publishing.formats import page, to_text

    leave = _LEAVE if address else ""
    html = page("email.html", edition, own, leave=leave, rating=f"{address}/rate" if address else "")
    inliner = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)
    text = to_text(edition)
    if leave:
        text += f"\n-- \n{language_record(edition.language).edition.leave}: {leave}\n"
    return text, inliner.inline(html)


def subject(edition: Edition) -> str:
    """Who sends it and the lead's headline, or that there are corrections: what makes people open a mail."""
    from pipeline.publishing.formats import shown

    first = next((shown(s, edition) for s in edition.stories), None)
    name = _line(edition.newsroom)
    if first is not None and not first.retracted:
        return cut(_line(f"{name}: {first.headline}"), 200)
    corrections = language_record(edition.language).edition.corrections
    return f"{name}: {corrections}" if edition.notices and first is None else name


def _line(text: str) -> str:
    """A header is one line: what would begin another is a space."""
    return " ".join(plain(text).split())
