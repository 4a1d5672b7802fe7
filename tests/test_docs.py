"""The documents say what the program says."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import command
import pytest

ROOT = Path(__file__).parent.parent


def test_cli_reference_is_up_to_date() -> None:
    process = subprocess.run(
        [sys.executable, ROOT / "docs" / "generate_cli.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr


def snippets(path: Path, language: str = "python") -> list[str]:
    """The blocks of a language in a page, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```", path.read_text(), re.DOTALL | re.MULTILINE)


def test_shell_of_formats_runs(tmp_path: Path) -> None:
    scripts = os.pathsep.join([str(Path(command.DEDUP).parent), os.environ["PATH"]])
    (code,) = snippets(ROOT / "docs" / "formats.md", "sh")
    subprocess.run(
        ["bash", "-euc", code], cwd=tmp_path, env={**os.environ, "PATH": scripts}, check=True
    )
    assert command.summary(tmp_path / "result")["counts"]["kept"] == 2


def test_snippets_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of one page in one namespace, as a reader would paste them, beside the seeds."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    monkeypatch.chdir(tmp_path)
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        namespace: dict[str, object] = {"__name__": "__main__"}
        for number, code in enumerate(snippets(page), 1):
            exec(compile(code, f"{page.name}, snippet {number}", "exec"), namespace)
