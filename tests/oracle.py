"""Slow and obvious reference of what the native core computes: every rule spelt out once more in
plain Python, from the definitions in docs/design.md and not from the Rust code.

    text -> words -> shingles -> figures of a pair -> relation -> stars -> duplicates
                  -> outlines -> features of a pair ^
"""

import difflib
import functools
import html.entities
import json
import math
import re
import string
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, groupby
from pathlib import Path
from typing import Any

import numpy as np
import xxhash
from datasketch import MinHash
from uniseg import derived, wordbreak

SHINGLE_WORDS = 5
MIN_WORDS = 20
MIN_SHARED = 30
MIN_ALIGNED = 0.8
DAY = 86_400

# The score from which on two are flagged, and the coverage from which on one of them may go. Of
# rewrites: the days they may be apart, the least ratio of the lengths of two of which either may
# go.
MIN_SCORE = 0.78
MIN_COVERED = 0.5
WINDOW_DAYS = 3
ALIKE_IN_LENGTH = 0.9
# What is looked at of a word that stands often in the fuller story, and the share of its words
# that a sentence must have in common with another to be no news.
MAX_PLACES = 12
MIN_TOLD = 0.3
MODEL = json.loads((Path(__file__).parent.parent / "dedup" / "rewrite_model.json").read_text())

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


def days_between(date_a: int, date_b: int) -> float:
    """From the end of the earlier to the beginning of the later. A midnight is a day without a
    time, which lasts until the next."""
    earlier, later = sorted((date_a, date_b))
    end = earlier if earlier % DAY else earlier + DAY
    return max(0, later - end) / DAY


def days_apart(a: Article, b: Article) -> float:
    return 0 if a.date is None or b.date is None else days_between(a.date, b.date)


def copy_relation(a: Article, b: Article) -> str | None:
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
WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]


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


def in_order(lesser: Sequence[Token], fuller: Sequence[Token]) -> int:
    """The longest common subsequence, by the textbook's table."""
    looked_at = [is_looked_at(token, fuller) for token in fuller]
    above = [0] * (len(fuller) + 1)
    for token in lesser:
        row = [0]
        for column, other in enumerate(fuller):
            if token.stem == other.stem and looked_at[column]:
                row.append(above[column] + 1)
            else:
                row.append(max(above[column + 1], row[column]))
        above = row
    return above[-1]


