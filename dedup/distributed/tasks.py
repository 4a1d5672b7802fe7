"""What each task does: rows of Arrow to the native core, and what it finds to rows of Arrow.

Of many small rows those that one task sends to one bucket travel as the bytes of one row of BLOBS.
Nothing is decided here: the rules are the core's.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup import _core
from dedup.config import Fields, Options
from dedup.distributed.engine import Batches
from dedup.errors import DedupError, InputError
from dedup.table import choose_columns, table_batch

# Texts that a table has end to end.
PIECE_BYTES = 1 << 29
# A posting list of one task waits for more up to this many bytes before it is sent.
SENT_BYTES = 32 << 20

# A place in the input is that of a task in its upper bits, and of a row of the task below.
ROW_BITS = 33


@dataclass(frozen=True)
class Settings:
    """What all tasks of a pass know: the options, and the number of buckets."""

    options: Options
    buckets: int

    @property
    def stages(self) -> _core.Stages:
        return _stages(self.options)


@lru_cache(maxsize=8)
def _stages(options: Options) -> _core.Stages:
    rules = {name: value for name, value in options.for_index.items() if name != "keep"}
    return _core.Stages(**rules)


def _schema(**columns: pa.DataType) -> pa.Schema:
    return pa.schema(list(columns.items()))


_INT, _BYTES, _TEXT, _REAL = pa.int64(), pa.binary(), pa.string(), pa.float64()
_BUCKET = pa.int32()

BLOBS = _schema(kind=_TEXT, bucket=_BUCKET, rows=_BYTES)

# Columns that most tasks do without, and that have most of the bytes.
WIDE = {"raw", "signature", "samples", "stems"}

SKETCHED = _schema(
    place=_INT,
    reason=_TEXT,
    id=_TEXT,
    raw=_TEXT,
    day_first=_INT,
    month_first=_INT,
    known=_INT,
    words=_INT,
    digest=_BYTES,
    proof=_BYTES,
    signature=_BYTES,
    samples=_BYTES,
    stems=_BYTES,
)


def numbers(column: Any, dtype: str = "<u4") -> np.ndarray[Any, Any]:
    return np.asarray(column.to_numpy(zero_copy_only=False)).astype(dtype)


def packed(column: Any, dtype: str = "<u4") -> bytes:
    """The numbers of a column as the core takes them."""
    return numbers(column, dtype).tobytes()


def rows_of(data: bytes, width: int, dtype: str = "<u4") -> np.ndarray[Any, Any]:
    return np.frombuffer(data, dtype).reshape(-1, width)


def joined(column: Any) -> bytes:
    """The bytes of a column, end to end."""
    return b"".join(column.to_pylist())


def buckets_of(values: np.ndarray[Any, Any], buckets: int) -> np.ndarray[Any, Any]:
    found = _core.buckets_of(np.ascontiguousarray(values, "<u8").tobytes(), buckets)
    return np.frombuffer(found, "<u4").astype(np.int32)


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def blobs(rows: Iterable[tuple[str, int, bytes]]) -> pa.Table:
    kinds, buckets, data = zip(*rows, strict=True) if (rows := list(rows)) else ((), (), ())
    return pa.table([list(kinds), list(buckets), list(data)], schema=BLOBS)


def sent(kind: str, rows: Iterable[tuple[int, bytes]]) -> pa.Table:
    return blobs((kind, bucket, data) for bucket, data in rows)


def sent_by(kind: str, values: np.ndarray[Any, Any], rows: Any, buckets: int) -> pa.Table:
    """Rows of numbers, each to the bucket of its value."""
    where = buckets_of(values, buckets)
    order = np.argsort(where, kind="stable")
    where, rows = where[order], np.ascontiguousarray(rows[order])
    ends = np.flatnonzero(np.r_[where[1:] != where[:-1], True][: len(where)]) + 1
    starts = np.r_[0, ends][: len(ends)]
    return sent(
        kind,
        (
            (int(where[start]), rows[start:end].tobytes())
            for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        ),
    )


def of_bucket(
    task: Callable[..., pa.Table], schema: pa.Schema, table: pa.Table, *others: pa.Table
) -> pa.Table:
    """What a task makes of a bucket; of one where only the other table has rows, nothing."""
    return task(table, *others) if table.num_rows else schema.empty_table()


def data_of(table: pa.Table) -> list[bytes]:
    found: list[bytes] = table["rows"].to_pylist()
    return found


def rows_in(table: Any, width: int) -> np.ndarray[Any, Any]:
    """The rows of numbers that rows of BLOBS have."""
    return rows_of(joined(table["rows"]), width)


def with_bucket(batch: Any, values: np.ndarray[Any, Any], buckets: int) -> Any:
    return batch.append_column(
        pa.field("bucket", _BUCKET), pa.array(buckets_of(values, buckets), _BUCKET)
    )


# Records → sketches


def sketch(settings: Settings, fields: Fields, batches: Batches) -> Batches:
    """Records, with their `place`, to sketches; what has no text, to the reason."""
    columns = None
    for batch in batches:
        records = batch.drop_columns(["place"])
        columns = columns or choose_columns(records.schema, fields)
        rows = table_batch(records, columns)
        reasons, dates, lists = settings.stages.sketch(rows.texts, rows.dates)
        is_article = np.array([reason is None for reason in reasons], bool)
        articles = np.flatnonzero(is_article)
        day_first, month_first, known, words, digests, proofs, signatures = dates
        of_articles: dict[str, Any] = {
            "day_first": np.frombuffer(day_first, "<i8"),
            "month_first": np.frombuffer(month_first, "<i8"),
            "known": np.frombuffer(known, "u1"),
            "words": np.frombuffer(words, "<u4"),
            "digest": cut(digests, 16),
            "proof": cut(proofs, 32),
            "signature": cut(signatures, 512),
            "samples": lists[0],
            "stems": lists[1],
        }
        taken = np.full(len(reasons), -1)
        taken[articles] = np.arange(len(articles))
        indices = pa.array(taken, mask=~is_article)
        found = {
            "place": batch["place"],
            "reason": pa.array(reasons, _TEXT),
            "id": pa.array(rows.ids, _TEXT),
            "raw": pa.array([_shown(it) for it in rows.texts], _TEXT, mask=is_article),
        }
        for name, values in of_articles.items():
            column = pa.array(values, SKETCHED.field(name).type)
            found[name] = column.take(indices)
        yield pa.record_batch([found[name] for name in SKETCHED.names], schema=SKETCHED)


def _shown(text: str | bytes | None) -> str | None:
    return text.decode(errors="replace") if isinstance(text, bytes) else text


RECORDS = _schema(task=_INT, rows=_INT, rejected=_INT)


def count_records(batches: Batches) -> Batches:
    """The rows of each task of the input up to the last one seen, and those without a text."""
    for batch in batches:
        tasks = numbers(batch["place"], "<i8") >> ROW_BITS
        for task in np.unique(tasks):
            some = batch.filter(pa.array(tasks == task))
            row = (
                int(task),
                int(numbers(some["place"], "<i8").max() & ((1 << ROW_BITS) - 1)) + 1,
                some.num_rows - some["reason"].null_count,
            )
            yield pa.RecordBatch.from_pylist([dict(zip(RECORDS.names, row, strict=True))], RECORDS)


# Sketches → names, and their order

REJECTED = _schema(place=_INT, row=_INT, reason=_TEXT, raw=_TEXT)


def rows_at(firsts: dict[int, int], places: Any) -> np.ndarray[Any, Any]:
    """The rows of the input, from 0 on, at some places. `firsts` are the rows before each task."""
    found = numbers(places, "<i8")
    before = np.array([firsts[task] for task in (found >> ROW_BITS).tolist()], "<i8")
    return np.asarray(before + (found & ((1 << ROW_BITS) - 1)))


def rejected(firsts: dict[int, int], batches: Batches) -> Batches:
    for batch in batches:
        batch = batch.filter(pc.is_valid(batch["reason"]))
        yield _rejected(firsts, batch["place"], batch["reason"], batch["raw"])


def repeated(firsts: dict[int, int], batches: Batches) -> Batches:
    """Articles that have no name, since another has their id."""
    for batch in batches:
        batch = batch.filter(pc.is_null(batch["name"]))
        reasons = [f"the id {id_!r} was seen before" for id_ in batch["id"].to_pylist()]
        nothing = pa.nulls(batch.num_rows, _TEXT)
        yield _rejected(firsts, batch["place"], pa.array(reasons, _TEXT), nothing)


def _rejected(firsts: dict[int, int], places: Any, reasons: Any, raw: Any) -> pa.RecordBatch:
    rows = pa.array(rows_at(firsts, places) + 1, _INT)
    return pa.record_batch([places, rows, reasons, raw], schema=REJECTED)


UNNAMED = _schema(
    bucket=_BUCKET,
    place=_INT,
    id=_TEXT,
    day_first=_INT,
    month_first=_INT,
    known=_INT,
    words=_INT,
    digest=_BYTES,
    proof=_BYTES,
)


def to_names(settings: Settings, firsts: dict[int, int], batches: Batches) -> Batches:
    """What names an article and decides its place. `firsts` are the rows before each task."""
    for batch in batches:
        batch = batch.filter(pc.is_null(batch["reason"]))
        rows = rows_at(firsts, batch["place"]).tolist()
        ids = [id_ or str(row) for id_, row in zip(batch["id"].to_pylist(), rows, strict=True)]
        roots = np.array([_core.hash_of(_core.root_of(id_)) for id_ in ids], "<u8")
        own = {
            "bucket": pa.array(buckets_of(roots, settings.buckets), _BUCKET),
            "id": pa.array(ids, _TEXT),
        }
        columns = [own[name] if name in own else batch[name] for name in UNNAMED.names]
        yield pa.record_batch(columns, schema=UNNAMED)


NAMED = pa.schema([pa.field("name", _TEXT), *(it for it in UNNAMED if it.name != "bucket")])


def name(settings: Settings, table: pa.Table) -> pa.Table:
    """Names of articles, all those of ids that may be mistaken for one another."""
    unique = settings.options.unique_ids == "reject"
    names = _core.Stages.name(table["id"].to_pylist(), packed(table["place"], "<u8"), unique)
    columns = [table[name] for name in NAMED.names[1:]]
    return pa.table([pa.array(names, _TEXT), *columns], schema=NAMED)


DATES = _schema(
    dated=_INT,
    day_first=_INT,
    month_first=_INT,
    open=_INT,
    unread=_INT,
    proved=_INT,
    without_words=_INT,
)


def count_dates(batches: Batches) -> Batches:
    """What the dates of articles say together, and how many have no words."""
    none = np.iinfo("<i8").min
    open_, unread = _core.Stages.OPEN, _core.Stages.UNREAD
    for batch in batches:
        batch = batch.filter(pc.is_valid(batch["name"]))
        known = numbers(batch["known"], "<i8")
        first, second = (numbers(batch[name], "<i8") for name in ("day_first", "month_first"))
        is_open = known & open_ != 0
        row = (
            ((first != none) & ~is_open).sum(),
            ((first != none) & is_open).sum(),
            ((second != none) & is_open).sum(),
            is_open.sum(),
            (known & unread != 0).sum(),
            np.bitwise_or.reduce(known & ~(open_ | unread), initial=0),
            (numbers(batch["words"]) == 0).sum(),
        )
        columns = [pa.array([int(value)], _INT) for value in row]
        yield pa.record_batch(columns, schema=DATES)


KEYED = _schema(
    place=_INT,
    id=_TEXT,
    name=_TEXT,
    date=_INT,
    words=_INT,
    digest=_BYTES,
    proof=_BYTES,
    key=_INT,
    sort_key=_BYTES,
    time_key=_BYTES,
)


def to_keys(order: str | None, keep: str, batches: Batches) -> Batches:
    """Articles that have a name, with their dates in an order, and what they are ordered by."""
    none = np.iinfo("<i8").min
    for batch in batches:
        batch = batch.filter(pc.is_valid(batch["name"]))
        is_open = numbers(batch["known"], "<i8") & _core.Stages.OPEN != 0
        dates = numbers(batch["month_first" if order == "mdy" else "day_first"], "<i8")
        if order is None:
            dates = np.where(is_open, none, dates)
        keys, sort_keys, time_keys = _core.Stages.keys(
            batch["id"].to_pylist(),
            packed(batch["place"], "<u8"),
            dates.tobytes(),
            packed(batch["words"]),
            joined(batch["digest"]),
            keep,
        )
        made = {
            "date": pa.array(dates, _INT),
            "key": pa.array(np.frombuffer(keys, "<i8"), _INT),
            "sort_key": pa.array(sort_keys, _BYTES),
            "time_key": pa.array(time_keys, _BYTES),
        }
        columns = [made[name] if name in made else batch[name] for name in KEYED.names]
        yield pa.record_batch(columns, schema=KEYED)


SAMPLE = _schema(sort_key=_BYTES, time_key=_BYTES)


def sample_keys(every: int, batches: Batches) -> Batches:
    """Every so many of the sort keys."""
    for batch in batches:
        yield batch.select(SAMPLE.names).take(pa.array(np.arange(0, batch.num_rows, every)))


def to_range(key: str, bounds: list[bytes], batches: Batches) -> Batches:
    """Articles to the bucket of the range that their sort key falls in."""
    for batch in batches:
        keys = np.array(batch[key].to_pylist(), object)
        found = np.searchsorted(np.array(bounds, object), keys, side="right")
        yield batch.append_column(pa.field("bucket", _BUCKET), pa.array(found, _BUCKET))


def rank(key: str, table: pa.Table) -> pa.Table:
    """The place of each article in the order of a range."""
    bucket = table["bucket"]
    order = pc.sort_indices(table[key])
    table = table.take(order).drop_columns(["bucket"])
    ranks = pa.array(np.arange(table.num_rows), _INT)
    ranges = pa.array(np.full(table.num_rows, bucket[0].as_py()), _INT)
    return table.append_column("range", ranges).append_column("rank", ranks)


COUNTS = _schema(range=_INT, count=_INT)


def count_ranges(batches: Batches) -> Batches:
    for batch in batches:
        ranges, counts = np.unique(numbers(batch["range"], "<i8"), return_counts=True)
        yield pa.record_batch([pa.array(ranges), pa.array(counts)], schema=COUNTS)


def count_rows(batches: Batches) -> Batches:
    for batch in batches:
        yield pa.RecordBatch.from_pylist([{"range": 0, "count": batch.num_rows}], COUNTS)


def count_pairs(batches: Batches) -> Batches:
    """Rows of two numbers and more, of BLOBS."""
    for batch in batches:
        if batch.num_rows:
            sizes = pc.sum(pc.binary_length(batch["rows"])).as_py()
            yield pa.RecordBatch.from_pylist([{"range": 0, "count": sizes // 8}], COUNTS)


def numbered(batch: Any, column: str, starts: list[int]) -> Any:
    """A batch with a place in the whole order instead of one in a range."""
    ranges, ranks = numbers(batch["range"], "<i8"), numbers(batch["rank"], "<i8")
    values = pa.array(np.array(starts, "<i8")[ranges] + ranks, _INT)
    return batch.drop_columns(["range", "rank"]).append_column(pa.field(column, _INT), values)


def number(starts: list[int], batches: Batches) -> Batches:
    for batch in batches:
        yield numbered(batch, "number", starts)


def to_digests(settings: Settings, starts: list[int], batches: Batches) -> Batches:
    for batch in batches:
        batch = numbered(batch, "time", starts).drop_columns(["sort_key", "time_key"])
        values = np.frombuffer(joined(batch["digest"]), "<u8")[::2]
        yield with_bucket(batch, values, settings.buckets)


TO_DIGESTS = _schema(
    place=_INT,
    id=_TEXT,
    name=_TEXT,
    date=_INT,
    words=_INT,
    digest=_BYTES,
    proof=_BYTES,
    key=_INT,
    number=_INT,
    time=_INT,
    bucket=_BUCKET,
)

STANDING = _schema(
    renamed=pa.bool_(),
    place=_INT,
    name=_TEXT,
    date=_INT,
    words=_INT,
    key=_INT,
    number=_INT,
    time=_INT,
    first=_INT,
    first_name=_TEXT,
    first_key=_INT,
    first_place=_INT,
)


def stand(settings: Settings, table: pa.Table) -> pa.Table:
    """For each article the one that stands for its words, of all of one digest."""
    firsts = settings.stages.representatives(
        packed(table["number"]),
        packed(table["words"]),
        joined(table["digest"]),
        joined(table["proof"]),
    )
    own, first = numbers(table["number"]), np.frombuffer(firsts, "<u4")
    order = np.argsort(own)
    at = pa.array(order[np.searchsorted(own[order], first)])
    table = table.append_column("first", pa.array(first, _INT))
    for column in ("name", "key", "place"):
        table = table.append_column(f"first_{column}", table[column].take(at))
    table = table.append_column("renamed", pc.not_equal(table["id"], table["name"]))
    return table.select(STANDING.names).cast(STANDING)


def is_member(table: Any) -> np.ndarray[Any, Any]:
    """Whether each article may match otherwise than exactly."""
    own = numbers(table["number"]) == numbers(table["first"])
    return np.asarray(own & (numbers(table["words"]) >= _core.MIN_WORDS))


MEMBERS = _schema(count=_INT, renamed=_INT, doubtful=_INT)


def count_members(now: int, batches: Batches) -> Batches:
    """What all articles come to; `now`, in seconds, tells which dates are doubtful."""
    for batch in batches:
        row = {
            "count": int(is_member(batch).sum()),
            "renamed": pc.sum(batch["renamed"]).as_py() or 0,
            "doubtful": _core.Stages.count_doubtful(packed(batch["date"], "<i8"), now),
        }
        yield pa.RecordBatch.from_pylist([row], MEMBERS)


# The articles that are compared, with all that is made of them

ARTICLES = _schema(
    number=_INT,
    time=_INT,
    date=_INT,
    words=_INT,
    name=_TEXT,
    key=_INT,
    place=_INT,
    signature=_BYTES,
    samples=_BYTES,
    stems=_BYTES,
)


def to_places(settings: Settings, wanted: bool, columns: list[str], batches: Batches) -> Batches:
    """Rows to the bucket of their place in the input; of `wanted` ones those of members alone."""
    for batch in batches:
        if wanted:
            batch = batch.filter(pa.array(is_member(batch)))
        else:
            batch = batch.filter(pc.is_null(batch["reason"]))
        places = numbers(batch["place"], "<u8")
        yield with_bucket(batch.select(columns), places, settings.buckets)


def join_sketches(standing: pa.Table, sketched: pa.Table) -> pa.Table:
    at = matching(numbers(standing["place"], "<i8"), numbers(sketched["place"], "<i8"))
    for column in ("signature", "samples", "stems"):
        standing = standing.append_column(column, sketched[column].take(pa.array(at)))
    return standing.select(ARTICLES.names).cast(ARTICLES)


def matching(wanted: np.ndarray[Any, Any], among: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Where each wanted value stands; all are there, unless an engine has lost them."""
    order = np.argsort(among, kind="stable")
    at = np.searchsorted(among[order], wanted)
    if len(at) and (at.max() == len(order) or (among[order[at]] != wanted).any()):
        raise DedupError("rows were lost on their way between two stages; please report it")
    return order[at]


