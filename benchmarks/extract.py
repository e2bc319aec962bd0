"""How well and how fast article texts are found, beside other systems on the same pages.

    python benchmarks/extract.py [FOLDER] [--rates]

FOLDER has `pages/ID.html.gz` and `pages.json` with each page's `url` and `article_body`, as people marked it;
`../shared/corpus` beside the checkout when left out. Without such a folder only the rates are measured, on the
sample newsroom's pages. The metric is that of the article-extraction benchmark: shingles of four words, precision
and recall averaged over pages, F1 of the averages. CPU time of one core.

`--rates` ends after the systems were laid beside each other. Systems that are not installed are left out (`make bench`
installs them).
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import trafilatura
from files import bodies
from lxml import etree
from lxml import html as lxml_html
from row import row

from pipeline.articles import body, candidates
from pipeline.articles.extract import extract, parse
from pipeline.model import Entry
from pipeline.resources import bundled

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
Score = tuple[float | None, float | None]
Way = Callable[[bytes, str], str]


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[n : n + 4]) for n in range(max(1, len(words) - 3) if words else 0))


def score(true: str, found: str) -> Score:
    want, got = shingles(true), shingles(found)
    hit = (want & got).total()
    return (hit / got.total() if got else None, hit / want.total() if want else None)


def f1(scores: Iterable[Score]) -> tuple[float, float, float]:
    """Precision, recall and F1 of pages."""
    rows = list(scores)
    precisions, recalls = [p for p, _ in rows if p is not None], [r for _, r in rows if r is not None]
    p, r = sum(precisions) / max(1, len(precisions)), sum(recalls) / max(1, len(recalls))
    return p, r, 2 * p * r / (p + r) if p + r else 0.0


# The systems ------------------------------------------------------------------------------------------------


def ours(page: bytes, url: str) -> str:
    return extract(page, url=url).text


def bare(**settings: Any) -> Way:
    return lambda page, url: trafilatura.extract(page, include_comments=False, **settings) or ""


def decoded(page: bytes) -> str:
    from resiliparse.parse.encoding import bytes_to_str, detect_encoding

    return str(bytes_to_str(page, detect_encoding(page) or "utf-8"))


def resiliparse(page: bytes, url: str) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    return str(extract_plain_text(decoded(page), main_content=True, alt_texts=False, links=False))


def readability(page: bytes, url: str) -> str:
    from readability import Document

    return str(lxml_html.fromstring(Document(decoded(page)).summary()).text_content())


def newspaper(page: bytes, url: str) -> str:
    from newspaper import Article

    article = Article(url, fetch_images=False)
    article.download(input_html=decoded(page))
    article.parse()
    return str(article.text)


def justext(page: bytes, url: str) -> str:
    import justext as library

    found = library.justext(page, library.get_stoplist("English"))
    return "\n".join(paragraph.text for paragraph in found if not paragraph.is_boilerplate)


WAYS: dict[str, Way] = {
    "In Short, gate included": ours,
    "trafilatura, precision": bare(favor_precision=True),
    "trafilatura, default": bare(),
    "trafilatura, recall": bare(favor_recall=True),
    "trafilatura, fast": bare(fast=True),
    "newspaper4k": newspaper,
    "readability-lxml": readability,
    "resiliparse": resiliparse,
    "jusText": justext,
}


def run(way: Way, pages: Mapping[str, bytes], urls: Mapping[str, str]) -> tuple[dict[str, str], float] | None:
    """The text of each page and the pages a second; None for a system that is not there."""
    texts: dict[str, str] = {}
    began = time.process_time()
    for name, page in pages.items():
        try:
            texts[name] = way(page, urls.get(name, "http://example.org/story"))
        except ModuleNotFoundError:
            return None
        except Exception:  # a system that trips over a page has no text for it
            texts[name] = ""
    return texts, len(pages) / (time.process_time() - began)


def beside(pages: Mapping[str, bytes], urls: Mapping[str, str]) -> tuple[float, float]:
    """Pages a second of ours and of trafilatura at the same setting, page by page in turn, the best of three each.

    Both meet the same load of the machine, which the table's rates, one system after the other, don't.
    """
    spent = [0.0, 0.0]
    for name, page in pages.items():
        best = [float("inf")] * 2
        for _ in range(3):
            for place, way in enumerate((ours, WAYS["trafilatura, precision"])):
                began = time.process_time()
                way(page, urls.get(name, "http://example.org/story"))
                best[place] = min(best[place], time.process_time() - began)
        spent = [total + one for total, one in zip(spent, best, strict=True)]
    return len(pages) / spent[0], len(pages) / spent[1]


# Who is asked --------------------------------------------------------------------------------------------------


def asked(pages: Mapping[str, bytes], urls: Mapping[str, str], truth: Mapping[str, str]) -> None:
    """What the second and the third extractor, and the feed's own words, are worth."""
    agree, second = candidates._agree, candidates._resiliparse
    told = {n: Entry(None, "", None, summary=" ".join(text.split()[:40])) for n, text in truth.items()}

    def row(name: str, way: Way) -> None:
        done = run(way, pages, urls)
        assert done is not None
        scores = {n: score(truth[n], text) for n, text in done[0].items()}
        one, other = (f1(s for n, s in scores.items() if half(urls[n]) == k)[2] for k in (0, 1))
        print(f"  {name:<52} {f1(scores.values())[2]:.4f}     {one:.4f}      {other:.4f}   {done[1]:8.1f}")

    print("who is asked                                                F1   one half  other half   pages a second")
    try:
        candidates._agree = lambda *_: True
        row("trafilatura without fallbacks alone", ours)
        candidates._agree, candidates._resiliparse = agree, lambda tree: []
        row("where doubted, trafilatura with fallbacks", ours)
        candidates._resiliparse = second
        row("where doubted, resiliparse as well (as it is)", ours)
        by_url = {urls[n]: entry for n, entry in told.items()}
        row("and the feed's teaser, the article's first 40 words", lambda p, u: extract(p, url=u, entry=by_url[u]).text)
    finally:
        candidates._agree, candidates._resiliparse = agree, second


