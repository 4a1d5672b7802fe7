"""Stories told in other words: found in every language, in both directions, and shown why."""

import json
import math
import pickle
import random
from datetime import timedelta
from pathlib import Path

import command
import pytest
from languages import LANGUAGES, Language

import dedup
from dedup.article import Article
from dedup.detect import examine

SEEDS = Path(__file__).parent.parent / "seeds"
MODEL = json.loads((Path(dedup.__file__).parent / "rewrite_model.json").read_text())


def seed(number: str) -> str:
    return next(SEEDS.glob(f"{number}*")).read_text(encoding="utf-8")


def test_seeds(tmp_path: Path) -> None:
    """000 and 001 are one story; the others are reports of their own, on the same event."""
    out = tmp_path / "found"
    command.scan(SEEDS, "-o", out, "--related")
    duplicates = [json.loads(line) for line in (out / "duplicates.jsonl").open()]
    assert [{row["id"][:3], row["duplicate_of"][:3]} for row in duplicates] == [{"000", "001"}]
    assert duplicates[0]["relation"] == "rewritten"
    matches = [json.loads(line) for line in (out / "matches.jsonl").open()]
    reached = {"000"}
    for _ in range(5):
        for row in matches:
            pair = {row["id_a"][:3], row["id_b"][:3]}
            reached |= pair if pair & reached else set()
    assert reached == {"000", "001", "002", "003", "004"}
    assert [row["relation"] for row in matches].count("rewritten") == 1


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.name)
def test_languages(language: Language) -> None:
    found = dedup.compare(language.story, language.rewritten)
    assert found is not None
    assert found.relation == "rewritten"
    assert dedup.compare(language.story, language.independent) is None
    assert dedup.compare(language.rewritten, language.independent) is None
    assert dedup.compare(language.story, language.unrelated) is None


def all_languages() -> list[Article]:
    return [
        Article(getattr(language, part), id=f"{language.name} {part}")
        for language in LANGUAGES
        for part in ("story", "rewritten", "independent", "unrelated")
    ]


@pytest.mark.parametrize("threads", [1, 2])
def test_all_languages_at_once(threads: int) -> None:
    """The pass finds what comparing finds, whatever the order of the corpus."""
    corpus = all_languages()
    random.Random(threads).shuffle(corpus)
    result = dedup.find_duplicates(corpus, threads=threads)
    pairs = {(match.id_a, match.id_b, match.relation) for match in result.matches}
    assert pairs == {(f"{it.name} rewritten", f"{it.name} story", "rewritten") for it in LANGUAGES}
    compared = dedup.compare(LANGUAGES[0].rewritten, LANGUAGES[0].story)
    first = next(match for match in result.matches if match.id_a.startswith(LANGUAGES[0].name))
    assert compared is not None
    assert compared.score == first.score


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.name)
def test_symmetric(language: Language) -> None:
    parts = (language.story, language.rewritten, language.independent, language.unrelated)
    for a in parts:
        for b in parts:
            there = dedup.compare(a, b, min_score=0)
            back = dedup.compare(b, a, min_score=0)
            assert there is not None
            assert back is not None
            assert (there.relation, there.score) == (back.relation, back.score)


@pytest.mark.parametrize("keep", ["earliest", "latest", "longest", "first"])
def test_only_the_lesser_goes(keep: str) -> None:
    """Whatever the rule, a version that has much more in it stays."""
    language = LANGUAGES[1]
    brief = "\n\n".join(language.rewritten.split("\n\n")[:-1])
    assert len(brief.split()) < 0.9 * len(language.story.split())
    for dates in (
        ("2024-05-01T08:00", "2024-05-01T09:00"),
        ("2024-05-01T09:00", "2024-05-01T08:00"),
    ):
        corpus = [
            {"id": "fuller", "text": language.story, "date": dates[0]},
            {"id": "lesser", "text": brief, "date": dates[1]},
        ]
        for order in (corpus, corpus[::-1]):
            result = dedup.find_duplicates(order, keep=keep, min_score=0.5)
            assert [it.id for it in result.duplicates] == ["lesser"]


