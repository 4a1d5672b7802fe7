"""The plots of docs/benchmarks.md. Shapes and labels tell the lines apart, not colours."""

from pathlib import Path
from statistics import mean
from typing import Any

import matplotlib as mpl
from tables import of_group

mpl.use("svg")
# The same figures give the same bytes.
mpl.rcParams.update({"svg.hashsalt": "dedup", "svg.fonttype": "none", "font.size": 10})

import matplotlib.pyplot as plt  # noqa: E402  (after the choice of the backend)

GREY = ("#000000", "#555555", "#888888", "#aaaaaa")
MARKERS = "osD^"
STYLES = ("-", "--", "-.", ":")
ENOUGH_PRECISION = 0.95


def save(figure: Any, path: Path) -> None:
    figure.tight_layout()
    figure.savefig(path, format="svg", metadata={"Date": None})
    plt.close(figure)


def whole_pass(results: dict[str, Any], path: Path) -> None:
    """Seconds by number of articles, orjson's below."""
    rows = of_group(results, "pass")
    names = list(dict.fromkeys(row["row"] for row in rows))
    lines = {name: [(r["items"], r["seconds"]) for r in rows if r["row"] == name] for name in names}
    parsing = {row["items"]: row["orjson_seconds"] for row in rows}
    lines["orjson parsing the file, one core"] = sorted(parsing.items())
    figure, axes = plt.subplots(figsize=(7, 4))
    for (name, points), grey, marker, style in zip(
        lines.items(), GREY, MARKERS, STYLES, strict=False
    ):
        axes.plot(*zip(*points, strict=True), color=grey, marker=marker, ls=style, label=name)
    axes.set(xscale="log", yscale="log", xlabel="articles", ylabel="seconds")
    axes.grid(alpha=0.3)
    axes.legend()
    save(figure, path)


def peers(results: dict[str, Any], path: Path) -> None:
    """Recall, its mean over the kinds of version, by articles a second of processor time."""
    figure, axes = plt.subplots(figsize=(8, 4.5))
    rows = [row for row in results["rows"].values() if "not_run" not in row]
    for number, row in enumerate(rows, 1):
        point = row["articles"] / row["cpu_seconds"], mean(row["recall"].values())
        precise = row["precision"] >= ENOUGH_PRECISION
        axes.scatter(
            *point, s=50, marker="o" if precise else "X", color="black" if precise else "#888888"
        )
        axes.annotate(str(number), point, xytext=(5, 4), textcoords="offset points")
    # Names beside the points would cover one another.
    names = "\n".join(f"{number}  {row['name']}" for number, row in enumerate(rows, 1))
    axes.text(1.03, 0.98, names, transform=axes.transAxes, va="top")
    axes.set(
        xscale="log",
        ylim=(0, 1.08),
        xlabel="articles a second of processor time, from file to duplicates",
        ylabel="recall, mean over the kinds of version",
        title=f"● precision {ENOUGH_PRECISION:.0%} or more   ✖ less",
    )
    axes.grid(alpha=0.3)
    save(figure, path)
