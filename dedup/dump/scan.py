"""The pass over a dump: read, find, write, check, put in place."""

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from dedup._core import Pass, __version__
from dedup.config import RELATIONS, Fields, Options
from dedup.detect import new_pass, run_interruptibly
from dedup.dump import resume, tables
from dedup.dump.gauge import Gauge
from dedup.dump.inputs import Inputs, expand
from dedup.dump.read import Read, read_all
from dedup.dump.staging import Staging
from dedup.dump.temporary import missing_space
from dedup.errors import DedupError, InputError, OutputError

Summary = dict[str, Any]
Tick = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Request:
    """What a pass is to read, how, and where the results go."""

    inputs: Sequence[str]
    output: Path
    options: Options = field(default_factory=Options)
    fields: Fields = field(default_factory=Fields)
    matches: bool = False
    force: bool = False
    strict: bool = False
    temporary: Path | None = None
    resume: bool = False


def scan(request: Request, tick: Tick | None = None) -> Summary:
    """Run a pass and return its summary, as written to summary.json.

    `tick` is called every tenth of a second with (stage, done, total). Raises InputError,
    OutputError or OSError; the output folder then stays as it was. When every record was rejected,
    InputError is raised with the results in place, unless they would replace some worth keeping.
    """
    started = time.perf_counter()
    described = resume.describe(request.inputs, request.options, request.fields)
    resumes = partial(resume.can_resume, description=described) if request.resume else None
    with Staging(request.output, request.force, request.temporary, resumes) as staging:
        inputs = expand(request.inputs, staging.spool, request.output)
        if not request.resume:
            _check_space(inputs, staging, request.options)
        native = new_pass(request.options, str(staging.spool))
        gauge = Gauge(native, sum(source.size for source in inputs.sources))
        try:
            return run_interruptibly(
                lambda: _pass(request, inputs, staging, native, gauge, started, described),
                gauge.cancel,
                None if tick is None else lambda: tick(*gauge.now()),
            )
        except (KeyboardInterrupt, OutputError) as error:
            if not resume.can_resume(staging.spool):
                raise
            staging.keep_spool()
            reason = str(error) or "interrupted; nothing was written"
            raise type(error)(f"{reason}; go on with --resume where it ended") from None


def _pass(
    request: Request,
    inputs: Inputs,
    staging: Staging,
    native: Pass,
    gauge: Gauge,
    started: float,
    described: dict[str, Any],
) -> Summary:
    read_started = time.perf_counter()
    if request.resume:
        native.resume()
        done = resume.load(staging.spool, inputs)
    else:
        check = (lambda: _check_strict(native)) if request.strict else (lambda: None)
        done = read_all(native, inputs.sources, request.fields, gauge, check)
        resume.save(staging.spool, described, done)
    read_seconds = time.perf_counter() - read_started
    gauge.start(None)
    native.find()
    write_started = time.perf_counter()
    written = _write(native, done, staging.new, gauge, request.matches)
    check_conservation(native.counts(), written)
    # Python's clock for what it takes part in; in the order things happen.
    seconds = {
        "read": read_seconds,
        **_in_order(native.seconds(), ("exact", "candidates", "verify", "cluster")),
        "write": time.perf_counter() - write_started,
        "total": time.perf_counter() - started,
    }
    summary = _summary(request, inputs, done, native, seconds)
    (staging.new / "summary.json").write_text(json.dumps(summary, indent=2) + "\n")
    all_rejected = 0 < summary["counts"]["read"] == summary["counts"]["rejected"]
    if not (all_rejected and staging.replaces):
        staging.place()
    if all_rejected:
        raise InputError(_nothing_read(native, staging))
    return summary


# Bytes of temporary files for a byte of a dump that is not held in memory, at most and still when
# the results are written; and the share of the memory that its sketches, of half a byte each, may
# take before they are written out.
SPILLED, SPILLED_TO_THE_END, SKETCHED, IN_MEMORY = 0.8, 0.25, 0.5, 1 / 3


