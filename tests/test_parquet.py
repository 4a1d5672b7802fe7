"""Parquet: whatever the columns, what is kept comes out as it went in, and nothing is lost."""

import base64
import datetime
import decimal
import json
import os
import random
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path
from typing import Any

import articles
import command
import dumps
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup import InputError
from dedup.config import Fields
from dedup.dump import tables
from dedup.dump.inputs import Source
from dedup.dump.scan import Request, scan
from dedup.table import check_named, choose_columns, table_batch

TEXTS = [*dumps.OWN.values()]


def rows_of(values: list[Any], type_: pa.DataType) -> pa.Array:
    """Nine rows of some values."""
    return pa.array([values[n % len(values)] for n in range(9)], type_)


def extension(type_: pa.DataType, values: list[Any]) -> pa.Array:
    return pa.ExtensionArray.from_storage(type_, rows_of(values, type_.storage_type))


def as_string(*values: bytes) -> pa.Array:
    return pa.array(values, pa.binary()).view(pa.string())


D = decimal.Decimal
YEARS = [datetime.datetime(9999, 12, 31), datetime.datetime(1, 1, 1), None]

COLUMNS: dict[str, pa.Array] = {
    "string_view": rows_of(["a" * 20, None, "b"], pa.string_view()),
    "binary_view": rows_of([b"a" * 20, None, b"\xff"], pa.binary_view()),
    "invalid": as_string(*[b"caf\xe9"] * 9),
    "list_view_of_views": rows_of([["x" * 20], None, []], pa.list_view(pa.string_view())),
    "large_list_view": rows_of([[1], None, []], pa.large_list_view(pa.int32())),
    "map_of_views": rows_of([[("a", "b" * 20)], None], pa.map_(pa.string_view(), pa.string_view())),
    "duration": rows_of([1, None], pa.duration("s")),
    "dictionary": rows_of(["x", None, "y"], pa.string()).dictionary_encode(),
    "dictionary_large": rows_of(["x", None], pa.large_string()).dictionary_encode(),
    "list_of_dictionary": pa.ListArray.from_arrays(
        list(range(10)), pa.array(list("xyxyxyxyx")).dictionary_encode()
    ),
    "large_string": rows_of(["x", None], pa.large_string()),
    "large_list": rows_of([[1], None, []], pa.large_list(pa.int32())),
    "fixed_size_list": rows_of([[1, 2], None], pa.list_(pa.int32(), 2)),
    "half": rows_of([1.5, None], pa.float16()),
    "uuid": extension(pa.uuid(), [uuid.UUID(int=5).bytes, None]),
    "json": extension(pa.json_(), ['{"a": 1}', None]),
    "bool8": extension(pa.bool8(), [1, None]),
    "tensor": extension(pa.fixed_shape_tensor(pa.float32(), [2]), [[1.0, 2.0]]),
    "extension_inside": pa.StructArray.from_arrays(
        [extension(pa.uuid(), [b"0123456789abcdef"])], names=["a"]
    ),
    "decimal32": rows_of([D("1.23"), None], pa.decimal32(5, 2)),
    "decimal128": rows_of([D("1.23"), None], pa.decimal128(30, 2)),
    "decimal256": rows_of([D("1.23"), None], pa.decimal256(60, 2)),
    "time32": rows_of([datetime.time(1, 2, 3), None], pa.time32("s")),
    "time64": rows_of([datetime.time(1, 2, 3), None], pa.time64("ns")),
    "date64": rows_of([datetime.date(2020, 1, 1), None], pa.date64()),
    "seconds": rows_of(YEARS, pa.timestamp("s")),
    "zone": rows_of([1, None], pa.timestamp("ns", "Europe/Berlin")),
    "struct": rows_of([{"a": 1}, None, {"a": None}], pa.struct([("a", pa.int8())])),
    "null": pa.nulls(9),
    "list_of_null": rows_of([[None], None], pa.list_(pa.null())),
    "same_name_inside": pa.StructArray.from_arrays(
        [pa.array(range(9)), pa.array(range(9))], names=["a", "a"]
    ),
    "uint64": rows_of([2**64 - 1, None], pa.uint64()),
    "bytes": rows_of([b"abc", None], pa.binary(3)),
}
INT96 = {
    "far": rows_of(YEARS, pa.timestamp("us")),
    "nanoseconds": rows_of([1_577_840_523_000_456_789, -1, None], pa.timestamp("ns")),
    "far_inside": rows_of([[YEARS[0]], None], pa.list_(pa.timestamp("us"))),
}


