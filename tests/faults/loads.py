"""What is put in while a fault strikes: a newsroom that goes on publishing, or messages on the topics. Each writes down what it sent."""

from __future__ import annotations

import asyncio
import base64
import itertools
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from aiokafka.errors import KafkaError

from shared.messages import ArticleExtracted
from shared.topics import ARTICLE_EXTRACTED, PAGE_FETCHED, Topic
from tests.faults.stories import Story, article_of, listing_path, page_of, site_entry
from tests.faults.tally import Sent, Wanted
from tests.integration.loopback_site import LoopbackSite, listing
from tests.integration.topic_reading import send

HOST = "situs-uji.example"
_TICK = 0.25
_PATIENCE = 20.0
_LATER = 10


class Load(ABC):
    """`services` are those it needs; `sent` grows while it feeds."""

    services: tuple[str, ...]

    def __init__(self) -> None:
        self.sent = Sent()

    @contextmanager
    def serving(self, folder: Path) -> Iterator[Mapping[str, str]]:
        """While the block lasts, services with this environment can be fed."""
        del folder
        yield {}

    @abstractmethod
    async def feed(self, kafka: str, enough: asyncio.Event) -> None:
        """Put in until there is enough; what has an end, to its end."""


class Newsroom(Load):
    """Six sites that publish some stories a second; the crawler looks at their listings again every second."""

    services = ("crawler", "extractor", "store")

    def __init__(self, a_second: float = 12.0, hosts: int = 6) -> None:
        super().__init__()
        self._tick = 1 / a_second
        self._hosts = [f"situs-{number}.example" for number in range(1, hosts + 1)]
        self._links: dict[str, dict[str, str]] = {host: {} for host in self._hosts}
        self._site = LoopbackSite(HOST, {})

    @contextmanager
    def serving(self, folder: Path) -> Iterator[Mapping[str, str]]:
        for number, host in zip(range(len(self._hosts)), self._hosts, strict=True):
            self._publish(Story(number, host))
        sites = folder / "sites.toml"
        sites.write_text("".join(site_entry(host) for host in self._hosts), encoding="utf-8")
        target = f"127.0.0.1:{self._site.port}"
        with self._site.serving():
            yield {
                "KABAR_SITES": str(sites),
                "KABAR_FETCH_HOSTS": ",".join(f"{host}={target}" for host in self._hosts),
                "KABAR_FETCH_ALLOW": target,
                "KABAR_CRAWL_REVISIT_SECONDS": "1",
                "KABAR_CRAWL_REVISIT_LEAST": "1",
                "KABAR_CRAWL_REVISIT_MOST": "1",
            }

    async def feed(self, kafka: str, enough: asyncio.Event) -> None:
        for number in itertools.count(len(self._hosts)):
            if await _over(enough, self._tick):
                return
            self._publish(Story(number, self._hosts[number % len(self._hosts)]))

    def _publish(self, story: Story) -> None:
        """The page first, and the link to it then."""
        self.sent.articles[story.id] = Wanted()
        self._site.pages[story.path] = page_of(story)
        links = self._links[story.host]
        links[story.path] = story.title
        self._site.pages[listing_path(story.host)] = listing(links)


@dataclass(frozen=True)
class Put:
    """One message of a load: a version of a story, or bytes nobody can read."""

    topic: Topic
    key: bytes
    value: bytes
    story: Story | None = None


class Messages(Load):
    """Messages on the topics, so many a second. An endless list ends when there is enough, any other with its last message."""

    def __init__(
        self, puts: Iterable[Put], services: tuple[str, ...] = ("store",), a_second: float = 400.0, *, endless: bool = False
    ) -> None:
        super().__init__()
        self._puts, self.services, self._endless = iter(puts), services, endless
        self._at_once = max(1, int(a_second * _TICK))
        self._versions: dict[str, set[int]] = {}

    async def feed(self, kafka: str, enough: asyncio.Event) -> None:
        while puts := list(itertools.islice(self._puts, self._at_once)):
            for put in puts:
                self._note(put)
            for topic, group in itertools.groupby(puts, lambda put: put.topic):
                await _send_surely(kafka, topic, [(put.key, put.value) for put in group])
            if await _over(enough, _TICK) and self._endless:
                return

    def _note(self, put: Put) -> None:
        if put.story is None:
            self.sent.poison[base64.b64encode(put.value).decode()] += 1
            return
        versions = self._versions.setdefault(put.story.id, set())
        versions.add(put.story.version)
        newest = article_of(replace(put.story, version=max(versions)))
        self.sent.articles[put.story.id] = Wanted(len(versions), newest.content_hash)


def told(story: Story) -> Put:
    """The story as the extractor sends it to the store."""
    value = ArticleExtracted(article=article_of(story)).model_dump_json().encode()
    return Put(ARTICLE_EXTRACTED, story.id.encode(), value, story)


def with_poison(stories: int, poison: int, random: Random) -> list[Put]:
    """So many stories, and among them, anywhere and on both topics, so many messages that no service can read."""
    puts = [told(Story(number, HOST)) for number in range(stories)]
    for number in range(poison):
        topic = (ARTICLE_EXTRACTED, PAGE_FETCHED)[number % 2]
        puts.insert(random.randrange(len(puts)), Put(topic, b"racun", _poison(number)))
    return puts


def out_of_order(stories: int, versions: Sequence[int]) -> list[Put]:
    """Every story in these versions, one after the other, those of different stories mixed."""
    return [told(Story(number, HOST, version)) for version in versions for number in range(stories)]


def unending() -> Iterator[Put]:
    """Ever new stories, and after each the second version of one told a little earlier."""
    for number in itertools.count():
        yield told(Story(number, HOST))
        if number >= _LATER:
            yield told(Story(number - _LATER, HOST, 2))


def _poison(number: int) -> bytes:
    """Broken in one of five ways, each time in other bytes."""
    return (
        b'{"article": {"id": "art_%d", ' % number,
        b"\xff\xfe\x00 %d" % number,
        b'{"schema_version": 9, "number": %d}' % number,
        b'{"schema_version": 1, "article": {"id": %d}}' % number,
        b"[%d]" % number,
    )[number % 5]


async def _send_surely(kafka: str, topic: Topic, messages: list[tuple[bytes | None, bytes]]) -> None:
    """However often the broker dies meanwhile; what it had already is sent again."""
    while True:
        try:
            return await asyncio.wait_for(send(kafka, topic, messages), _PATIENCE)
        except (KafkaError, OSError, TimeoutError):
            await asyncio.sleep(_TICK)


async def _over(enough: asyncio.Event, seconds: float) -> bool:
    """Wait so long, or until there is enough; says whether there is."""
    with suppress(TimeoutError):
        await asyncio.wait_for(enough.wait(), seconds)
    return enough.is_set()
