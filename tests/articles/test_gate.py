"""Walls and pages that are no article, in the languages of the newsroom; and articles that must not be refused."""

from __future__ import annotations

import json

import pytest

from pipeline.articles.extract import extract
from pipeline.model import Article, Entry, Verdict

LONG = "".join(
    f"<p>On day {n} the harbour council of Marlow heard about crane {n} and put off its vote, since {n + 2} were away.</p>"
    for n in range(40)
)
LEAD = "<p>The harbour council of Marlow put off its vote on the old crane again, because half of it was away.</p>" * 3


def page(body: str, head: str = "", title: str = "The crane") -> bytes:
    return f"<html lang='en'><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode()


def ld(**data: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def read(body: str, head: str = "", url: str = "https://example.org/2026/the-crane-of-marlow") -> Article:
    entry = Entry("g", "The crane", "https://example.org/2026/the-crane-of-marlow")
    return extract(page(body, head), url=url, entry=entry)


@pytest.mark.parametrize(
    "box",
    [
        "Subscribe now to continue reading.",
        "Nur für Abonnenten: jetzt weiterlesen.",
        "Cet article est réservé aux abonnés. Déjà abonné ?",
        "Contenido exclusivo para suscriptores. Para seguir leyendo, suscríbete.",
        "Conteúdo exclusivo para assinantes.",
    ],
)
def test_a_subscription_box_under_a_short_text_is_a_paywall(box: str) -> None:
    article = read(f"<article>{LEAD}<div><p>{box}</p></div></article>")
    assert article.verdict is Verdict.PAYWALL
    assert "words" in article.reason


@pytest.mark.parametrize(
    "dialog",
    [
        "<h2>We value your privacy</h2><p>We use cookies.</p><p>Accept all cookies</p>",
        "<h2>Datenschutz-Einstellungen</h2><p>Wir und 200 Partner verwenden Cookies.</p><p>Alle akzeptieren</p>",
        "<h2>Le respect de votre vie privée</h2><p>Nous utilisons des cookies.</p><p>Continuer sans accepter</p>",
        "<h2>Valoramos tu privacidad</h2><p>Utilizamos cookies.</p><p>Aceptar todo</p>",
    ],
)
def test_a_page_that_only_asks_for_consent(dialog: str) -> None:
    assert read(dialog).verdict is Verdict.CONSENT


def test_a_consent_manager_is_known_by_its_name() -> None:
    dialog = "<div class='didomi-popup'><p>Accept all cookies, or choose which of them may be set here.</p></div>"
    assert read(dialog).verdict is Verdict.CONSENT


@pytest.mark.parametrize(
    "challenge",
    [
        "<p>Checking your browser before accessing the site.</p>",
        "<p>Bitte bestätigen Sie, dass Sie kein Roboter sind.</p>",
        "<p>Nous devons confirmer que vous êtes humain.</p>",
        "<p>Verifica que no eres un robot.</p>",
        "<p>JavaScript est désactivé.</p>",
        "<p>Habilite JavaScript para continuar.</p>",
    ],
)
def test_a_check_for_robots(challenge: str) -> None:
    assert read(challenge).verdict is Verdict.BOT_WALL


@pytest.mark.parametrize(
    ("body", "head", "says"),
    [
        ("<h1>Crane</h1><p>Strong and green.</p><p>$49.99</p><p>Add to cart</p>" + LEAD[:300], "", "a product page"),
        (LONG, ld(**{"@type": "Product", "name": "Crane"}), "a product page"),
        (LONG, ld(**{"@type": "LiveBlogPosting", "headline": "Live"}), "a live ticker"),
        ("".join(f"<p>1{n}:30 The council met and spoke of crane {n} for hours.</p>" for n in range(9)), "", "a live ticker"),
        ("".join(f"<div><p>{n} of 9</p><p>Crane {n} of Marlow.</p></div>" for n in range(1, 10)), "", "gallery"),
        (LONG, ld(**{"@type": "CollectionPage"}), "a list of articles"),
        ("<ul>" + "".join(f"<li><a href=/{n}>Council hears of crane {n} for hours</a></li>" for n in range(30)) + "</ul>",
         "", "list of headlines"),
        ("<h1>Diese Seite existiert leider nicht</h1><p>Suchen Sie weiter.</p>", "", "an error page"),
    ],
    ids=["shop", "product", "live blog", "clock times", "gallery", "collection", "index", "error"],
)  # fmt: skip
def test_what_is_no_article_is_said(body: str, head: str, says: str) -> None:
    article = read(f"<main>{body}</main>", head)
    assert article.verdict is not Verdict.ARTICLE
    assert says in article.reason or article.verdict in (Verdict.EMPTY, Verdict.TEASER)


def test_redirects_away_from_the_article_are_seen() -> None:
    assert read(LONG, url="https://example.org/login?next=x").verdict is Verdict.PAYWALL
    front = read(LONG, url="https://example.org/")
    assert (front.verdict, front.reason) == (Verdict.NOT_ARTICLE, "the address leads to the site's front page")


def test_a_table_of_standings_is_an_article() -> None:
    rows = "".join(f"<tr><td>{n}</td><td>Crane crew {n}</td><td>{90 - n}</td></tr>" for n in range(1, 30))
    article = read(
        f"<article><h1>Standings</h1><p>{'The crews after the ninth race of the year. ' * 4}</p><table>{rows}</table></article>"
    )
    assert article.verdict is Verdict.ARTICLE
    assert "7 | Crane crew 7 | 83" in article.text


def test_words_of_scripts_without_spaces_are_counted() -> None:
    japanese = "マーロウ市議会は月曜日、春祭りが始まる前に古いクレーンを修理すると発表した。"
    body = "".join(f"<p>{japanese * 3}その{n}。</p>" for n in range(4))
    assert read(f"<article>{body}</article>").verdict is Verdict.ARTICLE


def test_what_a_page_keeps_for_its_script_is_read() -> None:
    state = {
        "props": {
            "story": {
                "body": [
                    {
                        "text": f"On day {n} the council of Marlow heard about crane {n} again, and once more put off its vote."
                    }
                    for n in range(12)
                ]
            }
        }
    }
    data = json.dumps(state)
    for script in (
        f'<script id="__NEXT_DATA__" type="application/json">{data}</script>',
        f"<script>window.__STATE__ = {data};</script>",
    ):
        article = read(f"<div id='root'></div>{script}")
        assert (article.verdict, article.extractor) == (Verdict.ARTICLE, "embedded")
        assert article.text.count("crane") == 12
    for tag in ("template", "noscript"):
        assert read(f"<div id='root'></div><{tag}><div>{LONG}</div></{tag}>").verdict is Verdict.ARTICLE


def test_a_page_that_is_not_free_is_not_opened_by_what_it_keeps() -> None:
    body = " ".join(f"On day {n} the council heard about crane {n} again." for n in range(60))
    head = ld(**{"@type": "NewsArticle", "headline": "T", "isAccessibleForFree": False, "articleBody": body})
    article = read(f"<article>{LEAD}</article>", head)
    assert article.verdict is Verdict.PAYWALL
    assert "day 9" not in article.text


def test_metadata_names_picture_section_and_author_from_the_best_source() -> None:
    head = ld(
        **{
            "@type": "NewsArticle",
            "headline": "The crane",
            "image": {"url": "/crane.jpg", "caption": "The crane at dusk"},
        }
    ) + ld(**{"@type": "BreadcrumbList", "itemListElement": [{"name": n} for n in ("Home", "Harbour", "The crane")]})
    article = read(f"<p class='byline'>By Ada Marsh</p><article>{LONG}</article>", head)
    assert (article.image, article.image_alt) == ("https://example.org/crane.jpg", "The crane at dusk")
    assert (article.section, article.byline) == ("Harbour", "Ada Marsh")
    sources = dict(article.sources)
    assert (sources["image"], sources["section"], sources["byline"]) == ("json-ld", "json-ld", "html")
    plain = read(f"<article><figure><img src='/pier.jpg' alt='The pier'></figure>{LONG}</article>")
    assert (plain.image, plain.image_alt) == ("https://example.org/pier.jpg", "The pier")


def test_another_version_is_named_only_where_the_page_fails_to_show_its_text() -> None:
    head = "<link rel='amphtml' href='https://amp.example.org/the-crane'><base href='https://evil.example/'>"
    empty = read("<noscript>Please enable JavaScript.</noscript><div id=root></div>", head)
    assert empty.elsewhere == ("https://amp.example.org/the-crane",)
    assert read(f"<article>{LONG}</article>", head).elsewhere == ()
    assert read("<p>Checking your browser before accessing the site.</p>", head).elsewhere == ()
    assert read(f"<article>{LEAD}<p>Subscribe now to continue reading.</p></article>", head).elsewhere == ()
