"""The command as a process: whatever its streams, limits and signals, it ends as documented."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import command
import dumps
import pytest

ARTICLES = dumps.jsonl_bytes(dumps.story_dump())
# Names and a text that ASCII does not have.
FOREIGN = dumps.jsonl_bytes([dumps.record("é", "Zoë's naïve café. " + dumps.OWN["a"])])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "x.jsonl").write_bytes(ARTICLES)
    (tmp_path / "é.jsonl").write_bytes(FOREIGN)
    return tmp_path


def shell(line: str, folder: Path) -> "subprocess.CompletedProcess[bytes]":
    """Run a line of bash in which `dedup` is the command; nothing of Python's may be seen."""
    line = f"set -o pipefail; {line}"
    environment = {**os.environ, "PATH": f"{Path(command.DEDUP).parent}:{os.environ['PATH']}"}
    process = subprocess.run(
        ["bash", "-c", line], cwd=folder, env=environment, capture_output=True, check=False
    )
    for said in (process.stdout, process.stderr):
        for never in (b"Traceback", b"Exception ignored", b"panicked", b"please report"):
            assert never not in said, said
    return process


# --- streams --------------------------------------------------------------------------------------

# The command, its exit status, and what its error says where there is one.
STREAMS = [
    ("dedup scan x.jsonl -o out 2>&-", 0, ""),
    ("dedup scan x.jsonl -o out >&-", 0, ""),
    ("dedup scan x.jsonl -o out <&-", 0, ""),
    ("dedup scan x.jsonl -o out <&- >&- 2>&-", 0, ""),
    ("dedup scan x.jsonl -o out 2>/dev/full", 0, ""),
    ("dedup scan x.jsonl -o out 2> >(exit 0)", 0, ""),
    ("dedup scan x.jsonl -o out --json | head -0", 0, ""),
    ("dedup scan x.jsonl -o out --json 2>&1 | head -0", 0, ""),
    ("dedup scan x.jsonl -o out --json >&-", 1, "standard output"),
    ("dedup scan x.jsonl -o out --json >/dev/full", 1, "No space left on device: standard output"),
    ("dedup scan - -o new <&-", 1, "standard input is closed"),
    ("dedup scan gone.jsonl -o new 2>&-", 1, ""),
    ("dedup scan gone.jsonl -o new 2>/dev/full", 1, ""),
    ("dedup scan gone.jsonl -o new --json >&-", 1, "no such file"),
    ("dedup scan 2>&-", 2, ""),
    ("dedup scan 2>/dev/full", 2, ""),
    ("dedup --help >/dev/full", 1, "standard output"),
    ("dedup --help | head -0", 0, ""),
    ("dedup --version >&-", 1, "standard output"),
    ("dedup synth -n 50000 | head -0", 0, ""),
    ("dedup synth -n 100 >&-", 1, "standard output"),
    ("dedup synth -n 100 >/dev/full", 1, "standard output"),
    ("dedup compare x.jsonl é.jsonl >/dev/full", 1, "standard output"),
    ("dedup compare x.jsonl é.jsonl >&-", 1, "standard output"),
    ("dedup compare x.jsonl é.jsonl | head -0", 0, ""),
]


@pytest.mark.parametrize(("line", "status", "said"), STREAMS, ids=[it[0] for it in STREAMS])
def test_streams(line: str, status: int, said: str, folder: Path) -> None:
    process = shell(line, folder)
    assert process.returncode == status, process.stderr
    errors = [it for it in process.stderr.decode().splitlines() if it.startswith("error: ")]
    assert len(errors) == bool(said)
    assert all(said in error for error in errors)
    if "-o out" in line:
        assert command.summary(folder / "out")["counts"]["read"] == 5
        assert command.tree(folder / "out" / "clean").keys() == {"x.jsonl"}
    assert not (folder / "new").exists()


def test_results_when_nobody_reads_what_is_said(folder: Path) -> None:
    """Standard output has its JSON all the same."""
    process = shell("dedup scan x.jsonl -o out --json 2>/dev/full", folder)
    assert json.loads(process.stdout)["counts"]["read"] == 5


PLAIN = "LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0"

TERMINALS = [
    "LC_ALL=C PYTHONIOENCODING=ascii",
    f"{PLAIN} PYTHONIOENCODING=ascii",
    "PYTHONIOENCODING=latin-1",
    '-i PYTHONPATH="$PYTHONPATH"',
    "-u HOME",
]


