"""Formats: what is kept of a file is what stood in it, in the file's own format."""

import csv
import gzip
import itertools
import json
from pathlib import Path
from typing import Any

import command
import dumps
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest


def make_dump(folder: Path) -> None:
    """The story in one file, and in each of the others one version of it beside its own article."""
    rows = [
        dumps.record(name, text, n=number) for number, (name, text) in enumerate(dumps.OWN.items())
    ]
    copies = [
        dumps.record(f"copy-{name}", version)
        for name, version in zip(
            dumps.OWN, itertools.cycle([dumps.COPY, dumps.EDITED, dumps.EXCERPT]), strict=False
        )
    ]
    files: dict[str, bytes] = {
        "00.jsonl": dumps.jsonl_bytes([dumps.record("story", [*dumps.STORY, "the", "end"])])
    }
    endings = [*dumps.PACKERS]
    for number, ending in enumerate(endings):
        plain = dumps.jsonl_bytes([rows[number], {**copies[number], "n": -1}])
        files[f"jsonl/{number}.jsonl{ending}"] = dumps.PACKERS[ending][0](plain)
    for number, ending in enumerate(endings, 5):
        plain = dumps.csv_bytes(
            [rows[number], {**copies[number], "n": -1}], "\t" if number % 2 else ","
        )
        name = f"tables/{number}.{'tsv' if number % 2 else 'csv'}{ending}"
        files[name] = dumps.PACKERS[ending][0](plain)
    files["tables/k.ndjson"] = dumps.jsonl_bytes([rows[10]])
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    table = pa.Table.from_pylist(
        [{"body": dumps.OWN["a"] + " parquet", "url": "p"}, {"body": dumps.EXCERPT, "url": "q"}]
    )
    pq.write_table(table, folder / "tables" / "x.parquet")
    for ending in endings:
        (folder / f"note.txt{ending}").write_bytes(dumps.PACKERS[ending][0](dumps.EDITED.encode()))


def test_all_formats_in_one_pass(tmp_path: Path) -> None:
    make_dump(tmp_path / "in")
    command.scan(tmp_path / "in", "-o", tmp_path / "out", "--matches")
    counts = command.summary(tmp_path / "out")["counts"]
    duplicates = command.read_lines(tmp_path / "out" / "duplicates.jsonl")
    found = {line["id"]: (line["duplicate_of"], line["relation"]) for line in duplicates}
    relations = ["syndicated", "syndicated", "excerpt"]
    expected = {f"copy-{name}": ("story", relations[n % 3]) for n, name in enumerate("abcdefghij")}
    expected["q"] = ("story", "excerpt")
    expected |= {f"note.txt{ending}": ("story", "syndicated") for ending in dumps.PACKERS}
    # Parquet's "p" is article "a" with a word more.
    expected["a"] = ("p", "syndicated")
    assert found == expected
    assert counts["read"] == 1 + 10 + 10 + 1 + 2 + 5
    assert counts["rejected"] == 0
    clean = command.tree(tmp_path / "out" / "clean")
    assert unpacked_ids(clean) == {"story", "p", *"bcdefghijk"}


def unpacked_ids(clean: dict[str, bytes]) -> set[str]:
    """The ids in all files of a clean folder, each read as its name says."""
    ids: set[str] = set()
    for name, packed in clean.items():
        ending = next((e for e in dumps.PACKERS if e and name.endswith(e)), "")
        data = dumps.PACKERS[ending][1](packed)
        if name.endswith(".parquet"):
            ids |= set(pq.read_table(pa.BufferReader(data))["url"].to_pylist())
        elif "jsonl" in name or "ndjson" in name:
            ids |= {json.loads(line)["id"] for line in data.splitlines()}
        else:
            rows = pa.csv.read_csv(
                pa.BufferReader(data),
                parse_options=pa.csv.ParseOptions(delimiter="\t" if "tsv" in name else ","),
            )
            ids |= set(rows["id"].to_pylist())
    return ids


