"""Stories told in other words: found in every language, in both directions, and shown why."""

import math
import random
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import articles
import command
import dumps
import oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st
from languages import LANGUAGES, Language

import dedup
from dedup import Article
from dedup import _core as core
from dedup.config import KEEP_RULES, MIN_COVERED, MIN_SCORE

SEEDS = Path(__file__).parent.parent / "seeds"
BARS = (MIN_SCORE, MIN_COVERED)
PARTS = ("story", "rewritten", "independent", "unrelated")
NAMED = pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.name)


def seed_file(number: str) -> Path:
    (path,) = SEEDS.glob(f"{number}*")
    return path


def seed(number: str) -> str:
    return seed_file(number).read_text(encoding="utf-8")


def compared(a: Article | str, b: Article | str) -> dedup.Match:
    """The match of any two articles, however little they have in common."""
    match = dedup.compare(a, b, min_score=0)
    assert match is not None
    return match


# --- real articles -------------------------------------------------------------------------------


def test_seeds(tmp_path: Path) -> None:
    """000 and 001 are one story; the others are reports of their own, on the same event."""
    out = tmp_path / "out"
    command.scan(SEEDS, "-o", out, "--related")
    assert command.summary(out)["counts"]["matched_rewritten"] == 1
    matches = command.read_lines(out / "matches.jsonl")
    (flagged,) = (row for row in matches if row["relation"] != "related")
    assert flagged["relation"] == "rewritten"
    pair = [flagged["id_a"], flagged["id_b"]]
    assert [name[:3] for name in pair] == ["000", "001"]
    # What goes is what the other covers.
    covered = [flagged["covered_a"], flagged["covered_b"]]
    gone = {row["id"] for row in command.read_lines(out / "duplicates.jsonl")}
    assert bool(gone) == (max(covered) >= MIN_COVERED)
    assert gone <= {pair[covered.index(max(covered))]}
    clean, seeds = command.tree(out / "clean"), command.tree(SEEDS)
    assert clean == {name: data for name, data in seeds.items() if name not in gone}
    connected = {"000"}
    for _ in seeds:
        for row in matches:
            ids = {row["id_a"][:3], row["id_b"][:3]}
            connected |= ids if connected & ids else set()
    assert connected == {name[:3] for name in seeds}


@NAMED
def test_languages(language: Language) -> None:
    found = dedup.compare(language.story, language.rewritten)
    assert found is not None
    assert found.relation == "rewritten"
    assert dedup.compare(language.story, language.independent) is None
    assert dedup.compare(language.rewritten, language.independent) is None
    assert dedup.compare(language.story, language.unrelated) is None


# What stands around articles on web pages.
FURNITURE = {
    "style sheet": (
        ".article-body { margin: 0 auto; max-width: 40em } .share a:hover { display:"
        " none } @media (max-width: 600px) { .article-body { padding: 0 12px } }"
    ),
    "English byline": "By John Smith and Mary Jones for The Daily Post",
    "English cookie notice": (
        "We and our partners use cookies and other technologies to store and access information on"
        " a device, such as the pages that you have visited and the ads you have seen. You can"
        " change your choices at any time by clicking on the link at the foot of the page. If you"
        " do not agree, some of the features of this site may not work for you as they should."
    ),
    "French notice": (
        "Vous avez la possibilité de ne pas accepter les cookies que nous et nos partenaires"
        " déposons sur votre appareil, mais dans ce cas une partie du contenu ne sera pas"
        " disponible pour vous."
    ),
    "Russian notice": (
        "Мы и наши партнеры используем файлы для того, чтобы вам было удобно на нашем сайте"
    ),
    "Chinese notice": "我们使用的技术是为了让您在这个网站上的体验更好",
}


@NAMED
@pytest.mark.parametrize("furniture", FURNITURE)
def test_furniture_in_another_language(language: Language, furniture: str) -> None:
    """The stems of the text stay what they are, and its stop words stop words."""
    notice, story = FURNITURE[furniture], language.story
    for page in (f"{notice}\n{story}", f"{story}\n{notice}", f"{notice}\n{story}\n{notice}"):
        *_, of_story, of_page = core.explain(story, page)
        found = {name: value for name, value, _ in of_story}
        assert found["words"] == found["in_order"] == found["aligned"] == 1
        assert found["new_words"] == found["new_sentences"] == 0
        added = {name: value for name, value, _ in of_page}
        assert added["new_words"] <= len(set(core.words(notice)))


