"""Two texts side by side, in the words of a desk: the verdict, what a reader would miss, what both
tell."""

import math
import shutil
import sys
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, TypeVar

import click

from dedup._core import MIN_WORDS, words
from dedup.article import Article, date_text
from dedup.cli.show import visible
from dedup.config import WINDOW, Options
from dedup.detect import seconds_between
from dedup.reasons import reasons
from dedup.result import AlignedSentence, Comparison, Feature, Missed

# rich is imported where something is drawn on a terminal; elsewhere nothing of it is needed.
if TYPE_CHECKING:
    from rich.text import Text

T = TypeVar("T")

# What is shown of each sort; --json has all.
_SENTENCES = 6
_WORDS = 24
# The columns of a quotation: some two lines of a terminal, and three of what would be missed.
_QUOTED = 150
_QUOTED_MISSED = 230
_WIDEST = 100

# Neighbouring passages differ in colour, so that the eye finds the same one on the other side.
_COLOURS = ("green", "cyan", "yellow", "magenta", "blue", "red")

_RELATIONS = {
    "exact": "The same words",
    "syndicated": "One text with few changes",
    "excerpt": "One is an excerpt of the other",
    "rewritten": "One story told in other words",
    "related": "Two reports on one event that each add facts",
    None: "Two different stories",
}


def print_comparison(
    a: Article, b: Article, comparison: Comparison, options: Options, in_dump: bool
) -> None:
    """Print on standard output what is found out about two texts, and why."""
    _print_verdict(comparison, options)
    for note in _notes(a, b, comparison, in_dump):
        print()
        print_wrapped(note)
    evidence, exact = comparison.evidence, comparison.relation == "exact"
    for text, other, whole, missed, features in (
        ("A", "B", a.text, evidence.missed_a, evidence.features_a),
        ("B", "A", b.text, evidence.missed_b, evidence.features_b),
    ):
        print()
        if exact:
            print_wrapped(f"A reader of {other} alone misses nothing of {text}.", bold=True)
            continue
        print_wrapped(f"What a reader of {other} alone misses of {text}", bold=True)
        print_missed(text, other, whole, missed)
        goes = comparison.may_go in (text.lower(), "either")
        _print_reasons(text, other, features, goes)
    if comparison.relation != "exact":
        _print_shared(a, b, comparison)


# ---- the verdict ----


def _print_verdict(comparison: Comparison, options: Options) -> None:
    flagged = comparison.relation not in (None, "related")
    relation = f" ({comparison.relation})" if comparison.relation else ""
    head = f"{_RELATIONS[comparison.relation]}{relation}: {'flagged' if flagged else 'not flagged'}"
    goes = {
        None: "neither may go for the other",
        "a": "A may go for B",
        "b": "B may go for A",
        "either": "either may go for the other",
    }[comparison.may_go]
    print_wrapped(f"{head}, {goes}.", bold=True)
    print()
    print(f"relation  {comparison.relation or 'none'}")
    print()
    what = "both tell one story"
    _print_bar("", "likely", "needed", "")
    _print_bar(
        what,
        *_percentages(comparison.score, options.min_score),
        "flagged" if flagged else "not flagged",
    )
    for text, other, covered, names in (
        ("A", "B", comparison.covered_a, ("a", "either")),
        ("B", "A", comparison.covered_b, ("b", "either")),
    ):
        comes = f"{text} may go" if comparison.may_go in names else f"{text} stays"
        what = f"a reader of {other} misses nothing of weight of {text}"
        _print_bar(what, *_percentages(covered, options.min_covered), comes)


def _print_bar(what: str, found: str, needed: str, comes: str) -> None:
    print(f"  {what:<43} {found:>7} {needed:>7}  {comes}".rstrip())


