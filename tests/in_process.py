"""Engines that move the rows of a plan within this process: a plain one, and an unruly one."""

import random
from collections.abc import Callable, Sequence

import pyarrow as pa

from dedup.distributed.engine import Batches

Table = list[pa.Table]
Task = Callable[[Batches], Batches]


class InProcess:
    """A table is a list of parts."""

    def __init__(self) -> None:
        self.stages: list[str] = []

    def map(
        self,
        stage: str,
        task: Task,
        table: Table,
        schema: pa.Schema,
        columns: Sequence[str] | None = None,
    ) -> Table:
        self.stages.append(stage)
        table = [part.select(columns or part.column_names) for part in table]
        return [
            pa.Table.from_batches(list(task(iter(part.to_batches()))), schema) for part in table
        ]

    def group(
        self,
        stage: str,
        task: Callable[..., pa.Table],
        tables: list[Table],
        schema: pa.Schema,
    ) -> Table:
        self.stages.append(stage)
        whole = [pa.concat_tables(parts) for parts in tables]
        buckets = sorted({it for table in whole for it in table["bucket"].to_pylist()})
        parts = []
        for bucket in buckets:
            some = [table.filter(pa.compute.equal(table["bucket"], bucket)) for table in whole]
            found = task(*some)
            assert found.schema.equals(schema), (stage, found.schema, schema)
            parts.append(found)
        return parts or [schema.empty_table()]

    def only(self, table: Table, kind: str, columns: list[str] | None = None) -> Table:
        return [
            part.filter(pa.compute.equal(part["kind"], kind)).select(columns or part.column_names)
            for part in table
        ]

    def union(self, tables: list[Table]) -> Table:
        return [part for table in tables for part in table]

    def among(self, table: Table, column: str, others: Table) -> Table:
        wanted = pa.concat_tables(others)[column].combine_chunks()
        return [part.filter(pa.compute.is_in(part[column], wanted)) for part in table]

    def keep(self, stage: str, table: Table) -> Table:
        return table

    def collect(self, table: Table) -> pa.Table:
        return pa.concat_tables(table)


Lazy = Callable[[], pa.Table]


class Unruly:
    """A table is what computes it, again whenever it is asked for unless it is kept; its rows come
    in any order, and are cut anyhow.
    """

    def __init__(self, seed: int) -> None:
        self.stages: list[str] = []
        self._rng = random.Random(seed)
        self._plain = InProcess()

    def _shuffled(self, table: pa.Table) -> pa.Table:
        order = list(range(table.num_rows))
        self._rng.shuffle(order)
        return table.take(pa.array(order, pa.int64()))

    def _cut(self, table: pa.Table) -> list[pa.Table]:
        """Parts, some of them empty, each of several batches."""
        ends = sorted(self._rng.randint(0, table.num_rows) for _ in range(4))
        pieces = [
            table.slice(start, end - start).combine_chunks()
            for start, end in zip([0, *ends], [*ends, table.num_rows], strict=True)
        ]
        at = self._rng.randint(1, 4)
        return [pa.concat_tables(some) for some in (pieces[:at], pieces[at:])]

    def map(
        self,
        stage: str,
        task: Task,
        table: Lazy,
        schema: pa.Schema,
        columns: Sequence[str] | None = None,
    ) -> Lazy:
        self.stages.append(stage)

        def compute() -> pa.Table:
            parts = self._cut(self._shuffled(table()))
            return pa.concat_tables(self._plain.map(stage, task, parts, schema, columns))

        return compute

    def group(
        self,
        stage: str,
        task: Callable[..., pa.Table],
        tables: list[Lazy],
        schema: pa.Schema,
    ) -> Lazy:
        self.stages.append(stage)

        def compute() -> pa.Table:
            parts = [self._cut(self._shuffled(table())) for table in tables]
            return pa.concat_tables(self._plain.group(stage, task, parts, schema))

        return compute

    def only(self, table: Lazy, kind: str, columns: list[str] | None = None) -> Lazy:
        return lambda: pa.concat_tables(self._plain.only([table()], kind, columns))

    def union(self, tables: list[Lazy]) -> Lazy:
        return lambda: pa.concat_tables([table() for table in tables])

    def among(self, table: Lazy, column: str, others: Lazy) -> Lazy:
        def compute() -> pa.Table:
            whole = table()
            wanted = pa.compute.is_in(whole[column], others()[column].combine_chunks())
            more = self._rng.choice([0, 0.5, 1])
            also = pa.array([self._rng.random() < more for _ in range(whole.num_rows)], pa.bool_())
            return whole.filter(pa.compute.or_(wanted, also))

        return compute

    def keep(self, stage: str, table: Lazy) -> Lazy:
        kept = table()
        return lambda: kept

    def collect(self, table: Lazy) -> pa.Table:
        return self._shuffled(table())
