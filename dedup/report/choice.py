"""Which stories a page shows, where there are more than it takes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from dedup.report.result import Story, Version


@dataclass
class Chosen:
    """A story of the page. `drawn` has the rank of each of its versions that was drawn."""

    story: Story
    doubt: float
    drawn: dict[str, int] = field(default_factory=dict)


def doubt(story: Story, options: dict[str, Any]) -> float:
    """How near the nearest of its versions is to a bar, from 0 on."""
    return min(_doubt(version, options) for version in story.versions)


def _doubt(version: Version, options: dict[str, Any]) -> float:
    to_flagged: float = version.score - options["min_score"]
    return min(abs(to_flagged), abs(version.covered - float(options["min_covered"])))


def choose(stories: Sequence[Story], limit: int, options: dict[str, Any]) -> list[Chosen]:
    """The stories of a page, at most so many.

    Half of them are those of the dropped articles that come first in an order of chance, so that
    these are an even draw of all that was dropped; an eighth likewise of those only flagged; then
    come the largest, up to three quarters, and the most doubtful. The order is by a hash of the
    ids: the same result gives the same page.
    """
    chosen: dict[int, Chosen] = {}
    doubts = [doubt(story, options) for story in stories]

    def take(at: int) -> Chosen:
        return chosen.setdefault(at, Chosen(stories[at], doubts[at]))

    for dropped, share in ((True, 0.5), (False, 0.625)):
        for rank, (at, version) in enumerate(_drawn(stories, dropped)):
            if at not in chosen and len(chosen) >= share * limit and len(stories) > limit:
                break
            take(at).drawn[version.id] = rank
    largest = sorted(range(len(stories)), key=lambda at: (-len(stories[at].versions), doubts[at]))
    for order, share in ((largest, 0.75), (sorted(range(len(stories)), key=doubts.__getitem__), 1)):
        for at in order:
            if len(chosen) >= share * limit:
                break
            take(at)
    return [chosen[at] for at in sorted(chosen)]


def _drawn(stories: Iterable[Story], dropped: bool) -> list[tuple[int, Any]]:
    """All versions that are dropped, or only flagged, with their stories, in an order of chance."""
    found = [
        (_chance(f"{story.id}\n{version.id}"), at, version)
        for at, story in enumerate(stories)
        for version in story.versions
        if version.dropped is dropped
    ]
    return [(at, version) for _, at, version in sorted(found, key=lambda it: it[:2])]


def _chance(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
