"""The `kabar` command."""

from __future__ import annotations

import logging
import sys

import typer
from typer._click.exceptions import ClickException  # typer carries its own click and does not export the base of its errors

from cli.demo import demo
from cli.export import export
from cli.extract import extract
from cli.run import EXIT_CODES, USAGE
from cli.status import status
from cli.topics import topics
from cli.up import up


def make_app() -> typer.Typer:
    """Every command, under its name."""
    app = typer.Typer(
        help="Kabar turns regional news sites into normalised event documents.",
        epilog="Exit codes: " + "; ".join(f"{code} {meaning}" for code, meaning in EXIT_CODES.items()) + ".",
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    for command in (up, topics, status, export, extract, demo):
        app.command()(command)
    return app


def main() -> None:
    """Run the command line; never returns."""
    # What matters of Kafka's and MongoDB's log arrives as an error of ours.
    logging.disable()
    try:
        code = make_app()(sys.argv[1:] or ["--help"], standalone_mode=False)
    except ClickException as error:
        sys.stderr.write(f"{error.format_message()} Try kabar --help.\n")
        code = USAGE
    except typer.Abort:
        code = 130
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
