"""One crawl of the hostile site, twice over, and all that came of it."""

from __future__ import annotations

import asyncio
import json
import sys
import urllib.request
import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from pymongo import AsyncMongoClient

from deploy.local.children import Child
from deploy.local.jars import ROOT
from deploy.local.ports import free_port
from deploy.local.servers import Servers
from services.crawler.standing import read_progress
from shared.envelope import open_sealed
from shared.messages import CrawlRequested, PageFetched
from shared.topics import CRAWL_REQUESTED, PAGE_FETCHED
from tests.hostile.case import DOMAIN, Case
from tests.hostile.cases import CASES
from tests.hostile.server import WATCHER
from tests.integration.pipeline import Pipeline
from tests.integration.topic_reading import read_all, send
from tests.integration.waiting import until

TWINS = ("www.",)
FROM_OUTSIDE = (
    "file:///etc/passwd",
    "gopher://127.0.0.1:@PORT/_FLUSHALL",
    "http://127.0.0.1:@PORT/berita/2024/05/14/rahasia-dapur",
    "http://169.254.169.254/latest/meta-data/",
    "http://2130706433:@PORT/berita/2024/05/14/rahasia-dapur",
    "http://[::1]:@PORT/berita/2024/05/14/rahasia-dapur",
    f"http://baik.{DOMAIN}@127.0.0.1:@PORT/berita/2024/05/14/rahasia-dapur",
    f"http://dalam.{DOMAIN}/berita/2024/05/14/rahasia-dapur",
    "javascript:alert(1)",
)
"""What somebody asks the crawler for who would like to see our network; `@PORT` is the internal one."""
LONGEST_ROUND = 150.0


class Stored(NamedTuple):
    """A document as the test looks at it: the path of its canonical URL."""

    path: str
    title: str
    gone: bool


@dataclass
class Crawled:
    """What a crawl left: by host, documents, reasons, published paths and requests of each round."""

    documents: dict[str, list[Stored]] = field(default_factory=lambda: defaultdict(list))
    reasons: dict[str, dict[str, set[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))
    published: dict[int, dict[str, Counter[str]]] = field(default_factory=lambda: {1: defaultdict(Counter), 2: defaultdict(Counter)})
    asked: dict[int, dict[str, Counter[str]]] = field(default_factory=lambda: {1: defaultdict(Counter), 2: defaultdict(Counter)})
    turned_away: Counter[str] = field(default_factory=Counter)
    """Requests from outside, by the reason of their dead letter."""
    intruders: int = 0
    peaks: list[int] = field(default_factory=list)
    """The most memory the crawler held in each round, MB."""
    healthy: list[bool] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)


def site_file(folder: Path) -> Path:
    """Every case is a site of its own; pace 0."""
    file = folder / "sites.toml"
    file.write_text("".join(_entry(case) for case in CASES), encoding="utf-8")
    return file


def _entry(case: Case) -> str:
    sources = "".join(f"{kind} = {json.dumps([f'http://{case.host}{path}' for path in paths])}\n" for kind, paths in case.sources.items())
    return f'[[site]]\nid = "{case.id}"\nname = "{case.id}"\nhome = "http://{case.host}/"\npace = 0\n{sources}\n'


async def start_server(folder: Path) -> tuple[Child, dict[str, int]]:
    """The hostile server, and its ports `public` and `internal`."""
    out = folder / "ports.json"
    server = Child([sys.executable, "-m", "tests.hostile.server", str(out)], folder / "server.log", cwd=ROOT)

    async def listens() -> bool:
        return out.exists()

    await server.ready(listens, 60.0)
    ports: dict[str, int] = json.loads(out.read_text(encoding="utf-8"))
    return server, ports


def environment(stack: Servers, ports: Mapping[str, int], folder: Path) -> dict[str, str]:
    """The crawler may reach the public port alone; `dalam` is a name that leads inside."""
    public, inside = (f"127.0.0.1:{ports[name]}" for name in ("public", "internal"))
    hosts = {name + case.host: public for case in CASES for name in ("", *TWINS)} | {f"dalam.{DOMAIN}": inside}
    return {
        **stack.environment(),
        "KABAR_FETCH_HOSTS": ",".join(f"{name}={target}" for name, target in hosts.items()),
        "KABAR_FETCH_ALLOW": public,
        "KABAR_CRAWL_HOSTS": "32",
        "KABAR_CRAWL_DOMAIN_HOSTS": "32",  # all cases are hosts of one domain
        "KABAR_FETCH_SECONDS": "5",
        "KABAR_MONGO_DATABASE": f"test_{uuid.uuid4().hex[:12]}",
        "KABAR_SITES": str(site_file(folder)),
    }


