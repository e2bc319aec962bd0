"""An edition as a mail: text and HTML with its styles inlined, which mail programs want."""

from __future__ import annotations

from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from pipeline.model import Edition
from pipeline.publishing.escape import plain


def letter(
    edition: Edition,
    own: Path | None = None,
    *,
    sender: str = "newsroom@localhost",
    to: str = "",
    message_id: str = "",
    leave: str = "",
    now: datetime | None = None,
) -> EmailMessage:
    """One reader's mail. `leave` is the address that ends the subscription, also with one click (RFC 8058)."""
    from email.headerregistry import Address

    text, html = parts(edition, own)
    message = EmailMessage(policy=policy.SMTP.clone(max_line_length=78))
    name = _line(edition.newsroom)
    message["From"] = Address(name, addr_spec=sender)
    if to:
        message["To"] = to
    message["Subject"] = subject(edition)
    message["Date"] = format_datetime(now or edition.issued)
    message["Message-ID"] = message_id or f"<edition-{edition.number or 'preview'}@{sender.rpartition('@')[2]}>"
    message["Content-Language"] = edition.language
    if leave:
        message["List-Unsubscribe"] = f"<{leave}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message["List-Id"] = f"<edition.{sender.rpartition('@')[2]}>"
    message["Precedence"] = "bulk"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text.replace(LEAVE, leave), cte="quoted-printable")
    message.add_alternative(html.replace(LEAVE, leave), subtype="html", cte="quoted-printable")
    return message


LEAVE = "https://leave.invalid/"
"""Stands for the reader's own address of leaving in parts that are made once for all readers."""


def parts(edition: Edition, own: Path | None = None, *, leaving: bool = False) -> tuple[str, str]:
    """The text and the HTML of an edition's mail, the same for all who get it."""
    import css_inline

    from pipeline.publishing.formats import page, to_text
    from pipeline.publishing.words import words_of

    leave = LEAVE if leaving else ""
    html = page("email.html", edition, own, leave=leave)
    inliner = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)
    text = to_text(edition)
    if leave:
        text += f"\n-- \n{words_of(edition.language).leave}: {leave}\n"
    return text, inliner.inline(html)


def subject(edition: Edition) -> str:
    """The lead's headline and who sends it: what makes people open a mail."""
    from pipeline.publishing.formats import shown

    first = next((shown(s, edition) for s in edition.stories), None)
    name = _line(edition.newsroom)
    if first is None or first.retracted:
        return name
    return _line(f"{name}: {first.headline}")[:200]


def _line(text: str) -> str:
    """A header is one line: what would begin another is a space."""
    return " ".join(plain(text).split())
