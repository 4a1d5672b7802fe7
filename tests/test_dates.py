"""Dates: each form that docs/dates.md lists, the order of a column, and what is told of them."""

import csv
import io
import json
import re
import shlex
from pathlib import Path
from typing import Any

import command
import dumps
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import dedup
from dedup import _core

PAGE = (Path(__file__).parent.parent / "docs" / "dates.md").read_text()


def rows_of(title: str) -> list[list[list[str]]]:
    """What stands in backticks in each cell of a table."""
    section = PAGE.split(f"## {title}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    cells = [line.strip("|").split(" | ") for line in lines]
    return [[re.findall("`([^`]+)`", cell) for cell in row] for row in cells]


def test_every_form_in_the_docs() -> None:
    rows = rows_of("What is read")
    assert len(rows) > 25
    for _, examples, [expected] in rows:
        for example in examples:
            assert _core.parse_date(example) == _core.parse_date(expected) is not None, example
            assert _core.looks_like_date(example) or example.isdigit(), example


def test_nothing_that_the_docs_say_is_not_read() -> None:
    rows = rows_of("What is not read")
    assert len(rows) > 5
    for _, examples in rows:
        for example in examples:
            assert _core.parse_date(example) is None, example
            assert not _core.looks_like_date(example), example


WRAPPED = [
    *("/Date(1583064000000)/", "/Date(1583064000000+0100)/", r"\/Date(1583064000000)\/"),
    *('"2020-03-01T12:00:00Z"', "'1 March 2020, 12:00'", 'ISODate("2020-03-01T12:00:00.000Z")'),
    *("Timestamp('2020-03-01 12:00:00')", "new Date(1583064000000)"),
]


def test_what_programs_write_around_a_date() -> None:
    for text in WRAPPED:
        assert _core.parse_date(text) == _core.parse_date("2020-03-01T12:00:00Z"), text
    assert _core.parse_date("/Date(-1583064000000)/") == _core.parse_date("-1583064000")
    for text in ('""', "/Date()/", "ISODate(", "'", "/Date(é)/", "/Date(+)/"):
        assert _core.parse_date(text) is None, text


def test_orders_in_the_docs() -> None:
    for [example], *readings in rows_of("What an order tells"):
        assert _core.parse_date(example) is None
        assert _core.looks_like_date(example)
        for order, reading in zip(("dmy", "mdy"), readings, strict=True):
            expected = reading[0] if reading else None
            assert dates([example], date_order=order) == [expected], (example, order)


def dates(column: list[str], **options: Any) -> list[str | None]:
    """The dates of a column, as a pass reads them."""
    native = _core.Pass(drop=[], **options)
    table = native.add_table("rows")
    ids = [str(number) for number in range(len(column))]
    native.add_rows(table, ["some words"] * len(column), ids, list(column))
    found = [native.article(id_) for id_ in ids]
    return [article and article[1] for article in found]


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (["01/03/2020", "13/03/2020"], ["2020-03-01", "2020-03-13"]),
        (["01/03/2020", "03/13/2020"], ["2020-01-03", "2020-03-13"]),
        (["03/13/2020", "01/03/2020", "13/03/2020"], ["2020-03-13", None, "2020-03-13"]),
        (["01/03/2020", "02/02/2020"], [None, "2020-02-02"]),
        # Other signs are of the same column, and a month in letters proves nothing.
        (["1.3.2020 12:00", "31-12-2019"], ["2020-03-01T12:00:00Z", "2019-12-31"]),
        (["01/03/2020", "1 March 2020", "2020-03-01"], [None, "2020-03-01", "2020-03-01"]),
        (["25/03/20", "12/31/99"], [None, "1999-12-31"]),
        (["25/03/20", "31/12/99"], ["2020-03-25", "1999-12-31"]),
        (["01/03/20", "99/12/31"], [None, "1999-12-31"]),
    ],
)
def test_a_column_has_one_order(column: list[str], expected: list[str | None]) -> None:
    assert dates(column) == expected
    assert dates(column[::-1]) == expected[::-1]


