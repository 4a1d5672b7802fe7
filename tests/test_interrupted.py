"""Ctrl-C while native code works on long texts: it is heard, and nothing is half done."""

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import command
import pytest

# After so many seconds it counts as not heard: what is done takes minutes, or never ends.
KILLED = 60

CALLS = {
    "signatures": "dedup.signatures([a] * 20_000)",
    "compare": "while True: dedup.compare(a, b)",
    "evidence": "while True: dedup.detect.examine(dedup.Article(a), dedup.Article(b))",
    "index, add": "index.add(dedup.Article(a, id='a'))",
    "index, replace": "index.add(dedup.Article(a, id='0'), replace=True)",
    "find_duplicates": "dedup.find_duplicates(f'{a if it % 2 else b} {it}' for it in range(64))",
}

SCRIPT = """
import signal, sys
from pathlib import Path
import dedup, dedup.detect

class Late(Exception): pass

def late(*_): raise Late

signal.signal(signal.SIGALRM, late)
a, b = Path("a.txt").read_text(), Path("b.txt").read_text()
if INDEXED:
    index = dedup.Index.open("x.idx")
    index.add_many(dedup.Article(f"{b} {it}", id=str(it)) for it in range(256))
print("begins", flush=True)
try:
    CALL
except (KeyboardInterrupt, Late) as error:
    # What was interrupted works all the same when it is called again.
    same = "the bridge was closed " * 10
    assert dedup.compare(same, same).relation == "exact"
    assert len(dedup.signatures([same])) == 1
    if INDEXED:
        # What is heard too late is stored by then.
        assert index.get("a") is None and index.get("0").text == f"{b} 0"
        assert index.stats()["articles"] == 256
        assert index.add(dedup.Article(same, id="same")) is None
    print(type(error).__name__, flush=True)
"""


@pytest.fixture
def texts(tmp_path: Path) -> tuple[str, str]:
    """A long text, and the same with each seventh word another, so that it is aligned."""
    rng = random.Random(1)
    known = ["".join(rng.choices("abcdefghij", k=6)) for _ in range(20_000)]
    words = rng.choices(known, k=100_000)
    edited = [f"x{it}" if it % 7 == 0 else word for it, word in enumerate(words)]
    a, b = " ".join(words), " ".join(edited)
    (tmp_path / "a.txt").write_text(a)
    (tmp_path / "b.txt").write_text(b)
    return a, b


INTERRUPTED = (signal.SIGINT, b"KeyboardInterrupt\n")
# A pass works in a thread of Python's, which hears Ctrl-C alone.
LATE = (signal.SIGALRM, b"Late\n")
CASES = [(it, *INTERRUPTED) for it in CALLS] + [(it, *LATE) for it in CALLS if "find" not in it]


@pytest.mark.parametrize(("call", "sent", "raised"), CASES)
@pytest.mark.usefixtures("texts")
def test_a_call_is_interrupted(
    call: str, sent: signal.Signals, raised: bytes, tmp_path: Path
) -> None:
    """By Ctrl-C, and by a handler of the caller's own, as one that sets a limit of time."""
    script = SCRIPT.replace("INDEXED", str("index" in call)).replace("CALL", CALLS[call])
    given = [sys.executable, "-c", script]
    pipe = subprocess.PIPE
    process = subprocess.Popen(given, cwd=tmp_path, stdout=pipe, stderr=pipe)
    assert process.stdout is not None
    assert process.stdout.readline() == b"begins\n"
    time.sleep(0.5)
    process.send_signal(sent)
    said, error = process.communicate(timeout=KILLED)
    assert (said, process.returncode) == (raised, 0), error


@pytest.mark.parametrize("after", [0, 1, 4])
def test_a_pass_over_long_texts_is_interrupted(
    after: float, texts: tuple[str, str], tmp_path: Path
) -> None:
    """In whatever stage it is by then."""
    with (tmp_path / "x.jsonl").open("w") as file:
        for number in range(64):
            file.write(
                json.dumps({"id": str(number), "text": f"{texts[number % 2]} q{number}"}) + "\n"
            )
    given = [command.DEDUP, "scan", "x.jsonl", "-o", "out", "--threads", "1"]
    process = subprocess.Popen(given, cwd=tmp_path, stderr=subprocess.PIPE)
    while not list(tmp_path.glob("out/.dedup-*")):
        assert process.poll() is None
        time.sleep(0.01)
    time.sleep(after)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=KILLED)
    assert process.returncode == 130
    assert error == b"error: interrupted; nothing was written\n"
    assert not (tmp_path / "out").exists()
