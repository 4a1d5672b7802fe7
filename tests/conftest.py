"""Settings of the whole suite: generated cases are the same in every run, on any machine. And the
places of indexes."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))

import servers

settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    max_examples=200,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("repeatable")

# Gives the path or the URL of the index of a name.
Place = Callable[[str], str]

SCHEMAS = count()


@contextmanager
def skipped_where_not_installed() -> Iterator[None]:
    """For what no package of the index brings, PgBouncer and Spark's Java: who has neither runs the
    other tests. CI runs them all."""
    try:
        yield
    except servers.NotInstalledError as error:
        if "CI" in os.environ:
            raise
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    with servers.postgres("-c fsync=off") as url:
        yield url


@pytest.fixture
def database(server: str) -> Place:
    @cache
    def place(name: str) -> str:
        schema = f"{name}_{next(SCHEMAS)}"
        with psycopg.connect(server) as connection:
            connection.execute(f"CREATE SCHEMA {schema}")
        return f"{server}?options=-csearch_path%3D{schema}"

    return place


@pytest.fixture(params=["file", "database"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "file":
        return lambda name: str(tmp_path / f"{name}.idx")
    database: Place = request.getfixturevalue("database")
    return database
