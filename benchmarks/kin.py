"""Makes what the checks know of words: which mean the same, which are opposites, which stand near each other.

benchmarks/kin.py WORDNET MODEL TOKENIZER

WORDNET is the folder of Princeton's WordNet 3.0 (`data.noun` …, Debian's `wordnet-base`); MODEL and TOKENIZER are
`model.onnx` and `tokenizer.json` of all-MiniLM-L6-v2. Needs numpy, onnxruntime and tokenizers, none of which the
product needs for it: what comes out is a table of small integers in `pipeline/checks/data/kin.npz`.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from wordfreq import top_n_list

OUT = Path(__file__).parent.parent / "pipeline" / "checks" / "data" / "kin.npz"
WORDS, PLACED, SIZE = 36_000, 26_000, 64
"""Words known; of those, how many have a place, and in how many dimensions."""
SENSES = 6
"""The most frequent senses of a word; rarer ones make everything the same as everything."""
_ENDINGS = {
    "noun": (("s", ""), ("ses", "s"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"), ("men", "man"), ("ies", "y")),
    "verb": (
        ("s", ""), ("ies", "y"), ("es", "e"), ("es", ""), ("ed", "e"), ("ed", ""), ("ing", "e"), ("ing", ""),
        ("ied", "y"),
    ),
    "adj": (("er", ""), ("est", ""), ("er", "e"), ("est", "e"), ("ier", "y"), ("iest", "y")),
    "adv": (),
}  # fmt: skip

Key = tuple[str, str]


def main() -> None:
    words = [w for w in top_n_list("en", 60_000) if re.fullmatch(r"[a-z]{2,}", w)][:WORDS]
    tables = thesaurus(Path(sys.argv[1]), words)
    np.savez_compressed(OUT, words=np.array("\n".join(words)), places=places(words[:PLACED]), **tables)


def thesaurus(folder: Path, words: list[str]) -> dict[str, Any]:
    """For each word its synsets, for each synset its parents, and the pairs of opposites and of derived words.

    Synsets are in the order adjectives, nouns, adverbs, verbs; `parts` is where the last three begin.
    """
    at = {word: i for i, word in enumerate(words)}
    senses: dict[int, list[Key]] = defaultdict(list)
    lemmas: dict[Key, list[str]] = {}
    pointers: list[tuple[str, Key, int, Key, int]] = []
    bases: dict[str, dict[str, list[Key]]] = defaultdict(dict)
    for pos in ("noun", "verb", "adj", "adv"):
        letter = "r" if pos == "adv" else pos[0]
        for line in (folder / f"data.{pos}").read_text().splitlines():
            if line.startswith("  "):
                continue
            f = line.split(" | ")[0].split()
            key = (letter, f[0])
            count = int(f[3], 16)
            lemmas[key] = [re.sub(r"\(.*\)", "", f[4 + 2 * i].lower()) for i in range(count)]
            k = 4 + 2 * count
            for i in range(int(f[k])):
                sign, offset, other, places_ = f[k + 1 + 4 * i : k + 5 + 4 * i]
                target = ("a" if other == "s" else other, offset)
                pointers.append((sign, key, int(places_[:2], 16), target, int(places_[2:], 16)))
        for line in (folder / f"index.{pos}").read_text().splitlines():
            if not line.startswith("  "):
                f = line.split()
                bases[pos][f[0]] = [(letter, o) for o in f[-int(f[2]) :]][:SENSES]
        irregular = [line.split()[:2] for line in (folder / f"{pos}.exc").read_text().splitlines()]
        forms = defaultdict(list)
        for form, base in irregular:
            forms[form].append(base)
        for word, i in at.items():
            found = [word] if word in bases[pos] else []
            found += forms.get(word) or [
                word.removesuffix(a) + b for a, b in _ENDINGS[pos] if word.endswith(a) and len(word) > len(a) + 1
            ]
            # "planned" is of "plan": a doubled letter goes with its ending.
            found += [f[:-1] for f in found if len(f) > 3 and f[-1] == f[-2] and f not in bases[pos]]
            for base in dict.fromkeys(found):
                senses[i] += bases[pos].get(base, [])
    used = sorted({key for keys in senses.values() for key in keys})
    number = {key: n for n, key in enumerate(used)}
    having: dict[Key, set[int]] = defaultdict(set)
    for i, keys in senses.items():
        for key in keys:
            having[key].add(i)
    parents: dict[Key, set[Key]] = defaultdict(set)
    opposed: set[tuple[Key, Key]] = set()
    derived: set[tuple[Key, Key]] = set()
    for sign, key, _, target, _ in pointers:
        if sign in ("@", "@i") or (sign == "&" and key[0] == "a"):
            parents[key].add(target)
        if sign == "!":
            opposed.add((key, target))
        if sign in ("+", "\\", "<"):
            derived.add((key, target))
    parts = np.searchsorted([key[0] for key in used], ["n", "r", "v"])
    return {
        "parts": parts.astype(np.int32),
        "senses": _rows([[number[k] for k in dict.fromkeys(senses[i])] for i in range(len(words))]),
        "parents": _rows([[number[p] for p in sorted(parents[k]) if p in number] for k in used]),
        "opposed": _pairs(opposed, number),
        "derived": _pairs(derived, number),
    }


def _rows(rows: list[list[int]]) -> np.ndarray[Any, Any]:
    """Rows of different lengths in one array: their lengths, then their values."""
    lengths = [len(row) for row in rows]
    return np.array([len(rows), *lengths, *(v for row in rows for v in row)], dtype=np.int32)


def _pairs(pairs: set[tuple[Key, Key]], number: dict[Key, int]) -> np.ndarray[Any, Any]:
    kept = sorted({(number[a], number[b]) for a, b in pairs if a in number and b in number and a < b})
    return np.array(kept, dtype=np.int32)


def places(words: list[str]) -> np.ndarray[Any, Any]:
    """Each word read alone by the model, in its main directions, as bytes."""
    import onnxruntime
    from tokenizers import Tokenizer

    tokens = Tokenizer.from_file(sys.argv[3])
    tokens.no_padding()
    ids = [tokens.encode(word).ids for word in words]
    model = onnxruntime.InferenceSession(sys.argv[2])
    found = np.zeros((len(words), 384), np.float32)
    order = sorted(range(len(words)), key=lambda i: len(ids[i]))
    for first in range(0, len(order), 256):
        some = order[first : first + 256]
        width = max(len(ids[i]) for i in some)
        asked = np.zeros((len(some), width), np.int64)
        mask = np.zeros((len(some), width), np.int64)
        for row, i in enumerate(some):
            asked[row, : len(ids[i])] = ids[i]
            mask[row, : len(ids[i])] = 1
        feed = {"input_ids": asked, "attention_mask": mask, "token_type_ids": np.zeros_like(asked)}
        read = model.run(None, feed)[0]
        found[some] = (read * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
    unit = found / np.linalg.norm(found, axis=1, keepdims=True)
    unit -= unit.mean(0)
    _, _, directions = np.linalg.svd(unit[:20_000], full_matrices=False)
    small = unit @ directions[:SIZE].T
    small /= np.linalg.norm(small, axis=1, keepdims=True)
    found_places: np.ndarray[Any, Any] = np.round(small * 127 / np.abs(small).max()).astype(np.int8)
    return found_places


if __name__ == "__main__":
    main()
