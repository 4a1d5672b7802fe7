"""Write docs/cli.md, the reference of the command, from its --help.

python docs/generate_cli.py           writes it
python docs/generate_cli.py --check   exits 1 when it is out of date
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from dedup.cli.commands import cli

PAGE = Path(__file__).with_name("cli.md")

HEAD = """\
# Command-line reference

Generated from `--help` by `make docs`.
"""


def page() -> str:
    # A fixed width, whatever the terminal that runs this.
    root = click.Context(cli, info_name="dedup", terminal_width=80, **cli.context_settings)
    return "\n".join([HEAD, *map(_section, _contexts(root))])


def _contexts(context: click.Context) -> Iterator[click.Context]:
    yield context
    if isinstance(context.command, click.Group):
        for name, command in sorted(context.command.commands.items()):
            yield from _contexts(click.Context(command, context, info_name=name))


def _section(context: click.Context) -> str:
    return f"## {context.command_path}\n\n```text\n{context.get_help()}\n```\n"


def main() -> None:
    if "--check" in sys.argv[1:]:
        if not PAGE.exists() or PAGE.read_text() != page():
            sys.exit("docs/cli.md is out of date; run `make docs`")
    else:
        PAGE.write_text(page())


if __name__ == "__main__":
    main()
