"""Calls at once on an index in PostgreSQL: what they answer and leave is what they would one after
the other, in one of their orders."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Any

import articles
import psycopg
import pytest
from conftest import Place
from test_index import synthetic

import dedup

ROUNDS = 40

FIRE, FLOOD, STRIKE, VOTE = (articles.article(seed) for seed in range(4))

Call = Callable[[dedup.Index], Any]
Given = dict[str, Any]


def given(id_: str, text: str, date: str | None = None) -> Given:
    return {"id": id_, "text": text, "date": date}


def add(*article: Any) -> Call:
    return lambda index: index.add(given(*article))


def add_if_new(*article: Any) -> Call:
    return lambda index: index.add_if_new(given(*article))


def add_many(*several: tuple[Any, ...]) -> Call:
    return lambda index: index.add_many([given(*it) for it in several])


def replace(*article: Any) -> Call:
    return lambda index: index.replace(given(*article))


def remove(id_: str) -> Call:
    return lambda index: index.remove(id_)


def expire(before: str) -> Call:
    return lambda index: index.expire(before)


@dataclass(frozen=True)
class Race:
    stored: list[Given]
    calls: list[Call]


RACES = {
    "an original goes as its copy comes": Race([given("a", FIRE)], [remove("a"), add("b", FIRE)]),
    "an original goes as two copies come": Race(
        [given("a", FIRE)], [remove("a"), add("b", FIRE), add_if_new("c", FIRE)]
    ),
    "one of two originals goes": Race(
        [given("a", FIRE), given("b", FLOOD)],
        [remove("a"), remove("b"), add("c", f"{FIRE}\n\n{FLOOD}")],
    ),
    "an original with copies goes as one more comes": Race(
        [given("a", FIRE), given("b", FIRE), given("c", FIRE)], [remove("a"), add("d", FIRE)]
    ),
    "an original and its copy go": Race(
        [given("a", FIRE), given("b", FIRE), given("c", FIRE)], [remove("a"), remove("b")]
    ),
    "an original gets other words as its copy comes": Race(
        [given("a", FIRE)], [replace("a", FLOOD), add("b", FIRE)]
    ),
    "an article gets the words of one that comes": Race(
        [given("a", FIRE)], [replace("a", FLOOD), add("b", FLOOD)]
    ),
    "an article gets other words twice": Race(
        [given("a", FIRE), given("b", FIRE)], [replace("a", FLOOD), replace("a", STRIKE)]
    ),
    "two articles get the words of each other": Race(
        [given("a", FIRE), given("b", FLOOD)], [replace("a", FLOOD), replace("b", FIRE)]
    ),
    "an article gets other words and goes": Race(
        [given("a", FIRE), given("b", FIRE)], [replace("a", FLOOD), remove("a")]
    ),
    "an original expires as its copy comes": Race(
        [given("a", FIRE, "2020-01-01")], [expire("2021-01-01"), add("b", FIRE, "2022-01-01")]
    ),
    "an old article comes as such expire": Race(
        [given("a", FIRE, "2020-01-01")], [expire("2021-01-01"), add("b", FIRE, "2020-06-01")]
    ),
    "articles expire twice": Race(
        [given(str(year), FIRE, f"{year}-01-01") for year in range(2018, 2024)],
        [expire("2021-06-01"), expire("2022-06-01")],
    ),
    "many come as one of them does": Race(
        [given("a", FIRE)],
        [add("b", FLOOD), add_many(("b", FLOOD), ("c", FLOOD), ("d", FIRE))],
    ),
    "many come as one of them does with other words": Race(
        [], [add("b", STRIKE), add_many(("b", FLOOD), ("c", FLOOD))]
    ),
    "many come as what they are like goes": Race(
        [given("a", FIRE)], [add_many(("b", FIRE), ("c", FLOOD)), remove("a"), add("d", FLOOD)]
    ),
    "one id comes with two texts": Race([], [add("a", FIRE), add("a", FLOOD)]),
    "one article comes three times": Race([], [add("a", FIRE)] * 3),
    "one story comes three times": Race(
        [given("a", VOTE)], [add("b", FIRE), add_if_new("c", FIRE), add("d", FIRE)]
    ),
}


def outcome(index: dedup.Index, call: Call) -> Any:
    try:
        answer = call(index)
    except dedup.IdError:
        return "taken"
    if isinstance(answer, dedup.Match):
        return answer.id_b, answer.relation, answer.may_go, answer.late
    return repr(answer)


def left(index: dedup.Index) -> Any:
    """All that is stored: the order is that in which it came."""
    stored = sorted((it.id, it.text, str(it.date), it.duplicate_of) for it in index.articles())
    return stored, [index.versions(id_) for id_, *_ in stored], len(index)


def in_order(path: Path, race: Race, order: tuple[int, ...]) -> Any:
    with dedup.Index.open(path) as index:
        for article in race.stored:
            index.add(article)
        answers = {place: outcome(index, race.calls[place]) for place in order}
        return [answers[place] for place in sorted(order)], left(index)


@pytest.mark.parametrize("name", RACES)
def test_calls_at_once_are_as_one_after_the_other(
    name: str, database: Place, tmp_path: Path
) -> None:
    race = RACES[name]
    orders = list(permutations(range(len(race.calls))))
    possible = [
        in_order(tmp_path / f"{number}.idx", race, order) for number, order in enumerate(orders)
    ]
    url = database("news")
    indexes = [dedup.Index.open(url) for _ in race.calls]
    together = threading.Barrier(len(race.calls))
    answers: list[Any] = [None] * len(race.calls)

    def run(place: int) -> None:
        together.wait()
        answers[place] = outcome(indexes[place], race.calls[place])

    for _ in range(ROUNDS):
        for article in race.stored:
            indexes[0].add(article)
        threads = [threading.Thread(target=run, args=(place,)) for place in range(len(answers))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (answers, left(indexes[0])) in possible
        indexes[0].expire("2100-01-01", undated=True)
    for index in indexes:
        index.close()


def value(url: str, query: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()  # type: ignore
        assert row is not None
        return int(row[0])


def test_no_writer_waits_for_another_that_waits_for_it(database: Place) -> None:
    """All that write go on while stems are counted, and what they leave fits together."""
    url = database("news")
    rows = synthetic(2_700)
    some = rows[2_400:]
    failures: list[BaseException] = []

    def keep_on(work: Callable[[dedup.Index], None]) -> None:
        try:
            with dedup.Index.open(url) as index:
                work(index)
        except BaseException as error:
            failures.append(error)

    def in_bulk(index: dedup.Index) -> None:
        for start in range(0, 2_400, 200):
            index.add_many(rows[start : start + 200])

    def one_by_one(index: dedup.Index) -> None:
        for article in some:
            with suppress(dedup.IdError):  # it has its other words by then
                index.add(article)

    def other_words(index: dedup.Index) -> None:
        for one, other in zip(some[:60], some[60:], strict=False):
            index.replace(dedup.Article(other.text, one.id, None, one.date))

    def away(index: dedup.Index) -> None:
        for article in rows[:1_200:20]:
            index.remove(article.id or "")
        for hour in range(1, 4):
            index.expire(f"2020-01-01T0{hour}:00:00Z")

    works = (in_bulk, one_by_one, other_words, away)
    threads = [threading.Thread(target=keep_on, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    records = value(url, "SELECT count(*) FROM dedup_records")
    assert records == value(url, "SELECT articles FROM dedup_state") > 1_000
    assert value(url, "SELECT counted_of FROM dedup_state") >= 2_000
    wrong = {
        "an original is gone, or none": """
            SELECT count(*) FROM dedup_records AS copy LEFT JOIN dedup_records AS original
            ON original.number = copy.original
            WHERE copy.original IS NOT NULL
                AND (original.number IS NULL OR original.original IS NOT NULL)
        """,
        "a posting of none": """
            SELECT count(*) FROM dedup_postings LEFT JOIN dedup_records ON number = article
            WHERE number IS NULL
        """,
        "an article without postings": """
            SELECT count(*) FROM dedup_records
            WHERE NOT EXISTS (SELECT FROM dedup_postings WHERE article = number)
        """,
    }
    assert {name: value(url, query) for name, query in wrong.items()} == dict.fromkeys(wrong, 0)
