"""All that frontier, store and archive know of a page, looked up by its addresses and ids. Reads, and writes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from cli.extract import reading_pool
from cli.page_address import Address, address_of, article_ids
from cli.page_known import Kept, PageKnown, Reading, Robots
from cli.page_steps import MOST_KEPT
from services.crawler.guard import Guard
from services.crawler.robots import Rules
from services.crawler.standing import read_url
from services.extractor.answers import ReadingFailed
from services.store.archive.archive import Archive, open_archive
from services.store.archive.index import Choice
from services.store.dead_letters import DeadLetters, Traced
from services.store.gone import Removal
from services.store.repository import Repository, open_database
from services.store.revisions import SavedArticle
from shared.messages import PageFetched
from shared.outcomes import Outage, Reject
from shared.settings import Settings
from shared.sites import Site
from shared.urls import event_id


@dataclass(frozen=True)
class _Pages:
    """The kept fetches of a page, the latest first; the latest whole; or why there are none to be had."""

    kept: tuple[Kept, ...] = ()
    latest: PageFetched | None = None
    missing: str | None = None


async def search(given: str, sites: Sequence[Site], settings: Settings, uri: str) -> PageKnown | None:
    """What is known of an address, or of an article or page by its id; `None` for an id that leads to no address.

    Raises `Outage` while the document store is away; kept pages that cannot be had are said to be so.
    """
    async with open_database(uri, settings.mongo_database) as database:
        look = _Search(Repository(database), DeadLetters(database), settings, uri)
        url = await look.url_of(given)
        return None if url is None else await look.page(replace(address_of(url, sites, Guard(settings.fetch_allow)), given=given))


class _Search:
    def __init__(self, repository: Repository, letters: DeadLetters, settings: Settings, uri: str) -> None:
        self._repository, self._letters, self._settings, self._uri = repository, letters, settings, uri

    async def url_of(self, given: str) -> str | None:
        """The address to be looked for: what was given, unless that is an id of ours."""
        if given.startswith("art_"):
            article = await self._repository.article(given)
            return None if article is None else article.url
        if not given.startswith("pag_"):
            return given
        if page := _kept_page(self._settings, given):
            return page.url
        letters = await self._letters.about((), [given.replace("pag_", "cor_", 1)])
        return next((one.held.letter.url for one in letters if one.held.letter.url), None)

    async def page(self, address: Address) -> PageKnown:
        if address.refused:
            return PageKnown(address, letters=tuple(await self._letters.about([address.given], ())))
        standing = await read_url(self._uri, self._settings.mongo_database, address.ids, address.host)
        known, robots = standing.known, standing.robots
        urls = address.may_be_asked_as([known.url, known.twin] if known else ())
        rules = robots and Rules(robots.text, self._settings.user_agent)
        pages = _pages(self._settings, urls)
        articles = await self._articles(urls, article_ids(urls))
        articles.sort(key=lambda one: one.id != address.given)
        found = PageKnown(
            address,
            known,
            standing.host,
            Robots(robots.fetched_at, rules.allowed(urls[0])) if robots and rules else None,
            kept=pages.kept,
            no_archive=pages.missing,
            letters=tuple(await self._letters_of(urls, address.given, pages.kept, articles)),
        )
        if articles:
            return await self._with_article(found, articles)
        return found if found.letter or pages.latest is None else await self._read_anew(found, pages.latest)

    async def _read_anew(self, found: PageKnown, latest: PageFetched) -> PageKnown:
        """Nothing bears its address: its article may be held under the one its page names."""
        reading = await self._reading(latest)
        found = replace(found, reading=reading)
        article = await self._repository.article(reading.article_id) if reading.article_id else None
        return found if article is None else await self._with_article(found, [article])

    async def _articles(self, urls: Iterable[str], ids: Iterable[str]) -> list[SavedArticle]:
        """Those read from these addresses, the last seen first; of none, those with these ids."""
        found = [article for url in urls for article in await self._repository.articles_at(url)]
        found = found or [article for key in ids if (article := await self._repository.article(key))]
        return sorted({one.id: one for one in found}.values(), key=lambda one: (one.last_seen_at, one.id), reverse=True)

    async def _letters_of(self, urls: list[str], given: str, kept: Iterable[Kept], articles: Iterable[SavedArticle]) -> list[Traced]:
        """Also those that say no address: of a message that nobody could read, by the id of a page we know."""
        pages = {one.page_id for one in kept} | {one.provenance.page_id for one in articles}
        return await self._letters.about({*urls, given}, {page_id.replace("pag_", "cor_", 1) for page_id in pages})

    async def _with_article(self, found: PageKnown, articles: list[SavedArticle]) -> PageKnown:
        article, *others = articles
        events = await self._repository.events_with([article.id])
        unfinished = await self._repository.unfinished(article.id)
        removals: list[Removal] = await self._repository.removals(article.url)
        return replace(
            found,
            article=article,
            others=tuple(other.canonical_url for other in others),
            removals=tuple(removals),
            events=tuple(sorted(events, key=lambda event: (event.id != event_id(article.id), event.id))),
            unannounced=frozenset(unfinished.events if unfinished else ()),
        )

    async def _reading(self, page: PageFetched) -> Reading:
        """By the extractor's own worker and limits: it is a stranger's page. Raises `Outage`."""
        with reading_pool(1, self._settings) as pool:
            try:
                article = await asyncio.to_thread(pool.read, page.model_dump_json().encode())
            except Reject as reject:
                return Reading(page.page_id, refused=reject.reason)
            except ReadingFailed:
                return Reading(page.page_id, refused="unexpected_error")
        return Reading(page.page_id, article.id, article.canonical_url)


def _pages(settings: Settings, urls: Iterable[str]) -> _Pages:
    if settings.archive_dir is None:
        return _Pages(missing="no pages are kept (KABAR_ARCHIVE_DIR)")
    try:
        with open_archive(settings.archive_dir) as archive:
            ids = [key for url in urls for group in archive.chosen(Choice(url=url)) for key in group[:MOST_KEPT]]
            read = [(_kept(archive, key), key) for key in dict.fromkeys(ids)]
    except Outage as away:
        return _Pages(missing=f"the kept pages cannot be had: {away.detail}")
    pages = sorted((page for page, _ in read if page), key=lambda page: page.fetched_at, reverse=True)
    whole = [Kept(page.page_id, page.fetched_at, page.status, page.final_url) for page in pages]
    damaged = [Kept(key, damaged=True) for page, key in read if page is None]
    return _Pages((*whole, *damaged), next(iter(pages), None), None if read else "no page of it is kept")


def _kept(archive: Archive, page_id: str) -> PageFetched | None:
    try:
        return archive.page(page_id)
    except Reject:
        return None


def _kept_page(settings: Settings, page_id: str) -> PageFetched | None:
    if settings.archive_dir is None:
        return None
    with ExitStack() as opened:
        try:
            archive = opened.enter_context(open_archive(settings.archive_dir))
        except Outage:
            return None
        return _kept(archive, page_id)
