"""An engine of files on a shared disk: a stage is a job of tasks that any scheduler can start."""

import json
import pickle
import re
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from dedup.distributed import parts
from dedup.distributed.engine import Batches
from dedup.dump.paths import replaced
from dedup.errors import DedupError

# Bytes of the numbers for which each task looks through its part of a table.
MOST_READ_BY_ALL = 16 << 20

# A machine may see some time later what another one wrote.
SEEN_AFTER_SECONDS = 90


class Part(NamedTuple):
    """A file of a table; of it the rows of a kind, and some columns, where these are named."""

    path: Path
    kind: str | None = None
    columns: tuple[str, ...] | None = None


Table = list[Part]


class FolderEngine:
    """A table is a list of Arrow files below `folder`, made when it is asked for.

    `start` runs the tasks 0, 1, ... of the job in a folder, as many as it is told, each by `work`,
    and returns when all have ended. A job has at most `tasks` of them; one that reads fewer bytes
    than `least` is done here instead. A file that is there is not made again: an engine in the
    folder of one that was stopped goes on where that was. `about` is what all depends on. Raises
    DedupError where it is not that of the folder, and for a task that did not do its work.
    """

    def __init__(
        self,
        folder: str | Path,
        start: Callable[[Path, int], object],
        tasks: int,
        least: int,
        about: str,
    ) -> None:
        self.folder = Path(folder)
        self.start = start
        self.tasks = tasks
        self.least = least
        self.jobs = 0
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / "about"
        if not path.exists():
            with replaced(path) as file:
                file.write(about.encode())
        elif path.read_bytes() != about.encode():
            raise DedupError(f"{folder} is of another run or another state of the input; remove it")

    def put(self, tables: Sequence[pa.Table]) -> Table:
        """A table of these. What is made of it may read more than it: it is never done here."""
        paths = [_output(self.folder, at) for at in range(len(tables))]
        for path, table in zip(paths, tables, strict=True):
            _write(path, table)
        return [Part(path) for path in paths]

    def map(
        self,
        stage: str,
        task: Callable[[Batches], Batches],
        table: Table,
        schema: pa.Schema,
        columns: Sequence[str] | None = None,
    ) -> Table:
        return self._job(stage, partial(_run, task, schema), table, table)

    def group(
        self, stage: str, task: Callable[..., pa.Table], tables: list[Table], schema: pa.Schema
    ) -> Table:
        found = {bucket for table in tables for part in table for bucket in _buckets(part.path)}
        run = partial(_run_bucket, task, schema, tables)
        return self._job(stage, run, sorted(found) or [None], self.union(tables))

    def only(self, table: Table, kind: str, columns: list[str] | None = None) -> Table:
        return [Part(part.path, kind, tuple(columns) if columns else None) for part in table]

    def union(self, tables: list[Table]) -> Table:
        return [part for table in tables for part in table]

    def among(self, table: Table, column: str, others: Table) -> Table:
        if _size(others) > MOST_READ_BY_ALL:
            return table
        return self._job(f"among {column}s", partial(_choose, column, others), table, table)

    def keep(self, stage: str, table: Table) -> Table:
        return table

    def collect(self, table: Table) -> pa.Table:
        return pa.concat_tables(map(read, table))

    def _job(
        self, stage: str, run: Callable[[Any], pa.Table], inputs: Sequence[Any], read: Table
    ) -> Table:
        """Run a function for each input, all of which read so many files."""
        self.jobs += 1
        folder = self.folder / f"{self.jobs:03}-{re.sub(r'[^a-z0-9]+', '-', stage)}"
        paths = [_output(folder, at) for at in range(len(inputs))]
        if not all(path.exists() for path in paths):
            folder.mkdir(exist_ok=True)
            tasks = min(self.tasks, len(inputs))
            with replaced(folder / "job") as file:
                pickle.dump((run, inputs, tasks), file)
            given = any(part.path.parent == self.folder for part in read)
            if given or _size(read) >= self.least:
                self.start(folder, tasks)
            else:
                for task in range(tasks):
                    work(folder, task)
            self._wait(folder, paths)
        return [Part(path) for path in paths]

    def _wait(self, folder: Path, paths: list[Path]) -> None:
        until = time.monotonic() + SEEN_AFTER_SECONDS
        while not all(path.exists() for path in paths):
            if time.monotonic() > until:
                raise DedupError(f"a task of {folder} ended and left no file")
            time.sleep(1)


def work(folder: str | Path, task: int) -> None:
    """Do what is left to one task of the job in a folder: every so many of its inputs."""
    run, inputs, tasks = pickle.loads((Path(folder) / "job").read_bytes())
    for at in range(task, len(inputs), tasks):
        path = _output(Path(folder), at)
        if not path.exists():
            _write(path, run(inputs[at]))


def read(part: Part, bucket: int | None = None) -> pa.Table:
    """The rows of a part, of a bucket or of all."""
    with pa.memory_map(str(part.path)) as file:
        reader = pa.ipc.open_file(file)
        buckets = _buckets_of(reader)
        batches = [
            reader.get_batch(at)
            for at in range(reader.num_record_batches)
            if bucket is None or buckets[at] == bucket
        ]
        schema = reader.schema.remove_metadata()
    table = pa.Table.from_batches([it.replace_schema_metadata() for it in batches], schema)
    if part.kind is None:
        return table
    return parts.choose("kind", pa.array([part.kind]), part.columns, table)


def _size(table: Table) -> int:
    return sum(path.stat().st_size for path in {part.path for part in table})


def _output(folder: Path, number: int) -> Path:
    return folder / f"{number:05}.arrow"


def _write(path: Path, table: pa.Table) -> None:
    """Write a file in which the rows of each bucket are batches of their own."""
    batches, buckets = table.to_batches(), []
    if "bucket" in table.column_names:
        _, *pieces = parts.by_bucket(table)
        batches = [batch for piece in pieces for batch in piece.to_batches()]
        buckets = [batch["bucket"][0].as_py() for batch in batches]
    schema = table.schema.with_metadata({"buckets": json.dumps(buckets)})
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with replaced(path) as file, pa.ipc.new_file(file, schema, options=options) as out:
        for batch in batches:
            out.write_batch(batch)


def _buckets(path: Path) -> list[int]:
    with pa.memory_map(str(path)) as file:
        return _buckets_of(pa.ipc.open_file(file))


def _buckets_of(reader: pa.ipc.RecordBatchFileReader) -> list[int]:
    """The bucket of each batch of a file."""
    found: list[int] = json.loads(reader.schema.metadata[b"buckets"])
    return found


def _run(task: Callable[[Batches], Batches], schema: pa.Schema, part: Part) -> pa.Table:
    return parts.run(task, schema, read(part))


def _run_bucket(
    task: Callable[..., pa.Table], schema: pa.Schema, tables: list[Table], bucket: int | None
) -> pa.Table:
    if bucket is None:
        return schema.empty_table()
    return task(*(pa.concat_tables(read(part, bucket) for part in table) for table in tables))


def _choose(column: str, others: Table, part: Part) -> pa.Table:
    wanted = parts.values(column, *map(read, others))
    return parts.choose(column, wanted, None, read(part))