# Members → postings → pairs


def count_stems(settings: Settings, batches: Batches) -> Batches:
    counts = _core.StemCounts()
    for batch in batches:
        counts.add(batch["stems"].to_pylist())
    yield from sent("counts", counts.take(settings.buckets)).to_batches()


FREQUENT = _schema(stem=_INT, common=pa.bool_())


def frequent(members: int, table: pa.Table) -> pa.Table:
    found = _core.Stages.frequent_stems(data_of(table), members)
    stems, common = ([it[index] for it in found] for index in (0, 1))
    return pa.table([pa.array(stems, _INT), pa.array(common, pa.bool_())], schema=FREQUENT)


KINDS = ("bands", "samples", "stories", "stems")


def to_postings(settings: Settings, frequent: dict[int, bool], batches: Batches) -> Batches:
    """What each member is looked up by, to as many buckets of each kind."""
    postings = _core.Postings(settings.stages, frequent, settings.buckets)

    def waiting() -> Batches:
        rows = (
            (kind, KINDS.index(kind) * settings.buckets + bucket, data)
            for kind, bucket, data in postings.take()
        )
        yield from blobs(rows).to_batches()

    for batch in batches:
        postings.add(
            packed(batch["number"]),
            packed(batch["time"]),
            packed(batch["date"], "<i8"),
            packed(batch["words"]),
            batch["signature"].to_pylist(),
            batch["samples"].to_pylist(),
            batch["stems"].to_pylist(),
        )
        if postings.waiting() > SENT_BYTES:
            yield from waiting()
    yield from waiting()


