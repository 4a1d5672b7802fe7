"""What a pass finds: matches, duplicates and the clusters they form."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from dedup import _core
from dedup.article import Article, as_article, date_text
from dedup.collection import without
from dedup.config import Fields
from dedup.errors import InputError

T = TypeVar("T")


class _Beside:
    """A value with something beside its fields, which alone are compared, shown and turned into
    JSON.

    It never changes, so a copy of it is the value itself.
    """

    __slots__ = ("_beside",)

    def __copy__(self: T) -> T:
        return self

    def __deepcopy__(self: T, memo: object) -> T:
        return self


def beside(value: T, what: Any) -> T:
    """Give a value what it has beside its fields: a match what makes its evidence, a result one
    byte for each article, 1 where it stays."""
    object.__setattr__(value, "_beside", what)
    return value


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
class Match(_Beside):
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

    `late` is of an index alone: the article given, a, would be dropped for the one stored, b, but
    for the keep rule, which prefers it, as `earliest` does one that comes in after one of a later
    date.
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
    late: bool = False

    @property
    def evidence(self) -> Evidence:
        """What both tell, and what a reader of one alone misses; made of the texts when it is asked
        for.

        A match has its texts, one of an index looks them up there; they stay behind when it is
        pickled or made anew from its fields. Then it raises InputError, and `evidence_of` takes
        them.
        """
        make: Callable[[], Evidence] | None = getattr(self, "_beside", None)
        if make is None:
            raise InputError(
                "the match has left its texts behind; give them: match.evidence_of(a, b)"
            )
        return make()

    def evidence_of(
        self, a: str | Mapping[str, Any] | Article, b: str | Mapping[str, Any] | Article
    ) -> Evidence:
        """Return the evidence in the articles of id_a and id_b, given as `compare` takes them.

        Their dates count, where they have any. Raises InputError for an item that is no article.
        """
        return evidence_of(
            as_article(a, Fields(), "article a"), as_article(b, Fields(), "article b")
        )


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
class Result(_Beside):
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

    def clean(self, data: T) -> T:
        """Return what `find_duplicates` was given without the articles that it drops.

        `data` may be a list, a tuple, a mapping of ids to texts, a frame or Series of pandas or
        Polars, a table, batch or array of pyarrow, a NumPy array, or a Dataset of Hugging Face, and
        comes back as the same kind. Articles are told by their positions, whatever their ids.
        Raises InputError when there are not as many of them, and for what cannot be filtered, as a
        generator: take what is in `kept` of it.
        """
        kept_rows = getattr(self, "_beside", None)
        if kept_rows is None:
            raise InputError(
                "a result made from its fields does not know the positions of the articles; take"
                " what is in result.kept"
            )
        cleaned: T = without(data, kept_rows)
        return cleaned

    def __reduce__(self) -> tuple[Any, ...]:
        found = [getattr(self, it.name) for it in fields(self)]
        return _as_result, (getattr(self, "_beside", None), *found)


def _as_result(kept_rows: bytes | None, *found: Any) -> Result:
    return beside(Result(*found), kept_rows)


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


# ---- evidence ----


def evidence_of(a: Article, b: Article) -> Evidence:
    return _as_evidence(_core.explain(a.text, b.text, date_text(a.date), date_text(b.date)))


def _as_evidence(found: tuple[Any, ...]) -> Evidence:
    sentences, names, figures, words, missed_a, missed_b, of_a, of_b = found
    return Evidence(
        sentences=tuple(
            AlignedSentence(a[0], a[1], b[0], b[1], share) for a, b, share in sentences
        ),
        names=tuple(names),
        figures=tuple(figures),
        words=tuple(words),
        missed_a=_as_missed(missed_a),
        missed_b=_as_missed(missed_b),
        features_a=_by_weight(of_a),
        features_b=_by_weight(of_b),
    )


def _as_missed(found: tuple[Any, ...]) -> Missed:
    sentences, names, figures, *of_all = found
    return Missed(tuple(sentences), tuple(names), tuple(figures), *of_all)


def _by_weight(features: list[tuple[str, float, float]]) -> tuple[Feature, ...]:
    by_weight = sorted(features, key=lambda feature: -abs(feature[2]))
    return tuple(Feature(*feature) for feature in by_weight)
