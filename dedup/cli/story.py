"""A story, and verdicts on many, as a terminal shows them."""

from typing import Any

import click

from dedup.cli.comparison import print_missed, print_wrapped
from dedup.cli.show import visible
from dedup.report.corpus import Corpus
from dedup.report.result import Story
from dedup.report.verdicts import AIM, Bar, Judged
from dedup.result import evidence_of


def print_story(story: Story, corpus: Corpus, options: dict[str, Any]) -> None:
    """Print a story: the article kept, and what its reader would miss of each other version."""
    ids = [story.id, *(version.id for version in story.versions)]
    bylines: dict[str, tuple[str | None, str | None]] = dict.fromkeys(ids, (None, None))
    for id, date, source in corpus.bylines():
        if id in bylines:
            bylines[id] = (date, source)
    kept = corpus.article(story.id)
    print_wrapped(f"kept  {_byline(story.id, bylines)}", bold=True)
    print_wrapped(_opening(kept.text) or "(an index has its text)", indent=6)
    for version in story.versions:
        print()
        what = "gone" if version.dropped else "flagged only"
        print_wrapped(f"{what}  {_byline(version.id, bylines)}", bold=True)
        print_wrapped(
            f"{version.relation}; one story {version.score:.3f} (bar {options['min_score']}),"
            f" covered {version.covered:.3f} (bar {options['min_covered']}),"
            f" similarity {version.similarity:.3f}",
            indent=6,
        )
        article = corpus.article(version.id)
        if version.relation == "exact":
            print_wrapped("the same words", indent=6)
            continue
        missed = evidence_of(article, kept).missed_a
        print_missed("this version", "the one kept", article.text, missed)


def _byline(id: str, bylines: dict[str, tuple[str | None, str | None]]) -> str:
    date, source = bylines[id]
    return visible(" · ".join(it for it in (id, date, source) if it))


def _opening(text: str) -> str:
    line = " ".join(visible(text).split())
    return line if len(line) <= 200 else line[:199] + "…"


def print_verdicts(what: str, found: Judged, option: str) -> None:
    """Print how right a pass was on what it dropped or flagged, and what a bar would do to it."""
    click.secho(
        f"{what}: {found.judged + found.unsure:,} of {found.of:,} judged, {found.right:,} right,"
        f" {found.wrong:,} wrong, {found.unsure:,} cannot say",
        bold=True,
    )
    if found.others:
        print(
            f"  {found.others:,} more verdicts do not count: their articles were not drawn by"
            " chance"
        )
    if not found.judged:
        return
    print(f"  right         {found.right / found.judged:.1%}, {_interval(found.low, found.high)}")
    for label, bar in ((f"{AIM:.0%} right", found.enough), (f"surely {AIM:.0%}", found.surely)):
        print(f"  {label:<13} {_bar(bar, option)}")


def _interval(low: float, high: float) -> str:
    return f"95% interval {low:.1%} to {high:.1%}"


def _bar(bar: Bar | None, option: str) -> str:
    if bar is None:
        return "at no bar that those judged tell of"
    return (
        f"{option} {bar.bar:.4f}: {bar.right:,} of {bar.judged:,}, {_interval(bar.low, bar.high)};"
        f" {bar.reached:.0%} of them reach it"
    )
