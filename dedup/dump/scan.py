"""The pass over a dump: read, find, write, check, put in place."""

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dedup._core import Pass
from dedup.config import Options
from dedup.detect import new_pass, run_interruptibly
from dedup.dump import resume
from dedup.dump.formats import reason_of
from dedup.dump.gauge import Gauge, Tick
from dedup.dump.inputs import Inputs, expand
from dedup.dump.objects import masked
from dedup.dump.read import read_all
from dedup.dump.results import Also, Dump, Summary, check_strict, conclude
from dedup.dump.staging import Staging
from dedup.dump.temporary import missing_space
from dedup.errors import InputError, OptionError, OutputError
from dedup.index import Index, open_index, options_of, storage_of

if TYPE_CHECKING:
    from dedup.dump.upload import Upload


@dataclass(frozen=True, kw_only=True)
class Request(Dump):
    """A dump, and where the results go.

    `output` is a folder, or the URL of a place in an object store. `index` is one that the dump is
    compared with, too. It decides the options of the pass.
    """

    output: Path | str
    temporary: Path | None = None
    resume: bool = False
    index: Path | str | None = None


def scan(request: Request, tick: Tick | None = None, also: Also | None = None) -> Summary:
    """Run a pass and return its summary, as written to summary.json.

    `tick` is called every tenth of a second with (stage, done, total), `also` with the pass, the
    folder and the summary before the results are put in place. Raises InputError,
    OutputError, StorageError or OSError; the output folder then stays as it was. When every record
    was rejected, InputError is raised with the results in place, unless they would replace some
    worth keeping.
    """
    request = replace(request, fields=request.fields.for_options(request.options))
    if isinstance(request.output, Path):
        return _open(request, request.output, tick, also)
    from dedup.dump.upload import Upload

    with Upload(request.output, request.force, request.temporary) as upload:
        local = replace(request, temporary=upload.temporary)
        try:
            summary = _open(local, upload.folder, tick, also)
        except InputError as error:
            if (upload.folder / "summary.json").exists() and not upload.replaces:
                _send(upload, tick)
            raise InputError(upload.named(str(error))) from None
        except OutputError as error:
            raise OutputError(upload.named(str(error))) from None
        _send(upload, tick)
        return summary


def _send(upload: "Upload", tick: Tick | None) -> None:
    told = None if tick is None else lambda: tick(*upload.progress())
    run_interruptibly(upload.send, upload.cancel, told)


def _open(request: Request, output: Path, tick: Tick | None, also: Also | None) -> Summary:
    if request.index is None:
        return _scan(request, output, None, tick, also)
    if request.options.prefer_source:
        raise OptionError(
            "an index keeps by its own rule, which knows no sources; leave out --prefer-source, or"
            " --index"
        )
    with open_index(request.index, request.options, request.given, read_only=True) as index:
        options = options_of(index, request.options)
        return _scan(replace(request, options=options), output, index, tick, also)


def _scan(
    request: Request,
    output: Path,
    index: Index | None,
    tick: Tick | None,
    also: Also | None,
) -> Summary:
    started = time.perf_counter()
    named = [given for given in request.inputs if given != "-"]
    files = expand(named, Path(), request.output)
    described = resume.describe(request.inputs, files.sources, request.options, request.fields)
    if index is not None:
        described["index"] = [masked(str(request.index)), storage_of(index).generation()]
    with Staging(output, request.force, request.temporary, described, request.resume) as staging:
        inputs = files
        if "-" in request.inputs or any(source.remote is not None for source in files.sources):
            # These come into the spool.
            inputs = expand(request.inputs, staging.spool, request.output)
        if not request.resume:
            _check_space(inputs, staging, request.options)
        native = new_pass(request.options, str(staging.spool))
        gauge = Gauge(native, sum(source.size for source in inputs.sources))
        try:
            summary = run_interruptibly(
                lambda: _pass(
                    request, inputs, staging, native, gauge, started, described, index, also
                ),
                gauge.cancel,
                None if tick is None else lambda: tick(*gauge.now()),
            )
        except (KeyboardInterrupt, OutputError, OSError, MemoryError) as error:
            # Not by an input or an option: it may go well another time.
            if not resume.is_left(staging.spool):
                raise
            staging.keep_spool()
            kind = type(error) if isinstance(error, KeyboardInterrupt) else OutputError
            raise kind(f"{_reason(error)}; go on with --resume where it ended") from None
        staging.done()
        return summary


def _reason(error: BaseException) -> str:
    if isinstance(error, KeyboardInterrupt):
        return str(error) or "interrupted; nothing was written"
    if isinstance(error, MemoryError):
        return "out of memory"
    return reason_of(error) if isinstance(error, OSError) else str(error)


def _pass(
    request: Request,
    inputs: Inputs,
    staging: Staging,
    native: Pass,
    gauge: Gauge,
    started: float,
    described: dict[str, Any],
    index: Index | None,
    also: Also | None,
) -> Summary:
    read_started = time.perf_counter()
    if request.resume:
        done = resume.load(staging.spool, inputs)
        native.resume([str(read.source.path) for read in done])
    else:
        check = (lambda: check_strict(native)) if request.strict else (lambda: None)
        done = read_all(
            native, inputs.sources, request.fields, gauge, check, request.options.threads
        )
        resume.save(staging.spool, described, staging.output, done)
    read_seconds = time.perf_counter() - read_started
    gauge.start(None)
    native.find(None if index is None else storage_of(index))
    named = None
    if index is not None:
        named = {"path": masked(str(request.index)), "articles": len(index)}
    return conclude(
        request, inputs, done, native, gauge, staging, started, read_seconds, named, also
    )


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
    downloaded = sum(source.size for source in inputs.sources if source.remote is not None)
    needs = {staging.output: size, staging.spool: SPILLED * size * spilled + downloaded}
    if staging.output.stat().st_dev == staging.spool.stat().st_dev:
        needs = {staging.output: (1 + SPILLED_TO_THE_END * spilled) * size + downloaded}
    for folder, needed in needs.items():
        missing = missing_space(folder, int(needed))
        if missing is not None:
            raise OutputError(f"{missing}; free some, or name other folders with -o and --temp-dir")
