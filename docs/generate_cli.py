"""Write docs/cli.md and the manual page, the reference of the command, from its --help.

python docs/generate_cli.py           writes them
python docs/generate_cli.py --check   exits 1 when one is out of date
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from dedup._core import __version__
from dedup.cli.commands import cli

PAGE = Path(__file__).with_name("cli.md")
# maturin puts it where `man` looks.
MANUAL = Path(__file__).parents[1] / "wheel" / "data" / "share" / "man" / "man1" / "dedup.1"

HEAD = """\
# Command-line reference

Generated from `--help` by `make docs`.
"""


MANUAL_HEAD = r"""
.TH DEDUP 1 "" "dedup {version}" "User Commands"
.SH NAME
dedup \- find the articles in a news dump that are versions of one another
.SH SYNOPSIS
.B dedup
.I COMMAND
[\fIOPTION\fR]... [\fIARGUMENT\fR]...
""".lstrip()


def page() -> str:
    return "\n".join([HEAD, *map(_section, _contexts(80))])


def manual() -> str:
    head = MANUAL_HEAD.format(version=__version__)
    # `man` indents it by 7.
    return head + "".join(map(_manual_section, _contexts(73)))


def _contexts(width: int) -> Iterator[click.Context]:
    # A fixed width, whatever the terminal that runs this.
    root = click.Context(cli, info_name="dedup", terminal_width=width, **cli.context_settings)
    return _below(root)


def _below(context: click.Context) -> Iterator[click.Context]:
    yield context
    if isinstance(context.command, click.Group):
        for name, command in sorted(context.command.commands.items()):
            yield from _below(click.Context(command, context, info_name=name))


def _section(context: click.Context) -> str:
    return f"## {context.command_path}\n\n```text\n{context.get_help()}\n```\n"


def _manual_section(context: click.Context) -> str:
    help_ = context.get_help().replace("\\", r"\e").replace("-", r"\-").replace("`", r"\(ga")
    # A line that begins so would be taken for a request.
    shown = re.sub(r"^(?=[.'])", r"\\&", help_, flags=re.MULTILINE)
    return f".SH {context.command_path.upper()}\n.nf\n{shown}\n.fi\n"


def main() -> None:
    for path, text in ((PAGE, page()), (MANUAL, manual())):
        if "--check" not in sys.argv[1:]:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            sys.exit(f"{path.name} is out of date; run `make docs`")


if __name__ == "__main__":
    main()
