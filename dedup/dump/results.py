"""What a pass leaves: its files, written, counted and put in place, and its summary."""

import json
import os
import sys
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from dedup._core import Pass, __version__
from dedup.config import RELATIONS, Fields, Options
from dedup.dump import tables
from dedup.dump.formats import WEB_FORMATS
from dedup.dump.gauge import Gauge
from dedup.dump.inputs import Inputs
from dedup.dump.objects import masked
from dedup.dump.paths import as_text, make_folder, within
from dedup.dump.read import Read
from dedup.dump.staging import Staging
from dedup.dump.unchanged import check_unchanged
from dedup.dump.warnings import advice, unknown_sources, warnings_of
from dedup.errors import DedupError, InputError

Summary = dict[str, Any]
# What writes more of a pass into the folder of its results.
Also = Callable[[Pass, Path, Summary], None]

_LONGEST_REASON = 300


@dataclass(frozen=True, kw_only=True)
class Dump:
    """What is to be read, how, and what is to be told of it.

    `given` names the options that were given though they may be the usual ones.
    """

    inputs: Sequence[str]
    options: Options = field(default_factory=Options)
    given: Collection[str] = ()
    fields: Fields = field(default_factory=Fields)
    matches: bool = False
    force: bool = False
    strict: bool = False


def check_strict(native: Pass, consequence: str = "nothing was written") -> None:
    """Raise InputError for the first record that was rejected."""
    for rejection in native.rejections():
        raise InputError(f"{described(rejection)} (--strict; {consequence})")


def nothing_read(native: Pass) -> str:
    """Say why, where every record was rejected."""
    rejections = native.rejections()
    first = described(rejections[0])
    if len(rejections) == 1:
        return first
    return f"none of {len(rejections):,} records can be taken; the first is {first}"


def described(rejection: tuple[str, int, str]) -> str:
    file, line, reason = rejection
    if len(reason) > _LONGEST_REASON:  # it lists hundreds of columns
        reason = f"{reason[: _LONGEST_REASON // 2]} ... {reason[-_LONGEST_REASON // 4 :]}"
    return f"{file}:{line}: {reason}" if line else f"{file}: {reason}"


def conclude(
    dump: Dump,
    inputs: Inputs,
    done: Sequence[Read],
    native: Pass,
    gauge: Gauge,
    staging: Staging | None,
    started: float,
    read_seconds: float,
    index: dict[str, Any] | None,
    also: Also | None = None,
) -> Summary:
    """Write what was found, where there is a `staging`, and put it in place; return the summary.

    `also` writes more into the folder, before. Raises InputError when every record was rejected.
    The results are then in place all the same, unless they would replace some worth keeping.
    """
    write_started = time.perf_counter()
    counts = native.counts()
    if staging is None:
        written = counts["kept"]
    else:
        written = _write(native, done, staging.new, gauge, dump.matches)
    check_conservation(counts, written)
    # Python's clock for what it takes part in; in the order things happen.
    seconds = {
        "read": read_seconds,
        **_in_order(native.seconds(), ("exact", "index", "candidates", "verify", "cluster", "add")),
        "write": time.perf_counter() - write_started,
        "total": time.perf_counter() - started,
    }
    warnings = warnings_of(inputs, done, dump.fields, counts)
    warnings += unknown_sources(native, dump.options.prefer_source)
    if staging is not None:
        warnings += staging.warnings
    summary = _summary(dump, inputs, done, native, seconds, index, warnings)
    all_rejected = 0 < counts["read"] == counts["rejected"]
    seen = ""
    if staging is not None:
        (staging.new / "summary.json").write_text(json.dumps(summary, indent=2) + "\n")
        if also is not None and not all_rejected:
            also(native, staging.new, summary)
        if not (all_rejected and staging.replaces):
            sources = [read.source for read in done]
            check_unchanged((source.name, source.path, source.stamp) for source in sources)
            staging.place()
            seen = f" (see {staging.output / 'rejected.jsonl'})"
    if all_rejected:
        help_ = advice(done, dump.fields)
        raise InputError(nothing_read(native) + (f"; {help_}" if help_ else "") + seen)
    return summary


def _write(native: Pass, done: Sequence[Read], folder: Path, gauge: Gauge, matches: bool) -> int:
    """Write all results but the summary; return how many records the clean files hold."""
    gauge.start("write")
    clean = folder / "clean"
    clean.mkdir()
    written, made = 0, ""
    # Under a name that any library opens; then it gets its own, in a folder of its own.
    path = folder / "unnamed"
    for read in done:
        gauge.next_file(read.source.size)
        if read.written:
            written += _write_clean(native, read, path, gauge)
            if path.exists():
                inner, _, name = read.source.place.rpartition("/")
                if inner != made:
                    make_folder(clean / inner)
                    made = inner
                with within(clean / inner) as parent:
                    os.rename(path, parent / name)
    native.write_duplicates(str(folder / "duplicates.jsonl"))
    native.write_stories(str(folder / "stories.jsonl"))
    native.write_rejected(str(folder / "rejected.jsonl"))
    if matches:
        native.write_matches(str(folder / "matches.jsonl"))
    return written


