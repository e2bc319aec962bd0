"""Whatever reads bytes that others wrote, each as a function of one text: for tests and the benchmark of bad input.

A stage is called with a text that is one thing repeated. It answers or refuses with a reason; what it may not do is
take a time that grows faster than the text, or trip.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from pipeline.errors import InShortError
from pipeline.llm.decisions import NoAnswer

Stage = Callable[[str], object]
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
PROSE = "The harbour council said on Monday that the old crane will be mended, and it said so twice in a row."
UNITS = (
    *("<!---->", "<!--", "<![CDATA[", "<?a?>", "<!DOCTYPE a [", "<!ENTITY a 'b'>", "&amp;", "&#1;", "&lt;p&gt;"),
    *("<item/>", "<item><title>a</title></item>", "<a>", "<b", "<a b='c' ", "<div>", "<p>a", "<a href=x>b", "</", "<"),
    *("<outline>", "<outline text='a' xmlUrl='http://a.example/b'/>", "<link rel=alternate type=application/rss+xml>"),
    *("[", "{", '{"a":', '"', "'", "\\", '\\"', "``", "```json\n", "<think>", "<thinking>a</think>"),
    *('{"a": 1} ', "(", "“", "‘"),
    *("*", "?", ".", "..", ".)", ". ", "a.", "1", "1,", "1.", "1 ", "10:00 ", "-", "a-", "--", "/", "//"),
    *(":", "$", "%41"),
    *(" ", "\t", "\n", "\n\n", "\r", "\u2028", "\u00a0", "\0", "\u0301", "a\u0301", "\u200d", "😀\u200d"),
    *("\u202e", "\x9b"),
    *("a", "a ", "A B ", "word ", "Ab", "é", "漢", "ﷺ", "[1] ", "[1](", "![", "`", "_a", "**", "# ", "> ", "| "),
    *("*a", "a*", "$a", "/a", "a: b\n", "- a\n", "&a ", "*a ", "!!a ", "? ", "<<: ", "a@b.example\n"),
    *("@a ", "a,b;", "by "),
    *("not ", "said ", "more than 1 ", "which is ", "In short: ", "Source: a\n", "today ", "1 January "),
    *("per cent ", "A. "),
)  # fmt: skip


def refusable(work: Callable[[], object]) -> object:
    """What was asked for, or None where it is refused with a reason."""
    with suppress(InShortError, NoAnswer):
        return work()
    return None


def feed_around(before: str, after: str) -> Stage:
    def read(text: str) -> object:
        from pipeline.feeds.parse import parse_feed

        body = (before + text + after).encode("utf-8", "surrogatepass")
        return refusable(lambda: parse_feed(body, url="https://a.example/f"))

    return read


def _json_feed(text: str) -> object:
    from pipeline.feeds.parse import parse_feed

    item = {"id": text, "url": text, "title": text, "content_html": text, "date_published": text, "tags": [text]}
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": text, "items": [item]}
    return refusable(lambda: parse_feed(json.dumps(feed).encode(), url="https://a.example/f"))


def _opml(text: str) -> object:
    from pipeline.feeds.opml import read_opml

    refusable(lambda: read_opml(text.encode("utf-8", "surrogatepass")))
    around = f"<opml><body>{text}<outline type='rss' text='a' xmlUrl='https://a.example/'/></body></opml>"
    return refusable(lambda: read_opml(around.encode("utf-8", "surrogatepass")))


def _found_on_a_page(text: str) -> object:
    from pipeline.feeds.discover import discover
    from pipeline.refresh import sends_on

    body = f"<html><head>{text}</head></html>".encode("utf-8", "surrogatepass")
    sends_on(body, "text/html", text[:4000])
    return discover(body, "https://a.example/")


def _page(text: str) -> object:
    from pipeline.articles.extract import extract

    page = f"<html><title>{text}</title><article><p>{PROSE * 3}</p><p>{text}</p><p>{PROSE * 3}</p></article></html>"
    return refusable(lambda: extract(page.encode("utf-8", "surrogatepass"), url="https://a.example/b"))


def _reservation(text: str) -> object:
    from pipeline.articles.rights import reserved_by_page, reserves

    rules = [{"location": text, "tdm-reservation": 1}, {"location": f"/{text}b$", "tdm-reservation": 1}]
    reserved_by_page(text, tdm=False, headers={"x-robots-tag": text[:8000], "tdm-reservation": text[:8000]})
    return reserves(json.dumps(rules).encode(), "https://a.example/" + "a" * 2000)


def _robots(text: str) -> object:
    from pipeline.net import robots_rules

    lines = f"User-agent: *\nDisallow: {text}\nDisallow: /{text.strip()}b$\n{text}"
    return robots_rules(lines.encode("utf-8", "surrogatepass"), "inshort")("https://a.example/" + "a" * 2000)


def _change(text: str) -> object:
    from pipeline.articles.change import difference

    return difference(f"{PROSE}\n{text}", f"{text}x\n{PROSE}")


def _versions(text: str) -> object:
    from pipeline.desk.difference import lines_changed, words_changed
    from pipeline.desk.sentences import LONGEST

    part = text[:LONGEST]  # no version is longer
    words_changed(part, f"{part[: len(part) // 2]} x {part}")
    return lines_changed(f"{PROSE}\n{part}", f"{part}x\n{PROSE}")


def _story(text: str) -> str:
    return f"A crane is mended.\nIn short: The crane will be mended.\n{text}\nAccording to it.\nSource: A"


def _checked_against(text: str) -> object:
    from pipeline.articles.gate import MOST_LETTERS
    from pipeline.checks.run import check_texts

    return check_texts(text[:MOST_LETTERS], _story(PROSE))  # no article is longer


def _checked(text: str) -> object:
    from pipeline.checks.run import check_texts
    from pipeline.desk.sentences import LONGEST

    return check_texts(PROSE, _story(text[:LONGEST]))  # no version is longer


def _answer(text: str) -> object:
    from pipeline.llm.decisions import read
    from pipeline.llm.json_answer import tokens_of, without_signals
    from pipeline.writing.answer import parse_answer

    fact = {"text": text, "kind": "fact", "evidence": [1]}
    whole = json.dumps({"dek": fact, "in_short": fact, "paragraphs": [{"sentences": [fact]}], "terms": []})
    for said in (text, f'{{"{text}', whole, f"{text}{whole}{text}"):
        refusable(lambda said=said: parse_answer(said))  # type: ignore[misc]
        refusable(lambda said=said: read(said))  # type: ignore[misc]
    tokens_of({"prompt_tokens": text, "prompt_tokens_details": {text: text}})
    return without_signals(text)


def _batch_output(text: str) -> object:
    from pipeline.llm.batch import _read

    line = json.dumps({"custom_id": text, "response": {"status_code": 200, "body": text}}, ensure_ascii=False)
    return len(list(_read(f"{text}\n{line}\n{text}".encode("utf-8", "replace"))))


def _pasted(text: str) -> object:
    from pipeline.desk.hold_until import hold_until
    from pipeline.desk.mentions import mentioned
    from pipeline.desk.sentences import LONGEST
    from pipeline.writing.draft import parse_story

    part = text[:LONGEST]  # what is longer is refused before it is looked at
    refusable(lambda: parse_story(_story(part)))
    mentioned(text, ["anna", "bo"])
    return refusable(lambda: hold_until(text, NOW, UTC))  # type: ignore[arg-type]


def _search(text: str) -> object:
    from pipeline.storage.search import spelled, wanted

    refusable(lambda: spelled(text))
    return refusable(lambda: wanted(text))


def _config(text: str) -> object:
    from pipeline.config import parse_config

    refusable(lambda: parse_config(text))
    return refusable(lambda: parse_config(f"newsroom:\n  name: {json.dumps(text)}\nfeeds: [{text}]"))


def _glossary(text: str) -> object:
    from pipeline.glossary import read_glossary

    refusable(lambda: read_glossary(text, "glossary.yaml"))
    one = json.dumps([{"term": text, "plain": text, "analogy": text, "field": "ai", "variants": [text]}])
    return refusable(lambda: read_glossary(one, "glossary.yaml"))


def _eval_items(text: str) -> object:
    from pipeline.evals.items import read_items

    return refusable(lambda: read_items(text, "set.yaml"))


def _grouped(text: str) -> object:
    from pipeline.stories.group import group
    from pipeline.stories.signs import Told

    told = [Told("1", text[:1000], text, NOW, text), Told("2", PROSE, f"{PROSE}\n{text}", NOW, "https://a.example/2")]
    return list(group(told))


def _readers(text: str) -> object:
    from pipeline.publishing.sign_up import _addresses, mail_address

    lines = [*text.splitlines(), f"a@{text}".replace("\r", "").replace("\n", "")]
    found = refusable(lambda: list(_addresses(lines)))
    for _, each in found or ():  # type: ignore[attr-defined]
        refusable(lambda each=each: mail_address(each))  # type: ignore[misc]
    return refusable(lambda: mail_address(f"{text}@b.example"))


def _printed(text: str) -> object:
    from pipeline.invisible import escaped, named, referred, strip_invisible
    from pipeline.publishing.addresses import slug
    from pipeline.publishing.escape import cut, markdown, markdown_link, plain, web_link, xml_text
    from pipeline.text import tidy

    for write in (escaped, named, referred, strip_invisible, plain, markdown, xml_text, web_link, tidy, slug):
        write(text)
    cut(text, 500)
    return markdown_link(text, f"https://a.example/{text}")


def _sentences(text: str) -> object:
    from pipeline.text import language_of, number_sentences

    language_of(text)
    return number_sentences(text)


def _times(text: str) -> object:
    from pipeline.feeds.schedule import parse_expires, parse_max_age, parse_retry_after
    from pipeline.times import parse_time

    parse_max_age(text)
    parse_expires(text, text, NOW)
    parse_retry_after(text, NOW)
    return parse_time(text)


ATOM = "<feed xmlns='http://www.w3.org/2005/Atom'><title>A</title><entry><id>1</id>"
RSS = "<rss version='2.0'><channel><title>A</title>"
STAGES: dict[str, Stage] = {
    "a feed that is nothing else": feed_around("", ""),
    "before a feed": feed_around("", f"{RSS}<item><title>a</title></item></channel></rss>"),
    "in an RSS feed": feed_around(RSS, "</channel></rss>"),
    "an RSS entry's fields": lambda text: feed_around(
        f"{RSS}<item><title>{text}</title><link>{text}</link><author>{text}</author><pubDate>{text}</pubDate>"
        f"<guid>{text}</guid><category>{text}</category><description>",
        "</description></item></channel></rss>",
    )(text),
    "an Atom entry's content": feed_around(f"{ATOM}<content type='html'>", "</content></entry></feed>"),
    "an Atom entry's attributes": feed_around(f"{ATOM}<link rel='alternate' href=\"", '"/></entry></feed>'),
    "a JSON feed's fields": _json_feed,
    "OPML": _opml,
    "a page that may name feeds": _found_on_a_page,
    "a page": _page,
    "what a site reserves": _reservation,
    "robots.txt": _robots,
    "a changed page": _change,
    "versions side by side": _versions,
    "sentences": _sentences,
    "checks, of an article": _checked_against,
    "checks, of a story": _checked,
    "a model's answer": _answer,
    "a batch's output": _batch_output,
    "what an editor pastes": _pasted,
    "a search": _search,
    "config.yaml": _config,
    "glossary.yaml": _glossary,
    "an eval set": _eval_items,
    "articles to group": _grouped,
    "readers' addresses": _readers,
    "times in headers and feeds": _times,
    "what is printed": _printed,
}
ENDED = {
    *(
        "a feed that is nothing else",
        "before a feed",
        "in an RSS feed",
        "an RSS entry's fields",
        "a JSON feed's fields",
    ),
    *("an Atom entry's content", "an Atom entry's attributes", "a page", "a changed page"),
    *("checks, of an article", "checks, of a story"),
}
"""Stages that a newsroom does in a process apart, where what runs for too long is ended and refused with a reason."""
