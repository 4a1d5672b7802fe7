"""Finding single articles of a dump by their ids."""

import sys
import tempfile
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from pathlib import Path

from dedup.article import Article
from dedup.config import Fields, Options
from dedup.detect import new_pass, run_interruptibly
from dedup.dump.gauge import Gauge
from dedup.dump.inputs import decompressed, expand
from dedup.dump.read import read_all
from dedup.dump.remote import masked
from dedup.errors import InputError


def find_articles(dump: Sequence[str], ids: Sequence[str], fields: Fields) -> list[Article]:
    """Return the articles of a dump with these ids. Raises InputError when there is none."""
    with tempfile.TemporaryDirectory(prefix="dedup-") as spool:
        sources = expand(dump, Path(spool)).sources
        native = new_pass(Options(), spool)
        gauge = Gauge(native, 0)
        run_interruptibly(lambda: read_all(native, sources, fields, gauge), gauge.cancel)
        found = []
        for article_id in ids:
            article = native.article(article_id)
            if article is None:
                raise InputError(
                    f"no article has the id {article_id!r} in {', '.join(map(masked, dump))}"
                )
            text, date = article
            found.append(Article(text, article_id, date=None if date is None else _iso(date)))
        return found


def _iso(seconds: str) -> str:
    """The seconds since 1970 that the core has of a date, as a person writes it; of a midnight,
    which stands for its day, the day alone. The core reads it as the same.
    """
    try:
        date = datetime(1970, 1, 1) + timedelta(seconds=int(seconds))
    except OverflowError:  # a year that Python does not have
        return seconds
    return date.isoformat() + "Z" if date.time() != time() else date.date().isoformat()


def read_text(path: str) -> Article:
    """Return a text file as an article, decompressed by its ending; `-` is standard input. Raises
    InputError.
    """
    try:
        if path == "-":
            data = sys.stdin.buffer.read()
        else:
            ending = Path(path).suffix.lower()
            with open(path, "rb") as raw, decompressed(raw, ending) as stream:
                data = stream.read()
        return Article(data.decode(), path)
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is no UTF-8 text: invalid byte at {error.start}") from None