def _check_space(inputs: Inputs, staging: Staging, options: Options) -> None:
    """Raise OutputError when the disks have no room, before hours are spent to find out.

    What compressed inputs grow to is not known before.
    """
    size = sum(source.size for source in inputs.sources)
    spilled = options.memory is not None and SKETCHED * size > IN_MEMORY * options.memory
    needs = {staging.output: size, staging.spool: SPILLED * size if spilled else 0}
    if staging.output.stat().st_dev == staging.spool.stat().st_dev:
        needs = {staging.output: (1 + SPILLED_TO_THE_END * spilled) * size}
    for folder, needed in needs.items():
        missing = missing_space(folder, int(needed))
        if missing is not None:
            raise OutputError(f"{missing}; free some, or name other folders with -o and --temp-dir")


def _check_strict(native: Pass) -> None:
    for rejection in native.rejections():
        raise InputError(f"{_described(rejection)} (--strict; nothing was written)")


def _nothing_read(native: Pass, staging: Staging) -> str:
    rejections = native.rejections()
    first = _described(rejections[0])
    if len(rejections) > 1:
        first = f"none of {len(rejections):,} records can be read; the first is {first}"
    return first if staging.replaces else f"{first} (see {staging.output / 'rejected.jsonl'})"


def _described(rejection: tuple[str, int, str]) -> str:
    file, line, reason = rejection
    return f"{file}:{line}: {reason}" if line else f"{file}: {reason}"


def _write(native: Pass, done: Sequence[Read], folder: Path, gauge: Gauge, matches: bool) -> int:
    """Write all results but the summary; return how many records the clean files hold."""
    gauge.start("write")
    clean = folder / "clean"
    clean.mkdir()
    written = 0
    for read in done:
        gauge.next_file(read.source.size)
        if read.written:
            path = clean / read.source.name
            path.parent.mkdir(parents=True, exist_ok=True)
            written += _write_clean(native, read, path, gauge)
    native.write_duplicates(str(folder / "duplicates.jsonl"))
    native.write_rejected(str(folder / "rejected.jsonl"))
    if matches:
        native.write_matches(str(folder / "matches.jsonl"))
    return written


def _write_clean(native: Pass, read: Read, path: Path, gauge: Gauge) -> int:
    if read.source.format in ("jsonl", "txt"):
        return native.write_clean(read.number, str(path))
    return tables.write(read.source, path, native.kept_rows(read.number), gauge.at)


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
    request: Request,
    inputs: Inputs,
    done: Sequence[Read],
    native: Pass,
    seconds: dict[str, float],
) -> Summary:
    counts = native.counts()
    return {
        "counts": _in_order(counts, (*_COUNTS, *sorted(counts))),
        "inputs": {
            "given": list(request.inputs),
            "files": len(inputs.sources),
            "ignored_files": inputs.ignored,
        },
        "fields": _fields(done, request.fields),
        "options": {
            "keep": native.keep_rule(),
            "drop": request.options.drop_in_order,
            "rewrites": request.options.rewrites,
            "related": request.options.related,
            "window_seconds": request.options.window_seconds,
            "min_score": request.options.min_score,
            "threads": request.options.threads,
            "memory_bytes": request.options.memory,
            "matches": request.matches,
            "strict": request.strict,
        },
        "versions": {"dedup": __version__, "python": sys.version.split()[0]},
        "seconds": {stage: round(value, 3) for stage, value in seconds.items()},
        "articles_per_second": round(counts["read"] / seconds["total"]),
        "peak_memory_bytes": _peak_memory(),
    }


_COUNTS = (
    *("read", "kept", "dropped", "rejected"),
    *(f"dropped_{relation}" for relation in RELATIONS),
    *(f"matched_{relation}" for relation in RELATIONS),
)

T = TypeVar("T")


def _in_order(values: dict[str, T], keys: Sequence[str]) -> dict[str, T]:
    return {key: values[key] for key in keys if key in values}


def _fields(done: Sequence[Read], named: Fields) -> list[dict[str, Any]]:
    """Count the files by the fields that were read from them; text files have none."""
    found: dict[str, dict[str, Any]] = {}
    for read in done:
        if read.fields:
            fields: dict[str, Any] = {**read.fields, "title": list(named.title)}
            entry = found.setdefault(json.dumps(fields), {**fields, "files": 0})
            entry["files"] += 1
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
