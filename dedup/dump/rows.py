"""What reading a table yields, whatever its format."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pyarrow as pa


class Rows(NamedTuple):
    """Rows that could be read, and the share of the file read so far."""

    batch: "pa.RecordBatch"
    done: float


class Bad(NamedTuple):
    """A row that could not be read, by its number from 1."""

    row: int
    reason: str
    raw: str | bytes
