"""JSON in every layout: what is read, and that the clean file has its layout and its bytes."""

import json
from pathlib import Path
from typing import Any

import command
import dumps
import pytest

# The second is a copy of the first.
ROWS = [
    dumps.record("story", [*dumps.STORY, "the", "end"], date="2024-05-01", note='{"[\\'),
    dumps.record("copy", dumps.COPY, date="2024-05-02", tags=[{"name": "a"}, {"name": "b"}]),
    dumps.record("a", dumps.OWN["a"], date="2024-05-03"),
]
KEPT = [ROWS[0], ROWS[2]]


def objects(rows: list[dict[str, Any]], **how: Any) -> list[str]:
    return [json.dumps(row, **how) for row in rows]


def lines(rows: list[dict[str, Any]]) -> str:
    return "".join(f"{it}\n" for it in objects(rows))


def indented(rows: list[dict[str, Any]]) -> str:
    return json.dumps(rows, indent=2)


def indented_articles(rows: list[dict[str, Any]]) -> str:
    return json.dumps({"status": "ok", "n": 3, "articles": rows}, indent=2)


def paged(rows: list[dict[str, Any]], end: str = "\n", **how: Any) -> str:
    """The answers of a search interface, a page of it each."""
    return end.join(
        json.dumps({"status": "ok", "articles": [row], "next": {"at": [n]}}, **how)
        for n, row in enumerate(rows)
    )


def response(rows: list[dict[str, Any]]) -> str:
    return json.dumps({"response": {"authors": [{"name": "x"}], "docs": rows}, "more": "{"})


# How the rows are written, and how those that are kept, or else how they come out.
LAYOUTS: dict[str, tuple[str, str, str]] = {
    "lines": ("x.jsonl", lines(ROWS), lines(KEPT)),
    "lines, named .json": ("x.json", lines(ROWS), lines(KEPT)),
    "jl": ("x.jl", lines(ROWS), lines(KEPT)),
    "jsonlines": ("x.jsonlines", lines(ROWS), lines(KEPT)),
    "capitals": ("X.JSONL", lines(ROWS), lines(KEPT)),
    "array": ("x.json", json.dumps(ROWS), "[" + ",\n".join(objects(KEPT)) + "]"),
    "array in lines": (
        "x.json",
        "[\n" + ",\n".join(objects(ROWS)) + "\n]\n",
        "[\n" + ",\n".join(objects(KEPT)) + "\n]\n",
    ),
    "indented array": ("x.json", indented(ROWS), indented(KEPT)),
    "array in an object": ("x.json", indented_articles(ROWS), indented_articles(KEPT)),
    "array deep in an object": (
        "x.json",
        response(ROWS),
        response(KEPT).replace('}, {"id": "a"', '},\n{"id": "a"'),
    ),
    "arrays end to end": (
        "x.json",
        json.dumps(ROWS[:1]) + json.dumps(ROWS[1:]),
        "[" + ",\n".join(objects(KEPT)) + "\n]\n",
    ),
    "arrays in an array": (
        "x.json",
        json.dumps([ROWS[:1], ROWS[1:]]),
        "[" + ",\n".join(objects(KEPT)) + "\n]\n",
    ),
    "a script": (
        "x.json",
        f"callback({json.dumps(ROWS)});",
        "callback([" + ",\n".join(objects(KEPT)) + "]);",
    ),
    "an array a line": (
        "x.jsonl",
        "".join(json.dumps([row]) + "\n" for row in ROWS),
        "[" + ",\n".join(objects(KEPT)) + "\n]\n",
    ),
    "an array, and lines behind it": (
        "x.json",
        json.dumps(ROWS[:1]) + "\n" + lines(ROWS[1:]),
        "[" + ",\n".join(objects(KEPT)) + "\n]\n",
    ),
    "a page a line": (
        "x.jsonl",
        paged(ROWS),
        '{"status": "ok", "articles": [' + ",\n".join(objects(KEPT)) + "\n]}\n",
    ),
    "pages, indented": (
        "x.json",
        paged(ROWS, indent=1),
        paged([ROWS[0]], indent=1).split('{\n   "id"')[0]
        + ",\n  ".join(json.dumps(row, indent=1).replace("\n", "\n  ") for row in KEPT)
        + "\n]}\n",
    ),
    "end to end": ("x.json", "".join(objects(ROWS)), "\n".join(objects(KEPT)) + "\n"),
    "indented, end to end": (
        "x.jsonl",
        "\n".join(objects(ROWS, indent=4)),
        "\n".join(objects(KEPT, indent=4)) + "\n",
    ),
    "one, indented": (
        "x.json",
        objects(ROWS[:1], indent=1)[0],
        objects(ROWS[:1], indent=1)[0] + "\n",
    ),
    "one, in a line": ("x.json", objects(ROWS[:1])[0], objects(ROWS[:1])[0]),
}


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_layouts(name: str, encoding: str, tmp_path: Path) -> None:
    file, text, kept = LAYOUTS[name]
    (tmp_path / file).write_bytes(text.encode(encoding))
    command.scan(file, "-o", "out", cwd=tmp_path)
    counts = command.summary(tmp_path / "out")["counts"]
    articles = text.count('"text"')
    assert (counts["read"], counts["rejected"], counts["dated"]) == (articles, 0, articles)
    assert (tmp_path / "out" / "clean" / file).read_bytes().decode(encoding) == kept


