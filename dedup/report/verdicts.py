"""What verdicts on a pass come to: how right it was, and which bars were right enough."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dedup.errors import InputError
from dedup.report.result import Found, read_lines

VERDICTS = ("right", "wrong", "cannot say")
# In a hundred that are to be right.
AIM = 0.95
# How often the true share may be below the interval, and how often above.
_TAIL = 0.025


@dataclass(frozen=True)
class Bar:
    """A bar from where on so many of those judged are right, and what share of all reaches it."""

    bar: float
    right: int
    judged: int
    low: float
    high: float
    reached: float


@dataclass(frozen=True)
class Judged:
    """Verdicts on what was dropped, or on what was only flagged.

    `of` are all of them, `low` and `high` the ends of the interval of the share that is right.
    `enough` is the least bar at which AIM of those judged are right, `surely` the least at which
    the interval begins there; None where there is none. `others` are verdicts that count for
    nothing, since their articles were not drawn by chance.
    """

    of: int
    right: int
    wrong: int
    unsure: int
    others: int
    low: float
    high: float
    enough: Bar | None
    surely: Bar | None

    @property
    def judged(self) -> int:
        return self.right + self.wrong


def interval(right: int, judged: int) -> tuple[float, float]:
    """The interval of Clopper and Pearson ("The use of confidence or fiducial limits illustrated in
    the case of the binomial", 1934), which holds the true share at least 95 times in 100.
    """
    low = 0.0 if right == 0 else _root(lambda p: 1 - _at_most(right - 1, judged, p) - _TAIL)
    high = 1.0 if right == judged else _root(lambda p: _TAIL - _at_most(right, judged, p))
    return low, high


def _at_most(count: int, of: int, p: float) -> float:
    """The probability of at most so many successes."""
    if count * 2 > of:
        return 1 - _at_most(of - count - 1, of, 1 - p)
    if p <= 0 or p >= 1:
        return float(p <= 0 and count >= 0)
    whole = math.lgamma(of + 1)
    return math.fsum(
        math.exp(
            whole
            - math.lgamma(it + 1)
            - math.lgamma(of - it + 1)
            + it * math.log(p)
            + (of - it) * math.log1p(-p)
        )
        for it in range(count + 1)
    )


def _root(rising: Callable[[float], float]) -> float:
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if rising(middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def judge(found: Found, paths: Iterable[Path]) -> tuple[Judged, Judged]:
    """What verdicts come to, on what was dropped and on what was only flagged.

    Of several verdicts on one article the last counts. Raises InputError for a line that is no
    verdict, or is one on another result.
    """
    versions = {
        (version.id, story.id): version for story in found.stories for version in story.versions
    }
    verdicts: dict[tuple[str, str], dict[str, Any]] = {}
    by_id: dict[str, list[tuple[str, str]]] = {}
    for pair in versions:
        by_id.setdefault(pair[0], []).append(pair)
    for path in paths:
        for number, line in enumerate(read_lines(path), 1):
            if line.get("verdict") not in VERDICTS or not isinstance(line.get("id"), str):
                raise InputError(
                    f"{path}:{number}: this is no verdict; each has an `id` and a `verdict`, which"
                    " is right, wrong or cannot say"
                )
            pairs = by_id.get(line["id"], [])
            if "of" in line:
                pairs = [pair for pair in pairs if pair[1] == line["of"]]
            # An article that goes does so once; flagged it may be with several.
            pairs = sorted(pairs, key=lambda pair: not versions[pair].dropped)
            if not pairs:
                raise InputError(
                    f"{path}:{number}: {found.folder} has no version {line['id']!r}; the verdict is"
                    " on another result"
                )
            verdicts[pairs[0]] = line
    return _judged(True, "covered", versions, verdicts), _judged(False, "score", versions, verdicts)


def _judged(
    dropped: bool,
    bar: str,
    versions: dict[tuple[str, str], Any],
    verdicts: dict[tuple[str, str], dict[str, Any]],
) -> Judged:
    every = sorted(getattr(it, bar) for it in versions.values() if it.dropped is dropped)
    counts = dict.fromkeys(VERDICTS, 0)
    others = 0
    known: list[tuple[float, bool]] = []
    for pair, line in verdicts.items():
        if versions[pair].dropped is not dropped:
            continue
        if line.get("drawn", 0) is None:
            others += 1
            continue
        counts[line["verdict"]] += 1
        if line["verdict"] != "cannot say":
            known.append((getattr(versions[pair], bar), line["verdict"] == "right"))
    right, wrong, unsure = (counts[verdict] for verdict in VERDICTS)
    low, high = interval(right, right + wrong) if known else (0.0, 1.0)
    enough, surely = _bars(known, every)
    return Judged(len(every), right, wrong, unsure, others, low, high, enough, surely)


def _bars(known: list[tuple[float, bool]], every: Sequence[float]) -> tuple[Bar | None, Bar | None]:
    """The least bar at which enough are right, and the least at which that is sure."""
    enough = surely = None
    right = judged = 0
    # From the highest on, so that the last one found is the least.
    known.sort(reverse=True)
    for at, (value, is_right) in enumerate(known):
        right, judged = right + is_right, judged + 1
        if at + 1 < len(known) and known[at + 1][0] == value:
            continue
        if right >= AIM * judged:
            enough = (value, right, judged)
            # Were no more than AIM of all right, so many of those judged would hardly ever be.
            if 1 - _at_most(right - 1, judged, AIM) <= _TAIL:
                surely = enough
    return _bar(enough, every), _bar(surely, every)


def _bar(found: tuple[float, int, int] | None, every: Sequence[float]) -> Bar | None:
    if found is None:
        return None
    value, right, judged = found
    reached = sum(it >= value for it in every) / len(every)
    return Bar(value, right, judged, *interval(right, judged), reached)
