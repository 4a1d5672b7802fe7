"""Whatever holds articles gives the same result, and `Result.clean` the same without some."""

import datetime
import pickle
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Any

import datasets
import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as pads
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup.collection import batches
from dedup.config import Fields

STORY = (
    "A fire at the old mill kept forty firefighters busy until dawn. Nobody was hurt, the brigade"
    " said, and the cause is not known. The mill had stood empty since 1998, when its last owner"
    " moved the looms to the coast and sold the land to the town for one pound."
)
TEXTS = [
    STORY,
    "The council voted to close the pool on Castle Street, since repairs would cost 4 million.",
    STORY.upper(),
    STORY + " A street was closed.",
    "Beekeepers in the valley lost half of their colonies over a mild and wet winter.",
]
IDS = ["e", "d", "c", "b", "a"]
DATES = ["2024-05-02", "2024-05-03", "2024-05-02", "2024-05-01", None]
NUMBERS = [50, 40, 30, 20, 10]
KEPT = [1, 3, 4]  # positions
COLUMNS: dict[str, list[Any]] = {"id": IDS, "words": NUMBERS, "text": TEXTS, "date": DATES}
ROWS = [dict(zip(COLUMNS, row, strict=True)) for row in zip(*COLUMNS.values(), strict=True)]
TABLE = pa.table(COLUMNS)
FRAME = pd.DataFrame(COLUMNS)


