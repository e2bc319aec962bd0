"""Trimming: lines that belong to the page, not to the article. Rules are general; none knows a site."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.text import tidy

# A whole line that is page furniture, wherever it stands. Matched against the line in lower case.
_FURNITURE = re.compile(
    r"""^[\W_]*(?:
        (?:related|read\ (?:more|next|also|this)|see\ (?:also|more)|also\ (?:on|read|see)|more\ (?:on|from|about|stories)
          |recommended|you\ may\ (?:also\ )?like|don['’]t\ miss|up\ next|what\ to\ read\ next|trending|most\ read)\b
          (?:[^.!?]{0,12}[:|»].{0,200}|[^.!?]{0,90})$
        |also\ on\ \S+\ [^!?]{10,200}[^.!?]$
        |like\ this\ (?:story|article)\?.{0,120}$
        |(?:share|tweet|print|e-?mail|comments?|\d+\ comments?|reply|subscribe|sign\ up|log\ in|advertisement
          |continue\ reading.{0,60}|loading.{0,20}|tags?|topics?|filed\ (?:under|to).{0,120}|posted\ in.{0,80})[\W_]*$
        |(?:share|tweet)\ (?:this|on|via)\b.{0,60}$
        |(?:copyright|©|\(c\)|all\ rights\ reserved).{0,160}$
        |(?:image|photo|picture)s?\ (?:source|credit|by|courtesy)\b.{0,120}$
        |.{0,120}\b(?:photo|image|picture)s?\ ?(?:©|\(c\)).{0,80}$
        |\(?(?:(?:additional|with)\ )?(?:reporting|editing|writing|compiled|translated)\ (?:and\ editing\ )?by\b.{0,200}$
        |(?:listen|watch|download|subscribe|itunes|spotify)\s*:\s*.{0,120}$
        |(?:lesen\ sie\ (?:auch|mehr)|lire\ aussi|à\ lire\ aussi|lea\ también|lee\ también|leia\ (?:também|mais)|veja\ também
          |saiba\ mais|leggi\ anche|читайте\ также|lees\ ook|mehr\ zum\ thema)\s*[:|»–-].{0,200}$
        |(?:tags?|topics?|keywords?|categor(?:y|ies|ia|ias|ía|ías)|schlagw[oö]rte?r?|étiquettes|etiquetas|теги)\s*:.{0,300}$
        |\[(?:button|caption|gallery|embed|video|audio|playlist|shortcode)\b.{0,300}$
        |\[[a-z][\w-]*\ [\w-]+=["'“”″].{0,400}\]$
    )""",
    re.VERBOSE,
)
# Furniture only at the end of an article, where the site speaks to its readers.
_ENDING = re.compile(
    r"""(?:
        ^[\W_]*follow\ .{0,80}\b(?:twitter|facebook|instagram|youtube|linkedin|flipboard|google\ news|mastodon|bluesky)
        |^[\W_]*(?:sign\ up|subscribe|register)\b.{0,160}\b(?:newsletter|newsletters|inbox|updates|free|today|daily|here)\b
        |\b(?:get|have)\ .{0,120}\b(?:delivered|straight|sent)\ (?:\w+\ ){0,3}(?:inbox|door|letterbox|phone|you)\b
        |\b(?:in\ (?:ihr|dein)\w*\ (?:e-?mail-?)?postfach|dans\ votre\ (?:boîte|messagerie)|en\ (?:tu|su)\ (?:correo|bandeja)
          |(?:na\ sua\ caixa|no\ seu\ e-?mail)|nella\ tua\ (?:casella|posta))\b
        |^[\W_]*(?:abonnieren\ sie|abonnez-vous|suscr[íi]bete|assine|inscreva-se|iscriviti)\b
        |^[\W_]*(?:media|press)\ (?:contacts?|inquiries|enquiries|relations|office)\b
        |^[\W_]*(?:contacts?|pressekontakt|contacts?\ presse|contacto\ de\ prensa)\s*:
        |^[\W_]*(?:notes?\ (?:to|for)\ editors?|view\ original\ content)\b
        |^source\ [^.!?]{3,80}$
        |^[\W_]*a\ version\ of\ this\ (?:article|story)\ appear(?:s|ed)\ in\ print\b
        |^[\W_]*(?:download|get)\ (?:our|the)\ .{0,40}\bapps?\b
        |^[\W_]*(?:join|like|find|visit|contact|e-?mail|write\ to|reach)\ (?:us|the\ (?:author|writer|reporter))\b
        |\b(?:letters?\ to\ the\ editor|send\ (?:us\ )?(?:your\ )?tips?|got\ a\ (?:news\ )?tip)\b
        |^[\W_]*(?:listen|tune\ in)\ (?:to|live)\b
        |^[\W_]*(?:tell\ us\ what|what\ do\ you\ think|have\ your\ say|let\ us\ know|join\ the\ (?:conversation|discussion))
        |^.{0,100}\bcontributed\ (?:to\ )?(?:reporting|this\ (?:report|story|article))\b.{0,80}$
        |^[\W_]*(?:citation|more\ information|provided\ by)\b\s*:
        |^[\W_]*(?:this|the)\ (?:article|story|post|report)\ (?:was\ )?(?:originally|first)\ (?:published|appeared)
        |\b(?:affiliate\ (?:links?|commission)|may\ earn\ (?:a|us|an)\b)
        |\bthere['’]s\ plenty\ more\ where\ that\ came\ from\b
        |\breal-time\ .{0,60}\bdelayed\ (?:at\ least\ )?\d+\ minutes
    )""",
    re.VERBOSE,
)
_LONGEST = 400
"""Letters of a line that is furniture, at most."""
_ENDING_LINES = 8
"""How far from the end a line may stand to be an ending: longer tails are lists of their own."""
_BYLINE = re.compile(r"^(?:[Bb]y|BY|[Vv]on|[Pp]or|[Pp]ar)\s+[A-ZÀ-Þ][\w.'’-]+(?:\s+[\w.'’-]+){0,5}$")
_DATE_LINE = re.compile(
    r"^\W*(?:(?:published|updated|posted|last\ modified)\b.{0,60}\d|\w{3,12}\.?\s+\d{1,2},?\s+\d{4}.{0,30}$|\d{1,2}\.?\s+(?:de\s+)?\w{3,12}\.?,?\s+(?:de\s+)?\d{4}.{0,30}$|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}.{0,30}$)",
    re.IGNORECASE,
)


# Where another part of the page begins: comments, other stories, the author's portrait. A whole line, in lower case.
_OTHER_PART = re.compile(
    r"""^[\W_]*(?:
        (?:\d+|one|no|leave\ an?|post\ an?|add\ an?|view|show|join|write\ an?|submit\ an?)\ (?:\w+\ )?
          (?:comments?|thoughts?|responses?|repl(?:y|ies)|conversation)\b.{0,120}
        |comments?(?:\ \(\d+\)|\ section|\ policy|\ are\ closed)?|discussion|responses?
        |(?:about|meet)\ (?:the|this)\ (?:authors?|writers?|reporters?)
        |(?:related|recommended|more|popular|latest|trending|top)\ (?:\w+\ )?
          (?:coverage|stories|articles?|posts?|news|reading|links?|content|topics|videos?)\b.{0,60}
        |(?:\d+\ )?(?:kommentare?|comentários?|commentaires?|comentarios?|commenti|комментарии|reacties)(?:\ \(\d+\))?
        |schreibe?n?\ (?:sie\ )?einen\ kommentar|laisser\ un\ commentaire|deja\ (?:un|tu)\ comentario|deixe\ (?:um|seu)\ comentário
        |(?:mehr\ zum\ thema|weitere\ (?:artikel|themen)|das\ könnte\ (?:sie|dich)\ auch\ interessieren|zur\ startseite)\b.{0,60}
        |(?:sur\ le\ même\ (?:sujet|thème)|à\ lire\ (?:aussi|également)|lire\ aussi|dans\ la\ même\ rubrique)\b.{0,60}
        |(?:te\ puede\ interesar|notas?\ relacionadas?|noticias?\ relacionadas?|más\ noticias|artículos\ relacionados)\b.{0,60}
        |(?:notícias\ relacionadas|artigos\ relacionados|você\ pode\ gostar|veja\ também|leia\ também)\b.{0,60}
        |(?:читайте\ также|см(?:\.|отрите)\ также|материалы\ по\ теме|новости\ партнеров)\b.{0,60}
    )[\W_]*$""",
    re.VERBOSE,
)
_ABOUT = re.compile(r"^(?:About|Über|À propos de|Acerca de|Sobre) [A-ZÀ-Þ][\w&.'’ -]{1,50}:?$")
_IS_SOMEBODY = re.compile(
    r"^\W*(?:is|was|has|writes|covers|works|joined|lives|reports|serves|can be reached|ist|est|es|é)\b", re.IGNORECASE
)
LATER = 0.5
"""Share of an article's letters after which another part of the page may begin."""


def trim(lines: Sequence[str], titles: Sequence[str], byline: str = "") -> list[str]:
    """The lines of the article: furniture, the repeated title, a byline or date at the head and the ending dropped.

    `byline` names those who wrote it: a last paragraph that says who they are is no part of the article.
    """
    kept = [row for line in lines if not _is_furniture(line) and (row := _row(line))]
    kept = _head(kept, {_plain(title) for title in titles if title})
    return _tail(_one_part(kept, byline))


def _one_part(lines: list[str], byline: str) -> list[str]:
    """Up to where another part of the page begins."""
    names = [name.strip() for name in re.split(r",|\band\b|&", byline) if 3 < len(name.strip()) < 40]
    whole, passed = sum(map(len, lines)), 0
    for place, line in enumerate(lines):
        if place and passed > LATER * whole and len(line) < 160 and _OTHER_PART.match(line.lower()):
            return lines[:place]
        if place > 2 and passed > LATER * whole:
            about = next((n for n in names if line.startswith(n)), None)
            if about and _IS_SOMEBODY.match(line[len(about) :]) and len(lines) - place <= 3:
                return lines[:place]
            if len(lines) - place <= 5 and _ABOUT.match(line) and sum(map(len, lines[place:])) < 0.4 * whole:
                return lines[:place]
        passed += len(line)
    return lines


def _is_furniture(line: str) -> bool:
    if len(line) > _LONGEST:
        return False
    # "You may also like…" is one with or without its dots.
    return bool(_FURNITURE.match(line.lower()) or _FURNITURE.match(line.lower().rstrip(" .…")))


def _row(line: str) -> str:
    """A table's line as its cells; the rule under its head is dropped."""
    if not (line.startswith("|") and line.endswith("|") and len(line) > 2):
        return line
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    return " | ".join(cells) if any(re.search(r"\w", cell) for cell in cells) else ""


def _head(lines: list[str], titles: set[str]) -> list[str]:
    start = 0
    while start < min(4, len(lines) - 1):
        line = lines[start]
        plain = _plain(line)
        repeats = plain in titles or any(len(plain) > 20 and plain in title for title in titles)
        if not (repeats or _BYLINE.match(line) or (len(line) < 90 and _DATE_LINE.match(line))):
            break
        start += 1
    return lines[start:]


def _tail(lines: list[str]) -> list[str]:
    """Drop endings: from the last line up, and whatever stands under one of them within the last lines."""
    end = len(lines)
    first = max(1, end - _ENDING_LINES)
    for place in range(first, end):
        line = lines[place].lower()
        if len(line) < 400 and _ENDING.search(line):
            rest = lines[place + 1 :]
            # What follows an ending is more of it, unless it reads like the article going on.
            if sum(len(r) > 120 and not _ENDING.search(r.lower()) for r in rest) == 0:
                end = place
                break
    while end > 1 and len(lines[end - 1]) < 400 and _ENDING.search(lines[end - 1].lower()):
        end -= 1
    while end > 3 and _is_teaser(lines[end - 1]) and _is_teaser(lines[end - 2]):
        end -= 1
    return lines[:end]


def _is_teaser(line: str) -> bool:
    """A headline of another story: a bullet or a short line without a sentence's end."""
    return len(line) < 110 and line.startswith("- ") and line[-1] not in ".!?:;,”\"'’)"


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", tidy(text)).strip().lower()
