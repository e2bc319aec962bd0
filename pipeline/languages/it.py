"""Italian: every word of it that the program knows."""

from __future__ import annotations

from pipeline.languages.record import PLAIN, EditionWords, Language, NumberWords, ReadingWords, SiteWords, StoryWords

LANGUAGE = Language(
    code="it",
    name="Italian",
    own_name="italiano",
    story=StoryWords(
        in_short="In breve:",
        source="Fonte:",
        sources="Fonti:",
        reminder="Questa storia ci ricorda che",
        closing="vale la pena leggere ciò che dice la fonte stessa.",
        means="Il termine {name} qui significa: {plain}.",
        pictured="Si può immaginare così: {picture}.",
    ),
    reading=ReadingWords(
        takeaway=r"(?:questa|la) (?:storia|notizia|vicenda) (?:ci )?(?:ricorda|mostra|insegna)\b",
        other_side=r"neg(?:a|ano|ato|ò|arono)|smenti(?:sce|scono|to|ta|rono|sca)|respin(?:ge|gono|to|se|sero)|"
        r"contesta(?:no|to|ta)?|non (?:ha|hanno) (?:risposto|voluto|commentato)|critici|portavoce|"
        r"in (?:una nota|un comunicato)|tuttavia|però|secondo",
        explained=r",[»”\"]? (?:cioè,?|ossia,?|vale a dire,?|che (?:è|sono|significa)|"
        r"(?=(?:un['’]?|una|uno|il|lo|la|i|gli|le|l['’]) ?[\w-]+(?: [\w-]+){0,3} (?:che|di|per|dove|in cui)\b)) ?"
        rf"(?P<plain>{PLAIN}{{8,160}})",
        like="come",
        little=frozenset(
            "il lo la i gli le un uno una l e ed o con del dello della dei degli delle di da dallo dalla dagli "
            "dalle in nel nello nella nei negli nelle su sul sullo sulla sui tra fra a al allo alla agli alle "
            "suo sua suoi".split()
        ),
        leaning=frozenset(
            "e ed ma però o lui lei egli ella essi esse loro questo questa questi queste quello quella quelli quelle "
            "ciò anche inoltre così tuttavia quindi perciò dunque invece intanto poi".split()
        ),
        aside=r"\b(?:iscriv\w+|newsletter|informativa sulla privacy|sponsorizzat\w|clicca|leggi anche|seguici)\b|\bqui[.!:]?$",
        referring=r"^(?:l['’]azienda|la società|il gruppo|l['’]uomo|la donna|lo studio|la decisione|la misura)\b|\b(?:quest[ie]|quei|quegli|quelle) (?!settimane|mesi|anni|giorni)\w+",
        pronouns="lui|lei|loro|egli",
        elides=r"(?:[cdlmnstv]|un|(?:d|n|s|c)?[aeuo]ll|quest|quell|tutt|sant|com|dov)",
    ),
    numbers=NumberWords(
        scales={
            "mille": 1e3,
            "mila": 1e3,
            "milione": 1e6,
            "milioni": 1e6,
            "miliardo": 1e9,
            "miliardi": 1e9,
        },
        percent=frozenset(),
        to="a",
        about=("circa", "quasi", "oltre", "più di", "meno di", "almeno", "intorno a"),
    ),
    edition=EditionWords(
        months="gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
        day="{day} {month} {year}",
        number="N. {number}",
        preview="ANTEPRIMA",
        nothing="Nessuna storia approvata in questo periodo.",
        nothing_on="Nessuna storia approvata su {topic} in questo periodo.",
        corrected="Corretto il {day}: {reason}",
        retracted="Ritirato il {day}: {reason}",
        retracted_title="Ritirato",
        retracted_story="La nostra storia su «{title}» ({source}) è stata ritirata il {day}: {reason}",
        corrections="Correzioni",
        drafted="Bozza fatta con l’IA ({model}), controllata e approvata da {who}.",
        selected="Frasi scelte, senza modello; approvate da {who}.",
        written="Scritto e approvato da {who}.",
        an_editor="un membro della redazione",
        original="Leggi l’originale",
        leave="Annulla l’iscrizione",
        confirm_subject="Da confermare: {name} per e-mail",
        confirm_text="Lei, o qualcuno che ha dato il Suo indirizzo, ha chiesto le edizioni di {name} per e-mail.\n\nPer riceverle, apra questa pagina e prema il pulsante:\n{link}\n\nSe non è stato Lei, non faccia niente: senza la Sua risposta non arriva nessuna e-mail.\n",
        confirm_ask="Vuole ricevere queste edizioni per e-mail?",
        confirm_press="Sì, me le mandi",
        confirmed="Riceverà la prossima edizione.",
        no_such_link="Questo link non è valido, o non lo è più.",
        leave_ask="Non vuole più e-mail?",
        has_left="Non riceverà più e-mail.",
        rate_ask="Questa storia era chiara?",
        rated="Grazie. È stato contato, e di Lei non è stato conservato niente.",
        clear="Chiara",
        not_clear="Non chiara",
    ),
    site=SiteWords(
        latest="Ultime",
        topics="Temi",
        archive="Archivio",
        search="Cerca",
        corrections_page="Correzioni",
        about="Chi siamo",
        feeds="Feed",
        skip="Vai al contenuto",
        how_made="Come è nata questa storia",
        sources="Fonti",
        rests_on="Su che cosa si basa ogni frase",
        own_explanation="una nostra spiegazione",
        own_comparison="un nostro paragone",
        own_conclusion="una nostra conclusione",
        evidence="frase {number} della fonte: «{quote}»",
        sentence_let_stand="un controllo ha fermato questa frase; la redazione l’ha esaminata e l’ha mantenuta",
        story_let_stand="Un controllo ha fermato questa storia; la redazione l’ha esaminata e l’ha mantenuta.",
        grade="Livello di lettura: anno scolastico {grade}",
        published="Pubblicato il {day}",
        updated="Aggiornato il {day}",
        details="Modello {model}, istruzione {prompt}, verificatore {judge}",
        changed="Che cosa è cambiato",
        was="Prima:",
        now="Ora:",
        removed="Tolto:",
        added="Aggiunto:",
        rights="Mettiamo il link alle fonti e rispettiamo ciò che i siti si riservano.",
        search_hint="Cerca nei titoli",
        search_none="Non è stato trovato niente.",
        search_script="La ricerca ha bisogno di uno script; l’archivio ha tutte le storie, giorno per giorno.",
        no_corrections="Finora non c’è stato niente da correggere.",
        older_on="Tutto su {topic}, mese per mese",
        more_on="Altro su {topic}",
        one_story="{count} storia",
        many_stories="{count} storie",
        menu="Sezioni",
        retracted_title="Una storia ritirata",
        by_author="di {author}",
        about_text=(
            "{name} racconta le notizie con parole semplici. Ogni storia si basa su articoli di altri, che nomina e di cui dà il link.",
            "Un programma fa la bozza: un modello linguistico o, dove la storia lo dice, una regola che sceglie frasi. Poi ogni frase viene confrontata con la sua fonte, cifra per cifra e nome per nome.",
            "Non si pubblica niente che una persona non abbia letto e approvato, esattamente con quelle parole. Ogni storia dice come è nata e su che cosa si basa ogni sua frase.",
            "Ciò che era sbagliato viene corretto al suo posto, con la data e il motivo, e segnalato nell’edizione seguente. Una storia che non regge viene ritirata: la sua pagina resta, con il motivo.",
            "Mettiamo il link alle fonti e rispettiamo ciò che i siti si riservano.",
        ),
    ),
)
