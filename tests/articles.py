"""Test articles from a seeded vocabulary, and what newsrooms do to them: headlines, cuts, edits."""

import random
from collections.abc import Sequence

SYLLABLES = [consonant + vowel for consonant in "bcdfghklmnprstvwz" for vowel in "aeiou"]


def vocabulary(size: int = 6_000, seed: int = 7) -> list[str]:
    """Distinct words of letters only: texts made of them have no figures a template could fill.

    Nor stop words: no language has any that ends so. Their language stays unknown, and no stemmer
    changes them.
    """
    rng = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < size:
        found["".join(rng.choices(SYLLABLES, k=rng.randint(2, 4))) + "x"] = None
    return list(found)


WORDS = vocabulary()


def word_list(rng: random.Random, length: int) -> list[str]:
    return rng.choices(WORDS, k=length)


def prose(words: Sequence[str], per_sentence: int = 14) -> str:
    """Words as sentences, with the capitals and stops that normalisation takes away again."""
    starts = range(0, len(words), per_sentence)
    return " ".join(" ".join(words[i : i + per_sentence]).capitalize() + "." for i in starts)


def article(seed: int, length: int = 200) -> str:
    return prose(word_list(random.Random(seed), length))


def paragraphs(seed: int, count: int = 5, length: int = 50) -> list[str]:
    rng = random.Random(seed)
    return [prose(word_list(rng, length)) for _ in range(count)]


def substitute(rng: random.Random, words: Sequence[str], times: int) -> list[str]:
    """The words with some, far enough apart or not, replaced by others."""
    edited = list(words)
    for i in rng.sample(range(len(edited)), k=min(times, len(edited))):
        edited[i] = rng.choice(WORDS)
    return edited


def cut(rng: random.Random, words: Sequence[str], length: int) -> list[str]:
    """`length` consecutive words from somewhere in the article."""
    start = rng.randint(0, max(0, len(words) - length))
    return list(words[start : start + length])


def retyped(words: Sequence[str]) -> str:
    """The same words with other punctuation, case and line ends: an exact copy all the same."""
    return "\r\n".join(" - ".join(words[i : i + 9]).upper() for i in range(0, len(words), 9)) + "!"


def with_similarity(rng: random.Random, shared: int, own: int) -> tuple[str, str]:
    """Two texts that share `shared` shingles and have `own` apart each, `own` at least 5:
    similarity is shared / (shared + 2 own).

    A common run of shared + 4 words has `shared` shingles, and every other word appended adds one.
    """
    common = word_list(rng, shared + 4)
    return tuple(" ".join(common + word_list(rng, own)) for _ in "ab")  # type: ignore[return-value]
