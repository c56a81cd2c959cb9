"""What a probe learnt → the entry for a site file. Pure."""

from __future__ import annotations

import json

from services.crawler.discover.links import Kind
from services.crawler.hosts import host_key
from services.crawler.probe.probe import Probed
from shared.documents import SiteKind
from shared.sites import LONGEST_PACE

_KINDS = (
    ("bawaslu", SiteKind.bawaslu),
    ("panwas", SiteKind.bawaslu),
    ("kpu.go.id", SiteKind.kpu),
    ("polda", SiteKind.police_military),
    ("polres", SiteKind.police_military),
    (".go.id", SiteKind.government),
    (".desa.id", SiteKind.government),
)


def site_id(home: str) -> str:
    """The host without `www.`; what stands behind it with dots: "detik.com.sumbagsel"."""
    _, _, path = home.split("://", 1)[1].partition("/")
    name = host_key(home).partition(":")[0] + ("." + path.strip("/").replace("/", ".") if path.strip("/") else "")
    kept = "".join(c if c.isascii() and (c.isalnum() or c in ".-") else "-" for c in name.lower())
    return kept[:100]


def site_kind(home: str) -> SiteKind:
    """What kind of site an address tells of: an office's, or a portal."""
    host = host_key(home)
    return next((kind for sign, kind in _KINDS if sign in host), SiteKind.portal)


def entry_of(probed: Probed, region: str | None) -> str:
    """The `[[site]]` table, to be put into a file of `sites/` as it is. `region` is the site's home, where its name tells one."""
    listings = probed.taken(Kind.listing)
    fields: dict[str, object] = {
        "id": site_id(probed.home),
        "name": probed.looks.name or host_key(probed.home),
        "kind": site_kind(probed.home).value,
        "home": probed.home,
        "region": region,
        "feeds": list(probed.taken(Kind.feed)),
        "sitemaps": list(probed.taken(Kind.sitemap)),
        "listings": list(listings),
        "articles": list(probed.shapes) if listings else [],
        "pace": min(probed.pace, LONGEST_PACE),  # robots.txt is read again and wins
        "verified": False,
    }
    lines = [f"{name} = {_toml(value)}" for name, value in fields.items() if value not in (None, [])]
    return "\n".join(["[[site]]", *lines]) + "\n"


def _toml(value: object) -> str:
    """Strings, numbers, booleans and lists of strings are written as JSON writes them."""
    return json.dumps(value, ensure_ascii=False)
