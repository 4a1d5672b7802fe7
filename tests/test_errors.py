"""Errors of the command: one `error:` line, or the usage, and no file touched."""

from pathlib import Path

import articles
import command
import dumps
import pytest

LINE = [dumps.jsonl_bytes([{"id": f"g{n}", "text": articles.article(n, 60)}]) for n in range(2)]
CSV = dumps.csv_bytes([{"id": f"g{n}", "text": articles.article(n, 60)} for n in range(2)])


def test_folder_without_articles(tmp_path: Path) -> None:
    (tmp_path / "in" / "sub").mkdir(parents=True)
    (tmp_path / "in" / "notes.md").write_text("no article")
    command.fails(tmp_path, "in", "scan", "in", "-o", "out")


NOTHING_READ = {
    "no gzip": ("x.jsonl.gz", b"\0" + LINE[0]),
    "no zstandard": ("x.csv.zst", b"\0" + CSV),
    "no bzip2": ("x.txt.bz2", b"\0text"),
    "no xz": ("x.jsonl.xz", b"\0" + LINE[0]),
    "all lines bad": ("x.jsonl", b"{\n" * 1000),
    "no text column": ("x.csv", b"a,b\r\n1,2\r\n"),
    "a Parquet file that is none": ("x.parquet", b"PAR1 begins it, but does not go on so. PAR1"),
    "an empty Parquet file": ("x.parquet", b""),
    "the start of a Parquet file": ("x.parquet", b"PAR1" + b"\0" * 1_000),
}


@pytest.mark.parametrize("name", NOTHING_READ)
def test_nothing_can_be_read(name: str, tmp_path: Path) -> None:
    """Something is wrong with all of the input: the pass fails, and every record is accounted for.

    The folder is no obstacle to the next try.
    """
    file, data = NOTHING_READ[name]
    (tmp_path / file).write_bytes(data)
    for _ in range(2):
        error = command.error_of(tmp_path, "scan", file, "-o", "out")
        assert f" {file}:" in error
        assert str(Path("out", "rejected.jsonl")) in error
        counts = command.summary(tmp_path / "out")["counts"]
        assert counts["rejected"] == counts["read"] > 0
    (tmp_path / "y.jsonl").write_bytes(LINE[0])
    command.scan("y.jsonl", "-o", "out", cwd=tmp_path)
    assert sorted(command.tree(tmp_path / "out" / "clean")) == ["y.jsonl"]


def test_missing_input(tmp_path: Path) -> None:
    command.fails(tmp_path, r"gone\.jsonl", "scan", "gone.jsonl", "-o", "out")


def test_unknown_ending(tmp_path: Path) -> None:
    (tmp_path / "x.docx").write_bytes(b"PK")
    command.fails(tmp_path, r"x\.docx", "scan", "x.docx", "-o", "out")


def test_dangling_link(tmp_path: Path) -> None:
    """Stands for every file that cannot be opened: for root, permissions forbid nothing."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "x.jsonl").symlink_to("nowhere")
    error = command.error_of(tmp_path, "scan", "in/x.jsonl", "-o", "out")
    assert "x.jsonl" in error


def test_folder_named_like_a_file(tmp_path: Path) -> None:
    """It is a folder all the same, and is searched."""
    command.write(tmp_path, {"x.jsonl/part.jsonl": LINE[0]})
    command.scan(tmp_path / "in", "-o", tmp_path / "out")
    assert command.summary(tmp_path / "out")["counts"]["kept"] == 1


@pytest.mark.parametrize("option", ["--text-field", "--id-field", "--date-field", "--source-field"])
@pytest.mark.parametrize("name", ["x.csv", "x.jsonl"])
def test_unknown_field(option: str, name: str, tmp_path: Path) -> None:
    """A field that no record has is a slip of the user's, not a dump of bad records."""
    (tmp_path / "x.csv").write_bytes(CSV)
    (tmp_path / "x.jsonl").write_bytes(LINE[0] + LINE[1])
    error = command.error_of(tmp_path, "scan", name, "-o", "out", option, "headlne")
    assert "headlne" in error
    command.scan(name, "-o", "out", cwd=tmp_path)


