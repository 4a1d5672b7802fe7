"""Slow and obvious reference of what the native core computes: every rule spelt out once more in
plain Python, from the definitions in docs/design.md and not from the Rust code.

    text -> words -> shingles -> figures of a pair -> relation -> stars -> duplicates
"""

import difflib
import functools
import string
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, groupby

import numpy as np
import xxhash
from datasketch import MinHash
from uniseg import derived, wordbreak

SHINGLE_WORDS = 5
MIN_WORDS = 20
MIN_SHARED = 30
MIN_ALIGNED = 0.8
DAY = 86_400

# Text of these alone needs no segmentation, which takes half a minute for each million characters.
PLAIN = frozenset(string.ascii_letters + " ")

# Scripts written without spaces, by the first words of a character's Unicode name, and the length
# of the n-grams that stand in for words.
UNSPACED = {
    "east": (
        3,
        (
            "CJK UNIFIED IDEOGRAPH",
            "CJK COMPATIBILITY IDEOGRAPH",
            "IDEOGRAPHIC ITERATION",
            "VERTICAL IDEOGRAPHIC ITERATION",
            "IDEOGRAPHIC NUMBER ZERO",
            "HANGZHOU",
            "HIRAGANA",
            "KATAKANA",
        ),
    ),
    "south-east": (5, ("THAI", "LAO", "KHMER", "MYANMAR")),
}
# Named after a script, but belonging to none.
COMMON = ("KATAKANA MIDDLE DOT", "KATAKANA-HIRAGANA DOUBLE HYPHEN", "THAI CURRENCY SYMBOL BAHT")


@dataclass(frozen=True)
class Article:
    id: str
    text: str
    date: int | None = None


@dataclass(frozen=True)
class Figures:
    shared: int
    size_a: int
    size_b: int

    @property
    def similarity(self) -> float:
        union = self.size_a + self.size_b - self.shared
        return self.shared / union if union else 0.0

    @property
    def containment(self) -> float:
        smaller = min(self.size_a, self.size_b)
        return self.shared / smaller if smaller else 0.0


@dataclass(frozen=True)
class Match:
    id_a: str
    id_b: str
    relation: str
    similarity: float
    containment: float


@dataclass(frozen=True)
class Duplicate:
    id: str
    duplicate_of: str
    relation: str
    similarity: float
    containment: float


# --- words ---------------------------------------------------------------------------------------


def normalise(text: str) -> str:
    composed = unicodedata.normalize("NFKC", text)
    return composed.replace("\u2018", "'").replace("\u2019", "'").replace("\u02bc", "'")


def unspaced_group(character: str) -> str | None:
    name = unicodedata.name(character, "")
    for group, (_, prefixes) in UNSPACED.items():
        if name.startswith(prefixes) and name not in COMMON:
            return group
    return None


def is_word(segment: str) -> bool:
    """Whether a segment holds an alphanumeric character: Alphabetic, or of a number category."""
    return any(derived.alphabetic(c) or unicodedata.category(c)[0] == "N" for c in segment)


def segments(text: str) -> Iterator[tuple[str, str | None]]:
    """The parts that are words, joined where they are neighbours of one unspaced group.

    Blanks part words whatever follows: UAX #29 would let a mark without a letter sit on a blank.
    """
    chunks = text.replace("\t", " ").split(" ")
    parts = (part for chunk in chunks for part in (*wordbreak.words(chunk), " "))
    for group, neighbours in groupby(parts, segment_group):
        if group in UNSPACED:
            yield "".join(neighbours), group
        elif group == "spaced":
            yield from ((segment, None) for segment in neighbours)


def segment_group(segment: str) -> str | None:
    return (unspaced_group(segment[0]) or "spaced") if is_word(segment) else None


@functools.lru_cache(maxsize=100_000)
def words(text: str) -> tuple[str, ...]:
    if PLAIN.issuperset(text):
        return tuple(text.lower().split())
    found: list[str] = []
    for run, group in segments(normalise(text)):
        size = UNSPACED[group][0] if group else len(run)
        grams = (run[i : i + size] for i in range(max(1, len(run) - size + 1)))
        # Folded last: a folded letter may be of another class than the one that UAX #29 saw.
        found += [gram.casefold() for gram in grams]
    return tuple(found)


# --- shingles and signatures ---------------------------------------------------------------------


