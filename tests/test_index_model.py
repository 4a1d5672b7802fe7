"""The index against a slow list of articles: any sequence of what can be done to it, and several
workers at once."""

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import partial
from itertools import count, permutations
from math import inf
from typing import Any

import pytest
from conftest import Place
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run
from index_oracle import Entry, Operation, Oracle, match_of, outcome, state
from reports import DATES, OFTEN, ONCE

import dedup
from dedup.config import KEEP_RULES

TEXTS = OFTEN | ONCE
IDS = [*"abcdef", *ONCE]
ROUNDS = 100
STORMS = 20
LAST = datetime(2999, 1, 1, tzinfo=timezone.utc)

# Of a session: each example has an index of its own.
NUMBERS = count()


def opened(path: str, keep: str, texts: bool) -> dedup.Index:
    # As `compare`, which knows no window.
    return dedup.Index.open(path, keep=keep, texts=texts, window=None, threads=1)


def article(id: str, text: str, date: datetime | None) -> dedup.Article:
    return dedup.Article(TEXTS[text], id, date=date)


def given_with(id: str) -> st.SearchStrategy[dedup.Article]:
    often = st.sampled_from([*OFTEN])
    text = often if id not in ONCE else st.just(id) | often
    return st.builds(article, st.just(id), text, st.sampled_from(DATES))


ids = st.sampled_from(IDS)
articles = ids.flatmap(given_with)


class Model(RuleBasedStateMachine):
    """Does to an index and to the oracle the same, and compares what they say."""

    steps = 0

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place

    @initialize(keep=st.sampled_from(KEEP_RULES), texts=st.booleans())
    def make(self, keep: str, texts: bool) -> None:
        self.path = self.place(f"model{next(NUMBERS)}")
        self.keep, self.texts = keep, texts
        self.index, self.oracle = opened(self.path, keep, texts), Oracle(keep)

    def does(self, name: str, *values: Any, **named: Any) -> None:
        operation = (name, values, named)
        expected = outcome(self.oracle, operation)
        assert outcome(self.index, operation) == expected

    @rule(article=articles)
    def add(self, article: dedup.Article) -> None:
        self.does("add", article)

    @rule(article=articles)
    def replace(self, article: dedup.Article) -> None:
        self.does("add", article, replace=True)

    @rule(article=articles)
    def add_if_new(self, article: dedup.Article) -> None:
        self.does("add_if_new", article)

    @rule(given=st.lists(articles, max_size=3))
    def add_many(self, given: list[dedup.Article]) -> None:
        self.does("add_many", given)

    @rule(id=ids)
    def remove(self, id: str) -> None:
        self.does("remove", id)

    @precondition(lambda self: self.oracle.originals())
    @rule(data=st.data())
    def remove_original(self, data: st.DataObject) -> None:
        self.does("remove", data.draw(st.sampled_from(self.oracle.originals())))

    # Of an index that is empty not much is to be seen.
    @precondition(lambda self: len(self.oracle) > 7)
    @rule(before=st.sampled_from([*DATES[1:], LAST]), undated=st.booleans())
    def expire(self, before: datetime, undated: bool) -> None:
        self.does("expire", before, undated=undated)

    @rule()
    def compact(self) -> None:
        self.does("compact")

    @rule()
    def reopen(self) -> None:
        self.index.close()
        self.index = opened(self.path, self.keep, self.texts)

    @rule(article=articles)
    def check(self, article: dedup.Article) -> None:
        self.does("check", article)

    @invariant()
    def is_as_the_oracle(self) -> None:
        Model.steps += 1
        assert state(self.index, self.texts) == state(self.oracle, self.texts)
        assert outcome(self.index, ("versions", ("no such id",), {})) == []

    def teardown(self) -> None:
        if hasattr(self, "index"):
            self.index.close()


SETTINGS = settings(
    # A shared database is as slow as those who share its processors.
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    deadline=None,
)


