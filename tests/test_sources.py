"""The source of an article: where it is read, in whatever an article comes, and what it decides."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import command
import dumps
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from in_process import InProcess

import dedup
from dedup import _core
from dedup.collection import batches
from dedup.config import Fields, Options
from dedup.detect import new_pass
from dedup.distributed import plan
from dedup.dump.gauge import Gauge
from dedup.dump.inputs import expand
from dedup.dump.read import Read, read_all
from dedup.table import choose_columns

USUAL = replace(Fields(), with_source=True)

Byline = tuple[str, str | None, str | None]


def read(path: Path, fields: Fields = USUAL) -> tuple[list[Byline], list[Read]]:
    """Id, date and source of all articles, and how they were read."""
    native = new_pass(Options())
    done = read_all(native, expand([str(path)], path.parent).sources, fields, Gauge(native, 0))
    return native.bylines(0, len(native)), done


def sources(path: Path, fields: Fields = USUAL) -> list[str | None]:
    return [source for _, _, source in read(path, fields)[0]]


# --- where it is read -----------------------------------------------------------------------------

RECORDS: dict[str, tuple[dict[str, Any], str | None]] = {
    "a name": ({"source": "Wire"}, "Wire"),
    "blanks around it": ({"source": " Wire\t"}, "Wire"),
    "other capitals": ({"Source": "Wire"}, "Wire"),
    "several names": ({"domain": "a.org", "publisher": "Wire", "feed": "x"}, "Wire"),
    "inside another": ({"source": {"id": None, "name": "Wire"}}, "Wire"),
    "of Event Registry": ({"source": {"uri": "wire.org", "title": "Wire"}}, "Wire"),
    "of Elasticsearch": ({"_source": {"source": "Wire"}}, "Wire"),
    "deep in Elasticsearch": ({"_source": {"publisher": {"name": "Wire"}}}, "Wire"),
    "Elasticsearch without any": ({"_source": {"title": "Wire"}}, None),
    "a path as it stands": ({"source.name": "Wire"}, "Wire"),
    "a URL for a name": ({"source": "https://www.Wire.org/feed?x"}, "wire.org"),
    "missing": ({"title": "Wire"}, None),
    "null": ({"source": None, "publisher": "Wire"}, "Wire"),
    "blank": ({"source": " ", "publisher": "Wire"}, "Wire"),
    "a number": ({"source": 7}, "7"),
    "a truth": ({"source": True, "publisher": "Wire"}, "Wire"),
    "a list": ({"source": ["a", "b"], "url": "http://a.org/1"}, "a.org"),
    "a name before a URL": ({"url": "http://a.org/1", "feed": "Wire"}, "Wire"),
    "a URL": ({"url": "https://www.bbc.co.uk:443/news/1"}, "bbc.co.uk"),
    "a link": ({"link": "http://News.Example.com"}, "news.example.com"),
    "a uri": ({"uri": "http://a.org/1"}, "a.org"),
    "a guid": ({"guid": "http://a.org/1"}, "a.org"),
    "an id": ({"id": "http://a.org/1"}, "a.org"),
    "a URL in Elasticsearch": ({"_source": {"url": "http://a.org/1"}}, "a.org"),
    "no URL, then one": ({"url": "/1.html", "guid": "http://a.org/1"}, "a.org"),
    "no URL": ({"url": "a.org/1", "link": "ftp://a.org/1", "guid": "tag:a.org,2020:1"}, None),
}


@pytest.mark.parametrize("name", RECORDS)
def test_the_source_of_a_record(name: str, tmp_path: Path) -> None:
    """The same in JSON, tables, rows and the mappings of the library."""
    more, expected = RECORDS[name]
    record = {"text": dumps.OWN["a"], **more}
    (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes([record]))
    assert sources(tmp_path / "x.jsonl") == [expected]
    pq.write_table(pa.Table.from_pylist([record]), tmp_path / "x.parquet")
    assert sources(tmp_path / "x.parquet") == [expected]
    given: list[Any] = [[record], pa.Table.from_pylist([record])]
    if all(isinstance(value, (str, int)) and value is not True for value in more.values()):
        (tmp_path / "x.csv").write_bytes(dumps.csv_bytes([record]))
        assert sources(tmp_path / "x.csv") == [expected]
    for articles in given:
        (batch,) = batches(articles, USUAL)
        native = new_pass(Options())
        native.add_rows(native.add_table("x"), batch.texts, batch.ids, batch.dates, batch.sources)
        assert [source for *_, source in native.bylines(0, 9)] == [expected]


def test_what_is_no_mapping() -> None:
    """An Article has its own source; the id of a pair may be a URL."""
    given = [
        "a text",
        ("http://a.org/1", "a text"),
        dedup.Article("a text", source="Wire", id="http://a.org/2"),
        ("http://a.org/3", {"text": "a text", "source": "Wire"}),
    ]
    (batch,) = batches(given, USUAL)
    assert batch.sources == [None, "a.org", "Wire", "Wire"]
    (batch,) = batches(given[:2], Fields())
    assert batch.sources == [None, None]


def test_named_fields(tmp_path: Path) -> None:
    """A field that is named is the only one: then no URL stands for it."""
    rows = [
        {"id": "http://a.org/1", "text": dumps.OWN["a"], "desk": "Wire", "source": "x"},
        {"id": "http://a.org/2", "text": dumps.OWN["b"], "desk": "", "source": "x"},
    ]
    (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes(rows))
    (tmp_path / "x.csv").write_bytes(dumps.csv_bytes(rows))
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "x.parquet")
    fields = Fields.named(source="desk")
    for name in ("x.jsonl", "x.csv", "x.parquet"):
        assert sources(tmp_path / name, fields) == ["Wire", None]
    (batch,) = batches(rows, fields)
    assert batch.sources == ["Wire", None]
    with pytest.raises(dedup.InputError, match="'dsk'"):
        dedup.find_duplicates(pa.Table.from_pylist(rows), source_field="dsk")
    schema = pa.schema({"text": pa.string(), "n": pa.list_(pa.string())})
    with pytest.raises(dedup.InputError, match="not a source"):
        choose_columns(schema, Fields.named(source="n"))


def test_it_is_read_where_it_is_asked_for_alone(tmp_path: Path) -> None:
    rows = [{"id": "1", "text": dumps.OWN["a"], "source": "Wire", "date": "2024-05-01T10:00+02:00"}]
    files = {"x.jsonl": dumps.jsonl_bytes(rows), "y.csv": dumps.csv_bytes(rows)}
    folder = command.write(tmp_path, {**files, "z.txt": dumps.OWN["b"].encode()})
    pq.write_table(pa.Table.from_pylist(rows), folder / "x.parquet")
    told, done = read(folder)
    assert sorted(it[1:] for it in told if it[1]) == [("2024-05-01T08:00:00Z", "Wire")] * 3
    assert ("z.txt", None, None) in told
    assert [it.fields.get("source") for it in done] == [{"source": 1}] * 3 + [None]
    told, done = read(folder, Fields())
    assert {source for *_, source in told} == {None}
    assert not any("source" in it.fields for it in done)


def test_bylines_of_some() -> None:
    """Rejected records have none, and many articles may be of few sources."""
    native = _core.Pass(drop=())
    table = native.add_table("x")
    native.add_rows(table, ["a"], ["first"])
    texts = [None if n % 10 == 3 else f"text {n}" for n in range(5_000)]
    names = [None if n % 7 == 0 else f"source {n % 5}" for n in range(5_000)]
    native.add_rows(table, texts, [str(n) for n in range(5_000)], None, names)
    native.add_rows(table, ["z"], ["last"], ["2024"])
    expected = [
        ("first", None, None),
        *((str(n), None, names[n]) for n in range(5_000) if texts[n]),
        ("last", None, None),
    ]
    assert native.bylines(0, len(native)) == expected
    assert native.bylines(2_000, 3) == expected[2_000:2_003]
    assert native.bylines(len(native) - 1, 2**63) == expected[-1:]
    assert native.bylines(len(native), 1) == []
    counts = {f"source {n}": [it[2] for it in expected].count(f"source {n}") for n in range(5)}
    assert native.source_counts() == counts
    with pytest.raises(ValueError, match="sources differ in length"):
        native.add_rows(table, ["a", "b"], None, None, ["x"])


# --- what it decides ------------------------------------------------------------------------------

OUTLETS = {"m": "AP", "a": "Wire", "z": "AP", "k": None, "c": "Reuters"}
ROWS = [{**row, "source": OUTLETS[row["id"]]} for row in dumps.story_dump()]

# Of copies and edits any may go; the excerpt has less, and goes whoever wrote it.
KEPT = {
    (): ["m", "a"],
    ("reuters",): ["a", "c"],
    ("AP", "reuters"): ["m", "a"],
    ("Reuters", "AP"): ["a", "c"],
    ("wire", "nobody"): ["m", "a"],
}


@pytest.mark.parametrize("names", KEPT, ids=",".join)
def test_preferred(names: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes(ROWS))
    shown = command.scan("x.jsonl", "-o", "out", "--prefer-source", ",".join(names), cwd=tmp_path)
    kept = command.read_lines(tmp_path / "out" / "clean" / "x.jsonl")
    assert [line["id"] for line in kept] == KEPT[names]
    summary = command.summary(tmp_path / "out")
    assert summary["options"]["prefer_source"] == [*names]
    (fields,) = summary["fields"]
    assert fields.get("source") == ({"source": 4} if names else None)
    assert ("; date = date; source = source\n" in shown) == bool(names)
    result = dedup.find_duplicates(ROWS, prefer_source=names)
    assert [*result.kept] == KEPT[names]
    table = pa.Table.from_pylist([{**row, "by": row["source"], "source": ""} for row in ROWS])
    assert dedup.find_duplicates(table, source_field="by", prefer_source=names).kept == result.kept


def test_a_name_that_no_article_has_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes(ROWS))
    (tmp_path / "y.jsonl").write_bytes(dumps.jsonl_bytes(dumps.story_dump()))

    def warnings(name: str, *options: str) -> list[str]:
        command.scan(name, "-o", "out", "--force", *options, cwd=tmp_path)
        told: list[str] = command.summary(tmp_path / "out")["warnings"]
        return told

    assert warnings("x.jsonl", "--prefer-source", "ap, WIRE") == []
    assert warnings("x.jsonl", "--prefer-source", "Reuter,ap,wir") == [
        "no article is of the source 'Reuter' or 'wir' (--prefer-source); the most frequent are"
        " AP (2), Reuters (1), Wire (1)"
    ]
    assert warnings("y.jsonl", "--prefer-source", "AP") == [
        "no article is of the source 'AP' (--prefer-source): none has a source; name its field with"
        " --source-field"
    ]
    assert warnings("x.jsonl", "--source-field", "source") == []


def test_an_index_knows_no_sources(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes(ROWS))
    process = command.dedup("index", "add", "x.idx", "x.jsonl", cwd=tmp_path)
    assert process.returncode == 0, process.stderr
    options = ("-o", "out", "--index", "x.idx", "--prefer-source", "AP")
    process = command.dedup("scan", "x.jsonl", *options, cwd=tmp_path)
    assert process.returncode == 2
    assert "leave out --prefer-source, or --index" in " ".join(process.stderr.split())
    assert not (tmp_path / "out").exists()


def test_a_pass_over_many_machines_knows_none() -> None:
    with pytest.raises(dedup.OptionError, match="prefer_source"):
        plan.find_duplicates(InProcess(), [], Fields(), Options(prefer_source=["AP"]))
