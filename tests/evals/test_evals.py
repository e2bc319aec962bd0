"""Prompts and models measured: the score of a draft, a run through the ledger, two runs compared, edits collected."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.desk.actor import Actor
from pipeline.desk.acts import act_on
from pipeline.desk.edit import edit_text
from pipeline.desk.review import Act
from pipeline.errors import ConfigError
from pipeline.evals.collect import collect, corrections, edit_item
from pipeline.evals.compare import ItemChange, compare
from pipeline.evals.items import Item, items_text, load_items, read_items
from pipeline.evals.score import Score, score, totals
from pipeline.glossary import Glossary
from pipeline.inspection.house_style import HouseStyle
from pipeline.invisible import named
from pipeline.model import Draft, DraftSentence, Kind, Term
from pipeline.resources import bundled
from pipeline.settings import Desk as Rules
from pipeline.settings import Writer
from pipeline.storage.database import Database
from pipeline.text import number_sentences
from tests.newsroom import ModelServer, Reply, inshort, openai_writer, own_words, write_config
from tests.writing.test_levels import IDA, NOW, TEXT, in_review

ITEM = Item(
    "bridge",
    "A bridge opens",
    "The Lumen Bridge opened on Monday after years of work. It has a bascule that lifts. "
    "Ada Finch said it cost 4 million euros.",
    must_contain=("4 million euros | 4m euros", "Ada Finch", "Tuesday"),
    must_explain=("bascule", "lift"),
    must_not_say=("the most beautiful", "on Monday"),
)


def drafted(*sentences: DraftSentence, terms: tuple[Term, ...] = ()) -> Draft:
    first = DraftSentence("A new bridge can be crossed now.", evidence=(1,))
    last = DraftSentence("This story is a reminder that big works take time.", Kind.TAKEAWAY)
    return Draft(first, first, (sentences, (last,)), terms)


def test_a_draft_is_held_against_what_its_item_asks_for() -> None:
    draft = drafted(
        DraftSentence("The Lumen Bridge has a bascule, which is a part that swings up like a lid.", evidence=(1, 2)),
        DraftSentence("Ada Finch said the price was 4 million  euros.", evidence=(3,)),
        DraftSentence("People have used it since on Monday.", evidence=(1,)),
    )
    found = score(ITEM, number_sentences(ITEM.text), draft, Glossary(()))
    assert (found.missing, found.unexplained, found.forbidden) == (("Tuesday",), ("lift",), ("on Monday",))
    assert (found.asked, found.analogies, found.problem) == ((3, 2), 1, "")
    assert 0 < found.words < 80 and found.copied == 0.0


def test_what_is_taken_word_for_word_is_counted() -> None:
    draft = drafted(DraftSentence("The Lumen Bridge opened on Monday after years of work.", evidence=(1,)))
    assert score(ITEM, number_sentences(ITEM.text), draft, Glossary(())).copied > 0.25


def test_a_term_in_the_drafts_list_counts_only_where_its_sentence_says_it() -> None:
    fact = DraftSentence("It has a bascule; that part swings upward when ships pass.", evidence=(2,))
    said = Term("bascule", "a part that swings upward when ships pass")
    listed = drafted(fact, terms=(said,))
    merely = drafted(DraftSentence("It has a bascule.", evidence=(2,)), terms=(said,))
    source = number_sentences(ITEM.text)
    assert "bascule" not in score(ITEM, source, listed, Glossary(())).unexplained
    assert "bascule" in score(ITEM, source, merely, Glossary(())).unexplained


def test_the_bundled_set_is_sound_and_has_every_kind() -> None:
    items = load_items(None)
    assert len({item.kind for item in items}) >= 12
    for item in items:
        assert item.must_contain
        text = item.text.lower()
        for wanted in item.must_contain:
            alternatives = wanted.lower().split(" | ")
            assert any(word in text or word.replace("%", " percent") in text for word in alternatives), (
                item.id,
                wanted,
            )
        assert not any(said.lower() in text for said in item.must_not_say) or item.id == "instructions-inside"


def test_a_sets_mistakes_are_told_at_once() -> None:
    long = "text: 'Long enough to be a text.'"
    text = f"- {{id: a, title: A, {long}}}\n- {{id: a, title: B}}\n- {{id: a, title: C, {long}, must: x}}"
    with pytest.raises(ConfigError) as caught:
        read_items(text, "set.yaml")
    assert [p.partition(":")[0] for p in caught.value.problems] == ["[1].text", "[2].must"]


def test_items_are_written_as_they_are_read() -> None:
    items = load_items(None)
    assert read_items(items_text(items), "x") == items
    hostile = (replace(items[0], title="Sea\u202eeert\x9b2J\u2028 - a: 'b'"), *items[1:])
    assert named(items_text(hostile)) == items_text(hostile)
    assert read_items(items_text(hostile), "x") == hostile


def test_two_runs_are_compared_item_by_item() -> None:
    one = Score("a", found={"number": 2}, missing=("Ada",), grade=9.0, words=200, asked=(2, 0))
    two = replace(one, found={"name": 1}, missing=(), forbidden=("best",), analogies=1, grade=11.5, words=300)
    gone = Score("b", problem="the model's answer is not a draft: x")
    assert compare([one, gone, Score("c")], [two, Score("b"), Score("d")]) == [
        ItemChange(
            "a",
            better=("number findings 2 → 0", "contains 'Ada'", "has an analogy"),
            worse=("name findings 0 → 1", "says 'best'", "grade 9 → 11.5"),
            other=("words 200 → 300",),
        ),
        ItemChange("b", better=("a draft where there was none",)),
        ItemChange("c", other=("only in the first run",)),
        ItemChange("d", other=("only in the second run",)),
    ]


def test_totals_are_sums_and_means_of_the_drafts_that_came() -> None:
    found = totals([Score("a", blocks=1, grade=8, words=100, seconds=2.0, asked=(2, 1), missing=("x",)),
                    Score("b", problem="none", asked=(3, 0))])  # fmt: skip
    assert (found.items, found.drafts, found.clean, found.contained, found.explained) == (2, 1, 0, (1, 5), (1, 1))
    assert (found.grade, found.words, found.seconds) == (8, 100, 2.0)


def run_set(folder: Path, *arguments: str | Path) -> dict[str, object]:
    done = inshort("--json", "eval", "run", *arguments, cwd=folder)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def test_a_run_goes_through_the_ledger_and_is_paid_once(tmp_path: Path) -> None:
    bridge = own_words

    def answer(prompt: str) -> str | Reply:
        return "I can't." if "Trams stop" in prompt else bridge(prompt)

    with ModelServer(answer) as model:
        write_config(tmp_path, {}, writer=openai_writer(model.base))
        assert inshort("db", "upgrade", cwd=tmp_path).returncode == 0
        estimate = inshort("eval", "run", "--estimate", cwd=tmp_path)
        assert "12 articles, cost at most: 0." in estimate.stdout and model.asked.total() == 0
        three = tmp_path / "three.yaml"
        three.write_text(items_text(tuple(i for i in load_items(None) if i.id in ("funding", "lawsuit", "very-short"))))
        first = run_set(tmp_path, three, "--out", "a.json")
        assert model.asked.total() == 3
        table = first["runs"][0]["totals"]  # type: ignore[index]
        assert (table["items"], table["drafts"]) == (3, 2)
        assert table["cost_micro"] > 0 and table["copied"] > 0.5
        again = run_set(tmp_path, three, "--out", "b.json")["runs"][0]["totals"]  # type: ignore[index]
        # Only the answer of no use is asked for again.
        assert model.asked.total() == 4
        assert again["drafts"] == 2
        compared = inshort("eval", "compare", "a.json", "b.json", cwd=tmp_path)
        assert "better in 0, worse in 0 of 3 articles" in compared.stdout
        # The same text under the same version is fine; another text is not.
        prompt = tmp_path / "draft.md"
        bundled_prompt = (bundled("prompts") / "draft.md").read_text("utf-8")
        prompt.write_text(bundled_prompt.replace("bright twelve-year-old", "bright child"), "utf-8")
        refused = inshort("eval", "run", "--prompt", prompt, cwd=tmp_path)
        assert (refused.returncode, "give the changed one a new version" in refused.stderr) == (2, True)
        strange = (
            bundled_prompt.replace("version: ", "version: 9")
            .replace("inputs: [", "inputs: [weather, ")
            .replace("You retell", "{{ weather }} You")
        )
        prompt.write_text(strange, "utf-8")
        refused = inshort("eval", "run", "--prompt", prompt, cwd=tmp_path)
        assert (refused.returncode, "inputs: 'weather' is nothing a draft prompt is given" in refused.stderr) == (
            2,
            True,
        )


def test_every_prompt_is_measured_with_every_writer_through_the_configured_proxy(tmp_path: Path) -> None:
    bundled_prompt = (bundled("prompts") / "draft.md").read_text("utf-8")
    (tmp_path / "shorter.md").write_text(re.sub(r"(?m)^version: .*$", "version: 90", bundled_prompt), "utf-8")
    (tmp_path / "longer.md").write_text(re.sub(r"(?m)^version: .*$", "version: 91", bundled_prompt), "utf-8")
    (tmp_path / "one.yaml").write_text(items_text(load_items(None)[:1]))
    with ModelServer() as model:
        # Only the proxy knows the way to these.
        for name in ("small", "large"):
            writer = openai_writer("http://model.invalid") | {"model": name}
            (tmp_path / f"{name}.yaml").write_text(json.dumps({"writer": writer}))
        write_config(tmp_path, {}, network={"proxy": model.base})
        assert inshort("db", "upgrade", cwd=tmp_path).returncode == 0
        pairs = ("--prompt", "shorter.md", "--prompt", "longer.md", "--writer", "small.yaml", "--writer", "large.yaml")
        said = inshort("eval", "run", "one.yaml", *pairs, "--out", "all.json", cwd=tmp_path)
        assert sorted(body["model"] for body in model.bodies) == ["large", "large", "small", "small"]
    assert said.returncode == 0, said.stdout + said.stderr
    runs = json.loads((tmp_path / "all.json").read_text())["runs"]
    expected = [(prompt, name) for prompt in ("draft@90", "draft@91") for name in ("small", "large")]
    assert [(run["prompt"], run["model"]) for run in runs] == expected
    assert [run["totals"]["drafts"] for run in runs] == [1] * 4
    for prompt, name in expected:
        assert f"{prompt} {name}" in said.stdout
    compared = inshort("eval", "compare", "all.json", cwd=tmp_path)
    assert "from draft@90 small to draft@90 large" in compared.stdout


def test_a_newsroom_without_a_model_is_told_what_to_set(tmp_path: Path) -> None:
    write_config(tmp_path, {})
    told = inshort("eval", "run", cwd=tmp_path)
    assert (told.returncode, "only a model can be measured" in told.stderr) == (2, True)
    assert "is not a result of" in inshort("eval", "compare", "config.yaml", cwd=tmp_path).stderr


def test_what_an_editor_cut_corrected_and_explained_becomes_an_item() -> None:
    model = drafted(
        DraftSentence("The Lumen Bridge opened on Sunday and cost 3 million euros."),
        DraftSentence("It is the most beautiful bridge of the town by far."),
        DraftSentence("It has a bascule."),
    )
    approved = drafted(
        DraftSentence("The Lumen Bridge opened on Monday and cost 4 million euros."),
        DraftSentence("It has a bascule, which is a part that swings up."),
    )
    cut, corrected = corrections(model, approved)
    assert cut == ["It is the most beautiful bridge of the town by far."]
    assert [was for was, _ in corrected] == [
        "The Lumen Bridge opened on Sunday and cost 3 million euros.",
        "It has a bascule.",
    ]
    item = edit_item("story-7", "T", ITEM.text, "F", datetime(2026, 1, 2, tzinfo=UTC), model, approved)
    assert item is not None
    assert item.must_explain == ("bascule",)
    assert "Monday" in item.must_contain and "4 million" in " ".join(item.must_contain)
    assert item.must_not_say == (
        "It is the most beautiful bridge of the town by far.",
        "The Lumen Bridge opened on Sunday and cost 3 million euros.",
    )
    assert edit_item("story-8", "T", ITEM.text, "F", None, model, model) is None


def test_an_approved_story_an_editor_changed_is_collected(database: Database) -> None:
    story_id = in_review(database)
    text = (
        "A bridge.\nIn short: It opened on Monday.\n"
        "Mayor Ada Finch said the bridge was late, which is a polite word for a year too late.\nSource: F"
    )
    edit_text(database, story_id, text, by=Actor(IDA, NOW), house=HouseStyle(Glossary(()), "en", Rules(), Writer()))
    with database.session() as session:
        assert collect(session) == []
    act_on(database, story_id, Act.APPROVE, by=Actor(IDA, NOW, reason="read it"), rules=Rules())
    with database.session() as session:
        (item,) = collect(session)
    assert (item.id, item.kind, item.text) == (f"story-{story_id}", "edited", TEXT)
    assert "Ada" in item.must_contain
