"""Options that several subcommands have."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from dedup.config import KEEP_RULES, MIN_SCORE, RELATIONS, WINDOW

F = TypeVar("F", bound=Callable[..., Any])


def _together(*options: Callable[[F], F]) -> Callable[[F], F]:
    """One decorator of several, which --help lists in this order."""

    def decorate(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


field_options = _together(
    click.option(
        "--text-field",
        "text",
        metavar="NAME",
        multiple=True,
        help="Field of the text; given again, the texts are joined with a blank line."
        " [default: the first there is of text, body, content, ...]",
    ),
    click.option(
        "--id-field",
        "id_",
        metavar="NAME",
        help="Field of the id. [default: the first there is of id, guid, url, ...; else file:line]",
    ),
    click.option(
        "--title-field",
        "title",
        metavar="NAME",
        help="Field of the headline. Noted in the summary and never compared: a copy under a"
        " new headline is a copy.",
    ),
    click.option(
        "--date-field",
        "date",
        metavar="NAME",
        help="Field of the publication date. [default: the first there is of date, published, ...]",
    ),
)


def _parse_drop(_: click.Context, __: click.Parameter, value: str) -> tuple[str, ...]:
    if value == "none":
        return ()
    return tuple(part.strip() for part in value.split(","))


def _parse_window(_: click.Context, __: click.Parameter, value: str) -> str | None:
    return None if value == "none" else value


# What decides which articles are duplicates and which of them go.
rule_options = _together(
    click.option(
        "--keep",
        type=click.Choice(KEEP_RULES),
        help="Which article of a cluster stays. [default: earliest when there are dates or an"
        " index, else longest]",
    ),
    click.option(
        "--drop",
        metavar="RELATIONS",
        default=",".join(RELATIONS),
        show_default=True,
        callback=_parse_drop,
        help="Relations whose duplicates are dropped, comma-separated; `none` drops nothing.",
    ),
    click.option(
        "--rewrites/--no-rewrites",
        default=True,
        show_default=True,
        help="Whether to look for stories told in other words.",
    ),
    click.option(
        "--min-score",
        metavar="SCORE",
        type=click.FloatRange(0, 1),
        default=MIN_SCORE,
        show_default=True,
        help="Least score of a rewrite: higher joins fewer, with fewer of them wrong.",
    ),
    click.option(
        "--window",
        metavar="TIME",
        default=WINDOW,
        show_default=True,
        callback=_parse_window,
        help="Look for rewrites among articles published within this time of each other, in hours,"
        " days or weeks (36h, 7d, 2w), where their dates are known; `none` sets no limit.",
    ),
    click.option(
        "--related",
        is_flag=True,
        help="Write to matches.jsonl also the articles on one event that each add facts.",
    ),
)

matches_option = click.option(
    "--matches", is_flag=True, help="Write every verified pair to matches.jsonl."
)
force_option = click.option(
    "--force", is_flag=True, help="Replace the results that the folder holds."
)
strict_option = click.option(
    "--strict", is_flag=True, help="Fail on the first record that cannot be read."
)
threads_option = click.option(
    "--threads",
    metavar="N",
    type=click.IntRange(min=0),
    default=0,
    help="Threads; 0 is one for each processor. The result does not depend on it. [default: 0]",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