@pytest.mark.parametrize("ending", dumps.PACKERS)
def test_jsonl_lines_byte_for_byte(ending: str, tmp_path: Path) -> None:
    """Odd spacing, escapes, key order, numbers and line ends all stay as they were."""
    kept = [
        b'{"text":"' + dumps.OWN["a"].encode() + b'","id":1e2, "x": 1.0000000000000000001}\n',
        b'  { "id" : "\\u00e9\\/" , "text" : "' + dumps.OWN["b"].encode() + b'" }  \r\n',
        b'{"id": "k", "text": "'
        + dumps.OWN["c"].encode()
        + b'", "id2": null, "u": "\\ud83d\\ude00 \xf0\x9f\x98\x80"}\n',
        dumps.jsonl_bytes([dumps.record("story", [*dumps.STORY, "the", "end"])]).rstrip(),
    ]
    copy = dumps.jsonl_bytes([dumps.record("copy", dumps.COPY)])
    pack, unpack = dumps.PACKERS[ending]
    name = f"x.jsonl{ending}"
    (tmp_path / name).write_bytes(
        pack(kept[0] + copy + b"\n" + kept[1] + b"{bad\n" + kept[2] + kept[3])
    )
    command.scan(name, "-o", "out", cwd=tmp_path)
    clean = unpack((tmp_path / "out" / "clean" / name).read_bytes())
    assert clean.rstrip(b"\n") == b"".join(kept)
    (rejected,) = command.read_lines(tmp_path / "out" / "rejected.jsonl")
    assert rejected["raw"] == "{bad"
    assert rejected["line"] == 5


# The ending of a name, what the file is, and what it is written as.
WRONG_ENDINGS = {
    "decompressed on the way": (".gz", ""),
    "compressed on the way": ("", ".gz"),
    "another compression": (".zst", ".xz"),
    "the ending left out": ("", ".zst"),
    "bzip2": (".gz", ".bz2"),
}


@pytest.mark.parametrize("name", WRONG_ENDINGS)
@pytest.mark.parametrize("kind", ["jsonl", "csv", "txt"])
def test_what_a_file_is_counts_and_not_its_ending(name: str, kind: str, tmp_path: Path) -> None:
    ending, packing = WRONG_ENDINGS[name]
    pack, unpack = dumps.PACKERS[packing]
    rows = [dumps.record("a", dumps.OWN["a"]), dumps.record("b", dumps.OWN["b"])]
    plain = {
        "jsonl": dumps.jsonl_bytes(rows),
        "csv": dumps.csv_bytes(rows),
        "txt": dumps.OWN["a"].encode(),
    }[kind]
    (tmp_path / f"x.{kind}{ending}").write_bytes(pack(plain))
    command.scan(f"x.{kind}{ending}", "-o", "out", cwd=tmp_path)
    assert unpack((tmp_path / "out" / "clean" / f"x.{kind}{ending}").read_bytes()) == plain


@pytest.mark.parametrize("ending", [".gz", ".zst", ".bz2", ".xz"])
def test_zeros_between_members(ending: str, tmp_path: Path) -> None:
    """As tapes and block devices fill up."""
    rows = [dumps.jsonl_bytes([dumps.record(name, dumps.OWN[name])]) for name in "ab"]
    packed = [dumps.PACKERS[ending][0](row) + bytes(512) for row in rows]
    (tmp_path / f"x.jsonl{ending}").write_bytes(b"".join(packed))
    command.scan(f"x.jsonl{ending}", "-o", "out", cwd=tmp_path)
    counts = command.summary(tmp_path / "out")["counts"]
    assert (counts["kept"], counts["rejected"]) == (2, 0)


def test_gzip_of_several_members(tmp_path: Path) -> None:
    """As made by joining .gz files, which is how dumps grow."""
    lines = [dumps.jsonl_bytes([dumps.record(name, text)]) for name, text in dumps.OWN.items()]
    (tmp_path / "x.jsonl.gz").write_bytes(b"".join(map(gzip.compress, lines)))
    (tmp_path / "y.jsonl.zst").write_bytes(
        b"".join(dumps.zst(line.replace(b'"id"', b'"no"')) for line in lines)
    )
    command.scan("x.jsonl.gz", "y.jsonl.zst", "-o", "out", cwd=tmp_path)
    counts = command.summary(tmp_path / "out")["counts"]
    assert (counts["read"], counts["dropped"]) == (22, 11)


