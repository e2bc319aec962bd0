"""An open story in a real browser: what comes meanwhile, and what its foot bar and a phone leave to see."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pipeline.config import parse_config
from pipeline.desk.people import Role
from pipeline.model import DraftSentence, Kind, StoryState
from pipeline.storage import stories
from tests.desk.stories import DRAFT, add_story
from tests.newsroom import openai_writer

from .browser import chromium, signed_on
from .server import DeskServer
from .test_desk_pages import decide, desk, shown  # noqa: F401 - desk is a fixture
from .test_judged import edit, judged
from .test_unseen import passes

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

INVENTED = DraftSentence("Rival Nordkurv paid 77 million euros for the chatbot in March.", Kind.FACT, (1,))
FULL_OF_FINDINGS = replace(DRAFT, paragraphs=tuple((*one, INVENTED, INVENTED) for one in DRAFT.paragraphs))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def page_of(browser: Browser, desk: DeskServer, story: int, **more: object) -> Page:  # noqa: F811
    page = signed_on(browser, desk, desk.session(Role.CHIEF), reduced_motion="reduce", **more).new_page()
    page.clock.install()
    page.goto(f"/story/{story}")
    passes(page)
    return page


UNDER = """() => {
  const box = document.querySelector(".finding.aimed").getBoundingClientRect();
  return box.top < 0 || box.bottom > document.querySelector(".decisions").getBoundingClientRect().top;
}"""


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 700), (390, 844)])
def test_no_finding_f_goes_to_is_under_the_foot_bar(
    browser: Browser,
    desk: DeskServer,  # noqa: F811
    width: int,
    height: int,
) -> None:
    story = add_story(desk.desk.database, draft=FULL_OF_FINDINGS)
    page = page_of(browser, desk, story, viewport={"width": width, "height": height})
    findings = page.locator(".finding:not(.accepted)").count()
    assert findings >= 6
    seen = set()
    for _ in range(findings):
        page.keyboard.press("f")
        aimed = page.locator(".finding.aimed")
        assert not page.evaluate(UNDER), f"{width}: {aimed.inner_text()}"
        seen.add(aimed.get_attribute("data-finding"))
    assert len(seen) == findings
    page.context.close()


def test_the_counts_lead_from_one_finding_to_the_next(browser: Browser, desk: DeskServer) -> None:  # noqa: F811
    story = add_story(desk.desk.database, draft=FULL_OF_FINDINGS)
    page = page_of(browser, desk, story)
    count = page.locator("#meter a", has_text="block")
    first = count.get_attribute("href")
    seen = []
    for _ in range(1 + page.locator(".finding.block").count()):
        count.click()
        seen.append(f"#{page.locator('.finding.aimed.block').get_attribute('id')}")
    assert (seen[0], seen[-1]) == (first, first)  # the first without scripts too; after the last it comes again
    assert len(set(seen)) == len(seen) - 1 > 1
    page.context.close()


def test_an_approval_over_blocks_quotes_each(desk: DeskServer) -> None:  # noqa: F811
    story = add_story(desk.desk.database, draft=FULL_OF_FINDINGS)
    page = desk.visitor(Role.CHIEF).get(f"/story/{story}")
    quoted = re.findall(r"<li>(Sentence \d+, \w[\w.]*: [^<]*)</li>", page.text)
    assert len(quoted) == page.text.count('<div class="finding block"') > 1
    assert "77 million" in quoted[0]


def test_evidence_opens_at_the_sentence_on_a_phone_and_closes_again(browser: Browser, desk: DeskServer) -> None:  # noqa: F811
    story = add_story(desk.desk.database)
    page = page_of(browser, desk, story, viewport={"width": 390, "height": 844}, has_touch=True)
    cite = page.locator("#d0 .cites a").first
    cite.tap()
    place = page.locator("#d0 .in-place")
    assert place.inner_text().startswith("1 Online grocer Brightwell")
    assert page.url.endswith(f"/story/{story}"), "nothing was scrolled to"
    cite.tap()
    assert place.count() == 0
    page.context.close()


def test_the_judges_word_reaches_the_counts_and_the_approval_of_an_open_page(
    browser: Browser,
    desk: DeskServer,  # noqa: F811
) -> None:
    database = desk.desk.database
    story = add_story(database)
    writer = openai_writer("http://127.0.0.1:9")
    config = parse_config(json.dumps({"writer": writer, "judge": {"model": "m", "price": writer["price"]}}))
    row = edit(database, story, "Brightwell sells groceries online.", config)
    page = page_of(browser, desk, story)
    page.get_by_text("1 sentence not judged yet").first.wait_for()
    with database.session() as session:
        draft = stories.draft_with_hash(session, story, row.hash)
        assert draft is not None and draft.report is not None
        words = "Brightwell sells groceries online."
        start = draft.text.index(words)
        found = {"check": "judge", "severity": "warn", "sentence": 2, "start": start, "end": start + len(words)}
        found |= {"text": words, "message": "in doubt", "evidence": [3], "by": "judge"}
        draft.report = {**draft.report, "verdict": "warn", "findings": [*draft.report["findings"], found]}
        draft.check_verdict = "warn"
    judged(database, story, s3=0.3)  # last: from now on the sentence waits for nothing
    page.clock.run_for(3100)
    page.locator("#d2 .finding", has_text="in doubt").wait_for()
    assert "1 warning" in page.locator("#meter").inner_text()
    assert "not judged" not in page.locator("#meter").inner_text()
    page.keyboard.press("a")
    page.get_by_role("button", name="Approve with 1 open warning").wait_for()
    page.context.close()


def test_a_colleagues_reopening_is_told_to_whoever_has_the_page_open(browser: Browser, desk: DeskServer) -> None:  # noqa: F811
    story = add_story(desk.desk.database)
    decide(desk.visitor(Role.EDITOR), story, "approve")
    page = page_of(browser, desk, story)
    assert page.get_by_text("changed since you opened it").count() == 0
    decide(desk.visitor(Role.EDITOR), story, "reopen")
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    page.get_by_text("This story changed since you opened it").wait_for()
    page.get_by_role("link", name="Show it as it is now").click()
    page.locator(".tag.state", has_text="to review").wait_for()
    with desk.desk.database.reading() as session:
        row = stories.get_story(session, story)
    assert row is not None and row.state == StoryState.IN_REVIEW
    page.context.close()
