"""The words of the site around its stories, in each language a newsroom may write."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SiteWords:
    """`{…}` are filled in. `about_text` are the paragraphs of the page that says how stories are made."""

    latest: str
    topics: str
    archive: str
    search: str
    corrections_page: str
    about: str
    feeds: str
    skip: str
    how_made: str
    sources: str
    rests_on: str
    own_explanation: str
    own_comparison: str
    own_conclusion: str
    evidence: str
    grade: str
    published: str
    updated: str
    details: str
    was: str
    now: str
    rights: str
    search_hint: str
    search_none: str
    search_script: str
    no_corrections: str
    older_on: str
    more_on: str
    one_story: str
    many_stories: str
    menu: str
    retracted_title: str
    by_author: str
    about_text: tuple[str, ...]


_WORDS = {
    "en": SiteWords(
        latest="Latest",
        topics="Topics",
        archive="Archive",
        search="Search",
        corrections_page="Corrections",
        about="About",
        feeds="Feeds",
        skip="Skip to the content",
        how_made="How this story was made",
        sources="Sources",
        rests_on="What each sentence rests on",
        own_explanation="an explanation of ours",
        own_comparison="a comparison of ours",
        own_conclusion="a conclusion of ours",
        evidence="sentence {number} of the source: “{quote}”",
        grade="Reading level: school grade {grade}",
        published="Published {day}",
        updated="Updated {day}",
        details="Model {model}, prompt {prompt}, judge {judge}",
        was="It said:",
        now="It says now:",
        rights="We link to the sources, quote little of them, and respect what sites reserve.",
        search_hint="Search the headlines",
        search_none="Nothing was found.",
        search_script="Searching needs a script; the archive has every story by day.",
        no_corrections="Nothing had to be corrected yet.",
        older_on="All on {topic}, by month",
        more_on="More on {topic}",
        one_story="{count} story",
        many_stories="{count} stories",
        menu="Sections",
        retracted_title="A story that was retracted",
        by_author="by {author}",
        about_text=(
            "{name} retells news in plain words. Each story is made from articles of others, which it names and links.",
            "A draft is made by a program: by a language model, or, where a story says so, by choosing sentences by rule. Every sentence is then checked against its source, figure by figure and name by name.",
            "Nothing is published that a person did not read and approve, in exactly that wording. Each story says how it was made, and what each of its sentences rests on.",
            "What was wrong is corrected in its place, with the date and the reason, and is told in the next edition. A story that cannot stand is retracted: its page stays, with the reason.",
            "We link to the sources, quote little of them, and respect what sites reserve.",
        ),
    ),
    "de": SiteWords(
        latest="Neueste",
        topics="Themen",
        archive="Archiv",
        search="Suche",
        corrections_page="Berichtigungen",
        about="Über uns",
        feeds="Feeds",
        skip="Zum Inhalt",
        how_made="Wie diese Geschichte entstand",
        sources="Quellen",
        rests_on="Worauf sich jeder Satz stützt",
        own_explanation="eine Erklärung von uns",
        own_comparison="ein Vergleich von uns",
        own_conclusion="eine Folgerung von uns",
        evidence="Satz {number} der Quelle: „{quote}“",
        grade="Lesestufe: Klasse {grade}",
        published="Veröffentlicht am {day}",
        updated="Geändert am {day}",
        details="Modell {model}, Prompt {prompt}, Prüfmodell {judge}",
        was="Vorher:",
        now="Jetzt:",
        rights="Wir verlinken die Quellen, zitieren wenig aus ihnen und achten, was Seiten sich vorbehalten.",
        search_hint="Überschriften durchsuchen",
        search_none="Nichts gefunden.",
        search_script="Die Suche braucht ein Skript; das Archiv hat jede Geschichte nach Tagen.",
        no_corrections="Noch war nichts zu berichtigen.",
        older_on="Alles zu {topic}, nach Monaten",
        more_on="Mehr zu {topic}",
        one_story="{count} Geschichte",
        many_stories="{count} Geschichten",
        menu="Bereiche",
        retracted_title="Eine zurückgezogene Geschichte",
        by_author="von {author}",
        about_text=(
            "{name} erzählt Nachrichten in einfachen Worten nach. Jede Geschichte beruht auf Artikeln anderer, die sie nennt und verlinkt.",
            "Einen Entwurf macht ein Programm: ein Sprachmodell oder, wo eine Geschichte das sagt, eine Regel, die Sätze auswählt. Danach wird jeder Satz an seiner Quelle geprüft, Zahl für Zahl und Name für Name.",
            "Nichts wird veröffentlicht, was nicht ein Mensch gelesen und genau in diesem Wortlaut freigegeben hat. Jede Geschichte sagt, wie sie entstand und worauf sich jeder ihrer Sätze stützt.",
            "Was falsch war, wird an seiner Stelle berichtigt, mit Datum und Grund, und in der nächsten Ausgabe gemeldet. Eine Geschichte, die nicht zu halten ist, wird zurückgezogen: Ihre Seite bleibt, mit dem Grund.",
            "Wir verlinken die Quellen, zitieren wenig aus ihnen und achten, was Seiten sich vorbehalten.",
        ),
    ),
    "es": SiteWords(
        latest="Lo último",
        topics="Temas",
        archive="Archivo",
        search="Buscar",
        corrections_page="Correcciones",
        about="Acerca de",
        feeds="Fuentes web",
        skip="Ir al contenido",
        how_made="Cómo se hizo esta noticia",
        sources="Fuentes",
        rests_on="En qué se apoya cada frase",
        own_explanation="una explicación nuestra",
        own_comparison="una comparación nuestra",
        own_conclusion="una conclusión nuestra",
        evidence="frase {number} de la fuente: «{quote}»",
        grade="Nivel de lectura: curso {grade}",
        published="Publicado el {day}",
        updated="Actualizado el {day}",
        details="Modelo {model}, instrucción {prompt}, verificador {judge}",
        was="Decía:",
        now="Ahora dice:",
        rights="Enlazamos las fuentes, citamos poco de ellas y respetamos lo que los sitios se reservan.",
        search_hint="Buscar en los titulares",
        search_none="No se encontró nada.",
        search_script="La búsqueda necesita un script; el archivo tiene todas las noticias por día.",
        no_corrections="Aún no hubo nada que corregir.",
        older_on="Todo sobre {topic}, por mes",
        more_on="Más sobre {topic}",
        one_story="{count} noticia",
        many_stories="{count} noticias",
        menu="Secciones",
        retracted_title="Una noticia retirada",
        by_author="por {author}",
        about_text=(
            "{name} cuenta las noticias con palabras sencillas. Cada noticia se basa en artículos de otros, que nombra y enlaza.",
            "Un programa hace el borrador: un modelo de lenguaje o, donde la noticia lo dice, una regla que elige frases. Después cada frase se comprueba con su fuente, cifra por cifra y nombre por nombre.",
            "No se publica nada que una persona no haya leído y aprobado, exactamente con esas palabras. Cada noticia dice cómo se hizo y en qué se apoya cada frase.",
            "Lo que era erróneo se corrige en su sitio, con la fecha y el motivo, y se cuenta en la siguiente edición. Una noticia que no se sostiene se retira: su página queda, con el motivo.",
            "Enlazamos las fuentes, citamos poco de ellas y respetamos lo que los sitios se reservan.",
        ),
    ),
    "fr": SiteWords(
        latest="À la une",
        topics="Thèmes",
        archive="Archives",
        search="Recherche",
        corrections_page="Corrections",
        about="À propos",
        feeds="Flux",
        skip="Aller au contenu",
        how_made="Comment cet article a été fait",
        sources="Sources",
        rests_on="Sur quoi repose chaque phrase",
        own_explanation="une explication de notre part",
        own_comparison="une comparaison de notre part",
        own_conclusion="une conclusion de notre part",
        evidence="phrase {number} de la source : « {quote} »",
        grade="Niveau de lecture : année scolaire {grade}",
        published="Publié le {day}",
        updated="Mis à jour le {day}",
        details="Modèle {model}, consigne {prompt}, vérificateur {judge}",
        was="Avant :",
        now="Maintenant :",
        rights="Nous donnons le lien des sources, les citons peu et respectons ce que les sites se réservent.",
        search_hint="Chercher dans les titres",
        search_none="Rien n’a été trouvé.",
        search_script="La recherche a besoin d’un script ; les archives ont tous les articles par jour.",
        no_corrections="Rien n’a encore dû être corrigé.",
        older_on="Tout sur {topic}, par mois",
        more_on="Plus sur {topic}",
        one_story="{count} article",
        many_stories="{count} articles",
        menu="Rubriques",
        retracted_title="Un article retiré",
        by_author="par {author}",
        about_text=(
            "{name} raconte l’actualité avec des mots simples. Chaque article repose sur ceux d’autres, qu’il nomme et dont il donne le lien.",
            "Un programme fait le brouillon : un modèle de langue ou, là où l’article le dit, une règle qui choisit des phrases. Chaque phrase est ensuite vérifiée avec sa source, chiffre par chiffre et nom par nom.",
            "Rien n’est publié qu’une personne n’ait lu et approuvé, exactement dans ces mots. Chaque article dit comment il a été fait et sur quoi repose chacune de ses phrases.",
            "Ce qui était faux est corrigé à sa place, avec la date et le motif, et annoncé dans l’édition suivante. Un article qui ne tient pas est retiré : sa page reste, avec le motif.",
            "Nous donnons le lien des sources, les citons peu et respectons ce que les sites se réservent.",
        ),
    ),
}


def site_words(language: str) -> SiteWords:
    """The words of a language; English where we have none in it."""
    return _WORDS.get(language, _WORDS["en"])