def by_pair(kind: str, rows: np.ndarray[Any, Any], buckets: int) -> pa.Table:
    """Rows of numbers, the first two being articles, to the bucket of the pair."""
    first, second = rows[:, 0].astype("<u8"), rows[:, 1].astype("<u8")
    return sent_by(kind, first << np.uint64(32) | second, rows, buckets)


def bounded(bucket: int, counts: tuple[int, int]) -> pa.Table:
    return blobs([("bounded", bucket, np.array(counts, "<u8").tobytes())] if any(counts) else [])


def meet(settings: Settings, table: pa.Table) -> pa.Table:
    """Pairs that met in a bucket of postings; where shingles that may be furniture stand; and
    postings of stems with their counts."""
    kind, bucket = table["kind"][0].as_py(), table["bucket"][0].as_py()
    met, out, left_out = settings.stages.meet(kind, data_of(table), settings.buckets)
    return pa.concat_tables(
        [
            by_pair("meetings", rows_of(met, 5), settings.buckets),
            sent("held" if kind == "samples" else "counted", out),
            bounded(bucket, left_out),
        ]
    )


def choose_stems(settings: Settings, table: pa.Table) -> pa.Table:
    return sent("chosen", _core.Stages.choose_stems(data_of(table), settings.buckets))


def cut_lists(settings: Settings, slice_: int, table: pa.Table) -> pa.Table:
    lists, left_out = settings.stages.cut_lists(data_of(table), slice_)
    return pa.concat_tables([sent("lists", lists), bounded(table["bucket"][0].as_py(), left_out)])