# Other spellings of the same pages: what unseen sites may look like -------------------------------------------


def renamed(tree: Any) -> None:
    """Every class and id by another name, without meaning."""
    for node in tree.iter(etree.Element):
        for name in ("class", "id"):
            if value := node.get(name):
                node.set(name, " ".join("x" + hashlib.md5(w.encode()).hexdigest()[:6] for w in value.split()))
        for name in ("itemprop", "role", "itemtype"):
            node.attrib.pop(name, None)


def plain_tags(tree: Any) -> None:
    for node in tree.iter("article", "main", "section", "aside", "figure", "figcaption", "nav", "header", "footer"):
        node.tag = "div"


def divs(tree: Any) -> None:
    for node in tree.iter("p"):
        node.tag = "div"


def line_breaks(tree: Any) -> None:
    for node in list(tree.iter("p")):
        parent = node.getparent()
        if parent is not None:
            first, second = etree.Element("br"), etree.Element("br")
            second.tail, node.tail = node.tail, None
            at = parent.index(node)
            parent.insert(at + 1, first)
            parent.insert(at + 2, second)
            node.drop_tag()


def without_scripts(tree: Any) -> None:
    for node in list(tree.iter("script")):
        node.drop_tree()


SPELLINGS: dict[str, tuple[Callable[[Any], None], ...]] = {
    "names without meaning": (renamed,),
    "no article, main, aside": (plain_tags,),
    "div for p": (divs,),
    "br br for p": (line_breaks,),
    "no scripts, no JSON-LD": (without_scripts,),
    "all of div, no names": (renamed, plain_tags, divs),
}


def spelled(page: bytes, changes: Iterable[Callable[[Any], None]]) -> bytes:
    tree = parse(page)
    if tree is None:
        return page
    for change in changes:
        change(tree)
    return bytes(etree.tostring(tree, encoding="utf-8", method="html"))


# Is it fitted or general? -------------------------------------------------------------------------------------

GRID: dict[str, tuple[float, ...]] = {
    "WITHIN": (0.75, 0.95),
    "ALIGNED": (0.5, 0.9),
    "MISSED": (1.2, 2.5),
    "MUCH_MISSED": (2.0, 5.0),
    "SIBLINGS": (0.15, 0.5),
    "CAPTION": (60, 140),
    "NOTE": (0.2, 0.4),
}


