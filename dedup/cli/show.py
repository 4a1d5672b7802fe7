"""What a person sees: the progress bar, the summary, two texts side by side."""

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from dedup.article import Article
from dedup.config import RELATIONS
from dedup.dump.gauge import Tick
from dedup.result import Comparison, Evidence

# rich is imported where something is drawn on a terminal; elsewhere nothing of it is needed.
if TYPE_CHECKING:
    from rich.text import Text

T = TypeVar("T")

# A text may hold codes that move the cursor or retitle the window; each becomes one visible
# character, so that the offsets of passages stay true.
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)), "\N{REPLACEMENT CHARACTER}")
_CONTROLS.pop(ord("\n"))
_CONTROLS[ord("\t")] = " "

# Neighbouring passages differ in colour, so that the eye finds the same one on the other side.
_COLOURS = ("green", "cyan", "yellow", "magenta", "blue", "red")


class ProgressBar:
    """A bar with stage, rate and remaining time on standard error; used only on a terminal."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self._progress = Progress(
            TextColumn("{task.description:<10}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}% {task.fields[rate]:>14}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._stage = ""
        self._started = time.monotonic()

    def __enter__(self) -> "ProgressBar":
        self._progress.start()
        self._task = self._progress.add_task("start", rate="")
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def update(self, stage: str, done: int, total: int) -> None:
        if not stage:  # between two stages
            return
        if stage != self._stage:
            self._stage, self._started = stage, time.monotonic()
            self._progress.reset(self._task)
        rate = _rate(stage, done / max(time.monotonic() - self._started, 0.1))
        self._progress.update(
            self._task, description=stage, completed=done, total=total or None, rate=rate
        )


def with_progress(work: Callable[[Tick | None], T]) -> T:
    """Run `work` with what draws its progress, or with None where no terminal shows it."""
    if not sys.stderr.isatty():
        return work(None)
    with ProgressBar() as bar:
        return work(bar.update)


def _rate(stage: str, per_second: float) -> str:
    if stage in ("read", "write"):
        return f"{per_second / 1e6:,.0f} MB/s"
    return f"{per_second:,.0f}/s"


def print_summary(summary: dict[str, Any], output: str | None) -> None:
    """Print the summary table on standard error."""
    rows = _summary_rows(summary, output)
    if not sys.stderr.isatty():
        width = max(len(label) for label, _ in rows)
        for label, value in rows:
            print(f"{label:<{width}}  {value}", file=sys.stderr)
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(show_header=False)
    for label, value in rows:
        table.add_row(label, Text(value))
    Console(stderr=True).print(table)


def _summary_rows(summary: dict[str, Any], output: str | None) -> list[tuple[str, str]]:
    counts, options, seconds = summary["counts"], summary["options"], summary["seconds"]
    rows = [("records", f"{counts['read']:,} in {_files(summary['inputs'])}")]
    rows += [("fields", _fields(entry)) for entry in summary["fields"]]
    rule = "first read" if options["keep"] == "first" else options["keep"]
    which = "not there before" if "add" in seconds else f"of two that may both go the {rule}"
    rows.append(("kept", f"{counts['kept']:,} ({which})"))
    for relation in RELATIONS:
        rows.append((f"dropped, {relation}", _dropped(relation, counts, options["drop"])))
    rows.append(("flagged only", _flagged(counts, output)))
    if summary["index"]:
        index = summary["index"]
        rows.append(("dropped for the index", f"{counts['dropped_for_index']:,}"))
        rows.append(("index", f"{index['path']} ({index['articles']:,} articles)"))
    see = " (see rejected.jsonl)" if counts["rejected"] and output is not None else ""
    rows.append(("rejected", f"{counts['rejected']:,}{see}"))
    if counts.get("unread_dates"):
        rows.append(("dates not read", f"{counts['unread_dates']:,} (taken as unknown)"))
    if counts.get("bounded_pairs"):
        rows.append(("pairs not compared", f"{counts['bounded_pairs']:,} in oversized buckets"))
    stages = ", ".join(f"{stage} {value:.2f}" for stage, value in seconds.items())
    rows.append(("seconds", stages))
    rows.append(("articles a second", f"{summary['articles_per_second']:,}"))
    rows.append(("peak memory", f"{summary['peak_memory_bytes'] / 1e6:,.0f} MB"))
    if output is not None:
        rows.append(("written to", output))
    return rows


def _files(inputs: dict[str, Any]) -> str:
    files = f"{inputs['files']:,} file" + ("s" if inputs["files"] != 1 else "")
    ignored = inputs["ignored_files"]
    return files + (f"; {ignored:,} of other endings left out" if ignored else "")


def _fields(entry: dict[str, Any]) -> str:
    chosen = "; ".join(f"{role} = {' + '.join(names)}" for role, names in _named_roles(entry))
    files = "" if entry["files"] == 1 else f" ({entry['files']:,} files)"
    return (chosen or "none") + files


def _named_roles(entry: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(r, entry[r]) for r in ("text", "id", "title", "date") if entry.get(r)]


def _dropped(relation: str, counts: dict[str, int], drop: list[str]) -> str:
    matched = counts[f"matched_{relation}"]
    if relation not in drop:
        return f"0 ({matched:,} pairs, only flagged)"
    return f"{counts[f'dropped_{relation}']:,}"


def _flagged(counts: dict[str, int], output: str | None) -> str:
    if not counts["flagged"]:
        return "0"
    pairs = f"{counts['flagged_pairs']:,} pair" + ("s" if counts["flagged_pairs"] != 1 else "")
    see = "" if output is None else "; see stories.jsonl"
    return f"{counts['flagged']:,} of those kept, in {pairs}{see}"


def print_comparison(a: Article, b: Article, comparison: Comparison) -> None:
    """Print relation, figures and what the two share on standard output."""
    print(f"relation     {comparison.relation or 'no duplicate'}")
    print(f"similarity   {comparison.similarity:.4f}")
    print(f"containment  {comparison.containment:.4f}")
    print(f"score        {comparison.score:.4f}")
    print(f"A covered    {comparison.covered_a:.4f}")
    print(f"B covered    {comparison.covered_b:.4f}")
    print(f"may go       {_MAY_GO[comparison.may_go]}")
    print(f"passages     {len(comparison.passages)} shared")
    if comparison.relation in ("rewritten", "related", None):
        _print_evidence(a, b, comparison.evidence)
    if sys.stdout.isatty():
        sys.stdout.flush()
        _print_side_by_side(a, b, comparison)
    else:
        _print_passages(a, b, comparison)


_MAY_GO = {None: "neither", "a": "A", "b": "B", "either": "either"}

# Words and figures shown of each sort: enough to judge by.
_SHOWN = 24


def _print_evidence(a: Article, b: Article, evidence: Evidence) -> None:
    """Print what speaks for one story told twice, and what against."""
    for label, words in (
        ("names", evidence.names),
        ("figures", evidence.figures),
        ("words", evidence.words),
        ("only in A", evidence.only_a),
        ("only in B", evidence.only_b),
    ):
        more = f" and {len(words) - _SHOWN:,} more" if len(words) > _SHOWN else ""
        print(f"{label:<12} {visible(', '.join(words[:_SHOWN])) or '-'}{more}")
    print(f"sentences    {len(evidence.sentences)} told in both")
    for it in evidence.sentences:
        print(f"  {it.share:4.0%} A: {_one_line(a.text[it.start_a : it.end_a])}")
        print(f"       B: {_one_line(b.text[it.start_b : it.end_b])}")
    print("decided by   (what each figure adds to the log odds, against its mean)")
    for feature in evidence.features:
        print(f"  {feature.contribution:+6.2f}  {feature.name} {feature.value:.2f}")


def _one_line(text: str) -> str:
    return " ".join(visible(text).split())


def _print_passages(a: Article, b: Article, comparison: Comparison) -> None:
    for start_a, end_a, start_b, end_b in comparison.passages:
        print(f"\nA {start_a}-{end_a}  B {start_b}-{end_b}")
        passage_a, passage_b = _one_line(a.text[start_a:end_a]), _one_line(b.text[start_b:end_b])
        print(f"  A: {passage_a}")
        if passage_b != passage_a:
            print(f"  B: {passage_b}")


def _print_side_by_side(a: Article, b: Article, comparison: Comparison) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(expand=True)
    table.add_column(Text(visible(a.id or "A")), ratio=1)
    table.add_column(Text(visible(b.id or "B")), ratio=1)
    passages = comparison.passages
    left = _highlighted(a.text, [(start, end) for start, end, _, _ in passages])
    right = _highlighted(b.text, [(start, end) for _, _, start, end in passages])
    table.add_row(left, right)
    Console().print(table)


def _highlighted(text: str, spans: list[tuple[int, int]]) -> "Text":
    from rich.text import Text

    shown = Text(visible(text))
    for number, (start, end) in enumerate(spans):
        shown.stylize(_COLOURS[number % len(_COLOURS)], start, end)
    return shown


def visible(text: str) -> str:
    """Return text that a terminal shows and does not obey, of the same length."""
    return text.translate(_CONTROLS)
