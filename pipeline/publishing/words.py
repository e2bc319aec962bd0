"""The words readers meet around the stories, in each language a newsroom may write."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """`{…}` are filled in: a topic, a day, a reason, a title, a model, who approved."""

    months: str
    day: str
    """How a day is written: its number, the month's name, the year."""
    number: str
    preview: str
    nothing: str
    nothing_on: str
    corrected: str
    retracted: str
    retracted_title: str
    retracted_story: str
    """A line for a story that stands there no more."""
    corrections: str
    drafted: str
    selected: str
    written: str
    an_editor: str
    original: str
    leave: str


_WORDS = {
    "en": Words(
        months="January February March April May June July August September October November December",
        day="{day} {month} {year}",
        number="No. {number}",
        preview="PREVIEW",
        nothing="No approved stories in this time.",
        nothing_on="No approved stories on {topic} in this time.",
        corrected="Corrected on {day}: {reason}",
        retracted="Retracted on {day}: {reason}",
        retracted_title="Retracted",
        retracted_story="Our story on “{title}” ({source}) was retracted on {day}: {reason}",
        corrections="Corrections",
        drafted="Drafted with AI ({model}), checked and approved by {who}.",
        selected="Selected sentences, no model; approved by {who}.",
        written="Written and approved by {who}.",
        an_editor="an editor",
        original="Read the original",
        leave="Unsubscribe",
    ),
    "de": Words(
        months="Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        day="{day}. {month} {year}",
        number="Nr. {number}",
        preview="VORSCHAU",
        nothing="Keine freigegebenen Geschichten in dieser Zeit.",
        nothing_on="Keine freigegebenen Geschichten zu {topic} in dieser Zeit.",
        corrected="Berichtigt am {day}: {reason}",
        retracted="Zurückgezogen am {day}: {reason}",
        retracted_title="Zurückgezogen",
        retracted_story="Unsere Geschichte zu „{title}“ ({source}) wurde am {day} zurückgezogen: {reason}",
        corrections="Berichtigungen",
        drafted="Mit KI entworfen ({model}), geprüft und freigegeben von {who}.",
        selected="Ausgewählte Sätze, ohne Modell; freigegeben von {who}.",
        written="Geschrieben und freigegeben von {who}.",
        an_editor="der Redaktion",
        original="Zum Original",
        leave="Abbestellen",
    ),
    "es": Words(
        months="enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        day="{day} de {month} de {year}",
        number="N.º {number}",
        preview="VISTA PREVIA",
        nothing="No hay noticias aprobadas en este periodo.",
        nothing_on="No hay noticias aprobadas sobre {topic} en este periodo.",
        corrected="Corregido el {day}: {reason}",
        retracted="Retirado el {day}: {reason}",
        retracted_title="Retirado",
        retracted_story="Nuestra noticia sobre «{title}» ({source}) se retiró el {day}: {reason}",
        corrections="Correcciones",
        drafted="Redactado con IA ({model}), revisado y aprobado por {who}.",
        selected="Frases seleccionadas, sin modelo; aprobado por {who}.",
        written="Escrito y aprobado por {who}.",
        an_editor="la redacción",
        original="Leer el original",
        leave="Darse de baja",
    ),
    "fr": Words(
        months="janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        day="{day} {month} {year}",
        number="N° {number}",
        preview="APERÇU",
        nothing="Aucun article approuvé dans cette période.",
        nothing_on="Aucun article approuvé sur {topic} dans cette période.",
        corrected="Corrigé le {day} : {reason}",
        retracted="Retiré le {day} : {reason}",
        retracted_title="Retiré",
        retracted_story="Notre article sur « {title} » ({source}) a été retiré le {day} : {reason}",
        corrections="Corrections",
        drafted="Rédigé avec l’IA ({model}), vérifié et approuvé par {who}.",
        selected="Phrases choisies, sans modèle ; approuvé par {who}.",
        written="Écrit et approuvé par {who}.",
        an_editor="la rédaction",
        original="Lire l’original",
        leave="Se désabonner",
    ),
}


def words_of(language: str) -> Words:
    """The words of a language; English where we have none in it."""
    return _WORDS.get(language, _WORDS["en"])
