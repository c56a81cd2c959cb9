"""What three real services log and trace of a run: every line of the schema, every page followed by its id."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.logs_files import merged
from cli.logs_wanted import Wanted
from deploy.local.servers import Servers
from shared.log_schema import complaints
from tests.integration.loopback_site import LoopbackSite, article, many_articles
from tests.integration.pipeline import SERVICES, pipeline
from tests.unit.shared.collector import Collector, collecting

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]
HOST = "catatan.example"
ARTICLES, GONE, SHORT = 6, 2, 4
"""Six are listed; one is not there, one is too short to be an article."""


def the_pages() -> dict[str, bytes]:
    pages = many_articles(ARTICLES)
    del pages[f"/berita/2023/11/rapat-koordinasi-pengawasan-tahap-{GONE}"]
    pages[f"/berita/2023/11/rapat-koordinasi-pengawasan-tahap-{SHORT}"] = article(
        "Tahap", ["Pendek."], published="2023-11-14T10:00:00+07:00"
    )
    return pages


async def run(stack: Servers, folder: Path, collector: Collector) -> dict[str, list[dict[str, Any]]]:
    """The lines of each service, from start to stop."""
    with LoopbackSite(HOST, the_pages()).serving() as site:
        async with pipeline(stack, site, folder) as made:
            made.environment = {**made.environment, "OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint, "KABAR_LOG_LEVEL": "debug"}
            made.start(*SERVICES)
            await made.stored(ARTICLES - 2)
            await made.buried(1)
            await made.drained()
    return {name: [json.loads(line) for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()] for name in SERVICES}


async def test_a_run_is_logged_by_the_schema_and_each_page_traced(stack: Servers, tmp_path: Path) -> None:
    with collecting() as collector:
        lines = await run(stack, tmp_path, collector)
    said = [line for name in SERVICES for line in lines[name]]
    assert [(line, complaints(line)) for line in said if complaints(line)] == []
    assert {line["event"] for line in lines["crawler"]} >= {
        "started", "traces_on", "ready", "source_read", "fetched", "published", "page_published", "not_used", "stopping", "stopped",
    }  # fmt: skip
    published = {line["correlation_id"]: line["url"] for line in lines["crawler"] if line["event"] == "page_published"}
    assert len(published) == ARTICLES - 1
    for service, topic in (("extractor", "kabar.page.fetched"), ("store", "kabar.article.extracted")):
        done = {line["correlation_id"] for line in lines[service] if line["event"] == "delivered" and line["topic"] == topic}
        refused = {line["correlation_id"] for line in lines["extractor"] if line["event"] == "dead_letter"}
        assert done == published.keys() - refused, service
        assert len(refused) == 1
    (lost,) = [line for line in lines["crawler"] if line["event"] == "not_used" and line["reason"] == "http_404"]
    assert lost["correlation_id"] not in published
    _each_page_is_told(tmp_path, published)
    _each_page_is_one_trace(collector, published)


def _each_page_is_told(folder: Path, published: dict[str, str]) -> None:
    """As `kabar logs --correlation` shows it."""
    paths = [folder / f"{name}.jsonl" for name in SERVICES]
    for correlation_id in published:
        assert {line.service for line in merged(paths) if Wanted(correlation=correlation_id).has(line)} == set(SERVICES)


def _each_page_is_one_trace(collector: Collector, published: dict[str, str]) -> None:
    for correlation_id, url in published.items():
        spans = [one for one in collector.spans if one.trace == correlation_id.removeprefix("cor_").zfill(32)]
        ids = {one.id for one in spans}
        (root,) = [one for one in spans if one.parent not in ids]
        assert (root.service, root.name, root.attributes["url.full"]) == ("crawler", "crawl", url)
        assert {one.service for one in spans} == set(SERVICES)
        assert {one.name for one in spans} >= {"crawl", "fetch", "publish", "receive", "extract", "save"}
