"""`kabar status --site` on a document store of its own: no other server runs."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime

from services.crawler.frontier import open_frontier
from services.crawler.receipt import Receipt
from shared.settings import load_settings
from tests.unit.cli.conftest import Kabar

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


async def keep(receipt: Receipt) -> None:
    async with open_frontier(load_settings(), None) as frontier:
        await frontier.add_receipts({"situs.example": receipt}, {})


def test_it_is_printed_while_only_the_store_runs(kabar: Kabar, store: str) -> None:
    asyncio.run(keep(Receipt(8, 1_234, 7.25, Counter({"2xx": 5, "304": 2, "4xx": 1}), Counter({"http_404": 1}), NOW, NOW)))
    code, out, err = kabar("status", "--site", "situs.example")
    assert (code, err) == (0, "")
    rows = {" ".join(line.split()[:-1]): line.split()[-1] for line in out.splitlines() if line.split()}
    assert rows["requests"] == "8"
    assert rows["bytes"] == "1234"
    assert rows["not modified"] == "25.0%"
    assert rows["seconds waited"] == "7.2"
    assert rows["first request"] == rows["last request"] == "2026-11-23T04:00:00Z"
    assert (rows["2xx"], rows["304"], rows["4xx"], rows["http_404"]) == ("5", "2", "1", "1")


def test_a_site_nobody_has_asked(kabar: Kabar, store: str) -> None:
    assert kabar("status", "--site", "lain.example") == (1, "", "lain.example has not been asked for anything yet.\n")
