"""The pages beside the queue: what they show, and what their forms do."""

from __future__ import annotations

from datetime import UTC, date, datetime

from pipeline.desk.actor import Actor
from pipeline.desk.edit import edit_sentence
from pipeline.desk.figures import by_span, changed_share, minutes, spans
from pipeline.desk.people import Person, Role
from pipeline.glossary import without_entry
from pipeline.inspection.house_style import HouseStyle
from pipeline.settings import Desk, Writer
from pipeline.web import masked
from pipeline.web.charts import Point, Stack, bars, nice_top, plain, rows

from .server import DeskServer
from .stories import WHEN, add_story

FILE = """# ours
- term: smolt
  plain: a young salmon
  # why: readers asked
- term: kelt
  variants:
    - kelts
  plain: a salmon that has spawned
"""


def test_a_feed_is_disabled_and_enabled_and_the_log_says_by_whom(served: DeskServer) -> None:
    chief = served.visitor(Role.CHIEF)
    assert chief.follow(chief.post("/feeds/1/state", {"state": "disabled", "back": "list"})).status == 200
    assert "disabled by chief" in chief.get("/feeds/1").words
    chief.post("/feeds/1/state", {"state": "active"})
    assert "disabled by chief" not in chief.get("/feeds").words
    assert chief.post("/feeds/1/state", {"state": "removed"}).status == 400
    assert chief.post("/feeds/99/state", {"state": "active"}).status == 400
    log = chief.get("/log?act=feed").words
    assert "Harbour Tech enabled" in log
    assert "Harbour Tech disabled" in log


def test_the_digest_is_shown_and_nothing_is_issued(served: DeskServer) -> None:
    reader = served.visitor(Role.READER)
    assert "0 approved stories" in served.visitor(Role.EDITOR).get("/digest").words
    assert reader.get("/digest").location == "/digest?edition=1", "the next one is the staff's to see"
    assert "Basil" in reader.get("/digest?edition=1&format=text").words
    page = reader.get("/digest/page?edition=1")
    assert "sandbox" in page.headers["content-security-policy"]
    assert "allow-scripts" not in page.headers["content-security-policy"]
    saved = reader.get("/digest/file?edition=1&format=md")
    assert saved.headers["content-disposition"] == 'attachment; filename="edition-1.md"'
    assert reader.get("/digest?edition=7").status == 400
    with served.desk.database.reading() as session:
        from pipeline.storage.publishing import editions

        assert [e.number for e in editions.recent_editions(session, 9)] == [1]


def test_a_published_story_is_corrected_in_public(served: DeskServer) -> None:
    chief = served.visitor(Role.CHIEF)
    with served.desk.database.reading() as session:
        from pipeline.desk.acts import open_case

        draft = open_case(session, 1).draft
    assert draft is not None
    right = draft.text.replace("41,000", "42,000")
    form = {"text": right, "reason": "the number was wrong", "shown": draft.hash}
    stale = chief.post("/published/1/correct", {**form, "shown": "0" * 64})
    assert stale.status == 409
    assert "42,000" in stale.text
    assert chief.post("/published/1/correct", {**form, "text": "only this"}).status == 400
    assert chief.post("/published/1/correct", form).status == 400, "the source has 41,000"
    form["over"] = "the company said so on the phone"
    assert "Corrected: Brightwell" in chief.follow(chief.post("/published/1/correct", form)).words
    page = chief.get("/published/1").words
    assert "Corrected" in page
    assert "the number was wrong" in page
    assert "Brightwell" in chief.get("/published?state=corrected").words
    assert chief.post("/published/1/retract", {"reason": "", "shown": ""}).status == 409
    assert served.visitor(Role.EDITOR).post("/published/1/retract", {"reason": "x"}).status == 403


def test_the_newsrooms_word_on_a_term_is_kept_and_taken_back(served: DeskServer) -> None:
    editor = served.visitor(Role.EDITOR)
    form = {"term": "chatbot", "before": "chatbot", "plain": "a program one writes with", "analogy": "like a pen pal"}
    assert editor.post("/glossary/term", form).status == 303
    assert "a program one writes with" in editor.get("/glossary?word=chatbot").words
    assert "like a pen pal" in (served.desk.folder / "glossary.yaml").read_text("utf-8")
    assert editor.post("/glossary/term", {**form, "plain": "another"}).status == 303  # changed, not doubled
    assert editor.post("/glossary/term", {**form, "plain": " "}).status == 400
    assert editor.post("/glossary/term", {**form, "plain": "x" * 500}).status == 400
    assert editor.post("/glossary/remove", {"term": "chatbot"}).status == 303
    assert editor.post("/glossary/remove", {"term": "chatbot"}).status == 409
    assert "a program one writes with" not in editor.get("/glossary?word=chatbot").words
    assert "chatbot taken out" in editor.get("/log?act=glossary").words