def half(url: str) -> int:
    return int(hashlib.sha1((urlsplit(url).hostname or "").encode()).hexdigest(), 16) % 2


def left_out(pages: Mapping[str, bytes], urls: Mapping[str, str], truth: Mapping[str, str]) -> float:
    """F1 when each site's pages are read with the thresholds that all other sites would choose."""
    settings: list[dict[str, float]] = [{}] + [{name: v} for name, values in GRID.items() for v in values]
    tables: list[dict[str, Score]] = []
    for setting in settings:
        before = {name: getattr(body, name) for name in setting}
        for name, value in setting.items():
            setattr(body, name, value)
        tables.append({name: score(truth[name], ours(page, urls[name])) for name, page in pages.items()})
        for name, value in before.items():
            setattr(body, name, value)
    sites = {name: urlsplit(urls[name]).hostname for name in pages}
    held: list[Score] = []
    for site in sorted({str(s) for s in sites.values()}):
        best = max(tables, key=lambda table: f1(s for name, s in table.items() if sites[name] != site)[2])
        held += [s for name, s in best.items() if sites[name] == site]
    return f1(held)[2]


def main() -> None:
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    folder = next((Path(a) for a in sys.argv[1:] if not a.startswith("--")), CORPUS)
    truth: dict[str, str] = {}
    urls: dict[str, str] = {}
    if (folder / "pages.json").exists():
        told = json.loads((folder / "pages.json").read_text("utf-8"))
        truth = {name: row["article_body"] for name, row in told.items()}
        urls = {name: row["url"] for name, row in told.items()}
        found = {n.partition(".")[0]: page for n, page in bodies(folder / "pages", "html").items()}
        pages = {name: page for name, page in found.items() if name in truth}
    else:
        print(f"no marked pages at {folder}: rates only, on the sample newsroom's pages")
        sample = bodies(bundled("sample") / "pages", "html")
        pages = {f"{n}-{k}": page for k in range(8) for n, page in sample.items()}
    for way in WAYS.values():
        run(way, dict(list(pages.items())[:2]), urls)  # imports and tables are no part of the rate
    print(f"{len(pages)} pages{' ' * 16}precision  recall      F1   one half  other half   pages a second and core")
    rates: dict[str, float] = {}
    best: dict[str, float] = {}
    for name, way in WAYS.items():
        if (done := run(way, pages, urls)) is None:
            print(f"  {name:<26} is not installed")
            continue
        texts, rates[name] = done
        line = ""
        if truth:
            scores = {n: score(truth[n], text) for n, text in texts.items()}
            p, r, f = f1(scores.values())
            best[name] = f
            one, other = (f1(s for n, s in scores.items() if half(urls[n]) == k)[2] for k in (0, 1))
            line = f"{p:8.4f} {r:8.4f}  {f:.4f}     {one:.4f}      {other:.4f}"
        ratio = rates["In Short, gate included"] / rates[name]
        print(f"  {name:<26} {line}   {rates[name]:8.1f}   ours is {ratio:.2f} of it")
    one, other = beside(pages, urls)
    print(f"in turn, best of three: ours {one:.1f}, trafilatura precision {other:.1f}; ours is {one / other:.2f} of it")
    row("extraction: pages a second and core", one, other, "trafilatura, precision")
    if not truth:
        return
    for name, reached in best.items():
        if name != "In Short, gate included":
            row("extraction: F1", best["In Short, gate included"], reached, name)
    if "--rates" in sys.argv:
        return
    asked(pages, urls, truth)
    print(f"each site with the thresholds all others would choose: F1 {left_out(pages, urls, truth):.4f}")
    print("the same pages, spelled otherwise                In Short  trafilatura, precision")
    for name, changes in SPELLINGS.items():
        others = {n: spelled(page, changes) for n, page in pages.items()}
        figures = []
        for way in (ours, WAYS["trafilatura, precision"]):
            done = run(way, others, urls)
            assert done is not None
            figures.append(f1(score(truth[n], text) for n, text in done[0].items())[2])
        print(f"  {name:<44} {figures[0]:8.4f}  {figures[1]:8.4f}")


if __name__ == "__main__":
    main()
