"""Walls and pages that are no article, in the languages of the newsroom; and articles that must not be refused."""

from __future__ import annotations

import json

import pytest

from pipeline.articles.extract import extract
from pipeline.articles.gate import FoundPage, judge
from pipeline.model import Article, Entry, Verdict

LONG = "".join(
    f"<p>On day {n} the harbour council of Marlow heard about crane {n} and put off its vote, since {n + 2} were away.</p>"
    for n in range(40)
)
SHORT = "</p>".join(LONG.split("</p>")[:6]) + "</p>"
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
        ("".join(f"<div><p>{n} of 9</p><p>Crane {n} of Marlow, old.</p></div>" for n in range(1, 10)), "", "gallery"),
        (LONG, ld(**{"@type": "CollectionPage"}), "a list of articles"),
        ("<h1>Diese Seite existiert leider nicht</h1><p>Suchen Sie weiter.</p>", "", "an error page"),
    ],
    ids=["shop", "product", "live blog", "clock times", "gallery", "collection", "error"],
)  # fmt: skip
def test_what_is_no_article_is_said(body: str, head: str, says: str) -> None:
    article = read(f"<main>{body}</main>", head)
    assert article.verdict is Verdict.NOT_ARTICLE
    assert says in article.reason


def test_headlines_that_are_links_are_a_list_of_them() -> None:
    heads = "\n".join(f"Council hears of crane {n} for hours" for n in range(30))
    assert judge(FoundPage(text=heads, linked_lines=1.0)) == (Verdict.NOT_ARTICLE, "a list of headlines")
    assert judge(FoundPage(text=heads, linked_lines=0.1))[0] is Verdict.ARTICLE
    listed = "<ul>" + "".join(f"<li><a href=/{n}>Council hears of crane {n}</a></li>" for n in range(30)) + "</ul>"
    assert read(f"<main>{listed}</main>").verdict is Verdict.EMPTY


def test_redirects_away_from_the_article_are_seen() -> None:
    assert read(LONG, url="https://example.org/login?next=x").verdict is Verdict.PAYWALL
    front = read(LONG, url="https://example.org/")
    assert (front.verdict, front.reason) == (Verdict.NOT_ARTICLE, "the address leads to the site's front page")


@pytest.mark.parametrize(
    ("place", "verdict", "says"),
    [
        ("login.example.org/", Verdict.PAYWALL, "log-in"),
        ("example.org/users/sign_in", Verdict.PAYWALL, "log-in"),
        ("example.org/oauth/authorize?next=x", Verdict.PAYWALL, "log-in"),
        ("sso.example.org/start", Verdict.PAYWALL, "log-in"),
        ("consent.example.org/collect?x", Verdict.CONSENT, "request for consent"),
        ("example.org/404", Verdict.NOT_ARTICLE, "an error page"),
        ("example.org/not-found", Verdict.NOT_ARTICLE, "an error page"),
        ("example.org/2026/", Verdict.NOT_ARTICLE, "a section of the site"),
    ],
)
def test_a_redirect_to_another_place_is_told_by_its_address(place: str, verdict: Verdict, says: str) -> None:
    article = read(LONG, url=f"https://{place}")
    assert article.verdict is verdict
    assert says in article.reason


@pytest.mark.parametrize(
    "place",
    [
        "www.example.org/2026/the-crane-of-marlow/amp",
        "example.org/news/sign-up-for-the-crane",
        "example.org/2026/authorities-mend-the-crane",
        "example.org/register-of-cranes-found",
        "accounting.example.org/the-crane-of-marlow",
        "example.org/the-crane-404-feet-high",
    ],
)
def test_a_redirect_to_the_article_itself_is_followed(place: str) -> None:
    assert read(LONG, url=f"https://{place}").verdict is Verdict.ARTICLE


FILLER = "".join(
    f"<p>Readers also liked our piece number {n} about the harbour and its many old cranes.</p>" for n in range(8)
)


@pytest.mark.parametrize(
    ("title", "says"),
    [
        ("Marlow Post", "Sorry, we can't find that page. It may have been moved or deleted since you came here."),
        ("Oops! That page can’t be found", "We looked everywhere, but what you asked for is not here any more."),
        ("Article unavailable", "This article has been removed and can no longer be read."),
        ("Marlow Post", "Diese Seite konnte leider nicht gefunden werden."),
        ("Marlow Post", "Cette page n’existe plus. Essayez la recherche."),
        ("Marlow Post", "La página que buscas no existe o ya no está disponible."),
    ],
)
def test_an_error_page_with_words_around_it(title: str, says: str) -> None:
    article = extract(page(f"<main><p>{says}</p>{FILLER}</main>", title=title))
    assert article.verdict is Verdict.NOT_ARTICLE
    assert "an error page" in article.reason
    assert read(f"<article><p>{says}</p>{LONG}</article>").verdict is Verdict.ARTICLE


def test_a_log_in_form_is_no_article_and_one_beside_an_article_is_nothing() -> None:
    form = "<form><input name=email><input type=password name=p><button>Go</button></form>"
    asked = f"<main><p>Log in to your account to go on.</p>{FILLER}{form}</main>"
    article = read(asked)
    assert article.verdict is Verdict.PAYWALL
    assert "a log-in form" in article.reason
    assert read(f"{form}<article>{SHORT}</article>").verdict is Verdict.ARTICLE


