"""Arguments and options that several subcommands have, and how a command gets them: as one value.

A parameter has the name of the field that it becomes, of Options, Fields or a Dump. So an option
is spelt twice: where it is declared for the command line, and as that field.
"""

import dataclasses
import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import click
from click.shell_completion import CompletionItem

from dedup.config import (
    DATE_ORDERS,
    ID_RULES,
    KEEP_RULES,
    MIN_COVERED,
    MIN_SCORE,
    PER_CENT_HARMLESS,
    RELATIONS,
    WINDOW,
    Fields,
    Options,
)
from dedup.dump.formats import kind_of
from dedup.dump.objects import is_url, masked
from dedup.dump.results import Dump
from dedup.dump.temporary import half_of_memory
from dedup.index import is_database

F = TypeVar("F", bound=Callable[..., Any])
D = TypeVar("D", bound=Dump)
P = ParamSpec("P")


def gathered(
    kind: type[D],
) -> Callable[[Callable[Concatenate[D, P], None]], Callable[..., None]]:
    """Call a command with one `kind`, in place of the parameters that are fields of it, of its
    Options or of its Fields. The command takes those that are left by their names.
    """

    def decorate(command: Callable[Concatenate[D, P], None]) -> Callable[..., None]:
        @wraps(command)
        def run(*args: P.args, **given: P.kwargs) -> None:
            named = _given()
            fields = Fields.named(**_taken(given, Fields))
            options = _taken(given, Options)
            if options.get("memory") is None:
                options["memory"] = half_of_memory()
            own = _taken(given, kind)
            if options.get("related"):  # only matches.jsonl has them
                own["matches"] = True
            request = kind(options=Options(**options), fields=fields, given=named, **own)
            command(request, *args, **given)

        return run

    return decorate


def _given() -> frozenset[str]:
    """The parameters that stand on the command line."""
    context = click.get_current_context()
    default = click.core.ParameterSource.DEFAULT
    return frozenset(
        name for name in context.params if context.get_parameter_source(name) != default
    )


def _taken(given: dict[str, Any], kind: type) -> dict[str, Any]:
    """Take the parameters away that are fields of a dataclass."""
    names = [field.name for field in dataclasses.fields(kind)]
    return {name: given.pop(name) for name in names if name in given}


class FolderType(click.Path):
    """A folder on this machine, a Path; with `remote` also a place in an object store, a str."""

    def __init__(self, remote: bool = False) -> None:
        super().__init__(path_type=Path)
        self._remote = remote

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:
        if is_url(str(value)):
            if not self._remote:
                self.fail(f"{masked(str(value))!r} is not on this machine.", param, ctx)
            return value
        return super().convert(value, param, ctx)


def _check_path(_: click.Context, __: click.Parameter, path: str) -> str:
    """Catch INDEX and INPUT in the wrong order, before anything is made or read."""
    if is_database(path):
        return path
    if kind_of(Path(path).name) is not None:
        raise click.BadParameter(
            f"{path!r} has the ending of a file of articles; INDEX comes first, then the rest."
        )
    if is_url(path):
        raise click.BadParameter(f"{masked(path)!r} is not on this machine.")
    if Path(path).is_dir():
        raise click.BadParameter(f"{path!r} is a folder.")
    return path


def check_index(context: click.Context, parameter: click.Parameter, path: str | None) -> str | None:
    """The same of an option that need not be there."""
    return None if path is None else _check_path(context, parameter, path)


def complete_path(_: click.Context, __: click.Parameter, start: str) -> list[CompletionItem]:
    """Let the shell complete the name of a file or folder. Not by a `click.Path`, which also says
    in its own words what is wrong with one."""
    return [CompletionItem(start, type="file")]


index_argument = click.argument(
    "path", metavar="INDEX", callback=_check_path, shell_complete=complete_path
)
# The same for what takes a dump, whose `index` is a field.
of_dump_argument = click.argument(
    "index", metavar="INDEX", callback=_check_path, shell_complete=complete_path
)
inputs_argument = click.argument(
    "inputs", metavar="INPUT...", nargs=-1, required=True, shell_complete=complete_path
)