def tally(settings: Settings, table: pa.Table) -> pa.Table:
    return by_pair("meetings", rows_of(_core.Stages.tally(data_of(table)), 5), settings.buckets)


def add_up(settings: Settings, table: pa.Table) -> pa.Table:
    pairs = rows_of(_core.Stages.add_up(joined(table["rows"])), 4)
    return sent_by("pairs", pairs[:, 1], pairs, settings.buckets)


# Pairs → candidates

# What is known of an article wherever it goes.
KNOWN = {"name": _TEXT, "key": _INT, "place": _INT, "date": _INT}


def _of(sides: str, columns: dict[str, pa.DataType]) -> dict[str, pa.DataType]:
    return {f"{name}_{side}": type_ for side in sides for name, type_ in columns.items()}


GLANCES = _schema(number=_INT, **KNOWN, signature=_BYTES, stems=_BYTES, bucket=_BUCKET)


NUMBERS = _schema(number=_INT)
NUMBERED = _schema(number=_INT, place=_INT, bucket=_BUCKET)
PLACES = _schema(place=_INT)


def numbers_of_pairs(batches: Batches) -> Batches:
    """The articles of pairs of four numbers."""
    for batch in batches:
        rows = rows_in(batch, 4)
        yield pa.record_batch([pa.array(np.unique(rows[:, :2]), _INT)], schema=NUMBERS)