def all_languages() -> list[Article]:
    return [
        Article(getattr(language, part), id=f"{language.name} {part}")
        for language in LANGUAGES
        for part in PARTS
    ]


@pytest.mark.parametrize("threads", [1, 2])
def test_all_languages_at_once(threads: int) -> None:
    """A pass finds what comparing finds, whatever the order of the corpus."""
    corpus = all_languages()
    random.Random(threads).shuffle(corpus)
    result = dedup.find_duplicates(corpus, threads=threads)
    assert [(match.id_a, match.id_b, match.relation) for match in result.matches] == [
        (f"{name} rewritten", f"{name} story", "rewritten")
        for name in sorted(language.name for language in LANGUAGES)
    ]
    texts = {article.id: article for article in corpus}
    for match in result.matches:
        assert match == dedup.compare(texts[match.id_a], texts[match.id_b])
    goes = [match for match in result.matches if match.may_go]
    assert len(result.kept) == len(corpus) - len(goes)


# --- generated articles --------------------------------------------------------------------------

FIGURES = ["7", "14", "3.5", "1,000", "1000", "2024"]
DAYS = ["Monday", "Thursday", "Sunday"]


def sentence_of(rng: random.Random, vocabulary: list[str]) -> list[str]:
    return [word_of(rng, vocabulary) for _ in range(rng.randint(1, 12))]


def word_of(rng: random.Random, vocabulary: list[str]) -> str:
    sort = rng.random()
    if sort < 0.1:
        return rng.choice(FIGURES)
    if sort < 0.14:
        return rng.choice(DAYS)
    word = rng.choice(vocabulary)
    return word.capitalize() if sort < 0.3 else word


def written(rng: random.Random, sentences: list[list[str]]) -> str:
    """With stops, paragraphs and quotations, some of which go on into the next sentence."""
    text, quoted = "", False
    for sentence in sentences:
        words = list(sentence)
        if rng.random() < 0.8:
            words[0] = words[0].capitalize()
        end = rng.choice([". ", ". ", "! ", "? ", "\u2026 ", ".) ", ".\n\n", "\n"])
        for place, word in enumerate(words):
            closes = "\n" in end and place == len(words) - 1
            mark = rng.random() < (0.3 if quoted else 0.05)
            if mark and not quoted and not closes:
                words[place] = f'"{word}'
            elif quoted and (mark or closes):
                words[place] = rng.choice(['{}"', '{},"', '{}."']).format(word)
            elif rng.random() < 0.05:
                words[place] = rng.choice(["({})", "{},", "{} -"]).format(word)
            quoted = quoted != (words[place].count('"') == 1)
        text += " ".join(words) + end
    return f'{text}"' if quoted else text


@st.composite
def story_pairs(draw: st.DrawFn) -> tuple[str, str]:
    """A story, and another with some of its sentences, words and order."""
    rng = random.Random(draw(st.integers(0, 2**32)))
    vocabulary = articles.WORDS[: draw(st.sampled_from([3, 40, 40, 1_000]))]
    story = [sentence_of(rng, vocabulary) for _ in range(draw(st.integers(1, 9)))]
    other = [list(sentence) for sentence in story]
    for _ in range(draw(st.integers(0, 6))):
        place = rng.randrange(len(other))
        change = rng.choice(["drop", "move", "add", "edit", "edit"])
        if change == "add":
            other.insert(place, sentence_of(rng, vocabulary))
        elif change == "edit":
            kept = [word for word in other[place] if rng.random() < 0.6]
            other[place] = kept or sentence_of(rng, vocabulary)
            rng.shuffle(other[place])
        elif len(other) > 1:
            sentence = other.pop(place)
            if change == "move":
                other.insert(rng.randrange(len(other) + 1), sentence)
    return written(rng, story), written(rng, other)


DATES = st.sampled_from([None, "2024-05-01", "2024-05-01T18:00", "2024-05-03", "2024-06-01"])


@given(story_pairs(), DATES, DATES)
def test_features_equal_oracle(
    pair: tuple[str, str], date_a: str | None, date_b: str | None
) -> None:
    seconds = [date and core.parse_date(date) for date in (date_a, date_b)]
    expected = oracle.features(*pair, oracle.time_between(*seconds))
    assert expected is not None
    *_, of_a, of_b = core.explain(*pair, date_a, date_b)
    for found, side in zip((of_a, of_b), expected, strict=True):
        assert {name: value for name, value, _ in found} == side
        added = {name: value for name, _, value in found}
        assert added == pytest.approx(oracle.contributions(side))