def shingles_of_words(sequence: Sequence[str]) -> list[str]:
    if not sequence:
        return []
    last = max(1, len(sequence) - SHINGLE_WORDS + 1)
    return list(dict.fromkeys(" ".join(sequence[i : i + SHINGLE_WORDS]) for i in range(last)))


def shingles(text: str) -> list[str]:
    return shingles_of_words(words(text))


@functools.lru_cache(maxsize=100_000)
def shingle_set(text: str) -> frozenset[str]:
    return frozenset(shingles(text))


def shingle_hash(data: bytes) -> int:
    return int(xxhash.xxh3_64_intdigest(data)) & 0xFFFF_FFFF


def minhash(text: str, num_perm: int = 128, seed: int = 1) -> MinHash:
    sketch = MinHash(num_perm=num_perm, seed=seed, scheme="affine32", hashfunc=shingle_hash)
    for shingle in shingles(text):
        sketch.update(shingle.encode())
    return sketch


def signatures(texts: Sequence[str], num_perm: int = 128, seed: int = 1) -> np.ndarray:
    return np.array([minhash(text, num_perm, seed).hashvalues for text in texts])


# --- a pair --------------------------------------------------------------------------------------


def figures(text_a: str, text_b: str) -> Figures:
    set_a, set_b = shingle_set(text_a), shingle_set(text_b)
    return Figures(len(set_a & set_b), len(set_a), len(set_b))


def same_template(words_a: Sequence[str], words_b: Sequence[str]) -> bool:
    """Whether two texts are one form filled in with other figures. Without figures they are not;
    texts that have some are the matter of test_verify, not of this oracle."""
    figures_a = [word for word in words_a if any(map(str.isnumeric, word))]
    assert not figures_a, "the oracle takes texts without figures"
    return False


@functools.lru_cache(maxsize=100_000)
def aligned_share(words_a: tuple[str, ...], words_b: tuple[str, ...]) -> float:
    """The share of the longer text's words that the other has in the same order."""
    diff = difflib.SequenceMatcher(None, words_a, words_b, autojunk=False)
    aligned = sum(block.size for block in diff.get_matching_blocks())
    return aligned / max(len(words_a), len(words_b))


def edited_all_over(words_a: tuple[str, ...], words_b: tuple[str, ...]) -> bool:
    """Whether two texts are alike word by word, though few of their shingles survive the edits.

    Diffs of two sorts may align a few words more or less; texts so near the bar are no test.
    """
    if min(len(words_a), len(words_b)) < MIN_ALIGNED * max(len(words_a), len(words_b)):
        return False
    share = aligned_share(words_a, words_b)
    if abs(share - MIN_ALIGNED) < 0.02:
        raise BorderlineError(share)
    return share >= MIN_ALIGNED


class BorderlineError(Exception):
    """The oracle cannot tell: another diff may see it otherwise."""


def days_apart(a: Article, b: Article) -> float:
    return 0 if a.date is None or b.date is None else abs(a.date - b.date) / DAY


def relation(a: Article, b: Article) -> str | None:
    words_a, words_b = words(a.text), words(b.text)
    if words_a and words_a == words_b:
        return "exact"
    if min(len(words_a), len(words_b)) < MIN_WORDS or same_template(words_a, words_b):
        return None
    pair = figures(a.text, b.text)
    weak = days_apart(a, b) >= 2
    bar = 0.7 if pair.shared < MIN_SHARED or weak else 1 / 3
    enough = pair.containment >= bar
    if enough and pair.shared >= max(pair.size_a, pair.size_b) / 2:
        return "syndicated"
    if pair.containment >= 0.2 and not weak and edited_all_over(words_a, words_b):
        return "syndicated"
    return "excerpt" if enough else None


# --- a corpus ------------------------------------------------------------------------------------


def match_of(a: Article, b: Article, kind: str) -> Match:
    pair = figures(a.text, b.text)
    first, second = sorted((a.id, b.id), key=str.encode)
    return Match(first, second, kind, pair.similarity, pair.containment)


def partner(match: Match, name: str) -> str:
    return match.id_b if match.id_a == name else match.id_a


def is_shorter(a: Article, b: Article) -> bool:
    """Whether `a` is the one that may go when the two are an excerpt and what holds it."""

    def length(article: Article) -> tuple[int, int]:
        return len(shingle_set(article.text)), len(words(article.text))

    if length(a) != length(b):
        return length(a) < length(b)
    return a.id.encode() > b.id.encode()


