"""What a pass finds: matches, duplicates and the clusters they form."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Match:
    """Two articles that are versions of one another, verified on their texts.

    `relation` is `exact`, `syndicated` or `excerpt`. Of the sets A and B of word 5-shingles,
    `similarity` is |A∩B| / |A∪B| (the resemblance of Broder 1997, "On the resemblance and
    containment of documents") and `containment` |A∩B| / min(|A|, |B|). `score` is the
    probability that the pair is a duplicate. All lie in [0, 1] and are exact, never estimates.
    In the result of a pass id_a < id_b.
    """

    id_a: str
    id_b: str
    relation: str
    score: float
    similarity: float
    containment: float


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An article dropped for a kept one, `duplicate_of`, with the figures of their match."""

    id: str
    duplicate_of: str
    relation: str
    score: float
    similarity: float
    containment: float


@dataclass(frozen=True, slots=True)
class Cluster:
    """A kept article and those dropped for it; each has a direct match to `canonical`."""

    canonical: str
    duplicates: tuple[Duplicate, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What `find_duplicates` found.

    `duplicates` are ordered by id, `matches` by (id_a, id_b), `clusters` (those with a duplicate)
    by the id of the canonical article, and `kept`, the ids of all articles that stay, as the
    articles came.
    """

    duplicates: tuple[Duplicate, ...]
    matches: tuple[Match, ...]
    clusters: tuple[Cluster, ...]
    kept: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two texts side by side; `relation` is None when they are no duplicates.

    `passages` are (start_a, end_a, start_b, end_b) in characters: the passages of at least five
    words that stand in both texts.
    """

    relation: str | None
    score: float
    similarity: float
    containment: float
    passages: tuple[tuple[int, int, int, int], ...]


def clusters_of(duplicates: Iterable[Duplicate]) -> tuple[Cluster, ...]:
    members: dict[str, list[Duplicate]] = {}
    for duplicate in duplicates:
        members.setdefault(duplicate.duplicate_of, []).append(duplicate)
    return tuple(Cluster(canonical, tuple(members[canonical])) for canonical in sorted(members))
