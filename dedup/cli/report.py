"""`dedup report`, `dedup show` and `dedup verdicts`: what a pass found, to look at and to judge."""

import dataclasses
import json
from pathlib import Path

import click

from dedup.cli import show as shown
from dedup.cli import story
from dedup.cli.options import FolderType, field_options, gathered, json_option
from dedup.dump.gauge import Tick
from dedup.dump.results import Dump
from dedup.errors import InputError
from dedup.report import LIMIT, of_dump, read_result, report_of, write
from dedup.report.verdicts import judge

result_argument = click.argument("result", metavar="RESULT", type=FolderType())
page_option = click.option(
    "-o",
    "--output",
    metavar="FILE",
    required=True,
    type=FolderType(),
    help="The page, as report.html; outlets.csv comes beside it.",
)
limit_option = click.option(
    "--stories",
    "limit",
    metavar="N",
    type=click.IntRange(min=1),
    default=LIMIT,
    show_default=True,
    help="Stories that the page shows at most. Where there are more, half of them are those of"
    " articles drawn by chance from all that were dropped, so that verdicts on these hold for all;"
    " the others are drawn from those flagged, the largest, and the most doubtful.",
)
dump_option = click.option(
    "--dump",
    "inputs",
    metavar="INPUT",
    multiple=True,
    help="The dump that the pass was over. [default: the inputs that it was given, where they"
    " were]",
)


@click.command(short_help="Make a page of what a scan found, to look at and to judge.")
@result_argument
@page_option
@limit_option
@dump_option
@field_options
@gathered(Dump)
def report(dump: Dump, result: Path, output: Path, limit: int) -> None:
    """Make one HTML file of the RESULT of a scan, for people: what went and what is only flagged,
    by relation, day and outlet; the stories, each with its versions side by side and what a reader
    would miss; who copies whom; and a verdict on each by one key.

    It opens in any browser, asks nothing of any server, and holds the texts of the stories it
    shows. They are read from the dump again, by the fields that the scan was told, but for those
    named here.

    \b
    Examples:
      dedup report result -o report.html
      dedup report result -o report.html --dump /archive/today.jsonl.gz
      dedup report result -o report.html --source-field outlet --stories 500

    Exit status: 0 done; 1 failed, one line on standard error says why; 2 wrong usage.
    """
    found = read_result(result)

    def make(tick: Tick | None) -> None:
        with of_dump(found, dump.inputs, dump.fields, tick) as corpus:
            title = f"dedup: {result.absolute().name}"
            write(report_of(found, corpus, title, limit), output, tick)

    shown.with_progress(make)


@click.command(short_help="Show one story of a scan in the terminal.")
@result_argument
@click.argument("article", metavar="ID")
@dump_option
@field_options
@gathered(Dump)
def show(dump: Dump, result: Path, article: str) -> None:
    """Print the story of an article, kept or dropped: the article kept, each other version with its
    relation and figures, and what a reader of the one kept would miss of it.

    \b
    Examples:
      dedup show result wire-1047
      dedup show result wire-1047 --dump /archive/today.jsonl.gz

    Exit status: 0 done; 1 failed, as when the article has no other version; 2 wrong usage.
    """
    found = read_result(result)
    stories = [
        it
        for it in found.stories
        if article == it.id or any(article == other.id for other in it.versions)
    ]
    if not stories:
        raise InputError(f"{result} has no story with the article {article!r}")
    with of_dump(found, dump.inputs, dump.fields) as corpus:
        for number, it in enumerate(stories):
            if number:
                click.echo()
            story.print_story(it, corpus, found.summary["options"])


@click.command(short_help="Say how right a scan was, by verdicts given on its page.")
@result_argument
@click.argument(
    "paths", metavar="VERDICTS...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@json_option
def verdicts(result: Path, paths: tuple[Path, ...], as_json: bool) -> None:
    """Say how right a scan was by verdicts on its RESULT, as saved on the page that `dedup report`
    makes: of what was dropped, and of what was only flagged, the share that was right, with the
    interval that holds the true share 95 times in 100; and the least bars at which 95 in 100 of
    those judged are right, to set --min-covered and --min-score by.

    Only verdicts on articles that were drawn by chance count: give them in the page's order
    "drawn by chance, to judge". `cannot say` counts for neither side.

    \b
    Examples:
      dedup verdicts result verdicts.jsonl
      dedup verdicts result mine.jsonl hers.jsonl --json

    Exit status: 0 done; 1 failed, as for verdicts on another result; 2 wrong usage.
    """
    found = read_result(result)
    dropped, flagged = judge(found, paths)
    if as_json:
        told = {"dropped": dropped, "flagged": flagged}
        click.echo(json.dumps({key: dataclasses.asdict(it) for key, it in told.items()}, indent=2))
        return
    story.print_verdicts("dropped", dropped, "--min-covered")
    click.echo()
    story.print_verdicts("only flagged", flagged, "--min-score")
