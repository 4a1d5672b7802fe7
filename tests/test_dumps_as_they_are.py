"""Dumps as they come from services and tools: what is read of them, and what is said to do."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import command
import pytest

TEXT = (
    "The harbour bridge will close to lorries for two nights while its cables are tested. "
    "Engineers said on Friday that drivers should take the tunnel, which stays open all night."
)
DAY = "2020-03-01T12:00:00Z"
GDELT = "\t".join(["900001", "20200301", "202003", "USA", "", "1.5", "", "https://a.example/1"])


def of_json(value: Any) -> bytes:
    return json.dumps(value).encode()


def of_rows(*rows: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


# The text, id and date that are used.
READ: dict[str, tuple[str, bytes, tuple[str, str, str]]] = {
    "WordPress": (
        "posts.json",
        of_json([{"id": 1, "date": DAY, "content": {"rendered": f"<p>{TEXT}</p>"}}]),
        ("content.rendered", "id", "date"),
    ),
    "Guardian": (
        "page.json",
        of_json(
            {
                "response": {
                    "status": "ok",
                    "results": [
                        {"id": "w/1", "webPublicationDate": DAY, "fields": {"bodyText": TEXT}}
                    ],
                }
            }
        ),
        ("fields.bodyText", "id", "webPublicationDate"),
    ),
    "Elasticsearch": (
        "hits.json",
        of_json({"hits": {"hits": [{"_id": "a", "_source": {"body": TEXT, "date": DAY}}]}}),
        ("_source.body", "_id", "_source.date"),
    ),
    "MongoDB": (
        "articles.json",
        of_json([{"_id": {"$oid": "5e5"}, "body": TEXT, "published": {"$date": DAY}}]),
        ("body", "_id", "published"),
    ),
}

# A line on standard error, after `warning: `.
WARNED: dict[str, tuple[dict[str, bytes], str]] = {
    "date by another name": (
        {"x.csv": of_rows(["id", "TEXT", "datetime"], ["1", TEXT, DAY])},
        "no date was read, but `datetime` looks like one: --date-field datetime",
    ),
    "with a blank": (
        {"x.csv": of_rows(["id", "text", "Publication Date"], ["1", TEXT, "1 March 2020"])},
        "`Publication Date` looks like one: --date-field 'Publication Date'",
    ),
    "inside another": (
        {"x.jsonl": of_json({"text": TEXT, "meta": {"date": DAY, "views": 7}})},
        "`meta.date` looks like one: --date-field meta.date",
    ),
    "inside a list of others": (
        {"x.json": of_json({"hits": {"hits": [{"_source": {"body": TEXT, "@timestamp": DAY}}]}})},
        "`_source.@timestamp` looks like one",
    ),
    "files without an article": (
        {"a.json": of_json({"text": TEXT}), "b.json": b'{"text": "The harb', "c.json": b""},
        "no article was read from 2 files, such as b.json",
    ),
    "files of different fields": (
        {"a.json": of_json({"text": TEXT}), "b.json": of_json({"description": "The harbour"})},
        "the text is text in a.json, but description in b.json",
    ),
    "many articles in a text file": (
        {"x.txt": (TEXT + "\n\n").encode() * 10_000},
        "x.txt was read as one article; where it holds many, make it .jsonl",
    ),
    "no text in the text field": (
        {"x.jsonl": b'{"text": ""}\n{"text": " "}\n'},
        "2 of 2 articles have no words: all of them stay",
    ),
    "no article at all": ({"x.csv": b"id,text\n"}, "there is no article in what was read"),
    "a corpus beside its read-me": (
        {"README.txt": b"A corpus.", "reut2-000.sgm": b"<REUTERS>", "x.dtd": b""},
        "files that may hold articles were not read: 1 .sgm (convert to .jsonl",
    ),
}

# What the one line on standard error says to do.
REFUSED: dict[str, tuple[dict[str, bytes], str]] = {
    "NITF": ({"a.xml": b"<nitf>", "b.xml": b"<nitf>"}, "2 .xml (convert to .jsonl, on each line"),
    "LexisNexis": ({"Files 1.DOCX": b"PK"}, "1 .docx (save as .txt)"),
    "GDELT": (
        {"20200301.export.CSV": f"{GDELT}\n{GDELT}\n".encode()},
        "its first line is no header: give it one; tables of GDELT have links and no texts",
    ),
    "no header": ({"x.csv": of_rows(["1", TEXT], ["2", TEXT])}, "is no header: give it one"),
    "MIND": (
        {"news.tsv": "\t".join(["N1", "sports", TEXT, "https://a.example/1", ""]).encode()},
        "its first line is no header: give it one",
    ),
    "links alone": (
        {"x.csv": of_rows(["id", "title", "url"], ["1", "A bridge", "https://a.example/1"])},
        "it has links and no texts: download the pages",
    ),
    "text by another name": (
        {"x.csv": of_rows(["Nr", "Titel", "Artikel Text"], ["1", "A bridge", TEXT])},
        "the longest texts are in `Artikel Text`: --text-field 'Artikel Text'",
    ),
    "NYT": (
        {"x.json": of_json({"response": {"docs": [{"_id": "n/1", "lead_paragraph": TEXT}]}})},
        "the longest texts are in `lead_paragraph`: --text-field lead_paragraph",
    ),
    "pandas by columns": (
        {"x.json": of_json({"text": {"0": TEXT}, "date": {"0": DAY}})},
        'pandas wrote it by columns; write it by orient="records", lines=True',
    ),
    "by ids": (
        {"x.json": of_json({"a": {"text": TEXT}, "b": {"text": TEXT}})},
        "make lines of them: jq -c 'to_entries[] | .value + {id: .key}'",
    ),
    "hundreds of columns": (
        {"x.csv": of_rows([f"column {number}" for number in range(300)])},
        "more; name it (--text-field)",
    ),
}


@pytest.mark.parametrize("name", READ)
def test_read_without_options(name: str, tmp_path: Path) -> None:
    file, data, names = READ[name]
    (tmp_path / file).write_bytes(data)
    command.scan(tmp_path / file, "-o", tmp_path / "out")
    (used,) = command.summary(tmp_path / "out")["fields"]
    assert list(used)[:3] == ["text", "id", "date"]
    assert [list(used[role]) for role in ("text", "id", "date")] == [[name] for name in names]


@pytest.mark.parametrize("name", WARNED)
def test_warned_of(name: str, tmp_path: Path) -> None:
    files, warning = WARNED[name]
    seen = command.scan(command.write(tmp_path, files), "-o", tmp_path / "out")
    lines = re.findall(r"^warning: (.*)", seen, re.MULTILINE)
    assert sum(warning in line for line in lines) == 1
    assert len(lines) <= 2


@pytest.mark.parametrize("name", REFUSED)
def test_says_what_to_do(name: str, tmp_path: Path) -> None:
    files, said = REFUSED[name]
    source = command.write(tmp_path, files)
    process = command.dedup("scan", source, "-o", tmp_path / "out")
    assert process.returncode == 1
    (line,) = process.stderr.splitlines()
    assert said in line
    assert len(line) < 1_000


def test_layouts_are_told_once(tmp_path: Path) -> None:
    """A file an article: those alike are one line, and no more than some lines are printed."""
    names = ("text", "body", "content", "maintext", "article", "story", "fulltext", "raw_text")
    for number in range(4 * len(names)):
        name = names[number % len(names)]
        record = {name: TEXT, **({"id": number} if number % 2 else {"url": number})}
        (tmp_path / f"{number}.json").write_bytes(of_json(record))
    (tmp_path / "damaged.json").write_bytes(b"{")
    seen = command.scan(tmp_path, "-o", tmp_path / "out")
    lines = re.findall(r"^fields +(.*)", seen, re.MULTILINE)
    assert len(lines) == len(names)
    assert all(line.endswith("(4 files)") for line in lines)
