"""The package alone does what the README shows; what takes an extra says which, in one line."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from test_docs import snippets

import dedup

ROOT = Path(__file__).parent.parent

# What the extras bring. What the package itself takes is in pyproject.toml.
EXTRAS = (
    *("numpy", "scipy", "datasketch", "pyarrow", "pandas", "polars", "pyspark", "psycopg"),
    *("obstore", "botocore", "huggingface_hub", "fastwarc", "resiliparse"),
)
WITHOUT = f"import sys; sys.modules.update(dict.fromkeys({EXTRAS}))\n"


def without_extras(folder: Path, code: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", WITHOUT + code],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def command_without_extras(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    code = f"import dedup.cli; sys.argv[1:] = {arguments}; dedup.cli.main()"
    return without_extras(folder, code)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    return tmp_path


def test_package_alone(folder: Path) -> None:
    seeds = [f"seeds/{path.name}" for path in sorted((folder / "seeds").iterdir())]
    for arguments in (
        ("scan", "seeds", "-o", "found"),
        ("index", "add", "stories.idx", "seeds", "-o", "new"),
        ("index", "export", "stories.idx", "stories.jsonl.gz"),
        ("scan", "seeds", "-o", "again", "--index", "stories.idx"),
        ("compare", *seeds[:2]),
        ("synth", "-n", "100", "-o", "news.jsonl"),
        ("scan", "news.jsonl", "-o", "result", "--report"),
        ("report", "result", "-o", "report.html"),
    ):
        process = command_without_extras(folder, *arguments)
        assert process.returncode == 0, (arguments, process.stderr)
    (code,) = snippets(ROOT / "README.md")
    process = without_extras(folder, code)
    assert (process.returncode, process.stdout) == (0, "paper is exact of wire\n"), process.stderr


def test_requirements_are_those_of_the_package_alone() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    (required,) = re.findall(r"^dependencies = \[(.*?)^\]", text, re.DOTALL | re.MULTILINE)
    assert re.findall(r'"(\w+)', required) == ["click", "pygal", "rich", "xxhash"]


@pytest.mark.parametrize(
    ("arguments", "what", "extra"),
    [
        (("scan", "a.parquet", "-o", "out"), "{folder}/a.parquet", "parquet"),
        (("scan", ".", "-o", "out"), "{folder}/a.parquet", "parquet"),
        (("compare", "1", "2", "--dump", "a.parquet"), "{folder}/a.parquet", "parquet"),
        (("index", "add", "x.idx", "a.parquet"), "{folder}/a.parquet", "parquet"),
        (("index", "export", "seeds.idx", "x.parquet"), "x.parquet", "parquet"),
        (("index", "export", "seeds.idx", "x.jsonl.zst"), "x.jsonl.zst", "parquet"),
        (("scan", "a.warc.gz", "-o", "out"), "{folder}/a.warc.gz", "web"),
        (("scan", "s3://a/b", "-o", "out"), "s3://", "remote"),
        (("index", "stats", "postgresql://a/b"), "an index in a database", "postgres"),
    ],
)
def test_command_names_the_extra(
    arguments: tuple[str, ...], what: str, extra: str, folder: Path
) -> None:
    with dedup.Index.open(folder / "seeds.idx") as index:
        index.add({"id": "a", "text": "An article."})
    for name in ("a.parquet", "a.warc.gz"):
        (folder / name).write_bytes(b"")
    process = command_without_extras(folder, *arguments)
    wanted = f"{what} needs more packages: pip install 'dedup-news[{extra}]'"
    assert process.stderr == f"error: {wanted.format(folder=folder)}\n"
    assert process.returncode == 1
    assert not (folder / "out").exists()


def test_archive_in_zstd_takes_two_extras(folder: Path) -> None:
    (folder / "a.warc.zst").write_bytes(b"")
    code = (
        "sys.modules.pop('fastwarc'); sys.modules.pop('resiliparse')\n"
        "import dedup.cli; sys.argv[1:] = ['scan', 'a.warc.zst', '-o', 'out']; dedup.cli.main()"
    )
    process = without_extras(folder, code)
    assert process.stderr.endswith("needs more packages: pip install 'dedup-news[parquet]'\n")


@pytest.mark.parametrize(
    ("code", "what", "extra"),
    [
        ("dedup.signatures(['a'])", "signatures", "datasketch"),
        ("dedup.minhashes(['a'])", "signatures", "datasketch"),
        (
            "class Table:\n"
            "    def __arrow_c_stream__(self, schema=None): raise AssertionError\n"
            "dedup.find_duplicates(Table())",
            "a table with the Arrow interface",
            "parquet",
        ),
    ],
)
def test_library_names_the_extra(code: str, what: str, extra: str, tmp_path: Path) -> None:
    process = without_extras(tmp_path, f"import dedup\n{code}")
    wanted = f"{what} needs more packages: pip install 'dedup-news[{extra}]'"
    assert process.stderr.splitlines()[-1] == f"dedup.errors.InputError: {wanted}"


def test_files_name_the_package_as_it_is_installed() -> None:
    """`dedup` is another package of the index."""
    named = re.compile(r"dedup" + r"\[|pip install [^\n&;|]*\bdedup\b(?!-news)")
    own = [*ROOT.glob("[!.]*"), ROOT / ".ci", ROOT / ".github"]
    files = [
        path
        for top in own
        for path in (top, *top.rglob("*"))
        if path.suffix in (".md", ".py", ".pyi", ".toml", ".yml", ".rs", "")
        and path.is_file()
        and not {"target", ".data", "site"} & set(path.parts)
        and path != Path(__file__)
    ]
    assert len(files) > 200
    wrong = [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path in files
        for found in named.finditer(path.read_text(errors="replace"))
    ]
    assert wrong == []


def test_spark_names_its_extra(folder: Path) -> None:
    # What `python -m dedup.spark` runs.
    process = without_extras(folder, "import runpy; runpy._run_module_as_main('dedup.spark')")
    assert process.stderr.count("\n") == 1
    assert process.stderr.endswith("needs more packages: pip install 'dedup-news[spark]')\n")
    assert process.returncode == 1