def places_of_candidates(batches: Batches) -> Batches:
    for batch in batches:
        batch = batch.filter(pc.equal(batch["versions"], 1))
        both = [numbers(batch[name], "<i8") for name in ("place_a", "place_b")]
        yield pa.record_batch([pa.array(np.unique(np.concatenate(both)), _INT)], schema=PLACES)


def to_numbers(settings: Settings, columns: list[str], batches: Batches) -> Batches:
    for batch in batches:
        values = numbers(batch["number"], "<u8")
        yield with_bucket(batch.select(columns), values, settings.buckets)


# Pairs as the bytes of BLOBS, and the sketches of their second articles: each once for all pairs
# that go to one bucket, since beside some articles most others are looked at.
_SEEN = [*KNOWN, "signature", "stems"]
HALF_SEEN = pa.schema([*(it for it in GLANCES if it.name != "bucket"), *list(BLOBS)])


def look_at_second(settings: Settings, pairs: pa.Table, glances: pa.Table) -> pa.Table:
    """Pairs and the sketches of their second articles, to the buckets of the first."""
    rows = rows_in(pairs, 4)
    buckets = buckets_of(rows[:, 0].astype("<u8"), settings.buckets)
    seconds = np.unique(np.column_stack([buckets, rows[:, 1]]), axis=0)
    at = pa.array(matching(seconds[:, 1], numbers(glances["number"])))
    columns = {name: glances[name].take(at) for name in ("number", *_SEEN)}
    sent_pairs = sent_by("pairs", rows[:, 0], rows, settings.buckets)
    return pa.concat_tables(
        [
            _filled(HALF_SEEN, len(seconds), {**columns, "bucket": seconds[:, 0]}),
            _filled(
                HALF_SEEN, sent_pairs.num_rows, {name: sent_pairs[name] for name in BLOBS.names}
            ),
        ]
    )


# Candidates, and as the bytes of BLOBS pairs of the same text.
LOOKED = _schema(
    kind=_TEXT,
    rows=_BYTES,
    **dict.fromkeys(["a", "b", "alike", "versions", "shared"], _INT),
    **_of("ab", KNOWN),
    bucket=_BUCKET,
)


def look(settings: Settings, half: pa.Table, glances: pa.Table) -> pa.Table:
    """Candidates, to the bucket of the second article's place, and pairs of the same text."""
    rows = rows_of(joined(half["rows"].drop_null()), 4)
    firsts = matching(np.unique(rows[:, 0]), numbers(glances["number"]))
    names = ["number", *_SEEN]
    seconds = half.filter(pc.is_valid(half["number"])).select(names)
    both = pa.concat_tables([glances.select(names).take(pa.array(firsts)), seconds])
    own, once = np.unique(numbers(both["number"]), return_index=True)
    both = both.take(pa.array(once))
    candidates, same_text = settings.stages.look(
        rows.tobytes(),
        np.searchsorted(own, rows[:, :2]).astype("<u4").tobytes(),
        packed(both["date"], "<i8"),
        both["signature"].to_pylist(),
        both["stems"].to_pylist(),
    )
    rows = rows_of(candidates, 5)
    columns = dict(zip(["a", "b", "alike", "versions", "shared"], rows.T, strict=True))
    for side in "ab":
        at = pa.array(np.searchsorted(own, columns[side]))
        columns |= {f"{name}_{side}": both[name].take(at) for name in KNOWN}
    buckets = buckets_of(numbers(columns["place_b"], "<u8"), settings.buckets)
    found = _filled(
        LOOKED, len(rows), {"kind": ["candidate"] * len(rows), **columns, "bucket": buckets}
    )
    same = by_pair("same text", rows_of(same_text, 2), settings.buckets)
    return pa.concat_tables(
        [found, _filled(LOOKED, same.num_rows, {name: same[name] for name in BLOBS.names})]
    )


def to_firsts_of_candidates(settings: Settings, batches: Batches) -> Batches:
    for batch in batches:
        firsts = numbers(batch["a"], "<u8")
        yield with_bucket(batch.drop_columns(["bucket"]), firsts, settings.buckets)


def _distinct(candidates: pa.Table) -> tuple[pa.Table, np.ndarray[Any, Any]]:
    """Candidates once each, sorted, and their numbers."""
    pairs = np.column_stack([numbers(candidates[name]) for name in "ab"])
    pairs, once = np.unique(pairs, axis=0, return_index=True)
    return candidates.take(pa.array(once)), pairs


