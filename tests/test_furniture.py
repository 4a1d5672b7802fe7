"""Furniture, as a pass knows it: by how many stories of the corpus hold a passage."""

import random

import articles
import oracle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup import _core as core
from dedup.config import MIN_COVERED, MIN_SCORE


def features_in(texts: list[str], pairs: list[tuple[int, int]]) -> list[list[list[float]]]:
    native = core.Pass(drop=["exact"], min_score=MIN_SCORE, min_covered=MIN_COVERED)
    source = native.add_table("texts")
    native.add_rows(source, texts, [str(it) for it in range(len(texts))], [None] * len(texts))
    return native.features([(str(a), str(b)) for a, b in pairs])


@st.composite
def framed(draw: st.DrawFn) -> list[str]:
    """Articles with passages that several of them share, before, behind and inside; some are
    nearly the same as another."""
    rng = random.Random(draw(st.integers(0, 2**32)))
    frames = [articles.prose(articles.word_list(rng, rng.randint(5, 90))) for _ in range(3)]
    texts: list[str] = []
    for _ in range(draw(st.integers(2, 7))):
        if texts and rng.random() < 0.3:
            words = rng.choice(texts).split(" ")
            words[rng.randrange(len(words))] = rng.choice(articles.WORDS)
            texts.append(" ".join(words))
            continue
        parts = [articles.prose(articles.word_list(rng, rng.randint(20, 90))) for _ in range(2)]
        for frame in frames:
            if rng.random() < 0.6:
                parts.insert(rng.randrange(len(parts) + 1), frame)
        texts.append(rng.choice([" ", "\n"]).join(parts))
    return list(dict.fromkeys(texts))


@settings(max_examples=100)
@given(framed())
def test_features_in_a_corpus_equal_the_oracle(texts: list[str]) -> None:
    holders = oracle.holders_in(texts)
    pairs = [(a, b) for a in range(len(texts)) for b in range(a)]
    for (a, b), found in zip(pairs, features_in(texts, pairs), strict=True):
        expected = oracle.features(texts[a], texts[b], None, holders)
        assert expected is not None
        for row, side in zip(found, expected, strict=True):
            assert dict(zip(core.feature_names(), row, strict=True)) == side


def figures(stories: int, copies: int = 0) -> tuple[float, float]:
    """The share of furniture, and the stories that hold it, of what two articles share: a passage
    that so many stories have, and so many copies of the first."""
    passage = articles.article(1, 120)
    texts = [f"{articles.article(10 + i, 60)}\n{passage}" for i in range(stories)]
    texts += [texts[0].replace(".", f".\n{articles.WORDS[i]}", 1) for i in range(copies)]
    ((side, _),) = features_in(texts, [(0, 1)])
    values = dict(zip(core.feature_names(), side, strict=True))
    return values["furniture"], values["holders"]


@pytest.mark.parametrize(
    ("stories", "copies", "expected"),
    [
        (2, 0, (0, 2)),
        (2, 1, (0, 2)),
        (2, 9, (0, 2)),
        (3, 0, (1, 3)),
        (3, 5, (1, 3)),
        (9, 0, (1, 9)),
    ],
)
def test_furniture_begins_with_the_third_story(
    stories: int, copies: int, expected: tuple[float, float]
) -> None:
    """However many copies there are of one."""
    assert figures(stories, copies) == expected