class Corpus:
    """A pass over articles in input order: `matches` by ids, and `duplicates` by id."""

    def __init__(
        self,
        articles: Sequence[Article],
        keep: str | None = None,
        drop: Sequence[str] = ("exact", "syndicated", "excerpt"),
    ) -> None:
        self.articles = {article.id: article for article in articles}
        self.position = {article.id: i for i, article in enumerate(articles)}
        dated = any(article.date is not None for article in articles)
        self.keep = keep or ("earliest" if dated else "longest")
        self.drop = drop
        self.copies = self.exact_groups()
        originals = [article for article in articles if article.id not in self.copies]
        self.matches = [
            match_of(a, b, kind)
            for a, b in combinations(originals, 2)
            if (kind := relation(a, b)) is not None
        ]
        self.duplicates = self.stars(originals)
        self.place_copies()
        self.matches.sort(key=lambda match: (match.id_a.encode(), match.id_b.encode()))
        self.duplicates.sort(key=lambda duplicate: duplicate.id.encode())

    def exact_groups(self) -> dict[str, str]:
        """Each copy with the first, by the keep rule, of those that have its words."""
        first: dict[tuple[str, ...], str] = {}
        copies = {}
        for article in sorted(self.articles.values(), key=self.keep_rank):
            sequence = words(article.text)
            if sequence and first.setdefault(sequence, article.id) != article.id:
                copies[article.id] = first[sequence]
        return copies

    def keep_rank(self, article: Article) -> tuple[object, ...]:
        date, tie = article.date, (-len(words(article.text)), article.id.encode())
        if self.keep == "earliest":
            return (date is None, date or 0, *tie)
        if self.keep == "latest":
            return (date is None, -(date or 0), *tie)
        return tie if self.keep == "longest" else (self.position[article.id],)

    def containers(self, name: str) -> list[str]:
        """The articles that the one named is an excerpt of."""
        others = [
            partner(match, name)
            for match in self.matches
            if match.relation == "excerpt" and name in (match.id_a, match.id_b)
        ]
        return [o for o in others if is_shorter(self.articles[name], self.articles[o])]

    def excerpt_depth(self, name: str) -> int:
        if "excerpt" not in self.drop:
            return 0
        return max((1 + self.excerpt_depth(other) for other in self.containers(name)), default=0)

    def stars(self, articles: Sequence[Article]) -> list[Duplicate]:
        """Keep or drop each article, those most worth keeping first."""
        kept: set[str] = set()
        dropped = []
        order = sorted(articles, key=lambda a: (self.excerpt_depth(a.id), self.keep_rank(a)))
        for article in order:
            reasons = [match for match in self.matches if self.drops(match, article.id, kept)]
            if reasons:
                dropped.append(self.best(reasons, article.id))
            else:
                kept.add(article.id)
        return dropped

    def drops(self, match: Match, name: str, kept: set[str]) -> bool:
        if name not in (match.id_a, match.id_b) or match.relation not in self.drop:
            return False
        other = partner(match, name)
        return other in kept and (match.relation != "excerpt" or other in self.containers(name))

    def best(self, reasons: list[Match], name: str) -> Duplicate:
        def rank(match: Match) -> tuple[object, ...]:
            closeness = ("exact", "syndicated", "excerpt").index(match.relation)
            other = partner(match, name).encode()
            return (closeness, -match.similarity, -match.containment, other)

        match = min(reasons, key=rank)
        other = partner(match, name)
        return Duplicate(name, other, match.relation, match.similarity, match.containment)

    def place_copies(self) -> None:
        """A copy goes where its original goes; or for its original, if that is kept."""
        dropped = {duplicate.id: duplicate for duplicate in self.duplicates}
        for name, original in self.copies.items():
            copy = self.articles[name]
            self.matches.append(match_of(copy, self.articles[original], "exact"))
            if original in dropped:
                reason = dropped[original]
                kept = self.articles[reason.duplicate_of]
                self.matches.append(match_of(copy, kept, reason.relation))
                self.duplicates.append(replace(reason, id=name))
            elif "exact" in self.drop:
                self.duplicates.append(Duplicate(name, original, "exact", 1.0, 1.0))
