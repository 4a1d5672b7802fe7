"""Candidates: the curve that the bands promise, and what a pass finds of pairs made to measure."""

import random
from itertools import combinations, product

import articles
import oracle
import pytest

import dedup


@pytest.mark.parametrize("similarity", [0.0, 0.01, 0.1, 1 / 3, 0.5, 0.9, 1.0])
@pytest.mark.parametrize(("num_bands", "rows_per_band"), [(1, 1), (64, 2), (14, 8), (42, 3)])
def test_probability_is_the_formula(similarity: float, num_bands: int, rows_per_band: int) -> None:
    got = dedup.candidate_probability(similarity, num_bands, rows_per_band)
    assert got == pytest.approx(1 - (1 - similarity**rows_per_band) ** num_bands)


@pytest.mark.parametrize("similarity", [0.0, 0.25, 0.5, 1.0])
@pytest.mark.parametrize(("num_bands", "rows_per_band"), [(2, 2), (3, 3), (5, 1)])
def test_probability_sums_over_all_signatures(
    similarity: float, num_bands: int, rows_per_band: int
) -> None:
    """Every way that the slots of two signatures can agree, each with its own probability."""
    total = 0.0
    for slots in product([True, False], repeat=num_bands * rows_per_band):
        rows = [slots[i : i + rows_per_band] for i in range(0, len(slots), rows_per_band)]
        if any(all(row) for row in rows):
            agreed = sum(slots)
            total += similarity**agreed * (1 - similarity) ** (len(slots) - agreed)
    got = dedup.candidate_probability(similarity, num_bands, rows_per_band)
    assert got == pytest.approx(total)


def test_default_bands_reach_syndicated_pairs() -> None:
    """Lengths alike and half of the longer shared is a similarity of a third at the least."""
    assert dedup.candidate_probability(1 / 3) >= 0.99


def test_probability_rises_with_similarity() -> None:
    curve = [dedup.candidate_probability(percent / 100) for percent in range(101)]
    assert curve == sorted(curve)
    assert (curve[0], curve[-1]) == (0.0, 1.0)


@pytest.mark.parametrize("bad", [-0.1, 1.1, float("nan")])
def test_probability_of_no_similarity_is_an_error(bad: float) -> None:
    with pytest.raises(dedup.OptionError):
        dedup.candidate_probability(bad)


def pairs_found(pairs: list[tuple[str, str]]) -> tuple[set[int], set[str]]:
    """The numbers of the pairs that one pass over all texts finds, and every relation it gives."""
    records = [
        {"id": f"{number}/{side}", "text": text}
        for number, pair in enumerate(pairs)
        for side, text in zip("ab", pair, strict=True)
    ]
    matches = dedup.find_duplicates(records, rewrites=False).matches
    found = {(match.id_a[:-2], match.id_b[:-2]) for match in matches}
    assert all(a == b for a, b in found), "texts that share nothing were matched"
    return {int(a) for a, _ in found}, {match.relation for match in matches}


@pytest.mark.parametrize(("shared", "own"), [(100, 100), (200, 100), (200, 20), (600, 590)])
def test_syndicated_pairs_are_found(shared: int, own: int) -> None:
    rng = random.Random(shared + own)
    pairs = [articles.with_similarity(rng, shared, own) for _ in range(400)]
    figures = oracle.figures(*pairs[0])
    assert figures.similarity == pytest.approx(shared / (shared + 2 * own), abs=0.01)
    found, relations = pairs_found(pairs)
    assert relations == {"syndicated"}
    assert len(found) >= 0.99 * len(pairs)


@pytest.mark.parametrize(("held", "length"), [(60, 400), (120, 1_000), (120, 6_000)])
def test_excerpts_are_found(held: int, length: int) -> None:
    rng = random.Random(held + length)
    long_articles = [articles.word_list(rng, length) for _ in range(100)]
    pairs = [(" ".join(a), " ".join(articles.cut(rng, a, held))) for a in long_articles]
    found, relations = pairs_found(pairs)
    assert relations == {"excerpt"}
    assert len(found) >= 0.95 * len(pairs)


def test_all_pairs_of_a_family_are_found() -> None:
    """Thirty versions of one story, every two a match: buckets hold more than pairs."""
    rng = random.Random(5)
    story = articles.word_list(rng, 200)
    versions = [" ".join(articles.substitute(rng, story, 4)) for _ in range(30)]
    matches = dedup.find_duplicates(versions).matches
    assert len(matches) == len(list(combinations(versions, 2)))
    assert {match.relation for match in matches} == {"syndicated"}
