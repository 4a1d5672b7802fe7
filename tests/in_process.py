"""An engine for plans that moves rows within this process, as many tasks as it is asked for."""

from collections.abc import Callable

import pyarrow as pa

from dedup.distributed.engine import Batches

Table = list[pa.Table]


class InProcess:
    """A table is a list of parts."""

    def __init__(self, parts: int = 3) -> None:
        self.parts = parts
        self.stages: list[str] = []

    def map(
        self, stage: str, task: Callable[[Batches], Batches], table: Table, schema: pa.Schema
    ) -> Table:
        self.stages.append(stage)
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
