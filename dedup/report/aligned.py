"""Two versions side by side: their sentences in rows, each once."""

from collections.abc import Iterable

from dedup.result import Evidence

# What a row has: a sentence of both that tells the same; one of the version, or of the one kept,
# that stands nowhere in the other; or one that the other tells in part.
TOLD, ALONE, PART = "told", "alone", "part"

# Start and end in the version, start and end in the one kept (-1 where it has none), kind.
Row = tuple[int, int, int, int, str]

_NONE = (-1, -1)


def rows(version: str, kept: str, evidence: Evidence) -> list[Row]:
    """The rows of a version beside the kept article, in the order of the version; what the kept one
    has alone stands where it has it.

    `evidence` is that of (version, kept).
    """
    partner = {(it.start_a, it.end_a): (it.start_b, it.end_b) for it in evidence.sentences}
    of_version = _segments(version, partner, evidence.missed_a.sentences)
    of_kept = _segments(kept, partner.values(), evidence.missed_b.sentences)
    found: list[Row] = []
    waiting = [it for it in of_kept if it[1] != TOLD]
    waiting.reverse()
    for span, kind in of_version:
        other = partner.get(span, _NONE)
        while other != _NONE and waiting and waiting[-1][0] < other:
            found.append((*_NONE, *waiting[-1][0], waiting.pop()[1]))
        found.append((*span, *other, kind))
    found += [(*_NONE, *span, kind) for span, kind in reversed(waiting)]
    return found


def _segments(
    text: str, told: Iterable[tuple[int, int]], alone: Iterable[tuple[int, int]]
) -> list[tuple[tuple[int, int], str]]:
    """The sentences of a text in its order; what lies between those known is told in part."""
    known = sorted([(it, TOLD) for it in set(told)] + [(it, ALONE) for it in alone])
    found: list[tuple[tuple[int, int], str]] = []
    at = 0
    for (start, end), kind in known:
        if start < at:
            continue
        found += _between(text, at, start)
        found.append(((start, end), kind))
        at = end
    return found + _between(text, at, len(text))


def _between(text: str, start: int, end: int) -> list[tuple[tuple[int, int], str]]:
    piece = text[start:end]
    if not any(it.isalnum() for it in piece):
        return []
    start += len(piece) - len(piece.lstrip())
    return [((start, start + len(piece.strip())), PART)]
