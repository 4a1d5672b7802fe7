"""Finding single articles of a dump by their ids."""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from dedup._core import Pass
from dedup._core import read_text as read_text_file
from dedup.article import Article
from dedup.config import Fields, Options
from dedup.detect import new_pass, run_interruptibly
from dedup.dump.gauge import Gauge, Tick
from dedup.dump.inputs import Source, expand
from dedup.dump.objects import masked
from dedup.dump.read import read_all
from dedup.errors import InputError


def find_articles(
    dump: Sequence[str], ids: Sequence[str], fields: Fields, date_order: str | None = None
) -> list[Article]:
    """Return the articles of a dump with these ids. Raises InputError when there is none."""
    with tempfile.TemporaryDirectory(prefix="dedup-") as spool:
        sources = expand(dump, Path(spool)).sources
        native = read_only(sources, fields, Options(date_order=date_order), spool)
        found = []
        for article_id in ids:
            article = native.article(article_id)
            if article is None:
                raise InputError(
                    f"no article has the id {article_id!r} in {', '.join(map(masked, dump))}"
                )
            text, date = article
            found.append(Article(text, article_id, date=date))
        return found


def read_only(
    sources: Sequence[Source],
    fields: Fields,
    options: Options,
    spool: str,
    tick: Tick | None = None,
) -> Pass:
    """Return a pass that has read a dump, and finds nothing. `tick` is that of `scan`."""
    native = new_pass(options, spool)
    gauge = Gauge(native, sum(source.size for source in sources))
    told = None if tick is None else lambda: tick(*gauge.now())
    run_interruptibly(lambda: read_all(native, sources, fields, gauge), gauge.cancel, told)
    return native


def read_text(path: str) -> Article:
    """Return a text file as an article, decompressed by its ending; `-` is standard input. Raises
    InputError.
    """
    try:
        if path == "-":
            data = sys.stdin.buffer.read()
        else:
            return Article(read_text_file(path), path)
        return Article(data.decode(), path)
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is no UTF-8 text: invalid byte at {error.start}") from None
