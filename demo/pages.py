"""Stories → the pages, feeds, sitemaps and listings a site would serve. Pure but for reading the templates."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import cache, cached_property
from html import escape
from string import Template

from demo.stories import NEWSROOM, Listing, Oddity, Outlet, Story

Pages = Mapping[tuple[str, str], "Page"]
"""By host name and path."""

_DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
_ZONES = {timedelta(hours=7): "WIB", timedelta(hours=8): "WITA", timedelta(hours=9): "WIT"}
_TYPES = {"atom": "application/atom+xml", "rss": "application/rss+xml", "sitemap": "application/xml", "news_sitemap": "application/xml"}
_FILLER = '<figure><img src="/foto/karnaval.jpg" alt=""><figcaption>Peserta karnaval melintas di depan panggung.</figcaption></figure>\n'


@dataclass(frozen=True)
class Page:
    """One answer of the newsroom; `modified` is its Last-Modified."""

    body: bytes
    content_type: str
    modified: datetime
    status: int = 200

    @cached_property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'


def build(outlets: Iterable[Outlet]) -> Pages:
    """Everything the newsroom serves."""
    return {(outlet.host, path): page for outlet in outlets for path, page in _site(outlet)}


def _site(outlet: Outlet) -> Iterator[tuple[str, Page]]:
    leaves = outlet.newest()
    latest = leaves[0].published
    yield "/", _list(outlet, f"{outlet.cms}.list.html", leaves, "text/html")
    for section in outlet.sections:
        inside = [leaf for leaf in leaves if isinstance(leaf, Story) and leaf.section == section]
        yield f"/kategori/{section.lower()}/", _list(outlet, f"{outlet.cms}.list.html", inside, "text/html")
    for kind, path in outlet.announce.items():
        yield path, _announcement(outlet, kind, leaves)
    if outlet.robots:
        yield "/robots.txt", Page(outlet.robots.lstrip().encode(), "text/plain; charset=utf-8", latest)
    for leaf in leaves:
        yield outlet.path_of(leaf), _leaf(outlet, leaf)


def _announcement(outlet: Outlet, kind: Listing, leaves: Sequence[Story | Oddity]) -> Page:
    if kind == "listing":
        return _list(outlet, f"{outlet.cms}.list.html", leaves, "text/html")
    return _list(outlet, f"{kind}.xml", leaves, _TYPES[kind])


def _list(outlet: Outlet, template: str, leaves: Sequence[Story | Oddity], content_type: str) -> Page:
    """A page that names other pages: its template holds the frame and, below `%% item`, one entry."""
    frame, item = _template(template).split("%% item\n")
    items = "".join(_fill(item, _words(outlet, leaf)) for leaf in leaves)
    latest = leaves[0].published
    body = _fill(frame, {**_site_words(outlet), **_times(latest), "items": items})
    return Page(body.encode(), f"{content_type}; charset=utf-8", latest)


def _leaf(outlet: Outlet, leaf: Story | Oddity) -> Page:
    status, size = (200, 0) if isinstance(leaf, Story) else (leaf.status, leaf.bytes)
    template = f"{outlet.cms}.article.html" if isinstance(leaf, Story) else f"{leaf.template}.html"
    words = {"body": _body(outlet, leaf) if isinstance(leaf, Story) else "", "filler": _FILLER * (size // len(_FILLER) + 1)}
    html = _fill(_template(template), {**_words(outlet, leaf), **words})
    return Page(html.encode(), "text/html; charset=utf-8", leaf.published, status)


def _body(outlet: Outlet, story: Story) -> str:
    return "\n".join(_block(outlet, block) for block in story.body.strip().split("\n\n"))


def _block(outlet: Outlet, block: str) -> str:
    """One paragraph, or the furniture it stands for."""
    mark, _, rest = block.partition(" ")
    match mark:
        case "[foto]":
            return f'<figure class="wp-caption"><img src="/foto/utama.jpg" alt=""><figcaption>{escape(rest)}</figcaption></figure>'
        case "[baca]":
            story = next(story for story in outlet.story if story.slug == rest)
            return f'<p class="baca-juga"><strong>Baca juga: <a href="{outlet.url(story)}">{escape(story.title)}</a></strong></p>'
        case "[iklan]":
            return '<div class="iklan">ADVERTISEMENT</div>'
        case _:
            return f"<p>{escape(block, quote=False).replace(chr(10), '<br>')}</p>"


def _words(outlet: Outlet, leaf: Story | Oddity) -> dict[str, str]:
    """What a template may say of an article."""
    words = {**_site_words(outlet), **_times(leaf.published), "url": outlet.url(leaf), "title": escape(leaf.title)}
    if isinstance(leaf, Oddity):
        return {**words, "author": "", "section": "", "tags": "", "views": "0", "lead": ""}
    tags = "".join(f'<a href="/tag/{escape(tag.lower())}/" rel="tag">{escape(tag)}</a> ' for tag in leaf.tags)
    lead = escape(leaf.body.strip().split("\n\n")[0], quote=False)
    return {**words, "author": escape(leaf.author), "section": escape(leaf.section), "tags": tags, "views": str(leaf.views), "lead": lead}


def _site_words(outlet: Outlet) -> dict[str, str]:
    menu = "".join(f'<li><a href="/kategori/{section.lower()}/">{section}</a></li>' for section in outlet.sections)
    feed = outlet.announce.get("rss") or outlet.announce.get("atom") or ""
    return {"name": escape(outlet.name), "host": outlet.host, "home": outlet.home, "menu": menu, "feed": feed}


def _times(moment: datetime) -> dict[str, str]:
    """The moment as machines and as readers are told it."""
    day, zone = _DAYS[moment.weekday()], _ZONES[moment.utcoffset() or timedelta()]
    words = f"{day}, {moment.day} {_MONTHS[moment.month - 1]} {moment.year}"
    return {"iso": moment.isoformat(), "rfc": format_datetime(moment), "day": words, "clock": f"{moment:%H:%M} {zone}"}


def _fill(template: str, words: Mapping[str, str]) -> str:
    return Template(template).substitute(words)


@cache
def _template(name: str) -> str:
    return (NEWSROOM / "templates" / name).read_text(encoding="utf-8")
