"""Slow and obvious reference of what the native core computes: every rule spelt out once more in
plain Python, from the definitions in docs/design.md and not from the Rust code.

    text -> words -> shingles -> figures of a pair ----------------> relation -> stars -> duplicates
                  -> stories  -> features of a pair -> probabilities ^
    corpus -> holders of shingles -> furniture ^
"""

import difflib
import functools
import html.entities
import json
import math
import re
import string
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, groupby, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import xxhash
from datasketch import MinHash
from uniseg import derived, wordbreak

import dedup

SHINGLE_WORDS = 5
MIN_WORDS = 20
DAY = 86_400

# The score from which on two are flagged, and the coverage from which on one of them may go; the
# days that two may be apart of which one tells the other anew.
MIN_SCORE = 0.7
MIN_COVERED = 0.85
WINDOW_DAYS = 3

# What makes a copy, and what an edited one.
MIN_CONTAINMENT = 1 / 3
MIN_CONTAINMENT_OF_FEW = 0.7
MIN_SHARED = 30
MIN_CONTAINMENT_OF_EDITED = 0.2
MIN_ALIGNED = 0.8

# Furniture: stories that hold it, the words that may lie between two pieces of it, and the slots of
# 128 that agree in the signatures of articles which are one story.
MANY = 3
MAX_BETWEEN = 64
SAME_TEXT = 83

# A story: sentences that are its lead, terms that it is about, places of a word that are looked at,
# and the share of its words that a sentence has in common with another, to be no news or to stand
# there whole.
LEAD = 3
SUBJECTS = 6
MAX_PLACES = 12
MIN_TOLD = 0.3
MOSTLY_TOLD = 0.6
MODELS = json.loads((Path(dedup.__file__).parent / "model.json").read_text(encoding="utf-8"))

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
    source: str | None = None


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
    """`score` and `covered` of either by the other have no part in comparisons: they are no exact
    figures."""

    id_a: str
    id_b: str
    relation: str
    similarity: float
    containment: float
    may_go: str | None
    score: float = field(default=0.0, compare=False)
    covered: tuple[float, float] = field(default=(0.0, 0.0), compare=False)


@dataclass(frozen=True)
class Duplicate:
    id: str
    duplicate_of: str
    relation: str
    similarity: float
    containment: float


@dataclass(frozen=True)
class Version:
    id: str
    relation: str
    similarity: float
    containment: float
    dropped: bool


# --- markup --------------------------------------------------------------------------------------

# The elements of HTML that may stand inside a word, in the line, and in lines of their own.
INLINE = """a abbr acronym b bdi bdo big blink cite code data del dfn em font i ins kbd mark nobr q
    ruby s samp small span strike strong sub sup time tt u var wbr"""
BOXES = """applet area audio base basefont button canvas datalist embed iframe image img input label
    link map math meta meter noembed noframes noscript object output param picture progress rp rt
    script select slot source style svg template textarea track video"""
BLOCKS = """address article aside blockquote body br caption center col colgroup dd details dialog
    dir div dl dt fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head
    header hgroup hr html legend li listing main marquee menu nav ol optgroup option p pre search
    section summary table tbody td tfoot th thead title tr ul xmp"""
# What stands for each.
SHOWN = {
    **dict.fromkeys(INLINE.split(), ""),
    **dict.fromkeys(BOXES.split(), " "),
    **dict.fromkeys(BLOCKS.split(), "\n"),
}
HIDDEN = ["script", "style", "template", "svg"]
CUSTOM = re.compile(r"[a-z][a-z0-9-]*-[a-z0-9-]*(?<!-)|(o|v|w|st1|fb):[a-z0-9:-]+", re.I)

BLANKS = re.compile(r"[ \t\n\r\f]*")
TAG_NAME = re.compile(r"[a-z][a-z0-9:-]*", re.I)
ATTRIBUTE = re.compile(r"""[a-z_:@"'][^ \t\n\r\f/>=<]*""", re.I)
UNQUOTED = re.compile(r"""[^ \t\n\r\f<>"'`]*""")
REFERENCE = re.compile(r"&(?:#([0-9]+)|#[xX]([0-9a-fA-F]+)|([a-zA-Z0-9]+));")
NAMED = {**html.entities.name2codepoint, "apos": ord("'")}


def shown(text: str) -> str:
    """The text as a browser shows it, if there is HTML in it."""
    parts = []
    at = 0
    section = -1
    while at < len(text):
        if at == section:
            part, end = " ", at + 3
        elif text.startswith("<![CDATA[", at):
            part, end = " ", at + 9
            if section < at:
                section = text.find("]]>", at)
        elif text[at] == "<" and (found := markup(text, at)):
            part, end = found
        elif reference := REFERENCE.match(text, at):
            part, end = character(*reference.groups()), reference.end()
        else:
            part, end = text[at], at + 1
        parts.append(part)
        at = end
    return "".join(parts)


