"""The `kabar` command."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Callable

import typer
from typer._click.exceptions import ClickException  # typer carries its own click and does not export the base of its errors

USAGE, INTERRUPTED = 2, 130


def make_app() -> typer.Typer:
    """Every command, under its name."""
    # Here, and not above: loading takes a second, and `main` sees to what Ctrl-C does in it.
    from cli.coverage import coverage
    from cli.crawl import crawl
    from cli.dead import drop, list_dead, retry, show_dead
    from cli.demo import demo
    from cli.doctor import doctor
    from cli.events import events
    from cli.export import export
    from cli.extract import extract
    from cli.history import history
    from cli.logs import logs
    from cli.pages import reindex, show_page
    from cli.probe import probe_site
    from cli.replay import replay
    from cli.run import EXIT_CODES
    from cli.show import show
    from cli.sites import check, list_sites
    from cli.status import status
    from cli.tail import tail
    from cli.topics import topics
    from cli.trace import trace
    from cli.up import up

    app = typer.Typer(
        help="Kabar turns regional news sites into normalised event documents.",
        epilog="Exit codes: " + "; ".join(f"{code} {meaning}" for code, meaning in EXIT_CODES.items()) + ".",
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    for command in (up, crawl, topics, status, doctor, coverage, events, show, history, trace, tail, logs, export, extract, replay, demo):
        app.command()(command)
    group(app, "sites", "The sites that are read: list them, check them, probe a new one.", list=list_sites, check=check, probe=probe_site)
    about = "What no service could use: list it, look at it, put it back, or let it go."
    group(app, "dead", about, list=list_dead, show=show_dead, retry=retry, drop=drop)
    group(app, "pages", "The pages kept: where an article's bytes lie; their index.", show=show_page, reindex=reindex)
    return app


def group(app: typer.Typer, name: str, about: str, **commands: Callable[..., None]) -> None:
    """Commands under a name in common."""
    made = typer.Typer(help=about, no_args_is_help=True)
    for command, run in commands.items():
        made.command(command)(run)
    app.add_typer(made, name=name)


def main() -> None:
    """Run the command line; never returns."""
    # While it loads, Ctrl-C ends it without a word.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    app = make_app()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # What matters of Kafka's and MongoDB's log arrives as an error of ours.
    logging.disable()
    sys.exit(run_line(app, sys.argv[1:] or ["--help"]))


def run_line(app: typer.Typer, args: list[str]) -> int:
    """The exit code of a command line. A wrong one is said in one sentence."""
    try:
        code = app(args, standalone_mode=False, prog_name="kabar")
    except ClickException as error:
        sys.stderr.write(f"{error.format_message()} Try kabar --help.\n")
        return USAGE
    except typer.Abort:
        return INTERRUPTED
    return code if isinstance(code, int) else 0


if __name__ == "__main__":
    main()