@pytest.mark.parametrize("environment", TERMINALS)
def test_terminals(environment: str, folder: Path) -> None:
    dedup = f"env {environment} {command.DEDUP}"
    process = shell(f"{dedup} scan é.jsonl -o résultats --json", folder)
    assert process.returncode == 0, process.stderr
    assert json.loads(process.stdout)["inputs"]["given"] == ["é.jsonl"]
    out = folder / "résultats"
    assert command.summary(out)["counts"]["kept"] == 1
    assert (out / "clean" / "é.jsonl").read_bytes() == FOREIGN
    for line, status in ((f"{dedup} compare é.jsonl é.jsonl", 0), (f"{dedup} scan né -o out", 1)):
        process = shell(line, folder)
        assert process.returncode == status, process.stderr
    assert process.stderr.startswith(b"error: no such file or folder: n")


# --- limits ---------------------------------------------------------------------------------------

OPTIONS = [
    ("--threads 70000", "1024 or fewer"),
    ("--threads 99999999999999999999", "1024 or fewer"),
    ("--threads -1", "-1"),
    ("--memory 100000000TB", "9000000TB or less"),
    ("--memory 999999999999TiB", "9000000TB or less"),
    ("--memory 0", "16MB or more"),
    ("--memory -1GB", "as 4GB, 500MB or 2GiB"),
    ("--min-score nan", "from 0 to 1"),
    ("--min-covered inf", "inf"),
]


@pytest.mark.parametrize(("options", "said"), OPTIONS, ids=[it[0] for it in OPTIONS])
def test_values_out_of_range(options: str, said: str, folder: Path) -> None:
    process = shell(f"dedup scan x.jsonl -o out {options}", folder)
    assert process.returncode == 2
    assert said in process.stderr.decode()
    assert not (folder / "out").exists()


@pytest.mark.parametrize("options", ["--threads 300", "--memory 8000000TB", "--window 99999999w"])
def test_values_at_the_edge(options: str, folder: Path) -> None:
    assert shell(f"dedup scan x.jsonl -o out {options}", folder).returncode == 0


def test_few_open_files(folder: Path) -> None:
    for number in range(100):
        (folder / "in" / str(number)).mkdir(parents=True)
        (folder / "in" / str(number) / "x.txt").write_text(dumps.OWN["a"])
    process = shell("ulimit -n 32; dedup scan in -o out", folder)
    assert process.returncode == 0, process.stderr
    assert command.summary(folder / "out")["counts"]["read"] == 100


@pytest.mark.parametrize("kilobytes", [0, 1, 2])
@pytest.mark.parametrize("more", ["", "--force"])
def test_no_room_for_results(kilobytes: int, more: str, folder: Path) -> None:
    """A limit on the size of a file stands for a disk that is full in the midst of a write."""
    if more:
        command.scan("é.jsonl", "-o", "out", cwd=folder)
    before = command.tree(folder)
    given = [command.DEDUP, "scan", "x.jsonl", "-o", "out", *more.split()]
    limits = (kilobytes << 10, kilobytes << 10)
    process = subprocess.run(
        given,
        cwd=folder,
        capture_output=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limits),
    )
    assert process.returncode == 1
    (line,) = process.stderr.decode().splitlines()
    assert line.startswith("error: ")
    assert "File too large" in line
    assert command.tree(folder) == before


# --- output folders -------------------------------------------------------------------------------

FOLDERS = [
    ("-o out/", "out"),
    ("-o ./out//.", "out"),
    ("-o link", "real"),
    ("-o a/b/c", "a/b/c"),
    ("-o $'n\\xe9 \\n'", b"n\xe9 \n"),
    ("-o out --temp-dir /dev/shm", "out"),
    ("-o out --temp-dir real", "out"),
    ("-o out --temp-dir .", "out"),
]


@pytest.mark.parametrize(("option", "out"), FOLDERS, ids=[it[0] for it in FOLDERS])
def test_names_of_the_output_folder(option: str, out: str | bytes, folder: Path) -> None:
    (folder / "real").mkdir()
    (folder / "link").symlink_to("real")
    process = shell(f"dedup scan x.jsonl {option}", folder)
    assert process.returncode == 0, process.stderr
    assert command.summary(folder / os.fsdecode(out))["counts"]["read"] == 5
    assert not list(folder.rglob(".*dedup-*"))


def test_output_into_the_folder_one_is_in(folder: Path) -> None:
    (folder / "here").mkdir()
    command.scan("../x.jsonl", "-o", ".", cwd=folder / "here")
    assert command.summary(folder / "here")["counts"]["read"] == 5
    command.fails(folder, "in the output folder", "scan", "x.jsonl", "-o", ".", "--force")


