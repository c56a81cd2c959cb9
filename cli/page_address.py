"""An address as a person pastes it → the one we would know it by: its canonical form, its site, and what else it may stand under. Pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from services.crawler.discover.article_urls import is_furniture
from services.crawler.discover.traps import trap_of
from services.crawler.guard import Guard, Refused
from services.crawler.hosts import by_host, host_key, is_home, spelled_as
from services.crawler.known import ids_of
from services.crawler.twins import plain_address
from shared.outcomes import Reject
from shared.sites import Site
from shared.urls import article_id, canonical_url, one_article, one_host

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Address:
    """`url` is the canonical form, `sought` the same on the host that is crawled, where `url` is on its "m." or "amp." twin. `site` is at
    home on that host; `source_of` names sites at home elsewhere that have a feed or sitemap there."""

    given: str
    url: str = ""
    sought: str = ""
    site: Site | None = None
    source_of: tuple[str, ...] = ()
    refused: str | None = None
    """Why it is no address we would ask for: `bad_url`, `private_address`, `port_refused`."""
    detail: str = ""

    @property
    def host(self) -> str:
        """Its key, as the crawler is polite to it."""
        return host_key(self.sought) if self.sought else ""

    @property
    def ids(self) -> tuple[str, ...]:
        """What the crawler may know it by."""
        return ids_of(self.sought)

    @property
    def never_followed(self) -> str | None:
        """Why a link to it is dropped wherever it stands: our rule says so, nobody has noted that it happened."""
        if self.site is None:
            return "other_host"
        return trap_of(self.sought) or ("furniture" if is_furniture(self.sought) and not is_home(self.sought) else None)

    def may_be_asked_as(self, others: Iterable[str | None] = ()) -> list[str]:
        """Every address it may have been fetched under, `others` first."""
        near = [self.sought, plain_address(self.sought), self.url]
        home = [] if self.site is None else [spelled_as(self.site.home, url) for url in near[:2]]
        return list(dict.fromkeys(filter(None, (*others, *home, *(spelled for url in near for spelled in _spellings(url))))))


def address_of(given: str, sites: Sequence[Site], guard: Guard) -> Address:
    """What is meant; a missing scheme is taken as https. Never raises."""
    given = given.strip()
    try:
        url = canonical_url(given if "://" in given else f"https://{given}")
        _check(url, guard)
    except Reject as reject:
        return Address(given, refused=reject.reason, detail=reject.detail)
    except Refused as refused:
        return Address(given, refused=refused.reason, detail=refused.target)
    twin = urlsplit(url)._replace(netloc=one_host(urlsplit(url).netloc)).geturl()
    for sought in (url, twin):
        there = by_host(sites).get(host_key(sought), ())
        home = next((site for site in there if host_key(site.home) == host_key(sought)), None)
        if home is not None:
            return Address(given, url, sought, home)
        if there:
            return Address(given, url, sought, source_of=tuple(site.id for site in there))
    return Address(given, url, url)


def article_ids(urls: Iterable[str]) -> list[str]:
    """Ids of the article that one of these is the canonical address of, if its page names no other."""
    canonical = (named for url in urls for named in (url, one_article(url)))
    return list(dict.fromkeys(article_id(url) for url in canonical))


def _spellings(url: str) -> list[str]:
    """By https and http, without "www." and with it."""
    parts, bare = urlsplit(url), host_key(url)
    return [parts._replace(scheme=scheme, netloc=name).geturl() for scheme in ("https", "http") for name in (bare, f"www.{bare}")]


def _check(url: str, guard: Guard) -> None:
    """Raises `Refused` for a number that leads where we have no business. What a name leads to shows when it is asked for."""
    parts = urlsplit(url)
    try:
        ipaddress.ip_address(parts.hostname or "")
    except ValueError:
        return
    guard.check(parts.hostname or "", parts.port or _PORTS[parts.scheme])