def character(decimal: str | None, hexadecimal: str | None, name: str | None) -> str:
    if name:
        return chr(NAMED[name]) if name in NAMED else f"&{name};"
    number = int(decimal) if decimal else int(hexadecimal or "", 16)
    if 0x80 <= number < 0xA0:
        number = ord(bytes([number]).decode("cp1252", "ignore") or chr(number))
    valid = 0 < number < 0x11_0000 and not 0xD800 <= number < 0xE000
    return chr(number) if valid else "\ufffd"


def markup(text: str, start: int) -> tuple[str, int] | None:
    """What the markup at a < shows, and where it ends."""
    if text.startswith("<!--", start):
        end = text.find("-->", start + 2)
        return ("", end + 3) if end >= 0 else None
    if found := re.compile(r"<[!?][a-zA-Z\[][^<>\x7f]*>").match(text, start):
        return " ", found.end()
    if found := re.compile(r"</([^ \t\n\r\f>]*)[ \t\n\r\f]*(>|\Z)").match(text, start):
        part = shown_for(found[1])
        return None if part is None else (part, found.end())
    found = TAG_NAME.match(text, start + 1)
    part = shown_for(found[0]) if found else None
    end = tag_end(text, found.end(), len(found[0]) == 1) if found and part is not None else None
    if found is None or part is None or end is None or "\x7f" in text[start:end]:
        return None
    name = found[0].lower()
    if name in HIDDEN and not text[:end].endswith("/>"):
        close = re.compile(rf"</{name}(?![a-zA-Z0-9])", re.I).search(text, end)
        if close:
            end = text.find(">", close.start()) + 1 or len(text)
    return part, end


def shown_for(name: str) -> str | None:
    return " " if CUSTOM.fullmatch(name) else SHOWN.get(name.lower())


def tag_end(text: str, at: int, one_letter: bool) -> int | None:
    """Where a tag ends whose name ends at a place, if what follows are attributes."""
    named = valued = quoted = False
    for _ in range(100):
        begin = BLANKS.match(text, at).end()  # type: ignore[union-attr]
        if begin == len(text):
            return begin if valued else None
        if close := re.compile(r"(/[ \t\n\r\f]*)?>").match(text, begin):
            return close.end() if valued or not named or not one_letter else None
        attribute = ATTRIBUTE.match(text, begin)
        if not attribute or (begin == at and not quoted):
            return None
        named, quoted, at = True, False, attribute.end()
        if equals := re.compile(r"[ \t\n\r\f]*=[ \t\n\r\f]*").match(text, at):
            valued, at = True, equals.end()
            if quote := re.compile("[\"']").match(text, at):
                close_quote = text.find(quote[0], at + 1)
                if close_quote < 0:
                    return None if re.search("[<>]", text[at:]) else len(text)
                quoted, at = True, close_quote + 1
            else:
                at = UNQUOTED.match(text, at).end()  # type: ignore[union-attr]
    return None


# --- words ---------------------------------------------------------------------------------------


def is_invisible(character: str) -> bool:
    """Whether it shows nothing by itself, or, the tatweel, only makes a word longer."""
    ignorable: bool = derived.default_ignorable_code_point(character)
    return ignorable or character in "\x7f\u0640\ufff9\ufffa\ufffb"


def visible(text: str) -> str:
    return "".join(character for character in text if not is_invisible(character))


def normalise(text: str) -> str:
    """NFKC without what is not seen, which may stand between a letter and its accent."""
    seen = visible(unicodedata.normalize("NFKD", text))
    composed = unicodedata.normalize("NFC", seen)
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
    for run, group in segments(normalise(shown(text))):
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


def seconds_after(later: int, earlier: int) -> int:
    """From the end of the earlier to the first of the later. A midnight is a day without a time,
    which ends a day later."""
    return max(0, later - (earlier if earlier % DAY else earlier + DAY))


def time_between(a: int | None, b: int | None) -> int | None:
    """Seconds from b to a, below zero when a came first; None when either is not known."""
    if a is None or b is None:
        return None
    time = seconds_after(max(a, b), min(a, b))
    if time == 0 and a != b and min(a, b) % DAY == 0 and abs(a - b) == DAY:
        time = 1  # days that touch: the one came after the other
    return time if a >= b else -time


def days_between(date_a: int, date_b: int) -> float:
    return seconds_after(max(date_a, date_b), min(date_a, date_b)) / DAY


def days_apart(a: Article, b: Article) -> float:
    return 0 if a.date is None or b.date is None else days_between(a.date, b.date)


