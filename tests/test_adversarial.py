"""Inputs that make a detector of duplicates quadratic. No clock: these end in seconds, or never."""

import random
from collections.abc import Iterator

import articles

import dedup

# At a million comparisons a second, all pairs of these would take more than five hours.
MANY = 200_000


def check_promises(result: dedup.Result, articles_read: int) -> None:
    """Nothing lost, each article dropped for a verified match to one that is kept."""
    kept = set(result.kept)
    assert len(result.duplicates) + len(result.kept) == articles_read
    pairs = {(match.id_a, match.id_b) for match in result.matches}
    for duplicate in result.duplicates:
        assert duplicate.duplicate_of in kept
        assert tuple(sorted((duplicate.id, duplicate.duplicate_of))) in pairs
    # What is reported is linear too.
    assert len(result.matches) < 200 * articles_read


def test_copies_of_one_text() -> None:
    result = dedup.find_duplicates([articles.article(1, 100)] * MANY)
    check_promises(result, MANY)
    assert len(result.kept) == 1
    assert {duplicate.relation for duplicate in result.duplicates} == {"exact"}


def test_short_texts_under_one_boilerplate_paragraph() -> None:
    """Each with a story of its own, mostly shorter than the paragraph that all of them carry."""
    rng = random.Random(2)
    boilerplate = articles.article(2, 45)
    texts = [
        f"{' '.join(articles.word_list(rng, rng.randint(30, 40)))} {boilerplate}"
        for _ in range(MANY)
    ]
    result = dedup.find_duplicates(texts)
    check_promises(result, MANY)
    assert not result.duplicates
    assert not result.matches


def test_boilerplate_hides_no_copies() -> None:
    """Among such texts, most of those that are versions of one another go, each for its own; of
    random words with half of the text furniture not all score high enough, and those stay."""
    rng = random.Random(3)
    boilerplate = articles.article(2, 60)
    stories = [articles.word_list(rng, 60) for _ in range(5_000)]
    stories += [articles.substitute(rng, story, 1) for story in stories[:500]]
    result = dedup.find_duplicates(f"{' '.join(story)} {boilerplate}" for story in stories)
    pairs = {frozenset((it.id, it.duplicate_of)) for it in result.duplicates}
    assert pairs <= {frozenset((str(i), str(5_000 + i))) for i in range(500)}
    assert len(pairs) > 300


def name_of(number: int) -> str:
    """A word of letters for each number, and none of the vocabulary's."""
    return "q" + "".join("abcdefghij"[int(digit)] for digit in str(number))


def test_near_copies_of_one_text() -> None:
    """Every two of them are a match: twelve hundred million pairs."""
    count = MANY // 4
    words = articles.word_list(random.Random(4), 60)
    texts = [" ".join([*words[: i % 60], name_of(i), *words[i % 60 + 1 :]]) for i in range(count)]
    result = dedup.find_duplicates(texts)
    check_promises(result, count)
    assert len(result.kept) == 1


def test_empty_texts() -> None:
    texts = ["", " ", "\n", "...", "\u200b"] * 20_000
    result = dedup.find_duplicates(texts)
    assert len(result.kept) == len(texts)
    assert not result.matches


def test_texts_of_few_words_match_only_exactly() -> None:
    rng = random.Random(5)
    few = articles.WORDS[:12]
    texts = [" ".join(rng.choices(few, k=rng.randint(1, 19))) for _ in range(MANY)]
    result = dedup.find_duplicates(texts)
    check_promises(result, MANY)
    assert {match.relation for match in result.matches} == {"exact"}
    assert len(result.kept) == len(set(texts))


def test_one_word_over_and_over() -> None:
    """Long texts of two shingles each, of which all have the one: alike where their lengths are."""
    texts = [f"{'no ' * (20 + i % 300)} {name_of(i)}" for i in range(20_000)]
    result = dedup.find_duplicates(texts)
    check_promises(result, len(texts))


def test_windows_on_one_long_text() -> None:
    """Each matches its neighbours and the whole: excerpts of excerpts."""
    words = articles.word_list(random.Random(6), 20_000)
    windows = [" ".join(words[i : i + 120]) for i in range(0, 19_000, 5)]
    result = dedup.find_duplicates([*windows, " ".join(words)])
    check_promises(result, len(windows) + 1)
    assert len(result.kept) < len(windows) / 20


def pages(rng: random.Random) -> Iterator[str]:
    menus = [articles.article(100 + site, 80) for site in range(10)]
    for _ in range(MANY // 10):
        menu = rng.choice(menus)
        yield f"{menu} {' '.join(articles.word_list(rng, rng.randint(100, 160)))} {menu}"


def test_pages_of_ten_sites_with_their_menus() -> None:
    result = dedup.find_duplicates(pages(random.Random(7)))
    assert not result.matches