# Of characters of two bytes the second ones are those of a backslash and of brackets.
LETTERS = {
    "latin1": "Größe".encode("latin1"),
    "windows-1251": "Сила".encode("windows-1251"),
    "shift_jis": b"\x83\\\x83{\x83}\x83[\x83]\xb1",
    "gbk": b"\x81\\\x81{\x81}\x81[\x81]",
    "gb18030": b"\x81\\\x81{\x81}\x81[\x81]\x81\x30\x81\x30",
    "big5": b"\xa5\\\xa5{\xa5}\xa5[\xa5]",
}


@pytest.mark.parametrize("name", ["indented array", "array in an object", "indented, end to end"])
@pytest.mark.parametrize("encoding", LETTERS)
def test_layouts_in_other_letters(name: str, encoding: str, tmp_path: Path) -> None:
    file, *texts = LAYOUTS[name]
    note = b'"note": "'
    text, kept = (it.encode().replace(note, note + LETTERS[encoding]) for it in texts)
    (tmp_path / file).write_bytes(text)
    command.scan(file, "-o", "out", "--encoding", encoding, cwd=tmp_path)
    counts = command.summary(tmp_path / "out")["counts"]
    assert (counts["read"], counts["rejected"]) == (3, 0)
    assert (tmp_path / "out" / "clean" / file).read_bytes() == kept


def test_an_article_a_file(tmp_path: Path) -> None:
    """Of what goes nothing is left, and what stays is as it was."""
    files = {f"{row['id']}.json": json.dumps(row, indent=2).encode() for row in ROWS}
    folder = command.write(tmp_path, files)
    command.scan(folder, "-o", tmp_path / "out")
    clean = command.tree(tmp_path / "out" / "clean")
    assert {name: data.rstrip(b"\n") for name, data in clean.items()} == {
        f"{row['id']}.json": files[f"{row['id']}.json"] for row in KEPT
    }