def wording(a: Article, b: Article) -> str | None:
    """What two articles would be to each other by their words and shingles alone, if they are
    versions of one story; None if they are too short to tell."""
    words_a, words_b = words(a.text), words(b.text)
    if words_a and words_a == words_b:
        return "exact"
    if min(len(words_a), len(words_b)) < MIN_WORDS:
        return None
    pair = figures(a.text, b.text)
    few = pair.shared < MIN_SHARED
    enough = pair.containment >= (MIN_CONTAINMENT_OF_FEW if few else MIN_CONTAINMENT)
    if enough and pair.shared >= max(pair.size_a, pair.size_b) / 2:
        return "syndicated"
    if pair.containment >= MIN_CONTAINMENT_OF_EDITED and edited_all_over(words_a, words_b):
        return "syndicated"
    return "excerpt" if enough else "rewritten"


# --- stories -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Token:
    """A content word where it stands."""

    stem: int
    sentence: int
    start: int
    end: int
    is_name: bool
    is_quoted: bool


QUOTATION_MARKS = '"\u201c\u201d\u201e\u00ab\u00bb'
# A full stop or its like, what closes behind it, and blanks, unless a small letter follows; or a
# new line.
SENTENCE_END = re.compile(rf"[.!?\u2026][)\]'\u2019{QUOTATION_MARKS}]*\s+(?=(\S))|\s*\n\s*")


def sentences(text: str) -> list[tuple[int, int]]:
    """Where each begins and ends, the blanks behind it left out."""
    ends = [
        cut.end()
        for cut in SENTENCE_END.finditer(text)
        if "\n" in cut[0] or not (cut[1] or "").islower()
    ]
    bounds = list(zip([0, *ends], [*ends, len(text)], strict=True))
    return [(start, start + len(text[start:end].rstrip())) for start, end in bounds]


def is_quoted(text: str, place: int) -> bool:
    """Whether an odd number of quotation marks stands before, on the line."""
    line = text[text.rfind("\n", 0, place) + 1 : place]
    return sum(mark in QUOTATION_MARKS for mark in line) % 2 == 1


def stem(word: str) -> int:
    """A number for each word, odd for figures; no stemmer knows the words of these tests."""
    if any(map(str.isnumeric, word)):
        return shingle_hash(re.sub("[,']", "", word).encode()) | 1
    return shingle_hash(word.encode()) & ~1


@functools.lru_cache(maxsize=1_000)
def outline(text: str) -> tuple[Token, ...]:
    """The words of a text of which none is a stop word, parted by blanks, with punctuation only
    before and behind them. The quotation marks are those that look the same at both ends."""
    tokens = []
    for sentence, (first, last) in enumerate(sentences(text)):
        for found in re.finditer(r"\w(\S*\w)?", text[first:last]):
            start, end = first + found.start(), first + found.end()
            (word,) = words(found[0])
            opens = start == first or text[start - 1] in QUOTATION_MARKS
            opens |= not any(character.isalnum() for character in text[first:start])
            is_name = found[0][0].isupper() and not opens
            quoted = is_quoted(text, start)
            tokens.append(Token(stem(word), sentence, start, end, is_name, quoted))
    return tuple(tokens)


def stems(tokens: Iterable[Token]) -> set[int]:
    return {token.stem for token in tokens}


def names(tokens: Sequence[Token]) -> set[int]:
    """What stands with a capital inside a sentence, once at least."""
    return {stem for stem in stems(t for t in tokens if t.is_name) if stem % 2 == 0}


def looked_at(tokens: Sequence[Token]) -> list[Token]:
    """The first of each sort."""
    places: Counter[int] = Counter()
    found = []
    for token in tokens:
        places[token.stem] += 1
        if places[token.stem] <= MAX_PLACES:
            found.append(token)
    return found


def in_order(a: Sequence[Token], b: Sequence[Token]) -> int:
    """The longest common subsequence, by the textbook's table. What stands in one alone is left
    out, which changes nothing but the size of the table."""
    both = stems(a) & stems(b)
    return longest_common(
        *(
            tuple(token.stem for token in looked_at(tokens) if token.stem in both)
            for tokens in sorted((a, b), key=len)
        )
    )


@functools.lru_cache(maxsize=1_000)
def longest_common(row_stems: tuple[int, ...], column_stems: tuple[int, ...]) -> int:
    above = [0] * (len(column_stems) + 1)
    for stem in row_stems:
        row = [0]
        for column, other in enumerate(column_stems):
            row.append(above[column] + 1 if stem == other else max(above[column + 1], row[column]))
        above = row
    return above[-1]