class Stream:
    """What a library has that nobody knows of here, but for its Arrow interface."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._table.__arrow_c_stream__(requested_schema)


class Array:
    def __init__(self, array: Any) -> None:
        self._array = array

    def __arrow_c_array__(self, requested_schema: object = None) -> object:
        return self._array.__arrow_c_array__(requested_schema)


def hugging_face() -> datasets.Dataset:
    return datasets.Dataset.from_dict(COLUMNS)


def relation() -> Any:
    return duckdb.connect().from_arrow(TABLE)


def parquet(folder: Path) -> Path:
    pq.write_table(TABLE, folder / "x.parquet", row_group_size=2)
    return folder / "x.parquet"


ARTICLES: dict[str, Callable[[Path], Any]] = {
    "dictionaries": lambda _: ROWS,
    "mapping proxies": lambda _: [MappingProxyType(row) for row in ROWS],
    "generator": lambda _: (row for row in ROWS),
    "articles": lambda _: [dedup.Article(r["text"], r["id"], date=r["date"]) for r in ROWS],
    "articles by id": lambda _: {r["id"]: dedup.Article(r["text"], date=r["date"]) for r in ROWS},
    "dictionaries by id": lambda _: {r["id"]: {**r, "id": "other"} for r in ROWS},
    "ids and dictionaries": lambda _: [(r["id"], r) for r in ROWS],
    "other case": lambda _: [{"ID": r["id"], "Text": r["text"], "DATE": r["date"]} for r in ROWS],
    "Elasticsearch": lambda _: [
        {"_id": r["id"], "_source.text": r["text"], "_source": {"date": r["date"]}} for r in ROWS
    ],
    "MongoDB": lambda _: [
        {"_id": {"$oid": r["id"]}, "text": r["text"], "date": r["date"] and {"$date": r["date"]}}
        for r in ROWS
    ],
    "Arrow table": lambda _: TABLE,
    "Arrow batch": lambda _: TABLE.to_batches()[0],
    "Arrow reader": lambda _: TABLE.to_reader(max_chunksize=2),
    "Arrow dataset": lambda _: pads.dataset(TABLE),
    "Arrow dataset of a file": lambda folder: pads.dataset(parquet(folder)),
    "Arrow scanner": lambda folder: pads.dataset(parquet(folder)).scanner(batch_size=2),
    "Arrow structs": lambda _: TABLE.to_struct_array(),
    "Arrow struct array": lambda _: TABLE.to_struct_array().combine_chunks(),
    "Arrow string views": lambda _: TABLE.set_column(
        2, "text", TABLE["text"].cast(pa.string_view())
    ),
    "Arrow binary": lambda _: TABLE.set_column(2, "text", TABLE["text"].cast(pa.binary())),
    "Arrow names in other case": lambda _: TABLE.rename_columns(["Id", "words", "TEXT", "Date"]),
    "Arrow names twice": lambda _: pa.Table.from_arrays(
        [*TABLE.columns, TABLE["id"]], [*TABLE.column_names, "text"]
    ),
    "Arrow stream": lambda _: Stream(TABLE),
    "Arrow array": lambda _: Array(TABLE.to_batches()[0]),
    "pandas": lambda _: FRAME,
    "pandas, ids in the index": lambda _: FRAME.set_index("id"),
    "pandas, names in other case": lambda _: FRAME.rename(columns=str.upper),
    "pandas, columns twice": lambda _: pd.concat([FRAME, FRAME["words"].rename("text")], axis=1),
    "pandas, dates": lambda _: FRAME.assign(date=pd.to_datetime(FRAME["date"])),
    "pandas, mixed": lambda _: FRAME.assign(other=[1, "a", None, 2.5, []], link=[1, "a", 2, 3, 4]),
    "Polars": lambda _: pl.DataFrame(COLUMNS),
    "Polars, dates": lambda _: pl.DataFrame(COLUMNS).with_columns(pl.col("date").str.to_date()),
    "Polars, lazy": lambda _: pl.LazyFrame(COLUMNS),
    "Polars, lazy file": lambda folder: pl.scan_parquet(parquet(folder)),
    "Hugging Face": lambda _: hugging_face(),
    "Hugging Face, chosen": lambda _: datasets.Dataset.from_list(
        [*ROWS[::-1], {**ROWS[0], "id": "z"}]
    ).select([4, 3, 2, 1, 0]),
    "Hugging Face, formatted": lambda _: hugging_face().with_format("numpy"),
    "Hugging Face, streamed": lambda _: hugging_face().to_iterable_dataset(),
    "Hugging Face, of a generator": lambda _: datasets.IterableDataset.from_generator(
        lambda: iter(ROWS)
    ),
    "DuckDB": lambda _: relation(),
    "DuckDB query": lambda _: relation().filter("words > 0").project("id, text, date"),
}


@pytest.fixture(scope="module")
def expected() -> dedup.Result:
    result = dedup.find_duplicates(ROWS)
    assert result.kept == tuple(IDS[place] for place in KEPT)
    assert [(it.id, it.duplicate_of) for it in result.duplicates] == [("c", "b"), ("e", "b")]
    return result


@pytest.mark.parametrize("name", ARTICLES)
def test_articles_in_whatever_they_come(name: str, expected: dedup.Result, tmp_path: Path) -> None:
    fields = {"text_field": "_source.text", "date_field": "_source.date"}
    result = dedup.find_duplicates(
        ARTICLES[name](tmp_path), **(fields if name == "Elasticsearch" else {})
    )
    assert result == expected


BARE: dict[str, Callable[[], Any]] = {
    "strings": lambda: TEXTS,
    "NumPy strings": lambda: np.array(TEXTS),
    "Arrow array": lambda: pa.array(TEXTS),
    "Arrow chunks": lambda: pa.chunked_array([TEXTS[:2], [], TEXTS[2:]]),
    "Arrow large strings": lambda: pa.array(TEXTS, pa.large_string()),
    "Arrow string views": lambda: pa.array(TEXTS, pa.string_view()),
    "Arrow dictionary": lambda: pa.array(TEXTS).dictionary_encode(),
    "Arrow stream": lambda: Stream(pa.chunked_array([TEXTS])),
    "Arrow array of another library": lambda: Array(pa.array(TEXTS)),
    "pandas Series": lambda: FRAME["text"],
    "Polars Series": lambda: pl.Series(TEXTS),
    "Hugging Face column": lambda: hugging_face()["text"],
    "ids that are none": lambda: zip([None, "", float("nan"), [], True], TEXTS, strict=True),
}


@pytest.mark.parametrize("name", BARE)
def test_texts_in_whatever_they_come(name: str) -> None:
    assert dedup.find_duplicates(BARE[name]()).kept == ("1", "3", "4")


CELLS: dict[str, st.SearchStrategy[Any]] = {
    "text": st.sampled_from(["a", "b", "", " ", None]),
    "Body": st.sampled_from(["c", "d"]),
    "id": st.sampled_from(["x", "y", "", None]),
    "url": st.sampled_from(["u", "v"]),
    "guid": st.sampled_from([1, 2, 3]),
    "date": st.sampled_from(["2024-05-01", "", None]),
    "published": st.sampled_from(["2024-06-01", None]),
}


@given(st.data())
def test_columns_are_read_as_rows_are(data: st.DataObject) -> None:
    """A part of a table where no field has a choice is read in another way than the others."""
    names = ["Body", *data.draw(st.sets(st.sampled_from([it for it in CELLS if it != "Body"])))]
    count = data.draw(st.integers(1, 6))
    columns = {
        name: data.draw(st.lists(CELLS[name], min_size=count, max_size=count)) for name in names
    }
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    fields = data.draw(st.sampled_from([Fields(), Fields.named(id=False), Fields.named("Body")]))
    expected = list(batches(rows, fields, 2))
    assert list(batches(pd.DataFrame(columns, dtype=object), fields, 2)) == expected
    assert list(batches(pl.DataFrame(columns), fields, 2)) == expected


def test_pairs_and_mappings_of_texts() -> None:
    pairs = list(zip(IDS, TEXTS, strict=True))
    expected = dedup.find_duplicates([{"id": name, "text": text} for name, text in pairs])
    for them in (pairs, iter(pairs), dict(pairs), OrderedDict(pairs), dict(pairs).items()):
        assert dedup.find_duplicates(them) == expected
    assert dedup.find_duplicates(dict(zip(NUMBERS, TEXTS, strict=True))).kept == (40, 20, 10)


# --- which fields --------------------------------------------------------------------------------

# (record, fields named, the text, id and date that are read)
NAN = float("nan")
RECORDS: list[tuple[dict[Any, Any], dict[str, Any], tuple[str, str, str | None]]] = [
    ({"text": None, "body": "b"}, {}, ("b", "0", None)),
    ({"text": " \n", "description": "b"}, {}, ("b", "0", None)),
    ({"text": NAN, "story": "b"}, {}, ("b", "0", None)),
    ({"text": pd.NA, "story": "b", "id": pd.NA, "url": "u"}, {}, ("b", "u", None)),
    ({"content": {"raw": "a"}, "description": "b"}, {}, ("b", "0", None)),
    ({"content": {"rendered": "a"}, "description": "b"}, {}, ("a", "0", None)),
    ({"content": {"raw": "a"}}, {"text_field": "content.raw"}, ("a", "0", None)),
    ({"a": {"B": {"c": "x"}}}, {"text_field": "a.b.c"}, ("x", "0", None)),
    ({"a.b": {"c": "x"}, "a": {"b": {"c": "y"}}}, {"text_field": "a.b.c"}, ("x", "0", None)),
    ({"a.b.c": "w", "a.b": {"c": "x"}}, {"text_field": "a.b.c"}, ("w", "0", None)),
    ({"TEXT": "a", "text": "b"}, {}, ("b", "0", None)),
    ({"TEXT": "a", "text": None}, {}, ("a", "0", None)),
    ({"Lead": "a", "BODY": "b"}, {"text_field": ["lead", "body"]}, ("a\n\nb", "0", None)),
    ({1: "x", None: "y", "text": "a"}, {}, ("a", "0", None)),
    ({"text": "a", "id": None, "guid": "", "url": "u"}, {}, ("a", "u", None)),
    ({"text": "a", "id": [1], "uuid": True, "guid": NAN, "url": "u"}, {}, ("a", "u", None)),
    ({"text": "a", "id": "\ud800", "url": "u"}, {}, ("a", "u", None)),
    ({"text": "a", "id": {"n": 1}}, {}, ("a", "0", None)),
    ({"text": "a", "id": 0}, {}, ("a", "0", None)),
    ({"text": "a", "id": "x", "key": 10**5000}, {"id_field": "key"}, ("a", "0", None)),
    ({"text": "a", "id": "x"}, {"id_field": False}, ("a", "0", None)),
    ({"text": "a", "_id": {"$oid": "5e"}}, {}, ("a", "5e", None)),
    ({"text": "a", "_id": {"$numberLong": "7"}}, {}, ("a", "7", None)),
    ({"text": "a", "_id": {"$uuid": "6f"}}, {}, ("a", "6f", None)),
    ({"text": "a", "date": None, "pubDate": "2020-01-02"}, {}, ("a", "0", "2020-01-02")),
    ({"text": "a", "date": {"y": 1}, "timestamp": 1577923200}, {}, ("a", "0", "2020-01-02")),
    ({"text": "a", "date": pd.NaT, "Published": "2020-01-02"}, {}, ("a", "0", "2020-01-02")),
    ({"text": "a", "date": {"$date": "2020-01-02"}}, {}, ("a", "0", "2020-01-02")),
    (
        {"text": "a", "date": {"$date": {"$numberLong": "1577923200000"}}},
        {},
        ("a", "0", "2020-01-02"),
    ),
    ({"text": "a", "date": datetime.date(2020, 1, 2)}, {}, ("a", "0", "2020-01-02")),
]


@pytest.mark.parametrize("number", range(len(RECORDS)))
def test_which_fields_of_a_record_are_read(number: int) -> None:
    record, fields, (text, name, date) = RECORDS[number]
    alone = dedup.find_duplicates([record], **fields)
    assert [str(it) for it in alone.kept] == [name]
    copy = dedup.Article(text, "copy", date=date)
    (match,) = dedup.find_duplicates([record, copy], **fields).matches
    assert match.relation == "exact"
    # Of a later copy and an earlier one the earlier stays.
    for other, stays in (("2020-01-01", "copy"), ("2020-01-03", "record")):
        if date is not None:
            copy = dedup.Article(text, "copy", date=other)
            kept = dedup.find_duplicates([record, copy], **fields).kept
            assert kept == (("copy",) if stays == "copy" else alone.kept)


ERRORS: dict[str, tuple[Any, dict[str, Any], str]] = {
    "an article": ({"text": "a"}, {}, "one mapping with the field 'text'"),
    "an article in other case": ({"Headline": "a", "URL": "b"}, {}, "field 'URL'"),
    "an article with a named field": ({"inhalt": "a"}, {"text_field": "inhalt"}, "'inhalt'"),
    "columns": (COLUMNS, {}, "items"),
    "a mapping of numbers": ({"x": "a", "y": 5}, {}, "article 1 is int"),
    "splits": (datasets.DatasetDict(train=hugging_face()), {}, "article 0 is Dataset"),
    "three in a tuple": ([("x", "a", "2020")], {}, "article 0 is tuple"),
    "a pair in a list": ([["x", "a"]], {}, "article 0 is list"),
    "a pair without text": ([("x", "a"), ("y", None)], {}, "article 1 is NoneType"),
    "no such column": (FRAME, {"text_field": "headlne"}, "headlne.*id, words, text, date"),
    "no such column, lazily": (pl.LazyFrame(COLUMNS), {"id_field": "key"}, "'key'.*words"),
    "no such column of a dataset": (hugging_face(), {"text_field": "x"}, "'x'.*words"),
    "no text column": (pl.DataFrame({"a": ["b"]}), {}, "no text column among a"),
    "a missing text in a frame": (FRAME.assign(text=[*TEXTS[:4], None]), {}, "article 4 has no"),
    "no text in a record": ([{"text": "a"}, {"text": None}], {}, "article 1 has no text"),
    "lists for texts": ([{"text": ["a"], "body": 5}], {}, "article 0 is list"),
    "bytes": ([{"text": b"\xff"}], {}, "article 0 is bytes"),
    "broken strings in a table": (
        pa.table(
            {
                "text": pa.StringArray.from_buffers(
                    2, pa.array([0, 1, 2], pa.int32()).buffers()[1], pa.py_buffer(b"a\xff")
                )
            }
        ),
        {},
        "article 1 is bytes",
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_what_is_no_article_is_named(name: str) -> None:
    them, fields, message = ERRORS[name]
    with pytest.raises(dedup.InputError, match=message):
        dedup.find_duplicates(them, **fields)


# --- clean ---------------------------------------------------------------------------------------

PAIRS = list(zip(IDS, TEXTS, strict=True))
CLEANED: dict[str, Callable[[Path], Any]] = {
    "list": lambda _: ROWS,
    "tuple": lambda _: tuple(TEXTS),
    "pairs": lambda _: PAIRS,
    "mapping": lambda _: dict(PAIRS),
    "articles": lambda _: [dedup.Article(text) for text in TEXTS],
    "NumPy": lambda _: np.array(TEXTS, dtype=object),
    "pandas": lambda _: FRAME.set_index(pd.Index([9, 3, 3, 1, 0])),
    "pandas Series": lambda _: FRAME["text"],
    "Polars": lambda _: pl.DataFrame(COLUMNS),
    "Polars Series": lambda _: pl.Series(TEXTS),
    "Polars, lazy": lambda folder: pl.scan_parquet(parquet(folder)),
    "Arrow table": lambda _: TABLE,
    "Arrow batch": lambda _: TABLE.to_batches()[0],
    "Arrow array": lambda _: pa.array(TEXTS),
    "Arrow chunks": lambda _: pa.chunked_array([TEXTS]),
    "Hugging Face": lambda _: hugging_face(),
}


def listed(data: Any) -> list[Any]:
    """What holds articles as a list of them."""
    if isinstance(data, dict):
        return list(data.items())
    if isinstance(data, pl.LazyFrame):
        data = data.collect()
    if isinstance(data, pd.DataFrame):
        return list(data.itertuples())
    for method in ("rows", "to_pylist", "tolist", "to_list"):
        if hasattr(data, method):
            return list(getattr(data, method)())
    return list(data)


@pytest.mark.parametrize("name", CLEANED)
def test_clean_gives_the_same_without_what_is_dropped(name: str, tmp_path: Path) -> None:
    data = CLEANED[name](tmp_path)
    result = dedup.find_duplicates(data)
    for found in (result, pickle.loads(pickle.dumps(result))):
        cleaned = found.clean(data)
        assert type(cleaned) is type(data)
        assert listed(cleaned) == [listed(data)[place] for place in KEPT]
        with pytest.raises(dedup.InputError, match=r"3 articles.*given 5"):
            found.clean(cleaned)


def test_a_cleaned_frame_is_what_the_ids_say() -> None:
    frame = FRAME.assign(id=NUMBERS)
    result = dedup.find_duplicates(frame)
    assert frame[frame.id.isin(result.kept)].equals(result.clean(frame))
    assert result.clean(frame).id.tolist() == [40, 20, 10]
    lazy = pl.LazyFrame(frame)
    chosen = lazy.filter(pl.col("id").is_in(result.kept)).collect()
    assert chosen.equals(result.clean(lazy).collect())
    table = pa.Table.from_pandas(frame)
    assert table.filter(pc.is_in(table["id"], pa.array(result.kept))) == result.clean(table)


@pytest.mark.parametrize(
    "data",
    [
        (text for text in TEXTS),
        pads.dataset(TABLE).scanner(),
        pads.dataset(TABLE),
        relation(),
        hugging_face().to_iterable_dataset(),
        set(TEXTS),
        None,
        "a text",
    ],
    ids=lambda data: type(data).__name__,
)
def test_what_cannot_be_cleaned(data: Any) -> None:
    with pytest.raises(dedup.InputError, match=r"result\.kept"):
        dedup.find_duplicates(TEXTS).clean(data)


def test_a_table_is_read_batch_by_batch() -> None:
    """The first article that is none ends it, whatever more there would be."""
    read = []

    def parts() -> Iterator[pa.RecordBatch]:
        for number in range(100):
            read.append(number)
            text = None if number == 3 else f"text {number}"
            yield pa.record_batch({"text": pa.array([text] * 4096, pa.string())})

    reader = pa.RecordBatchReader.from_batches(pa.schema({"text": pa.string()}), parts())
    with pytest.raises(dedup.InputError, match=f"article {3 * 4096} "):
        dedup.find_duplicates(reader)
    assert len(read) < 6