def test_the_reports_have_no_furniture(place: Place) -> None:
    """Where they had, the oracle would be wrong: `compare` knows of none."""
    often = [(name, text) for name, text in OFTEN.items() for _ in range(4)]
    given = [
        dedup.Article(text, f"{number} {name}")
        for number, (name, text) in enumerate([*often, *ONCE.items()])
    ]
    with opened(place("reports"), "first", True) as index:
        index.add_many(given)
        for text in (*OFTEN.values(), *ONCE.values()):
            found = {it.id_b: (it.score, it.covered_a, it.covered_b) for it in index.check(text)}
            pairs = [(it.id, dedup.compare(text, it)) for it in given]
            assert found == {id_: (it.score, it.covered_a, it.covered_b) for id_, it in pairs if it}


def test_any_sequence(place: Place, request: pytest.FixtureRequest) -> None:
    examples, steps = (120, 200) if "file" in request.node.name else (60, 50)
    Model.steps = 0
    some = settings(SETTINGS, max_examples=examples, stateful_step_count=steps)
    run(lambda: Model(place), settings=some)
    # Some rows end early, of some no rule is left.
    assert Model.steps > 0.7 * examples * steps


# ---- several workers ----

# What they say of these stories depends on who comes first.
TOLD = [text for name, text in OFTEN.items() if name.startswith("mill")]
FEW = [*"abcd", "start"]


def some_article(rng: random.Random) -> dedup.Article:
    id_ = rng.choice(FEW)
    text = ONCE[id_] if id_ in ONCE else rng.choice(TOLD)
    return dedup.Article(text, id_, date=rng.choice(DATES))


def some_operation(rng: random.Random) -> Operation:
    name = rng.choice(["add", "add", "add", "replace", "replace", "add_if_new", "remove", "remove"])
    if rng.random() < 0.2:
        name = rng.choice(["expire", "compact", "add_many", "check", "versions"])
    if name in ("remove", "versions"):
        return name, (rng.choice(FEW),), {}
    if name == "expire":
        return name, (rng.choice(DATES[2:]),), {}
    if name == "compact":
        return name, (), {}
    if name == "add_many":
        return name, ([some_article(rng), some_article(rng)],), {}
    if name == "replace":
        return "add", (some_article(rng),), {"replace": True}
    return name, (some_article(rng),), {}


