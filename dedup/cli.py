"""The `dedup` command: each subcommand is a parse, one library call, and a print."""

import json
import os
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn

import click

from dedup import detect, report
from dedup.cli_index import check_file, index
from dedup.cli_options import (
    field_options,
    force_option,
    json_option,
    matches_option,
    rule_options,
    strict_option,
    threads_option,
)
from dedup.config import MIN_SCORE, Fields, Options, read_bytes
from dedup.dump.lookup import find_articles, read_text
from dedup.dump.scan import Request
from dedup.dump.scan import scan as run_scan
from dedup.dump.synth import MOST_SYNTHETIC, write_synthetic
from dedup.dump.temporary import half_of_memory
from dedup.errors import DedupError, OptionError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dedup")
def cli() -> None:
    """Find the articles in a news dump that are versions of one another, and write the dump
    without the repeats.

    \b
    Examples:
      dedup scan dump.jsonl -o clean       the pass over a dump
      dedup index add news.idx today.jsonl what of today's dump is new
      dedup compare a.txt b.txt            what two texts have in common
      dedup synth -n 1000 -o news.jsonl    synthetic news to try it on
    """


cli.add_command(index)


@cli.command(short_help="Write a dump without its duplicates.")
@click.argument("inputs", metavar="INPUT...", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder for the results; it must be new or empty, but for --force.",
)
@field_options
@rule_options
@click.option(
    "--index",
    metavar="INDEX",
    callback=check_file,
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
    callback=lambda _context, _parameter, value: None if value is None else read_bytes(value),
    help="Memory that the dump may take, as 4GB; what does not fit goes to temporary files, and the"
    " result is the same. The program itself takes some 100 MB. [default: half of the machine's]",
)
@click.option(
    "--temp-dir",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder for temporary files. [default: inside the output folder]",
)
@click.option(
    "--resume",
    is_flag=True,
    help="Go on with a pass over the same inputs that was interrupted, from its last finished"
    " stage. Only a pass that did not fit into --memory leaves what that takes.",
)
@json_option
def scan(
    inputs: tuple[str, ...],
    output: Path,
    text: tuple[str, ...],
    id_: str | None,
    title: str | None,
    date: str | None,
    keep: str | None,
    drop: tuple[str, ...],
    rewrites: bool,
    min_score: float,
    window: str | None,
    related: bool,
    index: Path | None,
    matches: bool,
    force: bool,
    strict: bool,
    threads: int,
    memory: int | None,
    temp_dir: Path | None,
    resume: bool,
    as_json: bool,
) -> None:
    """Find the exact copies, syndicated copies, excerpts and rewrites in a dump, and write the
    dump without them.

    INPUT is a file (.jsonl .ndjson .csv .tsv .parquet .txt), a folder of such files, or `-` for
    JSONL on standard input. All but Parquet may be compressed (.gz .zst .bz2 .xz). All inputs are
    one corpus; a file that is named twice is read once.

    \b
    DIR then holds
      clean/            the articles kept, each file in its own format and order
      duplicates.jsonl  each article dropped, the one kept for it, and how they match
      matches.jsonl     with --matches, every pair of versions
      rejected.jsonl    each record that could not be read, and why
      summary.json      counts, options, versions, seconds, memory

    \b
    Relations:
      exact       the same words, whatever their case, spacing and punctuation
      syndicated  the same text with edits
      excerpt     one holds a substantial part of the other; only the part is dropped
      rewritten   the same story in other words; of unlike lengths the shorter is dropped

    \b
    Examples:
      dedup scan news.jsonl -o clean
      dedup scan 2024/ 2025/*.csv.gz -o clean --keep latest
      dedup scan dump.parquet -o clean --text-field title --text-field body
      dedup scan dump.jsonl -o report --drop none --related
      dedup scan today.jsonl -o clean --index stories.idx
      dedup scan archive.jsonl -o clean --window 2w --min-score 0.9
      zcat dump.jsonl.gz | dedup scan - -o clean --json | jq .counts

    Exit status: 0 done; 1 failed, one line on standard error says why and DIR stays as it was
    (only when every record was rejected does a new DIR get its rejected.jsonl); 2 wrong usage.
    """
    fields = Fields.named(text, id_, title, date)
    memory = half_of_memory() if memory is None else memory
    request = Request(
        inputs=inputs,
        output=output,
        options=Options(keep, drop, threads, rewrites, related, window, min_score, memory),
        fields=fields,
        matches=matches or related,
        force=force,
        strict=strict,
        temporary=temp_dir,
        resume=resume,
        index=index,
    )
    summary = report.with_progress(lambda tick: run_scan(request, tick))
    report.print_summary(summary, str(output))
    if as_json:
        click.echo(json.dumps(summary, indent=2))


