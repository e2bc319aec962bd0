"""The glossary and its analogies: what each hard word is explained with, and the newsroom's own word on it."""

from __future__ import annotations

import threading
from pathlib import Path

from starlette.responses import Response

from pipeline.desk.people import Role
from pipeline.errors import ConfigError, NotAllowed, UsageError
from pipeline.files import read_text, write_whole
from pipeline.glossary import FIELDS, GlossaryTerm, own_glossary, read_glossary, term_of, with_entry, without_entry
from pipeline.inspection.bank import Offer, weaknesses
from pipeline.inspection.inspecting import suggestions
from pipeline.storage.desk import people
from pipeline.text import tidy
from pipeline.web.visit import Page, Visit

_HEAD = "# How this newsroom explains hard words.\n"
_LOOKED_AT, _OFFERED = 200, 12
"""Newest drafts that are looked at for suggestions, so that the page comes at once; and suggestions it shows."""
_writing = threading.Lock()


def show(visit: Visit) -> Response:
    word, field = visit.value("word").strip()[:80], visit.value("field")[:40]
    glossary = visit.desk.glossary()
    own = {t.term for t in _own(own_glossary(visit.desk.folder))}
    found = [
        t
        for t in glossary.terms
        if (not field or t.field == field)
        and any(word.lower() in text.lower() for text in (*t.names, t.plain, t.analogy))
    ]
    found.sort(key=lambda t: t.term.lower())
    may_change = visit.who.role.covers(Role.EDITOR)
    offered: list[Offer] = []
    if may_change and not word and not field:
        with visit.desk.database.reading() as session:
            offered = suggestions(session, glossary, last=_LOOKED_AT)[:_OFFERED]
    return visit.page(
        "glossary.html",
        terms=found,
        own=own,
        word=word,
        field=field,
        fields=sorted({t.field for t in glossary.terms if t.field}),
        all=len(glossary.terms),
        pictures=sum(bool(t.analogy) for t in glossary.terms),
        offered=offered,
        may_change=may_change,
    )


def form(visit: Visit) -> Response:
    name = visit.value("term").strip()[:80]
    term = visit.desk.glossary().find(name) or GlossaryTerm(name, "")
    return _form(visit, 200, term, "")


def _form(visit: Visit, status: int, term: GlossaryTerm, line: str) -> Response:
    own = {t.term for t in _own(own_glossary(visit.desk.folder))}
    return visit.page(
        "term.html",
        status,
        term=term,
        line=line,
        before=visit.value("before") or term.term,
        own=term.term in own,
        notes=weaknesses([term]) if term.plain else [],
        longest=FIELDS,
    )


def save(visit: Visit) -> Response:
    """Keep the newsroom's word on a term: it wins over the bundled one."""
    known = visit.desk.glossary().find(visit.value("before"))
    said = {name: _clean(visit, name) for name in FIELDS}
    variants = [v for part in said["variants"].split(",") if (v := part.strip())]
    term = term_of({**said, "variants": variants, "beside": known.beside if known else ()})
    if not term.term or not term.plain:
        return _form(visit, 400, term, "A term and its explanation are needed; nothing was changed.")
    file = own_glossary(visit.desk.folder)
    try:
        with _writing:
            text = _read(file)
            for name in (visit.value("before"), term.term):
                text = without_entry(text, name, str(file))
            write_whole(file, with_entry(text, term, str(file)))
    except ConfigError as error:
        return _form(visit, 409, term, f"{'; '.join(error.problems)}: nothing was changed.")
    _note(visit, f"{term.term}: {term.plain}" + (f" [{term.analogy}]" if term.analogy else ""))
    return visit.go("/glossary")


def take(visit: Visit) -> Response:
    """Add a suggested term with one press. Somebody else's word on it, given meanwhile, is not written over."""
    term = GlossaryTerm(_clean(visit, "term"), _clean(visit, "plain"))
    if not term.term or not term.plain:
        raise UsageError("a term and its explanation are needed; nothing was changed")
    file = own_glossary(visit.desk.folder)
    with _writing:
        if visit.desk.glossary().find(term.term):
            raise NotAllowed(f"'{term.term}' has an explanation by now; nothing was changed")
        write_whole(file, with_entry(_read(file), term, str(file)))
    _note(visit, f"{term.term}: {term.plain}")
    return visit.go("/glossary")


def remove(visit: Visit) -> Response:
    """Take back the newsroom's word on a term: the bundled one holds again, if there is one."""
    file, name = own_glossary(visit.desk.folder), visit.value("term")
    with _writing:
        before = _read(file)
        after = without_entry(before, name, str(file))
        if after == before:
            raise NotAllowed(f"'{name}' is not the newsroom's own word; the bundled glossary can't be changed here")
        write_whole(file, after)
    _note(visit, f"{name} taken out")
    return visit.go("/glossary")


def _note(visit: Visit, about: str) -> None:
    with visit.desk.database.session() as session:
        people.add_event(session, visit.now, visit.who.name, "glossary", about)


def _clean(visit: Visit, name: str) -> str:
    text = " ".join(tidy(visit.value(name)).split())
    if len(text) > FIELDS[name]:
        raise UsageError(f"{name}: {FIELDS[name]} characters at most")
    return text


def _own(file: Path) -> tuple[GlossaryTerm, ...]:
    return read_glossary(read_text(file), str(file)) if file.is_file() else ()


def _read(file: Path) -> str:
    return read_text(file) if file.is_file() else _HEAD


ROUTES = (
    Page("/glossary", "GET", Role.READER, show),
    Page("/glossary/term", "GET", Role.EDITOR, form),
    Page("/glossary/term", "POST", Role.EDITOR, save),
    Page("/glossary/suggested", "POST", Role.EDITOR, take),
    Page("/glossary/remove", "POST", Role.EDITOR, remove),
)
