"""A pair: figures by set arithmetic, relation by rule, and what editors would call the two."""

import random
from typing import Any

import articles
import bulletins
import oracle
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

import dedup
from dedup import _core as core
from dedup.config import MIN_COVERED, MIN_SCORE

BOTH_BARS = (MIN_SCORE, MIN_COVERED)
RNG = random.Random(11)
STORY = articles.paragraphs(1, count=6)
STORIES = [" ".join(articles.paragraphs(seed, count=4)) for seed in range(20, 30)]
HEADLINE = articles.prose(articles.word_list(RNG, 11))
OTHER_HEADLINE = articles.prose(articles.word_list(RNG, 9))
BODY = " ".join(STORY)
WORDS = articles.word_list(RNG, 300)


def misspelt(text: str, times: int) -> str:
    """Two letters swapped in so many of the longer words."""
    parts = text.split(" ")
    for i in range(7, len(parts), len(parts) // times):
        parts[i] = parts[i][:1] + parts[i][2:3] + parts[i][1:2] + parts[i][3:]
    return " ".join(parts)


def every(step: int) -> str:
    """WORDS with one word in so many replaced."""
    fresh = articles.word_list(random.Random(step), len(WORDS))
    return " ".join(
        new if i % step == 3 else old for i, (old, new) in enumerate(zip(WORDS, fresh, strict=True))
    )


VERSIONS = {
    "sent twice": (BODY, BODY, "exact"),
    "case and punctuation": (" ".join(WORDS), articles.retyped(WORDS), "exact"),
    "typographic quotes": (f"'It's' {BODY}", f"\u2018It\u2019s\u2019 {BODY}", "exact"),
    "line breaks": (BODY, BODY.replace(". ", ".\n\n"), "exact"),
    "composed and decomposed": (f"Caf\u00e9 {BODY}", f"Cafe\u0301 {BODY}", "exact"),
    "few words, same": ("Markets closed.", "MARKETS CLOSED", "exact"),
    "one word, same": ("Yes", "yes!", "exact"),
    "new headline": (f"{HEADLINE}\n{BODY}", f"{OTHER_HEADLINE}\n{BODY}", "syndicated"),
    "headline cut off": (f"{HEADLINE}\n{BODY}", BODY, "syndicated"),
    "typo mended": (misspelt(BODY, 1), BODY, "syndicated"),
    "eight typos mended": (misspelt(BODY, 8), BODY, "syndicated"),
    "a word in seven replaced": (" ".join(WORDS), every(7), "syndicated"),
    "a word in six replaced": (" ".join(WORDS), every(6), "rewritten"),
    "last paragraph cut": (BODY, " ".join(STORY[:-1]), "syndicated"),
    "middle paragraph cut": (BODY, " ".join(STORY[:2] + STORY[3:]), "syndicated"),
    "paragraphs moved": (BODY, " ".join(STORY[3:] + STORY[:3]), "syndicated"),
    "page wrapped round it": (
        BODY,
        f"Share this page. Print. {BODY} {articles.article(5, 60)}",
        "syndicated",
    ),
    "first paragraph only": (BODY, STORY[0], "excerpt"),
    "third of it": (BODY, " ".join(STORY[2:4]), "excerpt"),
    "digest of ten stories": (" ".join(STORIES), STORIES[3], "excerpt"),
    # Held whole, and hardly one story.
    "brief quoted in a column": (articles.article(6, 900) + STORY[0], STORY[0], None),
    "other story": (BODY, STORIES[0], None),
    "one quoted sentence in common": (BODY, f"{articles.article(8)} {BODY[:80]}", None),
    "few words, one changed": ("Markets closed for the holiday", "Markets open today", None),
    "nineteen words, one more": (" ".join(WORDS[:19]), " ".join(WORDS[:20]), None),
    "empty and empty": ("", "", None),
    "empty and blank": ("", " \n...", None),
    "empty and a story": ("", BODY, None),
}


@pytest.mark.parametrize("case", VERSIONS)
def test_versions_of_a_story(case: str) -> None:
    a, b, expected = VERSIONS[case]
    match = dedup.compare(a, b)
    assert (match.relation if match else None) == expected
    assert oracle.relation(oracle.Article("a", a), oracle.Article("b", b)) == expected


@pytest.mark.parametrize("case", bulletins.PAIRS)
def test_bulletins_on_one_template_are_two_stories(case: str) -> None:
    a, b = bulletins.PAIRS[case]
    assert oracle.figures(a, b).containment > 0.15, "the template should show"
    assert dedup.compare(a, b) is None
    assert dedup.compare(b, a) is None


@pytest.mark.parametrize("case", bulletins.PAIRS)
def test_bulletin_sent_twice_is_one_story(case: str) -> None:
    """With a typo mended, with a headline, and whole: figures as such part nothing."""
    text, _ = bulletins.PAIRS[case]
    for copy in (text.replace("percent", "per cent", 1), f"{HEADLINE} {text}", text.upper()):
        match = dedup.compare(text, copy)
        assert match is not None
        assert match.relation in ("exact", "syndicated")


def test_one_corrected_figure_is_no_second_story() -> None:
    text = f"{BODY} The fire destroyed 14 houses and 3 shops in 1987. {articles.article(9, 80)}"
    match = dedup.compare(text, text.replace("14 houses", "16 houses"))
    assert match is not None
    assert match.relation == "syndicated"


# --- the bar -------------------------------------------------------------------------------------


def sharing(shared: int, own_a: int, own_b: int) -> tuple[str, str]:
    """Texts with so many shingles in common and so many of their own (5 or more)."""
    rng = random.Random(shared * 1_000_003 + own_a * 1_009 + own_b)
    common = articles.word_list(rng, shared + 4)
    return tuple(" ".join(common + articles.word_list(rng, own)) for own in (own_a, own_b))  # type: ignore[return-value]


BARS = {
    "just enough shared": (sharing(30, 20, 20), "syndicated"),
    "one shingle too few": (sharing(29, 20, 20), "rewritten"),
    "few, but most of the shorter": (sharing(21, 9, 9), "syndicated"),
    "few, and not quite most": (sharing(20, 9, 9), "rewritten"),
    "a third held": (sharing(40, 80, 400), "excerpt"),
    "less than a third held": (sharing(40, 81, 400), "rewritten"),
    "half of the longer": (sharing(100, 20, 100), "syndicated"),
    "less than half of the longer": (sharing(100, 20, 101), "excerpt"),
}


@pytest.mark.parametrize("case", BARS)
def test_relation_is_named_by_the_shingles(case: str) -> None:
    """However likely the two are versions of one story."""
    (a, b), expected = BARS[case]
    for x, y in ((a, b), (b, a)):
        relation, *_ = core.compare(x, y, None, None, 0, MIN_COVERED)
        assert relation == expected
        assert oracle.wording(oracle.Article("a", x), oracle.Article("b", y)) == expected


@pytest.mark.parametrize("dates", [("2024-03-05", "2024-03-08"), ("2024-03-05", "2019-03-05")])
def test_relation_does_not_depend_on_the_dates(dates: tuple[str, str]) -> None:
    for case in BARS:
        pair, expected = BARS[case]
        relation, *_ = core.compare(*pair, *dates, 0, MIN_COVERED)
        assert relation == expected


# --- generated edits -----------------------------------------------------------------------------


@st.composite
def edited_pairs(draw: st.DrawFn) -> tuple[str, str]:
    """A word list and a version of it; few distinct words make shingles repeat."""
    rng = random.Random(draw(st.integers(0, 2**32)))
    vocabulary = articles.WORDS[: draw(st.sampled_from([2, 8, 6_000]))]
    words = rng.choices(vocabulary, k=draw(st.integers(0, 150)))
    other = list(words)
    for _ in range(draw(st.integers(0, 5))):
        start = rng.randint(0, len(other))
        end = start + draw(st.sampled_from([0, 1, 1, 10, 60]))
        other[start:end] = rng.choices(vocabulary, k=draw(st.sampled_from([0, 1, 1, 12, 60])))
    return " ".join(words), " ".join(other)


@given(edited_pairs())
def test_figures_are_set_arithmetic(pair: tuple[str, str]) -> None:
    *_, similarity, containment = core.compare(*pair, None, None, *BOTH_BARS)
    expected = oracle.figures(*pair)
    assert (similarity, containment) == (expected.similarity, expected.containment)


@given(edited_pairs())
def test_relation_equals_oracle(pair: tuple[str, str]) -> None:
    a, b = pair
    relation, score, *covered, may_go, _, _ = core.compare(a, b, None, None, *BOTH_BARS)
    assert all(0.0 <= it <= 1.0 for it in (score, *covered))
    both = oracle.Article("a", a), oracle.Article("b", b)
    try:
        expected = oracle.relation(*both)
    except oracle.BorderlineError:
        reject()
    assert relation == expected
    if expected is not None:
        match = oracle.match_of(*both, expected, oracle.RELATIONS)
        assert (score, *covered) == pytest.approx((match.score, *match.covered))
        assert may_go == match.may_go


@given(edited_pairs(), st.sampled_from([None, "2024-01-01"]), st.sampled_from([None, "2024-02-01"]))
def test_compare_is_symmetric(
    pair: tuple[str, str], date_a: str | None, date_b: str | None
) -> None:
    a, b = pair
    assert core.compare(a, b, date_a, date_b, *BOTH_BARS) == turned(
        core.compare(b, a, date_b, date_a, *BOTH_BARS)
    )


def turned(figures: tuple[Any, ...]) -> tuple[Any, ...]:
    """The figures of two texts, of the same in the other order."""
    relation, score, covered_a, covered_b, may_go, *others = figures
    return (relation, score, covered_b, covered_a, OTHER.get(may_go, may_go), *others)


OTHER = {"a": "b", "b": "a"}


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_two_texts_compare(a: str, b: str) -> None:
    figures = core.compare(a, b, None, None, *BOTH_BARS)
    relation, *_, similarity, containment = figures
    assert relation in (None, "exact")
    assert core.compare(b, a, None, None, *BOTH_BARS) == turned(figures)
    assert 0.0 <= similarity <= containment <= 1.0


@given(edited_pairs())
def test_shared_passages_stand_in_both(pair: tuple[str, str]) -> None:
    """In the order of the first, and together they hold every shingle that the two share."""
    a, b = pair
    passages = core.shared_passages(a, b)
    assert [start for start, *_ in passages] == sorted({start for start, *_ in passages})
    held: set[str] = set()
    for start_a, end_a, start_b, end_b in passages:
        assert a[start_a:end_a] == b[start_b:end_b]
        assert not (a[start_a:end_a] + b[start_b:end_b]).startswith(" ")
        held.update(oracle.shingles(a[start_a:end_a]))
    if min(len(oracle.words(a)), len(oracle.words(b))) < oracle.SHINGLE_WORDS:
        assert not passages
    else:
        assert held == oracle.shingle_set(a) & oracle.shingle_set(b)


def test_shared_passages_count_characters() -> None:
    """Not bytes, and with the punctuation between the words."""
    a = "\U0001f4f0 \u201cCaf\u00e9s: on Monday, the \u2018old\u2019 town\u201d closed"
    b = "\u00c9t\u00e9. CAFE\u0301S ON MONDAY THE 'OLD' TOWN opened"
    ((start_a, end_a, start_b, end_b),) = core.shared_passages(a, b)
    assert core.words(a[start_a:end_a]) == ["caf\u00e9s", "on", "monday", "the", "old", "town"]
    assert a[start_a:end_a].startswith("Caf")
    assert core.words(b[start_b:end_b]) == core.words(a[start_a:end_a])