def by_sentence(tokens: Iterable[Token]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for token in tokens:
        found.setdefault(token.sentence, set()).add(token.stem)
    return found


def aligned(
    lesser: Sequence[Token], fuller: Sequence[Token]
) -> Iterator[tuple[int, int, int, float]]:
    """Each sentence of the lesser story, how many words it has, the sentence of the fuller that has
    most of them, the first of several, and which share."""
    told = by_sentence(token for token in fuller if is_looked_at(token, fuller))
    for sentence, own in by_sentence(lesser).items():
        best = max(told, key=lambda other: (len(own & told[other]), -other))
        yield sentence, len(own), best, len(own & told[best]) / len(own)


def is_looked_at(token: Token, story: Sequence[Token]) -> bool:
    """Whether it is one of the first of its sort."""
    before = [other for other in story if other.stem == token.stem and other.start < token.start]
    return len(before) < MAX_PLACES


def new_sentences(lesser: Sequence[Token], fuller: Sequence[Token]) -> float:
    """The share of the lesser story that stands in sentences unlike any of the fuller."""
    rows = list(aligned(lesser, fuller))
    new = sum(size for _, size, _, alike in rows if alike < MIN_TOLD)
    return new / sum(size for _, size, _, _ in rows)


def weekdays(text: str) -> list[str]:
    """Those that a text names, in its order."""
    return [word for word in words(text) if word in WEEKDAYS]


def share(part: set[int], of: set[int], prior: float, weight: float) -> float:
    """The share of `part` that is in `of`, drawn towards the prior where there is little of it."""
    return (len(part & of) + prior * weight) / (len(part) + weight)


def story_size(text: str) -> tuple[int, list[int]]:
    """Of two stories the one with fewer words is the lesser; of equal ones either, but always the
    same."""
    return len(outline(text)), [token.stem for token in outline(text)]


def features(text_a: str, text_b: str, days: float | None = None) -> dict[str, float] | None:
    """What the score of a rewrite is made of; None when either text has no words."""
    if not (outline(text_a) and outline(text_b)):
        return None
    lesser_text, fuller_text = sorted((text_a, text_b), key=story_size)
    lesser, fuller = outline(lesser_text), outline(fuller_text)
    x, y = stems(lesser), stems(fuller)
    figures_x, figures_y = ({stem for stem in story if stem % 2} for story in (x, y))
    quotes_x, quotes_y = (stems(t for t in story if t.is_quoted) for story in (lesser, fuller))
    days_x, days_y = weekdays(lesser_text), weekdays(fuller_text)
    common = in_order(lesser, fuller)
    return {
        "in_order": common / len(lesser),
        "in_order_of_fuller": common / len(fuller),
        "words": len(x & y) / len(x),
        "figures": share(figures_x, y, 0.6, 1),
        "figures_of_fuller": share(figures_y, x, 0.6, 1),
        "quotes": share(quotes_x, y, 0.4, 2),
        "quotes_of_fuller": share(quotes_y, x, 0.4, 2),
        "both_quote": float(bool(quotes_x and quotes_y)),
        "new_sentences": new_sentences(lesser, fuller),
        "new_names": math.log1p(len(names(lesser) - y)),
        "new_words": math.log1p(len(x - y)),
        "new_words_of_fuller": math.log1p(len(y - x)),
        "new_weekdays": float(min(2, len(set(days_x) - set(days_y)))),
        "new_weekdays_of_fuller": float(min(2, len(set(days_y) - set(days_x)))),
        "other_first_weekday": float(bool(days_x and days_y) and days_x[0] != days_y[0]),
        "containment": figures(text_a, text_b).containment,
        "days_apart": math.log1p(days or 0),
        "dated": float(days is not None),
    }


def score(values: dict[str, float] | None) -> float:
    """The probability that two stories are one, by logistic regression."""
    if values is None:
        return 0.0
    weights = MODEL["rewritten"]["weights"]
    odds = MODEL["rewritten"]["intercept"] + sum(weights[name] * values[name] for name in weights)
    return 1 / (1 + math.exp(-odds))


def told_twice(text_a: str, text_b: str) -> list[tuple[Any, ...]]:
    """The sentences of the lesser story that the fuller tells too, each with the other's, and the
    share of words; the first text's sentence first."""
    turned = story_size(text_a) > story_size(text_b)
    texts = (text_b, text_a) if turned else (text_a, text_b)
    pairs = []
    for sentence, _, best, alike in aligned(*map(outline, texts)):
        if alike >= MIN_TOLD:
            spans = [sentences(text)[i] for text, i in zip(texts, (sentence, best), strict=True)]
            pairs.append((*(spans[::-1] if turned else spans), alike))
    return pairs


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


def rewrite_score(a: Article, b: Article) -> float:
    if min(len(words(a.text)), len(words(b.text))) < MIN_WORDS:
        return 0.0
    dated = a.date is not None and b.date is not None
    return score(features(a.text, b.text, days_apart(a, b) if dated else None))


def copy_score(a: Article, b: Article, kind: str) -> float:
    containment = figures(a.text, b.text).containment
    return 1.0 if kind == "exact" else 1 / (1 + math.exp(3.62 - 11.76 * containment))


def score_of(a: Article, b: Article) -> float:
    """How likely they are versions of one story, as copies or else as rewrites."""
    kind = copy_relation(a, b)
    return rewrite_score(a, b) if kind is None else copy_score(a, b, kind)


def flagged_copy(a: Article, b: Article) -> str | None:
    kind = copy_relation(a, b)
    return kind if kind is not None and copy_score(a, b, kind) >= MIN_SCORE else None


def relation(a: Article, b: Article) -> str | None:
    """How two articles are versions of one another, whenever they came out."""
    if copy_relation(a, b) is None and rewrite_score(a, b) >= MIN_SCORE:
        return "rewritten"
    return flagged_copy(a, b)


def relation_in_pass(a: Article, b: Article) -> str | None:
    """The same within the window. A pass passes by some that have fewer words in common."""
    kind = relation(a, b)
    if kind != "rewritten":
        return kind
    if days_apart(a, b) > WINDOW_DAYS:
        return None
    x, y = stems(outline(a.text)), stems(outline(b.text))
    if len(x & y) < 0.7 * min(len(x), len(y)) or days_apart(a, b) > 1:
        raise BorderlineError(len(x & y))
    return kind


# --- a corpus ------------------------------------------------------------------------------------


def covered(a: Article, b: Article, kind: str, score: float) -> tuple[float, float]:
    """How far each is covered by the other: until there is a model, only the shorter of two that
    are unlike in length is."""
    lengths = (len(words(a.text)), len(words(b.text)))
    if kind in ("exact", "syndicated") or min(lengths) >= ALIKE_IN_LENGTH * max(lengths):
        return score, score
    return (score, 0.0) if lengths[0] < lengths[1] else (0.0, score)


def match_of(a: Article, b: Article, kind: str, drop: Sequence[str]) -> Match:
    pair = figures(a.text, b.text)
    a, b = sorted((a, b), key=lambda article: article.id.encode())
    score = rewrite_score(a, b) if kind == "rewritten" else copy_score(a, b, kind)
    by_other = covered(a, b, kind, score)
    goes = [score >= MIN_SCORE and it >= MIN_COVERED and kind in drop for it in by_other]
    may_go = {(True, True): "either", (True, False): "a", (False, True): "b"}.get(
        (goes[0], goes[1])
    )
    figures_of_pair = (pair.similarity, pair.containment)
    return Match(a.id, b.id, kind, *figures_of_pair, may_go, score, by_other)


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
        drop: Sequence[str] = ("exact", "syndicated", "excerpt", "rewritten"),
        rewrites: bool = True,
    ) -> None:
        relation_of = relation_in_pass if rewrites else flagged_copy
        self.articles = {article.id: article for article in articles}
        self.position = {article.id: i for i, article in enumerate(articles)}
        dated = any(article.date is not None for article in articles)
        self.keep = keep or ("earliest" if dated else "longest")
        self.drop = drop
        self.copies = self.exact_groups()
        originals = [article for article in articles if article.id not in self.copies]
        self.matches = [
            match_of(a, b, kind, drop)
            for a, b in combinations(originals, 2)
            if (kind := relation_of(a, b)) is not None
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

    def rule(self, article: Article) -> object:
        """What the keep rule goes by, the least first."""
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
            kind = ("exact", "syndicated", "excerpt", "rewritten").index(match.relation)
            # Of copies the figures say more than the score.
            score = match.score if match.relation == "rewritten" else 0.0
            ids = (match.id_a.encode(), match.id_b.encode())
            return kind, -score, -match.similarity, -match.containment, ids

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
                self.matches.append(match_of(undated, kept, reason.relation, self.drop))
                self.duplicates.append(replace(reason, id=name))
            elif "exact" in self.drop:
                self.duplicates.append(Duplicate(name, original, "exact", 1.0, 1.0))
