"""Which server serves an index that several machines share: PostgreSQL or Redis?

    pip install 'datasketch>=2' 'psycopg[binary]' redis
    python benchmarks/index_servers.py

starts servers of its own, fills each plain design with 20,000 articles, and prints what a check,
an add and a removal take, one client at a time over the loopback, and how often two clients that
add one article at once are both told that it is new. Sketching is not counted.
"""

import argparse
import multiprocessing
import random
import struct
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

import numpy as np
import psycopg
import redis
import servers
import tables
import xxhash
from corpora import Record, corpus, read
from datasketch import MinHash, MinHashLSH
from latency import median_and_last, milliseconds

import dedup
from dedup import _core

ASKED = 1_000  # articles for each figure
AT_ONCE = 300  # of which two clients add each at the same time
BANDS, WORDS = 56, 4  # keys of an article
COMMON = 0.02  # words in more of the articles are no keys
EARLIER = 64  # articles that are looked at of a key
SHARED, CANDIDATES = 4, 5  # keys in common for a candidate, and of how many the records are fetched
RECORD_BYTES = 1_500


@dataclass(frozen=True)
class Article:
    number: int
    minhash: MinHash
    keys: list[int]
    data: bytes


class Store(Protocol):
    def load(self, articles: Sequence[Article]) -> None: ...
    def check(self, article: Article) -> Sequence[Any]: ...
    def add(self, article: Article) -> Sequence[Any]:
        """Store it, and return what it was found to share keys with."""

    def remove(self, article: Article) -> None: ...
    def size(self) -> int: ...


class Datasketch:
    """MinHashLSH over Redis. It keeps no records, and has no way to check and add at once."""

    def __init__(self, port: int) -> None:
        self.redis = redis.Redis(port=port)
        storage = {"type": "redis", "basename": b"lsh", "redis": {"port": port}}
        self.lsh = MinHashLSH(threshold=0.5, num_perm=128, storage_config=storage)

    def load(self, articles: Sequence[Article]) -> None:
        with self.lsh.insertion_session() as session:
            for article in articles:
                session.insert(str(article.number), article.minhash)

    def check(self, article: Article) -> Sequence[Any]:
        return self.lsh.query(article.minhash)

    def add(self, article: Article) -> Sequence[Any]:
        found = self.check(article)
        self.lsh.insert(str(article.number), article.minhash)
        return found

    def remove(self, article: Article) -> None:
        self.lsh.remove(str(article.number))

    def size(self) -> int:
        return int(self.redis.info("memory")["used_memory"])


# KEYS are those of the article's postings, then of its record; numbers are packed, newest first.
ADD = """
local found = {}
for place = 1, #KEYS - 1 do
    found[place] = redis.call('LRANGE', KEYS[place], 0, tonumber(ARGV[3]) - 1)
    redis.call('LPUSH', KEYS[place], ARGV[1])
end
redis.call('SET', KEYS[#KEYS], ARGV[2])
return found
"""


class Lists:
    """A list for each key in Redis; a script checks and adds at once."""

    def __init__(self, port: int) -> None:
        self.redis = redis.Redis(port=port)
        self.script = self.redis.register_script(ADD)

    def load(self, articles: Sequence[Article]) -> None:
        for batch in batches(articles, 500):
            pipe = self.redis.pipeline(transaction=False)
            for article in batch:
                pipe.set(record_name(article.number), article.data)
                for key in article.keys:
                    pipe.lpush(key_name(key), NUMBER.pack(article.number))
            pipe.execute()

    def check(self, article: Article) -> Sequence[Any]:
        pipe = self.redis.pipeline(transaction=False)
        for key in article.keys:
            pipe.lrange(key_name(key), 0, EARLIER - 1)
        return self.records(pipe.execute())

    def records(self, lists: list[list[bytes]]) -> list[Any]:
        names = [record_name(*NUMBER.unpack(it)) for it in best(it for row in lists for it in row)]
        return self.redis.mget(names) if names else []

    def add(self, article: Article) -> Sequence[Any]:
        names = [*map(key_name, article.keys), record_name(article.number)]
        return self.records(
            self.script(names, [NUMBER.pack(article.number), article.data, EARLIER])
        )

    def remove(self, article: Article) -> None:
        pipe = self.redis.pipeline(transaction=True)
        for key in article.keys:
            pipe.lrem(key_name(key), 1, NUMBER.pack(article.number))
        pipe.delete(record_name(article.number))
        pipe.execute()

    def size(self) -> int:
        return int(self.redis.info("memory")["used_memory"])


