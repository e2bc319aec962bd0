"""German: every word of it that the program knows."""

from __future__ import annotations

from pipeline.languages.record import PLAIN, EditionWords, Language, NumberWords, ReadingWords, SiteWords, StoryWords

LANGUAGE = Language(
    code="de",
    name="German",
    own_name="Deutsch",
    story=StoryWords(
        in_short="Kurz gesagt:",
        source="Quelle:",
        sources="Quellen:",
        reminder="Diese Geschichte erinnert daran, dass",
        closing="es sich lohnt zu lesen, was die Quelle selbst sagt.",
        means="Der Begriff {name} bedeutet hier: {plain}.",
        pictured="Man kann es sich so vorstellen: {picture}.",
    ),
    reading=ReadingWords(
        takeaway=r"(?:diese|die) (?:geschichte|meldung|nachricht) (?:erinnert|zeigt|mahnt)\b",
        other_side=r"bestreite[tn]|bestritt(?:en)?|dementier\w+|weist\b[^.]{0,80}\bzurück|wies(?:en)?\b[^.]{0,80}\bzurück|"
        r"widersprach(?:en)?|widerspricht|(?:wollte|antwortete)\w* (?:sich )?nicht|kritiker\w*|sprecher(?:in)?|"
        r"in einer (?:erklärung|mitteilung)|allerdings|jedoch|laut|zufolge",
        explained=r",[“\"]? (?:also|das heißt,?|das (?:ist|sind)|"
        r"(?=eine?[nmrs]? [\w-]+(?: [\w-]+){0,3}, (?:d\w{2,4}|\w+ d\w{2,4}) )) ?"
        rf"(?P<plain>{PLAIN}{{4,160}}(?:, (?:d(?:er|ie|as|en|em|eren|essen)|(?:mit|in|aus|auf|bei|von) de[rmn]|was|wie)"
        rf" {PLAIN}{{4,160}})?)",
        like="wie|als ob",
        little=frozenset(
            "der die das den dem des ein eine einen einem einer eines und oder mit von vom zu zum zur im in am an "
            "auf für bei".split()
        ),
        leaning=frozenset(
            "und aber oder doch er sie es dies diese dieser dieses das dort deshalb dennoch außerdem".split()
        ),
        aside=r"\b(?:abonnier\w+|newsletter|datenschutz\w*|gesponsert|hier klicken|mehr (?:dazu|lesen)|folgen sie)\b|\bhier[.!:]?$",
        referring=r"^(?:das unternehmen|der konzern|die firma|die gruppe|der mann|die frau|die studie|die entscheidung|der schritt)\b|\b(?:diese[rsmn]?|jene[rsmn]?) (?!woche|jahr|monat|tage?)\w+|\bsagte (?:er|sie)\b",
        pronouns="er|ihn|ihm|dessen|deren",
    ),
    numbers=NumberWords(
        scales={"tausend": 1e3, "millionen": 1e6, "milliarde": 1e9, "milliarden": 1e9},
        percent=frozenset("prozent".split()),
        to="bis",
        about=("ungefähr", "rund", "etwa", "fast", "knapp"),
    ),
    edition=EditionWords(
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
    site=SiteWords(
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
        changed="Was sich geändert hat",
        was="Vorher:",
        now="Jetzt:",
        removed="Gestrichen:",
        added="Neu:",
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
)
