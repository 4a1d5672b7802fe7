"""What the command is to a shell and a terminal: completion, colours, --version."""

import json
import os
import pty
import re
import subprocess
from pathlib import Path

import command
import pytest

from dedup import _core

ROOT = Path(__file__).parent.parent

# How each shell asks.
ASK = {
    "bash": lambda *words: {"COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)},
    "zsh": lambda *words: {"COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)},
    "fish": lambda *words: {"COMP_WORDS": " ".join(words), "COMP_CWORD": words[-1]},
}
SHELLS = list(ASK)

# Parameters of a colour, between those of a style.
COLOURED = re.compile(rb"\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9\d|10\d)(?:;\d+)*m")


def complete(shell: str, *words: str) -> str:
    environment = {**os.environ, "_DEDUP_COMPLETE": f"{shell}_complete", **ASK[shell](*words)}
    process = subprocess.run(
        [command.DEDUP], env=environment, capture_output=True, text=True, check=False
    )
    assert (process.returncode, process.stderr) == (0, "")
    return process.stdout


@pytest.mark.parametrize("shell", SHELLS)
def test_completion(shell: str) -> None:
    assert set(re.findall(r"\b(?:scan|index|compare|synth)\b", complete(shell, "dedup", ""))) == {
        *("scan", "index", "compare", "synth")
    }
    assert "watch" in complete(shell, "dedup", "index", "w")
    assert "--min-score" in complete(shell, "dedup", "scan", "--min-s")
    for words in (
        ("scan", "new"),
        ("scan", "--index", "new"),
        ("index", "add", "new"),
        ("index", "add", "stories.idx", "new"),
        ("compare", "new"),
    ):
        # The shell knows the files.
        assert re.match(r"file\b", complete(shell, "dedup", *words)), words


@pytest.mark.parametrize("shell", SHELLS)
def test_script_for_the_shell(shell: str) -> None:
    environment = {**os.environ, "_DEDUP_COMPLETE": f"{shell}_source"}
    process = subprocess.run(
        [command.DEDUP], env=environment, capture_output=True, text=True, check=False
    )
    assert (process.returncode, process.stderr) == (0, "")
    assert f"_DEDUP_COMPLETE={shell}_complete" in process.stdout


def test_bash_completes_a_file(tmp_path: Path) -> None:
    """As on Tab: what the script registers, asked by bash itself."""
    (tmp_path / "news.jsonl").touch()
    code = """
        set -eu
        eval "$(_DEDUP_COMPLETE=bash_source dedup)"
        COMP_WORDS=(dedup index ch) COMP_CWORD=2
        $(complete -p dedup | sed 's/.*-F \\([^ ]*\\).*/\\1/') dedup ch index
        echo "${COMPREPLY[@]}"
    """
    path = os.pathsep.join([str(Path(command.DEDUP).parent), os.environ["PATH"]])
    process = subprocess.run(
        ["bash", "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (process.stdout, process.stderr) == ("check\n", "")


def on_terminal(folder: Path, *arguments: str | Path, **environ: str) -> bytes:
    """Run the command on a terminal of its own, and return what it showed."""
    own, other = pty.openpty()
    clean = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")}
    with subprocess.Popen(
        [command.DEDUP, *map(str, arguments)],
        cwd=folder,
        stdin=other,
        stdout=other,
        stderr=other,
        env={**clean, "TERM": "xterm-256color", **environ},
    ) as process:
        os.close(other)
        shown = b""
        while True:
            try:
                data = os.read(own, 1 << 16)
            except OSError:  # the other end is closed
                break
            if not data:
                break
            shown += data
        os.close(own)
    assert process.returncode == 0, shown
    return shown


SEEDS = [ROOT / "seeds" / name for name in sorted(os.listdir(ROOT / "seeds"))]
# The progress bar and the summary; both texts in colour.
SHOWN = {
    "scan": ("scan", ROOT / "seeds", "-o", "out"),
    "compare": ("compare", SEEDS[0], SEEDS[0], "--texts"),
}


@pytest.mark.parametrize("arguments", SHOWN.values(), ids=SHOWN)
def test_colours_of_a_terminal(arguments: tuple[str | Path, ...], tmp_path: Path) -> None:
    assert COLOURED.search(on_terminal(tmp_path, *arguments))


@pytest.mark.parametrize("arguments", SHOWN.values(), ids=SHOWN)
def test_no_color(arguments: tuple[str | Path, ...], tmp_path: Path) -> None:
    shown = on_terminal(tmp_path, *arguments, NO_COLOR="1")
    assert not COLOURED.search(shown), shown


def test_force_color(tmp_path: Path) -> None:
    """Colours though no terminal reads them."""
    environment = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    process = subprocess.run(
        [command.DEDUP, *SHOWN["compare"]],
        env={**environment, "FORCE_COLOR": "1"},
        capture_output=True,
        check=False,
    )
    assert (process.returncode, process.stderr) == (0, b"")
    assert COLOURED.search(process.stdout)
    plain = command.dedup(*SHOWN["compare"])
    assert not COLOURED.search(plain.stdout.encode())


def test_version() -> None:
    process = command.dedup("--version")
    assert (process.returncode, process.stderr) == (0, "")
    first, *others = process.stdout.splitlines()
    assert first == f"dedup {_core.__version__}"
    told = dict(re.split(r"  +", line) for line in others)
    assert told == {
        "core": _core.BUILD,
        "instructions": _core.instruction_sets()[0],
        "threads": str(_core.threads()),
    }
    assert 1 <= _core.threads() <= (os.cpu_count() or 1)


def test_version_is_that_of_the_core() -> None:
    manifest = (ROOT / "rust" / "Cargo.toml").read_text()
    assert json.dumps(_core.__version__) in manifest