@given(story_pairs(), DATES, DATES)
def test_probabilities_equal_oracle(
    pair: tuple[str, str], date_a: str | None, date_b: str | None
) -> None:
    dates = (date_a, date_b)
    a, b = (
        oracle.Article(id_, text, date and core.parse_date(date))
        for id_, text, date in zip("ab", pair, dates, strict=True)
    )
    _, score, covered_a, covered_b, *_ = core.compare(*pair, *dates, *BARS)
    expected = oracle.judge(a, b)
    if expected is None:
        assert (score, covered_a, covered_b) == (0, 0, 0)
    else:
        assert score == pytest.approx(expected.score)
        assert (covered_a, covered_b) == pytest.approx(expected.covered)


def figures_of(match: dedup.Match | None) -> tuple[Any, ...] | None:
    return match and (match.relation, match.score, match.similarity, match.containment)


@given(story_pairs(), DATES, DATES)
def test_compare_is_symmetric(
    pair: tuple[str, str], date_a: str | None, date_b: str | None
) -> None:
    a, b = Article(pair[0], date=date_a), Article(pair[1], date=date_b)
    for min_score in (0, 0.5, MIN_SCORE):
        there = dedup.compare(a, b, min_score=min_score, related=True)
        assert figures_of(there) == figures_of(
            dedup.compare(b, a, min_score=min_score, related=True)
        )
        assert there is None or there.relation != "rewritten" or there.score >= min_score


def test_compare_of_real_articles_is_symmetric() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(SEEDS.iterdir())]
    for a, b in combinations([*texts, *(article.text for article in all_languages())], 2):
        assert figures_of(compared(a, b)) == figures_of(compared(b, a))


def retold(story: list[str], seed: int, step: int = 4) -> list[str]:
    """The same words with one in so many replaced: no five in a row are left."""
    rng = random.Random(seed)
    return [rng.choice(articles.WORDS) if i % step == 1 else w for i, w in enumerate(story)]


