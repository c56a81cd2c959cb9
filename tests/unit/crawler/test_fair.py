"""No site holds another back, and no domain is crowded: many hosts on loopback, each a server of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from services.crawler.crawl import Crawl
from services.crawler.fetch import open_fetcher
from services.crawler.frontier import Frontier, open_frontier
from services.crawler.known import Host
from shared.lifecycle import Runtime
from shared.settings import Settings
from shared.sites import Site
from tests.unit.crawler.loopback import Asked, Loopback, answer, serving
from tests.unit.crawler.test_crawl import START, Remembering

Make = Callable[..., Settings]
MakeRuntime = Callable[..., Runtime]
See = Callable[[Frontier], Frontier]


def _all(frontier: Frontier) -> Frontier:
    return frontier


@dataclass
class Counted:
    """Answers its articles after a while; how many are being asked for at the same time, now and at most."""

    seconds: float = 0.0
    now: int = 0
    most: int = 0

    async def __call__(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(self.seconds)
        self.now -= 1
        writer.write(answer(f"<p>{asked.path}</p>".encode()))
        await writer.drain()


@dataclass
class Hosts:
    """The servers of some hosts, by name."""

    settings: Settings
    runtime: MakeRuntime
    kafka: Remembering = field(default_factory=Remembering)
    webs: dict[str, Loopback] = field(default_factory=dict)
    sites: list[Site] = field(default_factory=list)

    async def add(self, stack: AsyncExitStack, host: str, articles: int, article: Counted | None = None, robots: bytes = b"") -> None:
        links = "".join(f"<item><link>http://{host}/berita/{number}</link></item>" for number in range(articles))
        web = self.webs[host] = await stack.enter_async_context(serving())
        web.pages = {f"/berita/{number}": article or answer(f"<p>{host} {number}</p>".encode()) for number in range(articles)}
        web.pages["/feed/"] = answer(f"<rss><channel>{links}</channel></rss>".encode(), kind="application/rss+xml")
        web.pages["/robots.txt"] = answer(robots, kind="text/plain")
        self.sites.append(Site(id=host, name=host, home=f"http://{host}/", feeds=(f"http://{host}/feed/",), pace=0))

    @asynccontextmanager
    async def crawled(self, since: datetime | None = START, see: Sequence[See] = (_all,)) -> AsyncIterator[None]:
        """By a crawler for each way to `see` the frontier, until the block is left."""
        targets = {host: web.target for host, web in self.webs.items()}
        made = self.settings.model_copy(update={"fetch_hosts": targets, "fetch_allow": frozenset(targets.values())})
        async with AsyncExitStack() as stack:
            frontiers = [one(await stack.enter_async_context(open_frontier(made, since))) for one in see]
            fetcher, run = await stack.enter_async_context(open_fetcher(made)), self.runtime(made)
            work = [asyncio.create_task(Crawl(run, self.sites, one, fetcher, self.kafka, since).work()) for one in frontiers]
            try:
                yield
            finally:
                run.stopping.set()
                await asyncio.gather(*work)

    def asked(self, host: str) -> int:
        return sum(path.startswith("/berita/") for path in self.webs[host].paths)

    async def arrived(self, hosts: Collection[str], articles: int) -> None:
        """Wait until all of these hosts' articles are published."""
        while any(sum(page.site.id == host for page in self.kafka.pages) < articles for host in hosts):  # noqa: ASYNC110  as a test looks
            await asyncio.sleep(0.02)


async def test_small_sites_wait_for_neither_a_big_nor_a_slow_one(settings: Make, runtime: MakeRuntime) -> None:
    """There is room for two, and first come one with 5,000 articles and one that answers after two seconds. They go on afterwards."""
    hosts, small = Hosts(settings(crawl_hosts=2), runtime), [f"kecil{number}.example" for number in range(10)]
    async with AsyncExitStack() as stack:
        await hosts.add(stack, "besar.example", 5_000)
        await hosts.add(stack, "jauh.example", 50, Counted(2.0))
        for host in small:
            await hosts.add(stack, host, 3)
        async with hosts.crawled():
            await hosts.arrived(small, 3)
            big, far = hosts.asked("besar.example"), hosts.asked("jauh.example")
            # On a slow machine the small ones are through before the first of the 5,000 is asked for.
            assert big < 5_000
            assert far < 50
            await hosts.arrived(["besar.example"], big + 1)
            await hosts.arrived(["jauh.example"], far + 1)


async def test_a_host_that_wants_long_rests_takes_no_place(settings: Make, runtime: MakeRuntime) -> None:
    """It wants 45 seconds between two requests, waited out in a pass, which cannot come back later; there is room for one."""
    hosts = Hosts(settings(crawl_hosts=1), runtime)
    async with AsyncExitStack() as stack:
        await hosts.add(stack, "antre.example", 2, robots=b"User-agent: *\nCrawl-delay: 45")
        await hosts.add(stack, "kecil.example", 3)
        async with hosts.crawled():
            await hosts.arrived(["kecil.example"], 3)
    assert hosts.webs["antre.example"].paths == ["/robots.txt", "/feed/"]


async def test_two_crawlers_crowd_no_domain(settings: Make, runtime: MakeRuntime) -> None:
    """They look in the same moment, and each sees work for another half of the hosts: neither knows what the other is about to take."""
    hosts, counted = Hosts(settings(crawl_domain_hosts=1), runtime), Counted(0.2)
    farm = [f"{name}.ladang.example" for name in "abcdef"]
    async with AsyncExitStack() as stack:
        for host in farm:
            await hosts.add(stack, host, 2, counted)
        both = asyncio.Barrier(2)
        async with hosts.crawled(see=[_half(farm[:3], both), _half(farm[3:], both)]):
            await hosts.arrived(farm, 2)
    assert counted.most == 1
    assert [hosts.asked(host) for host in farm] == [2] * len(farm)


def _half(seen: Collection[str], both: asyncio.Barrier) -> See:
    """Looks that find only these hosts; the first two claims come after both looks."""

    def see(frontier: Frontier) -> Frontier:
        look, looked = frontier.hosts_with_work, list[bool]()

        async def hosts_with_work(now: datetime) -> list[Host]:
            found = [host for host in await look(now) if host.key in seen]
            if not looked:
                looked.append(True)
                await both.wait()
            return found

        frontier.hosts_with_work = hosts_with_work  # type: ignore[method-assign]
        return frontier

    return see


async def test_whoever_looks_first_takes_no_more_than_a_share(settings: Make, runtime: MakeRuntime) -> None:
    """There is room for 300. All 80 hosts were taken at the first look, before one that started beside it looked; and died with it."""
    hosts, names, taken = Hosts(settings(crawl_hosts=300), runtime), [f"desa{number}.example" for number in range(80)], [0]
    async with AsyncExitStack() as stack:
        for host in names:
            await hosts.add(stack, host, 1, Counted(1.0))
        async with hosts.crawled(see=[_counting(taken)]):
            await hosts.arrived(names, 1)
    assert 0 < max(now - before for before, now in pairwise(taken)) <= 25


def _counting(taken: list[int]) -> See:
    """Looks that note how many hosts are somebody's."""

    def see(frontier: Frontier) -> Frontier:
        look = frontier.hosts_with_work

        async def hosts_with_work(now: datetime) -> list[Host]:
            found = await look(now)
            taken.append(sum(host.owner is not None for host in found))
            return found

        frontier.hosts_with_work = hosts_with_work  # type: ignore[method-assign]
        return frontier

    return see
