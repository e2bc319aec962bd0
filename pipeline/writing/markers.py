"""The words by which a text shows its other side, and an explanation, in each language a newsroom may write.

An article may be in another language than its newsroom, so all of them are looked for in every text.
"""

from __future__ import annotations

import re

_OTHER_SIDE = {
    "en": r"den(?:y|ied|ies)|declined|did not (?:respond|admit|comment)|dispute[sd]?|reject(?:s|ed)?|critics?|"
    r"spokes(?:man|woman|person)|in a statement|however|according to",
    "de": r"bestreite[tn]|bestritt(?:en)?|dementier\w+|weist\b[^.]{0,80}\bzurück|wies(?:en)?\b[^.]{0,80}\bzurück|"
    r"widersprach(?:en)?|widerspricht|(?:wollte|antwortete)\w* (?:sich )?nicht|kritiker\w*|sprecher(?:in)?|"
    r"in einer (?:erklärung|mitteilung)|allerdings|jedoch|laut|zufolge",
    "es": r"nieg(?:a|an)|neg(?:ó|aron)|desmi(?:ente|enten|ntió|ntieron)|rechaz(?:a|an|ó|aron)|no (?:quiso|respondió|"
    r"comentó|contestó)|críticos|portavo(?:z|ces)|en un comunicado|sin embargo|según",
    "fr": r"ni(?:e|ent|é)|dément(?:i|ent)?|contest(?:e|ent|é)|rejet(?:te|tent|é)|réfut(?:e|ent|é)|"
    r"n['’](?:a|ont) pas (?:répondu|souhaité|voulu|commenté)|critiques|porte-parole|dans un communiqué|"
    r"cependant|toutefois|pourtant|selon|d['’]après",
}
OTHER_SIDE = re.compile(rf"\b(?:{'|'.join(_OTHER_SIDE.values())})\b", re.IGNORECASE)
"""What an accused, a doubter or a speaker of the other side is told by."""

_PLAIN = r"[^,.;:!?()“”„«»\"]"
_EXPLAINED = {
    "en": r",[”\"]? (?:which (?:is|are|means?)|meaning|that is|or|"
    r"(?=(?:an?|the) [\w-]+(?: [\w-]+){0,3} (?:that|which|who|for|of|where)\b)) ?"
    rf"(?P<plain>{_PLAIN}{{8,160}})",
    # A German explanation goes on after a comma: "ein Programm, das jeden Tastendruck aufschreibt".
    "de": r",[“\"]? (?:also|das heißt,?|das (?:ist|sind)|"
    r"(?=eine?[nmrs]? [\w-]+(?: [\w-]+){0,3}, (?:d\w{2,4}|\w+ d\w{2,4}) )) ?"
    rf"(?P<plain>{_PLAIN}{{4,160}}(?:, (?:d(?:er|ie|as|en|em|eren|essen)|(?:mit|in|aus|auf|bei|von) de[rmn]|was|wie)"
    rf" {_PLAIN}{{4,160}})?)",
    "es": r",[»\"]? (?:es decir,?|o sea,?|que (?:es|son|significa)|"
    rf"(?=(?:una?s?|los|las|el|la) [\w-]+(?: [\w-]+){{0,3}} (?:que|de|para|donde)\b)) ?(?P<plain>{_PLAIN}{{8,160}})",
    "fr": r",(?:\s?»)? (?:c['’]est-à-dire,?|soit|qui (?:est|sont|signifie)|"
    rf"(?=(?:une?|des|les|le|la) [\w-]+(?: [\w-]+){{0,3}} (?:qui|que|de|pour|où)\b)) ?(?P<plain>{_PLAIN}{{8,160}})",
    "in brackets": r"(?<=\w) \((?!(?:like|as if|wie|als ob|como|comme)\b)(?P<inside>[^()]{8,160})\)",
}
EXPLAINED = tuple(re.compile(pattern, re.IGNORECASE) for pattern in _EXPLAINED.values())
"""What leads from a term to its explanation, which is `plain`, or `inside` brackets."""

LITTLE = frozenset(
    "der die das den dem des ein eine einen einem einer eines und oder mit von vom zu zum zur im in am an auf für bei "
    "el la los las un una unos unas y o con de del en por para al su sus "
    "le les l une des du et ou avec dans pour par sur au aux son sa ses".split()
)
"""Articles and prepositions that a term does not begin with, English ones aside."""
