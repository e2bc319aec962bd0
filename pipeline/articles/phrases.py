"""What walls say, in the languages of the newsroom: English, German, French, Spanish, Portuguese, Italian."""

from __future__ import annotations

import re
from collections.abc import Iterator


class Phrases:
    """Phrases, written in small letters, that are found in any. Most texts have none, and small letters show that in a
    quarter of the time.
    """

    def __init__(self, *patterns: str) -> None:
        self._small = re.compile("|".join(patterns))
        self._any = re.compile("|".join(patterns), re.IGNORECASE)

    def search(self, text: str) -> re.Match[str] | None:
        return self._any.search(text) if self._small.search(text.lower()) else None

    def match(self, text: str) -> re.Match[str] | None:
        return self._any.match(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        return self._any.finditer(text) if self._small.search(text.lower()) else iter(())


PAYWALL = Phrases(
    r"subscribe (?:now |today )?to (?:continue|read|keep reading|unlock|access)|(?:continue|keep) reading with a",
    r"(?:this|the) (?:article|story|content|post) is (?:only |exclusively )?(?:for|available to|reserved for) "
    r"(?:\w+ )?(?:subscribers|members)|already (?:a|an) (?:\w+ )?(?:subscriber|member)\W{0,3}(?:$|log|sign|click|\?)|for (?:paying |paid )?subscribers only",
    r"subscribers only|unlock (?:this|the full) (?:article|story)|to (?:read|continue reading|access) (?:the (?:rest|full)"
    r"|this)\b.{0,60}(?:subscribe|subscription|sign in|log in|register)|become a (?:member|subscriber) to",
    r"(?:free|remaining) articles? (?:left|remaining|this month)|start your (?:free )?(?:trial|subscription)",
    r"jetzt (?:weiterlesen|abonnieren|freischalten)|(?:nur|exklusiv|exclusiv) für (?:\w+ )?(?:abonnent|mitglieder)",
    r"(?:diesen|den) (?:ganzen |vollständigen )?artikel (?:weiter)?(?:lesen|freischalten)|(?:bereits|schon) abonnent"
    r"|mit (?:\S+ )?(?:plus|abo) weiterlesen|jetzt (?:kostenlos )?testen|probe-?abo",
    r"réservée? (?:aux|à nos) abonné|pour lire la suite|abonnez-vous pour|déjà abonné|il vous reste .{1,8}% ",
    r"(?:solo|exclusivo|reservado) para suscriptores|contenido exclusivo|suscr[íi]be?te para|para seguir leyendo"
    r"|ya (?:eres|soy|es) suscriptor",
    r"exclusivo para assinantes|assine para|já é assinante|riservato agli abbonati|abbonati per|sei già abbonato",
)
READ_ON = Phrases(
    r"continue|keep reading|read on|the rest|(?:this|the|full|whole) (?:article|story|post)|unlock|remaining",
    r"weiterlesen|(?:ganzen|vollständigen|diesen) artikel|freischalten|lire la suite|il vous reste|cet article",
    r"seguir leyendo|este artículo|este artigo|continuar (?:leyendo|lendo)|continua a leggere",
)
"""That a text goes on behind the wall."""
PAYWALL_BOX = re.compile(
    r"<(?:div|section|aside|article)[^<>]{0,300}(?:class|id)=[\"'][^\"'<>]{0,200}"
    r"\b(?:paywall|piano-offer|subscriber-only|subscription-wall|regwall|meteredcontent|tp-modal)",
    re.IGNORECASE,
)
CONSENT = Phrases(
    r"(?:we|our partners|and our \d+ partners)\b.{0,80}?\b(?:use|store|process)\b.{0,80}?\bcookies",
    r"(?:accept|agree to|reject|manage|allow) (?:all )?(?:cookies|consent)|before you continue"
    r"|your privacy (?:choices|matters)|we value your privacy|consent to (?:the use|our|cookies)"
    r"|legitimate interests?|manage (?:my )?(?:preferences|choices|settings)",
    r"(?:verwenden|nutzen|verarbeiten|speichern)\b.{0,80}?\bcookies|alles? (?:cookies )?(?:akzeptieren|ablehnen)"
    r"|datenschutz-?einstellungen|zustimmen und weiter|einwilligung (?:erteilen|verwalten|widerrufen)",
    r"(?:utilisons|stockons|déposons)\b.{0,80}?\bcookies|tout (?:accepter|refuser)|accepter (?:tous )?les cookies"
    r"|continuer sans accepter|gérer (?:mes|vos) (?:choix|préférences|cookies)|respect\w* (?:de )?votre vie privée",
    r"(?:utilizamos|usamos|almacenamos)\b.{0,80}?\bcookies|(?:aceptar|rechazar) (?:todo|todas|y continuar|las cookies)"
    r"|configurar (?:las )?cookies|(?:valoramos|respetamos) (?:tu|su) privacidad",
)
CONSENT_TOOL = re.compile(
    r"(?:class|id|src)=[\"'][^\"']{0,200}\b(?:onetrust|cookiebot|usercentrics|didomi|quantcast|qc-cmp|sp_message|sourcepoint"
    r"|trustarc|consentmanager|cmpbox|axeptio|klaro|iubenda|osano|fc-consent)",
    re.IGNORECASE,
)
"""Consent managers by name: one of them and a text that speaks of consent is a dialog, whatever its words."""
BOT_WALL = Phrases(
    r"(?:checking|verifying) (?:if )?(?:your browser|you are (?:a )?human|the site connection)",
    r"verify (?:that )?you(?:'|’)?(?: a)?re (?:a )?(?:not a robot|human)|just a moment\.\.\.",
    r"enable javascript and cookies to continue|attention required! \| cloudflare|are you a robot",
    r"unusual (?:traffic|activity) from your|press (?:&|and) hold|complete the (?:captcha|security check)",
    r"access (?:to this page has been|is) denied|ddos protection by|ray id:",
    r"(?:prüfen|bestätigen|überprüfung),? (?:sie,? )?(?:ob|dass) sie (?:ein mensch|kein roboter)|sind sie ein (?:mensch|roboter)"
    r"|(?:ihr|der) browser wird überprüft|zugriff (?:wurde )?verweigert",
    r"(?:vérifi\w+|confirm\w+) que vous (?:êtes|n['’]êtes pas) (?:un )?(?:humain|robot)|êtes-vous un robot"
    r"|vérification de votre navigateur|accès refusé",
    r"(?:verific|confirm|compr)\w+ que (?:no )?eres (?:un )?(?:humano|robot)|eres un robot|acceso denegado"
    r"|comprobando (?:su|tu) navegador",
)
NO_SCRIPT = Phrases(
    r"(?:please |you need to |must )?(?:enable|turn on|activate) javascript",
    r"javascript (?:is )?(?:required|disabled|not enabled)|requires javascript|without javascript",
    r"javascript (?:ist )?(?:deaktiviert|erforderlich|aktivieren)|aktivieren sie (?:bitte )?javascript",
    r"(?:activez|activer) javascript|javascript est (?:désactivé|requis|nécessaire)",
    r"(?:activ|habilit)[ae]r? javascript|javascript (?:está )?(?:desactivado|deshabilitado)|requiere javascript",
)
ERROR = Phrases(
    r"\b(?:404|410)\b.{0,40}(?:not found|error|gone)|page (?:you (?:requested|are looking for)|cannot be|could not be|not) "
    r"?(?:.{0,30}(?:found|exist|available))?|(?:no longer|isn['’]t|not) available|something went wrong|under maintenance",
    r"seite (?:wurde )?(?:leider )?nicht gefunden|diese seite (?:existiert|gibt es) (?:leider )?nicht|page introuvable",
    r"la page (?:demandée|que vous (?:cherchez|recherchez)) n['’]|página no encontrada"
    r"|la página (?:que busca\w*|solicitada) no|pagina non trovata",
)
ERROR_TITLE = Phrases(
    r"\b(?:404|not found|error|page unavailable|nicht gefunden|introuvable|no encontrada|non trovata|não encontrada)\b"
)
GONE = Phrases(
    r"(?:can(?:no|['’])?t|could(?: not|n['’]t)|unable to|were not able to) (?:find|locate) (?:that|this|the|your|what) "
    r"?(?:page|article|story|post|content|you)",
    r"(?:this|that|the requested) (?:page|article|story|post|link|content) (?:has (?:been )?|was |is |could |can(?:no|['’])?t )"
    r"(?:\w+ ){0,3}(?:removed|deleted|moved|taken down|withdrawn|unpublished|expired|available|unavailable|gone|found)",
    r"(?:page|article|story) (?:you (?:\w+ ){1,4})?(?:doesn['’]t|does not|no longer) exists?|(?:page|article|story|content)"
    r" (?:is )?(?:not found|unavailable|no longer available|removed)|(?:page|article|story) can(?:no|['’])t be found",
    r"(?:diese|die gesuchte|die angeforderte|die gewünschte) seite (?:\w+ ){1,3}(?:gefunden|verfügbar|nicht)"
    r"|dieser (?:artikel|beitrag) (?:ist|wurde) (?:\w+ ){0,3}(?:verfügbar|gelöscht|entfernt)|seite nicht gefunden",
    r"(?:cette page|cet article|la page demandée) (?:n['’](?:existe|est)|a été (?:supprim|retir))|page introuvable",
    r"(?:esta|la) página (?:\w+ ){0,3}(?:no existe|ya no|ha sido|no se)|este artículo (?:ya no|ha sido|fue) "
    r"|página no encontrada",
    r"esta página não|página não encontrada|este artigo (?:não está|foi) (?:mais|removido)"
    r"|questa pagina non|(?:questo articolo|la pagina) non (?:è|esiste)|pagina non trovata",
)
"""A page that says of itself that what was asked for isn't there."""
LOGIN = Phrases(
    r"\b(?:log|sign)[ -]?in(?:to)?\b|\byour (?:password|account)\b|\banmelden\b|\beinloggen\b|\bconnexion\b|\bse connecter\b"
    r"|\binici(?:ar|a) sesión\b|\biniciar sessão\b|\baccedi\b"
)
PASSWORD = re.compile(r"<input\b[^<>]{0,300}\btype\s*=\s*[\"']?password", re.IGNORECASE)
LOGIN_PATH = re.compile(
    r"/(?:users?/)?(?:log[-_]?in|sign[-_]?(?:in|up)|register|subscribe|subscription|auth|oauth2?|authorize|sso|accounts?"
    r"|session|anmelden|connexion|registro|abo)(?=[/.]|$)",
    re.IGNORECASE,
)
LOGIN_HOST = re.compile(r"^(?:log-?in|sign-?in|auth|oauth|sso|accounts?|id|idp|identity|passport)\.", re.IGNORECASE)
CONSENT_PLACE = re.compile(
    r"^(?:consent|cmp|privacy-?(?:gate|wall)|cookies?)\.[^/]+/|^[^/]+/(?:\w+/)?(?:consent|cookie-?(?:wall|consent)|privacy-?"
    r"(?:gate|wall)|collectconsent)(?=[/.]|$)",
    re.IGNORECASE,
)
"""Of a host and path."""
ERROR_PATH = re.compile(
    r"/(?:[45]\d\d|(?:page[-_]?)?not[-_]?found|(?:error|page)[-_]?(?:[45]\d\d|page)?|unavailable|gone|expired)(?:\.\w{2,5})?/?$",
    re.IGNORECASE,
)
SHOP = Phrases(
    r"add to (?:cart|basket|bag)|buy it now|in den warenkorb|ajouter au panier|añadir (?:al carrito|a la cesta)"
    r"|adicionar ao carrinho|aggiungi al carrello"
)
PRICE = re.compile(r"(?:[$€£]\s?\d+(?:[.,]\d\d)?|(?<!\d)\d{1,9}(?:[.,]\d\d)\s?(?:€|EUR|USD|GBP))")
VIDEO = re.compile(r"<(?:video|iframe)\b[^<>]{0,400}(?:youtube|vimeo|player|brightcove|jwplayer|video|\.mp4|src)", re.I)
SLIDE = re.compile(
    r"\b(?:(?:image|photo|slide|picture|bild|foto) )?\d{1,3} (?:of|/|von|de|sur) \d{1,3}\b", re.IGNORECASE
)
BREAKS_OFF = re.compile(r"(?:…|\.\.\.|\[…\]|read more|continue reading|weiterlesen|lire la suite|leer más)\W*$", re.I)
STAMP = re.compile(
    r"^\W*(?:(?:[01]?\d|2[0-3])[:.h][0-5]\d(?:\s?(?:[ap]\.?m\.?|uhr|[A-Z]{2,4}))?"
    r"|\d{1,2}\s?(?:m|min|mins|minutes?|h|hrs?|hours?)(?:\sago)?|vor\s\d{1,2}\s(?:min\w*|std|stunden?)\.?"
    r"|(?:il\sy\sa|hace|há)\s\d{1,2}\s(?:min\w*|h\w*)|\d{1,2}\s(?:min\w*|or[ae])\sfa)\W*$",
    re.IGNORECASE,
)
"""A time that stands alone: what a live ticker has above each of its lines."""
CLOCK = re.compile(
    r"^\W*(?:[01]?\d|2[0-3])(?:[:h][0-5]\d(?:\s?(?:[ap]\.?m\.?|uhr|[A-Z]{2,4}))?|\.[0-5]\d\s?(?:[ap]\.?m|uhr))\b",
    re.IGNORECASE,
)
"""A line's time of day; with a point between its numbers only where it says that it is one: others are amounts."""
