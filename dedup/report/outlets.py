"""Who copies whom: of two versions of one story the outlet that had it first, and the other."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import StringIO
from statistics import median

from dedup._core import parse_date, seconds_between
from dedup.report.corpus import Byline
from dedup.report.result import Story

COLUMNS = ("first", "later", "stories", "word_for_word", "median_hours_later")


@dataclass
class _Copies:
    stories: int = 0
    word_for_word: int = 0
    seconds: list[int] = field(default_factory=list)


def who_copies_whom(
    stories: Iterable[Story], bylines: Mapping[str, Byline]
) -> list[tuple[str, str, int, int, float]]:
    """Rows of COLUMNS, the most stories first: of two outlets the one that had stories first, and
    the one that had them later; how many stories; in how many of these the words were the same, but
    for edits; and how much later it came, in hours.

    Each version is compared with the article kept for it, where both have an outlet and a date, the
    outlets differ and so do the times. An outlet that has a story twice counts once.
    """
    found: dict[tuple[str, str], _Copies] = defaultdict(_Copies)
    for story in stories:
        counted = set()
        for version in story.versions:
            one, other = (bylines.get(id, (id, None, None)) for id in (story.id, version.id))
            if one[1] is None or other[1] is None or one[2] is None or other[2] is None:
                continue
            # Of two dates on one day, one without a time, none is known to be first.
            if one[2] == other[2] or not seconds_between(other[1], one[1]):
                continue
            seconds = (parse_date(other[1]) or 0) - (parse_date(one[1]) or 0)
            pair = (one[2], other[2]) if seconds > 0 else (other[2], one[2])
            if pair in counted:
                continue
            counted.add(pair)
            copies = found[pair]
            copies.stories += 1
            copies.word_for_word += version.relation in ("exact", "syndicated")
            copies.seconds.append(abs(seconds))
    rows = [
        (*pair, it.stories, it.word_for_word, round(median(it.seconds) / 3600, 1))
        for pair, it in found.items()
    ]
    return sorted(rows, key=lambda row: (-row[2], row[:2]))


def as_csv(rows: Iterable[tuple[str, str, int, int, float]]) -> str:
    file = StringIO()
    out = csv.writer(file, lineterminator="\n")
    out.writerow(COLUMNS)
    out.writerows(rows)
    return file.getvalue()
