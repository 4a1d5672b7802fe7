"""The tests of tests/test_index_model.py for as long as one likes, each time with other cases, and
writers that are killed.

    python tests/soak.py [STEPS]

Of ten steps nine are those of a file and one those of a database. Prints now and then what was
done; the first difference ends it, with the sequence that leads there or the seed of a round.
"""

import argparse
import contextlib
import multiprocessing
import random
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

import psycopg
from conftest import Place, servers
from hypothesis import settings
from index_oracle import Operation, Oracle, outcome, state
from test_index_model import (
    LAST,
    SETTINGS,
    Model,
    do_at_once,
    do_much_at_once,
    opened,
    run,
    several,
    some_operation,
)

from dedup.config import KEEP_RULES
from dedup.index.handle import is_database

ANY = settings(
    SETTINGS,
    derandomize=False,
    database=None,
    print_blob=True,
    max_examples=50,
    stateful_step_count=200,
)
ROUNDS = 50
# Time in which a killed writer has not done all it was given.
OPERATIONS, SECONDS = 40, 0.15

# A child that is made of this process would have its threads' locks.
PROCESSES = multiprocessing.get_context("forkserver")


def write(path: str, keep: str, operations: Sequence[Operation], answers: Connection) -> None:
    with opened(path, keep, True) as index:
        answers.send("ready")
        for operation in operations:
            answers.send(outcome(index, operation))


def kill_one(path: str, keep: str, rng: random.Random) -> int:
    """Kill a writer at some time: what it said that it had done is there, and at most one thing
    more. Returns how much it had done."""
    operations = [some_operation(rng) for _ in range(OPERATIONS)]
    with opened(path, keep, True) as index:
        index.expire(LAST, undated=True)
    answers, sender = PROCESSES.Pipe(duplex=False)
    writer = PROCESSES.Process(target=write, args=(path, keep, operations, sender))
    writer.start()
    sender.close()
    assert answers.recv() == "ready"
    time.sleep(rng.uniform(0, SECONDS))
    writer.kill()
    writer.join()
    assert writer.exitcode in (0, -signal.SIGKILL)
    oracle, done = Oracle(keep), 0
    with contextlib.suppress(EOFError):
        while True:
            assert answers.recv() == outcome(oracle, operations[done]), operations[: done + 1]
            done += 1
    if is_database(path):
        wait_for_server(path)
    possible = [state(oracle)]
    if done < OPERATIONS:
        outcome(oracle, operations[done])
        possible.append(state(oracle))
    with opened(path, keep, True) as index:
        assert state(index) in possible, operations[: done + 1]
    return done


def wait_for_server(url: str) -> None:
    """Until it has ended the sessions of those who are gone."""
    others = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute(others).fetchone() != (0,):
            time.sleep(0.01)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("steps", type=int, nargs="?", default=1_000_000)
    steps = parser.parse_args().steps
    done: Counter[str] = Counter()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, servers.postgres("-c fsync=off") as server:
        PROCESSES.set_forkserver_preload(["test_index_model"])
        file, database = file_in(Path(folder)), database_of(server)
        while Model.steps < steps:
            for place in [file] * 9 + [database]:
                run(partial(Model, place), settings=ANY)
                done["steps"] = Model.steps
                # A failure names it.
                seed = random.randrange(1 << 32)
                do_several_at_once(place("several"), seed, done)
            print(f"{time.monotonic() - started:.0f} s:", dict(done), flush=True)


def do_several_at_once(path: str, seed: int, done: Counter[str]) -> None:
    rng = random.Random(seed)
    keep = rng.choice(KEEP_RULES)
    for number in range(seed, seed + ROUNDS):
        with several(path, 3, keep) as indexes:
            do_at_once(indexes, keep, number)
        done["rounds of three"] += 1
    for number in range(seed, seed + ROUNDS // 5):
        with several(path, 4, keep) as indexes:
            do_much_at_once(indexes, keep, number)
        done["rounds of four"] += 1
        done["done by the killed"] += kill_one(path, keep, random.Random(number))
        done["killed"] += 1


def file_in(folder: Path) -> Place:
    def place(name: str) -> str:
        for each in folder.iterdir():
            each.unlink()
        return str(folder / f"{name}.idx")

    return place


def database_of(server: str) -> Place:
    def place(name: str) -> str:
        with psycopg.connect(server) as connection:
            connection.execute("DROP SCHEMA IF EXISTS soak CASCADE; CREATE SCHEMA soak")
        return f"{server}?options=-csearch_path%3Dsoak"

    return place


if __name__ == "__main__":
    main()
