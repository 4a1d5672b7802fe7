"""What becomes of originals, duplicates and versions of one id, as articles come, change and go."""

import random
from datetime import datetime, timedelta, timezone

import articles
import pytest
from conftest import Place
from test_index import drops, synthetic

import dedup

TEXT = articles.article(1)
WORDS = TEXT.split()
CORRECTED = " ".join([*WORDS[:40], "emended", *WORDS[41:]])
OTHER = articles.article(2)


def day(number: int) -> str:
    return f"2024-05-{number:02}"


def original_of(index: dedup.Index, name: str) -> str | None:
    stored = index.get(name)
    assert stored is not None
    return stored.duplicate_of


def check_stars(index: dedup.Index) -> None:
    """A duplicate is one of an article that is stored, and is none itself."""
    for article in index.articles():
        if article.duplicate_of is not None:
            assert original_of(index, article.duplicate_of) is None
            assert article.id in index.versions(article.duplicate_of)[1:]


# ---- an original is one stored article ----


def test_an_original_that_comes_again_with_a_word_corrected(place: Place) -> None:
    with dedup.Index.open(place("news")) as index:
        index.add(dedup.Article(TEXT, "a"))
        assert drops(index.add(dedup.Article(TEXT, "b")))
        index.remove("a")
        assert original_of(index, "b") is None
        assert drops(index.add(dedup.Article(CORRECTED, "a")))
        assert index.versions("a") == index.versions("b") == ["b", "a"]
        found = index.add(dedup.Article(TEXT, "c"))
        assert found is not None
        assert (found.id_b, drops(found)) == ("b", True)
        check_stars(index)


def test_other_words_under_the_id_of_an_original_hide_nothing(place: Place) -> None:
    with dedup.Index.open(place("news")) as index:
        index.add(dedup.Article(TEXT, "a"))
        index.add(dedup.Article(TEXT, "b"))
        index.remove("a")
        assert index.add(dedup.Article(OTHER, "a")) is None
        (found,) = index.check(TEXT)
        assert (found.id_b, found.may_go) == ("b", "either")


@pytest.mark.parametrize(
    ("keep", "heir"), [("earliest", "c"), ("latest", "b"), ("first", "b"), ("longest", "d")]
)
def test_the_best_of_its_duplicates_takes_its_place(place: Place, keep: str, heir: str) -> None:
    dates = {"a": day(2), "b": day(9), "c": day(3), "d": day(4)}
    if keep == "latest":
        dates |= {"a": day(20)}
    with dedup.Index.open(place("news"), keep=keep) as index:
        for name, date in dates.items():
            longer = " The end." * (name == "d") if keep == "longest" else ""
            first = " And so it went on." * (name == "a") if keep == "longest" else ""
            index.add(dedup.Article(TEXT + longer + first, name, date=date))
        assert index.versions("a")[0] == "a"
        assert len(index.versions("d")) == 4
        assert index.remove("a")
        assert index.versions(heir)[0] == heir
        assert len(index.versions(heir)) == 3
        check_stars(index)


def test_a_copy_of_two_stories_goes_to_the_other_one(place: Place) -> None:
    """What is freed may be a duplicate of an article that was there all along."""
    with dedup.Index.open(place("news")) as index:
        index.add(dedup.Article(TEXT, "a", date=day(1)))
        index.add(dedup.Article(TEXT, "late", date=day(9)))
        index.add_many([dedup.Article(TEXT, "bulk", date=day(2))])
        index.remove("a")
        assert original_of(index, "late") == "bulk"


def test_expiry_frees_what_stays(place: Place) -> None:
    with dedup.Index.open(place("news")) as index:
        for number in range(1, 7):
            index.add(dedup.Article(TEXT, str(number), date=day(number)))
        assert index.versions("1") == [*"123456"]
        assert index.expire(day(4)) == 3
        assert index.versions("6") == [*"456"]
        check_stars(index)


def test_what_has_no_date_expires_by_the_time_it_was_stored(place: Place) -> None:
    with dedup.Index.open(place("news")) as index:
        index.add(dedup.Article(TEXT, "undated"))
        index.add(dedup.Article(OTHER, "dated", date="2100-01-01"))
        stored = index.get("undated")
        assert stored is not None
        now = datetime.now(timezone.utc)
        assert abs(stored.stored - now) < timedelta(minutes=5)
        assert index.expire(now + timedelta(days=1)) == 0
        assert index.expire(now - timedelta(days=1), undated=True) == 0
        assert index.expire(now + timedelta(days=1), undated=True) == 1
        assert list(index) == ["dated"]


# ---- replace ----