def test_keep_rule_decides_between_equals() -> None:
    language = next(it for it in LANGUAGES if it.name == "Russian")
    corpus = [
        {"id": "a", "text": language.story, "date": "2024-05-01"},
        {"id": "b", "text": language.rewritten, "date": "2024-05-01T08:00"},
    ]
    for keep, dropped in (("earliest", "b"), ("latest", "a")):
        result = dedup.find_duplicates(corpus, keep=keep)
        assert [it.id for it in result.duplicates] == [dropped]


@pytest.mark.parametrize(
    ("window", "days", "found"),
    [
        ("3d", 2, True),
        ("3d", 10, False),
        ("36h", 2, False),
        ("2w", 10, True),
        (None, 10, True),
        (timedelta(days=1), 2, False),
        (timedelta(days=2), 2, True),
    ],
)
def test_window(window: str | timedelta | None, days: int, found: bool) -> None:
    language = LANGUAGES[-1]
    corpus = [
        {"id": "a", "text": language.story, "date": "2024-05-01"},
        {"id": "b", "text": language.rewritten, "date": f"2024-05-{1 + days:02}"},
    ]
    result = dedup.find_duplicates(corpus, window=window, min_score=0.0001, drop=())
    assert bool(result.matches) == found


@pytest.mark.parametrize("window", ["", "3", "d", "-3d", "3 days", "three", timedelta(days=-1)])
def test_bad_window(window: str | timedelta) -> None:
    with pytest.raises(dedup.OptionError):
        dedup.find_duplicates([], window=window)


def test_options() -> None:
    language = LANGUAGES[-1]
    corpus = [language.story, language.rewritten, language.independent]
    assert not dedup.find_duplicates(corpus, rewrites=False).matches
    assert not dedup.find_duplicates(corpus, min_score=1).matches
    related = dedup.find_duplicates([seed("002"), seed("003")], related=True)
    assert [match.relation for match in related.matches] == ["related"]
    assert len(related.kept) == 2
    with pytest.raises(dedup.OptionError):
        dedup.find_duplicates([], rewrites=False, related=True)


@pytest.mark.parametrize("pair", [("000", "001"), ("002", "004")])
def test_evidence(pair: tuple[str, str]) -> None:
    a, b = map(seed, pair)
    match = dedup.compare(a, b, min_score=0)
    assert match is not None
    evidence = match.evidence
    assert evidence.sentences
    assert all(0.3 <= it.share <= 1 for it in evidence.sentences)
    for it in evidence.sentences:
        assert a[it.start_a : it.end_a].strip() == a[it.start_a : it.end_a] != ""
        assert b[it.start_b : it.end_b].strip() == b[it.start_b : it.end_b] != ""
    assert evidence.names
    for word in (*evidence.names, *evidence.figures, *evidence.words, *evidence.only_a):
        assert word in a
    for word in evidence.figures:
        assert word.replace(",", "") in b.replace(",", "")
    assert all(word in b for word in evidence.only_b)
    weights = MODEL["rewritten"]["weights"]
    assert {it.name for it in evidence.features} == set(weights) == set(MODEL["usual"])
    odds = MODEL["rewritten"]["intercept"]
    odds += sum(weights[it.name] * it.value for it in evidence.features)
    assert math.isclose(match.score, 1 / (1 + math.exp(-odds)), rel_tol=1e-9)
    for it in evidence.features:
        usual = weights[it.name] * (it.value - MODEL["usual"][it.name])
        assert math.isclose(it.contribution, usual, abs_tol=1e-9)
    again = pickle.loads(pickle.dumps(match))
    assert again == match
    assert again.evidence == evidence


def value(a: Article | str, b: Article | str, name: str) -> float:
    """A feature of a pair, whatever their relation."""
    first, second = (it if isinstance(it, Article) else Article(it) for it in (a, b))
    return next(it.value for it in examine(first, second).evidence.features if it.name == name)


def made_up(numbers: list[int]) -> str:
    """Words that no list holds and no stemmer changes, in sentences of six."""
    letters = ("".join("bcdfghjklm"[int(digit)] for digit in f"{it:03}") for it in numbers)
    words = [f"x{it}q" for it in letters]
    sentences = (" ".join(words[at : at + 6]) for at in range(0, len(words), 6))
    return ". ".join(sentence.capitalize() for sentence in sentences) + "."


def common_order(a: list[int], b: list[int]) -> int:
    """The length of the longest common subsequence, by the textbook's table."""
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            longest = max(table[i][j + 1], table[i + 1][j])
            table[i + 1][j + 1] = table[i][j] + 1 if x == y else longest
    return table[-1][-1]


