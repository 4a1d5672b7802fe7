"""Passages that several stories of a page hold word for word, as footers and appeals."""

import re
from collections.abc import Iterator, Mapping

# As in a pass: what so many stories hold is furniture. A pass knows it of all articles and by
# sampled shingles; here it is of what is shown, by runs of so many words.
MANY = 3
_SHINGLE = 8
# Scripts without blanks: a passage of so many characters.
_CHARACTERS = 20

_WORD = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W_]+")


def furniture(
    texts: Mapping[str, str], stories: Mapping[str, int]
) -> dict[str, list[tuple[int, int]]]:
    """Of each text, by the id of its article, the ranges of characters that stand in at least MANY
    stories; `stories` are their numbers, by the ids of the articles.
    """
    holders: dict[int, int | tuple[int, ...]] = {}
    for id, text in texts.items():
        story = stories[id]
        for shingle, _, _ in _shingles(text):
            held = holders.get(shingle)
            if held is None:
                holders[shingle] = story
            elif isinstance(held, int):
                if held != story:
                    holders[shingle] = (held, story)
            elif story not in held and len(held) < MANY:
                holders[shingle] = (*held, story)
    found: dict[str, list[tuple[int, int]]] = {}
    for id, text in texts.items():
        ranges: list[tuple[int, int]] = []
        for shingle, start, end in _shingles(text):
            held = holders[shingle]
            if isinstance(held, int) or len(held) < MANY:
                continue
            if ranges and start <= ranges[-1][1]:
                ranges[-1] = (ranges[-1][0], end)
            else:
                ranges.append((start, end))
        if ranges:
            found[id] = ranges
    return found


def _shingles(text: str) -> Iterator[tuple[int, int, int]]:
    """(hash, start, end) of each run of so many words."""
    words = [(it.group().casefold(), it.start(), it.end()) for it in _WORD.finditer(text)]
    single = sum(end - start == 1 and word > "\u0dff" for word, start, end in words)
    size = _CHARACTERS if single * 2 > len(words) else _SHINGLE
    for at in range(len(words) - size + 1):
        run = words[at : at + size]
        yield hash(tuple(word for word, _, _ in run)), run[0][1], run[-1][2]