async def crawl(stack: Servers, folder: Path) -> Crawled:
    """Two rounds by the real services."""
    server, ports = await start_server(folder)
    given = environment(stack, ports, folder)
    run = Pipeline(stack, folder, given | {"KABAR_HTTP_PORT": "0"}, given["KABAR_MONGO_DATABASE"])
    found = Crawled()
    try:
        await send(stack.kafka.servers, CRAWL_REQUESTED, [_request(url.replace("@PORT", str(ports["internal"]))) for url in FROM_OUTSIDE])
        run.start("extractor", "store")
        await _round(run, given, found)
        await _watch(ports, "/round/2")
        before = await _pages(stack)
        _publish(found, 1, before)
        await _collect_reasons(run, found)
        await _round(run, given, found)
        _publish(found, 2, (await _pages(stack))[len(before) :])
        await run.drained()
        await _collect(run, ports, found)
    finally:
        await run.end()
        await server.stop(10.0)
    return found


def _request(url: str) -> tuple[bytes, bytes]:
    return b"luar", CrawlRequested(url=url, requested_by="tamu").model_dump_json().encode()


async def _round(run: Pipeline, given: Mapping[str, str], found: Crawled) -> None:
    """A pass over everything, by a crawler of its own, watched to its end."""
    port = free_port()
    run.environment = {**given, "KABAR_HTTP_PORT": str(port), "KABAR_CRAWL_PASS": (instant := datetime.now(UTC)).isoformat()}
    run.start("crawler")
    crawler = run.services["crawler"]

    async def over() -> bool:
        await asyncio.sleep(1)  # counting the frontier ten times a second would be most of the store's work
        progress = await read_progress(run.stack.documents.uri, run.database)
        same = progress.instant is not None and abs((progress.instant - instant).total_seconds()) < 1
        return not crawler.running or (same and progress.finished is not None)

    await until(f"the round over; logs in {run.folder}", over, LONGEST_ROUND)
    await run.drained(120.0)
    found.healthy.append(await asyncio.to_thread(_get, port, "/health/ready", "127.0.0.1") is not None)
    found.peaks.append(_peak(crawler.pid))
    found.codes.append(await crawler.stop(40.0))


def _peak(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))


def _get(port: int, path: str, host: str) -> Any:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": host})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


async def _watch(ports: Mapping[str, int], path: str) -> Any:
    return await asyncio.to_thread(_get, ports["public"], path, WATCHER)


async def _pages(stack: Servers) -> list[PageFetched]:
    """By time, since partitions come one after the other."""
    records = sorted(await read_all(stack.kafka.servers, PAGE_FETCHED), key=lambda record: record.timestamp)
    pages = (open_sealed(PAGE_FETCHED, record.value) for record in records)
    return [page for page in pages if isinstance(page, PageFetched)]


def _publish(found: Crawled, number: int, pages: list[PageFetched]) -> None:
    for page in pages:
        found.published[number][page.site.id][path_of(page.url)] += 1


async def _collect_reasons(run: Pipeline, found: Crawled) -> None:
    """Why a URL came to nothing: as the frontier has it after the first round, and the dead letters."""
    for url, reason in await frontier_reasons(run):
        found.reasons[_site_of(url)][path_of(url)].add(reason)
    for letter in await run.documents("dead_letters"):
        if letter["topic"] == CRAWL_REQUESTED.name:
            found.turned_away[letter["reason"]] += 1
            continue
        found.reasons[_site_of(letter["url"])][path_of(letter["url"])].add(letter["reason"])


async def frontier_reasons(run: Pipeline) -> list[tuple[str, str]]:
    async with AsyncMongoClient[dict[str, Any]](run.stack.documents.uri) as client:
        urls = client[run.database]["urls"].find({"reason": {"$ne": None}}, {"url": 1, "reason": 1})
        return [(found["url"], found["reason"]) async for found in urls]


async def _collect(run: Pipeline, ports: Mapping[str, int], found: Crawled) -> None:
    for document in await run.documents("articles"):
        found.documents[document["site"]["id"]].append(
            Stored(path_of(document["canonical_url"]), document["title"], document["gone_at"] is not None)
        )
    report = await _watch(ports, "/report")
    found.intruders = report["intruders"]
    for number, host, path, times in report["asked"]:
        found.asked[number][_site_of(f"http://{host}")][path] += times


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _site_of(url: str) -> str:
    host = (urlsplit(url).hostname or "").removesuffix("." + DOMAIN)
    return next((host.removeprefix(twin) for twin in TWINS if host.startswith(twin)), host)