WRONG_USAGE = [
    ("scan",),
    ("scan", "x.jsonl"),
    ("scan", "x.jsonl", "-o", "out", "--keep", "best"),
    ("scan", "x.jsonl", "-o", "out", "--drop", "exact,similar"),
    ("scan", "x.jsonl", "-o", "out", "--threads", "-1"),
    ("scan", "x.jsonl", "-o", "out", "--thread", "many"),
    *(("scan", "x.jsonl", "-o", "out", "--min-score", value) for value in ("2", "-1", "high")),
    *(("scan", "x.jsonl", "-o", "out", "--min-covered", value) for value in ("2", "-1", "high")),
    *(("scan", "x.jsonl", "-o", "out", "--window", value) for value in ("3", "-3d", "soon", "")),
    ("scan", "x.jsonl", "-o", "out", "--related", "--no-rewrites"),
    ("scan", "x.jsonl", "-o", "out", "--prefer-source", "wire,,paper"),
    ("scan", "x.jsonl", "-o", "out", "--prefer-source", "wire", "--index", "x.idx"),
    ("compare", "x.jsonl"),
    ("compare", "x.jsonl", "x.jsonl", "--min-score", "2"),
    ("compare", "x.jsonl", "x.jsonl", "--min-covered", "2"),
    ("unknown",),
]


@pytest.mark.parametrize("arguments", WRONG_USAGE, ids=" ".join)
def test_wrong_usage(arguments: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(LINE[0])
    process = command.dedup(*arguments, cwd=tmp_path)
    assert process.returncode == 2
    assert process.stdout == ""
    assert process.stderr
    assert not (tmp_path / "out").exists()


# --- output folder -------------------------------------------------------------------------------


def test_full_output_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(LINE[0])
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    command.fails(tmp_path, "--force", "scan", "x.jsonl", "-o", "out")


def test_empty_output_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(LINE[0])
    (tmp_path / "out").mkdir()
    command.scan("x.jsonl", "-o", "out", cwd=tmp_path)
    assert command.summary(tmp_path / "out")["counts"]["kept"] == 1


def test_force_replaces_an_earlier_result(tmp_path: Path) -> None:
    """Whole: no file of the earlier pass stays beside those of the new one."""
    (tmp_path / "x.jsonl").write_bytes(LINE[0])
    (tmp_path / "y.jsonl").write_bytes(LINE[1])
    command.scan("x.jsonl", "-o", "out", "--matches", cwd=tmp_path)
    command.scan("y.jsonl", "-o", "out", "--force", cwd=tmp_path)
    assert (tmp_path / "out" / "clean" / "y.jsonl").read_bytes() == LINE[1]
    assert not (tmp_path / "out" / "clean" / "x.jsonl").exists()
    assert not (tmp_path / "out" / "matches.jsonl").exists()


def test_failed_pass_leaves_the_earlier_result(tmp_path: Path) -> None:
    """Also the one that would replace it by nothing but rejections."""
    (tmp_path / "x.jsonl").write_bytes(LINE[0])
    (tmp_path / "y.parquet").write_bytes(b"none")
    command.scan("x.jsonl", "-o", "out", cwd=tmp_path)
    command.fails(tmp_path, r"y\.parquet", "scan", "y.parquet", "-o", "out", "--force")


def test_output_folder_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(LINE[0])
    (tmp_path / "out").write_text("a file")
    process = command.dedup("scan", "x.jsonl", "-o", "out", cwd=tmp_path)
    assert process.returncode == 1
    assert process.stderr.startswith("error: ")
    assert (tmp_path / "out").read_text() == "a file"


def test_output_folder_inside_the_input(tmp_path: Path) -> None:
    """The next pass does not read what this one wrote."""
    source = command.write(tmp_path, {"x.jsonl": LINE[0]})
    for _ in range(2):
        command.scan(source, "-o", source / "out", "--force")
        assert command.summary(source / "out")["counts"]["read"] == 1


def test_results_are_no_input_of_the_pass_that_replaces_them(tmp_path: Path) -> None:
    command.write(tmp_path, {"x.jsonl": LINE[0]})
    command.scan("in", "-o", "out", cwd=tmp_path)
    command.fails(tmp_path, "out", "scan", "out/clean/x.jsonl", "-o", "out", "--force")


def test_input_in_the_output_folder(tmp_path: Path) -> None:
    """--force is no leave to touch the folder that holds the articles."""
    source = command.write(tmp_path, {"x.jsonl": LINE[0]})
    for given in (source, source / "x.jsonl"):
        command.fails(tmp_path, "output folder", "scan", given, "-o", source, "--force")


def test_force_leaves_other_files(tmp_path: Path) -> None:
    command.write(tmp_path, {"x.jsonl": LINE[0]})
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.md").write_bytes(b"mine")
    command.scan("in", "-o", "out", "--force", cwd=tmp_path)
    assert command.summary(tmp_path / "out")["counts"]["kept"] == 1
    assert (tmp_path / "out" / "mine.md").read_bytes() == b"mine"