@cli.command(short_help="Show what two texts have in common.")
@click.argument("a")
@click.argument("b")
@click.option(
    "--dump",
    metavar="INPUT",
    multiple=True,
    help="A dump, as for `scan`; A and B are then ids of its articles.",
)
@field_options
@click.option(
    "--min-score",
    metavar="SCORE",
    type=click.FloatRange(0, 1),
    default=MIN_SCORE,
    show_default=True,
    help="Least score of a rewrite.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the comparison as JSON.")
def compare(
    a: str,
    b: str,
    dump: tuple[str, ...],
    text: tuple[str, ...],
    id_: str | None,
    title: str | None,
    date: str | None,
    min_score: float,
    as_json: bool,
) -> None:
    """Compare two text files, or two articles of a dump: relation, figures, the passages of five
    words or more that stand in both, and for stories told in other words the sentences, names and
    figures that they share.

    \b
    similarity   shared 5-word shingles over all of both
    containment  shared 5-word shingles over those of the smaller
    score        the probability that they are duplicates

    \b
    Examples:
      dedup compare a.txt b.txt
      dedup compare 1047 2210 --dump news.jsonl
      dedup compare a.txt b.txt --json | jq .relation

    Exit status: 0 compared, duplicates or not; 1 failed; 2 wrong usage.
    """
    if dump:
        first, second = find_articles(dump, (a, b), Fields.named(text, id_, title, date))
    else:
        first, second = read_text(a), read_text(b)
    comparison = detect.examine(first, second, min_score)
    if as_json:
        click.echo(json.dumps({"a": a, "b": b, **asdict(comparison)}, indent=2))
    else:
        report.print_comparison(first, second, comparison)


@cli.command(short_help="Write labelled synthetic news.")
@click.option(
    "-n",
    "--articles",
    metavar="N",
    required=True,
    type=click.IntRange(1, MOST_SYNTHETIC),
    help="Number of articles.",
)
@click.option(
    "--seed",
    metavar="N",
    type=click.IntRange(0, 2**64 - 1),
    default=1,
    show_default=True,
    help="Another seed tells other stories.",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    default="-",
    show_default=True,
    help="File for the corpus, replaced once it is complete; `-` is standard output.",
)
def synth(articles: int, seed: int, output: str) -> None:
    """Write a corpus of synthetic news whose duplicates are known, the same bytes for the same seed
    on any machine. The words are made up; how often they are used, and what changes from version
    to version, is as in real news. A longer corpus begins with the shorter one.

    \b
    Each line is a record of JSON with
      id, date, source, title, text
      cluster      id of the first article of the story; those of one cluster
                   are duplicates of one another
      version      how the article was made
      version_of   id of the article it was made from or resembles, or null

    \b
    Versions:
      original       a story told first
      exact          the same words
      edited         other words here and there, perhaps some sentences cut
      truncated      the beginning
      wrapped        with the page's header and links around it
      excerpt        some of the sentences
      corrected      a figure or two are others
      rewritten      the same facts in other words
      other_figures  no duplicate: the same text with other figures
      other_facts    no duplicate: another report of the event
      same_lead      no duplicate: another story behind the same beginning

    \b
    Examples:
      dedup synth -n 100000 -o news.jsonl
      dedup synth -n 1000 --seed 7 | dedup scan - -o result

    Exit status: 0 written; 1 failed; 2 wrong usage.
    """
    report.with_progress(lambda tick: write_synthetic(articles, seed, output, tick))


def main() -> NoReturn:
    """Run the command; whatever happens, the user gets one line and an exit status."""
    # A `kill` then leaves no temporary files behind, as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        # Not `cli.main`, which prints and exits by itself on Ctrl-C and on a broken pipe.
        with cli.make_context("dedup", sys.argv[1:]) as context:
            cli.invoke(context)
        sys.stdout.flush()
        status = 0
    except BaseException as error:
        status = _report_error(error)
    sys.exit(status)


def _report_error(error: BaseException) -> int:
    if isinstance(error, click.exceptions.Exit):  # after --help and --version
        return error.exit_code
    if isinstance(error, BrokenPipeError):
        # The reader of our output has gone (`| head`): nobody is left to tell. Python would
        # complain when it flushes standard output on the way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    if isinstance(error, OptionError):
        error = click.UsageError(str(error))
    if isinstance(error, click.ClickException):
        error.show()
        return error.exit_code
    if isinstance(error, KeyboardInterrupt):
        return _fail(str(error) or "interrupted; nothing was written", 130)
    return _fail(_message(error), 1)


def _fail(message: str, status: int) -> int:
    # One line, whatever a file name or a library's message holds.
    print(f"error: {report.visible(' '.join(message.split()))}", file=sys.stderr)
    return status


def _message(error: BaseException) -> str:
    if isinstance(error, DedupError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    if isinstance(error, MemoryError):
        return "out of memory"
    # Not foreseen, a panic of the core among them: say where, in place of a traceback.
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__} at {where}: {error}; please report it"