def retold_corpus(stories: int, versions: int) -> list[dict[str, Any]]:
    """Of each story so many versions, whole or cut, on neighbouring days."""
    rng = random.Random(stories)
    rows = []
    for number in range(stories):
        story = articles.word_list(rng, rng.randint(100, 250))
        for version in range(versions):
            words = retold(story, 1_000 * number + version)
            words = words[: len(words) * rng.choice([7, 10, 10]) // 10]
            date = f"2024-05-{1 + number % 20 + version % 2:02}"
            rows.append(dumps.record(f"{number}/{version}", words, date=date))
    return rows


def test_order_and_threads_change_nothing() -> None:
    corpus = retold_corpus(400, 5)
    result = dedup.find_duplicates(corpus, related=True, threads=1)
    assert len(result.duplicates) > 1_000
    for threads in (1, 2, 3):
        random.Random(threads).shuffle(corpus)
        other = dedup.find_duplicates(corpus, related=True, threads=threads)
        assert (other.matches, other.duplicates) == (result.matches, result.duplicates)
        assert sorted(other.kept) == sorted(result.kept)


def test_pass_finds_no_more_than_comparing() -> None:
    corpus = retold_corpus(30, 4)
    texts = {row["id"]: Article(row["text"], row["id"], date=row["date"]) for row in corpus}
    matches = dedup.find_duplicates(corpus, related=True).matches
    assert {match.relation for match in matches} == {"rewritten"}
    for match in matches:
        assert match == dedup.compare(texts[match.id_a], texts[match.id_b])
        assert match.id_a.split("/")[0] == match.id_b.split("/")[0]
    assert len(matches) > 0.95 * 30 * 6


def test_thirty_versions_of_one_story() -> None:
    story = articles.word_list(random.Random(1), 200)
    versions = [" ".join(retold(story, seed, step=5 - seed % 2)) for seed in range(30)]
    result = dedup.find_duplicates(versions)
    assert len(result.matches) == len(list(combinations(versions, 2)))
    assert len(result.kept) < len(versions) / 3


# --- which of two is dropped ---------------------------------------------------------------------

STORY = articles.word_list(random.Random(12), 200)
RETOLD = retold(STORY, 13)
# Lengths of a story and its rewrite; which of the two goes, None if the keep rule has it.
LENGTHS = [
    (200, 200, None),
    (200, 150, "rewrite"),
    (150, 200, "story"),
    (200, 110, "rewrite"),
    (110, 200, "story"),
]


@pytest.mark.parametrize("keep", KEEP_RULES)
@pytest.mark.parametrize(("length", "other_length", "goes"), LENGTHS)
def test_which_goes(keep: str, length: int, other_length: int, goes: str | None) -> None:
    """Of two unlike in length the shorter, whatever the rule; of two alike the rule decides."""
    story = {"id": "story", "text": " ".join(STORY[:length])}
    rewrite = {"id": "rewrite", "text": " ".join(RETOLD[:other_length])}
    for first, second in ((story, rewrite), (rewrite, story)):
        corpus = [{**first, "date": "2024-05-01"}, {**second, "date": "2024-05-01T06:00"}]
        by_rule = {
            "earliest": second["id"],
            "latest": first["id"],
            "first": second["id"],
            # Of equals the lower id stays.
            "longest": "story" if other_length >= length else "rewrite",
        }
        (duplicate,) = dedup.find_duplicates(corpus, keep=keep).duplicates
        assert (duplicate.id, duplicate.relation) == (goes or by_rule[keep], "rewritten")


@NAMED
@pytest.mark.parametrize("keep", KEEP_RULES)
def test_the_brief_goes(keep: str, language: Language) -> None:
    """A real one, without the last paragraph: if one of the two may go, then it."""
    brief = language.rewritten[: language.rewritten.rindex("\n\n")]
    story = {"id": "story", "text": language.story, "date": "2024-05-01"}
    for date in ("2024-04-30T18:00", "2024-05-01T06:00"):
        corpus = [story, {"id": "brief", "text": brief, "date": date}]
        (flagged,) = dedup.find_duplicates(corpus, min_score=0.3).matches
        assert flagged.covered_a > flagged.covered_b + 0.02
        bar = (flagged.covered_a + flagged.covered_b) / 2
        for order in (corpus, corpus[::-1]):
            result = dedup.find_duplicates(order, keep=keep, min_score=0.3, min_covered=bar)
            assert [duplicate.id for duplicate in result.duplicates] == ["brief"]


# --- options -------------------------------------------------------------------------------------

WINDOWS: list[tuple[str | timedelta | None, int | None, bool]] = [
    ("3d", 0, True),
    ("3d", 2, True),
    ("3d", 3, True),
    ("3d", 4, True),
    ("3d", 5, False),
    ("3d", 10, False),
    ("3d", None, True),
    ("0h", 0, True),
    ("0h", 1, True),
    ("0h", 2, False),
    ("36h", 2, True),
    ("36h", 3, False),
    ("1.5 d", 2, True),
    ("2w", 10, True),
    ("1w", 10, False),
    (None, 10, True),
    (timedelta(days=1), 3, False),
    (timedelta(days=2), 3, True),
    (timedelta(days=2, seconds=-1), 3, False),
]


def dated_rewrites(days: int | None) -> list[dict[str, Any]]:
    first, second = (" ".join(words) for words in (STORY, RETOLD))
    date = None if days is None else f"2024-05-{1 + days:02}"
    return [dumps.record("a", first, date="2024-05-01"), dumps.record("b", second, date=date)]


@pytest.mark.parametrize(("window", "days", "found"), WINDOWS)
def test_window(window: str | timedelta | None, days: int | None, found: bool) -> None:
    """A date without a time covers its day: the window begins with the end of it."""
    for corpus in (dated_rewrites(days), dated_rewrites(days)[::-1]):
        result = dedup.find_duplicates(corpus, window=window, min_score=0.0001, drop=())
        assert [match.relation for match in result.matches] == ["rewritten"] * found


@pytest.mark.parametrize("hours", [0, 6, 24, 36])
def test_window_of_days_and_times(hours: int) -> None:
    """No pair within the window is lost, whether the dates have times or not, and in any order."""
    rng = random.Random(hours)
    dates = [f"2024-05-{day:02}{time}" for day in range(1, 6) for time in ("", "T06:00", "T18:00")]
    corpus = [
        dumps.record(f"{number:02}", " ".join(retold(STORY, number, 5 - number % 2)), date=date)
        for number, date in enumerate([*dates, *rng.sample(dates, 5)])
    ]
    rng.shuffle(corpus)
    seconds = {row["id"]: core.parse_date(row["date"]) for row in corpus}
    expected = {
        (a, b)
        for a, b in combinations(sorted(seconds), 2)
        if oracle.days_between(seconds[a], seconds[b]) <= hours / 24
    }
    options: dict[str, Any] = {"window": f"{hours}h", "min_score": 0.0001, "drop": ()}
    result = dedup.find_duplicates(corpus, **options)
    assert {(match.id_a, match.id_b) for match in result.matches} == expected


@pytest.mark.parametrize("days", [2, 10, None])
def test_default_window(days: int | None) -> None:
    matches = dedup.find_duplicates(dated_rewrites(days)).matches
    assert [match.relation for match in matches] == ["rewritten"] * (days != 10)


BAD: list[dict[str, Any]] = [
    *({"window": window} for window in ("", "3", "d", "-3d", "3 days", "1e3d", timedelta(-1))),
    *({"min_score": score} for score in (-0.01, 1.01, 79, math.nan, math.inf)),
    {"related": True, "rewrites": False},
    {"drop": ["related"]},
]


@pytest.mark.parametrize("options", BAD, ids=str)
def test_bad_options(options: dict[str, Any]) -> None:
    with pytest.raises(dedup.OptionError):
        dedup.find_duplicates(["a text"], **options)


def test_min_score() -> None:
    """All that has the score is found, and nothing else; at 1 no rewrite is certain enough."""
    corpus = retold_corpus(6, 3)
    everything = dedup.find_duplicates(corpus, min_score=0, drop=()).matches
    assert len(everything) > 18
    scores = sorted(match.score for match in everything)
    for least in (*scores[-3:], scores[-1] + 1e-9, 1):
        found = dedup.find_duplicates(corpus, min_score=least, drop=()).matches
        assert set(found) == {match for match in everything if match.score >= least}
    language = LANGUAGES[0]
    unlike = dedup.find_duplicates([language.story, language.independent], min_score=0)
    assert {match.relation for match in unlike.matches} == {"rewritten"}


def test_related() -> None:
    """Reported and never dropped; without rewrites neither sort is looked for."""
    pair = [seed("002"), seed("003")]
    result = dedup.find_duplicates(pair, related=True)
    assert [match.relation for match in result.matches] == ["related"]
    assert len(result.kept) == 2
    match = dedup.compare(*pair, related=True)
    assert match is not None
    assert match.relation == "related"
    assert match.score < MIN_SCORE
    assert not dedup.find_duplicates(pair).matches
    assert dedup.compare(*pair) is None
    assert not dedup.find_duplicates([seed("000"), seed("001")], rewrites=False).matches


@pytest.mark.parametrize("pair", [("000", "001"), ("002", "003"), ("002", "004")])
def test_coverage_is_the_sum_of_its_features(pair: tuple[str, str]) -> None:
    match = compared(*map(seed, pair))
    model = oracle.MODELS["covered"]
    usual = sum(tree[0][0] for tree in model["trees"])
    sides = (match.evidence.features_a, match.evidence.features_b)
    for features, covered in zip(sides, (match.covered_a, match.covered_b), strict=True):
        assert {feature.name for feature in features} == set(core.feature_names())
        odds = usual + sum(feature.contribution for feature in features)
        assert covered == pytest.approx(oracle.probability(odds))
        by_weight = [abs(feature.contribution) for feature in features]
        assert by_weight == sorted(by_weight, reverse=True)


FACTS = (
    "The mayor of Trowell, {name}, spoke of {figure} houses in the new quarter on {day}. {quote} "
    "Builders begin in spring, the council said, and the first families move in a year later."
)
USUAL = {"name": "Ann", "figure": "1,200", "day": "Friday", "quote": ""}
# What one version has against another in which so much is changed, and the other against it.
CHANGES: list[tuple[dict[str, str], dict[str, float], dict[str, float]]] = [
    ({}, {"figures": 1.6 / 2, "new_words": 0, "words": 1}, {"words": 1}),
    ({"figure": "1200"}, {"figures": 1.6 / 2, "new_figures": 0}, {"new_words": 0}),
    (
        {"figure": "1,300"},
        {"figures": 0.6 / 2, "new_figures": 1, "new_figures_b": 1, "new_names_b": 0},
        {"figures": 0.6 / 2, "new_figures": 1, "new_words": 1},
    ),
    (
        {"name": "Bea"},
        {"new_names_b": 1, "new_words": 1, "figures": 1.6 / 2},
        {"new_names_b": 1, "new_words": 1},
    ),
    ({"day": "Sunday"}, {"new_names_b": 1, "new_words": 1}, {"new_names_b": 1, "new_words": 1}),
    ({"day": "Fridays"}, {"new_names_b": 0, "new_words": 0}, {"new_words": 0}),
    (
        {"quote": "\u201cSplendid villas!\u201d"},
        {"new_words": 0, "new_sentences": 0, "newest_sentence": 0},
        {"new_words": 2, "newest_sentence": 2, "terms_of_new_sentences": 2},
    ),
    ({"quote": "\u00abHouses\u00bb"}, {"new_words": 0}, {"new_words": 0, "newest_sentence": 0}),
]


@pytest.mark.parametrize(("change", "expected", "of_other"), CHANGES, ids=str)
def test_features_of_facts(
    change: dict[str, str], expected: dict[str, float], of_other: dict[str, float]
) -> None:
    """In a language that has stop words and stems."""
    a, b = FACTS.format(**USUAL), FACTS.format(**{**USUAL, **change})
    for pair in ((a, b), (b, a)):
        *_, of_a, of_b = core.explain(*pair)
        sides = (of_a, of_b) if pair == (a, b) else (of_b, of_a)
        for features, wanted in zip(sides, (expected, of_other), strict=True):
            found = {name: value for name, value, _ in features if name in wanted}
            assert found == pytest.approx(wanted)


# --- command -------------------------------------------------------------------------------------


# Relations that matches.jsonl has of two rewrites six hours apart and two reports on one event, and
# how many are dropped.
SCANS: dict[tuple[str, ...], tuple[list[str], int]] = {
    ("--matches",): (["rewritten"], 1),
    ("--related",): (["related", "rewritten"], 1),
    ("--matches", "--no-rewrites"): ([], 0),
    ("--matches", "--rewrites", "--drop", "none"): (["rewritten"], 0),
    ("--matches", "--drop", "exact,rewritten"): (["rewritten"], 1),
    ("--matches", "--drop", "exact,syndicated"): (["rewritten"], 0),
    ("--matches", "--min-score", "1"): ([], 0),
    ("--matches", "--window", "5h"): ([], 0),
    ("--matches", "--window", "6h"): (["rewritten"], 1),
    ("--matches", "--window", "none"): (["rewritten"], 1),
}


@pytest.mark.parametrize("options", SCANS, ids=" ".join)
def test_scan_options(options: tuple[str, ...], tmp_path: Path) -> None:
    rows = [
        dumps.record("a", LANGUAGES[-1].story, date="2024-05-01"),
        dumps.record("b", LANGUAGES[-1].rewritten, date="2024-05-02T06:00"),
        dumps.record("c", seed("002")),
        dumps.record("d", seed("003")),
    ]
    (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes(rows))
    command.scan("x.jsonl", "-o", "out", *options, cwd=tmp_path)
    matches = command.read_lines(tmp_path / "out" / "matches.jsonl")
    counts = command.summary(tmp_path / "out")["counts"]
    expected, dropped = SCANS[options]
    assert sorted(match["relation"] for match in matches) == expected
    assert counts["dropped"] == counts["dropped_rewritten"] == dropped


# --- cost ----------------------------------------------------------------------------------------


def crowds(count: int, size: int) -> list[dict[str, Any]]:
    """Articles of words that all use, but for five that those of one crowd have to themselves."""
    rng = random.Random(9)
    usual, rare = articles.WORDS[:300], iter(articles.WORDS[300:])
    rows = []
    for crowd in range(count // size):
        shared = [next(rare) for _ in range(5)]
        for member in range(size):
            words = [*rng.choices(usual, k=60), *shared]
            rng.shuffle(words)
            rows.append(dumps.record(f"{crowd}/{member}", words))
    return rows


def test_rare_words_of_a_crowd_cost_no_square(tmp_path: Path) -> None:
    """All pairs of these would be four million; of each article a few neighbours are looked at."""
    (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes(crowds(20_000, 400)))
    command.scan("x.jsonl", "-o", "out", "--no-rewrites", cwd=tmp_path)
    assert command.summary(tmp_path / "out")["counts"]["bounded_pairs"] == 0
    command.scan("x.jsonl", "-o", "out", "--force", cwd=tmp_path)
    counts = command.summary(tmp_path / "out")["counts"]
    assert counts["bounded_pairs"] > 50 * 400 * (400 - 64) / 2
    assert counts["candidates"] < 20_000 * 10
    assert counts["kept"] > 19_900
