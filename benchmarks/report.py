"""Write the tables and plots of docs/benchmarks.md from the results in benchmarks/.data.

    python benchmarks/report.py

A section between `<!-- bench:NAME -->` and `<!-- /bench:NAME -->` is replaced when its results are
there; all else stays.
"""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import tables
from corpora import DATA

DOCS = Path(__file__).parents[1] / "docs"

Section = Callable[[dict[str, Any]], str]


def replace_section(page: str, name: str, content: str) -> str:
    pattern = re.compile(rf"(<!-- bench:{name} -->\n).*?(<!-- /bench:{name} -->)", re.DOTALL)
    new, number = pattern.subn(lambda match: f"{match[1]}\n{content}\n\n{match[2]}", page)
    if number != 1:
        raise SystemExit(f"error: docs/benchmarks.md has {number} sections bench:{name}, not one")
    return new


def rewrite(page: str, sections: Mapping[str, Section], results: dict[str, Any]) -> str:
    for name, section in sections.items():
        page = replace_section(page, name, section(results))
    return page


def main() -> None:
    import plots

    path = DOCS / "benchmarks.md"
    page = path.read_text(encoding="utf-8")
    for file, sections, plot, image in (
        ("bench.json", tables.OF_BENCHMARKS, plots.whole_pass, "benchmarks-pass.svg"),
        ("peers.json", tables.OF_PEERS, plots.peers, "benchmarks-peers.svg"),
    ):
        if (DATA / file).exists():
            results = json.loads((DATA / file).read_text())
            page = rewrite(page, sections, results)
            plot(results, DOCS / image)
    path.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