def count_candidates(settings: Settings, candidates: pa.Table) -> pa.Table:
    """How many articles have so many candidates."""
    _, pairs = _distinct(candidates)
    _, of_each = np.unique(pairs[:, 0], return_counts=True)
    found, articles = np.unique(of_each, return_counts=True)
    return pa.table([pa.array(found), pa.array(articles)], schema=COUNTS)


def within_budget(settings: Settings, most: int, candidates: pa.Table) -> pa.Table:
    """Candidates, of one article no more than so many, to the bucket of the second one's place."""
    found, pairs = _distinct(candidates)
    rows = np.column_stack([pairs, numbers(found["shared"])]).astype("<u4")
    places = np.frombuffer(_core.Stages.within_budget(rows.tobytes(), most), "<u4")
    found = found.drop_columns(["bucket"]).take(pa.array(places))
    return with_bucket(found, numbers(found["place_b"], "<u8"), settings.buckets)


def _filled(schema: pa.Schema, rows: int, columns: dict[str, Any]) -> pa.Table:
    """A table of some columns, the others being null."""
    found = []
    for field in schema:
        column = columns.get(field.name)
        if column is None:
            column = pa.nulls(rows, field.type)
        elif not isinstance(column, pa.ChunkedArray):
            column = pa.array(column, field.type)
        found.append(column)
    return pa.table(found, schema=schema)


# Pairs → what hangs together


def contract(buckets: int, table: pa.Table) -> pa.Table:
    """Pairs of a bucket as stars, (article, first)."""
    rows = rows_of(_core.Stages.contract(joined(table["rows"])), 2)
    return sent_by("pairs", rows[:, 0], rows, buckets)


def both_ways(buckets: int, batches: Batches) -> Batches:
    """Pairs to the buckets of both their articles."""
    for batch in batches:
        rows = rows_in(batch, 2)
        rows = np.concatenate([rows, rows[:, ::-1]])
        yield from sent_by("pairs", rows[:, 0], rows, buckets).to_batches()


def stars(buckets: int, large: bool, table: pa.Table) -> pa.Table:
    """Stars made larger; how many pairs are new stands beside them."""
    found, new = _core.Stages.stars(joined(table["rows"]), large)
    rows = rows_of(found, 2)
    bucket = table["bucket"][0].as_py()
    return pa.concat_tables(
        [
            sent_by("pairs", rows[:, 0], rows, buckets),
            blobs([("new", bucket, np.array([new], "<u8").tobytes())]),
        ]
    )


def to_buckets(kind: str, buckets: int, batches: Batches) -> Batches:
    """Rows of two numbers, by the first."""
    for batch in batches:
        rows = rows_in(batch, 2)
        yield from sent_by(kind, rows[:, 0], rows, buckets).to_batches()


# Furniture


def held_by_shingle(settings: Settings, held: pa.Table, firsts: pa.Table) -> pa.Table:
    rows = _core.Stages.held_by_shingle(data_of(held), joined(firsts["rows"]), settings.buckets)
    return sent("held", rows)


def count_holders(settings: Settings, table: pa.Table) -> pa.Table:
    return sent("held", _core.Stages.count_holders(data_of(table), settings.buckets))


# Of each article the text or the furniture.
TEXTS = _schema(place=_INT, text=_TEXT, furniture=_BYTES, bucket=_BUCKET)


def gather_holders(settings: Settings, held: pa.Table, articles: pa.Table) -> pa.Table:
    """The furniture of each article, to the bucket of its place."""
    found = _core.Stages.gather_holders(data_of(held))
    own = np.array([it[0] for it in found], "<u4")
    places = articles["place"].take(pa.array(matching(own, numbers(articles["number"]))))
    columns = {
        "place": places,
        "furniture": [it[1] for it in found],
        "bucket": buckets_of(numbers(places, "<u8"), settings.buckets),
    }
    return _filled(TEXTS, len(found), columns)


def to_texts(settings: Settings, fields: Fields, batches: Batches) -> Batches:
    """The texts of records, to the bucket of their place."""
    columns = None
    for batch in batches:
        records = batch.drop_columns(["place"])
        columns = columns or choose_columns(records.schema, fields)
        texts = table_batch(records, columns).texts
        is_text = [isinstance(text, str) for text in texts]
        texts = [text for text in texts if isinstance(text, str)]
        places = batch["place"].filter(pa.array(is_text, pa.bool_()))
        buckets = buckets_of(numbers(places, "<u8"), settings.buckets)
        columns_ = {"place": pa.chunked_array([places]), "text": texts, "bucket": buckets}
        yield from _filled(TEXTS, len(texts), columns_).to_batches()


# Candidates → matches

_CANDIDATE = ["a", "b", "alike", "versions", *_of("ab", KNOWN)]
# Candidates, and the texts of their second articles: each once for all that go to one bucket.
HALF_READ = pa.schema([*(LOOKED.field(name) for name in _CANDIDATE), *list(TEXTS)])


_READ = ["text", "furniture"]


def _furnished(texts: pa.Table, wanted: np.ndarray[Any, Any]) -> pa.Table:
    """The texts at some places, each with its furniture."""
    furniture = texts.filter(pc.is_valid(texts["furniture"]))
    texts = texts.filter(pc.is_null(texts["furniture"]))
    text = _taken(texts, matching(wanted, numbers(texts["place"], "<i8")))["text"]
    others = numbers(furniture["place"], "<i8")
    if not len(others):
        return pa.table({"text": text, "furniture": pa.nulls(len(wanted), _BYTES)})
    order = np.argsort(others)
    at = order[np.minimum(np.searchsorted(others[order], wanted), len(others) - 1)]
    found = furniture["furniture"].take(pa.array(at, mask=others[at] != wanted))
    return pa.table({"text": text, "furniture": found})