def _together(*options: Callable[[F], F]) -> Callable[[F], F]:
    """One decorator of several, which --help lists in this order."""

    def decorate(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def _parse_id(_: click.Context, __: click.Parameter, name: str | None) -> str | bool | None:
    return False if name == "none" else name


field_options = _together(
    click.option(
        "--text-field",
        "text",
        metavar="NAME",
        multiple=True,
        help="Field of the text, as `body` or, inside another, `_source.body`; given again, the"
        " texts are joined with a blank line. [default: of each record the first that it has of"
        " text, body, content, ...]",
    ),
    click.option(
        "--id-field",
        "id",
        metavar="NAME",
        callback=_parse_id,
        help="Field of the id; `none` numbers the articles, as file:line. [default: the first there"
        " is of id, guid, url, ...; else file:line]",
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
    click.option(
        "--source-field",
        "source",
        metavar="NAME",
        help="Field of the source, the outlet. [default: where --prefer-source needs it, the first"
        " there is of source, outlet, publisher, ..., else the host of the URL]",
    ),
    click.option(
        "--delimiter",
        metavar="CHARACTER",
        help="Between the cells of CSV and TSV files, as `;` or `tab`. [default: what the file"
        " has]",
    ),
    click.option(
        "--encoding",
        metavar="NAME",
        help="Encoding of the files, as windows-1252. [default: UTF-8, or as a byte order mark"
        " says, or what CSV and TSV files can only be]",
    ),
    click.option(
        "--date-order",
        type=click.Choice(DATE_ORDERS),
        help="Whether 01/03/2020 is 1 March (dmy) or January 3 (mdy). [default: as other dates of"
        " the file prove, or of files with the same field; else such dates are not read]",
    ),
)


def _parse_drop(_: click.Context, __: click.Parameter, value: str) -> tuple[str, ...]:
    if value == "none":
        return ()
    return tuple(part.strip() for part in value.split(","))


def _parse_window(_: click.Context, __: click.Parameter, value: str) -> str | None:
    return None if value == "none" else value


# From where on a pair is told of, and an article of it goes.
bar_options = _together(
    click.option(
        "--min-score",
        metavar="SCORE",
        type=click.FloatRange(0, 1),
        default=MIN_SCORE,
        show_default=True,
        help="Least probability that two articles are versions of one story, whatever their"
        " relation: from there on they are flagged. Higher flags fewer, with fewer of them wrong.",
    ),
    click.option(
        "--min-covered",
        metavar="COVERED",
        type=click.FloatRange(0, 1),
        default=MIN_COVERED,
        show_default=True,
        help="Least probability that a reader of the one that stays misses nothing of weight of the"
        " one that goes; a pair of which neither reaches it is only flagged. At the default, of"
        f" what goes, {PER_CENT_HARMLESS} in 100 hold nothing that you would miss.",
    ),
)


# What decides which articles are duplicates and which of them go.
rule_options = _together(
    click.option(
        "--unique-ids",
        type=click.Choice(ID_RULES),
        default=ID_RULES[0],
        show_default=True,
        help="What becomes of an article whose id another has. `number`: it is known as id#2, the"
        " next as id#3, and is compared like any other. `reject`: it is rejected.",
    ),
    click.option(
        "--keep",
        type=click.Choice(KEEP_RULES),
        help="Which article stays of two that may both go. [default: earliest when there are dates"
        " or an index, else longest]",
    ),
    click.option(
        "--drop",
        metavar="RELATIONS",
        default=",".join(RELATIONS),
        show_default=True,
        callback=_parse_drop,
        help="Relations whose duplicates are dropped, comma-separated; the others are only flagged."
        " `none` drops nothing.",
    ),
    click.option(
        "--rewrites/--no-rewrites",
        default=True,
        show_default=True,
        help="Whether to look for stories told in other words.",
    ),
    bar_options,
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

texts_option = click.option(
    "--texts/--no-texts",
    default=True,
    show_default=True,
    help="Whether INDEX keeps the texts, or only what it compares of them, their words.",
)
replace_option = click.option(
    "--replace",
    is_flag=True,
    help="Put an article in the place of what INDEX has under its id, as of a page that is crawled"
    " again. What was a duplicate of the old version is judged anew.",
)
matches_option = click.option(
    "--matches", is_flag=True, help="Write every flagged pair to matches.jsonl."
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
