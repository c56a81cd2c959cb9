"""`kabar status --site`: how a site was treated."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from cli.run import FAILED, fail
from cli.shown import console, table, utc
from deploy.local.reach import reach_documents
from services.crawler.receipt import Receipt
from services.crawler.standing import read_receipt
from shared.settings import load_settings


async def print_receipt(site: str, data_dir: Path) -> None:
    """The politeness receipt of a site: of KABAR_MONGO_URI if set, else of the local stack, running or not."""
    database = load_settings().mongo_database
    async with reach_documents(data_dir) as uri:
        receipt = await read_receipt(uri, database, site)
    if receipt is None:
        fail(f"{site} has not been asked for anything yet.", FAILED)
        return
    screen = console()
    screen.print(table(f"Asked of {site}", ("what", "how much"), _rows(receipt)))
    screen.print(table("\nAnswers", ("status", "count"), sorted(receipt.answers.items())))
    if receipt.refusals:
        screen.print(table("\nNot used", ("reason", "count"), sorted(receipt.refusals.items())))


def _rows(receipt: Receipt) -> list[tuple[str, str]]:
    return [
        ("requests", f"{receipt.requests}"),
        ("bytes", f"{receipt.size}"),
        ("not modified", f"{receipt.unchanged_share:.1%}"),
        ("seconds waited", f"{receipt.waited:.1f}"),
        ("first request", _moment(receipt.first_at)),
        ("last request", _moment(receipt.last_at)),
    ]


def _moment(at: datetime | None) -> str:
    return utc(at) if at else "–"