def test_what_an_editor_explained_is_added_with_one_press(served: DeskServer) -> None:
    database = served.desk.database
    story = add_story(database)
    told = "Brightwell sells groceries from a darkstore, a building that only drivers may enter, the company said."
    house = HouseStyle(served.desk.glossary(), "en", Desk(), Writer())
    edit_sentence(database, story, 2, told, by=Actor(Person("ida", Role.EDITOR), WHEN), house=house)
    editor, offer = served.visitor(Role.EDITOR), "darkstore an editor wrote"
    page = editor.get("/glossary")
    assert offer in page.words and 'action="/glossary/suggested"' in page.text
    assert "Missing terms" not in served.visitor(Role.READER).get("/glossary").words
    form = {"term": "darkstore", "plain": "a building that only drivers may enter"}
    assert editor.post("/glossary/suggested", {**form, "plain": ""}).status == 400
    assert editor.post("/glossary/suggested", form).status == 303
    assert offer not in editor.get("/glossary").words
    assert "a building that only drivers may enter" in editor.get("/glossary?word=darkstore").words
    assert editor.post("/glossary/suggested", {**form, "plain": "a shop at night"}).status == 409
    assert "darkstore: a building" in editor.get("/log?act=glossary").words


def test_taking_a_term_out_leaves_the_rest_of_the_file() -> None:
    assert without_entry(FILE, "Smolt", "f") == FILE.replace("- term: smolt\n  plain: a young salmon\n", "")
    assert without_entry(FILE, "kelt", "f") == FILE[: FILE.index("- term: kelt")]
    assert without_entry(FILE, "parr", "f") == FILE


def test_settings_are_shown_without_their_secrets(served: DeskServer) -> None:
    words = served.visitor(Role.ADMIN).get("/settings").words
    assert "writer.kind recorded yours" in words
    assert masked.masked("api_key", "sk-123") == masked.masked("smtp_password", "x") == masked.HIDDEN
    assert masked.masked("api_key_env", "OPENAI_API_KEY") == "OPENAI_API_KEY"
    assert masked.masked("database", "postgresql://in:secret@db/x") == "postgresql://in:…@db/x"
    assert masked.masked("url", "https://token@example.org/f?key=abc&n=2#x") == "https://…@example.org/f?key=…&n=…"
    assert masked.masked("proxy", "http://a:b@[::1]:80") == "http://a:…@[::1]:80"


def test_the_log_shows_log_ins_to_admins_only(served: DeskServer) -> None:
    served.visitor(Role.EDITOR)
    admin, editor = served.visitor(Role.ADMIN), served.visitor(Role.EDITOR)
    assert "login" in admin.get("/log").words
    assert "127.0.0.1" not in editor.get("/log").words
    assert editor.get("/log?act=login").status == 400
    assert editor.get("/log?before=yesterday").status == 400


def test_bars_are_days_or_weeks() -> None:
    today = date(2026, 11, 20)
    assert (len(spans(today, 30)), spans(today, 30)[-1].last) == (30, today)
    weeks = spans(today, 90)
    assert (len(weeks), weeks[-1].last) == (13, today)
    assert [len(v) for v in by_span(weeks, [(today, 1.0), (weeks[0].first, 2.0)])] == [1, *[0] * 11, 1]


def test_what_counts_as_time_and_as_change() -> None:
    assert minutes(90) == 1.5
    assert minutes(0) is None
    assert minutes(90_000) is None
    assert changed_share("a b c d", "a b x d") == 25
    assert changed_share("", "") == 0


def test_charts_escape_and_scale() -> None:
    assert [nice_top(v) for v in (0, 0.3, 7, 23, 1000)] == [1, 0.5, 10, 25, 1000]
    assert [plain(v) for v in (0, 0.00421, 3.5, 1234.0)] == ["0", "0.00421", "3.5", "1,234"]
    svg = bars([Point("<b>", 2), Point("c", 0)], 'a "title"')
    assert "<b>" not in svg
    assert svg.count("<rect") == 2
    assert 'aria-label="a &#34;title&#34;"' in svg
    assert rows([Stack("name", (("block", 1.0), ("warn", 0.0)))], "t").count("<rect") == 1
    assert "<svg" in rows([], "t")


def test_the_charts_have_the_numbers_as_tables(served: DeskServer) -> None:
    words = served.visitor(Role.EDITOR).get("/figures").words
    assert "Approved untouched 100%" in words
    assert "Findings by check" in words
    assert datetime.now(UTC).astimezone(served.desk.config.newsroom.zone).date().isoformat() in words
    assert served.visitor(Role.EDITOR).get("/figures?days=12").status == 400