NUMBER = struct.Struct("<I")


def key_name(key: int) -> bytes:
    return b"k" + key.to_bytes(8, "little", signed=True)


def record_name(number: int) -> bytes:
    return b"r" + NUMBER.pack(number)


RECORDS = """CREATE TABLE IF NOT EXISTS records
    (number int PRIMARY KEY, id text UNIQUE, date bigint, data bytea)"""
LOOK_UP = """
    SELECT article FROM unnest(%s::bigint[]) AS k CROSS JOIN LATERAL
        (SELECT article FROM postings WHERE key = k ORDER BY article DESC LIMIT %s) AS found
"""


class Postgres:
    """A row for each posting. An add holds a lock, so that adds come one after the other."""

    tables: tuple[str, ...] = (
        RECORDS,
        """CREATE TABLE IF NOT EXISTS postings
        (key bigint, article int, PRIMARY KEY (key, article))""",
    )
    lasting = True  # whether an add waits until it is on the disk

    def __init__(self, place: str) -> None:
        self.connection = psycopg.connect(place, autocommit=True)
        for query in self.tables:
            self.execute(query)
        if not self.lasting:
            self.execute("SET synchronous_commit = off")

    def execute(self, query: Any, values: Sequence[Any] = ()) -> Any:
        return self.connection.execute(query, values, prepare=True, binary=True)

    def load(self, articles: Sequence[Article]) -> None:
        for batch in batches(articles, 5_000):
            with self.connection.transaction():
                self.copy_records(batch)
                # In the order of the keys, as neighbours in the table of keys go in faster.
                rows = sorted((key, it.number) for it in batch for key in it.keys)
                self.copy("postings (key, article)", ["int8", "int4"], rows)

    def copy_records(self, batch: Sequence[Article]) -> None:
        rows = ((it.number, str(it.number), it.number, it.data) for it in batch)
        self.copy("records", ["int4", "text", "int8", "bytea"], rows)

    def copy(self, table: str, types: list[str], rows: Iterable[Sequence[Any]]) -> None:
        query: Any = f"COPY {table} FROM STDIN (FORMAT BINARY)"
        with self.connection.cursor().copy(query) as copy:
            copy.set_types(types)
            for row in rows:
                copy.write_row(row)

    def check(self, article: Article) -> Sequence[Any]:
        numbers = best(self.look_up(article))
        if not numbers:
            return []
        query = "SELECT number, id, date, data FROM records WHERE number = ANY(%s)"
        return self.execute(query, [numbers]).fetchall()

    def look_up(self, article: Article) -> Iterable[int]:
        return (row[0] for row in self.execute(LOOK_UP, [article.keys, EARLIER]))

    def add(self, article: Article) -> Sequence[Any]:
        with self.connection.transaction():
            self.execute("SELECT pg_advisory_xact_lock(1)")
            found = self.check(article)
            self.insert(article)
        return found

    def insert(self, article: Article) -> None:
        values = [article.number, str(article.number), article.number, article.data]
        self.execute("INSERT INTO records VALUES (%s, %s, %s, %s)", values)
        query = "INSERT INTO postings SELECT k, %s FROM unnest(%s::bigint[]) AS k"
        self.execute(query, [article.number, article.keys])

    def remove(self, article: Article) -> None:
        with self.connection.transaction():
            self.execute("DELETE FROM records WHERE number = %s", [article.number])
            query = "DELETE FROM postings WHERE key = ANY(%s::bigint[]) AND article = %s"
            self.execute(query, [article.keys, article.number])

    def size(self) -> int:
        self.execute("VACUUM ANALYZE")
        return int(self.execute("SELECT pg_database_size(current_database())").fetchone()[0])


