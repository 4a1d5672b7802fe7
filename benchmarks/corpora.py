"""The synthetic corpora, made once by `dedup synth` and kept in benchmarks/.data."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DATA = Path(__file__).with_name(".data")
DEDUP = Path(sys.executable).with_name("dedup")

Record = dict[str, Any]


def corpus(articles: int, seed: int = 1) -> Path:
    """Return the JSONL file of so many articles; it is made if it is not there."""
    path = DATA / f"{articles}-{seed}.jsonl"
    if not path.exists():
        DATA.mkdir(exist_ok=True)
        part = path.with_suffix(".part")
        options = ["--articles", str(articles), "--seed", str(seed)]
        subprocess.run([DEDUP, "synth", *options, "-o", part], check=True)
        part.replace(path)
    return path


def read(path: Path) -> Iterator[Record]:
    with path.open("rb") as lines:
        yield from map(json.loads, lines)
