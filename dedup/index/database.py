"""The ingestion index in a PostgreSQL database, which any number of workers share."""

import hashlib
import json
import weakref
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from dedup._core import Found, Judge, Sketched, Vocabulary, best_first, telling
from dedup.errors import StorageError
from dedup.index.server import Connection, Server, array, begin, value_of
from dedup.index.shelf import Shelf
from dedup.index.storage import Answer, Line, NoIndexError, Row

# Version of the tables. An index of another version is refused.
FORMAT = 3

# An id may be of any length and hold any character, whatever the encoding of the database: what
# stands in a column is its SHA-256. `changes` counts what takes articles away or replaces them.
SCHEMA = """
    CREATE TABLE dedup_meta (name text PRIMARY KEY, value bytea NOT NULL);
    CREATE TABLE dedup_state (
        format int NOT NULL, next int NOT NULL, articles int NOT NULL, counted_of int NOT NULL,
        changes bigint NOT NULL
    );
    CREATE TABLE dedup_records (
        number int PRIMARY KEY, id bytea NOT NULL UNIQUE, date bigint, stored bigint NOT NULL,
        original int, glance bytea NOT NULL, data bytea NOT NULL
    );
    CREATE INDEX dedup_times ON dedup_records (date, stored);
    CREATE INDEX dedup_copies ON dedup_records (original) WHERE original IS NOT NULL;
    CREATE TABLE dedup_postings (key bigint, article int, PRIMARY KEY (key, article));
    INSERT INTO dedup_state VALUES (0, 0, 0, 0, 0);
    INSERT INTO dedup_meta VALUES ('vocabulary', '');
"""

TABLES = ("dedup_meta", "dedup_state", "dedup_records", "dedup_postings")

# Those that open an index take it in turns: it is made once. "dedu".
OPENING = 0x64656475

# Not by `to_regclass`, which remembers for a transaction that there was none.
IS_THERE = """
    SELECT EXISTS (
        SELECT FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'dedup_state'
    )
"""

STATE = "SELECT next, changes, counted_of FROM dedup_state"

# Nobody else writes until the transaction ends. All that write begin with it, or with what does not
# wait, so that no two wait for each other.
LOCKED = f"{STATE} FOR UPDATE"

# With the article of an id, where there is one.
FOUND = """
    SELECT next, changes, counted_of, number, data FROM dedup_state
    LEFT JOIN dedup_records ON id = decode('{id}', 'hex')
"""

# The right to count stems, if no other worker does.
COUNTING = "SELECT 1 FROM dedup_meta WHERE name = 'vocabulary' FOR UPDATE SKIP LOCKED"

STORE = """
    WITH state AS (UPDATE dedup_state SET next = next + 1, articles = articles + 1),
        record AS (INSERT INTO dedup_records VALUES (%s, %s, %s, %s, %s, %s, %s))
    INSERT INTO dedup_postings SELECT key, %s FROM unnest(%s::bigint[]) AS key
"""

# What goes by a date, and what of no date goes by the time it was stored.
EXPIRED = """
    SELECT number FROM dedup_records WHERE date < %s
    UNION ALL
    SELECT number FROM dedup_records WHERE %s AND date IS NULL AND stored < %s
"""

# Each is looked up, however many go: a join might go through all of them. Between look-up and
# deletion no other worker writes.
TAKE_POSTINGS = """
    DELETE FROM dedup_postings WHERE ctid = ANY(ARRAY(
        SELECT place FROM unnest(%s::bigint[], %s::int[]) AS gone (key, article) CROSS JOIN LATERAL
        (SELECT ctid AS place FROM dedup_postings AS p
         WHERE p.key = gone.key AND p.article = gone.article LIMIT 1) AS found
    ))
"""

BYTES = """
    SELECT sum(pg_total_relation_size(name::regclass))::bigint FROM unnest(%s::text[]) AS name
"""

# Articles that are taken away at a time, each with some hundred postings.
TAKEN_AT_ONCE = 1024


class State(NamedTuple):
    """The number of the next article, how much was changed, and how common stems are, as counted
    when there were so many articles."""

    end: int
    changes: int
    counted_of: int
    vocabulary: Vocabulary


