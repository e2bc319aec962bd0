"""The closed word lists the checks share, and a small stemmer. English; other languages are told apart first."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

STOP = frozenset(
    "a an the and or but nor so yet if then than that this these those there here it its it's he she they we you i "
    "him her his hers them their theirs our ours your yours my mine me us who whom whose which what when where why "
    "how of in on at to from by with without for about into onto over under between among through during against "
    "as is are was were be been being am do does did done doing have has had having will would shall should can "
    "could may might must also just only very more most much many some any each every all both few other another "
    "such own same too not no never up down out off again once because while until after before since though "
    "although however s t re ve ll d m one says said say told according new now still even like way get got make "
    "made including around across per via use used using".split()
)
NOT = frozenset("not no never cannot can't without nor neither none nobody nothing".split())
MONTHS = tuple("january february march april may june july august september october november december".split())
WEEKDAYS = tuple("monday tuesday wednesday thursday friday saturday sunday".split())
SEASONS = {
    "spring": frozenset(MONTHS[2:6]), "summer": frozenset(MONTHS[5:9]), "autumn": frozenset(MONTHS[8:12]),
    "winter": frozenset((*MONTHS[11:], *MONTHS[:3])),
}  # fmt: skip
"""The months of each, north of the equator, with those that may be counted as its first or last."""
TITLES = frozenset(
    "mr mrs ms dr prof sir dame lord lady president minister prime chief executive officer judge justice senator "
    "governor mayor professor doctor king queen prince princess secretary general director chair chairman "
    "chairwoman captain sergeant".split()
)
ROLES = frozenset(
    "analyst author boss ceo cfo chair chairman chairwoman chief coach commissioner co-founder cofounder correspondent "
    "coordinator dean deputy developer director economist editor engineer executive expert founder governor head "
    "historian inspector investor judge justice lawmaker lawyer leader librarian manager mayor meteorologist minister "
    "officer operator owner partner passenger physicist plaintiff president professor prosecutor regulator researcher "
    "scientist secretary senator spokesman spokesperson spokeswoman surgeon teacher technician treasurer veteran "
    "attorney physician nurse pilot captain curator conductor ranger farmer biologist chemist linguist auditor broker"
    .split()
)  # fmt: skip
PRONOUNS = frozenset("he she they it we i you who".split())
SPEECH = frozenset(
    "say says said saying told tells reported reports announced announces claimed claims argued argues warned warns "
    "explained explains confirmed confirms denied denies wrote writes stated states alleged alleges insisted insists "
    "allege argue insist acknowledged testified estimates estimated predicts predicted added adds".split()
)
_IRREGULAR = dict(
    pair.split(":")
    for pair in (
        "rose:rise risen:rise fell:fall fallen:fall grew:grow grown:grow won:win lost:lose bought:buy sold:sell "
        "gave:give given:give took:take taken:take went:go gone:go found:find left:leave paid:pay began:begin "
        "begun:begin broke:break broken:break built:build brought:bring caught:catch chose:choose chosen:choose "
        "came:come cut:cut drove:drive held:hold kept:keep led:lead met:meet ran:run saw:see seen:see sent:send "
        "shut:shut spent:spend stood:stand stole:steal struck:strike sued:sue taught:teach thought:think "
        "wrote:write written:write shot:shoot hit:hit knew:know known:know people:person children:child men:man "
        "women:woman lives:life wives:wife shrank:shrink shrunk:shrink beat:beat beaten:beat fought:fight "
        "made:make died:die dead:die deaths:die death:die dying:die killed:kill uses:use"
    ).split()
)


_CANCELLED = 5
"""Letters from which a word with two l at its end has them by an ending only: "cancelled", and not "filled"."""


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A crude stem of a lower-case word: enough to meet "deleted" in "deletion", no dictionary."""
    word = _IRREGULAR.get(word, word)
    for suffix, least in (
        ("ations", 3), ("ation", 3), ("ments", 4), ("ment", 4), ("ions", 4), ("ion", 4), ("ings", 4), ("ing", 3),
        ("ies", 2), ("ied", 2), ("ers", 4), ("ed", 3), ("er", 4), ("ly", 4), ("es", 3), ("s", 3), ("e", 3), ("y", 3),
    ):  # fmt: skip
        if word.endswith(suffix) and len(word) - len(suffix) >= least and not word.endswith("ss"):
            word = word[: -len(suffix)]
            break
    if len(word) > (_CANCELLED if word[-1] == "l" else 3) and word[-1] == word[-2] and word[-1] not in "se":
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word[-1] in "eiy" else word


def negated(word: str) -> bool:
    """Whether a lower-case word denies by itself: "not", "didn't"."""
    return word in NOT or word.replace("’", "'").endswith("n't")


class _Word(Protocol):
    @property
    def lower(self) -> str: ...
    @property
    def stem(self) -> str: ...


class Words:
    """A closed list: words as they stand, and verbs in whatever form."""

    def __init__(self, words: str, verbs: str = "", also: Words | None = None) -> None:
        self.words: frozenset[str] = frozenset(words.split()) | (also.words if also else frozenset())
        self.stems: frozenset[str] = frozenset(map(stem, verbs.split())) | (also.stems if also else frozenset())

    def __contains__(self, word: _Word) -> bool:
        return word.lower in self.words or word.stem in self.stems