def test_replace_is_one_step(place: Place) -> None:
    with dedup.Index.open(place("news")) as index:
        for name in "abc":
            index.add(dedup.Article(TEXT, name))
        with pytest.raises(dedup.IdError, match="with another text"):
            index.add(dedup.Article(OTHER, "a"))
        assert index.replace(dedup.Article(OTHER, "a")) is None
        stored = index.get("a")
        assert stored is not None
        assert stored.text == OTHER
        assert index.versions("c") == ["b", "c"]
        assert [it.id_b for it in index.check(OTHER)] == ["a"]
        assert len(index) == 3
        check_stars(index)


def test_a_version_stands_where_the_first_one_stood(place: Place) -> None:
    """It is not the last to come: its duplicates stay its own."""
    with dedup.Index.open(place("news")) as index:
        for name in "abc":
            index.add(dedup.Article(TEXT, name))
        index.replace(dedup.Article(CORRECTED, "a"))
        assert index.versions("b") == ["a", "b", "c"]
        assert index.add({"id": "d", "text": TEXT}, replace=True) is not None
        assert index.versions("d") == ["a", "b", "c", "d"]


def test_a_better_date_is_taken(place: Place) -> None:
    with dedup.Index.open(place("news")) as index:
        index.add(dedup.Article(TEXT, "a"))
        index.add(dedup.Article(TEXT, "b", date=day(5)))
        assert index.versions("a") == ["a"], "a date is better than none"
        answer = index.replace(dedup.Article(TEXT, "a", date=day(3)))
        assert index.replace(dedup.Article(TEXT, "a")) == answer, "no date changes nothing"
        stored = index.get("a")
        assert stored is not None
        assert stored.date == datetime(2024, 5, 3, tzinfo=timezone.utc)
        index.replace(dedup.Article(TEXT, "b", date=day(6)))
        assert index.versions("b") == ["a", "b"]
        index.replace(dedup.Article(TEXT, "b", date=day(1)))
        assert index.versions("b") == ["b"]
        assert index.expire(day(2)) == 1


def test_versions_of_one_page(place: Place) -> None:
    """A page that is crawled a hundred times is one article, found by its last words alone."""
    rng = random.Random(7)
    with dedup.Index.open(place("news")) as index:
        texts = [articles.prose(articles.word_list(rng, 60)) for _ in range(30)]
        for text in texts:
            index.replace({"url": "https://desk.example/1", "text": text})
        assert len(index) == 1
        assert [len(index.check(text)) for text in texts] == [0] * 29 + [1]


# ---- seen before ----


def test_three_things_are_told_apart(place: Place) -> None:
    with dedup.Index.open(place("news")) as index:
        assert index.add(dedup.Article(TEXT, "stored", date=day(5))) is None
        given = {
            "new": dedup.Article(OTHER, "new", date=day(6)),
            "goes": dedup.Article(TEXT, "goes", date=day(6)),
            "late": dedup.Article(TEXT, "late", date=day(4)),
            "longer": dedup.Article(f"{TEXT} {articles.article(3)[:300]}", "longer", date=day(6)),
        }
        said = {}
        for name, article in given.items():
            found = index.check(article)
            said[name] = [(it.may_go, it.late) for it in found]
        assert said == {
            "new": [],
            "goes": [("either", False)],
            "late": [("b", True)],
            "longer": [("b", False)],
        }
        for name, article in given.items():
            added = index.add(article)
            assert (added is None) == (name == "new")


def test_an_article_is_never_its_own_duplicate(place: Place) -> None:
    given = synthetic(200)
    with dedup.Index.open(place("news")) as index:
        added = {it.id: index.add(it) for it in given}
        for article in given:
            found = index.check(article)
            assert article.id not in {it.id_b for it in found}
            goes = [it.id_b for it in found if drops(it)]
            before = added[article.id]
            assert goes == ([before.id_b] if before is not None and drops(before) else [])


def test_only_what_is_new_is_stored(place: Place) -> None:
    with dedup.Index.open(place("news")) as index:
        assert index.add_if_new(dedup.Article(TEXT, "a", date=day(5))) is None
        for number, date in enumerate((day(6), day(4), None)):
            found = index.add_if_new(dedup.Article(TEXT, f"b{number}", date=date))
            assert found is not None
            assert found.id_b == "a"
        assert index.add_if_new(dedup.Article(TEXT, "a")) is None, "the answer that it had"
        assert list(index) == ["a"]
        with pytest.raises(dedup.IdError):
            index.add_if_new(dedup.Article(OTHER, "a"))


# ---- what the caps of lists hide ----


