"""`dedup synth`: synthetic news."""

import click

from dedup.cli.options import complete_path
from dedup.cli.show import with_progress
from dedup.dump.synth import MOST_SYNTHETIC, write_synthetic


@click.command(short_help="Write labelled synthetic news.")
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
    shell_complete=complete_path,
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
    with_progress(lambda tick: write_synthetic(articles, seed, output, tick))
