"""The articles of an index in a database, as `Judge.matches` asks for them."""

from collections.abc import Sequence

from psycopg.rows import TupleRow

from dedup.index.server import Connection, array

LISTS = """
    SELECT place - 1, article
    FROM unnest(%(keys)s::bigint[]) WITH ORDINALITY AS given (key, place) CROSS JOIN LATERAL (
        (SELECT article FROM dedup_postings AS p WHERE p.key = given.key AND article < %(end)s::int
         AND article <> ALL(%(hidden)s::int[]) ORDER BY article DESC LIMIT %(last)s::int)
        UNION ALL
        (SELECT article FROM dedup_postings AS p WHERE p.key = given.key AND article < %(end)s::int
         AND article <> ALL(%(hidden)s::int[]) ORDER BY article LIMIT %(first)s::int)
    ) AS found
"""


class Shelf:
    """The articles from the number `first` on, before `end`, but for those hidden."""

    def __init__(
        self, connection: Connection, end: int, first: int = 0, hidden: Sequence[int] = ()
    ) -> None:
        self.end = end
        self._connection = connection
        self._first = first
        self._hidden = list(hidden)

    def lists(self, keys: list[int], first: int, last: int) -> list[TupleRow]:
        """(index of the key, article) of the first and the last articles that have each key."""
        values = {"keys": array(keys), "end": self.end, "hidden": array(self._hidden)}
        values |= {"first": first, "last": last}
        return self._connection.execute(LISTS, values, binary=True).fetchall()

    def glances(self, numbers: list[int]) -> list[TupleRow]:
        return self._rows("number, glance", numbers)

    def records(self, numbers: list[int]) -> list[TupleRow]:
        return self._rows("number, data", numbers)

    def _rows(self, columns: str, numbers: list[int]) -> list[TupleRow]:
        asked = [number for number in numbers if number >= self._first]
        if not asked:
            return []
        query = f"SELECT {columns} FROM dedup_records WHERE number = ANY(%s::int[]) ORDER BY number"
        return self._connection.execute(query, [array(asked)], binary=True).fetchall()
