"""The gate: bad pages made from good ones, and how many of each kind get through; and good ones refused.

    benchmarks/gate.py [FOLDER]

FOLDER holds real article pages as .html or .html.gz; the sample newsroom's when left out. Each kind of wall is put
on every page in turn, in several wordings.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

from files import bodies
from lxml import html as lxml_html

from pipeline.articles.extract import extract
from pipeline.model import Entry, Verdict
from pipeline.resources import bundled

Variation = Callable[[str, int], str]
PAYWALLS = (
    "<div class='paywall'><p>Subscribe to continue reading this story.</p><a>Already a subscriber? Sign in</a></div>",
    "<section class='subscriber-only'><h3>This article is for subscribers only</h3><p>Start your free trial.</p>"
    "</section>",
    "<div id='piano-offer'><p>You have 0 free articles remaining this month. Become a member to read on.</p></div>",
    "<div class='regwall'><p>To read the full article, please log in or register for a subscription.</p></div>",
    "<div class='tp-modal'><p>Unlock this article with a digital subscription.</p></div>",
    "<div><p>Nur für Abonnenten: jetzt weiterlesen.</p></div>",
    "<div><p>Cet article est réservé aux abonnés. Déjà abonné ? Connectez-vous.</p></div>",
    "<div><p>Contenido exclusivo para suscriptores. Ya soy suscriptor.</p></div>",
)
CONSENTS = (
    "<h2>We value your privacy</h2><p>We and our 312 partners store and process data with cookies.</p>"
    "<button>Accept all cookies</button><button>Manage preferences</button>",
    "<h2>Before you continue</h2><p>We use cookies and data to deliver and maintain our services.</p>"
    "<button>Reject all cookies</button><button>Accept all cookies</button>",
    "<h2>Datenschutz-Einstellungen</h2><p>Wir und 200 Partner verwenden Cookies.</p><button>Alle akzeptieren</button>",
    "<h2>Votre vie privée</h2><p>Nous utilisons des cookies.</p><button>Continuer sans accepter</button>",
    "<div class='didomi-popup'><p>Utilizamos cookies propias y de terceros.</p><button>Aceptar todo</button></div>",
)
CHALLENGES = (
    "<title>Just a moment...</title><p>Checking your browser before accessing the site. Ray ID: 7d1</p>",
    "<title>Access denied</title><p>Please verify you are a human. Press & Hold to confirm.</p>",
    "<title>Are you a robot?</title><p>We detected unusual activity from your network. Complete the CAPTCHA.</p>",
    "<title>Einen Moment</title><p>Bitte bestätigen Sie, dass Sie kein Roboter sind.</p>",
    "<title>Un instant</title><p>Nous devons confirmer que vous êtes humain.</p>",
    "<title>Un momento</title><p>Verifica que no eres un robot.</p>",
)
ERRORS = (
    "<title>404 Not Found</title><h1>Page not found</h1><p>The page you requested cannot be found. Try the search.</p>",
    "<title>Error</title><h1>Something went wrong</h1><p>This story is no longer available. Go to the front page.</p>",
    "<title>Seite nicht gefunden</title><h1>Diese Seite existiert leider nicht</h1><p>Zur Startseite geht es hier.</p>",
    "<title>Página no encontrada</title><p>La página solicitada no existe. Vuelve a la portada.</p>",
)
SCRIPTS = (
    "<noscript>Please enable JavaScript to view this page.</noscript><div id='root'></div><script>boot()</script>",
    "<p>You need to enable JavaScript to run this app.</p><div id='app'></div>",
)


def pages(folder: Path) -> dict[str, str]:
    return {name: body.decode("utf-8", "replace") for name, body in bodies(folder, "html").items()}


def paragraphs(page: str) -> list[str]:
    tree = lxml_html.fromstring(page.encode())
    return [t for p in tree.iter("p") if len(t := " ".join("".join(p.itertext()).split())) > 120]


def title(page: str) -> str:
    found = re.search(r"<title[^>]*>(.*?)</title>", page, re.IGNORECASE | re.DOTALL)
    return found[1] if found else "A story"


def framed(page: str, inside: str) -> str:
    return f"<html lang='en'><head><title>{title(page)}</title></head><body><nav>Home News</nav>{inside}</body></html>"


def cut(page: str, n: int) -> str:
    """Two paragraphs and a box to subscribe."""
    lead = "".join(f"<p>{t}</p>" for t in paragraphs(page)[:2])
    return framed(page, f"<article>{lead}{PAYWALLS[n % len(PAYWALLS)]}</article>")


def consent(page: str, n: int) -> str:
    return framed(page, CONSENTS[n % len(CONSENTS)])


def challenge(_: str, n: int) -> str:
    return f"<html><body>{CHALLENGES[n % len(CHALLENGES)]}</body></html>"


def error(_: str, n: int) -> str:
    return f"<html><body>{ERRORS[n % len(ERRORS)]}</body></html>"


def script(page: str, n: int) -> str:
    return framed(page, SCRIPTS[n % len(SCRIPTS)])


def index(page: str, _: int) -> str:
    heads = [t[:70].rsplit(" ", 1)[0] for t in paragraphs(page)][:30]
    links = "".join(f"<li><a href='/{n}'>{t}</a></li>" for n, t in enumerate(heads * 3))
    return framed(page, f"<main><h1>Latest</h1><ul>{links}</ul></main>")


def ticker(page: str, _: int) -> str:
    """A live blog: the time before each line."""
    rows = "".join(f"<p>{9 + n}:{10 + n} {t}</p>" for n, t in enumerate(paragraphs(page)[:9]))
    return framed(page, f"<main><h1>Live</h1>{rows * 2}</main>")


def live(page: str, n: int) -> str:
    """A live blog: the time in an element of its own, and no headings."""
    stamp = ("{} min ago", "1{}:05", "vor {} Minuten", "il y a {} min", "hace {} minutos")[n % 5]
    rows = "".join(f"<div><i>{stamp.format(k)}</i><p>{t}</p></div>" for k, t in enumerate((paragraphs(page) * 3)[:9]))
    return framed(page, f"<main><h1>The latest</h1>{rows}</main>")


def cards(page: str, _: int) -> str:
    """A section's page: headings that are links, each with the beginning of its story."""
    rows = "".join(
        f"<article><h2><a href='/{k}'>{t[:50]}</a></h2><p>{t[:160]}</p></article>"
        for k, t in enumerate((paragraphs(page) * 4)[:12])
    )
    return framed(page, f"<main><h1>News</h1>{rows}</main>")


