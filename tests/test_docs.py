"""The documents say what the program says."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

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


def snippets(path: Path) -> list[str]:
    """The blocks of Python in a page, in order."""
    return re.findall(r"^```python\n(.*?)^```", path.read_text(), re.DOTALL | re.MULTILINE)


def test_snippets_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of one page in one namespace, as a reader would paste them, beside the seeds."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    monkeypatch.chdir(tmp_path)
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        namespace: dict[str, object] = {"__name__": "__main__"}
        for number, code in enumerate(snippets(page), 1):
            exec(compile(code, f"{page.name}, snippet {number}", "exec"), namespace)
