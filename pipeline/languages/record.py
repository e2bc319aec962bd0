"""What a newsroom must know of a language to write it: one record, of which each file beside this one is one.

A text that is read may be in another language than the newsroom's, so what texts are read by (`ReadingWords`,
`NumberWords`) is looked for in all languages at once. Patterns are matched without regard to case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

PLAIN = r"[^,.;:!?()“”„«»\"]"
"""A letter of an explanation that stands in a sentence: nothing that ends or brackets it."""


@dataclass(frozen=True, slots=True)
class StoryWords:
    """The fixed words of a story. `in_short` and `source` open their lines, colon included; `reminder` opens the last
    paragraph, and `closing` ends that of a draft that no model wrote.

    `sources` opens the line where several feeds told the story.

    `means` and `pictured` explain a glossary's word in such a draft: `{name}`, `{plain}` and `{picture}` are filled in.
    """

    in_short: str
    source: str
    sources: str
    reminder: str
    closing: str
    means: str
    pictured: str


@dataclass(frozen=True, slots=True)
class ReadingWords:
    """What tells the parts of a text apart; all but `little` and `leaning` are patterns."""

    takeaway: str
    """How a last paragraph begins that says what the story shows."""
    other_side: str
    """What an accused, a doubter or a speaker of the other side is told by."""
    explained: str
    """What leads from a term to its explanation, the group `plain`."""
    like: str
    """What a comparison begins with: in brackets behind a term it is no explanation."""
    little: frozenset[str]
    """Articles and prepositions that a term does not begin with; English has its own list, which the checks share."""
    leaning: frozenset[str]
    """What a sentence begins with that leans on the one before."""
    aside: str
    """What a site says to its own readers in the middle of an article: to subscribe, to look elsewhere."""
    referring: str
    """A pattern of what speaks of something that an earlier sentence named: "the company", "these claims"."""
    pronouns: str
    """What stands for somebody who was named; behind a name in the same sentence it may stand for that."""
    elides: str = ""
    """Articles and prepositions that lean on the next word with an apostrophe; "" where none do."""


@dataclass(frozen=True, slots=True)
class NumberWords:
    """How numbers are said: what multiplies them, percent, from one `to` another, and what makes one a rough one.

    `decimal` stands before a number's tenths; what groups its thousands is the other mark, a blank or an apostrophe.
    """

    scales: Mapping[str, float]
    percent: frozenset[str]
    to: str
    about: tuple[str, ...]
    decimal: str = ","


@dataclass(frozen=True, slots=True)
class Spelling:
    """One of several spellings: its name, and what it writes otherwise than the bundled glossary."""

    name: str
    otherwise: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EditionWords:
    """The words readers meet around the stories.

    `{…}` are filled in: a topic, a day, a reason, a title, a model, who approved.
    """

    months: str
    day: str
    """How a day is written: its number, the month's name, the year."""
    number: str
    preview: str
    nothing: str
    nothing_on: str
    corrected: str
    retracted: str
    retracted_title: str
    retracted_story: str
    """A line for a story that stands there no more."""
    corrections: str
    drafted: str
    selected: str
    written: str
    an_editor: str
    original: str
    leave: str
    confirm_subject: str
    confirm_text: str
    confirm_ask: str
    confirm_press: str
    confirmed: str
    no_such_link: str
    leave_ask: str
    has_left: str
    rate_ask: str
    rated: str
    clear: str
    not_clear: str


@dataclass(frozen=True, slots=True)
class SiteWords:
    """The words of the site around its stories.

    `{…}` are filled in. `changed` opens what a correction changed: `was` and `now` stand before a sentence's two wordings,
    `removed` and `added` before one that has no other. `about_text` are the paragraphs of the page that says how stories are made.
    """

    latest: str
    topics: str
    archive: str
    search: str
    corrections_page: str
    about: str
    feeds: str
    skip: str
    how_made: str
    sources: str
    rests_on: str
    own_explanation: str
    own_comparison: str
    own_conclusion: str
    evidence: str
    sentence_let_stand: str
    """Said of a sentence that a check stopped and an editor accepted; the next one of a whole story."""
    story_let_stand: str
    grade: str
    published: str
    updated: str
    details: str
    changed: str
    was: str
    now: str
    removed: str
    added: str
    rights: str
    search_hint: str
    search_none: str
    search_script: str
    no_corrections: str
    older_on: str
    more_on: str
    one_story: str
    many_stories: str
    menu: str
    retracted_title: str
    by_author: str
    about_text: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Language:
    """A language that stories are written in. Its prompts lie in `prompts/`, its glossary in `glossary.CODE.yaml`."""

    code: str
    name: str
    """Its name in English, as messages to editors say it."""
    own_name: str
    """Its name in itself, as its prompts say it."""
    story: StoryWords
    reading: ReadingWords
    numbers: NumberWords
    edition: EditionWords
    site: SiteWords
    spellings: Mapping[str, Spelling] = field(default_factory=dict)
    """By the value of `writer.spelling`; empty where there is but one."""
