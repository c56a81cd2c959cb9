"""What the containers read: the sample newsroom, and beside it sites that go on publishing while things break."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from demo.pages import Page, build
from demo.serve import Newsroom
from demo.stories import SITES, load_outlets
from tests.faults.stories import Story, listing_path, page_of, site_entry
from tests.integration.loopback_site import listing

_HOSTS = tuple(f"situs-{number}.example" for number in range(1, 7))
_HTML = "text/html; charset=utf-8"


class Newsdesk:
    """Serves at `address`; `published` grows while it publishes."""

    def __init__(self, address: str, a_second: float = 3.0) -> None:
        self._pages = dict(build(load_outlets()))
        self._links: dict[str, dict[str, str]] = {host: {} for host in _HOSTS}
        self._server = Newsroom(self._pages, host=address)
        self._tick, self._enough = 1 / a_second, threading.Event()
        self.published: list[Story] = []
        for number, host in enumerate(_HOSTS):
            self._publish(Story(number, host))

    @contextmanager
    def serving(self) -> Iterator[None]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._enough.set()
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    @contextmanager
    def publishing(self) -> Iterator[None]:
        """As long as the block lasts."""
        thread = threading.Thread(target=self._publish_on, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._enough.set()
            thread.join()

    def environment(self) -> dict[str, str]:
        """What leads a crawler here."""
        return self._server.environment()

    @property
    def asked(self) -> set[str]:
        """Every URL that was asked for."""
        return {request.url for request in self._server.asked}

    def write_sites(self, folder: Path) -> None:
        """The registry of all that is served."""
        (folder / "newsroom.toml").write_bytes(SITES.read_bytes())
        (folder / "situs.toml").write_text("".join(map(site_entry, _HOSTS)), encoding="utf-8")

    def _publish_on(self) -> None:
        for number in itertools.count(len(_HOSTS)):
            if self._enough.wait(self._tick):
                return
            self._publish(Story(number, _HOSTS[number % len(_HOSTS)]))

    def _publish(self, story: Story) -> None:
        """The page first, and the link to it then."""
        now = datetime.now(UTC)
        links = self._links[story.host]
        links[story.path] = story.title
        self._pages[story.host, story.path] = Page(page_of(story), _HTML, now)
        self._pages[story.host, listing_path(story.host)] = Page(listing(links), _HTML, now)
        self.published.append(story)


def lost_and_twice(published: Sequence[Story], urls: Sequence[str]) -> tuple[list[str], list[str]]:
    """Of the stories' URLs: those of no article, and those of more than one."""
    wanted = [story.url for story in published]
    return [url for url in wanted if url not in urls], [url for url in wanted if urls.count(url) > 1]
