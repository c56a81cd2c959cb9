"""The five real articles, served over HTTP, through crawler, Kafka, extractor, Kafka and store."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from deploy.local.servers import Servers
from tests.integration.loopback_site import LoopbackSite, listing
from tests.integration.pipeline import SERVICES, Pipeline, pipeline

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]

SEEDS = 5


def _renderer(shared: Path) -> Callable[[dict[str, Any]], str]:
    """`page` of the gold folder's own render.py."""
    spec = importlib.util.spec_from_file_location("render", shared / "gold" / "render.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    render: Callable[[dict[str, Any]], str] = module.page
    return render


@pytest.fixture
async def read(stack: Servers, shared_material: Path, tmp_path: Path) -> AsyncIterator[Pipeline]:
    render = _renderer(shared_material)
    pages, links = {"/": listing({})}, {}
    for number in range(SEEDS):
        seed = json.loads((shared_material / "gold" / "pages" / f"seed_{number}.json").read_text(encoding="utf-8"))
        path = f"/berita/2024/netralitas-asn-pada-pemilu-serentak-{number}"
        pages[path] = render(seed).encode()
        links[path] = f"Berita Netralitas ASN pada Pemilu Serentak nomor {number}"
    pages["/berita"] = listing(links)
    with LoopbackSite("benih.example", pages).serving() as site:
        async with pipeline(stack, site, tmp_path) as made:
            made.start(*SERVICES)
            await made.stored(SEEDS)
            await made.drained()
            yield made


async def test_five_seeds_make_five_events(read: Pipeline, shared_material: Path) -> None:
    articles = {document["url"][-1]: document for document in await read.documents("articles")}
    events = {event["articles"][0]["id"]: event for event in await read.documents("events")}
    assert len(events) == SEEDS
    for number in range(SEEDS):
        truth = json.loads((shared_material / "gold" / "annotations" / f"seed_{number}.json").read_text(encoding="utf-8"))
        article = articles[str(number)]
        event = events[article["id"]]
        assert event["type"] == truth["event_type"], number
        assert event["date"]["start"] == truth["event_date"], number
        assert event["place"]["kabkota"]["code"] == truth["kabkota_code"], number
        assert ("weekday_mismatch" in event["flags"]) == (number == SEEDS - 1), number
        start, end, exact = (event["date"]["evidence"][key] for key in ("start", "end", "exact"))
        assert article["body"][start:end] == exact, number
