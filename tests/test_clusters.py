"""Corpora of versions: the pass equals the oracle, and its promises hold whatever it finds."""

import datetime
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, permutations

import articles
import oracle
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

import dedup
from dedup import _core as core
from dedup.config import KEEP_RULES, MIN_COVERED, RELATIONS

DROPS = [(), *((relation,) for relation in RELATIONS), ("exact", "excerpt"), RELATIONS]
START = datetime.date(2024, 1, 30)
# Those of some articles, and how they may be preferred.
SOURCES = ["Wire", "wire", "paper.org", None]
PREFERENCES = [(), ("wire",), ("Paper.org", "WIRE"), ("Wire", "paper.org"), ("none of them",)]

# Candidates are found by chance, the surer the more two articles share. Between these lengths it
# is all but certain, so that a pass can be held to what comparing every two articles would find.
MIN_LENGTH, MAX_LENGTH = 120, 200

# In so few articles no word is common enough to be passed by: rewrites are found for sure.
RARE = 6


@dataclass
class Draft:
    """An article in the making: its words, and the day it came out, if known."""

    words: list[str]
    day: int | None


def new(rng: random.Random, _: list[Draft]) -> list[str]:
    return articles.word_list(rng, rng.randint(MIN_LENGTH, MAX_LENGTH))


def copy(rng: random.Random, drafts: list[Draft]) -> list[str]:
    return list(rng.choice(drafts).words)


def edit(rng: random.Random, drafts: list[Draft]) -> list[str]:
    return articles.substitute(rng, rng.choice(drafts).words, rng.choice([1, 2, 5]))


def stories(drafts: list[Draft]) -> list[Draft]:
    """All but the briefs; the first draft is always one."""
    return [draft for draft in drafts if len(draft.words) >= MIN_LENGTH]


def extend(rng: random.Random, drafts: list[Draft]) -> list[str]:
    return rng.choice(stories(drafts)).words + articles.word_list(rng, rng.choice([1, 10, 60]))