def test_amounts_and_a_days_hours_make_no_live_ticker() -> None:
    amounts = "".join(
        f"<p>{n}.25 million people of Marlow took the ferry in 20{n + 10}, the council said.</p>" for n in range(2, 12)
    )
    assert read(f"<article>{amounts}</article>").verdict is Verdict.ARTICLE
    hours = "".join(
        f"<p>{n}:15 a.m. The crew of crane {n} saw smoke above the pier and called.</p>" for n in range(2, 9)
    )
    assert read(f"<article>{LONG}{hours}</article>").verdict is Verdict.ARTICLE
    assert read(f"<article>{hours}</article>").reason == "a live ticker"
    assert read(f"<article>{hours.replace(':15 a.m.', '.15 Uhr')}</article>").reason == "a live ticker"


@pytest.mark.parametrize(
    "prose",
    [
        "<p>The paper said on Monday that its stories are for subscribers only from May.</p>",
        "<div class=comments><p>Already a member of the council, he has to know what it costs.</p></div>",
        "<p>Visitors must press and hold a button, Marsh said, and access is denied to anybody else.</p>",
    ],
)
def test_a_short_article_may_speak_of_walls(prose: str) -> None:
    body = "".join(
        f"<p>Crane {n} of Marlow will be mended, the council said on Monday, and pier {n} too.</p>" for n in range(8)
    )
    assert read(f"<article>{body}{prose}</article>").verdict is Verdict.ARTICLE


def test_a_text_far_shorter_than_the_feeds_own_summary_is_a_teaser() -> None:
    summary = " ".join(f"On day {n} the council heard about crane {n} and put off its vote." for n in range(20))
    article = extract(page(f"<article>{SHORT}</article>"), entry=Entry("g", "The crane", None, summary=summary))
    assert article.verdict is Verdict.TEASER
    assert "less than the feed's own summary" in article.reason


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


BAR = "<a href='/'>Lab Notes</a> <span>Already a subscriber? <a href='/login'>Log in</a></span>"


@pytest.mark.parametrize(
    "around",
    [
        f"<header><div>{BAR}</div></header>{{}}",
        f"<nav><ul><li>{BAR}</li></ul></nav>{{}}",
        f"<div class='site-header'><div>{BAR}</div></div>{{}}",
        f"<div id='topbar'><p>{BAR}</p></div>{{}}",
        f"{{}}<footer><p>{BAR}</p></footer>",
    ],
)
def test_a_log_in_that_the_sites_own_head_offers_is_no_wall(around: str) -> None:
    assert read(around.format(f"<main><article>{SHORT}</article></main>")).verdict is Verdict.ARTICLE
    walled = f"<main><article>{LEAD}<div><p>Already a subscriber? Log in to read on.</p></div></article></main>"
    assert read(around.format(walled)).verdict is Verdict.PAYWALL


def test_a_page_that_says_it_is_free_or_is_whole_is_believed() -> None:
    box = "<aside><p>Subscribe now to read more of our reports.</p></aside>"
    body = f"<article>{SHORT}</article>{box}"
    assert read(body).verdict is Verdict.PAYWALL
    free = ld(**{"@type": "NewsArticle", "headline": "T", "isAccessibleForFree": True})
    assert read(body, free).verdict is Verdict.ARTICLE
    counted = ld(**{"@type": "NewsArticle", "headline": "T", "wordCount": 135})
    assert read(body, counted).verdict is Verdict.ARTICLE
    longer = ld(**{"@type": "NewsArticle", "headline": "T", "wordCount": 900})
    assert read(body, longer).verdict is Verdict.PAYWALL
    cut = f"<article>{SHORT}<p>Subscribe now to continue reading.</p></article>"
    assert read(cut, free).verdict is Verdict.PAYWALL  # the template says so of every page


@pytest.mark.parametrize(
    ("told", "title"),
    [
        ("Crane &amp; pier: &#8220;We&#8217;re late&#8221;", "Crane & pier: “We’re late”"),
        ("Crane &amp;amp; pier", "Crane & pier"),
        ("The <em>old</em> crane", "The old crane"),
        ("How a &lt;div&gt; is set", "How a <div> is set"),
        ("A&nbsp;crane\n of  Marlow", "A crane of Marlow"),
    ],
)
def test_a_title_is_what_its_reader_sees(told: str, title: str) -> None:
    article = read(f"<article>{LONG}</article>", ld(**{"@type": "NewsArticle", "headline": told, "author": told}))
    assert (article.title, article.byline) == (title, title)


def test_nobodys_page_names_anothers_address_as_its_own() -> None:
    def named(address: str) -> str | None:
        return read(f"<article>{LONG}</article>", f"<link rel='canonical' href='{address}'>").canonical_url

    assert named("https://evil.example/buy") is None
    assert named("https://example.org.evil.example/buy") is None
    assert named("https://www.example.org/crane") == "https://www.example.org/crane"
    assert named("/crane") == "https://example.org/crane"
    assert named("http://[") is None
    assert named("/crane" * 400) is None, "longer than an index takes"
    head = "<meta property='og:url' content='https://evil.example/buy'>"
    assert read(f"<article>{LONG}</article>", head).canonical_url is None


def test_a_summary_of_markup_promises_its_words_only() -> None:
    pictures = ", ".join(
        f"https://example.org/the-old-crane-at-the-pier-{n}.jpg?w={n}&amp;fit=crop {n}w" for n in range(60)
    )
    summary = f'<p><img src="/crane.jpg" srcset="{pictures}" alt=""></p><p>The council heard about the crane.</p>'
    article = extract(page(f"<article>{SHORT}</article>"), entry=Entry("g", "The crane", None, summary=summary))
    assert article.verdict is Verdict.ARTICLE