def test_more_rows_may_settle_an_order_and_unsettle_it() -> None:
    native = _core.Pass(drop=[])
    table = native.add_table("rows")
    seen = []
    for number, date in enumerate(["01/03/2020", "13/03/2020", "03/13/2020"]):
        native.add_rows(table, ["some words"], [str(number)], [date])
        seen.append((native.article("0"), native.dates()["unread"]))
    known = ("some words", "2020-03-01")
    assert seen == [(("some words", None), 1), (known, 0), (("some words", None), 1)]


# ---- over the files of a dump ----

COPIES = [dumps.COPY, dumps.EDITED]


def csv_of(rows: list[dict[str, Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def parquet_of(rows: list[dict[str, Any]]) -> bytes:
    out = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(rows), out)
    return out.getvalue().to_pybytes()


FORMATS = {"csv": csv_of, "jsonl": dumps.jsonl_bytes, "parquet": parquet_of}


def dump(folder: Path, **files: list[str]) -> None:
    """Files named FORMAT_NUMBER with an article for each date; all are of stories of their own."""
    own = iter(dumps.OWN.values())
    for name, column in files.items():
        rows = [
            dumps.record(f"{name}:{row}", next(own), date=date)
            for row, date in enumerate(column, 1)
        ]
        form = name.partition("_")[0]
        (folder / f"{name}.{form}").write_bytes(FORMATS[form](rows))


def told(folder: Path, *options: str) -> tuple[dict[str, Any], dict[str, Any], str]:
    """The counts and what the summary says of dates, and what a person sees."""
    seen = command.scan(*sorted(folder.glob("*.*")), "-o", folder / "out", "--force", *options)
    summary = command.summary(folder / "out")
    return summary["counts"], summary["dates"], seen


ASKING = {f"{form}_{number}": ["01/03/2020"] for form in FORMATS for number in (1, 2)}


@pytest.mark.parametrize("proving", FORMATS)
def test_files_with_the_same_field_share_an_order(proving: str, tmp_path: Path) -> None:
    dump(tmp_path, **ASKING, **{f"{proving}_3": ["13/03/2020"]})
    counts, found, seen = told(tmp_path)
    assert (counts["dated"], counts["unread_dates"], found["read_day_first"]) == (7, 0, 6)
    assert "dates of two readings" in seen
    assert "dates without an order" not in seen


def test_files_that_prove_none_or_both_have_none(tmp_path: Path) -> None:
    dump(tmp_path, **ASKING)
    counts, found, seen = told(tmp_path)
    assert (counts["dated"], counts["unread_dates"]) == (0, 6)
    assert (found["unread"], found["unordered"]) == (6, 6)
    assert found["unordered_example"] == ["01/03/2020", "csv_1.csv", 1]
    assert re.search(
        r"without an order +6, such as '01/03/2020' \(csv_1.csv:1\); .*--date-order", seen
    )
    # A file that proves one has that one all the same.
    dump(tmp_path, **ASKING, csv_3=["13/03/2020"], jsonl_4=["03/13/2020", "1/3/20"])
    counts, found, _ = told(tmp_path)
    assert (counts["dated"], found["unordered"], found["read_month_first"]) == (3, 6, 1)
    counts, found, _ = told(tmp_path, "--date-order", "dmy")
    assert (counts["dated"], found["unread"], found["read_day_first"]) == (9, 0, 7)


def test_fields_of_other_names_share_none(tmp_path: Path) -> None:
    dump(tmp_path, csv_1=["01/03/2020"])
    rows = [dumps.record("x", dumps.OWN["k"], published="13/03/2020")]
    (tmp_path / "csv_2.csv").write_bytes(csv_of(rows))
    counts, found, _ = told(tmp_path)
    assert (counts["dated"], found["unordered"]) == (1, 1)


def test_an_order_decides_which_copy_stays(tmp_path: Path) -> None:
    rows = [
        dumps.record("january", dumps.COPY, date="03/01/2020"),
        dumps.record("february", dumps.COPY, date="01/02/2020"),
        dumps.record("other", dumps.OWN["a"], date="13/03/2020"),
    ]
    (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes(rows))
    for options, dropped in (([], "february"), (["--date-order", "mdy"], "january")):
        command.scan("x.jsonl", "-o", "out", "--force", *options, cwd=tmp_path)
        [line] = command.read_lines(tmp_path / "out" / "duplicates.jsonl")
        assert line["id"] == dropped, options
        result = dedup.find_duplicates(rows, date_order=options[-1] if options else None)
        assert [it.id for it in result.duplicates] == [dropped]
    asked = ("compare", "january", "february", "--dump", "x.jsonl", "--json")
    found = json.loads(command.dedup(*asked, cwd=tmp_path).stdout)
    assert (found["date_a"], found["date_b"]) == ("2020-01-03", "2020-02-01")


def test_what_is_told_of_dates(tmp_path: Path) -> None:
    dump(
        tmp_path,
        csv_1=["2020-03-01", "soon \x1b[2J", "9999-12-31"],
        jsonl_1=["", "0", "1599-12-31", "1600-01-01", "03/04/2020"],
    )
    counts, found, seen = told(tmp_path)
    assert (counts["dated"], counts["unread_dates"], counts["doubtful_dates"]) == (4, 3, 2)
    assert found == {
        **{"read_day_first": 0, "read_month_first": 0},
        **{"unread": 3, "unread_example": ["soon \x1b[2J", "csv_1.csv", 2]},
        **{"unordered": 1, "unordered_example": ["03/04/2020", "jsonl_1.jsonl", 5]},
        **{"doubtful": 2, "doubtful_example": ["9999-12-31", "csv_1.csv", 3]},
    }
    assert "\x1b" not in seen
    assert re.search(r"dates not read +2, such as 'soon .*' \(csv_1.csv:2\); taken as", seen)
    assert re.search(r"without an order +1, such as '03/04/2020' \(jsonl_1.jsonl:5\)", seen)
    assert re.search(r"doubtful dates +2, such as '9999-12-31' \(csv_1.csv:3\); before 1600", seen)


def test_nothing_is_told_of_dates_that_are_read(tmp_path: Path) -> None:
    dump(tmp_path, csv_1=["2020-03-01", "13/03/2020", "1 March 2020"])
    counts, found, seen = told(tmp_path)
    assert (counts["dated"], found["unread"], found["doubtful"]) == (3, 0, 0)
    assert "not read" not in seen
    assert "doubtful" not in seen


def test_a_date_field_of_another_name_is_named(tmp_path: Path) -> None:
    """One of numbers only by its name; and not the one that was read."""
    for field, value, named in (
        ("posted", "1 May 2024", True),
        ("seen at", "2024-05-01", True),
        ("stamp", 1583064000, True),
        ("views", 1583064000, False),
        ("date", "01/02/2020", False),
    ):
        (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes([{"text": "one", field: value}]))
        seen = command.scan("x.jsonl", "-o", "out", "--force", cwd=tmp_path)
        assert ("no date was read" in seen) == named, seen
        assert not named or f"--date-field {shlex.quote(field)}" in seen


def test_one_date_alone_has_no_order(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(dumps.OWN["a"])
    process = command.dedup("compare", "a.txt", "a.txt", "--date-a", "01/03/2020", cwd=tmp_path)
    assert process.returncode == 2
    assert "'01/03/2020' has several readings; give it as 2024-05-31" in process.stderr
    with dedup.Index.open(tmp_path / "x.idx") as index:
        with pytest.raises(dedup.InputError, match="'01/03/2020' cannot be read"):
            index.add({"id": "a", "text": dumps.OWN["a"], "date": "01/03/2020"})
        index.add({"id": "b", "text": dumps.OWN["b"], "date": "13/03/2020"})
        assert [it.date is not None for it in index.articles()] == [True]


def test_an_order_that_there_is_not() -> None:
    with pytest.raises(dedup.OptionError, match="date_order is 'ymd'; choose dmy or mdy"):
        dedup.find_duplicates(["a"], date_order="ymd")