def excerpt(rng: random.Random, drafts: list[Draft]) -> list[str]:
    source = rng.choice(drafts).words
    length = max(MIN_LENGTH, len(source) * rng.randint(3, 9) // 10)
    return articles.cut(rng, source, length)


def digest(rng: random.Random, drafts: list[Draft]) -> list[str]:
    distinct = list({tuple(draft.words): draft for draft in stories(drafts)}.values())
    chosen = rng.sample(distinct, k=min(3, len(distinct)))
    return [word for draft in chosen for word in draft.words]


def retell(rng: random.Random, drafts: list[Draft]) -> list[str]:
    """In other words, one in four, so that no shingle is left; whole, or without its end."""
    source = rng.choice(stories(drafts)).words
    words = [rng.choice(articles.WORDS) if i % 4 == 1 else word for i, word in enumerate(source)]
    return words[: max(MIN_LENGTH, len(words) * rng.choice([6, 9, 10, 10]) // 10)]


def brief(rng: random.Random, _: list[Draft]) -> list[str]:
    """Too few words to match but exactly; or none."""
    return articles.WORDS[: rng.choice([0, 1, 4, 19])]


Step = Callable[[random.Random, list[Draft]], list[str]]
STEPS: list[Step] = [new, copy, edit, extend, excerpt, digest, retell, brief]


@st.composite
def corpora(draw: st.DrawFn, most: int = 14, steps: Sequence[Step] = STEPS) -> list[dedup.Article]:
    """A few articles, each made from those before it, under ids in no such order."""
    rng = random.Random(draw(st.integers(0, 2**32)))
    has_dates = draw(st.booleans())
    drafts: list[Draft] = [Draft(new(rng, []), 0 if has_dates else None)]
    for step in draw(st.lists(st.sampled_from(steps), max_size=most - 1)):
        day = rng.choice([0, 0, 1, 2, 9, None]) if has_dates else None
        drafts.append(Draft(step(rng, drafts), day))
    ids = rng.sample(
        ["a", "A", "b", "10", "9", "\u00e9", "\ue000", "\U0001f600", *"cdefghijk"], len(drafts)
    )
    return [
        dedup.Article(
            " ".join(draft.words),
            id=name,
            date=None if draft.day is None else START + datetime.timedelta(days=draft.day),
            source=rng.choice(SOURCES),
        )
        for name, draft in zip(ids, drafts, strict=True)
    ]


def of_oracle(
    corpus: list[dedup.Article],
    keep: str | None,
    drop: tuple[str, ...] = RELATIONS,
    rewrites: bool = True,
    prefer_source: Sequence[str] = (),
) -> oracle.Corpus:
    def seconds(date: object) -> int | None:
        return (
            (date - datetime.date(1970, 1, 1)).days * oracle.DAY
            if isinstance(date, datetime.date)
            else None
        )

    plain = [oracle.Article(str(a.id), a.text, seconds(a.date), a.source) for a in corpus]
    return oracle.Corpus(plain, keep, drop, rewrites, prefer_source)


def plain_matches(result: dedup.Result) -> list[oracle.Match]:
    return [
        oracle.Match(m.id_a, m.id_b, m.relation, m.similarity, m.containment, m.may_go)
        for m in result.matches
    ]


def plain_duplicates(result: dedup.Result) -> list[oracle.Duplicate]:
    return [
        oracle.Duplicate(d.id, d.duplicate_of, d.relation, d.similarity, d.containment)
        for d in result.duplicates
    ]


def plain_stories(result: dedup.Result) -> list[tuple[str, list[oracle.Version]]]:
    return [
        (
            story.id,
            [
                oracle.Version(it.id, it.relation, it.similarity, it.containment, it.dropped)
                for it in story.versions
            ],
        )
        for story in result.stories
    ]


@pytest.mark.parametrize("keep", [None, *KEEP_RULES])
@settings(max_examples=60)
@given(corpora(), st.sampled_from(DROPS), st.sampled_from(PREFERENCES))
def test_pass_equals_brute_force(
    keep: str | None,
    corpus: list[dedup.Article],
    drop: tuple[str, ...],
    prefer_source: tuple[str, ...],
) -> None:
    check_against_brute_force(corpus, keep, drop, prefer_source, rewrites=False)


@pytest.mark.parametrize("keep", [None, *KEEP_RULES])
@settings(max_examples=60)
@given(corpora(most=RARE), st.sampled_from(DROPS[1:]), st.sampled_from(PREFERENCES))
def test_pass_with_rewrites_equals_brute_force(
    keep: str | None,
    corpus: list[dedup.Article],
    drop: tuple[str, ...],
    prefer_source: tuple[str, ...],
) -> None:
    check_against_brute_force(corpus, keep, drop, prefer_source, rewrites=True)


def check_against_brute_force(
    corpus: list[dedup.Article],
    keep: str | None,
    drop: tuple[str, ...],
    prefer_source: tuple[str, ...],
    rewrites: bool,
) -> None:
    try:
        expected = of_oracle(corpus, keep, drop, rewrites, prefer_source)
    except oracle.BorderlineError:
        reject()
    result = dedup.find_duplicates(
        corpus, keep=keep, drop=drop, rewrites=rewrites, prefer_source=prefer_source
    )
    assert plain_matches(result) == expected.matches
    assert plain_duplicates(result) == expected.duplicates
    stories = sorted(expected.stories().items(), key=lambda story: story[0].encode())
    assert plain_stories(result) == stories
    for match, other in zip(result.matches, expected.matches, strict=True):
        assert match.score == pytest.approx(other.score)
        assert (match.covered_a, match.covered_b) == pytest.approx(other.covered)


@given(
    corpora(),
    st.sampled_from([None, *KEEP_RULES]),
    st.sampled_from(DROPS),
    st.sampled_from(PREFERENCES),
)
def test_promises(
    corpus: list[dedup.Article],
    keep: str | None,
    drop: tuple[str, ...],
    prefer_source: tuple[str, ...],
) -> None:
    result = dedup.find_duplicates(corpus, keep=keep, drop=drop, prefer_source=prefer_source)
    dropped = [duplicate.id for duplicate in result.duplicates]
    kept = set(result.kept)
    # Conservation, and every article once.
    assert Counter(dropped) + Counter(result.kept) == Counter(str(a.id) for a in corpus)
    assert list(result.kept) == [str(a.id) for a in corpus if str(a.id) in kept]
    pairs = {frozenset((m.id_a, m.id_b)): m for m in result.matches}
    assert len(pairs) == len(result.matches)
    for duplicate in result.duplicates:
        # A direct match, of a relation that drops, to an article that is kept.
        match = pairs[frozenset((duplicate.id, duplicate.duplicate_of))]
        assert (match.relation, match.score) == (duplicate.relation, duplicate.score)
        assert (match.similarity, match.containment) == (
            duplicate.similarity,
            duplicate.containment,
        )
        # It may go for that, and the other way round does not do.
        goes, covered = (
            ("a", match.covered_a)
            if match.id_a == duplicate.id
            else (
                "b",
                match.covered_b,
            )
        )
        assert match.may_go in (goes, "either")
        assert MIN_COVERED <= duplicate.covered == covered
        assert duplicate.relation in drop
        assert duplicate.duplicate_of in kept
    assert dropped == sorted(dropped, key=str.encode)
    keys = [(m.id_a.encode(), m.id_b.encode()) for m in result.matches]
    assert keys == sorted(keys)
    assert all(a < b for a, b in keys)
    assert all(0 < m.score <= 1 for m in result.matches)


@given(corpora(), st.sampled_from([None, *KEEP_RULES]))
def test_clusters_partition_the_duplicates(corpus: list[dedup.Article], keep: str | None) -> None:
    """One survivor each, which is no other cluster's and nobody's duplicate."""
    result = dedup.find_duplicates(corpus, keep=keep)
    canonicals = [cluster.canonical for cluster in result.clusters]
    assert len(set(canonicals)) == len(canonicals)
    assert set(canonicals) <= set(result.kept)
    members = [duplicate for cluster in result.clusters for duplicate in cluster.duplicates]
    assert sorted(members, key=lambda d: d.id.encode()) == list(result.duplicates)
    for cluster in result.clusters:
        assert cluster.duplicates
        assert {duplicate.duplicate_of for duplicate in cluster.duplicates} == {cluster.canonical}


@given(corpora(), st.sampled_from([None, *KEEP_RULES]))
def test_no_survivor_duplicates_another(corpus: list[dedup.Article], keep: str | None) -> None:
    """With all relations dropped no article is kept that may go for another kept one."""
    result = dedup.find_duplicates(corpus, keep=keep)
    kept = set(result.kept)
    assert not [m for m in result.matches if {m.id_a, m.id_b} <= kept and m.may_go]


@given(
    corpora(steps=[step for step in STEPS if step is not retell]),
    st.sampled_from([None, *KEEP_RULES]),
)
def test_what_holds_an_excerpt_never_goes_for_it(
    corpus: list[dedup.Article], keep: str | None
) -> None:
    texts = {str(article.id): article.text for article in corpus}
    for duplicate in dedup.find_duplicates(corpus, keep=keep).duplicates:
        if duplicate.relation == "excerpt":
            dropped, kept = (
                set(oracle.shingles(texts[name])) for name in (duplicate.id, duplicate.duplicate_of)
            )
            assert len(dropped) <= len(kept)


@pytest.mark.parametrize("keep", KEEP_RULES)
def test_digest_of_ten_stories_stays(keep: str) -> None:
    """Oldest, newest or first in: nothing makes a digest the duplicate of one of its stories."""
    stories = [articles.article(seed, 120) for seed in range(10)]
    for position, day in ((0, 14), (10, 16)):
        corpus = [dedup.Article(t, id=f"s{n}", date="2024-05-15") for n, t in enumerate(stories)]
        corpus.insert(
            position, dedup.Article(" ".join(stories), id="digest", date=f"2024-05-{day:02}")
        )
        result = dedup.find_duplicates(corpus, keep=keep)
        assert result.kept == ("digest",)
        assert {duplicate.relation for duplicate in result.duplicates} == {"excerpt"}


@pytest.mark.parametrize(("most", "rewrites"), [(14, False), (RARE, True)])
@given(st.data())
def test_dropping_nothing_reports_all_the_same(
    most: int, rewrites: bool, data: st.DataObject
) -> None:
    corpus = data.draw(corpora(most))
    everything = dedup.find_duplicates(corpus, rewrites=rewrites)
    nothing = dedup.find_duplicates(corpus, drop=(), rewrites=rewrites)
    bare = {replace(match, may_go=None) for match in everything.matches}
    assert set(nothing.matches) <= bare
    # Those that are not reported twice are copies of an article that was dropped for another.
    copies = {name for m in nothing.matches if m.relation == "exact" for name in (m.id_a, m.id_b)}
    for match in bare - set(nothing.matches):
        assert copies & {match.id_a, match.id_b}
    assert not nothing.duplicates
    assert not nothing.clusters
    assert nothing.kept == tuple(str(article.id) for article in corpus)


@given(
    corpora(),
    st.sampled_from([None, "earliest", "latest", "longest"]),
    st.sampled_from(PREFERENCES),
    st.randoms(),
)
def test_order_of_articles_changes_nothing(
    corpus: list[dedup.Article],
    keep: str | None,
    prefer_source: tuple[str, ...],
    rng: random.Random,
) -> None:
    result = dedup.find_duplicates(corpus, keep=keep, prefer_source=prefer_source)
    shuffled = list(corpus)
    rng.shuffle(shuffled)
    other = dedup.find_duplicates(shuffled, keep=keep, prefer_source=prefer_source)
    assert (other.duplicates, other.matches) == (result.duplicates, result.matches)
    assert (other.clusters, other.stories) == (result.clusters, result.stories)
    assert sorted(other.kept) == sorted(result.kept)


@settings(max_examples=60)
@given(corpora(), st.sampled_from([None, *KEEP_RULES]), st.sampled_from(PREFERENCES))
def test_threads_change_nothing(
    corpus: list[dedup.Article], keep: str | None, prefer_source: tuple[str, ...]
) -> None:
    results = [
        dedup.find_duplicates(corpus, keep=keep, prefer_source=prefer_source, threads=n)
        for n in (1, 2, 3)
    ]
    assert results[0] == results[1] == results[2]


@settings(max_examples=60)
@given(
    corpora(most=RARE, steps=[step for step in STEPS if step not in (copy, brief)]),
    st.sampled_from([None, *KEEP_RULES]),
)
def test_what_may_go_is_the_same_whatever_source_is_preferred(
    corpus: list[dedup.Article], keep: str | None
) -> None:
    """A source that is preferred decides between two that may both go, and nothing else."""
    # Copies share a date, and which one that is depends on the rule.
    corpus = list({article.text: article for article in corpus}.values())
    sources = {str(article.id): (article.source or "").lower() for article in corpus}
    plain = dedup.find_duplicates(corpus, keep=keep)
    for names in permutations(("wire", "paper.org", "")):
        prefer_source = [name for name in names if name]
        result = dedup.find_duplicates(corpus, keep=keep, prefer_source=prefer_source)
        assert result.matches == plain.matches
        gone = {duplicate.id for duplicate in result.duplicates}
        places = {name: place for place, name in enumerate(prefer_source)}
        for match in result.matches:
            pair = (match.id_a, match.id_b)
            alone = sum(it in (other.id_a, other.id_b) for it in pair for other in plain.matches)
            if match.may_go is None or alone > 2:
                continue
            preferred = [places.get(sources[it], len(places)) for it in pair]
            if match.may_go == "either" and preferred[0] != preferred[1]:
                assert gone & {*pair} == {pair[preferred[0] < preferred[1]]}
            else:
                by_rule = {it.id for it in plain.duplicates}
                assert gone & {*pair} == by_rule & {*pair}


def test_threads_change_nothing_in_a_large_corpus() -> None:
    """Large enough for every stage to share its work out."""
    rng = random.Random(3)
    stories = [articles.word_list(rng, rng.randint(60, 300)) for _ in range(1_500)]
    for _ in range(1_500):
        source = rng.choice(stories)
        stories.append(
            articles.substitute(rng, source, rng.randint(0, 6))
            if rng.random() < 0.6
            else articles.cut(rng, source, len(source) // 3)
        )
    texts = [" ".join(story) for story in stories]
    results = [dedup.find_duplicates(texts, threads=n) for n in (1, 2, 3)]
    assert results[0] == results[1] == results[2]
    assert len(results[0].duplicates) > 1_000


# --- who may go for whom --------------------------------------------------------------------------

# Articles in the order of the keep rule, 0 the first; which of each two may go, and those that go,
# each for which.
Pairs = dict[tuple[int, int], str | None]
GOES: dict[str, tuple[int, Pairs, dict[int, int]]] = {
    "either, the keep rule": (2, {(0, 1): "either"}, {1: 0}),
    "only the later": (2, {(0, 1): "b"}, {1: 0}),
    "only the earlier, whatever the rule": (2, {(0, 1): "a"}, {0: 1}),
    "neither": (2, {(0, 1): None}, {}),
    "a live blog: each for the last": (
        4,
        {(0, 1): "a", (0, 2): "a", (0, 3): "a", (1, 2): "a", (1, 3): "a", (2, 3): "a"},
        {0: 3, 1: 3, 2: 3},
    ),
    "a chain: never for one that goes": (3, {(0, 1): "a", (1, 2): "a"}, {1: 2}),
    "a chain of four": (4, {(0, 1): "a", (1, 2): "a", (2, 3): "a"}, {0: 1, 2: 3}),
    "a chain against the rule": (3, {(0, 1): "b", (1, 2): "b"}, {1: 0}),
    "a copy of the first stays when that goes": (3, {(0, 1): "either", (0, 2): "a"}, {0: 1}),
    "three in a circle": (3, {(0, 1): "a", (1, 2): "a", (0, 2): "b"}, {2: 0}),
    "four in a circle": (4, {(0, 1): "a", (1, 2): "a", (2, 3): "a", (0, 3): "b"}, {3: 0, 1: 2}),
    "one before a circle waits for it": (
        4,
        {(0, 1): "a", (1, 2): "a", (2, 3): "a", (1, 3): "b"},
        {0: 1, 3: 1},
    ),
    "one that a circle goes for": (
        4,
        {(0, 1): "a", (1, 2): "a", (0, 2): "b", (0, 3): "a", (1, 3): "a", (2, 3): "a"},
        {0: 3, 1: 3, 2: 3},
    ),
}


def gone(count: int, pairs: Pairs) -> dict[int, int]:
    rows = [(a, b, may_go, 0.9) for (a, b), may_go in sorted(pairs.items())]
    return {it: other for it, other in enumerate(core.stars(count, rows)) if other is not None}


@pytest.mark.parametrize("case", GOES)
def test_who_goes_for_whom(case: str) -> None:
    count, pairs, expected = GOES[case]
    assert gone(count, pairs) == expected


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, list[tuple[int, int, str | None, float]]]:
    """Articles of which any may go for any, in circles too, and how close each two are."""
    count = draw(st.integers(2, 8))
    kinds = st.sampled_from(draw(st.sampled_from([MAY_GO, MAY_GO[1:3], [None, *MAY_GO]])))
    scores = st.sampled_from([0.8, 0.9, 1.0])
    both = [(a, b) for b in range(count) for a in range(b)]
    chosen = sorted(draw(st.sets(st.sampled_from(both))))
    return count, [(a, b, draw(kinds), draw(scores)) for a, b in chosen]


MAY_GO: list[str | None] = ["either", "a", "b"]


@settings(max_examples=1_000)
@given(graphs())
def test_stars_equal_the_oracle(
    graph: tuple[int, list[tuple[int, int, str | None, float]]],
) -> None:
    count, rows = graph
    order = {article: (article, article) for article in range(count)}
    pairs = [oracle.Pair(a, b, may_go, (-s, a, b)) for a, b, may_go, s in rows if may_go]
    expected = {it: pair.other(it) for it, pair in oracle.stars(order, pairs).items()}
    found = core.stars(count, rows)
    assert {it: other for it, other in enumerate(found) if other is not None} == expected


@settings(max_examples=1_000)
@given(graphs())
def test_nothing_goes_but_for_what_stays(
    graph: tuple[int, list[tuple[int, int, str | None, float]]],
) -> None:
    count, rows = graph
    found = core.stars(count, rows)
    may_go = {(a, b): may_go for a, b, may_go, _ in rows}
    may_go |= {(b, a): {"a": "b", "b": "a"}.get(str(it), it) for (a, b), it in may_go.items()}
    for article, other in enumerate(found):
        if other is not None:
            assert found[other] is None
            assert may_go[article, other] in ("a", "either")
            continue
        # What stays and may go for another that stays has others that went for it.
        for other in range(count):
            if found[other] is None and may_go.get((article, other)) in ("a", "either"):
                assert article in found


def test_many_in_a_row_and_in_a_circle() -> None:
    """No stack is as deep as they are many."""
    count = 100_000
    row = {(it, it + 1): "a" for it in range(count - 1)}
    assert len(gone(count, row)) == count // 2
    assert len(gone(count, {**row, (0, count - 1): "b"})) == count // 2


# --- stories -------------------------------------------------------------------------------------

# Which articles of a to e, the first to be kept first, share a passage; and the stories.
FLAGGED: dict[str, tuple[str, dict[str, str]]] = {
    "none": ("", {}),
    "two": ("ab", {"a": "b"}),
    "all three": ("abc", {"a": "bc"}),
    "a row": ("ab bc", {"a": "b", "b": "c"}),
    "a row whose middle comes first": ("ab ac", {"a": "bc"}),
    "a row whose middle comes last": ("ac bc", {"a": "c", "b": "c"}),
    "three, and one of them with a fourth": ("abc cd", {"a": "bc", "c": "d"}),
    "three, and two of them with a fourth": ("abc bcd", {"a": "bc", "b": "d", "c": "d"}),
    "all five": ("abcde", {"a": "bcde"}),
    "two pairs": ("ab cd", {"a": "b", "c": "d"}),
}


@pytest.mark.parametrize("case", FLAGGED)
def test_two_that_are_flagged_stand_in_one_story(case: str) -> None:
    groups, expected = FLAGGED[case]
    rng = random.Random(case)
    passages = {group: articles.word_list(rng, 60) for group in groups.split()}
    corpus = []
    for hour, name in enumerate("abcde"):
        shared = [word for group, passage in passages.items() if name in group for word in passage]
        text = " ".join([*articles.word_list(rng, 40), *shared])
        corpus.append(dedup.Article(text, id=name, date=f"2024-05-01T{hour:02}:00"))
    pairs = {pair for group in passages for pair in combinations(group, 2)}
    for order in (corpus, corpus[::-1]):
        result = dedup.find_duplicates(order, keep="earliest", drop=(), rewrites=False, min_score=0)
        assert {(match.id_a, match.id_b) for match in result.matches} == pairs
        assert not any(it.dropped for story in result.stories for it in story.versions)
        found = {it.id: "".join(other.id for other in it.versions) for it in result.stories}
        assert found == expected


@given(corpora(), st.sampled_from([None, *KEEP_RULES]), st.sampled_from(DROPS), st.booleans())
def test_stories_tell_all(
    corpus: list[dedup.Article], keep: str | None, drop: tuple[str, ...], cautious: bool
) -> None:
    """Every article dropped, under the one kept for it, and every two kept that are flagged."""
    bar = 0.95 if cautious else MIN_COVERED
    result = dedup.find_duplicates(corpus, keep=keep, drop=drop, min_covered=bar)
    kept = set(result.kept)
    figures = {frozenset((m.id_a, m.id_b)): m for m in result.matches}
    together = Counter[frozenset[str]]()
    for story in result.stories:
        assert story.id in kept
        names = [it.id for it in story.versions]
        assert names == sorted(set(names) - {story.id}, key=str.encode) != []
        for it in story.versions:
            match = figures[frozenset((story.id, it.id))]
            covered = match.covered_a if match.id_a == it.id else match.covered_b
            assert (it.relation, it.score, it.covered) == (match.relation, match.score, covered)
            assert it.dropped == (it.id not in kept)
        here = [story.id, *(it.id for it in story.versions if not it.dropped)]
        together.update(frozenset((a, b)) for i, a in enumerate(here) for b in here[:i])
    told = [(it.id, s.id, it.covered) for s in result.stories for it in s.versions if it.dropped]
    assert sorted(told) == sorted((d.id, d.duplicate_of, d.covered) for d in result.duplicates)
    for pair in figures.keys() - together.keys():
        assert not pair <= kept
    assert [s.id for s in result.stories] == sorted((s.id for s in result.stories), key=str.encode)


# --- keep rules ----------------------------------------------------------------------------------

BASE = articles.word_list(random.Random(77), 150)
LONGER = BASE + articles.word_list(random.Random(78), 20)
Rows = list[tuple[str, list[str], int | None]]
KEPT: dict[str, tuple[str | None, Rows, str]] = {
    "earliest": ("earliest", [("a", BASE, 3), ("b", LONGER, 4), ("c", BASE, 2)], "c"),
    "latest": ("latest", [("a", BASE, 3), ("b", LONGER, 4), ("c", BASE, 2)], "b"),
    "longest": ("longest", [("a", BASE, 3), ("b", LONGER, 4), ("c", BASE, 2)], "b"),
    "first": ("first", [("b", BASE, 3), ("a", LONGER, 4), ("c", BASE, 2)], "b"),
    "default with dates": (None, [("a", BASE, 3), ("b", LONGER, 4), ("c", BASE, 2)], "c"),
    "default without dates": (None, [("a", BASE, None), ("b", LONGER, None)], "b"),
    "earliest, one undated": ("earliest", [("a", LONGER, None), ("b", BASE, 9)], "b"),
    "latest, one undated": ("latest", [("a", LONGER, None), ("b", BASE, 9)], "b"),
    "same date, longer": ("earliest", [("a", BASE, 3), ("b", LONGER, 3)], "b"),
    "same date and length, id": ("earliest", [("b", BASE, 3), ("a", BASE, 3)], "a"),
    "ids by bytes": (
        "longest",
        [("b", BASE, None), ("B", BASE, None), ("10", BASE, None), ("9", BASE, None)],
        "10",
    ),
}


@pytest.mark.parametrize("case", KEPT)
def test_which_of_a_cluster_is_kept(case: str) -> None:
    keep, rows, expected = KEPT[case]
    corpus = [
        dedup.Article(" ".join(words), id=name, date=f"2024-05-{day:02}" if day else None)
        for name, words, day in rows
    ]
    assert dedup.find_duplicates(corpus, keep=keep).kept == (expected,)


def test_clusters_are_stars_not_chains() -> None:
    """B is a version of A and C of B, but C is none of A: dropping C for A would lose its text."""
    rng = random.Random(4)
    first, middle, last = (articles.word_list(rng, 100) for _ in range(3))
    corpus = {"a": first + middle, "b": middle + first[:60] + last[:60], "c": middle[:40] + last}
    expected = of_oracle([dedup.Article(" ".join(w), id=i) for i, w in corpus.items()], None)
    result = dedup.find_duplicates([{"id": i, "text": " ".join(w)} for i, w in corpus.items()])
    assert plain_duplicates(result) == expected.duplicates
    for duplicate in result.duplicates:
        assert dedup.compare(
            " ".join(corpus[duplicate.id]), " ".join(corpus[duplicate.duplicate_of])
        )
