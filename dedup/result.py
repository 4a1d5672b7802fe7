"""What a pass finds: matches, duplicates and the clusters they form."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from dedup.collection import without

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AlignedSentence:
    """A sentence of each text that tell the same, as ranges of characters.

    `share` is the share of content words of the first text's sentence that the other one has.
    """

    start_a: int
    end_a: int
    start_b: int
    end_b: int
    share: float


@dataclass(frozen=True, slots=True)
class Feature:
    """A figure that the coverage of a text is made of.

    `contribution` is what it adds to the log odds that a reader of the other text misses nothing of
    weight, against the mean of the articles that the model was fitted on. docs/design.md says what
    each is.
    """

    name: str
    value: float
    contribution: float


@dataclass(frozen=True, slots=True)
class Missed:
    """What a reader of the other text alone misses of one, in the order of the text.

    `sentences` are ranges of characters: those of which no sentence of the other text has three
    tenths of the content words. `names` are those of which the other lacks more than half of the
    words, `figures` those that it lacks, as they stand. `of_` each is how many different ones the
    text has in all. Only capitals tell names: there are none in Chinese, in Arabic or, since all
    its nouns have them, in German.
    """

    sentences: tuple[tuple[int, int], ...]
    names: tuple[str, ...]
    figures: tuple[str, ...]
    of_sentences: int
    of_names: int
    of_figures: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What two texts have in common as stories, and what only one has.

    `sentences` are those that both tell, each once, in the order of the first text. `names`,
    `figures` and the other content `words` stand in both, spelt as in the first text and in its
    order. `missed_a` is what a reader of b alone misses of a, `missed_b` what one of a misses of b.
    `features_a` are the figures that the coverage of a by b is made of, the weightiest first,
    `features_b` those of b by a; none when either text has no content words, as one of stop words.
    """

    sentences: tuple[AlignedSentence, ...]
    names: tuple[str, ...]
    figures: tuple[str, ...]
    words: tuple[str, ...]
    missed_a: Missed
    missed_b: Missed
    features_a: tuple[Feature, ...]
    features_b: tuple[Feature, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """Two articles that are versions of one another, verified on their texts.

    `relation` is `exact`, `syndicated`, `excerpt` or `rewritten`, or, where asked for, `related`.
    `score` is the probability that the two are versions of one story, at whatever stage.
    `covered_a` is the probability that a reader of b alone misses nothing of weight of a,
    `covered_b` that of b a reader of a alone. `may_go` says which of the two may be dropped for the
    other by the options given: "a", "b", "either" or None.

    Of the sets A and B of word 5-shingles, `similarity` is |A∩B| / |A∪B| (the resemblance of Broder
    1997, "On the resemblance and containment of documents") and `containment` |A∩B| / min(|A|,
    |B|). All figures lie in [0, 1] and are made of the texts and dates, never of sketches. In the
    result of a pass id_a is the one that comes first as text.
    """

    id_a: Hashable
    id_b: Hashable
    relation: str
    score: float
    covered_a: float
    covered_b: float
    may_go: str | None
    similarity: float
    containment: float
    _evidence: "Evidence | Callable[[], Evidence]" = field(repr=False, compare=False)
    late: bool = False

    @property
    def evidence(self) -> Evidence:
        """What both tell, and what a reader of one alone misses; made of the texts when it is asked
        for."""
        return self._evidence if isinstance(self._evidence, Evidence) else self._evidence()

    def __reduce__(self) -> tuple[Any, ...]:
        covered = (self.covered_a, self.covered_b, self.may_go)
        figures = (self.relation, self.score, *covered, self.similarity, self.containment)
        return Match, (self.id_a, self.id_b, *figures, self.evidence)


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An article dropped for a kept one, `duplicate_of`, with the figures of their match.

    `covered` is how far it is covered by the one kept.
    """

    id: Hashable
    duplicate_of: Hashable
    relation: str
    score: float
    covered: float
    similarity: float
    containment: float


@dataclass(frozen=True, slots=True)
class Cluster:
    """A kept article and those dropped for it; each has a direct match to `canonical`."""

    canonical: Hashable
    duplicates: tuple[Duplicate, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the story that a kept article heads, with the figures of their match.

    `covered` is how far it is covered by that article. `dropped` says whether it went for it, or
    is kept, too, and only flagged.
    """

    id: Hashable
    relation: str
    score: float
    covered: float
    similarity: float
    containment: float
    dropped: bool


@dataclass(frozen=True, slots=True)
class Story:
    """A kept article, `id`, and the other versions of its story, each with a direct match to it."""

    id: Hashable
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What `find_duplicates` found.

    Ids are what they were given as; an order by ids is that of their texts. `duplicates` are
    ordered by id, `matches` by (id_a, id_b), `clusters` (those with a duplicate)
    by the id of the canonical article, and `kept`, the ids of all articles that stay, as the
    articles came. `stories` are those of several versions, dropped or only flagged: by the id of
    the kept article, and their versions by id.
    """

    duplicates: tuple[Duplicate, ...]
    matches: tuple[Match, ...]
    clusters: tuple[Cluster, ...]
    kept: tuple[Hashable, ...]
    stories: tuple[Story, ...] = ()
    # For each article 1 where it stays.
    _kept_rows: bytes = field(default=b"", repr=False, compare=False)

    def clean(self, data: T) -> T:
        """Return what `find_duplicates` was given without the articles that it drops.

        `data` may be a list, a tuple, a mapping of ids to texts, a frame or Series of pandas or
        Polars, a table, batch or array of pyarrow, a NumPy array, or a Dataset of Hugging Face, and
        comes back as the same kind. Articles are told by their positions, whatever their ids.
        Raises InputError when there are not as many of them, and for what cannot be filtered, as a
        generator: take what is in `kept` of it.
        """
        cleaned: T = without(data, self._kept_rows)
        return cleaned


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two texts side by side; `relation` is None when they are neither flagged nor related.

    `may_go` is that of `Match`, were all relations dropped.
    `passages` are (start_a, end_a, start_b, end_b) in characters: the passages of at least five
    words that stand in both texts.
    """

    relation: str | None
    score: float
    covered_a: float
    covered_b: float
    may_go: str | None
    similarity: float
    containment: float
    passages: tuple[tuple[int, int, int, int], ...]
    evidence: Evidence
