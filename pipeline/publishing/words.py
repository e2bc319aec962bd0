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
    confirm_subject: str
    confirm_text: str
    confirm_ask: str
    confirm_press: str
    confirmed: str
    no_such_link: str
    leave_ask: str
    has_left: str
    rate_ask: str
    rated: str
    clear: str
    not_clear: str


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
        confirm_subject="Please confirm: {name} by mail",
        confirm_text="You, or somebody who gave your address, asked for the editions of {name} by mail.\n\nTo get them, open this page and press the button:\n{link}\n\nIf it was not you, do nothing: without your answer no mail comes.\n",
        confirm_ask="Do you want these editions by mail?",
        confirm_press="Yes, send them to me",
        confirmed="You will get the next edition.",
        no_such_link="This link is not valid, or no longer.",
        leave_ask="Do you want no more mail?",
        has_left="You will get no more mail.",
        rate_ask="Was this story clear?",
        rated="Thank you. It was counted, and nothing about you was kept.",
        clear="Clear",
        not_clear="Not clear",
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
        confirm_subject="Bitte bestätigen: {name} per E-Mail",
        confirm_text="Sie, oder jemand, der Ihre Adresse angegeben hat, möchten die Ausgaben von {name} per E-Mail.\n\nUm sie zu bekommen, öffnen Sie diese Seite und drücken Sie den Knopf:\n{link}\n\nWaren Sie es nicht, tun Sie nichts: Ohne Ihre Antwort kommt keine Mail.\n",
        confirm_ask="Möchten Sie diese Ausgaben per E-Mail?",
        confirm_press="Ja, schicken Sie sie mir",
        confirmed="Sie bekommen die nächste Ausgabe.",
        no_such_link="Dieser Link gilt nicht oder nicht mehr.",
        leave_ask="Möchten Sie keine Mails mehr?",
        has_left="Sie bekommen keine Mails mehr.",
        rate_ask="War diese Geschichte verständlich?",
        rated="Danke. Es wurde gezählt, und nichts über Sie wurde gespeichert.",
        clear="Verständlich",
        not_clear="Nicht verständlich",
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
        confirm_subject="Confirme, por favor: {name} por correo",
        confirm_text="Usted, o alguien que dio su dirección, pidió las ediciones de {name} por correo.\n\nPara recibirlas, abra esta página y pulse el botón:\n{link}\n\nSi no fue usted, no haga nada: sin su respuesta no llega ningún correo.\n",
        confirm_ask="¿Quiere recibir estas ediciones por correo?",
        confirm_press="Sí, envíenmelas",
        confirmed="Recibirá la próxima edición.",
        no_such_link="Este enlace no es válido o ya no lo es.",
        leave_ask="¿No quiere más correos?",
        has_left="No recibirá más correos.",
        rate_ask="¿Se entendió esta noticia?",
        rated="Gracias. Se ha contado y no se ha guardado nada sobre usted.",
        clear="Se entendió",
        not_clear="No se entendió",
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
        confirm_subject="Merci de confirmer : {name} par courriel",
        confirm_text="Vous, ou quelqu’un qui a donné votre adresse, avez demandé les éditions de {name} par courriel.\n\nPour les recevoir, ouvrez cette page et appuyez sur le bouton :\n{link}\n\nSi ce n’était pas vous, ne faites rien : sans votre réponse, aucun courriel ne vient.\n",
        confirm_ask="Voulez-vous recevoir ces éditions par courriel ?",
        confirm_press="Oui, envoyez-les-moi",
        confirmed="Vous recevrez la prochaine édition.",
        no_such_link="Ce lien n’est pas valable, ou ne l’est plus.",
        leave_ask="Ne voulez-vous plus de courriels ?",
        has_left="Vous ne recevrez plus de courriels.",
        rate_ask="Cet article était-il clair ?",
        rated="Merci. C’est compté, et rien sur vous n’a été gardé.",
        clear="Clair",
        not_clear="Pas clair",
    ),
}


def words_of(language: str) -> Words:
    """The words of a language; English where we have none in it."""
    return _WORDS.get(language, _WORDS["en"])
