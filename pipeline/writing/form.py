"""The golden form's fixed words in each language a newsroom may write, and the names of those languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Form:
    """`reminder` opens the last paragraph; `in_short` and `source` open their lines, colon included."""

    language: str
    in_short: str
    source: str
    reminder: str


FORMS = {
    "en": Form("English", "In short:", "Source:", "This story is a reminder that"),
    "de": Form("Deutsch", "Kurz gesagt:", "Quelle:", "Diese Geschichte erinnert daran, dass"),
    "es": Form("español", "En resumen:", "Fuente:", "Esta historia nos recuerda que"),
    "fr": Form("français", "En bref :", "Source :", "Cette histoire rappelle que"),
}
SPELLINGS = {"american": "American", "british": "British"}
