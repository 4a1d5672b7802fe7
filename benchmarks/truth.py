"""How well groups of articles agree with the stories that a synthetic corpus tells."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import comb

from corpora import Record

# Versions of `dedup synth` that are to be joined with their story, and those that resemble a story
# and are another.
REPEATS = ("exact", "edited", "truncated", "wrapped", "excerpt", "corrected", "rewritten")
OTHERS = ("other_figures", "other_facts", "same_lead")

Groups = Iterable[Sequence[str]]  # of ids; an article in none of them was joined with nothing


@dataclass(frozen=True)
class Verdict:
    recall: dict[str, float]  # of each of REPEATS: the share joined with an article of its story
    mistaken: dict[str, float]  # of each of OTHERS: the share joined with what it resembles
    precision: float  # the share of the pairs joined that are one story; 1 without any pair


class Truth:
    def __init__(self, records: Iterable[Record]) -> None:
        self._story: dict[str, str] = {}
        self._version: dict[str, str] = {}
        self._resembles: dict[str, str] = {}
        for record in records:
            id_ = record["id"]
            self._story[id_], self._version[id_] = str(record["cluster"]), record["version"]
            if record["version"] in OTHERS:
                self._resembles[id_] = record["version_of"]
        self._numbers = Counter(self._version.values())

    def judge(self, groups: Groups) -> Verdict:
        pairs = right_pairs = 0
        joined: set[str] = set()  # an article may be in several groups
        for group in groups:
            stories = Counter(self._story[id_] for id_ in group)
            pairs += comb(len(group), 2)
            right_pairs += sum(comb(number, 2) for number in stories.values())
            joined.update(id_ for id_ in group if self._is_joined(id_, stories))
        return self._verdict(joined, right_pairs / pairs if pairs else 1.0)

    def judge_flags(self, groups: Groups) -> Verdict:
        """Of one that flags articles, each a group of its own: the share flagged of each kind, and
        the share of those flagged that are one of several versions.
        """
        versions = Counter(self._story.values())
        flagged = [id_ for group in groups for id_ in group]
        right = sum(versions[self._story[id_]] > 1 for id_ in flagged)
        return self._verdict(flagged, right / len(flagged) if flagged else 1.0)

    def _verdict(self, found: Iterable[str], precision: float) -> Verdict:
        numbers = Counter(self._version[id_] for id_ in found)
        share = {version: numbers[version] / number for version, number in self._numbers.items()}
        return Verdict(
            {version: share[version] for version in REPEATS if version in share},
            {version: share[version] for version in OTHERS if version in share},
            precision,
        )

    def _is_joined(self, id_: str, stories: Counter[str]) -> bool:
        if id_ in self._resembles:
            return stories[self._story[self._resembles[id_]]] > 0
        return stories[self._story[id_]] > 1


def stars(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Groups of (article, article kept in its place)."""
    groups: dict[str, list[str]] = {}
    for id_, kept in pairs:
        groups.setdefault(kept, [kept]).append(id_)
    return list(groups.values())


def components(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """The connected components of a graph of two articles and more, given its edges."""
    root: dict[str, str] = {}

    def find(id_: str) -> str:
        while (parent := root.setdefault(id_, id_)) != id_:
            root[id_] = id_ = root[parent]
        return id_

    for one, other in pairs:
        root[find(one)] = find(other)
    groups: dict[str, list[str]] = {}
    for id_ in list(root):
        groups.setdefault(find(id_), []).append(id_)
    return list(groups.values())