def shop(page: str, n: int) -> str:
    words = " ".join(paragraphs(page)[:1])[:500]
    buy = ("Add to cart", "In den Warenkorb", "Ajouter au panier", "Añadir al carrito")[n % 4]
    return framed(page, f"<main><h1>Crane, green</h1><p>€ 49.90</p><p>{words}</p><button>{buy}</button></main>")


def gallery(page: str, _: int) -> str:
    slides = "".join(
        f"<div><img src='{n}.jpg'><p>{n} of 12</p><p>{t[:60]}</p></div>" for n, t in enumerate(paragraphs(page)[:12], 1)
    )
    return framed(page, f"<main>{slides}</main>")


def unfree(page: str, _: int) -> str:
    """Cut after three paragraphs, without a word about it but in its data."""
    data = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": "False"}</script>'
    return framed(page, f"{data}<article>{''.join(f'<p>{t}</p>' for t in paragraphs(page)[:3])}</article>")


def teaser(page: str, _: int) -> str:
    lead = paragraphs(page)[:1]
    return framed(page, f"<article><p>{' '.join(lead)[:400]} …</p><a>Continue reading</a></article>")


def reserved(page: str, _: int) -> str:
    return re.sub(r"<head[^>]*>", "<head><meta name='robots' content='noai'>", page, count=1, flags=re.IGNORECASE)


BAD: dict[str, tuple[Variation, frozenset[Verdict]]] = {
    "cut at a paywall": (cut, frozenset({Verdict.PAYWALL, Verdict.TEASER})),
    "consent dialog": (consent, frozenset({Verdict.CONSENT})),
    "challenge": (challenge, frozenset({Verdict.BOT_WALL})),
    "error page": (error, frozenset({Verdict.NOT_ARTICLE, Verdict.EMPTY})),
    "script only": (script, frozenset({Verdict.BOT_WALL, Verdict.EMPTY})),
    "live ticker": (ticker, frozenset({Verdict.NOT_ARTICLE})),
    "live, times apart": (live, frozenset({Verdict.NOT_ARTICLE})),
    "list of teasers": (cards, frozenset({Verdict.NOT_ARTICLE, Verdict.TEASER})),
    "product page": (shop, frozenset({Verdict.NOT_ARTICLE})),
    "gallery": (gallery, frozenset({Verdict.NOT_ARTICLE, Verdict.TEASER, Verdict.EMPTY})),
    "not free by its data": (unfree, frozenset({Verdict.PAYWALL})),
    "index": (index, frozenset({Verdict.NOT_ARTICLE})),
    "teaser": (teaser, frozenset({Verdict.TEASER})),
    "reserved": (reserved, frozenset({Verdict.RESERVED})),
}


def main() -> None:
    real = pages(Path(sys.argv[1]) if len(sys.argv) > 1 else bundled("sample") / "pages")
    good = {n: p for n, p in real.items() if extract(p.encode()).verdict is Verdict.ARTICLE and len(paragraphs(p)) > 2}
    print(f"{len(real)} pages as they are: {len(real) - len(good)} refused or too short to build on")
    said = Counter(extract(p.encode()).verdict.value for p in real.values())
    print("  " + ", ".join(f"{n} {verdict}" for verdict, n in said.most_common()))
    print(f"{'made bad':<20}{'pages':>6}{'through':>9}{'rightly named':>15}  verdicts")
    through = total = 0
    for kind, (change, right) in BAD.items():
        verdicts: Counter[str] = Counter()
        for number, (name, page) in zip(cycle(range(30)), good.items(), strict=False):
            entry = Entry(name, title(page), None, summary=" ".join(paragraphs(page)[:1])[:300])
            verdicts[extract(change(page, number).encode(), entry=entry).verdict.value] += 1
        passed = verdicts[Verdict.ARTICLE.value]
        named = sum(n for verdict, n in verdicts.items() if verdict in {v.value for v in right})
        through, total = through + passed, total + len(good)
        told = ", ".join(f"{n} {verdict}" for verdict, n in verdicts.most_common())
        print(f"{kind:<20}{len(good):>6}{passed:>9}{named:>15}  {told}")
    print(f"let through: {through} of {total}, {through / max(1, total):.1%}")


if __name__ == "__main__":
    main()