class PostgresLater(Postgres):
    """An add is on the disk some .2 s later; a crash of the server loses whole adds only."""

    lasting = False


class PostgresArrays(Postgres):
    """The keys of an article in an array under a GIN index: one row an article, and all articles
    that share a key are looked at, however common it is.
    """

    tables = (
        RECORDS,
        "CREATE TABLE IF NOT EXISTS postings (article int PRIMARY KEY, keys bigint[])",
        "CREATE INDEX IF NOT EXISTS by_key ON postings USING gin (keys)",
    )

    def __init__(self, place: str) -> None:
        super().__init__(place)
        # It takes most queries for ones that find a tenth of all, and would read the whole table.
        self.execute("SET enable_seqscan = off")

    def load(self, articles: Sequence[Article]) -> None:
        for batch in batches(articles, 5_000):
            with self.connection.transaction():
                self.copy_records(batch)
                rows = [(it.number, it.keys) for it in batch]
                self.copy("postings (article, keys)", ["int4", "int8[]"], rows)

    def look_up(self, article: Article) -> Iterable[int]:
        query = "SELECT article, keys FROM postings WHERE keys && %s::bigint[]"
        given = set(article.keys)
        for number, keys in self.execute(query, [article.keys]):
            yield from [number] * len(given.intersection(keys))

    def insert(self, article: Article) -> None:
        values = [article.number, str(article.number), article.number, article.data]
        self.execute("INSERT INTO records VALUES (%s, %s, %s, %s)", values)
        query = "INSERT INTO postings VALUES (%s, %s::bigint[])"
        self.execute(query, [article.number, article.keys])

    def remove(self, article: Article) -> None:
        with self.connection.transaction():
            self.execute("DELETE FROM records WHERE number = %s", [article.number])
            self.execute("DELETE FROM postings WHERE article = %s", [article.number])


DESIGNS: dict[str, tuple[Callable[..., Store], Callable[[], Any]]] = {
    "Redis, datasketch": (Datasketch, servers.redis),
    "Redis, a list a key": (Lists, servers.redis),
    "PostgreSQL, a row a posting": (Postgres, servers.postgres),
    "the same, `synchronous_commit` off": (PostgresLater, servers.postgres),
    "PostgreSQL, GIN over arrays": (PostgresArrays, servers.postgres),
}


def best(found: Iterable[Any]) -> list[Any]:
    return [it for it, shared in Counter(found).most_common(CANDIDATES) if shared >= SHARED]


def batches(articles: Sequence[Article], size: int) -> Iterable[Sequence[Article]]:
    return (articles[start : start + size] for start in range(0, len(articles), size))


def prepare(records: Sequence[Record]) -> list[Article]:
    """Keys are hashes of bands of the signature, and of the words that are not common."""
    texts = [record["text"] for record in records]
    minhashes = dedup.minhashes(texts)
    names: dict[str, int] = {}
    for text in texts:
        for word in _core.words(text):
            if word not in names:
                names[word] = xxhash.xxh3_64_intdigest(word.encode()) - 2**63
    words = [{names[word] for word in _core.words(text)} for text in texts]
    frequency = Counter(word for each in words for word in each)
    most = COMMON * len(records)
    rng = random.Random(1)
    articles = []
    for number, (minhash, own) in enumerate(zip(minhashes, words, strict=True)):
        bands = minhash.hashvalues[: 2 * BANDS].astype("<u4").view("<i8") + np.arange(BANDS)
        rare = sorted(word for word in own if frequency[word] <= most)[:WORDS]
        keys = list({*bands.tolist(), *rare})
        articles.append(Article(number, minhash, keys, rng.randbytes(RECORD_BYTES)))
    return articles