def _write_clean(native: Pass, read: Read, path: Path, gauge: Gauge) -> int:
    if read.source.format in WEB_FORMATS:
        from dedup.dump import web

        return web.write(native, read.number, read.source, read.state, path, gauge.at)
    if read.source.format != "parquet":
        return native.write_clean(read.number, str(path))
    return tables.write(read.source, path, native.kept_rows(read.number), read.state, gauge.at)


def check_conservation(counts: dict[str, int], written: int) -> None:
    """Raise DedupError unless every record read is kept, dropped or rejected, and all kept are
    written."""
    kept = counts["kept"]
    if counts["read"] != kept + counts["dropped"] + counts["rejected"] or written != kept:
        raise DedupError(
            f"the pass lost records and wrote nothing: {counts['read']} read, {kept} kept,"
            f" {counts['dropped']} dropped, {counts['rejected']} rejected, {written} written;"
            " please report it"
        )


def _summary(
    dump: Dump,
    inputs: Inputs,
    done: Sequence[Read],
    native: Pass,
    seconds: dict[str, float],
    index: dict[str, Any] | None,
    warnings: Sequence[str],
) -> Summary:
    counts = native.counts()
    return {
        "counts": _in_order(counts, (*_COUNTS, *sorted(counts))),
        "inputs": {
            "given": [as_text(masked(given)) for given in dump.inputs],
            "files": len(inputs.sources),
            "ignored_files": inputs.ignored,
            "other_records": sum(read.others for read in done),
        },
        "index": index,
        "fields": _fields(done, dump.fields),
        "warnings": [as_text(warning) for warning in warnings],
        "dates": native.dates(),
        "options": {
            "keep": native.keep_rule(),
            "prefer_source": dump.options.for_core["prefer_source"],
            "drop": dump.options.drop_in_order,
            "rewrites": dump.options.rewrites,
            "related": dump.options.related,
            "window_seconds": dump.options.window_seconds,
            "min_score": dump.options.min_score,
            "min_covered": dump.options.min_covered,
            "unique_ids": dump.options.unique_ids,
            "threads": dump.options.threads,
            "memory_bytes": dump.options.memory,
            "date_order": dump.options.date_order,
            "fields": {
                name: value for name, value in asdict(dump.fields).items() if name != "with_source"
            },
            "matches": dump.matches,
            "strict": dump.strict,
        },
        "versions": {"dedup": __version__, "python": sys.version.split()[0]},
        "seconds": {stage: round(value, 3) for stage, value in seconds.items()},
        "articles_per_second": round(counts["read"] / seconds["total"]),
        "peak_memory_bytes": _peak_memory(),
    }


_COUNTS = (
    *("read", "kept", "dropped", "rejected", "flagged", "flagged_pairs", "stories"),
    *(f"dropped_{relation}" for relation in RELATIONS),
    *(f"matched_{relation}" for relation in RELATIONS),
)

T = TypeVar("T")


def _in_order(values: dict[str, T], keys: Sequence[str]) -> dict[str, T]:
    return {key: values[key] for key in keys if key in values}


def _fields(done: Sequence[Read], named: Fields) -> list[dict[str, Any]]:
    """Count the files, and the records, by the fields that were read; text files have none."""
    found: dict[str, dict[str, Any]] = {}
    for read in done:
        if not read.fields:
            continue
        how = {"title": list(named.title), "delimiter": read.delimiter, "encoding": read.encoding}
        key = json.dumps([{role: list(names) for role, names in read.fields.items()}, how])
        empty = {role: dict.fromkeys(names, 0) for role, names in read.fields.items()}
        entry = found.setdefault(key, {**empty, **how, "files": 0})
        entry["files"] += 1
        for role, names in read.fields.items():
            for name, records in names.items():
                entry[role][name] += records
    return list(found.values())


def _peak_memory() -> int:
    """Return the largest resident size of this process so far, in bytes; 0 where unknown."""
    try:
        # Of this process alone: what resource counts is inherited from the one that started it.
        status = Path("/proc/self/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) * 1024
    except (OSError, IndexError):  # not Linux
        pass
    try:
        import resource
    except ImportError:  # Windows
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
