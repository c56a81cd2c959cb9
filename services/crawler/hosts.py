"""Which host a URL belongs to, as manners see it. Pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

from shared.sites import Site
from shared.urls import host_of


def host_key(url: str) -> str:
    """The host of a canonical URL; `www.` and the bare name are one server, so one host to be polite to."""
    return host_of(url).removeprefix("www.")


@lru_cache(1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@lru_cache(10_000)
def domain_of(key: str) -> str:
    """The registered domain of a host key: 550 sites below bawaslu.go.id stand on one farm. An address, or a name that nobody can
    register, is a domain of its own."""
    name = urlsplit(f"//{key}").hostname or key
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return str(_suffixes().privatesuffix(name) or name)
    return name


def same_host(one: str, other: str) -> bool:
    """Are these two canonical URLs of one host; http and https are."""
    return host_key(one) == host_key(other)


def spelled_as(base: str, url: str) -> str:
    """A canonical URL of the host of `base`, with "www." or without as `base` has it, and by https if `base` is. Another host's stays.

    Sites link to themselves both ways, and a page that names no canonical address would be two articles.
    """
    here, there = urlsplit(base), urlsplit(url)
    if here.netloc == there.netloc and here.scheme == there.scheme:
        return url
    if not same_host(base, url):
        return url
    scheme = here.scheme if here.scheme == "https" and there.port is None else there.scheme
    return there._replace(scheme=scheme, netloc=here.netloc).geturl()


def is_home(url: str) -> bool:
    """Is this the front door of its host."""
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query


def by_host(sites: Iterable[Site]) -> Mapping[str, tuple[Site, ...]]:
    """The sites of each host key. Several sites may share a host, and then share its pace; a feed may lie on another host."""
    hosts: dict[str, dict[str, Site]] = {}
    for site in sites:
        for url in _addresses(site):
            hosts.setdefault(host_key(url), {})[site.id] = site
    return {key: tuple(found.values()) for key, found in hosts.items()}


def front_of(site: Site, key: str) -> str:
    """An address of the site on this host, its home if that lies there."""
    return next(url for url in _addresses(site) if host_key(url) == key)


def _addresses(site: Site) -> tuple[str, ...]:
    return (site.home, *site.feeds, *site.sitemaps, *site.listings)
