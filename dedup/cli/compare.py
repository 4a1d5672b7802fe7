"""`dedup compare`: two texts side by side."""

import dataclasses
import json
from collections.abc import Callable
from typing import Any, TypeVar

import click

from dedup._core import looks_like_date, parse_date
from dedup.article import Article
from dedup.cli import comparison as shown
from dedup.cli.options import bar_options, complete_path, field_options, gathered
from dedup.detect import examine
from dedup.dump.lookup import find_articles, read_text
from dedup.dump.results import Dump

F = TypeVar("F", bound=Callable[..., Any])


def _parse_date(_: click.Context, __: click.Parameter, date: str | None) -> str | None:
    if date is not None and parse_date(date) is None:
        fault = "has several readings" if looks_like_date(date) else "is no date"
        raise click.BadParameter(
            f"{date!r} {fault}; give it as 2024-05-31 or 2024-05-31T18:00, in UTC unless it has"
            " a zone."
        )
    return date


def _date_option(name: str) -> Callable[[F], F]:
    return click.option(
        f"--date-{name.lower()}",
        metavar="DATE",
        callback=_parse_date,
        help=f"When {name} was published, as 2024-05-31 or 2024-05-31T18:00+02:00."
        " [default: the date in the dump, else unknown]",
    )


@click.command(short_help="Show what a reader of one text misses of the other.")
@click.argument("a", shell_complete=complete_path)
@click.argument("b", shell_complete=complete_path)
@click.option(
    "--dump",
    "inputs",
    metavar="INPUT",
    multiple=True,
    shell_complete=complete_path,
    help="A dump, as for `scan`; A and B are then ids of its articles.",
)
@_date_option("A")
@_date_option("B")
@field_options
@bar_options
@click.option("--texts", is_flag=True, help="Print both texts, too, side by side.")
@click.option("--json", "as_json", is_flag=True, help="Print all figures and ranges as JSON.")
@gathered(Dump)
def compare(
    dump: Dump,
    a: str,
    b: str,
    date_a: str | None,
    date_b: str | None,
    texts: bool,
    as_json: bool,
) -> None:
    """Compare two text files, or two articles of a dump: whether they are versions of one story,
    which of them a scan may drop for the other, what a reader of one alone would miss of the other
    (sentences, names, figures), and what both tell. `-` is a text from standard input.

    \b
    both tell one story        the probability that a pass flags them by; `score` in
                               its files
    a reader of B misses       the probability that A goes by, where they are
    nothing of weight of A     flagged: `covered_a`; and likewise `covered_b`
    a sentence is told         when one of the other text has three tenths of its
                               words, but for such as `the` and `of`
    a name                     words with capitals inside a sentence, where the
                               language has them for names alone

    A scan knows more than this: the dates of all articles, and which passages many stories share.
    Where that may make a difference it is said.

    \b
    Examples:
      dedup compare a.txt b.txt
      dedup compare a.txt b.txt --date-a 2024-05-31 --date-b 2024-06-01T09:30
      dedup compare 1047 2210 --dump news.jsonl
      dedup compare a.txt b.txt --json | jq .covered_a

    Exit status: 0 compared, duplicates or not; 1 failed; 2 wrong usage.
    """
    if dump.inputs:
        first, second = find_articles(dump.inputs, (a, b), dump.fields, dump.options.date_order)
    elif a == b == "-":
        raise click.UsageError("A and B are both `-`; standard input holds one text.")
    else:
        first, second = read_text(a), read_text(b)
    first, second = _dated(first, date_a), _dated(second, date_b)
    options = dump.options
    found = examine(first, second, options.min_score, options.min_covered)
    if as_json:
        dates = {"date_a": first.date, "date_b": second.date}
        bars = {"min_score": options.min_score, "min_covered": options.min_covered}
        given = {"a": a, "b": b, **dates, **bars}
        click.echo(json.dumps({**given, **dataclasses.asdict(found)}, indent=2))
        return
    shown.print_comparison(first, second, found, options, in_dump=bool(dump.inputs))
    if texts:
        shown.print_texts(first, second, found)


def _dated(article: Article, date: str | None) -> Article:
    return article if date is None else dataclasses.replace(article, date=date)