def _percentages(value: float, bar: float) -> tuple[str, str]:
    """Two probabilities as a person reads them, never rounded to the other side of one another."""
    for digits in range(1, 9):
        scale = 10 ** (digits + 2)
        # A bar such as 0.85 is a little less than it says.
        found, needed = (math.floor(it * scale + 1e-6) / 10**digits for it in (value, bar))
        if (found >= needed) == (value >= bar):
            break
    return f"{found:.{digits}f}%", f"{needed:.{digits}f}%"


def _notes(a: Article, b: Article, comparison: Comparison, in_dump: bool) -> list[str]:
    """What else decided, and what a scan knows that is not known here."""
    if comparison.relation == "exact":
        return []
    notes = []
    lengths = [(name, len(words(text.text))) for name, text in (("A", a), ("B", b))]
    name, length = min(lengths, key=lambda it: it[1])
    if length < MIN_WORDS:
        notes.append(
            f"{name} has {_count(length, 'word')}. Texts of fewer than {MIN_WORDS} match only when"
            " all their words are the same."
        )
    elif not comparison.evidence.features_a:
        notes.append(
            "One of them has no words that tell a story, only such as stand in any text: the shared"
            " wording alone decided."
        )
    notes.append(_note_on_dates(a, b, comparison))
    if in_dump:
        notes.append(
            "A scan of the whole dump may judge otherwise: it knows which passages are furniture,"
            " shared by many different stories, and does not count them. And it compares only the"
            " pairs that its sketches find."
        )
    return notes


def _note_on_dates(a: Article, b: Article, comparison: Comparison) -> str:
    seconds = seconds_between(a, b)
    dates = [(name, date_text(it.date)) for name, it in (("A", a), ("B", b))]
    told = " and ".join(f"{name} {_isolated(date or 'unknown')}" for name, date in dates)
    if seconds is None:
        known = told if any(date for _, date in dates) else "both unknown"
        return (
            f"Dates: {known}. A scan that knows them may judge otherwise: give them by --date-a and"
            " --date-b."
        )
    note = f"Dates: {told}, {_duration(abs(seconds))}."
    window = Options().window_seconds
    if comparison.relation in ("rewritten", "related") and abs(seconds) > (window or 0):
        note += (
            f" A scan looks for stories in other words within {WINDOW} only, unless told otherwise"
            " by --window, so it would not find these."
        )
    return note


def _duration(seconds: int) -> str:
    if seconds == 0:
        return "at one time"
    # Exact days, or many; a window of 3d is told from 73 hours.
    if seconds % 86_400 == 0 or seconds >= 7 * 86_400:
        return f"{_count(seconds // 86_400, 'day')} apart"
    for unit, size in (("hour", 3_600), ("minute", 60)):
        if seconds >= size:
            return f"{_count(seconds // size, unit)} apart"
    return f"{_count(seconds, 'second')} apart"


# ---- what a reader would miss ----


def print_missed(text: str, other: str, whole: str, missed: Missed) -> None:
    if not missed.of_sentences:
        print_wrapped(f"{text} has no sentence with words that tell a story.", indent=2)
        return
    if not (missed.sentences or missed.names or missed.figures):
        all_told = _listed(
            f"{'all ' if count > 1 else 'the '}{_count(count, sort)}"
            for count, sort in (
                (missed.of_sentences, "sentence"),
                (missed.of_names, "name"),
                (missed.of_figures, "figure"),
            )
            if count
        )
        print_wrapped(f"Nothing: {all_told} of {text} are told in {other}, too.", indent=2)
    else:
        print_wrapped(_counted(text, other, missed), indent=2)
    _print_words("names", missed.names)
    _print_words("figures", missed.figures)
    if missed.sentences:
        print("  sentences")
    for start, end in missed.sentences[:_SENTENCES]:
        _print_quoted(whole[start:end], "    - ", _QUOTED_MISSED)
    _print_more(len(missed.sentences))