def by_sentence(tokens: Iterable[Token]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for token in tokens:
        found.setdefault(token.sentence, set()).add(token.stem)
    return found


def aligned(story: Sequence[Token], other: Sequence[Token]) -> Iterator[tuple[int, int, int, int]]:
    """Each sentence of a story, how many words it has, the sentence of the other that has most of
    them, the first of several, and how many that has."""
    told = by_sentence(looked_at(other))
    for sentence, own in by_sentence(story).items():
        best = max(told, key=lambda it: (len(own & told[it]), -it))
        yield sentence, len(own), best, len(own & told[best])


# --- furniture -----------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Holders:
    """How many stories hold each shingle that is sampled; any other is held by two at most."""

    counts: dict[str, int] = field(default_factory=dict)

    def count(self, shingle: str) -> int:
        return max(MANY - 1, self.counts.get(shingle, 0))


NONE_KNOWN = Holders()


@functools.lru_cache(maxsize=100_000)
def is_sampled(shingle: str) -> bool:
    """One in eight, by its hash."""
    return int(xxhash.xxh3_64_intdigest(shingle.encode())) < 2**61


def sampled(text: str) -> set[str]:
    return {shingle for shingle in shingle_set(text) if is_sampled(shingle)}


def same_story(texts: Sequence[str]) -> list[int]:
    """Of each text the first that it hangs together with by nearly equal texts."""
    slots = signatures(texts)
    story = list(range(len(texts)))
    for i, j in combinations(range(len(texts)), 2):
        if np.count_nonzero(slots[i] == slots[j]) >= SAME_TEXT:
            story = [story[i] if it == story[j] else it for it in story]
    return story


def holders_in(texts: Sequence[str]) -> Holders:
    """Of a corpus. An exact copy is no further holder, nor what is too short to match."""
    different = {words(text): text for text in texts if len(words(text)) >= MIN_WORDS}
    texts = list(different.values())
    held: dict[str, set[int]] = {}
    for text, story in zip(texts, same_story(texts) if texts else (), strict=True):
        for shingle in sampled(text):
            held.setdefault(shingle, set()).add(story)
    return Holders({shingle: len(stories) for shingle, stories in held.items()})


def is_furniture(shingle: str, holders: Holders) -> bool:
    return holders.count(shingle) >= MANY


def furniture(text: str, holders: Holders) -> set[int]:
    """The places of the words in shingles that many hold, and of those between two such that are
    near to one another, if of all between none is known to be held by few."""
    found: set[int] = set()
    last: int | None = None
    for place, shingle in sampled_places(text):
        if is_furniture(shingle, holders):
            near = last is not None and place - last < MAX_BETWEEN
            found |= set(range(last if near and last is not None else place, place + SHINGLE_WORDS))
            last = place
        else:
            last = None
    return found


def sampled_places(text: str) -> list[tuple[int, str]]:
    """Where the sampled shingles begin, repeated ones too."""
    sequence = words(text)
    last = max(1, len(sequence) - SHINGLE_WORDS + 1)
    shingles = (" ".join(sequence[i : i + SHINGLE_WORDS]) for i in range(last))
    return [(i, shingle) for i, shingle in enumerate(shingles) if is_sampled(shingle)]


@dataclass(frozen=True)
class Story:
    """A text with what of it is its own: no furniture. No text of these tests has stop words, so
    that the first token is the first word, and so on."""

    text: str
    tokens: tuple[Token, ...]
    own: list[bool]
    furnished: set[int]

    @property
    def own_stems(self) -> set[int]:
        return {token.stem for token, own in zip(self.tokens, self.own, strict=True) if own}

    @property
    def lead(self) -> set[int]:
        first = list(by_sentence(self.tokens))[:LEAD]
        return stems(token for token in self.tokens if token.sentence in first)

    @property
    def bigrams(self) -> set[tuple[int, int]]:
        return {(one.stem, next_one.stem) for one, next_one in pairwise(self.tokens)}

    @property
    def subjects(self) -> dict[int, int]:
        """What stands there most often, of equal ones the first, and how often."""
        counts = Counter(token.stem for token in self.tokens)
        own = self.own_stems
        return dict([it for it in counts.most_common() if it[0] in own][:SUBJECTS])


@functools.lru_cache(maxsize=1_000)
def story_of(text: str, holders: Holders) -> Story:
    tokens = outline(text)
    shared = furniture(text, holders)
    few = {place for place, shingle in sampled_places(text) if not is_furniture(shingle, holders)}
    own, furnished = [], set()
    for sentence, group in groupby(enumerate(tokens), lambda it: it[1].sentence):
        places = {place for place, _ in group}
        # A sentence of which nothing else is known is all furniture.
        mine = places - shared if not places & shared or places & (few - shared) else set()
        own += [place in mine for place in sorted(places)]
        if 2 * len(mine) <= len(places):
            furnished.add(sentence)
    return Story(text, tokens, own, furnished)


# --- features ------------------------------------------------------------------------------------


def ratio(part: float, of: float) -> float:
    return part / of if of else 0.0


def longest_run(text: str, shared: frozenset[str]) -> int:
    """Shingles one after another that the other text has, too."""
    sequence = words(text)
    last = max(1, len(sequence) - SHINGLE_WORDS + 1)
    runs = groupby(" ".join(sequence[i : i + SHINGLE_WORDS]) in shared for i in range(last))
    return max((len(list(run)) for is_shared, run in runs if is_shared), default=0)


def told(a: Story, b: Story, holders: Holders) -> dict[str, float]:
    """How much of a is told by b, too."""
    terms, other, own = stems(a.tokens), stems(b.tokens), a.own_stems
    figures_of_a = {stem for stem in terms if stem % 2}
    sentences_of_a = by_sentence(a.tokens)
    rows = [(s, size, shared) for s, size, _, shared in aligned(a.tokens, b.tokens)]
    own_rows = [row for row in rows if row[0] not in a.furnished]
    first = (own_rows or rows)[0]
    few = {shingle for shingle in sampled(a.text) if not is_furniture(shingle, holders)}
    shared = shingle_set(a.text) & shingle_set(b.text)

    def terms_below(bar: float, rows: Sequence[tuple[int, int, int]]) -> int:
        return sum(size for _, size, shared in rows if shared / size < bar)

    all_terms = sum(size for _, size, _ in rows)
    return {
        "words": ratio(len(terms & other), len(terms)),
        "own_words": ratio(len(own & other), len(own)) if own else 1.0,
        "own_share": ratio(len(own), len(terms)),
        "aligned": ratio(sum(shared for *_, shared in rows), all_terms),
        "own_aligned": ratio(
            sum(shared for *_, shared in own_rows), sum(size for _, size, _ in own_rows)
        )
        if own_rows
        else 1.0,
        "new_sentences": ratio(terms_below(MIN_TOLD, rows), all_terms),
        "half_new_sentences": ratio(terms_below(MOSTLY_TOLD, rows), all_terms),
        "terms_of_new_sentences": terms_below(MIN_TOLD, rows),
        "own_terms_of_new_sentences": terms_below(MIN_TOLD, own_rows),
        "newest_sentence": max(len(own - other) for own in sentences_of_a.values()),
        "first_sentence": ratio(first[2], first[1]),
        "shingles": ratio(len(shared), len(shingle_set(a.text))),
        "own_shingles": (len(few & shared) + 0.1) / (len(few) + 1),
        "longest_passage": longest_run(a.text, shared),
        "new_figures": len(figures_of_a - other),
        "figures": (len(figures_of_a & other) + 0.6) / (len(figures_of_a) + 1),
        "new_names": len(names(a.tokens) - other),
        "new_words": len(terms - other),
        "own_new_words": len(own - other),
        "in_order": ratio(in_order(a.tokens, b.tokens), len(a.tokens)),
        "bigrams": ratio(len(a.bigrams & b.bigrams), len(a.bigrams)),
        "subjects": ratio(
            sum(count for stem, count in a.subjects.items() if stem not in other),
            sum(a.subjects.values()),
        ),
        "length": len(words(a.text)),
    }


def features(
    text_a: str, text_b: str, later: int | None = None, holders: Holders = NONE_KNOWN
) -> tuple[dict[str, float], dict[str, float]] | None:
    """Of a, which might go, against b, which might stay, and the other way round; None when either
    text has no words. `later` is the time from b to a, where it is known."""
    a, b = story_of(text_a, holders), story_of(text_b, holders)
    if not (a.tokens and b.tokens):
        return None
    counts = sorted(map(holders.count, sampled(text_a) & sampled(text_b)))
    both = {
        "leads": ratio(len(a.lead & b.lead), min(len(a.lead), len(b.lead))),
        "furniture": ratio(sum(count >= MANY for count in counts), max(1, len(counts))),
        "holders": counts[len(counts) // 2] if counts else 0,
    }
    of_a, of_b = told(a, b, holders), told(b, a, holders)

    def directed(x: dict[str, float], y: dict[str, float], later: int) -> dict[str, float]:
        values = {**both, **x, **{f"{name}_b": value for name, value in y.items()}}
        values["lengths"] = ratio(x["length"], y["length"])
        values["later"] = (later > 0) - (later < 0)
        return {name: float(values[name]) for name in MODELS["features"]}

    return directed(of_a, of_b, later or 0), directed(of_b, of_a, -(later or 0))


# --- probabilities -------------------------------------------------------------------------------


def log_odds(model: dict[str, Any], values: dict[str, float], gap: int | None) -> float:
    """By boosted trees, and by the time between the two, of which a day counts less and less. A
    node is [mean, feature, threshold, at or below it, above it], a leaf [value]."""
    days = model["usual_days"] if gap is None else min(gap / DAY, model["most_days"])
    total = model["gap"] * (math.log1p(days) - math.log1p(model["usual_days"]))
    row = [values[name] for name in MODELS["features"]]
    for tree in model["trees"]:
        node = tree[0]
        while len(node) > 1:
            _, feature, threshold, low, high = node
            node = tree[low if row[feature] <= threshold else high]
        total += node[0]
    return float(total)


def probability(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))


@dataclass(frozen=True)
class Judged:
    """How likely two are versions of one story, and how likely a reader of the other misses nothing
    of weight of each."""

    score: float
    covered: tuple[float, float]
    # Whether each adds sentences where the other adds none.
    fuller: tuple[bool, bool] = (False, False)


LEAST_NEW_WORDS = 5
# Terms that a fuller text adds, words to each figure of its own at which a text is another
# bulletin, and what one bulletin is covered by another at most.
LEAST_ADDED, WORDS_A_FIGURE, MOST_OF_ANOTHER, TERMS_A_FIGURE = 10, 100, 0.5, 3


def own_figures(text: str, other: str) -> int:
    """Figures that the other lacks and that stand in a sentence of news: not the last, and none
    that is mostly figures."""
    tokens = outline(text)
    rows = by_sentence(tokens)
    news = list(rows) if len(rows) == 1 else list(rows)[:-1]
    figures = Counter(token.sentence for token in tokens if token.stem % 2)
    news = [row for row in news if len(rows[row]) >= TERMS_A_FIGURE * figures[row]]
    found = stems(token for token in tokens if token.sentence in news and token.stem % 2)
    return len(found - stems(outline(other)))


@functools.lru_cache(maxsize=10_000)
def judge(a: Article, b: Article, holders: Holders = NONE_KNOWN) -> Judged | None:
    """None for texts that match only exactly."""
    words_a, words_b = words(a.text), words(b.text)
    if words_a and words_a == words_b:
        return Judged(1.0, (1.0, 1.0))
    if min(len(words_a), len(words_b)) < MIN_WORDS:
        return None
    later = time_between(a.date, b.date)
    sides = features(a.text, b.text, later, holders)
    assert sides is not None, "a text of these tests has content words if it has words"
    gap = None if later is None else abs(later)
    score = sum(log_odds(MODELS["score"], side, gap) for side in sides) / 2
    covered = [probability(log_odds(MODELS["covered"], side, gap)) for side in sides]
    own = min(own_figures(a.text, b.text), own_figures(b.text, a.text))
    if own * WORDS_A_FIGURE >= min(len(words_a), len(words_b)):
        covered = [min(it, MOST_OF_ANOTHER) for it in covered]
    added = [side["own_terms_of_new_sentences"] for side in sides]
    adds = [
        terms >= LEAST_ADDED and side["own_new_words"] >= LEAST_NEW_WORDS
        for terms, side in zip(added, sides, strict=True)
    ]
    fuller = (adds[0] and added[1] == 0, adds[1] and added[0] == 0)
    return Judged(probability(score), (covered[0], covered[1]), fuller)


def contributions(values: dict[str, float]) -> dict[str, float]:
    """What each feature adds to the log odds that a text is covered: at each split the mean goes
    from that of the node to that of the one below it."""
    row = [values[name] for name in MODELS["features"]]
    found = dict.fromkeys(MODELS["features"], 0.0)
    for tree in MODELS["covered"]["trees"]:
        node = tree[0]
        while len(node) > 1:
            mean, feature, threshold, low, high = node
            node = tree[low if row[feature] <= threshold else high]
            found[MODELS["features"][feature]] += node[0] - mean
    return found


# --- evidence ------------------------------------------------------------------------------------


def told_twice(text_a: str, text_b: str) -> list[tuple[Any, ...]]:
    """The sentences of a that b tells, too, each with b's, and the share of words. A sentence of b
    is taken once, for the one that has most of its words, the first of several."""
    best: dict[int, tuple[int, int, float]] = {}
    for sentence, size, other, shared in aligned(outline(text_a), outline(text_b)):
        if shared / size >= MIN_TOLD and (other not in best or shared > best[other][1]):
            best[other] = (sentence, shared, shared / size)
    pairs = sorted((sentence, other, share) for other, (sentence, _, share) in best.items())
    return [(sentences(text_a)[i], sentences(text_b)[j], share) for i, j, share in pairs]


def news(text: str, other: str) -> list[tuple[int, int]]:
    """The sentences of a text that the other does not tell."""
    rows = aligned(outline(text), outline(other))
    return [sentences(text)[i] for i, size, _, shared in rows if shared / size < MIN_TOLD]


def sort_of(token: Token, story: Sequence[Token]) -> str:
    if token.stem % 2:
        return "figure"
    return "name" if token.stem in names(story) else "word"


def spelt(text: str, sorts: Sequence[str], other: str, shared: bool) -> list[str]:
    """The words of some sorts that the other text has too, or has not, as they first stand."""
    story = outline(text)
    found: dict[int, str] = {}
    for token in story:
        if sort_of(token, story) in sorts and (token.stem in stems(outline(other))) == shared:
            found.setdefault(token.stem, text[token.start : token.end])
    return list(found.values())


def relation(a: Article, b: Article, holders: Holders = NONE_KNOWN) -> str | None:
    """How two articles are versions of one another, whenever they came out."""
    judged = judge(a, b, holders)
    return wording(a, b) if judged and judged.score >= MIN_SCORE else None


def is_found(a: Article, b: Article) -> bool:
    """Whether a pass compares two at all. It passes by some that share few words."""
    containment = figures(a.text, b.text).containment
    if containment >= 0.3:
        return True
    within = days_apart(a, b) <= WINDOW_DAYS
    x, y = stems(outline(a.text)), stems(outline(b.text))
    if containment >= MIN_CONTAINMENT_OF_EDITED or (
        within and (len(x & y) < 0.7 * min(len(x), len(y)) or days_apart(a, b) > 1)
    ):
        raise BorderlineError(len(x & y))
    return within


# --- a corpus ------------------------------------------------------------------------------------

COPIES = ("exact", "syndicated", "excerpt")
RELATIONS = (*COPIES, "rewritten")


def match_of(
    a: Article, b: Article, kind: str, drop: Sequence[str], holders: Holders = NONE_KNOWN
) -> Match:
    pair = figures(a.text, b.text)
    a, b = sorted((a, b), key=lambda article: article.id.encode())
    judged = judge(a, b, holders)
    assert judged is not None
    goes = [
        judged.score >= MIN_SCORE and it >= MIN_COVERED and kind in drop and not fuller
        for it, fuller in zip(judged.covered, judged.fuller, strict=True)
    ]
    may_go = {(True, True): "either", (True, False): "a", (False, True): "b"}.get(
        (goes[0], goes[1])
    )
    figures_of_pair = (pair.similarity, pair.containment)
    return Match(a.id, b.id, kind, *figures_of_pair, may_go, judged.score, judged.covered)


def partner(match: Match, name: str) -> str:
    return match.id_b if match.id_a == name else match.id_a


@dataclass(frozen=True)
class Pair:
    """Two articles of which one or either may go; the least `closeness` is the closest."""

    a: Any
    b: Any
    may_go: str
    closeness: Any

    def may_drop(self, article: Any) -> bool:
        return self.may_go in ("either", "a" if article == self.a else "b")

    def other(self, article: Any) -> Any:
        return self.b if article == self.a else self.a


def holders(article: Any, pairs: Sequence[Pair]) -> set[Any]:
    """The articles for which one may go, while they may not go for it."""
    own = [pair for pair in pairs if article in (pair.a, pair.b) and pair.may_go != "either"]
    return {pair.other(article) for pair in own if pair.may_drop(article)}


def behind(article: Any, pairs: Sequence[Pair]) -> set[Any]:
    """The articles that hold it, those that hold these, and so on."""
    found: set[Any] = set()
    new = holders(article, pairs)
    while new:
        found |= new
        new = {other for it in new for other in holders(it, pairs)} - found
    return found


def depth(article: Any, pairs: Sequence[Pair]) -> int:
    """How many articles, one inside the other, hold an article. Those that hold one another in a
    circle count as one."""
    far = behind(article, pairs)
    circle = {article} | {other for other in far if article in behind(other, pairs)}
    outside = {other for it in circle for other in holders(it, pairs)} - circle
    return max((1 + depth(other, pairs) for other in outside), default=0)


def stars(order: dict[Any, tuple[Any, Any]], pairs: Sequence[Pair]) -> dict[Any, Pair]:
    """The pair by which each article goes that goes. `order` has of each what the keep rule goes by
    and what decides where that says nothing, the least first. Of articles that the rule does not
    tell apart the one with most pairs comes first."""

    def place(article: Any) -> tuple[Any, ...]:
        rule, rank = order[article]
        own = [pair for pair in pairs if article in (pair.a, pair.b)]
        return depth(article, pairs), rule, -len(own), rank

    def reasons(article: Any) -> list[Pair]:
        own = [pair for pair in pairs if article in (pair.a, pair.b) and pair.may_drop(article)]
        return [pair for pair in own if pair.other(article) in kept]

    def drop(article: Any) -> None:
        gone[article] = min(reasons(article), key=lambda pair: pair.closeness)

    kept: set[Any] = set()
    gone: dict[Any, Pair] = {}
    for article in sorted(order, key=place):
        if reasons(article):
            drop(article)
        else:
            kept.add(article)
    # In a circle one is kept before that is decided which it may go for.
    for article in sorted(kept, key=place, reverse=True):
        needed = {pair.other(other) for other, pair in gone.items()}
        if reasons(article) and article not in needed:
            drop(article)
            kept.remove(article)
    return gone


class Corpus:
    """A pass over articles in input order: `matches` by ids, and `duplicates` by id."""

    def __init__(
        self,
        articles: Sequence[Article],
        keep: str | None = None,
        drop: Sequence[str] = RELATIONS,
        rewrites: bool = True,
        prefer_source: Sequence[str] = (),
    ) -> None:
        self.prefer_source = [name.lower() for name in prefer_source]
        self.articles = {article.id: article for article in articles}
        self.position = {article.id: i for i, article in enumerate(articles)}
        dated = any(article.date is not None for article in articles)
        self.keep = keep or ("earliest" if dated else "longest")
        self.drop = drop
        self.copies = self.exact_groups()
        self.rewrites = rewrites
        self.holders = holders_in([article.text for article in articles])
        originals = [article for article in articles if article.id not in self.copies]
        self.matches = [
            match_of(a, b, kind, drop, self.holders)
            for a, b in combinations(originals, 2)
            if (kind := self.relation(a, b)) is not None
        ]
        self.duplicates = self.stars(originals)
        self.place_copies()
        self.matches.sort(key=lambda match: (match.id_a.encode(), match.id_b.encode()))
        self.duplicates.sort(key=lambda duplicate: duplicate.id.encode())

    def relation(self, a: Article, b: Article) -> str | None:
        if not self.rewrites and wording(a, b) not in COPIES:
            return None
        kind = relation(a, b, self.holders)
        return kind if kind is not None and is_found(a, b) else None

    def exact_groups(self) -> dict[str, str]:
        """Each copy with the first, by the keep rule, of those that have its words."""
        first: dict[tuple[str, ...], str] = {}
        copies = {}
        for article in sorted(self.articles.values(), key=self.keep_rank):
            sequence = words(article.text)
            if sequence and first.setdefault(sequence, article.id) != article.id:
                copies[article.id] = first[sequence]
        return copies

    def rule(self, article: Article) -> object:
        """What the keep rules go by, the least first."""
        named = [*self.prefer_source, (article.source or "").lower()]
        return named.index((article.source or "").lower()), self.keep_rule(article)

    def keep_rule(self, article: Article) -> object:
        if self.keep == "longest":
            return -len(words(article.text))
        if self.keep == "first":
            return self.position[article.id]
        if article.date is None:
            return math.inf
        return article.date if self.keep == "earliest" else -article.date

    def keep_rank(self, article: Article) -> tuple[object, ...]:
        return (self.rule(article), -len(words(article.text)), article.id.encode())

    def stars(self, articles: Sequence[Article]) -> list[Duplicate]:
        """Keep or drop each article, those most worth keeping first."""

        def closeness(match: Match) -> tuple[object, ...]:
            kind = RELATIONS.index(match.relation)
            # Of copies the figures say more than the score.
            score = match.score if match.relation == "rewritten" else 0.0
            # Of equals the one for which the keep rule has most.
            ranks = sorted(self.keep_rank(self.articles[it]) for it in (match.id_a, match.id_b))
            return kind, -score, -match.similarity, -match.containment, ranks

        pairs = [
            Pair(match.id_a, match.id_b, match.may_go, closeness(match))
            for match in self.matches
            if match.may_go is not None
        ]
        matches = {(match.id_a, match.id_b): match for match in self.matches}
        order = {it.id: (self.rule(it), self.keep_rank(it)) for it in articles}
        dropped = []
        for name, pair in stars(order, pairs).items():
            match = matches[pair.a, pair.b]
            figures_of_pair = (match.similarity, match.containment)
            dropped.append(Duplicate(name, pair.other(name), match.relation, *figures_of_pair))
        return dropped

    def stories(self) -> dict[str, list[Version]]:
        """The versions of each story, by the article kept of it: those dropped for it, and those
        kept, too, that are flagged with it and come after it, unless both stand in a story of one
        that comes before."""
        dropped = {duplicate.id for duplicate in self.duplicates}
        kept = [article for article in self.articles.values() if article.id not in dropped]
        found: dict[str, list[Version]] = {}
        for head in (article.id for article in sorted(kept, key=self.keep_rank)):
            versions = [
                Version(it.id, it.relation, it.similarity, it.containment, True)
                for it in self.duplicates
                if it.duplicate_of == head
            ]
            told = [{name, *(it.id for it in others)} for name, others in found.items()]
            for match in self.matches:
                other = partner(match, head)
                if head not in (match.id_a, match.id_b) or other in dropped:
                    continue
                is_later = self.keep_rank(self.articles[head]) < self.keep_rank(
                    self.articles[other]
                )
                if is_later and not any({head, other} <= story for story in told):
                    figures_of_pair = (match.similarity, match.containment)
                    versions.append(Version(other, match.relation, *figures_of_pair, False))
            if versions:
                found[head] = sorted(versions, key=lambda it: it.id.encode())
        return found

    def place_copies(self) -> None:
        """A copy goes where its original goes; or for its original, if that is kept."""
        dropped = {duplicate.id: duplicate for duplicate in self.duplicates}
        for name, original in self.copies.items():
            copy = self.articles[name]
            self.matches.append(match_of(copy, self.articles[original], "exact", self.drop))
            if original in dropped:
                reason = dropped[original]
                kept = self.articles[reason.duplicate_of]
                # The date of the original stands for all of them.
                undated = replace(copy, date=self.articles[original].date)
                self.matches.append(
                    match_of(undated, kept, reason.relation, self.drop, self.holders)
                )
                self.duplicates.append(replace(reason, id=name))
            elif "exact" in self.drop:
                self.duplicates.append(Duplicate(name, original, "exact", 1.0, 1.0))
