"""What a person sees: the progress bar, the summary, text that a terminal does not obey."""

import sys
import time
from collections.abc import Callable
from typing import Any, TypeVar

from dedup.config import RELATIONS
from dedup.dump.formats import not_read
from dedup.dump.gauge import Tick
from dedup.dump.paths import as_text

T = TypeVar("T")

_SHOWN_LAYOUTS = 8

# A text may hold codes that move the cursor or retitle the window; each becomes one visible
# character, so that the offsets of passages stay true.
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)), "\N{REPLACEMENT CHARACTER}")
_CONTROLS.pop(ord("\n"))
_CONTROLS[ord("\t")] = " "


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
    if stage in ("read", "write", "upload"):
        return f"{per_second / 1e6:,.0f} MB/s"
    return f"{per_second:,.0f}/s"


def print_summary(summary: dict[str, Any], output: str | None) -> None:
    """Print the summary table on standard error, and what the user should look at."""
    _print_table(summary, output)
    for warning in summary["warnings"]:
        print(f"warning: {visible(warning)}", file=sys.stderr)


def _print_table(summary: dict[str, Any], output: str | None) -> None:
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
    if summary["inputs"]["other_records"]:
        others = summary["inputs"]["other_records"]
        rows.append(("no articles", f"{others:,} records (requests, pictures and the like)"))
    rows += [("fields", layout) for layout in _layouts(summary["fields"])]
    rule = "first read" if options["keep"] == "first" else options["keep"]
    preferred = options["prefer_source"]
    named = f"the one of {visible(', '.join(preferred))}, else " if preferred else ""
    which = (
        "duplicates of none before them"
        if "add" in seconds
        else f"of two that may both go {named}the {rule}"
    )
    rows.append(("kept", f"{counts['kept']:,} ({which})"))
    for relation in RELATIONS:
        rows.append((f"dropped, {relation}", _dropped(relation, counts, options["drop"])))
    rows.append(("flagged only", _flagged(counts, output)))
    if summary["index"]:
        index = summary["index"]
        rows.append(("dropped for the index", f"{counts['dropped_for_index']:,}"))
        if counts["known"]:
            rows.append(("known", f"{counts['known']:,} (in the index before, with the same text)"))
        if counts["replaced"]:
            rows.append(("replaced", f"{counts['replaced']:,} (in place of what their ids had)"))
        rows.append(("index", f"{index['path']} ({index['articles']:,} articles)"))
    see = " (see rejected.jsonl)" if counts["rejected"] and output is not None else ""
    rows.append(("rejected", f"{counts['rejected']:,}{see}"))
    rows += _dates(summary["dates"])
    if counts.get("repeated_ids"):
        rows.append(("ids of several", f"{counts['repeated_ids']:,} (the second is known as id#2)"))
    if counts.get("bounded_pairs"):
        pairs = f"{counts['bounded_pairs']:,} in crowds of like texts"
        rows.append(
            ("pairs not compared", f"{pairs}; each was compared with the best of its crowd")
        )
    stages = ", ".join(f"{stage} {value:.2f}" for stage, value in seconds.items())
    rows.append(("seconds", stages))
    rows.append(("articles a second", f"{summary['articles_per_second']:,}"))
    rows.append(("peak memory", f"{summary['peak_memory_bytes'] / 1e6:,.0f} MB"))
    if output is not None:
        rows.append(("written to", as_text(output)))
    return rows


def _dates(dates: dict[str, Any]) -> list[tuple[str, str]]:
    """What is to be said of dates, and what to do."""
    rows = []
    if dates["read_day_first"] or dates["read_month_first"]:
        orders = ("day", dates["read_day_first"]), ("month", dates["read_month_first"])
        read = [f"{count:,} with the {first} first" for first, count in orders if count]
        rows.append(("dates of two readings", " and ".join(read)))
    for label, what, count, advice in (
        ("dates not read", "unread", dates["unread"] - dates["unordered"], "taken as unknown"),
        (
            "dates without an order",
            "unordered",
            dates["unordered"],
            "not read: give --date-order dmy or mdy",
        ),
        (
            "doubtful dates",
            "doubtful",
            dates["doubtful"],
            "before 1600, or more than a year ahead; they count as they are",
        ),
    ):
        if count:
            rows.append((label, f"{count:,}{_example(dates[f'{what}_example'])}; {advice}"))
    return rows


def _example(example: tuple[str, str, int] | None) -> str:
    if example is None:
        return ""
    value, file, row = example
    return f", such as '{visible(value)}' ({visible(file)}:{row})"


def _files(inputs: dict[str, Any]) -> str:
    files = f"{inputs['files']:,} file" + ("s" if inputs["files"] != 1 else "")
    ignored = inputs["ignored_files"]
    return files + (f"; not read: {not_read(ignored, advises=False)}" if ignored else "")


def _layouts(fields: list[dict[str, Any]]) -> list[str]:
    """A line for each of the most common layouts of files, but for those without an article."""
    entries = sorted(fields, key=lambda entry: -entry["files"])
    entries = [entry for entry in entries if entry["text"]] or entries[:1]
    shown, rest = entries[:_SHOWN_LAYOUTS], entries[_SHOWN_LAYOUTS:]
    lines = [_fields(entry) for entry in shown]
    if rest:
        files = sum(entry["files"] for entry in rest)
        lines.append(f"others in {files:,} files (see summary.json)")
    return lines


def _fields(entry: dict[str, Any]) -> str:
    used = {
        role: _used(entry[role]) for role in ("text", "id", "date", "source") if entry.get(role)
    }
    used["title"] = " + ".join(entry["title"])
    order = ("text", "id", "title", "date", "source")
    roles = [f"{role} = {used[role]}" for role in order if used.get(role)]
    if entry["delimiter"] not in (None, ",", "\t"):
        roles.append(f"delimiter {entry['delimiter']}")
    if entry["encoding"] not in (None, "UTF-8"):
        roles.append(f"encoding {entry['encoding']}")
    files = "" if entry["files"] == 1 else f" ({entry['files']:,} files)"
    return ("; ".join(roles) or "none") + files


def _used(fields: dict[str, int]) -> str:
    """The fields of a role, and of how many records each where there are several."""
    if len(fields) == 1:
        return next(iter(fields))
    return ", ".join(f"{name} ({records:,})" for name, records in fields.items())


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


def visible(text: str) -> str:
    """Return text that a terminal shows and does not obey, of the same length."""
    return text.translate(_CONTROLS)