def new_share(a: list[int], b: list[int]) -> float:
    """The share of `a` in sentences of which no sentence of `b` has 3 in 10 words."""
    cut = lambda text: [set(text[at : at + 6]) for at in range(0, len(text), 6)]  # noqa: E731
    new = [it for it in cut(a) if max(len(it & other) for other in cut(b)) < 0.3 * len(it)]
    return sum(map(len, new)) / sum(map(len, cut(a)))


@pytest.mark.parametrize("number", range(40))
def test_features_are_those_of_the_oracle(number: int) -> None:
    rng = random.Random(number)
    a = [rng.randrange(60) for _ in range(rng.randint(24, 60))]
    b = [rng.choice([*a, *range(60, 90)]) for _ in range(rng.randint(62, 90))]
    if number % 2:
        b = [it for it in a for _ in range(rng.choice([1, 1, 2]))] + [200 + it for it in range(40)]
    both = set(a) & set(b)
    expected = {
        "in_order": common_order(a, b) / len(a),
        "in_order_of_fuller": common_order(a, b) / len(b),
        "words": len(both) / len(set(a)),
        "new_words": math.log1p(len(set(a) - set(b))),
        "new_words_of_fuller": math.log1p(len(set(b) - set(a))),
        "new_sentences": new_share(a, b),
    }
    for name, wanted in expected.items():
        assert math.isclose(value(made_up(a), made_up(b), name), wanted), name
        assert math.isclose(value(made_up(b), made_up(a), name), wanted), name


STORY = "The mayor of Trowell, {}, spoke of {} houses in the new quarter on {} afternoon. {} "
REST = "Builders begin in spring, the council said, and the first families move in a year later."


def filled(name: str, figure: str, day: str, quote: str = "") -> str:
    return STORY.format(name, figure, day, quote) + REST


@pytest.mark.parametrize(
    ("feature", "a", "b", "wanted"),
    [
        ("figures", filled("Ann", "1,200", "Friday"), filled("Ann", "1200", "Friday"), 1.6 / 2),
        ("figures", filled("Ann", "1,200", "Friday"), filled("Ann", "1,300", "Friday"), 0.6 / 2),
        ("new_names", filled("Ann", "9", "Friday"), filled("Bea", "9", "Friday"), math.log(2)),
        ("new_weekdays", filled("Ann", "9", "Friday"), filled("Ann", "9", "Sunday"), 1),
        ("other_first_weekday", filled("Ann", "9", "Friday"), filled("Ann", "9", "Sunday"), 1),
        ("other_first_weekday", filled("Ann", "9", "Friday"), filled("Ann", "9", "Friday"), 0),
        ("both_quote", filled("Ann", "9", "Friday", "“Splendid.”"), filled("A", "9", "Friday"), 0),
    ],
)
def test_features_of_facts(feature: str, a: str, b: str, wanted: float) -> None:
    assert math.isclose(value(a, b, feature), wanted)


def test_days_apart() -> None:
    a, b = seed("000"), seed("001")
    for first, second, days, dated in (
        ("2024-05-01", "2024-05-03", 2, 1),
        ("2024-05-01", "2024-05-01T12:00", 0.5, 1),
        ("2024-05-01", None, 0, 0),
    ):
        pair = Article(a, date=first), Article(b, date=second)
        assert math.isclose(value(*pair, "days_apart"), math.log1p(days))
        assert value(*pair, "dated") == dated


def test_compare_shows_the_evidence() -> None:
    files = [next(SEEDS.glob(f"{number}*")) for number in ("000", "001")]
    shown = command.dedup("compare", *files).stdout
    assert shown.startswith("relation     rewritten\n")
    for label in ("names  ", "figures  ", "words  ", "only in A  ", "sentences  ", "decided by  "):
        assert f"\n{label}" in shown


def test_bounded_cost() -> None:
    """Rare words that very many articles share cost no more than some neighbours each."""
    rng = random.Random(9)
    texts = [
        made_up([900 + it for it in range(6)] + [rng.randrange(900) for _ in range(60)])
        for _ in range(300)
    ]
    texts += [made_up([rng.randrange(900) for _ in range(66)]) for _ in range(20_000)]
    result = dedup.find_duplicates(texts)
    assert len(result.kept) + len(result.duplicates) == len(texts)