def _counted(text: str, other: str, missed: Missed) -> str:
    """As "4 of 14 sentences of A are told nowhere in B; B has 9 of A's 11 names"."""
    lost = len(missed.sentences)
    if lost == 0:
        sentences = f"every sentence of {text} is told in {other}, too"
    elif lost == missed.of_sentences:
        sentences = f"no sentence of {text} is told in {other}"
    else:
        verb = "is" if lost == 1 else "are"
        of = f"{lost:,} of {_count(missed.of_sentences, 'sentence')}"
        sentences = f"{of} of {text} {verb} told nowhere in {other}"
    has = [
        _part(text, sort, count - len(only), count)
        for only, count, sort in (
            (missed.names, missed.of_names, "name"),
            (missed.figures, missed.of_figures, "figure"),
        )
        if count
    ]
    told = f"{sentences}; {other} has {_listed(has)}." if has else f"{sentences}."
    return told[0].upper() + told[1:]


def _part(text: str, sort: str, part: int, of: int) -> str:
    if of == 1:
        return f"{text}'s only {sort}" if part else f"not {text}'s only {sort}"
    some = "none" if part == 0 else "all" if part == of else f"{part:,}"
    return f"{some} of {text}'s {_count(of, sort)}"


def _print_reasons(text: str, other: str, features: Sequence[Feature], goes: bool) -> None:
    """Print what weighed most for a text that may go, or against one that stays."""
    shown = reasons(text, other, features, goes)
    if shown:
        print(f"  what weighed most {'for' if goes else 'against'} its going")
    for reason in shown:
        print_wrapped(reason, "    - ", indent=6)


# ---- what both tell ----


def _print_shared(a: Article, b: Article, comparison: Comparison) -> None:
    evidence, passages = comparison.evidence, comparison.passages
    print()
    if not (evidence.sentences or passages):
        print_wrapped("Both tell no sentence, and share no passage of five words.", bold=True)
        return
    print_wrapped("What both tell", bold=True)
    _print_words("names", evidence.names)
    _print_words("figures", evidence.figures)
    pairs = [
        (it, a.text[it.start_a : it.end_a], b.text[it.start_b : it.end_b])
        for it in evidence.sentences
    ]
    if pairs:
        same = sum(_one_line(x) == _one_line(y) for _, x, y in pairs)
        word_for_word = f", {same:,} of them word for word" if same else ""
        print(f"  {_count(len(pairs), 'sentence')}{word_for_word}")
    # Those that differ say more.
    shown = _first(pairs, lambda it: _one_line(it[1]) == _one_line(it[2]))
    for it, of_a, of_b in shown:
        _print_pair(it, of_a, of_b)
    _print_more(len(pairs))
    if passages:
        in_a = _per_cent(_covered((start, end) for start, end, _, _ in passages), len(a.text))
        in_b = _per_cent(_covered((start, end) for _, _, start, end in passages), len(b.text))
        print(
            f"  {_count(len(passages), 'passage')} of five words or more,"
            f" {in_a} of A and {in_b} of B"
        )
    for start, end, _, _ in _first(passages, lambda it: it[0] - it[1]):
        _print_quoted(a.text[start:end], "    - ")
    _print_more(len(passages))


def _print_pair(pair: AlignedSentence, of_a: str, of_b: str) -> None:
    if _one_line(of_a) == _one_line(of_b):
        _print_quoted(of_a, "    A, B: ")
        return
    _print_quoted(of_a, "    A: ")
    _print_quoted(of_b, "    B: ")


def _first(items: Sequence[T], rank: Callable[[T], int]) -> list[T]:
    """Those of the least rank, as many as are shown, in their order."""
    ranked = sorted(range(len(items)), key=lambda index: rank(items[index]))
    return [items[index] for index in sorted(ranked[:_SENTENCES])]


def _covered(spans: Iterable[tuple[int, int]]) -> int:
    """The characters that lie in any of the spans."""
    characters = last = 0
    for start, end in sorted(spans):
        characters += max(0, end - max(start, last))
        last = max(last, end)
    return characters


def _per_cent(part: int, of: int) -> str:
    return f"{part / of:.0%}"


# ---- both texts ----


