"""What a plan asks of the engine that runs it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

import pyarrow as pa

T = TypeVar("T")

Batches = Iterator[pa.RecordBatch]


class Engine(Protocol[T]):
    """What moves rows between tasks: Spark, Ray, a folder of files. T is a table of it.

    A task gets rows as Arrow's and gives rows of `schema`. A table may be computed whenever it is
    asked for, and again: tasks give the same for the same rows in any order.
    """

    def map(
        self,
        stage: str,
        task: Callable[[Batches], Batches],
        table: T,
        schema: pa.Schema,
        columns: Sequence[str] | None = None,
    ) -> T:
        """Run a task over each part of a table, however it is cut.

        `columns` are those that the task reads, where others would cost much to bring.
        """

    def group(
        self, stage: str, task: Callable[..., pa.Table], tables: list[T], schema: pa.Schema
    ) -> T:
        """Run a task over each value of the column `bucket`, an int32, with all rows that have it
        of each table, one or two of them."""

    def only(self, table: T, kind: str, columns: list[str] | None = None) -> T:
        """The rows whose column `kind` is so; of some columns, where these are named."""

    def union(self, tables: list[T]) -> T:
        """The rows of several tables of the same columns."""

    def among(self, table: T, column: str, others: T) -> T:
        """The rows of a table whose number in a column is also in that of another table.

        More may be left, or all, where it costs more to find out than to go on with them.
        """

    def keep(self, stage: str, table: T) -> T:
        """Compute a table once, and keep it where the loss of a machine does not lose it."""

    def collect(self, table: T) -> pa.Table:
        """The rows of a table that never has many."""