# What is damaged costs what it stands in, and nothing beside it: the text of the file, and how many
# of its three records are read and how many pieces are rejected.
GOOD = objects(ROWS)
DAMAGED: dict[str, tuple[str, int, int]] = {
    "cut off in an array": (f"[{GOOD[0]}, {GOOD[1]}, {GOOD[2][:300]}", 2, 1),
    "a missing bracket": (f"[\n{GOOD[0][:-1]},\n{GOOD[1]},\n{GOOD[2]}\n]", 2, 1),
    "a missing quote": (f"[\n{GOOD[0]},\n{GOOD[1][:-30]}}},\n{GOOD[2]}\n]", 2, 1),
    "a missing quote, in one line": (
        f"[{GOOD[0]},{GOOD[1].replace('text', 'text' + chr(34), 1)},{GOOD[2]}]",
        2,
        1,
    ),
    "a number between": (f"[{GOOD[0]}, 17, {GOOD[1]}, {GOOD[2]}]", 3, 1),
    "no comma": (f"[{GOOD[0]} {GOOD[1]} {GOOD[2]}]", 3, 0),
    "a comma too many": (f"[{GOOD[0]},, {GOOD[1]}, {GOOD[2]},]", 3, 0),
    # What closes a page is none of it then.
    "in a page": (
        paged(ROWS[:1]) + "\n" + json.dumps({"docs": ROWS[1:] + ROWS[:1]}).replace("copy", 'co"'),
        3,
        2,
    ),
    "the first of a page": (json.dumps({"docs": ROWS}).replace('"text": "', '"text": ', 1), 2, 2),
    "the first of a page before another": (
        json.dumps({"docs": ROWS}).replace('"text": "', '"text": ', 1)
        + "\n"
        + json.dumps({"docs": ROWS}),
        5,
        2,
    ),
    "in a name around them": (f'{{"\udcff": [{GOOD[0]},\n{GOOD[1]},\n{GOOD[2]}\n]}}', 3, 0),
    "one cut off between two": (
        "\n".join([objects(ROWS[:1], indent=1)[0], '{\n "id": "b",\n "text": "no', GOOD[2]]),
        2,
        1,
    ),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damage_costs_no_neighbour(name: str, tmp_path: Path) -> None:
    text, read, rejected = DAMAGED[name]
    (tmp_path / "x.json").write_bytes(text.encode(errors="surrogateescape"))
    command.scan("x.json", "-o", "out", cwd=tmp_path)
    counts = command.summary(tmp_path / "out")["counts"]
    assert (counts["read"] - counts["rejected"], counts["rejected"]) == (read, rejected)


FIELDS = {
    "the next where one is null": (
        [{"text": None, "body": "one"}, {"text": "two", "body": "x"}],
        {"text": 1, "body": 1},
    ),
    "the next where one is blank": ([{"text": " ", "body": "one"}, {"body": "two"}], {"body": 2}),
    "in other capitals": ([{"Text": "one"}, {"TEXT": "two"}], {"text": 2}),
    "inside _source": (
        [{"_source": {"body": "one"}}, {"_source": {"content": "two"}}],
        {"_source.body": 1, "_source.content": 1},
    ),
}


@pytest.mark.parametrize("name", FIELDS)
def test_fields_are_chosen_by_record(name: str, tmp_path: Path) -> None:
    rows, used = FIELDS[name]
    (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes(rows))
    command.scan("x.jsonl", "-o", "out", cwd=tmp_path)
    summary = command.summary(tmp_path / "out")
    assert summary["counts"]["kept"] == 2
    assert summary["fields"][0]["text"] == used


def test_folders_tell_dates(tmp_path: Path) -> None:
    """As Hive and Spark write them; a date of the record's own goes before."""
    files = {
        "date=2024-05-01/x.jsonl": dumps.jsonl_bytes([{"id": 1, "text": dumps.OWN["a"]}]),
        "year=2024/month=5/day=2/x.csv": dumps.csv_bytes([{"id": 2, "text": dumps.OWN["a"]}]),
        "published=2024-05-09T10%3A00/x.txt": dumps.OWN["b"].encode(),
        "date=2024-05-04/y.jsonl": dumps.jsonl_bytes(
            [{"id": 3, "text": dumps.OWN["a"], "date": "2024-04-30"}]
        ),
        "date=__HIVE_DEFAULT_PARTITION__/z.txt": dumps.OWN["c"].encode(),
    }
    command.scan(command.write(tmp_path, files), "-o", tmp_path / "out")
    assert command.summary(tmp_path / "out")["counts"]["dated"] == 4
    gone = command.read_lines(tmp_path / "out" / "duplicates.jsonl")
    assert {line["id"]: line["duplicate_of"] for line in gone} == {"1": "3", "2": "3"}


def test_nothing_is_left_of_a_page_without_articles(tmp_path: Path) -> None:
    pages = {f"{n}.json": paged([row]).encode() for n, row in enumerate(ROWS)}
    command.scan(command.write(tmp_path, pages), "-o", tmp_path / "out")
    del pages["1.json"]
    clean = {name: data.strip() for name, data in command.tree(tmp_path / "out" / "clean").items()}
    assert clean == {name: data.strip() for name, data in pages.items()}


def test_comments_are_no_pages(tmp_path: Path) -> None:
    """What stands inside a record without a text is no article where others have one."""
    first = {"id": "v", "text": None, "comments": [{"id": 1, "text": "nice"}]}
    (tmp_path / "x.jsonl").write_text(lines([first, *ROWS]))
    command.scan("x.jsonl", "-o", "out", cwd=tmp_path)
    counts = command.summary(tmp_path / "out")["counts"]
    assert (counts["read"], counts["rejected"], counts["kept"]) == (4, 1, 2)


def test_half_a_character_in_a_field(tmp_path: Path) -> None:
    rows = [{"text": "one \ud83d", "x\ud83d": "2 \ud83d"}, {"text": "two", "when": "1 May 2024"}]
    (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes(rows))
    assert "--date-field when" in command.scan("x.jsonl", "-o", "out", cwd=tmp_path)
    assert (tmp_path / "out" / "clean" / "x.jsonl").read_bytes() == dumps.jsonl_bytes(rows)


def test_one_in_a_line_before_those_over_lines(tmp_path: Path) -> None:
    text = "\n".join([*objects(ROWS[:1]), *objects(ROWS[1:], indent=2)])
    (tmp_path / "x.json").write_text(text)
    command.scan("x.json", "-o", "out", cwd=tmp_path)
    counts = command.summary(tmp_path / "out")["counts"]
    assert (counts["read"], counts["kept"], counts["rejected"]) == (3, 2, 0)
