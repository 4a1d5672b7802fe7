"""A dump and an index: its articles stored, or compared with those that are."""

import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from dedup._core import Pass
from dedup.detect import new_pass, run_interruptibly
from dedup.dump.gauge import Gauge, Tick
from dedup.dump.inputs import Inputs, expand
from dedup.dump.objects import masked
from dedup.dump.read import read_all
from dedup.dump.results import Dump, Summary, check_strict, conclude, described, nothing_read
from dedup.dump.staging import Staging
from dedup.errors import InputError
from dedup.index import Index, is_database, open_index, storage_of
from dedup.index.storage import NoIndexError

# Articles whose matches are told together.
CHECKED_AT_ONCE = 1024

# (id_a, id_b, relation, score, covered_a, covered_b, may_go, similarity, containment), and late.
Row = tuple[tuple[str, str, str, float, float, float, str | None, float, float], bool]


@dataclass(frozen=True, kw_only=True)
class Addition(Dump):
    """A dump, the index that takes it, and where the results go, if anywhere.

    `index` is a file or the URL of a database. With `replace` an article takes the place of what is
    stored under its id.
    """

    index: Path | str
    texts: bool = True
    output: Path | None = None
    replace: bool = False


def add(request: Addition, tick: Tick | None = None) -> Summary:
    """Store the articles of a dump in an index, made if there is none, and return the summary.

    Each is compared with those stored before it. `tick` is called every tenth of a second. Raises
    InputError, OutputError, StorageError or OSError, and KeyboardInterrupt; what was stored before
    stays.
    """
    started = time.perf_counter()
    if _may_be_there(request.index):
        # Other options are an error before anything long has begun.
        with suppress(NoIndexError):
            _open(request, read_only=True).close()
    with ExitStack() as stack:
        staging = None
        if request.output is not None:
            staging = stack.enter_context(Staging(request.output, request.force))
            spool = staging.spool
        else:
            spool = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dedup-")))
        inputs = expand(request.inputs, spool, request.output)
        native = new_pass(request.options, str(spool))
        gauge = Gauge(native, sum(source.size for source in inputs.sources))
        return run_interruptibly(
            lambda: _add(request, inputs, staging, native, gauge, started),
            gauge.cancel,
            None if tick is None else lambda: tick(*gauge.now()),
        )


def _add(
    request: Addition,
    inputs: Inputs,
    staging: Staging | None,
    native: Pass,
    gauge: Gauge,
    started: float,
) -> Summary:
    check = (lambda: check_strict(native)) if request.strict else (lambda: None)
    done = read_all(native, inputs.sources, request.fields, gauge, check, request.options.threads)
    read_seconds = time.perf_counter() - started
    gauge.start(None)
    if len(native) == 0 and native.rejections():
        native.find()  # nothing to store, and no reason to make an index
        named = None
    else:
        with _open(request) as index:
            storage = storage_of(index)
            try:
                native.add_to(storage, str(storage.options()[0]), replace=request.replace)
            except KeyboardInterrupt:
                raise KeyboardInterrupt(
                    f"interrupted; what was stored stays in {masked(str(request.index))}; run the"
                    " command again to store the rest"
                ) from None
            named = {"path": masked(str(request.index)), "articles": len(index)}
        if request.strict:
            check_strict(native, "all others are stored, and no results were written")
    return conclude(request, inputs, done, native, gauge, staging, started, read_seconds, named)


def _open(request: Addition, read_only: bool = False) -> Index:
    return open_index(
        request.index, request.options, request.given, texts=request.texts, read_only=read_only
    )


def _may_be_there(index: Path | str) -> bool:
    return is_database(str(index)) or (Path(index).exists() and Path(index).stat().st_size > 0)


@dataclass(frozen=True)
class Checked:
    """How many records were read, were given matches and were rejected; the first rejected."""

    read: int
    matched: int
    rejected: int
    first_rejected: str


def check(dump: Dump, index: Path | str, tell: Callable[[list[Row]], None]) -> Checked:
    """Compare the articles of a dump with those stored; `tell` gets their matches, in order.

    Raises InputError, also when every record was rejected, StorageError and OSError.
    """
    with (
        tempfile.TemporaryDirectory(prefix="dedup-") as spool,
        open_index(index, dump.options, dump.given, read_only=True) as opened,
    ):
        sources = expand(dump.inputs, Path(spool)).sources
        native = new_pass(dump.options, spool)
        gauge = Gauge(native, 0)
        strict = (lambda: check_strict(native)) if dump.strict else (lambda: None)

        def work() -> Checked:
            read_all(native, sources, dump.fields, gauge, strict)
            rejections = native.rejections()
            if rejections and len(native) == 0:
                raise InputError(nothing_read(native))
            matched = 0
            for first in range(0, len(native), CHECKED_AT_ONCE):
                rows = native.check_in(storage_of(opened), first, CHECKED_AT_ONCE)
                matched += len({row[0] for row, _ in rows})
                tell(rows)
            first_rejected = described(rejections[0]) if rejections else ""
            read = len(native) + len(rejections)
            return Checked(read, matched, len(rejections), first_rejected)

        return run_interruptibly(work, gauge.cancel)