SCHEMA = pa.schema(
    [
        pa.field("url", pa.string(), nullable=False),
        pa.field("n", pa.int16(), metadata={"unit": "none"}),
        pa.field("body", pa.large_string()),
        pa.field("published", pa.timestamp("us", tz="Europe/Paris")),
        pa.field("tags", pa.list_(pa.string())),
        pa.field("section", pa.dictionary(pa.int32(), pa.string())),
        pa.field("extra", pa.struct([("a", pa.decimal128(9, 2)), ("b", pa.binary())])),
        pa.field("none", pa.null()),
    ],
    metadata={"made by": "a test"},
)


def parquet_rows() -> list[dict[str, Any]]:
    texts = [*dumps.OWN.values()]
    texts[3:3] = [dumps.COPY]
    texts[7:7] = [" ".join(dumps.STORY)]
    return [
        {
            "url": f"u{n}",
            "n": n,
            "body": text,
            "published": 1_700_000_000_000_000 + n,
            "tags": [None, f"t{n}"],
            "section": "news",
            "extra": {"a": None, "b": b"\xff"},
            "none": None,
        }
        for n, text in enumerate(texts)
    ]


def test_parquet_keeps_schema_and_order(tmp_path: Path) -> None:
    table = pa.Table.from_pylist(parquet_rows(), SCHEMA)
    pq.write_table(table, tmp_path / "x.parquet", row_group_size=4)
    command.scan("x.parquet", "-o", "out", cwd=tmp_path)
    clean = pq.read_table(tmp_path / "out" / "clean" / "x.parquet")
    assert clean.schema.equals(pq.read_table(tmp_path / "x.parquet").schema, check_metadata=True)
    # The copy in row 3 came out before the one in row 7.
    assert clean["n"].to_pylist() == [n for n in range(13) if n != 7]
    assert clean.equals(
        pq.read_table(tmp_path / "x.parquet").filter(pa.array([n != 7 for n in range(13)]))
    )


def test_csv_keeps_rows_and_order(tmp_path: Path) -> None:
    """Cells are text: 007 stays 007, and what is quoted may hold anything."""
    rows = [
        ("id", "zip", "text", "note"),
        ("a", "007", dumps.OWN["a"], 'say ""no""'),
        ("copy", "1", dumps.COPY.replace("\r\n", "\n"), ""),
        ("b", "1e5", dumps.OWN["b"], "two\nlines"),
        ("story", "0x1F", " ".join([*dumps.STORY, "the", "end"]), "caf\u00e9, d\u00e9j\u00e0"),
        ("c", "", dumps.OWN["c"], "NULL"),
    ]
    text = "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in rows)
    (tmp_path / "x.csv").write_text(text)
    command.scan("x.csv", "-o", "out", cwd=tmp_path)

    def cells(path: Path) -> list[tuple[str, ...]]:
        with path.open(newline="") as file:
            return [tuple(row) for row in csv.reader(file)]

    expected = [row for row in cells(tmp_path / "x.csv") if row[0] != "copy"]
    assert cells(tmp_path / "out" / "clean" / "x.csv") == expected


def test_text_files_are_copied_whole(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_bytes(b"\xef\xbb\xbf" + dumps.OWN["a"].encode() + b"\r\n\r\n")
    (tmp_path / "in" / "b.txt").write_text(" ".join([*dumps.STORY, "the", "end"]))
    (tmp_path / "in" / "c.txt").write_text(dumps.COPY)
    command.scan("in", "-o", "out", cwd=tmp_path)
    clean = command.tree(tmp_path / "out" / "clean")
    source = command.tree(tmp_path / "in")
    assert clean == {name: source[name] for name in ("a.txt", "b.txt")}
