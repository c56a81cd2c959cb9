"""A home page → its name, language, charset and system. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from services.crawler.discover.markup import local, read_html
from services.crawler.fetch import Response

_SYSTEMS = tomllib.loads(Path(__file__).with_name("systems.toml").read_text(encoding="utf-8"))
_FRONT = frozenset(tomllib.loads(Path(__file__).with_name("listings.toml").read_text(encoding="utf-8"))["front_titles"])
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})")
_LOOKED_AT = 4_096
# "Bawaslu Kota Madiun | Berita terkini": the site's name comes first, but for what every front page is called.
_NAME_ENDS = re.compile(r"\s+[|–—-]\s+|\s*[|»·]\s*")
_LONGEST_NAME = 200


@dataclass(frozen=True)
class Looks:
    """What a home page says of its site; `None` where it says nothing."""

    name: str | None = None
    language: str | None = None
    charset: str | None = None
    system: str | None = None


def looks_of(response: Response) -> Looks:
    """Raises `Reject("bad_html")`."""
    root = read_html(response.body)
    metas = {(meta.get("name") or meta.get("property") or "").lower(): (meta.get("content") or "").strip() for meta in root.iter("meta")}
    head = response.headers.get("content-type", "") + " " + response.body[:_LOOKED_AT].decode("latin-1")
    charset = _CHARSET.search(head)
    return Looks(
        name=_name(metas.get("og:site_name"), root),
        language=_language(root),
        charset=charset[1].lower() if charset else None,
        system=next(_systems(metas.get("generator", "").lower(), response.body), None),
    )


def _name(site_name: str | None, root: etree._Element) -> str | None:
    title = next((" ".join("".join(map(str, element.itertext())).split()) for element in root.iter("title")), "")
    pieces = [piece.strip() for piece in _NAME_ENDS.split(title) if piece.strip()]
    name = " ".join((site_name or next((piece for piece in pieces if piece.lower() not in _FRONT), title)).split())
    return "".join(c for c in name if c.isprintable())[:_LONGEST_NAME] or None


def _language(root: etree._Element) -> str | None:
    lang = root.get("lang", "") if local(root) == "html" else ""
    return lang.lower()[:20] if lang.replace("-", "").isalnum() else None


def _systems(generator: str, page: bytes) -> Iterator[str]:
    for name, signs in _SYSTEMS.items():
        if generator.startswith(tuple(signs["generators"])) or any(mark.encode() in page for mark in signs["marks"]):
            yield name
