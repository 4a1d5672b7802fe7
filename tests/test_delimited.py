"""Delimited files as programs write them: separators, quotes, encodings; rows byte for byte."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import command
import dumps
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.config import Fields, Options
from dedup.dump.scan import Request, scan

# Nothing goes.
OPTIONS = Options(drop=())
TEXTS = [*dumps.OWN.values()]
ROWS = [["id", "date", "text"]]
ROWS += [[f"n{n}", f"2024-05-{n + 1:02}", text] for n, text in enumerate(TEXTS[:4])]
ROWS += [["copy", "2024-06-01", TEXTS[0]]]
ROWS[2][2] += ', "said" she; café\nand | more'


def written(rows: Sequence[Sequence[object]] = ROWS, **how: object) -> str:
    out = io.StringIO()
    csv.writer(out, **{"lineterminator": "\n", **how}).writerows(rows)  # type: ignore[call-overload]
    return out.getvalue()


PLAIN = "\n".join("\t".join(cell.replace("\n", " ") for cell in row) for row in ROWS) + "\n"
UNQUOTED = PLAIN.replace(TEXTS[0], '"' + TEXTS[0], 1).splitlines(keepends=True)

# The name of the file, its bytes, and what the summary says of it.
FILES: dict[str, tuple[str, bytes, tuple[str, str]]] = {
    "comma": ("x.csv", written().encode(), (",", "UTF-8")),
    "semicolon": ("x.csv", written(delimiter=";").encode(), (";", "UTF-8")),
    "tab in .csv": ("x.csv", written(delimiter="\t").encode(), ("\t", "UTF-8")),
    "pipe": ("x.csv", written(delimiter="|").encode(), ("|", "UTF-8")),
    "all quoted": ("x.csv", written(quoting=csv.QUOTE_ALL).encode(), (",", "UTF-8")),
    "CRLF": ("x.csv", written(lineterminator="\r\n").encode(), (",", "UTF-8")),
    "backslashes": (
        "x.csv",
        written(doublequote=False, escapechar="\\", quoting=csv.QUOTE_ALL).encode(),
        (",", "UTF-8"),
    ),
    "byte order mark": ("x.csv", written().encode("utf-8-sig"), (",", "UTF-8")),
    "Windows-1252": ("x.csv", written().encode("cp1252"), (",", "windows-1252")),
    "UTF-16": ("x.csv", written().encode("utf-16"), (",", "UTF-16LE")),
    "UTF-16, big end first": (
        "x.csv",
        b"\xfe\xff" + written(delimiter=";").encode("utf-16-be"),
        (";", "UTF-16BE"),
    ),
    "UTF-16 without a mark": ("x.csv", written().encode("utf-16-le"), (",", "UTF-16LE")),
    "what Excel writes above": (
        "x.csv",
        ("sep=;\n" + written(delimiter=";")).encode(),
        (";", "UTF-8"),
    ),
    "a title above": (
        "x.csv",
        ("Articles, May 2024,\n\n" + written()).encode(),
        (",", "UTF-8"),
    ),
    "a comment above": ("x.csv", ("# of May\n" + written()).encode("utf-8-sig"), (",", "UTF-8")),
    "signs seldom used": ("x.csv", written(delimiter="^").encode(), ("^", "UTF-8")),
    "CR": ("x.csv", written(lineterminator="\r").encode(), (",", "UTF-8")),
    "single quotes": (
        "x.csv",
        written(quotechar="'", quoting=csv.QUOTE_ALL).encode(),
        (",", "UTF-8"),
    ),
    "blanks before quotes": (
        "x.csv",
        written(quoting=csv.QUOTE_ALL).replace('","', '",  "').encode(),
        (",", "UTF-8"),
    ),
    "a delimiter behind each row": (
        "x.csv",
        written().replace("\n", ",\n").replace("text,\n", "text\n").encode(),
        (",", "UTF-8"),
    ),
    "a delimiter behind the header": (
        "x.csv",
        written().replace("text\n", "text,\n").encode(),
        (",", "UTF-8"),
    ),
    "numbers before the rows, as R writes them": (
        "x.csv",
        written([ROWS[0], *([n, *row] for n, row in enumerate(ROWS[1:], 1))]).encode(),
        (",", "UTF-8"),
    ),
    "numbers before the rows, and a quote that is none": (
        "x.tsv",
        "".join(f"{n}\t{line}" if n else line for n, line in enumerate(UNQUOTED)).encode(),
        ("\t", "UTF-8"),
    ),
    "an empty cell behind the rows, and numbers": (
        "x.csv",
        written(
            [ROWS[0], *([n, *row[1:], ""] for n, row in enumerate(ROWS[1:]))],
            quoting=csv.QUOTE_ALL,
        ).encode(),
        (",", "UTF-8"),
    ),
    "tsv": ("x.tsv", written(delimiter="\t").encode(), ("\t", "UTF-8")),
    "tsv without quotes": ("x.tsv", PLAIN.encode(), ("\t", "UTF-8")),
    "comma in .tsv": ("x.tsv", written().encode(), (",", "UTF-8")),
    "capitals": ("X.CSV", written().encode(), (",", "UTF-8")),
}


@pytest.mark.parametrize("name", FILES)
def test_dialects(name: str, tmp_path: Path) -> None:
    file, data, (delimiter, encoding) = FILES[name]
    (tmp_path / file).write_bytes(data)
    command.scan(file, "-o", "out", cwd=tmp_path)
    summary = command.summary(tmp_path / "out")
    counts = summary["counts"]
    assert (counts["read"], counts["kept"], counts["rejected"], counts["dated"]) == (5, 4, 0, 5)
    (fields,) = summary["fields"]
    assert (fields["delimiter"], fields["encoding"]) == (delimiter, encoding)
    clean = (tmp_path / "out" / "clean" / file).read_bytes()
    if encoding == "UTF-16LE":  # has a mark now
        clean = clean.removeprefix(b"\xff\xfe") if data[:1] != b"\xff" else clean
    assert data.startswith(clean), "all but the copy, which is the last"
    assert clean.decode(encoding).count("2024-0") == 4


def test_what_the_user_says(tmp_path: Path) -> None:
    """Of two readings."""
    (tmp_path / "x.csv").write_bytes("a;b,text\n1;2,caf\xe9\n".encode("cp1250"))
    command.scan("x.csv", "-o", "out", "--encoding", "cp1250", "--delimiter", ",", cwd=tmp_path)
    (fields,) = command.summary(tmp_path / "out")["fields"]
    assert (fields["delimiter"], fields["encoding"]) == (",", "windows-1250")
    for option, value in (
        ("--encoding", "klingon"),
        ("--delimiter", "ab"),
        ("--encoding", "utf-7"),
    ):
        process = command.dedup("scan", "x.csv", "-o", "no", option, value, cwd=tmp_path)
        assert (process.returncode, value in process.stderr) == (2, True)


def table(*rows: str) -> str:
    return "id,text\n" + "".join(f"{row}\n" for row in rows)


GOOD = [f"g{n},{text}" for n, text in enumerate(TEXTS[:3])]
# A file, and the ids of the rows that are read: no quote takes a row along but its own.
QUOTES: dict[str, tuple[str, str, list[str]]] = {
    "never closed": ("x.csv", table(GOOD[0], 'b,"no end', GOOD[1], GOOD[2]), ["g0", "g1", "g2"]),
    "never closed, quotes behind": (
        "x.csv",
        table(GOOD[0], 'b,"no end', 'g1,"one"', GOOD[2]),
        ["g0", "g1", "g2"],
    ),
    "twice": ("x.csv", table('b,"no end', GOOD[0], 'c,"no end', GOOD[1]), ["g0", "g1"]),
    "over lines, a row too long": (
        "x.csv",
        table(GOOD[0], 'b,"one\ntwo\nthree",4', GOOD[1]),
        ["g0", "g1"],
    ),
    "over lines": (
        "x.csv",
        table(GOOD[0], 'b,"one\ntwo, ""three""\n\nfour"', GOOD[1]),
        ["g0", "b", "g1"],
    ),
    "behind a quoted cell": ("x.csv", table('b,"one" two', GOOD[0]), ["b", "g0"]),
    "one column": ("x.csv", "text\nx, y, z\nx\n", []),
    "an empty cell too many": ("x.csv", table(GOOD[0] + ",", GOOD[1]), ["g0", "g1"]),
    "within a cell": ("x.csv", table('b,one "two" three', GOOD[0]), ["b", "g0"]),
    "last row cut off": ("x.csv", table(GOOD[0]) + 'b,"one two', ["g0", "b"]),
    "stray in a TSV": ("x.tsv", 'id\ttext\na\t"one\nb\ttwo\nc\t"three\n', ["a", "b", "c"]),
    "a pair of strays in a TSV": (
        "x.tsv",
        'id\ttext\na\t"one\nb\ttwo"\nc\tthree\n',
        ["a", "b", "c"],
    ),
    "quoted in a TSV": ("x.tsv", 'id\ttext\na\t"one\n""two"" three"\nb\tfour\n', ["a", "b"]),
}


@pytest.mark.parametrize("name", QUOTES)
def test_quotes(name: str, tmp_path: Path) -> None:
    file, text, ids = QUOTES[name]
    (tmp_path / file).write_text(text)
    command.scan(file, "-o", "out", cwd=tmp_path)
    counts = command.summary(tmp_path / "out")["counts"]
    assert counts["kept"] == (len(ids) or 2)
    clean = (tmp_path / "out" / "clean" / file).read_text()
    assert [
        it
        for it in ("a", "b", "c", "g0", "g1", "g2")
        if f"\n{it}," in clean or f"\n{it}\t" in clean
    ] == sorted(ids)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_last_row_counts_as_any(end: str, tmp_path: Path) -> None:
    """Not all rows have an empty cell more than the header, which else were one column short."""
    rows = ["id,text", f'a,"{TEXTS[0]}",""', f'b,"{TEXTS[1]}"', ""]
    (tmp_path / "x.csv").write_bytes(end.join(rows).encode())
    command.scan("x.csv", "-o", "out", cwd=tmp_path)
    counts = command.summary(tmp_path / "out")["counts"]
    assert (counts["kept"], counts["rejected"]) == (2, 0)
    assert (tmp_path / "out/clean/x.csv").read_bytes() == end.join(rows).encode()


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        (b'text\nsome text\n1,"no end\n\n3,cells\n', 1),
        # By fuzzing; it is told whether backslashes stand before quotes.
        (
            b'id{"results": [{'
            + 15 * b"\x86"
            + b'xt\n\x11,text\n\x11,"a \\"b\\" c\n12 tid,text\n\n12,"d"\n',
            2,
        ),
    ],
)
def test_a_blank_line_is_no_row(data: bytes, kept: int, tmp_path: Path) -> None:
    """Or a quote costs its line alone here, and more in what is written, without blank lines."""
    (tmp_path / "x.csv").write_bytes(data)
    command.scan("x.csv", "-o", "out", cwd=tmp_path)
    command.scan("out/clean/x.csv", "-o", "again", cwd=tmp_path)
    counts = [command.summary(tmp_path / it)["counts"] for it in ("out", "again")]
    assert [(it["kept"], it["rejected"]) for it in counts] == [(kept, 1), (kept, 0)]


@pytest.mark.parametrize(
    "data", [b"text\r \r\none\rtwo\r", b"text\r\rone\r\r\ntwo\r", b"id,text\r\n1,one\r\n2,two"]
)
def test_line_ends_are_the_same_without_blank_lines(data: bytes, tmp_path: Path) -> None:
    """A line feed before a row, behind the return of the header, would make lines of both."""
    (tmp_path / "x.csv").write_bytes(data)
    command.scan("x.csv", "-o", "out", cwd=tmp_path)
    command.scan("out/clean/x.csv", "-o", "again", cwd=tmp_path)
    counts = [command.summary(tmp_path / it)["counts"] for it in ("out", "again")]
    assert [(it["kept"], it["rejected"]) for it in counts] == [(2, 0)] * 2


@pytest.mark.parametrize(
    ("data", "rejected"),
    [
        (b'id,"text\n1,one\n2,two\n', 0),
        (b'text,"note\none,1\ntwo "of" it,2\n', 0),
        (b'text,"no\nte"  \n\none,1\ntwo,2\n', 1),
    ],
)
def test_a_quote_that_a_header_never_closes(data: bytes, rejected: int, tmp_path: Path) -> None:
    """It costs no row, and what is written is read as it was."""
    (tmp_path / "x.csv").write_bytes(data)
    command.scan("x.csv", "-o", "out", cwd=tmp_path)
    command.scan("out/clean/x.csv", "-o", "again", cwd=tmp_path)
    counts = [command.summary(tmp_path / it)["counts"] for it in ("out", "again")]
    assert [(it["kept"], it["rejected"]) for it in counts] == [(2, rejected), (2, 0)]


@pytest.mark.parametrize(
    ("encoding", "letter"), [("shift_jis", b"\x83|"), ("gbk", b"\x81|"), ("big5", b"\xa5|")]
)
def test_second_bytes_are_no_signs(encoding: str, letter: bytes, tmp_path: Path) -> None:
    """A letter makes no cell: then the quoted lines would be two rows."""
    rows = b'id|text\n1|one\n%b|"two\n5|lines\n"\n' % letter
    (tmp_path / "x.csv").write_bytes(rows)
    command.scan("x.csv", "-o", "out", "--encoding", encoding, "--delimiter", "|", cwd=tmp_path)
    counts = command.summary(tmp_path / "out")["counts"]
    assert (counts["kept"], counts["rejected"]) == (2, 0)
    assert (tmp_path / "out" / "clean" / "x.csv").read_bytes() == rows


def test_a_cell_is_no_header(tmp_path: Path) -> None:
    """No row is passed over for one behind it that seems to name a text."""
    (tmp_path / "x.csv").write_text("id,headline,kind\n1,one,photo\n2,two,text\n3,three,photo\n")
    assert "no text column among id, headline, kind" in command.error_of(
        tmp_path, "scan", "x.csv", "-o", "out"
    )


def test_tsv_of_databases(tmp_path: Path) -> None:
    """Backslashes stand for what a row cannot hold, and for no value at all."""
    text = TEXTS[0].replace(". ", ".\n\t")
    escaped = text.replace("\n", "\\n").replace("\t", "\\t")
    rows = f"id\tbody\ttext\tdate\n\\N\t{escaped}\t\\N\t\\N\nNULL\tother\tNULL\tNULL\n"
    (tmp_path / "x.tsv").write_text(rows)
    (tmp_path / "y.jsonl").write_bytes(dumps.jsonl_bytes([dumps.record("y", text)]))
    command.scan("x.tsv", "y.jsonl", "-o", "out", "--keep", "first", cwd=tmp_path)
    summary = command.summary(tmp_path / "out")
    counts = summary["counts"]
    assert (counts["dropped_exact"], counts["kept"], counts["unread_dates"]) == (1, 2, 0)
    assert summary["fields"][0]["text"] == {"body": 2}
    assert summary["fields"][0]["id"] == {}


CELLS = st.text(st.sampled_from("ab\"',;\t|\n\r é\\"), max_size=12)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8),
    delimiter=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_what_csv_writes_is_read(
    rows: list[tuple[str, str]],
    delimiter: str,
    quoting: int,
    end: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Every row of what Python's csv module writes, and each comes out as it went in."""
    folder = tmp_path_factory.mktemp("rows")
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=end)  # type: ignore[arg-type]
    writer.writerow(["id", "text", "n"])
    for number, row in enumerate(rows):
        writer.writerow([*row, f"row {number}"])
    data = out.getvalue().encode()
    (folder / "x.csv").write_bytes(data)
    request = Request(
        inputs=[str(folder / "x.csv")],
        output=folder / "out",
        fields=Fields(text=("text",), numbered=True, delimiter=delimiter),
        options=OPTIONS,
    )
    counts = scan(request)["counts"]
    assert (counts["read"], counts["rejected"]) == (len(rows), 0)
    assert (folder / "out" / "clean" / "x.csv").read_bytes() == data
