"""`kabar up`: the local stack, until Ctrl-C or until everything is done."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.run import DATA_DIR, DataDir, run, say
from cli.shown import shown_summary, watched, without_password
from deploy.local.health import until_ready
from deploy.local.idle import new_pass
from deploy.local.passes import make_pass
from deploy.local.stack import Options, Stack, running_stack
from shared.settings import Settings, load_settings
from shared.sites import load_sites


def up(
    sites: Annotated[Path, typer.Option(help="Site file, or folder of site files.")] = Path("sites"),
    data_dir: DataDir = DATA_DIR,
    idle: Annotated[bool, typer.Option("--until-idle", help="Look at every site once; end when all that was found is stored.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="With --until-idle: print the summary as one JSON object.")] = False,
) -> None:
    """Run the local stack: Kafka, the document store, crawler, extractor and store. Ctrl-C ends it."""
    if as_json and not idle:
        raise typer.BadParameter("--json prints the summary of --until-idle: give both.")
    run(_once(sites, data_dir, as_json) if idle else _for_ever(sites, data_dir))


async def _for_ever(sites: Path, data_dir: Path) -> None:
    _checked(sites)
    try:
        async with running_stack(Options(data_dir, sites), say) as stack:
            await stack.during(_serve(stack))
    except asyncio.CancelledError:
        # Ctrl-C is how this command ends.
        say("Stopped.")


async def _serve(stack: Stack) -> None:
    await until_ready(stack.running().services)
    documents = without_password(stack.mongo_uri)
    say(f"Kabar is up: Kafka at {stack.kafka_servers}, documents at {documents}, logs in {stack.folder / 'logs'}. Ctrl-C ends it.")
    await asyncio.Event().wait()


async def _once(sites: Path, data_dir: Path, as_json: bool) -> None:
    settings, crawl_pass = _checked(sites), new_pass()
    async with running_stack(Options(data_dir, sites, crawl_pass), say) as stack:
        with watched() as show:
            summary = await make_pass(stack, settings.mongo_database, crawl_pass, show)
    if as_json:
        sys.stdout.write(summary.model_dump_json() + "\n")
    else:
        shown_summary(summary)


def _checked(sites: Path) -> Settings:
    """Before anything starts. Raises `SettingsError` and `SitesError`."""
    load_sites(sites)
    return load_settings()