def read_second(settings: Settings, candidates: pa.Table, texts: pa.Table) -> pa.Table:
    """Candidates and the texts of their second articles, to the bucket of the first's place."""
    found = _distinct(candidates)[0].select(_CANDIDATE)
    buckets = buckets_of(numbers(found["place_a"], "<u8"), settings.buckets)
    found = found.append_column("bucket", pa.array(buckets, _BUCKET))
    compared = found.filter(pc.equal(found["versions"], 1))
    seconds = np.unique(
        np.column_stack([numbers(compared[name], "<i8") for name in ("bucket", "place_b")]), axis=0
    )
    places, at = np.unique(seconds[:, 1], return_inverse=True)
    read = _taken(_furnished(texts, places), at)
    read = {"place": seconds[:, 1], "bucket": seconds[:, 0]} | {it: read[it] for it in _READ}
    return pa.concat_tables(
        [
            _filled(HALF_READ, found.num_rows, dict(zip(found.column_names, found, strict=True))),
            _filled(HALF_READ, len(seconds), read),
        ]
    )


def _taken(texts: pa.Table, at: np.ndarray[Any, Any]) -> pa.Table:
    """The texts at some places, in pieces: Arrow has no string of more than 2 GB."""
    ends = np.cumsum(numbers(pc.binary_length(texts["text"]), "<i8")[at])
    pieces = np.split(at, np.flatnonzero(np.diff(ends // PIECE_BYTES)) + 1)
    return pa.concat_tables([texts.take(pa.array(piece)) for piece in pieces])


_KIN = {"name": _TEXT, "key": _INT, "place": _INT}
MATCHES = _schema(kind=_TEXT, a=_INT, b=_INT, row=_BYTES, **_of("ab", _KIN), bucket=_BUCKET)


def verify(settings: Settings, half: pa.Table, texts: pa.Table) -> pa.Table:
    """Matches, to the bucket of their first article, and how many candidates were compared."""
    pairs, seconds = (half.filter(pc.is_valid(half[name])) for name in ("a", "place"))
    compared, bucket = pairs.num_rows, half["bucket"][0]
    pairs = pairs.filter(pc.equal(pairs["versions"], 1)).sort_by([("a", "ascending")])
    sides = [
        pa.table(
            [pairs[side], *(pairs[f"{name}_{side}"] for name in KNOWN)], names=["number", *KNOWN]
        )
        for side in "ab"
    ]
    both = pa.concat_tables(sides)
    own, once = np.unique(numbers(both["number"]), return_index=True)
    both = both.take(pa.array(once))
    firsts = np.unique(numbers(pairs["place_a"], "<i8"))
    read = [_furnished(texts, firsts), seconds.select(_READ)]
    places = np.concatenate([firsts, numbers(seconds["place"], "<i8")])
    order = matching(numbers(both["place"], "<i8"), places).tolist()
    written, furniture = (
        [values[at] for at in order]
        for values in ([it for some in read for it in some[name].to_pylist()] for name in _READ)
    )
    columns = [numbers(pairs[name]) for name in ("a", "b", "alike", "versions")]
    found = settings.stages.verify(
        np.column_stack(columns).tobytes(),
        own.tobytes(),
        both["name"].to_pylist(),
        written,
        packed(both["date"], "<i8"),
        [it for it in furniture if it is not None],
    )
    matches = np.frombuffer(found, "<u8").reshape(-1, 8)
    a, b = matches[:, 1] >> np.uint64(32), matches[:, 1] & np.uint64(0xFFFF_FFFF)
    rows: dict[str, Any] = {"kind": ["match"] * len(matches), "row": cut(found, 64)}
    for side, articles in (("a", a), ("b", b)):
        at = pa.array(np.searchsorted(own, articles))
        rows |= {side: articles} | {f"{name}_{side}": both[name].take(at) for name in _KIN}
    rows["bucket"] = buckets_of(a, settings.buckets)
    count = {"kind": ["compared"], "a": [compared], "bucket": [bucket]}
    return pa.concat_tables([_filled(MATCHES, len(matches), rows), _filled(MATCHES, 1, count)])


def pairs_of_matches(settings: Settings, batches: Batches) -> Batches:
    for batch in batches:
        rows = np.column_stack([numbers(batch[name]) for name in ("a", "b")])
        yield from by_pair("pairs", rows, settings.buckets).to_batches()


# Matches and copies → what goes


def to_firsts(settings: Settings, batches: Batches) -> Batches:
    """Copies, each with the article that stands for its words, to the bucket of that."""
    for batch in batches:
        batch = batch.filter(pa.array(numbers(batch["number"]) != numbers(batch["first"])))
        yield pa.record_batch(
            [
                pa.array(["copy"] * batch.num_rows, _TEXT),
                batch["first"],
                batch["number"],
                pa.nulls(batch.num_rows, _BYTES),
                *(batch[f"first_{what}"] for what in ("name", "key", "place")),
                *(batch[what] for what in ("name", "key", "place")),
                pa.array(buckets_of(numbers(batch["first"], "<u8"), settings.buckets), _BUCKET),
            ],
            schema=MATCHES,
        )


def hang_together(settings: Settings, kin: pa.Table, firsts: pa.Table) -> pa.Table:
    """Matches and copies to the bucket of the first article that they hang together with."""
    rows = rows_in(firsts, 2)
    rows = rows[np.argsort(rows[:, 0])]
    own = numbers(kin["a"])
    roots = own.copy()
    if len(rows):
        at = np.minimum(np.searchsorted(rows[:, 0], own), len(rows) - 1)
        roots = np.where(rows[at, 0] == own, rows[at, 1], own)
    buckets = pa.array(buckets_of(roots.astype("<u8"), settings.buckets), _BUCKET)
    return kin.set_column(kin.schema.get_field_index("bucket"), "bucket", buckets)


def _kin(table: pa.Table) -> tuple[bytes, bytes, bytes, list[str], dict[int, int]]:
    """Matches, then the number, key and name of each article, and its place in the input."""
    sides = [
        pa.table(
            [table[side], *(table[f"{what}_{side}"] for what in ("name", "key", "place"))],
            names=["number", "name", "key", "place"],
        )
        for side in "ab"
    ]
    both = pa.concat_tables(sides)
    own, at = np.unique(numbers(both["number"]), return_index=True)
    both = both.take(pa.array(at))
    matches = joined(table.filter(pc.equal(table["kind"], "match"))["row"])
    places = dict(zip(own.tolist(), both["place"].to_pylist(), strict=True))
    return (
        matches,
        own.tobytes(),
        packed(both["key"], "<i8"),
        both["name"].to_pylist(),
        places,
    )


def orphans(settings: Settings, table: pa.Table) -> pa.Table:
    """Pairs to compare beside those that were, by the place of their second article."""
    matches, own, keys, names, places = _kin(table)
    pairs = rows_of(settings.stages.orphans(matches, own, keys, names), 2)
    where = np.array([places[number] for number in pairs[:, 1].tolist()], "<u8")
    return sent_by("orphans", where, pairs, settings.buckets)


def new_orphans(settings: Settings, orphans: pa.Table, candidates: pa.Table) -> pa.Table:
    """Those that were not compared, as pairs to look at."""
    pairs = rows_in(orphans, 2)
    known = np.column_stack([numbers(candidates["a"]), numbers(candidates["b"])])
    both = [rows[:, 0].astype("<u8") << np.uint64(32) | rows[:, 1] for rows in (pairs, known)]
    pairs = pairs[~np.isin(both[0], both[1])]
    route = np.full((len(pairs), 2), [_core.ORPHAN, 0], "<u4")
    rows = np.concatenate([pairs, route], axis=1)
    return sent_by("pairs", rows[:, 1], rows, settings.buckets)


VERSION = pa.struct(
    [
        ("id", _TEXT),
        ("relation", _TEXT),
        ("score", _REAL),
        ("covered", _REAL),
        ("similarity", _REAL),
        ("containment", _REAL),
        ("dropped", pa.bool_()),
    ]
)
LINES = _schema(
    kind=_TEXT,
    id_a=_TEXT,
    id_b=_TEXT,
    relation=_TEXT,
    score=_REAL,
    covered_a=_REAL,
    covered_b=_REAL,
    may_go=_TEXT,
    similarity=_REAL,
    containment=_REAL,
    place=_INT,
    versions=pa.list_(VERSION),
    flagged=_INT,
    flagged_pairs=_INT,
    bounded_alignments=_INT,
)
COUNTED = ("flagged", "flagged_pairs", "bounded_alignments")


def finish(settings: Settings, table: pa.Table) -> pa.Table:
    """The lines of duplicates, matches and stories, and one of counts."""
    matches, own, keys, names, places = _kin(table)
    copies = table.filter(pc.equal(table["kind"], "copy"))
    pairs = np.column_stack([numbers(copies["b"]), numbers(copies["a"])])
    gone, matched, versions, counted = settings.stages.finish(
        matches, pairs.tobytes(), own, keys, names
    )
    figures = ["relation", "score", "covered_a", "similarity", "containment"]
    duplicates: dict[str, Any] = dict(
        zip(["id_a", "id_b", *figures], _columns([it[1] for it in gone]), strict=False)
    )
    duplicates["place"] = [places[it[0]] for it in gone]
    stories = list(_stories(versions))
    told = dict(zip(["id_a", "versions"], _columns(stories), strict=False))
    return pa.concat_tables(
        _filled(LINES, count, {"kind": [kind] * count, **columns})
        for kind, count, columns in (
            ("duplicate", len(gone), duplicates),
            ("match", len(matched), dict(zip(LINES.names[1:10], _columns(matched), strict=False))),
            ("story", len(stories), told),
            ("counts", 1, {name: [count] for name, count in zip(COUNTED, counted, strict=True)}),
        )
    )


def _columns(lines: list[Any]) -> list[tuple[Any, ...]]:
    return list(zip(*lines, strict=True))


def _stories(versions: list[Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """What is kept of each story, with its versions, which stand together."""
    names = [field.name for field in VERSION]
    for head, told in groupby(versions, itemgetter(0)):
        yield head, [dict(zip(names, version[1:], strict=True)) for version in told]


LINE_COUNTS = _schema(name=_TEXT, count=_INT)


def count_lines(batches: Batches) -> Batches:
    for batch in batches:
        counts: Counter[str] = Counter()
        lines = zip(batch["kind"].to_pylist(), batch["relation"].to_pylist(), strict=True)
        named = {"duplicate": "dropped_{}", "match": "matched_{}", "story": "stories"}
        counts.update(named[kind].format(it) for kind, it in lines if kind in named)
        for what in COUNTED:
            counts[what] += pc.sum(batch[what]).as_py() or 0
        names, values = list(counts), list(counts.values())
        yield pa.record_batch([pa.array(names, _TEXT), pa.array(values, _INT)], LINE_COUNTS)


def check_fields(schema: pa.Schema, fields: Fields) -> list[str]:
    """The columns of the input that are read. Raises InputError where there is no text."""
    columns = choose_columns(schema, fields)
    used = [schema.names[it.path[0]] for it in (*columns.text, *columns.id, *columns.date)]
    if "place" in used:
        raise InputError("a column is called 'place', as one of the pass's own; rename it")
    return list(dict.fromkeys(used))
