"""`dedup scan`: the pass over a dump."""

import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import click

from dedup._core import Pass
from dedup.cli import show
from dedup.cli.options import (
    FolderType,
    check_index,
    complete_path,
    field_options,
    force_option,
    gathered,
    inputs_argument,
    json_option,
    matches_option,
    rule_options,
    strict_option,
    threads_option,
)
from dedup.config import read_bytes
from dedup.dump.scan import Request
from dedup.dump.scan import scan as run_scan


def _parse_memory(_: click.Context, __: click.Parameter, value: str | None) -> int | None:
    return None if value is None else read_bytes(value)


def _parse_names(_: click.Context, __: click.Parameter, value: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in value.split(",")) if value else ()


@click.command(short_help="Write a dump without its duplicates.")
@inputs_argument
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    required=True,
    type=FolderType(remote=True),
    help="Folder for the results, or a place at s3:// gs:// az://; it must be new or empty, but for"
    " --force.",
)
@field_options
@rule_options
@click.option(
    "--prefer-source",
    metavar="NAMES",
    default="",
    callback=_parse_names,
    help="Names of sources (outlets), comma-separated, in any case: of two articles that may both"
    " go the one whose source is named first stays, and one of a source that is named stays before"
    " one of another. Among equals --keep decides.",
)
@click.option(
    "--index",
    metavar="INDEX",
    callback=check_index,
    shell_complete=complete_path,
    help="Compare the dump with this index, too, and drop what is a duplicate of an article stored."
    " The options are then those of the index, which stays as it is: `dedup index add` stores what"
    " is new.",
)
@matches_option
@force_option
@strict_option
@threads_option
@click.option(
    "--memory",
    metavar="SIZE",
    callback=_parse_memory,
    help="Memory that the dump may take, as 4GB; what does not fit goes to temporary files, and the"
    " result is the same. The program itself takes some 100 MB. [default: half of the machine's]",
)
@click.option(
    "--temp-dir",
    "temporary",
    metavar="DIR",
    type=FolderType(),
    help="Folder for temporary files. [default: inside the output folder, or the system's where"
    " that is elsewhere]",
)
@click.option(
    "--resume",
    is_flag=True,
    help="Go on with a pass over the same inputs that was interrupted, from its last finished"
    " stage. Only a pass that did not fit into --memory leaves what that takes.",
)
@click.option(
    "--report",
    is_flag=True,
    help="Write report.html, too, a page of what went and why, to look at; and outlets.csv. See"
    " `dedup report`.",
)
@json_option
@gathered(Request)
def scan(request: Request, report: bool, as_json: bool) -> None:
    """Find the exact copies, syndicated copies, excerpts and rewrites in a dump, and write the
    dump without them.

    INPUT is a file (.jsonl .json .csv .tsv .parquet .txt, and with dedup-news[web] .warc .html), a
    folder of such files, a URL of either (s3:// gs:// az:// https:// hf://), or `-` for JSONL on
    standard input. All but Parquet may be compressed (.gz .zst .bz2 .xz). JSON may be an object on
    each line, an array, or one article a file. All inputs are one corpus; a file that is named
    twice is read once.

    \b
    DIR then holds
      clean/            the articles kept, each file in its own format and order
      duplicates.jsonl  each article dropped, the one kept for it, and how they match
      stories.jsonl     each story of several versions: the article kept, and the others, dropped or
                        only flagged
      matches.jsonl     with --matches, every pair of versions, and which of the two may go
      report.html       with --report, a page to look at, and outlets.csv, who copies whom
      rejected.jsonl    each record that could not be read, and why
      summary.json      counts, options, versions, seconds, memory

    \b
    Relations:
      exact       the same words, whatever their case, spacing and punctuation
      syndicated  the same text with edits
      excerpt     one holds a substantial part of the other
      rewritten   the same story in other words

    Versions of one story are flagged (--min-score). One of them goes when the other has all of
    weight that it says (--min-covered): where that holds of both, --keep chooses, where it holds of
    one alone, that one goes.

    \b
    Examples:
      dedup scan news.jsonl -o clean
      dedup scan 2024/ 2025/*.csv.gz -o clean --keep latest
      dedup scan dump.parquet -o clean --text-field title --text-field body
      dedup scan dump.jsonl -o report --drop none --related
      dedup scan today.jsonl -o clean --index stories.idx
      dedup scan s3://news/2024/ -o s3://news/clean
      dedup scan archive.jsonl -o clean --window 2w --min-covered 0.9
      dedup scan news.jsonl -o clean --prefer-source reuters,ap
      zcat dump.jsonl.gz | dedup scan - -o clean --json | jq .counts

    Exit status: 0 done; 1 failed, one line on standard error says why and DIR stays as it was
    (only when every record was rejected does a new DIR get its rejected.jsonl); 2 wrong usage.
    """
    also = None
    if report:
        also = partial(_write_report, request.index)
        request = replace(request, fields=replace(request.fields, with_source=True))
    summary = show.with_progress(lambda tick: run_scan(request, tick, also))
    show.print_summary(summary, str(request.output))
    if as_json:
        click.echo(json.dumps(summary, indent=2))


def _write_report(
    index: Path | str | None, native: Pass, folder: Path, summary: dict[str, Any]
) -> None:
    from dedup.report import of_pass, read_result, report_of, write

    corpus = of_pass(native, None if index is None else str(index))
    write(report_of(read_result(folder), corpus, "dedup"), folder / "report.html")