def written(path: Path, columns: "dict[str, Any] | pa.Table", **options: Any) -> Path:
    table = columns if isinstance(columns, pa.Table) else pa.table(columns)
    pq.write_table(table, path, **options)
    return path


def run(*inputs: Path, out: Path, **fields: Any) -> dict[str, Any]:
    request = Request(inputs=[*map(str, inputs)], output=out, fields=Fields.named(**fields))
    scan(request)
    return command.summary(out)


def test_columns_of_all_types_come_out_as_they_went_in(tmp_path: Path) -> None:
    """Of each file the second row is a copy of the first and goes."""
    folder = tmp_path / "in"
    folder.mkdir()
    rng = random.Random(5)
    for name, column in {**COLUMNS, **INT96}.items():
        for store in (True, False):
            texts = [" ".join(articles.word_list(rng, 40)) for _ in range(9)]
            texts[1] = texts[0]
            table = pa.table(
                [pa.array(texts), column, column],
                names=["text", "column", "column"],
                metadata={"made": "by a test"},
            )
            written(
                folder / f"{name}-{store}.parquet",
                table,
                row_group_size=4,
                store_schema=store,
                use_deprecated_int96_timestamps=name in INT96,
            )
    counts = run(folder, out=tmp_path / "out")["counts"]
    files = sorted(path.name for path in folder.iterdir())
    assert counts["read"] == 9 * len(files)
    assert (counts["dropped"], counts["rejected"]) == (len(files), 0)
    for name in files:
        check_same(folder / name, tmp_path / "out" / "clean" / name)


def check_same(before: Path, after: Path) -> None:
    for unit in ("us", "ns"):
        old, new = (
            pq.ParquetFile(path, coerce_int96_timestamp_unit=unit) for path in (before, after)
        )
        assert new.schema_arrow.equals(old.schema_arrow, check_metadata=True), before
        assert new.metadata.metadata == old.metadata.metadata
        kinds = [
            [
                (leaf.physical_type, str(leaf.logical_type))
                for leaf in map(file.schema.column, range(len(file.schema)))
            ]
            for file in (old, new)
        ]
        assert kinds[0] == kinds[1], before
        expected, found = (
            pa.Table.from_batches(file.iter_batches(4), file.schema_arrow) for file in (old, new)
        )
        # Not by `take` or `filter`, which are what is tested.
        expected = pa.concat_tables([expected.slice(0, 1), expected.slice(2)])
        for was, is_ in zip(expected.columns, found.columns, strict=True):
            # Dictionaries may differ that stand for the same values.
            assert is_.equals(was) or is_.to_pylist() == was.to_pylist()


def test_views_inside_of_lists_and_structs(tmp_path: Path) -> None:
    """pyarrow reads them where the file says so, but cannot write them itself."""

    def nested(string: pa.DataType) -> pa.Schema:
        inside = pa.struct([("a", pa.list_view(pa.struct([("b", string)])))])
        return pa.schema([("text", pa.string()), ("c", inside)])

    views = base64.b64encode(nested(pa.string_view()).serialize())
    values = [{"a": [{"b": "x" * 20}]}, None, {"a": None}, {"a": [{"b": None}, {"b": "y"}]}]
    columns = [
        pa.array([TEXTS[0], *TEXTS[:3]]),
        pa.array(values, nested(pa.string()).field(1).type),
    ]
    path = tmp_path / "x.parquet"
    with pq.ParquetWriter(path, nested(pa.string()), store_schema=False) as writer:
        writer.add_key_value_metadata({"ARROW:schema": views})
        writer.write_table(pa.Table.from_arrays(columns, schema=nested(pa.string())))
    assert pq.ParquetFile(path).schema_arrow == nested(pa.string_view())
    run(path, out=tmp_path / "out")
    clean = pq.ParquetFile(tmp_path / "out" / "clean" / "x.parquet")
    assert clean.schema_arrow == nested(pa.string_view())
    assert clean.read()["c"].to_pylist() == [values[0], *values[2:]]


