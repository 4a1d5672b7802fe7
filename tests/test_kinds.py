"""The kinds of articles that a desk would tell apart or join, in several languages: furniture,
templates, later stages, numbers, abridged copies, dates."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from itertools import combinations, pairwise

import articles
import pytest
from briefs import BRIEFS, FURNITURE, TEMPLATES, page
from hypothesis import given
from hypothesis import strategies as st
from languages import LANGUAGES, Language
from stages import BACKGROUND, LIVE_BLOGS, UPDATES, live_blog

import dedup
from dedup import Article
from dedup.config import KEEP_RULES, MIN_COVERED, MIN_SCORE

NAMED = pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.name)
BY_NAME = {language.name: language for language in LANGUAGES}
Case = tuple[str, str]


def cases(*left_out: Case) -> list[Case]:
    """Of furniture: the kinds in each language."""
    found = [(kind, language) for kind, texts in FURNITURE.items() for language in texts]
    return [case for case in found if case not in left_out]


def pages(case: Case, texts: Sequence[str]) -> list[str]:
    kind, language = case
    return [page(kind, FURNITURE[kind][language], text) for text in texts]


def corpus_of(texts: Sequence[str], date: str | None = None) -> list[Article]:
    return [Article(text, id=str(number), date=date) for number, text in enumerate(texts)]


def found_in(result: dedup.Result) -> dict[tuple[str, str], dedup.Match]:
    return {(match.id_a, match.id_b): match for match in result.matches}


def figures_of(a: Article | str, b: Article | str) -> tuple[float, float, float]:
    match = dedup.compare(a, b, min_score=0)
    assert match is not None
    return match.score, match.covered_a, match.covered_b


def misspelt(text: str, language: str) -> str:
    """A word in the middle with its first letter last."""
    joint = "" if language == "Chinese" else " "
    words = list(text) if language == "Chinese" else text.split(" ")
    word = words[len(words) // 2 : len(words) // 2 + 2]
    words[len(words) // 2 : len(words) // 2 + 2] = (
        word[::-1] if language == "Chinese" else [word[0][1:] + word[0][:1], *word[1:]]
    )
    return joint.join(words)


# --- furniture -----------------------------------------------------------------------------------

# Of 36 shingles none is sampled: no corpus tells that many hold it.
UNSEEN = ("style sheet", "German")


@pytest.mark.parametrize("case", cases(UNSEEN), ids="-".join)
def test_briefs_with_one_frame_are_stories_of_their_own(case: Case) -> None:
    """Though it is longer than they are, from the third on that has it."""
    assert not dedup.find_duplicates(corpus_of(pages(case, BRIEFS[case[1]]))).matches


SAME_MINUTE = cases(UNSEEN, ("menu", "English"), ("paywall", "English"))


@pytest.mark.parametrize("case", SAME_MINUTE, ids="-".join)
def test_briefs_with_one_frame_and_one_date_are_stories_of_their_own(case: Case) -> None:
    corpus = corpus_of(pages(case, BRIEFS[case[1]]), "2024-03-05T10:00")
    assert not dedup.find_duplicates(corpus).matches


@pytest.mark.parametrize("case", cases(), ids="-".join)
def test_no_brief_goes_for_another_with_its_frame(case: Case) -> None:
    """Of a pair alone, where nothing tells that the frame is one."""
    for a, b in combinations(pages(case, BRIEFS[case[1]]), 2):
        for date in (None, "2024-03-05T10:00"):
            match = dedup.compare(Article(a, date=date), Article(b, date=date))
            assert match is None or match.may_go is None


ALONE = [
    *(("footer", name) for name in FURNITURE["footer"]),
    *(("programme box", name) for name in FURNITURE["programme box"]),
    *(("paywall", name) for name in FURNITURE["paywall"]),
    ("cookie notice", "Portuguese"),
    ("style sheet", "Chinese"),
]


@pytest.mark.parametrize("case", ALONE, ids="-".join)
def test_two_briefs_with_one_frame_are_not_flagged(case: Case) -> None:
    for a, b in combinations(pages(case, BRIEFS[case[1]]), 2):
        assert dedup.compare(a, b) is None
        assert dedup.compare(b, a) is None


# Frames of the languages of which there are whole articles; not those that a teaser ends in.
FRAMES = [
    case for case in cases(UNSEEN) if case[1] in BY_NAME and case[0] not in ("paywall", UNSEEN[0])
]


def stories(language: str) -> tuple[str, str, str]:
    """Three that have the frame: of them two report one event."""
    of = BY_NAME[language]
    return of.story, of.independent, of.unrelated


@pytest.mark.parametrize("case", FRAMES, ids="-".join)
def test_a_copy_in_the_same_frame_is_a_copy(case: Case) -> None:
    _, language = case
    copy = misspelt(BY_NAME[language].story, language)
    result = dedup.find_duplicates(corpus_of(pages(case, [*stories(language), copy])))
    (match,) = result.matches
    assert (match.id_a, match.id_b) == ("0", "3")
    assert (match.relation, match.may_go) == ("syndicated", "either")
    assert len(result.kept) == 3


@pytest.mark.parametrize("case", FRAMES, ids="-".join)
def test_a_copy_without_the_frame_is_a_copy(case: Case) -> None:
    _, language = case
    story = BY_NAME[language].story
    texts = [*pages(case, stories(language)), story]
    match = found_in(dedup.find_duplicates(corpus_of(texts)))["0", "3"]
    assert match.may_go in ("either", "b")
    alone = dedup.compare(texts[0], story)
    assert alone is not None
    # Alone, a frame cannot be told from news, and the text that has one stays.
    assert alone.may_go in ("either", "b")


OTHER_FRAMES = [pair for pair in combinations(FRAMES, 2) if pair[0][1] == pair[1][1]]


@pytest.mark.parametrize(("one", "other"), OTHER_FRAMES, ids=str)
def test_a_copy_in_another_frame_is_a_copy(one: Case, other: Case) -> None:
    texts = [*pages(one, stories(one[1])), *pages(other, stories(one[1]))]
    matches = found_in(dedup.find_duplicates(corpus_of(texts)))
    assert matches.keys() == {("0", "3"), ("1", "4"), ("2", "5")}
    assert None not in {match.may_go for match in matches.values()}
    alone = dedup.compare(texts[0], texts[3])
    assert alone is not None
    assert alone.may_go is not None


@pytest.mark.parametrize("case", FRAMES, ids="-".join)
def test_copies_do_not_make_a_story_furniture(case: Case) -> None:
    """However many desks print it: they are one story."""
    _, language = case
    story = BY_NAME[language].story
    texts = [
        f"{name}\n{story}" for name in ("Agency Arbel", "Desk Brumm", "Wire Cerro", "Post Dal")
    ]
    result = dedup.find_duplicates(corpus_of(texts))
    assert len(result.kept) == 1
    assert len(result.matches) == 6
    assert min(match.score for match in result.matches) > 0.95


# --- templates -----------------------------------------------------------------------------------


@pytest.mark.parametrize("case", TEMPLATES)
@pytest.mark.parametrize("date", [None, "2024-03-05", "2024-03-05T10:00"])
def test_a_template_filled_in_anew_is_another_story(case: str, date: str | None) -> None:
    template, fills = TEMPLATES[case]
    texts = [template.format(**fill) for fill in fills]
    assert not dedup.find_duplicates(corpus_of(texts, date)).matches
    for a, b in combinations(texts, 2):
        assert dedup.compare(Article(a, date=date), Article(b, date=date)) is None


@pytest.mark.parametrize("case", [it for it in TEMPLATES if it != "exchange rates, Vietnamese"])
def test_a_template_filled_in_alike_is_one_story(case: str) -> None:
    """Among others on the same template, too."""
    template, fills = TEMPLATES[case]
    texts = [template.format(**fill) for fill in fills]
    again = f"{texts[0]} (ck)"
    for corpus in ([texts[0], again], [*texts, again]):
        (match,) = dedup.find_duplicates(corpus_of(corpus, "2024-03-05")).matches
        assert match.may_go == "either"
        assert {match.id_a, match.id_b} == {"0", str(len(corpus) - 1)}


# --- later stages --------------------------------------------------------------------------------


def gone_of(earlier: str, later: str, keep: str, days: int = 0) -> list[str]:
    """What goes of an earlier and a later article, whatever the order in which they come."""
    noon = datetime(2024, 3, 5, 12, tzinfo=timezone.utc)
    corpus = [
        Article(earlier, id="earlier", date=noon),
        Article(later, id="later", date=noon + timedelta(days=days, hours=5)),
    ]
    found = [dedup.find_duplicates(order, keep=keep) for order in (corpus, corpus[::-1])]
    assert found[0].duplicates == found[1].duplicates
    return [duplicate.id for duplicate in found[0].duplicates]


@pytest.mark.parametrize("keep", KEEP_RULES)
@pytest.mark.parametrize("entries", [2, 4, 6])
@pytest.mark.parametrize("language", LIVE_BLOGS)
def test_a_live_blog_goes_for_its_longer_version(language: str, entries: int, keep: str) -> None:
    assert gone_of(live_blog(language, entries), live_blog(language, 8), keep) == ["earlier"]


@pytest.mark.parametrize("keep", KEEP_RULES)
@pytest.mark.parametrize("language", LIVE_BLOGS)
def test_of_an_undated_live_blog_the_longer_version_stays(language: str, keep: str) -> None:
    for texts in ([4, 8], [8, 4]):
        corpus = [Article(live_blog(language, it), id=str(it)) for it in texts]
        assert dedup.find_duplicates(corpus, keep=keep).kept == ("8",)


@pytest.mark.parametrize("keep", KEEP_RULES)
@pytest.mark.parametrize("case", UPDATES)
def test_a_first_report_goes_for_its_update(case: str, keep: str) -> None:
    assert gone_of(*UPDATES[case], keep) == ["earlier"]


@pytest.mark.parametrize("case", UPDATES)
def test_no_update_goes_for_its_first_report(case: str) -> None:
    """Which of the two came first makes no difference to what a reader misses."""
    first, update = UPDATES[case]
    for dates in ((None, None), ("2024-03-05", "2024-03-06"), ("2024-03-06", "2024-03-05")):
        score, of_first, of_update = figures_of(
            Article(first, date=dates[0]), Article(update, date=dates[1])
        )
        assert score >= MIN_SCORE
        assert of_first >= MIN_COVERED
        assert of_update < 0.6


@pytest.mark.parametrize("keep", KEEP_RULES)
@pytest.mark.parametrize("case", BACKGROUND)
def test_neither_goes_when_the_later_repeats_the_background(case: str, keep: str) -> None:
    earlier, later = BACKGROUND[case]
    for days in (0, 1, 4):
        assert gone_of(earlier, later, keep, days) == []
    match = dedup.compare(earlier, later)
    assert match is None or match.may_go is None


# --- numbers -------------------------------------------------------------------------------------

COUNTERS = [
    ("12 comments", "34 comments"),
    ("3 min read", "4 min read"),
    ("\u00a9 2023", "\u00a9 2024"),
    ("127 shares \u00b7 18 likes", "341 shares \u00b7 55 likes"),
    ("12 Kommentare \u00b7 3 Min. Lesezeit", "34 Kommentare \u00b7 4 Min. Lesezeit"),
    ("Lectura: 3 min. 7 comentarios", "Lectura: 4 min. 29 comentarios"),
    (
        "\u041f\u0440\u043e\u0441\u043c\u043e\u0442\u0440\u043e\u0432: 112",
        "\u041f\u0440\u043e\u0441\u043c\u043e\u0442\u0440\u043e\u0432: 2048",
    ),
    ("\u9605\u8bfb 1203 \u8bc4\u8bba 5", "\u9605\u8bfb 8817 \u8bc4\u8bba 42"),
]


@NAMED
@pytest.mark.parametrize(("one", "other"), COUNTERS)
def test_counters_around_a_text_are_nothing(language: Language, one: str, other: str) -> None:
    for a, b in (
        (f"{language.story}\n\n{one}", f"{language.story}\n\n{other}"),
        (f"{one}\n{language.story}", f"{other}\n{language.story}"),
        (f"{language.story}\n\n{one}", language.story),
    ):
        match = dedup.compare(a, b)
        assert match is not None
        assert (match.relation, match.may_go) == ("syndicated", "either")


# --- direction -----------------------------------------------------------------------------------


def abridged(language: Language, paragraphs: int) -> str:
    return "\n\n".join(language.story.split("\n\n")[:-paragraphs])


@NAMED
@pytest.mark.parametrize("keep", KEEP_RULES)
def test_the_abridged_copy_goes(language: Language, keep: str) -> None:
    short = abridged(language, 2)
    assert gone_of(short, language.story, keep) == ["earlier"]
    assert gone_of(language.story, short, keep) == ["later"]


@NAMED
def test_more_cut_is_less_covered(language: Language) -> None:
    """And what is left is covered whatever was cut."""
    paragraphs = len(language.story.split("\n\n"))
    whole = []
    for cut in range(1, paragraphs):
        _, of_short, of_whole = figures_of(abridged(language, cut), language.story)
        assert of_short >= 0.98
        whole.append(of_whole)
    assert whole[-1] < 0.2
    assert whole[-1] == min(whole)


# --- dates ---------------------------------------------------------------------------------------

VERSIONS = [
    *((of.story, of.rewritten) for of in LANGUAGES),
    *((of.story, abridged(of, 1)) for of in LANGUAGES),
    *((of.story, of.independent) for of in LANGUAGES),
    *UPDATES.values(),
    *BACKGROUND.values(),
    *((live_blog(name, 4), live_blog(name, 8)) for name in LIVE_BLOGS),
]
PAIRS = st.sampled_from(VERSIONS)
NOON = datetime(2024, 3, 5, 12, tzinfo=timezone.utc)


@pytest.mark.parametrize("pair", VERSIONS, ids=lambda pair: pair[0][:20])
def test_the_same_minute_never_scores_below_unknown(pair: tuple[str, str]) -> None:
    a, b = pair
    unknown = figures_of(a, b)
    for date in (NOON, "2024-03-05"):
        known = figures_of(Article(a, date=date), Article(b, date=date))
        assert all(x >= y for x, y in zip(known, unknown, strict=True))


@given(PAIRS, st.sampled_from(["2024-03-05", NOON]), st.booleans())
def test_one_date_alone_says_nothing(pair: tuple[str, str], date: object, of_a: bool) -> None:
    a, b = pair
    one = (Article(a, date=date), b) if of_a else (a, Article(b, date=date))  # type: ignore[arg-type]
    assert figures_of(*one) == figures_of(a, b)


@given(PAIRS, st.integers(0, 86_399))
def test_a_day_has_all_its_moments(pair: tuple[str, str], second: int) -> None:
    a, b = pair
    moment = datetime(2024, 3, 5, tzinfo=timezone.utc) + timedelta(seconds=second)
    whole_day = Article(a, date="2024-03-05")
    assert figures_of(whole_day, Article(b, date=moment)) == figures_of(
        whole_day, Article(b, date="2024-03-05")
    )


GAPS = st.lists(st.integers(1, 20 * 86_400), min_size=2, max_size=5)


@given(PAIRS, GAPS, st.booleans())
def test_figures_fall_with_the_gap(pair: tuple[str, str], gaps: list[int], turned: bool) -> None:
    """Whichever of the two came first."""
    a, b = pair[::-1] if turned else pair
    later = [NOON + timedelta(seconds=gap) for gap in sorted(gaps)]
    rows = [figures_of(Article(a, date=NOON), Article(b, date=date)) for date in later]
    for nearer, farther in pairwise(rows):
        assert all(x >= y for x, y in zip(nearer, farther, strict=True))


# --- what always holds ---------------------------------------------------------------------------


def everything() -> list[Article]:
    """All of these texts, on a few days."""
    texts = [
        getattr(of, part) for of in LANGUAGES for part in ("story", "rewritten", "independent")
    ]
    texts += [abridged(of, cut) for of in LANGUAGES for cut in (1, 2)]
    texts += [text for pair in (*UPDATES.values(), *BACKGROUND.values()) for text in pair]
    texts += [live_blog(name, entries) for name in LIVE_BLOGS for entries in (2, 4, 6, 8)]
    texts += [text for case in cases() for text in pages(case, BRIEFS[case[1]])]
    texts += [template.format(**fill) for template, fills in TEMPLATES.values() for fill in fills]
    days = random.Random(5)
    return [
        Article(
            text, id=f"{number:03}", date=f"2024-03-{days.randint(4, 6):02}T{number % 24:02}:00"
        )
        for number, text in enumerate(texts)
    ]


TURNED = {"a": "b", "b": "a"}


@given(PAIRS, st.sampled_from([None, "2024-03-05"]), st.sampled_from([None, "2024-03-09T08:00"]))
def test_turned_pairs_give_the_turned_result(
    pair: tuple[str, str], date_a: str | None, date_b: str | None
) -> None:
    a, b = (Article(text, date=date) for text, date in zip(pair, (date_a, date_b), strict=True))
    there, back = dedup.compare(a, b, min_score=0), dedup.compare(b, a, min_score=0)
    assert there is not None
    assert back is not None
    assert (there.relation, there.score) == (back.relation, back.score)
    assert (there.covered_a, there.covered_b) == (back.covered_b, back.covered_a)
    assert there.may_go == TURNED.get(str(back.may_go), back.may_go)
    assert (there.similarity, there.containment) == (back.similarity, back.containment)


@pytest.mark.parametrize("keep", KEEP_RULES)
@pytest.mark.parametrize("bars", [(MIN_SCORE, MIN_COVERED), (0.3, 0.4)])
def test_what_goes_may_go_for_what_stays(keep: str, bars: tuple[float, float]) -> None:
    result = dedup.find_duplicates(everything(), keep=keep, min_score=bars[0], min_covered=bars[1])
    assert result.duplicates
    matches = found_in(result)
    for gone in result.duplicates:
        pair = (gone.id, gone.duplicate_of)
        match = matches.get(pair) or matches[pair[::-1]]
        assert match.may_go in ("either", "a" if match.id_a == gone.id else "b")
        assert gone.covered >= bars[1]
        assert gone.duplicate_of in result.kept


def test_order_and_threads_change_nothing() -> None:
    corpus = everything()
    first = dedup.find_duplicates(corpus, keep="earliest", threads=1)
    for threads in (1, 2, 3):
        random.Random(threads).shuffle(corpus)
        other = dedup.find_duplicates(corpus, keep="earliest", threads=threads)
        assert (other.matches, other.duplicates) == (first.matches, first.duplicates)
        assert other.stories == first.stories


def test_unlike_articles_of_one_feed_do_not_meet() -> None:
    """Two hundred with a frame of their own, longer than they are: nothing is flagged."""
    frame = articles.article(77, 90)
    texts = [f"{articles.article(1_000 + i, 60)}\n\n{frame}" for i in range(200)]
    assert not dedup.find_duplicates(corpus_of(texts)).matches