@pytest.mark.parametrize("changed", [0, 1], ids=["copies", "near copies"])
def test_removing_brings_back_what_a_cap_hid(place: Place, changed: int) -> None:
    """A desk takes down all copies of an article: while there are any, it removes them."""
    with dedup.Index.open(place("news")) as index:
        rng = random.Random(3)
        given = []
        for number in range(300):
            words = [*WORDS]
            for _ in range(changed):
                words[rng.randrange(len(words))] = f"w{number}"
            given.append(dedup.Article(" ".join(words), f"copy{number}"))
        # So all lists are in a run, and capped.
        assert index.add_many(given) == 300
        while found := index.check(TEXT):
            for match in found:
                assert index.remove(match.id_b)
        assert len(index) == 0


# ---- dates and options ----


@pytest.mark.parametrize("date", ["yesterday", "2024-13-45", "01/02/03"])
def test_a_date_that_cannot_be_read_is_an_error(place: Place, date: str) -> None:
    with dedup.Index.open(place("news")) as index:
        for call in (index.check, index.add, index.replace, index.add_if_new):
            with pytest.raises(dedup.InputError, match="cannot be read"):
                call(dedup.Article(TEXT, "a", date=date))
        assert len(index) == 0
        rows = [dedup.Article(TEXT, "a", date=date), dedup.Article(OTHER, "b", date=day(1))]
        added = index.add_many(rows)
        assert (added, added.known, added.unread_dates) == (2, 0, 1)
        assert index.add_many(rows).known == 2


USUAL = {
    "keep": "earliest",
    "drop": ("exact", "syndicated", "excerpt", "rewritten"),
    "rewrites": True,
    "related": False,
    "window": "3d",
    "min_score": 0.7,
    "min_covered": 0.85,
    "texts": True,
}
OTHERS = {
    "keep": "latest",
    "drop": ("exact",),
    "rewrites": False,
    "related": True,
    "window": None,
    "min_score": 0.8,
    "min_covered": 0.9,
    "texts": False,
}


@pytest.mark.parametrize("name", USUAL)
def test_a_value_given_is_a_value_given(place: Place, name: str) -> None:
    """Also one that is the usual one, where the index was made with another."""
    where = place("news")
    with dedup.Index.open(where, **{name: OTHERS[name]}) as index:  # type: ignore[arg-type]
        index.add(dedup.Article(TEXT, "a"))
    with pytest.raises(dedup.StorageError, match=f"made with {name} "):
        dedup.Index.open(where, **{name: USUAL[name]})  # type: ignore[arg-type]
    with dedup.Index.open(where, **{name: OTHERS[name]}) as index:  # type: ignore[arg-type]
        assert "a" in index
    with dedup.Index.open(where) as index:
        assert "a" in index


# ---- the interface ----


def test_an_index_is_a_container(place: Place) -> None:
    fields = {"text_field": "story", "id_field": "key", "date_field": "day"}
    with dedup.Index.open(place("news"), **fields) as index:  # type: ignore[arg-type]
        assert index, "true, also when it is empty"
        assert list(index) == []
        index.add({"key": 5, "story": TEXT, "day": day(1)})
        index.add_many([{"key": "b", "story": OTHER, "day": day(2)}])
        assert [it.id_b for it in index.check({"story": TEXT})] == ["5"]
        assert list(index) == ["5", "b"]
        assert 5 in index
        assert "5" in index
        assert "c" not in index
        assert None not in index
        assert [it.date for it in index.articles()] == [
            datetime(2024, 5, number, tzinfo=timezone.utc) for number in (1, 2)
        ]


def test_iteration_goes_on_beside_changes(place: Place) -> None:
    with dedup.Index.open(place("news")) as index:
        index.add_many(dedup.Article(f"Text {number}.", str(number)) for number in range(700))
        seen = []
        for number, name in enumerate(index):
            seen.append(name)
            if number == 10:
                for gone in range(300, 400):
                    index.remove(gone)
                index.add(dedup.Article("One more.", "more"))
        assert seen == [
            *(str(number) for number in range(700) if not 300 <= number < 400),
            "more",
        ]


def test_ids_of_any_kind(place: Place) -> None:
    names = ["", "x" * 100_000, "file:a?b", "naïve 新聞 🗞", "a\0b", "  a  ", "' OR 1=1 --"]
    with dedup.Index.open(place("news")) as index:
        for number, name in enumerate(names[1:]):
            index.add(dedup.Article(f"Text of number {number}.", name))
        assert list(index) == names[1:]
        assert all(name in index for name in names[1:])
        for bad, why in (("", "no id"), ("\ud800", "lone surrogate"), (None, "no id")):
            with pytest.raises(dedup.InputError, match=why):
                index.add(dedup.Article(TEXT, bad))
            assert bad not in index
            assert not index.remove(bad)
            assert index.versions(bad) == []