VALUES: list[st.SearchStrategy[Any]] = [
    st.text(max_size=5),
    st.integers(-5, 5),
    st.binary(max_size=5),
    st.booleans(),
    st.lists(st.integers(0, 3), max_size=2),
    st.floats(allow_nan=False),
    st.fixed_dictionaries({"x": st.text(max_size=2), "y": st.none() | st.integers(0, 3)}),
    st.datetimes(),
    st.dates(),
    st.decimals(0, 99, places=2),
]


@settings(max_examples=40)
@given(st.data())
def test_what_is_kept_is_what_was_read_filtered(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("random")
    size = data.draw(st.integers(0, 40))
    columns = data.draw(
        st.lists(st.tuples(st.sampled_from("aabc"), st.sampled_from(VALUES)), max_size=4)
    )
    arrays = [
        pa.array(data.draw(st.lists(st.none() | values, min_size=size, max_size=size)))
        for _, values in columns
    ]
    table = pa.Table.from_arrays(
        [pa.array([f"t{n}" for n in range(size)], pa.string()), *arrays],
        names=["text", *(name for name, _ in columns)],
    )
    path = written(folder / "x.parquet", table, row_group_size=data.draw(st.integers(1, 50)))
    kept = bytes(data.draw(st.lists(st.integers(0, 1), min_size=size, max_size=size)))
    source = Source(path, "x.parquet", "parquet", "", path.stat().st_size, "x.parquet", None)
    core = Recorder()
    chosen = choose_columns(tables.schema(source), Fields())
    state = tables.read(core, 0, source, chosen, lambda _: None)  # type: ignore[arg-type]
    assert core.texts == table["text"].to_pylist()
    count = tables.write(source, folder / "y.parquet", kept, state, lambda _: None)
    assert count == sum(kept)
    expected = pq.ParquetFile(path).read().filter(pa.array([*map(bool, kept)], pa.bool_()))
    assert pq.ParquetFile(folder / "y.parquet").read().equals(expected, check_metadata=True)


class Recorder:
    """Stands where the native core does, and remembers what it is given."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def add_rows(self, _: int, texts: list[str], *columns: list[Any]) -> None:
        self.texts += texts


# --- damage ---------------------------------------------------------------------------------------


def three_groups(path: Path, **options: Any) -> bytes:
    table = pa.table(
        {
            "id": [f"a{n}" for n in range(9)],
            "text": TEXTS[:9],
            "note": [f"note {n} " * 50 for n in range(9)],
        }
    )
    return written(path, table, row_group_size=3, compression="none", **options).read_bytes()


@pytest.mark.parametrize("column", [0, 1, 2], ids=["id", "text", "another column"])
def test_a_damaged_row_group_costs_its_rows(column: int, tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    data = bytearray(three_groups(path, use_dictionary=False))
    chunk = pq.read_metadata(path).row_group(1).column(column)
    data[chunk.data_page_offset : chunk.data_page_offset + chunk.total_compressed_size] = bytes(
        chunk.total_compressed_size
    )
    path.write_bytes(data)
    counts = run(path, out=tmp_path / "out")["counts"]
    assert (counts["kept"], counts["rejected"]) == (6, 1)
    clean = pq.read_table(tmp_path / "out" / "clean" / "x.parquet")
    assert clean["id"].to_pylist() == ["a0", "a1", "a2", "a6", "a7", "a8"]
    (rejected,) = command.read_lines(tmp_path / "out" / "rejected.jsonl")
    assert rejected["line"] == 6
    assert rejected["reason"].startswith("rows 4 to 6 cannot be read: ")


def test_damage_is_a_rejection(tmp_path: Path) -> None:
    data = three_groups(tmp_path / "whole.parquet")
    broken = {
        "empty": b"",
        "cut": data[:-100],
        "half": data[: len(data) // 2],
        "magic": data[:-1] + b"?",
        "footer": data[:-300] + bytes(292) + data[-8:],
        "encrypted": b"PARE" + data[4:-4] + b"PARE",
        "no_end": b"PAR1",
        "text": b"no Parquet at all, but some text",
    }
    for name, damaged in broken.items():
        (tmp_path / f"{name}.parquet").write_bytes(damaged)
    written(tmp_path / "zero_rows.parquet", {"text": pa.array([], pa.string())})
    written(tmp_path / "zero_columns.parquet", pa.table({}))
    counts = run(tmp_path, out=tmp_path / "out")["counts"]
    assert (counts["read"], counts["kept"]) == (9 + len(broken), 9)
    assert pq.read_table(tmp_path / "out" / "clean" / "zero_rows.parquet").num_rows == 0


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=4))
def test_any_damage_is_told(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    (folder / "in").mkdir()
    data = bytearray(three_groups(folder / "in" / "x.parquet"))
    for at, value in changes:
        data[at % len(data)] = value
    (folder / "in" / "x.parquet").write_bytes(data)
    written(folder / "in" / "y.parquet", {"text": [TEXTS[10] if len(TEXTS) > 10 else "a b c"]})
    run(folder / "in", out=folder / "out")
    assert (folder / "out" / "clean" / "y.parquet").exists()


def test_a_rejected_row_is_whole(tmp_path: Path) -> None:
    """All columns in JSON, whatever they are, also where a name repeats."""
    text = as_string(b"caf\xe9 au lait", *(t.encode() for t in TEXTS[1:9]))
    columns = [text, *COLUMNS.values(), *INT96.values()]
    names = [f"a {name}" for name in (*COLUMNS, *INT96)]
    table = pa.Table.from_arrays(columns, names=["text", *names])
    run(written(tmp_path / "x.parquet", table), out=tmp_path / "out")
    (rejected,) = command.read_lines(tmp_path / "out" / "rejected.jsonl")
    assert (rejected["line"], rejected["reason"]) == (1, "not UTF-8: bad byte at 4")
    row = json.loads(rejected["raw"], object_pairs_hook=lambda pairs: pairs)
    assert [name for name, _ in row] == table.column_names
    told = dict(row)
    assert told["text"] == "caf\\xe9 au lait"
    assert told["a same_name_inside"] == [("a", 0), ("a", 0)]
    assert told["a far"] == "9999-12-31 00:00:00"
    assert told["a null"] is None


# --- which field ----------------------------------------------------------------------------------


def chosen(columns: "dict[str, Any] | pa.Table", **named: Any) -> Any:
    table = columns if isinstance(columns, pa.Table) else pa.table(columns)
    picked = choose_columns(table.schema, Fields.named(**named))
    (batch,) = table.combine_chunks().to_batches()
    return table_batch(batch, picked), {role: dict(n) for role, n in picked.used.items()}


def test_fields_are_chosen_by_row() -> None:
    batch, used = chosen(
        {
            "Content": ["a", None, " ", "", None],
            "description": ["x", "y", "z", None, None],
            "ID": [[1], [2], [3], [4], [5]],
            "_id": [1.0, float("nan"), None, 2.5, 3.0],
            "url": ["u1", "u2", "", "u4", "u5"],
            "date": pa.array([1, 2, 3, 4, 5], pa.duration("s")),
            "Published": ["2020-01-01", "", None, "2020-01-04", "x"],
            "timestamp": pa.array([datetime.datetime(2021, 1, n) for n in range(1, 6)]),
        }
    )
    assert batch.texts == ["a", "y", "z", "", None]
    assert batch.ids == ["1", "u2", None, "2.5", "3"]
    assert batch.dates == [
        "2020-01-01",
        "2021-01-02T00:00:00Z",
        "2021-01-03T00:00:00Z",
        "2020-01-04",
        "x",
    ]
    assert used == {
        "text": {"Content": 2, "description": 2},
        "id": {"_id": 2, "url": 1},
        "date": {"Published": 2, "timestamp": 2},
    }


def test_fields_inside_structs() -> None:
    source = [{"body": "a", "Date": "2020-01-01"}, None, {"body": "c", "Date": None}]
    columns = {
        "_source": source,
        "_id": [{"$oid": "1"}, {"$oid": "2"}, None],
        "text": ["", "x", None],
    }
    batch, used = chosen(columns)
    none = [None, None, None]
    assert batch == (["a", "x", "c"], ["1", "2", None], ["2020-01-01", None, None], none)
    assert used["text"] == {"_source.body": 2, "text": 1}
    flat = {**columns, "_source.body": ["p", "q", "r"]}
    assert chosen(flat, text="_source.body")[0].texts == ["p", "q", "r"]
    assert chosen(columns, text="_source.body")[0].texts == ["a", None, "c"]
    assert chosen(columns, text=["text", "_source.body"])[0].texts == ["\n\na", "x", "c"]
    for missing in ("_source.title", "nothing", "text.body"):
        with pytest.raises(InputError, match="no column"):
            check_named(pa.table(columns).schema, Fields.named(text=missing))


ID_CASES: dict[str, tuple[pa.Array, list[str | None]]] = {
    "uuid": (extension(pa.uuid(), [uuid.UUID(int=5).bytes])[:1], [str(uuid.UUID(int=5))]),
    "bytes of a uuid": (pa.array([uuid.UUID(int=5).bytes], pa.binary(16)), [str(uuid.UUID(int=5))]),
    "binary": (pa.array([b"abc", b"\xff\x00", b""]), ["abc", "ff00", None]),
    "bytes": (pa.array([b"abc", b"\xff\x00\x01"], pa.binary(3)), ["abc", "ff0001"]),
    "no UTF-8": (as_string(b"a\xff"), ["61ff"]),
    "floats": (
        pa.array([7.0, 7.5, float("inf"), -0.0, 1e20]),
        ["7", "7.5", None, "0", "1" + "0" * 20],
    ),
    "half": (pa.array([7.0, None], pa.float16()), ["7", None]),
    "decimal": (pa.array([D("7.00"), D("7.50")]), ["7", "7.50"]),
    "integers": (pa.array([2**64 - 1, 0], pa.uint64()), [str(2**64 - 1), "0"]),
    "dictionary": (pa.array(["a", None, "a"]).dictionary_encode(), ["a", None, "a"]),
    "string view": (pa.array(["a", None], pa.string_view()), ["a", None]),
    "booleans": (pa.array([True]), [None]),
    "structs": (pa.array([{"a": 1}]), [None]),
    "nulls": (pa.nulls(1), [None]),
}


@pytest.mark.parametrize(("ids", "expected"), ID_CASES.values(), ids=ID_CASES)
def test_ids(ids: pa.Array, expected: list[str | None]) -> None:
    assert chosen({"text": ["t"] * len(ids), "id": ids})[0].ids == expected


DATE_CASES: dict[str, tuple[pa.Array, list[str | None]]] = {
    "far": (
        pa.array(YEARS, pa.timestamp("us")),
        ["9999-12-31T00:00:00Z", "0001-01-01T00:00:00Z", None],
    ),
    "beyond": (
        pa.array([300_000_000_000, -99_999_999_999], pa.timestamp("s")),
        ["11476-08-15T05:20:00Z", "-1199-02-15T14:13:21Z"],
    ),
    "zone": (pa.array([0], pa.timestamp("ns", "Europe/Berlin")), ["1970-01-01T00:00:00Z"]),
    "no zone": (pa.array([0], pa.timestamp("ms", "Nowhere/At_all")), ["1970-01-01T00:00:00Z"]),
    "days": (pa.array([datetime.date(2020, 2, 3)]), ["2020-02-03"]),
    "days in milliseconds": (pa.array([datetime.date(2020, 2, 3)], pa.date64()), ["2020-02-03"]),
    "floats": (pa.array([1.7e9, 1.5, float("nan")]), ["1700000000", "1.5", None]),
    "integers": (pa.array([20200102]), ["20200102"]),
    "durations": (pa.array([1], pa.duration("s")), [None]),
    "times": (pa.array([datetime.time(1)]), [None]),
    "booleans": (pa.array([True]), [None]),
    "bytes": (pa.array([b"2020-01-01", b"\xff"]), ["2020-01-01", None]),
}


@pytest.mark.parametrize(("dates", "expected"), DATE_CASES.values(), ids=DATE_CASES)
def test_dates(dates: pa.Array, expected: list[str | None]) -> None:
    assert chosen({"text": ["t"] * len(dates), "date": dates})[0].dates == expected


# --- files that change ----------------------------------------------------------------------------


@pytest.mark.parametrize("change", ["touched", "replaced", "rewritten", "cut", "gone"])
def test_a_file_that_changes_is_noticed(change: str, tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    data = three_groups(path, use_dictionary=False)
    source = Source(path, "x.parquet", "parquet", "", len(data), "x.parquet", None)
    columns = choose_columns(tables.schema(source), Fields())
    state = tables.read(Recorder(), 0, source, columns, lambda _: None)  # type: ignore[arg-type]
    times = path.stat().st_atime_ns, path.stat().st_mtime_ns
    if change == "touched":
        os.utime(path, ns=(0, 0))
    elif change == "replaced":
        (tmp_path / "new").write_bytes(data)
        os.utime(tmp_path / "new", ns=times)
        (tmp_path / "new").replace(path)
    elif change == "rewritten":
        # Of the same size, and the time set back.
        path.write_bytes(data.replace(b"note 7", b"note 6"))
        os.utime(path, ns=times)
    elif change == "cut":
        path.write_bytes(data[: len(data) // 2])
    else:
        path.unlink()
    with pytest.raises((InputError, OSError)):
        tables.write(source, tmp_path / "y.parquet", bytes([1] * 9), state, lambda _: None)


NESTED = {
    "_source": ("_source.body", {"_source": {"body": "one"}}),
    "as WordPress has it": ("content.rendered", {"content": {"rendered": "one"}}),
    "as the Guardian has it": ("fields.bodyText", {"fields": {"bodyText": "one"}}),
}


@pytest.mark.parametrize("name", NESTED)
def test_texts_inside_structs(name: str) -> None:
    field, row = NESTED[name]
    table = pa.Table.from_pylist([row])
    columns = choose_columns(table.schema, Fields())
    assert table_batch(table.to_batches()[0], columns).texts == ["one"]
    assert columns.used["text"] == {field: 1}


FLIP = """
import sys
from pathlib import Path
from dedup.dump.scan import Request, scan
from dedup.errors import DedupError

path, out = Path(sys.argv[1]), Path(sys.argv[2])
data = path.read_bytes()
footer = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
for at in range(footer, len(data) - 8):
    path.write_bytes(data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :])
    try:
        counts = scan(Request(inputs=[str(path)], output=out, force=True))["counts"]
        assert counts["read"] == counts["kept"] + counts["dropped"] + counts["rejected"]
    except (DedupError, OSError):
        pass
"""


def test_damaged_footers_end_no_process(tmp_path: Path) -> None:
    """Asked for the metadata of a column that is damaged, pyarrow ends the process."""
    memory = Path("/dev/shm") if Path("/dev/shm").is_dir() else tmp_path
    table = pa.table({"id": ["a", "b", None], "text": [articles.article(n, 30) for n in range(3)]})
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        path = Path(folder, "x.parquet")
        pq.write_table(table, path, row_group_size=2)
        given = [sys.executable, "-c", FLIP, str(path), f"{folder}/out"]
        # Elsewhere, or Python would import the `dedup` here, perhaps without its core.
        process = subprocess.run(given, cwd=folder, capture_output=True, check=False)
    assert process.returncode == 0, process.stderr