def split(articles: list[Article]) -> tuple[list[Article], list[Article]]:
    """Those stored, and every other one of the last ones, which are asked about: versions follow
    their originals soon.
    """
    last = 6 * ASKED
    return articles[:-last] + articles[-last::2], articles[-last + 1 :: 2]


def measure(places: dict[str, Any], stored: list[Article], asked: list[Article]) -> list[list[str]]:
    """A row for each design. They take turns, so that a busy moment of the machine hits all."""
    stores = {name: DESIGNS[name][0](place) for name, place in places.items()}
    empty = {name: store.size() for name, store in stores.items()}
    seconds: Counter[str] = Counter()
    for part in batches(stored, 5_000):
        for name, store in stores.items():
            started = time.perf_counter()
            store.load(part)
            seconds[name] += time.perf_counter() - started
    rows = {name: [name, f"{len(stored) / seconds[name]:,.0f}"] for name in stores}
    sizes = {name: (store.size() - empty[name]) / len(stored) for name, store in stores.items()}
    checked, added, new = asked[:ASKED], asked[ASKED : 2 * ASKED], asked[2 * ASKED :]
    removed = stored[:: len(stored) // ASKED][:ASKED]
    for method, articles in ("check", checked), ("add", added), ("remove", removed):
        times: dict[str, list[float]] = {name: [] for name in stores}
        for part in batches(articles, 100):
            for name, store in stores.items():
                times[name] += milliseconds(getattr(store, method), part)
        for name, row in rows.items():
            row.append("{:.2f} {:.2f}".format(*median_and_last(times[name])))
    for name, row in rows.items():
        # Only articles that share nothing with any other can be new to both.
        strangers = [article for article in new[:AT_ONCE] if not stores[name].check(article)]
        both = added_at_once(DESIGNS[name][0], places[name], strangers)
        row += [f"{sizes[name]:,.0f}", f"{both} of {len(strangers)}"]
    return list(rows.values())


def added_at_once(design: Callable[..., Store], place: Any, new: list[Article]) -> int:
    """How many articles were new to both of two processes that add them at the same time."""
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(2), context.Queue()
    processes = [
        context.Process(target=worker, args=(design, place, copies, barrier, results))
        for copies in (new, [renamed(article) for article in new])
    ]
    for process in processes:
        process.start()
    first, second = results.get(), results.get()
    for process in processes:
        process.join()
    return sum(one and other for one, other in zip(first, second, strict=True))


def renamed(article: Article) -> Article:
    number = article.number + 1_000_000
    return Article(number, article.minhash, article.keys, article.data)


def worker(
    design: Callable[..., Store], place: Any, articles: list[Article], barrier: Any, results: Any
) -> None:
    store, were_new = design(place), []
    for article in articles:
        barrier.wait()
        were_new.append(not store.add(article))
    results.put(were_new)


def describe(stored: list[Article], asked: list[Article]) -> str:
    articles = Counter(key for article in stored for key in article.keys)
    keys = [key for article in asked for key in article.keys]
    shared = sum(key in articles for key in keys) / len(keys)
    most = max(articles.values()) / len(stored)
    each = len(keys) / len(asked)
    return f"{each:.0f} keys an article, {shared:.2f} of them stored; the commonest in {most:.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=20_000, help="stored (%(default)s)")
    parser.add_argument("designs", nargs="*", metavar="DESIGN", help=f"of {', '.join(DESIGNS)}")
    options = parser.parse_args()
    total = options.articles + 3 * ASKED
    stored, asked = split(prepare(list(islice(read(corpus(total)), total))))
    print(describe(stored, asked), flush=True)
    places = {}
    with ExitStack() as running:
        for name in options.designs or DESIGNS:
            try:
                places[name] = running.enter_context(DESIGNS[name][1]())
            except servers.NotInstalledError as error:
                print(f"not run: {name}, {error}")
        rows = measure(places, stored, asked)
    header = ["", "in bulk/s", "check, ms", "add, ms", "remove, ms"]
    print(tables.table([*header, "bytes an article", "new to both"], rows))


if __name__ == "__main__":
    main()