class Database:
    """What `_core.Index` is in a file, in the database of a URL."""

    def __init__(
        self, url: str, *, texts: bool, threads: int, read_only: bool, **options: Any
    ) -> None:
        self._server = Server(url, read_only)
        weakref.finalize(self, self._server.close)
        with self._server.connection() as connection:
            self._options = self._prepare(connection, {**options, "texts": texts})
        self._judge = Judge(**self._options, threads=threads)
        # How many articles there were when it was made, and how common stems are.
        self._vocabulary = (0, Vocabulary())

    def options(self) -> tuple[Any, ...]:
        return tuple(self._options.values())

    def close(self) -> None:
        self._server.close()

    # ---- questions ----

    def check(self, id: str, text: str, date: int | None = None) -> list[Line]:
        return [found.line for found in self.check_rows(id, text, date)[1]]

    def check_rows(self, id: str, text: str, date: int | None) -> tuple[bool, list[Found]]:
        """Whether an article is stored itself, and its matches, the best first."""
        article = self._judge.sketch(id, text, date)
        with self._server.connection() as connection:
            (end, _, _, vocabulary), stored = self._begin(connection, id)
            if stored is not None and article.has_words_of(stored[1]):
                shelf = Shelf(connection, end, hidden=[stored[0]])
                return True, self._judge.stand(shelf, vocabulary, end, *stored)
            shelf = Shelf(connection, end)
            return False, self._judge.matches(shelf, vocabulary, end, article, end)

    def get(self, id: str) -> Row | None:
        with self._server.connection() as connection:
            _, found = self._begin(connection, id)
            return None if found is None else self._rows(connection, [found])[0][1]

    def articles(self, first: int, most: int) -> list[tuple[int, Row]]:
        query = "SELECT number, data FROM dedup_records WHERE number >= %s ORDER BY number LIMIT %s"
        with self._server.connection() as connection:
            begin(connection, True, STATE)
            return self._rows(connection, self._opened(connection, query, first, most))

    def versions(self, id: str) -> list[str]:
        with self._server.connection() as connection:
            _, found = self._begin(connection, id)
            if found is None:
                return []
            number, article = found
            if article.original is not None:
                number = article.original
                article = self._there(connection, number)
            copies = [it for _, it in self._copies(connection, [number])]
            return [article.id, *(it.id for it in sorted(copies, key=lambda it: it.place))]

    def words_of(self, ids: Sequence[str]) -> list[bytes | None]:
        """What tells the words that are stored under each id, where there are any."""
        with self._server.connection() as connection:
            query = "SELECT number, data FROM dedup_records WHERE id = ANY(%s)"
            found = self._opened(connection, query, [_digest(id) for id in ids])
        words = {it.id: it.words for _, it in found}
        return [words.get(id) for id in ids]

    def stats(self) -> list[tuple[str, int]]:
        with self._server.connection() as connection:
            articles = value_of(connection, "SELECT articles FROM dedup_state")
            return [("articles", articles), ("bytes", value_of(connection, BYTES, [list(TABLES)]))]

    def generation(self) -> int:
        with self._server.connection() as connection:
            return int(value_of(connection, "SELECT next + changes FROM dedup_state"))

    # ---- articles that come ----

    def add(self, id: str, text: str, date: int | None = None, *, replace: bool = False) -> Answer:
        return self._answer(self._judge.sketch(id, text, date), replace)

    def add_if_new(self, id: str, text: str, date: int | None = None) -> Answer:
        return self._answer(self._judge.sketch(id, text, date), False, only_new=True)

    def _answer(self, article: Sketched, replace: bool, only_new: bool = False) -> Answer:
        outcome, found = self._add(article, replace, only_new)
        if outcome == "taken":
            article.refuse()
        return outcome, telling(found)

    def add_rows(
        self, articles: Iterable[tuple[str, str, int | None]], replace: bool
    ) -> list[tuple[str, list[Found]]]:
        """What becomes of articles that are added one after the other, and their matches."""
        return [self._add(self._judge.sketch(*given), replace) for given in articles]

    def _add(
        self, article: Sketched, replace: bool, only_new: bool = False
    ) -> tuple[str, list[Found]]:
        with self._server.writing() as connection:
            (seen, changes, _, vocabulary), stored = self._begin(connection, article.id)
            found: list[Found] = []
            if stored is None:
                # Others wait only while what came since is looked at.
                shelf = Shelf(connection, seen)
                found = self._judge.matches(shelf, vocabulary, seen, article, seen)
            elif article.has_words_of(stored[1]) and not _redates(article, stored[1], replace):
                return "known", self._known(connection, vocabulary, *stored)
            elif not replace:
                return "taken", []
            state = self._lock(connection)
            end, vocabulary = state.end, state.vocabulary
            # What was decided on may be gone.
            is_decided = stored is None and state.changes == changes
            if not is_decided or end > seen:
                stored = self._find(connection, article.id)
                if stored is not None:
                    return self._meet(connection, article, *stored, replace, end, vocabulary)
                shelf = Shelf(connection, end, seen if is_decided else 0)
                came = self._judge.matches(shelf, vocabulary, end, article, end)
                found = best_first([*found, *came]) if is_decided else came
            if only_new and any(it.is_version for it in found):
                return "seen", found
            self._put(connection, end, article, end, found, vocabulary)
            self._count_anew(connection, state._replace(end=end + 1))
            return "added", found

    def _meet(
        self,
        connection: Connection,
        article: Sketched,
        number: int,
        stored: Sketched,
        replace: bool,
        end: int,
        vocabulary: Vocabulary,
    ) -> tuple[str, list[Found]]:
        """What becomes of an article whose id is stored, while nobody else writes."""
        if article.has_words_of(stored) and not _redates(article, stored, replace):
            return "known", self._known(connection, vocabulary, number, stored)
        if not replace:
            return "taken", []
        freed = self._copies(connection, [number])
        self._take(connection, [(number, stored)])
        shelf = Shelf(connection, end, hidden=[copy for copy, _ in freed])
        found = self._judge.matches(shelf, vocabulary, end, article, stored.place)
        self._put(connection, end, article, stored.place, found, vocabulary)
        self._judge_anew(connection, freed, end + 1, vocabulary)
        if freed:
            # The answer that it gets when it is added again.
            found = self._known(connection, vocabulary, end, self._there(connection, end))
        return "replaced", found

    def _known(
        self, connection: Connection, vocabulary: Vocabulary, number: int, stored: Sketched
    ) -> list[Found]:
        """How a stored article matches those before it."""
        return self._judge.stand(Shelf(connection, number), vocabulary, number, number, stored)

    def _put(
        self,
        connection: Connection,
        number: int,
        article: Sketched,
        place: int,
        found: Sequence[Found],
        vocabulary: Vocabulary,
    ) -> None:
        original = _original(found)
        data = article.data(number, place, original)
        values = (article.date, article.stored, original, article.glance(number), data)
        keys = array(article.keys(vocabulary))
        connection.execute(STORE, (number, _digest(article.id), *values, number, keys))

    def add_many(
        self, ids: Sequence[str], texts: Sequence[str], dates: Sequence[int | None]
    ) -> tuple[int, int, list[int]]:
        given = self._judge.sketch_many(ids, texts, dates)
        with self._server.writing() as connection:
            state = self._lock(connection)
            first, vocabulary = state.end, state.vocabulary
            query = "SELECT number, data FROM dedup_records WHERE id = ANY(%s)"
            rows = self._opened(connection, query, [_digest(id) for id in ids])
            known = {it.id: it for _, it in rows}
            new: list[Sketched] = []
            taken = []
            for row, article in enumerate(given):
                earlier = known.setdefault(article.id, article)
                if earlier is article:
                    new.append(article)
                elif not article.has_words_of(earlier):
                    taken.append(row)
            end = first + len(new)
            if (
                Vocabulary.is_due(state.counted_of, end)
                and connection.execute(COUNTING).fetchall()
                and (counted := Vocabulary.of(given))
            ):
                self._put_vocabulary(connection, counted, end)
                vocabulary = counted
            cursor = connection.cursor()
            with cursor.copy("COPY dedup_records FROM STDIN (FORMAT BINARY)") as copy:
                copy.set_types(["int4", "bytea", "int8", "int8", "int4", "bytea", "bytea"])
                for number, it in enumerate(new, first):
                    sealed = (it.glance(number), it.data(number, number))
                    copy.write_row((number, _digest(it.id), it.date, it.stored, None, *sealed))
            with cursor.copy("COPY dedup_postings FROM STDIN (FORMAT BINARY)") as copy:
                copy.write(self._judge.postings(new, vocabulary, first))
            query = "UPDATE dedup_state SET next = %s, articles = articles + %s"
            connection.execute(query, (end, len(new)))
        return len(new), len(given) - len(new) - len(taken), taken

    def settle(self) -> None:
        with self._server.writing() as connection:
            (row,) = begin(connection, True, STATE)
            self._count_anew(connection, self._stated(connection, *row))

    # ---- articles that go ----

    def remove(self, id: str) -> bool:
        with self._server.writing() as connection:
            end, _, _, vocabulary = self._lock(connection)
            found = self._find(connection, id)
            if found is None:
                return False
            freed = self._copies(connection, [found[0]])
            self._take(connection, [found])
            self._judge_anew(connection, freed, end, vocabulary)
            return True

    def expire(self, before: int, undated: bool) -> int:
        with self._server.writing() as connection:
            end, _, _, vocabulary = self._lock(connection)
            values = (before, undated, before)
            numbers = [it for (it,) in connection.execute(EXPIRED, values, binary=True).fetchall()]
            going = set(numbers)
            freed = []
            for first in range(0, len(numbers), TAKEN_AT_ONCE):
                some = numbers[first : first + TAKEN_AT_ONCE]
                freed += [it for it in self._copies(connection, some) if it[0] not in going]
                query = "SELECT number, data FROM dedup_records WHERE number = ANY(%s)"
                self._take(connection, self._opened(connection, query, some))
            self._judge_anew(connection, freed, end, vocabulary)
            return len(numbers)

    def _copies(self, connection: Connection, numbers: list[int]) -> list[tuple[int, Sketched]]:
        """The duplicates of some articles."""
        query = "SELECT number, data FROM dedup_records WHERE original = ANY(%s)"
        return self._opened(connection, query, numbers)

    def _take(self, connection: Connection, articles: Sequence[tuple[int, Sketched]]) -> None:
        numbers = [number for number, _ in articles]
        connection.execute("DELETE FROM dedup_records WHERE number = ANY(%s)", [numbers])
        # All that they may have been stored under.
        postings = sorted((key, number) for number, it in articles for key in it.keys(Vocabulary()))
        keys, of = zip(*postings, strict=True) if postings else ((), ())
        connection.execute(TAKE_POSTINGS, (array(keys), array(of)))
        query = "UPDATE dedup_state SET articles = articles - %s, changes = changes + 1"
        connection.execute(query, [len(numbers)])

    def _judge_anew(
        self,
        connection: Connection,
        freed: Sequence[tuple[int, Sketched]],
        end: int,
        vocabulary: Vocabulary,
    ) -> None:
        """Judge articles whose originals are gone, the best first: each is a duplicate of another
        that is stored, or stands for itself, and the next ones may be its duplicates. Until then
        they are hidden."""
        waiting = sorted(freed, key=lambda it: self._judge.rank(it[1]))
        hidden = [number for number, _ in waiting]
        for number, article in waiting:
            shelf = Shelf(connection, end, hidden=hidden)
            found = self._judge.matches(shelf, vocabulary, end, article, article.place)
            original = _original(found)
            query = "UPDATE dedup_records SET original = %s, data = %s WHERE number = %s"
            data = article.data(number, article.place, original)
            connection.execute(query, (original, data, number))
            hidden.remove(number)

    def compact(self) -> None:
        self._server.vacuum(TABLES)

    # ---- what they share ----

    def _lock(self, connection: Connection) -> State:
        """Begin a transaction in which nobody else writes."""
        (row,) = begin(connection, False, LOCKED)
        return self._stated(connection, *row)

    def _begin(self, connection: Connection, id: str) -> tuple[State, tuple[int, Sketched] | None]:
        """Begin to look at one state of the index, and at an article of it."""
        (row,) = begin(connection, True, FOUND.format(id=_digest(id).hex()))
        *state, number, data = row
        found = None if number is None else (number, self._judge.open([(number, data)])[0])
        return self._stated(connection, *state), found

    def _stated(self, connection: Connection, end: int, changes: int, counted_of: int) -> State:
        # Other threads put another one in its place.
        counted, vocabulary = self._vocabulary
        if counted_of != counted:
            query = "SELECT value FROM dedup_meta WHERE name = 'vocabulary'"
            vocabulary = Vocabulary(value_of(connection, query) or None)
            self._vocabulary = (counted_of, vocabulary)
        return State(end, changes, counted_of, vocabulary)

    def _find(self, connection: Connection, id: str) -> tuple[int, Sketched] | None:
        query = "SELECT number, data FROM dedup_records WHERE id = %s"
        found = self._opened(connection, query, _digest(id))
        return found[0] if found else None

    def _there(self, connection: Connection, number: int) -> Sketched:
        query = "SELECT number, data FROM dedup_records WHERE number = %s"
        ((_, article),) = self._opened(connection, query, number)
        return article

    def _opened(
        self, connection: Connection, query: str, *values: Any
    ) -> list[tuple[int, Sketched]]:
        rows = connection.execute(query, values, binary=True).fetchall()
        opened = zip(rows, self._judge.open(rows), strict=True)
        return [(number, article) for (number, _), article in opened]

    def _rows(
        self, connection: Connection, found: Sequence[tuple[int, Sketched]]
    ) -> list[tuple[int, Row]]:
        numbers = list({it.original for _, it in found if it.original is not None})
        query = "SELECT number, data FROM dedup_records WHERE number = ANY(%s)"
        opened = self._opened(connection, query, numbers) if numbers else []
        originals = {number: it.id for number, it in opened}
        rows: list[tuple[int, Row]] = []
        for number, it in found:
            if it.original is not None and it.original not in originals:
                raise StorageError(
                    f"the index in {self._server.name} is damaged: an original is missing"
                )
            original = None if it.original is None else originals[it.original]
            rows.append((number, (it.id, it.date, it.text, original, it.stored)))
        return rows

    def _count_anew(self, connection: Connection, state: State) -> None:
        """Count the stems of the last articles if that is due; other workers go on meanwhile."""
        if not Vocabulary.is_due(state.counted_of, state.end):
            return
        if begin(connection, False, COUNTING):
            # Another worker may have done it meanwhile.
            ((end, _, counted_of),) = connection.execute(STATE).fetchall()
            if Vocabulary.is_due(counted_of, end):
                query = "SELECT number, data FROM dedup_records ORDER BY number DESC LIMIT %s"
                found = [it for _, it in self._opened(connection, query, Vocabulary.MOST)]
                self._put_vocabulary(connection, Vocabulary.of(found), end)

    def _put_vocabulary(
        self, connection: Connection, vocabulary: Vocabulary | None, end: int
    ) -> None:
        if vocabulary is not None:
            query = "UPDATE dedup_meta SET value = %s WHERE name = 'vocabulary'"
            connection.execute(query, [vocabulary.data()])
        # Also if too few are left to tell, or they would be counted again for each that comes.
        connection.execute("UPDATE dedup_state SET counted_of = %s", [end])

    def _prepare(self, connection: Connection, options: dict[str, Any]) -> dict[str, Any]:
        """Make the tables if there are none, and return the options that they were made with."""
        name = self._server.name
        if value_of(connection, "SELECT current_schema()") is None:
            raise StorageError(
                f"{name} has no such schema as the search_path names, or none that this role may"
                " use; CREATE SCHEMA it first"
            )
        if not value_of(connection, IS_THERE):
            if self._server.read_only:
                raise NoIndexError(f"there is no index in {name}")
            begin(connection, False, f"SELECT pg_advisory_xact_lock({OPENING})")
            if not value_of(connection, IS_THERE):
                connection.execute(SCHEMA)
                connection.execute("UPDATE dedup_state SET format = %s", [FORMAT])
                insert = "INSERT INTO dedup_meta VALUES ('options', %s)"
                connection.execute(insert, [json.dumps(options).encode()])
        found = value_of(connection, "SELECT format FROM dedup_state")
        if found != FORMAT:
            raise StorageError(
                f"the index in {name} has format {found}, and this version of dedup reads"
                f" format {FORMAT}; use the version that made it, or make the index anew"
            )
        data = value_of(connection, "SELECT value FROM dedup_meta WHERE name = 'options'")
        made: dict[str, Any] = json.loads(data)
        return made


def _digest(id: str) -> bytes:
    return hashlib.sha256(id.encode()).digest()


def _redates(article: Sketched, stored: Sketched, replace: bool) -> bool:
    return replace and article.date is not None and article.date != stored.date


def _original(found: Sequence[Found]) -> int | None:
    """The article that one is a duplicate of, by its matches."""
    return next((it.number for it in found if it.drops), None)