DENIALS = Words(" ".join(NOT) + " unable", "deny refuse decline fail")
"""What denies whatever follows it."""
LOOSE_DENIALS = Words(
    "unless hardly barely few little despite instead rather impossible unlikely unknown unclear less against otherwise "
    "except undisclosed unspecified incapacitated zero nowhere rarely seldom unchanged unlike untouched unhurt "
    "unharmed no-one hid hidden forbidden ruled yet longer absent",
    "reject lack stop ban block halt avoid prevent miss prohibit skip remove eliminate cancel exclude abandon scrap "
    "exempt dispute hide conceal cease drop",
    DENIALS,
)
"""What denies something near it, or leaves it undone."""
HEDGES = Words(
    "may might could would possibly perhaps probably likely potentially plan plans planned planning hope hopes hoped "
    "expect expects expected aim aims intend intends proposed proposes considers considering appears appear seems seem "
    "weighing seeks wants projected forecast targeting eyeing anticipated mulling"
)
"""What makes a possibility or an intention of what follows it."""
HEARSAY = Words(
    "reportedly allegedly alleged suspected unconfirmed apparently rumored rumoured purportedly supposedly believed "
    "thought accused claimed believe believes thinks suspect suspects"
)
"""What makes somebody's word of it."""
LOOSE_HEDGES = Words(
    "can should ought possible possibility potential maybe unclear unsure meant about going due bound ready able "
    "capable whether if until unless chance goal eventually managed apparently looking forecasts weigh eyed",
    "plan hope expect aim intend consider propose appear seem seek want project target anticipate "
    "mull predict prepare set risk threaten ask try bid urge offer explore believe think suggest schedule "
    "question examine suppose assume proposal",
    HEDGES,
)
"""What leaves open, in whatever way, whether something is so."""
SOURCED = Words(
    " ".join(SPEECH) + " according apparent sources whether if lawsuit complaint",
    "report suspect suspicion accuse claim allege allegation believe think deny seem appear suggest",
    HEARSAY,
)
"""What tells whose word something is, or that it is no more than that."""

# Words for the same place or body: none of them is a changed name.
_SAME = (
    "us u.s usa u.s.a united states america american americans",
    "uk u.k britain british united kingdom britons",
    "eu e.u european union europe europeans",
    "un u.n united nations",
    "france french", "germany german germans", "spain spanish spaniards", "italy italian italians",
    "china chinese beijing", "russia russian russians moscow kremlin", "japan japanese tokyo", "ireland irish",
    "netherlands dutch", "sweden swedish swedes swede", "denmark danish danes dane", "norway norwegian norwegians",
    "poland polish poles pole", "belgium belgian belgians", "austria austrian austrians", "iceland icelandic",
    "chile chilean chileans", "argentina argentine argentinian", "africa african africans", "zealand zealander",
    "greece greek greeks", "turkey turkish türkiye", "switzerland swiss", "wales welsh",
    "ukraine ukrainian ukrainians kyiv", "brazil brazilian", "mexico mexican", "canada canadian", "india indian",
    "israel israeli", "iran iranian", "iraq iraqi", "egypt egyptian", "australia australian", "portugal portuguese",
    "scotland scottish scots", "england english", "finland finnish finns", "korea korean", "kenya kenyan",
    "peru peruvian peruvians", "philippines philippine filipino filipinos", "thailand thai thais",
    "czechia czech czechs", "slovakia slovak slovaks", "serbia serbian serb serbs", "cyprus cypriot cypriots",
    "afghanistan afghan afghans", "lebanon lebanese", "malta maltese", "congo congolese", "ghana ghanaian ghanaians",
    "myanmar burma burmese",
    "d democrat democratic democrats", "r republican republicans",
    "fla florida", "ga georgia", "pa pennsylvania", "va virginia", "md maryland", "ky kentucky", "la louisiana",
    "vt vermont", "mo missouri", "ct conn connecticut", "calif california",
    "ai artificial intelligence", "ceo chief executive", "tv television", "covid coronavirus",
)  # fmt: skip
SAME: dict[str, frozenset[str]] = {}
for _line in _SAME:
    for _word in _line.split():
        SAME[_word] = SAME.get(_word, frozenset()) | frozenset(_line.split())

_ENDINGS = frozenset("ese an ian n ish i er ers ans ians ns eans ean s es".split())
_LEAST = 4
"""Letters of a name that are left at least without its ending."""


def akin(one: str, other: str) -> bool:
    """Whether one name is the other with an ending that makes a people or several of it: Taiwan, Taiwanese."""
    short, long = sorted((one, other), key=len)
    return any(
        len(bare) >= _LEAST and long.startswith(bare) and long.removeprefix(bare) in _ENDINGS
        for bare in (short, short.rstrip("aey"))
    )


# Where a government or a union sits: "if Brussels agrees".
_SEATS = (
    "brussels eu", "washington us", "london uk", "westminster uk", "paris french", "berlin german", "madrid spanish",
    "rome italian", "dublin irish", "hague dutch", "stockholm swedish", "copenhagen danish", "oslo norwegian",
    "warsaw polish", "vienna austrian", "athens greek", "ankara turkish", "bern swiss", "ottawa canadian",
    "delhi indian", "tehran iranian", "canberra australian", "lisbon portuguese", "helsinki finnish", "seoul korean",
)  # fmt: skip
SEATS: dict[str, frozenset[str]] = {}
"""For each seat the words for those whose it is, and the other way round."""
for _line in _SEATS:
    _seat, _whose = _line.split()
    SEATS[_seat] = SAME[_whose]
    for _word in SAME[_whose]:
        SEATS[_word] = SEATS.get(_word, frozenset()) | {_seat}