def at_once(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each gives; all begin at one moment."""
    found: list[Any] = [None] * len(works)
    start = threading.Barrier(len(works))

    def do(number: int) -> None:
        start.wait()
        try:
            found[number] = works[number]()
        except BaseException as error:
            found[number] = error

    threads = [threading.Thread(target=do, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for each in found:
        if isinstance(each, BaseException):
            raise each
    return found


@contextmanager
def several(path: str, number: int, keep: str) -> Iterator[list[dedup.Index]]:
    """An index as each worker opens it."""
    with ExitStack() as stack:
        yield [stack.enter_context(opened(path, keep, True)) for _ in range(number)]


def orders(oracle: Oracle, operations: Sequence[Operation]) -> Iterator[tuple[list[Any], Any]]:
    """What the operations answer in each order, and what is stored then."""
    for order in permutations(range(len(operations))):
        trial = oracle.copy()
        answers: list[Any] = [None] * len(operations)
        for number in order:
            answers[number] = outcome(trial, operations[number])
        yield answers, state(trial)


@pytest.mark.parametrize("keep", ["first", "latest"])
def test_answers_at_once_are_those_of_an_order(place: Place, keep: str) -> None:
    with several(place("rounds"), 3, keep) as indexes:
        for seed in range(ROUNDS):
            do_at_once(indexes, keep, seed)


def do_at_once(indexes: list[dedup.Index], keep: str, seed: int) -> None:
    rng, oracle = random.Random(seed), Oracle(keep)
    indexes[0].expire(LAST, undated=True)
    for _ in range(rng.randint(1, 4)):
        operation = ("add", (some_article(rng),), {"replace": True})
        assert outcome(indexes[0], operation) == outcome(oracle, operation)
    before = state(oracle)
    operations = [some_operation(rng) for _ in indexes]
    pairs = zip(indexes, operations, strict=True)
    answers = at_once([partial(outcome, *pair) for pair in pairs])
    seen = (answers, state(indexes[0]))
    if seen not in orders(oracle, operations):
        pytest.fail(told(seed, keep, "before", before, operations, "gave", *seen))


@pytest.mark.parametrize("keep", ["earliest", "longest"])
def test_workers_leave_what_some_order_would(place: Place, keep: str) -> None:
    """So many orders cannot be tried, but of any of them these things are true."""
    with several(place("workers"), 4, keep) as indexes:
        for seed in range(STORMS):
            do_much_at_once(indexes, keep, seed)


def do_much_at_once(indexes: list[dedup.Index], keep: str, seed: int) -> None:
    indexes[0].expire(LAST, undated=True)
    log: list[Done] = []
    rngs = [random.Random(f"{seed} {worker}") for worker in range(len(indexes))]
    at_once([partial(work, *pair, log) for pair in zip(indexes, rngs, strict=True)])
    entries = left_by(log, indexes[0], Oracle(keep))
    # What is there is found, and nothing else.
    for text in TEXTS.values():
        found = {it.id_b: it.score for it in indexes[0].check(text)}
        pairs = [(it.id, match_of(Entry("", text, None), it)) for it in entries]
        assert found == {id_: it.score for id_, it in pairs if it is not None}


def told(*what: Any) -> str:
    """What there is to see, with the names of the reports in place of their texts."""
    lines = "\n".join(map(repr, what))
    for name, text in TEXTS.items():
        lines = lines.replace(repr(text), name)
    return lines


@dataclass
class Done:
    """What a worker did, and when."""

    start: float
    end: float
    operation: Operation
    answer: Any


def work(index: dedup.Index, rng: random.Random, log: list[Done]) -> None:
    for _ in range(8):
        operation, start = some_operation(rng), time.monotonic()
        answer = outcome(index, operation)
        log.append(Done(start, time.monotonic(), operation, answer))


def left_by(log: Sequence[Done], index: dedup.Index, oracle: Oracle) -> list[Entry]:
    """What stands in the index, if it may. In which order they came is not known."""
    entries = {
        it.id: Entry(it.id, it.text or "", it.date, it.duplicate_of) for it in index.articles()
    }

    def may_go(x: Entry, y: Entry) -> tuple[bool, bool]:
        """Whether x may be dropped for y in some order, and whether in any."""
        match = match_of(x, y)
        if match is None or match.may_go not in ("a", "either"):
            return False, False
        if match.may_go == "a":
            return True, True
        return oracle.value(y) <= oracle.value(x), oracle.value(y) < oracle.value(x)

    for x in entries.values():
        if x.duplicate_of is not None:
            original = entries.get(x.duplicate_of)
            assert original is not None, f"{x.id} is a duplicate of one that is gone"
            assert original.duplicate_of is None, f"{x.id} is a duplicate of a duplicate"
            assert may_go(x, original)[0], f"{x.id} is a duplicate of {original.id}"
    kept = [it for it in entries.values() if it.duplicate_of is None]
    for x, y in permutations(kept, 2):
        if may_go(x, y)[1]:
            assert began(log, x) <= ended(log, y), f"{x.id} did not go for {y.id}"
    return [*entries.values()]


def began(log: Sequence[Done], x: Entry) -> float:
    """The time before which one that is kept was not judged; none, if it was stored unjudged."""
    of_x = storing(log, x)
    unjudged = any(it.operation[0] == "add_many" for it in of_x)
    return -inf if unjudged else min(it.start for it in of_x)


def ended(log: Sequence[Done], y: Entry) -> float:
    """The time from which on one that is kept was there to go for; none, if it was a duplicate."""
    of_y = storing(log, y)
    duplicate = any(
        isinstance(it.answer, dedup.Match) and it.answer.may_go in ("a", "either") for it in of_y
    )
    return inf if duplicate else max(it.end for it in of_y)


def storing(log: Sequence[Done], x: Entry) -> list[Done]:
    """What may have stored an article as it is."""
    found = []
    for it in log:
        name, values, _ = it.operation
        given = values[0] if name == "add_many" else values[:1]
        if name.startswith("add") and dedup.Article(x.text, x.id, date=x.date) in given:
            found.append(it)
    return found