def print_texts(a: Article, b: Article, comparison: Comparison) -> None:
    """Print both texts side by side, the passages that they share in colour."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(expand=True)
    table.add_column(Text(visible(str(a.id or "A"))), ratio=1)
    table.add_column(Text(visible(str(b.id or "B"))), ratio=1)
    passages = comparison.passages
    left = _highlighted(a.text, [(start, end) for start, end, _, _ in passages])
    right = _highlighted(b.text, [(start, end) for _, _, start, end in passages])
    table.add_row(left, right)
    sys.stdout.flush()
    Console(width=_width()).print(table)


def _highlighted(text: str, spans: list[tuple[int, int]]) -> "Text":
    from rich.text import Text

    shown = Text(visible(text))
    for number, (start, end) in enumerate(spans):
        shown.stylize(_COLOURS[number % len(_COLOURS)], start, end)
    return shown


# ---- lines ----


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" + ("" if number == 1 else "s")


def _listed(parts: Iterable[str]) -> str:
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last


def _print_words(label: str, found: Sequence[str]) -> None:
    if found:
        more = f" and {len(found) - _WORDS:,} more" if len(found) > _WORDS else ""
        shown = ", ".join(_isolated(_one_line(word)) for word in found[:_WORDS])
        print_wrapped(f"{shown}{more}", f"  {label:<8} ", indent=11)


def _print_more(number: int) -> None:
    if number > _SENTENCES:
        print(f"    and {number - _SENTENCES:,} more (--json has all)")


def _print_quoted(text: str, label: str, columns: int = _QUOTED) -> None:
    # A sentence may begin behind the end of a quotation.
    shown = _shortened(_one_line(text).lstrip("”’』」»)） "), columns)
    print_wrapped(_isolated(shown), label, indent=len(label))


def _one_line(text: str) -> str:
    return " ".join(visible(text).split())


# Marks that turn the direction of what follows. Around text from right to left they keep the line
# that it stands in as it is.
_TURNING = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))


def _isolated(text: str) -> str:
    text = text.translate(_TURNING)
    turned = any(unicodedata.bidirectional(it) in ("R", "AL", "AN") for it in text)
    return f"\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}" if turned else text


def _columns(text: str) -> int:
    return sum(map(_columns_of, text))


def _columns_of(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def _cut(text: str, columns: int) -> int:
    """How many characters of a text fit into so many columns, at least one."""
    used = 0
    for place, character in enumerate(text):
        used += _columns_of(character)
        if used > columns:
            # Not inside a number.
            digits = place - len(text[:place].rstrip("0123456789")) if character.isdigit() else 0
            return max(place - digits, 1)
    return len(text)


def _shortened(text: str, columns: int) -> str:
    if _columns(text) <= columns:
        return text
    start = text[: _cut(text, columns - 1)]
    # At a blank, unless the script has none.
    whole = start if text[len(start)].isspace() else start.rpartition(" ")[0]
    return (whole if _columns(whole) > columns // 2 else start).rstrip(" ,;:-") + "…"


def _width() -> int:
    return min(shutil.get_terminal_size((80, 24)).columns, _WIDEST) if sys.stdout.isatty() else 80


def print_wrapped(text: str, label: str = "", *, indent: int = 0, bold: bool = False) -> None:
    """Print a text in lines of the terminal's width, the first behind a label."""
    width = max(_width() - indent, 20)
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if _columns(joined) <= width:
            lines[-1] = joined
            continue
        if _columns(word) > width:
            # A script without blanks goes on in the line.
            lines[-1], rest = joined[: _cut(joined, width)], joined[_cut(joined, width) :]
            while rest:
                lines.append(rest[: _cut(rest, width)])
                rest = rest[_cut(rest, width) :]
        else:
            lines.append(word)
    for number, line in enumerate(lines):
        start = (label or " " * indent) if number == 0 else " " * indent
        if bold:  # where a terminal shows it
            click.secho(start + line, bold=True)
        else:
            print(start + line)