NO_FOLDERS = {
    "-o /proc/out": "No such file or directory",
    "-o /proc --force": "cannot write into /proc",
    f"-o {'n' * 300}": "File name too long",
    "-o dangling": "File exists",
    "-o x.jsonl": "is not a folder",
    "-o x.jsonl/out": "Not a directory",
    "-o out --temp-dir x.jsonl": "is not there",
    "-o out --temp-dir /proc": "cannot write into /proc",
}


@pytest.mark.parametrize("option", NO_FOLDERS)
def test_folders_that_take_nothing(option: str, folder: Path) -> None:
    (folder / "dangling").symlink_to("nowhere")
    command.fails(folder, NO_FOLDERS[option], "scan", "x.jsonl", *option.split())


def test_input_that_holds_an_earlier_output(folder: Path) -> None:
    """It is read, and told of: once for each, wherever it lies."""
    command.scan("x.jsonl", "-o", "in/2024/out", cwd=folder)
    (folder / "in" / "y.jsonl").write_bytes(FOREIGN)
    shown = command.scan("in", "-o", "new", cwd=folder)
    (warning,) = [line for line in shown.splitlines() if "earlier output" in line]
    assert str(folder / "in" / "2024" / "out") in warning
    assert warning.removeprefix("warning: ") in command.summary(folder / "new")["warnings"]
    # The folder that takes the results of this pass is no input.
    shown = command.scan("in", "-o", "in/2024/out", "--force", cwd=folder)
    assert "earlier output" not in shown


# --- signals --------------------------------------------------------------------------------------


def reading(folder: Path, *arguments: str, **named: Any) -> "subprocess.Popen[bytes]":
    """A pass that waits for its input."""
    given = [*arguments, command.DEDUP, "scan", "-", "-o", "out"]
    pipe = subprocess.PIPE
    process = subprocess.Popen(given, cwd=folder, stdin=pipe, stdout=pipe, stderr=pipe, **named)
    until = time.monotonic() + 60
    while not list(folder.glob("out/.dedup-*/stdin.jsonl")):
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.001)
    return process


@pytest.mark.parametrize(
    "sent",
    [
        [signal.SIGINT],
        [signal.SIGTERM],
        [signal.SIGHUP],
        [signal.SIGINT, signal.SIGINT],
        [signal.SIGTERM] * 20,
        [signal.SIGINT, signal.SIGTERM, signal.SIGHUP],
    ],
    ids=lambda sent: "+".join(it.name for it in sent),
)
def test_signals(sent: list[signal.Signals], folder: Path) -> None:
    process = reading(folder)
    for number in sent:
        process.send_signal(number)
    _, error = process.communicate()
    assert process.returncode == 130
    assert error == b"error: interrupted; nothing was written\n"
    assert not (folder / "out").exists()


def test_signal_that_is_to_be_ignored(folder: Path) -> None:
    """As nohup has it."""
    ignored: Callable[[], Any] = lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)  # noqa: E731
    process = reading(folder, preexec_fn=ignored)
    process.send_signal(signal.SIGHUP)
    _, error = process.communicate(ARTICLES)
    assert process.returncode == 0, error
    assert command.summary(folder / "out")["counts"]["read"] == 5


def test_interrupted_at_any_time(folder: Path) -> None:
    """From the first line of the command on there is no traceback, and nothing half done."""
    run = "import sys; from dedup.cli import main; print('.', flush=True); main()"
    for delay in range(0, 280, 35):
        given = [sys.executable, "-c", run, "scan", "x.jsonl", "-o", "out", "--force"]
        pipe = subprocess.PIPE
        process = subprocess.Popen(given, cwd=folder, stdout=pipe, stderr=pipe)
        assert process.stdout is not None
        process.stdout.read(1)
        time.sleep(delay / 1000)
        process.send_signal(signal.SIGINT)
        _, error = process.communicate()
        # Between the line that was printed and the command there is a moment of Python's own.
        own = b'Traceback (most recent call last):\n  File "<string>", line 1, in <module>\n'
        assert b"Traceback" not in error.removeprefix(own)
        # By the signal itself, once Python is on its way out.
        assert process.returncode in (0, 130, -signal.SIGINT)
        if process.returncode == 0:
            assert command.summary(folder / "out")["counts"]["read"] == 5
        assert not list(folder.glob("out/.*dedup-*"))
