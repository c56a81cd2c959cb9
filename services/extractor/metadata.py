"""What a page says about itself: JSON-LD first, then meta tags, then the page, then htmldate for a missing date. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlsplit

from htmldate import find_date
from lxml.html import HtmlElement
from pydantic_core import from_json

from services.extractor.content import Parsed
from services.extractor.decode import plain
from shared.documents import Byline, BylineRole, PublishedAt, SourceName, TimePrecision
from shared.outcomes import Reject
from shared.urls import host_of, one_article, one_host, resolved

# A page that names no zone means its own; most of the archipelago's readers keep western time.
WIB = timezone(timedelta(hours=7))
_ARTICLE_TYPES = {"Article", "NewsArticle", "ReportageNewsArticle", "BlogPosting", "AnalysisNewsArticle", "LiveBlogPosting"}
_PUBLISHED = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "publishdate",
    "pubdate",
    "dc.date.issued",
    "dc.date",
    "date",
)
_MODIFIED = ("article:modified_time", "og:updated_time", "datemodified")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*(Z|[+-]\d{2}:?\d{2})?)?")
_MOST_TAGS, _LONGEST = 30, 300
_MOST_NODES = 200


@dataclass(frozen=True)
class Metadata:
    """`title` is empty and everything else absent where the page does not say."""

    title: str = ""
    canonical: str | None = None
    published: PublishedAt | None = None
    modified: PublishedAt | None = None
    bylines: tuple[Byline, ...] = ()
    section: str | None = None
    tags: tuple[str, ...] = ()
    image: str | None = None
    site_name: str | None = None


def read_metadata(parsed: Parsed, url: str) -> Metadata:
    """The page's own account of itself; nothing in it is believed beyond its form."""
    linked = next((node for node in _nodes(parsed.json_ld) if _types(node) & _ARTICLE_TYPES), {})
    meta = _metas(parsed.tree)
    site_name = _short(meta.get("og:site_name"))
    labelled = _labelled_links(parsed.tree)
    return Metadata(
        title=_title(linked, meta, parsed.tree, site_name),
        canonical=_canonical(parsed.tree, url),
        published=_first_time(linked.get("datePublished"), meta, _PUBLISHED) or _time_element(parsed.tree),
        modified=_first_time(linked.get("dateModified"), meta, _MODIFIED),
        bylines=tuple(_authors(linked)) or _author(meta, labelled["author"], site_name),
        section=_short(linked.get("articleSection")) or _short(meta.get("article:section")) or next(iter(labelled["category"]), None),
        tags=tuple(_tags(linked, meta, parsed.tree) or labelled["tag"]),
        image=meta.get("og:image") or meta.get("twitter:image"),
        site_name=site_name,
    )


def guess_published(parsed: Parsed, url: str, fetched_at: datetime) -> PublishedAt | None:
    """htmldate's answer for a page that does not say. Costs more than everything above together: only for a missing date."""
    day = find_date(parsed.tree, url=url, original_date=True, extensive_search=False, max_date=fetched_at.date().isoformat())
    return read_time(day, SourceName.page) if day else None


def read_time(text: object, source: SourceName) -> PublishedAt | None:
    """A moment in ISO form as far as it is given; a missing zone is taken as Jakarta's."""
    match = _ISO.match(text.strip()) if isinstance(text, str) else None
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part) if part else 0 for part in match.groups()[:6])
    precision = TimePrecision.second if match[6] else TimePrecision.minute if match[4] else TimePrecision.day
    try:
        value = datetime(year, month, day, hour, minute, second, tzinfo=_zone(match[7]))
        value.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return PublishedAt(value=value, precision=precision, source=source)


def _zone(text: str | None) -> timezone:
    if text is None:
        return WIB
    if text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def _nodes(scripts: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    """Every object of the JSON-LD, graphs and lists opened, at most `_MOST_NODES`."""
    left: list[Any] = []
    for script in scripts:
        try:
            left.append(from_json(script, allow_inf_nan=False))
        except ValueError:
            continue
    for _ in range(_MOST_NODES):
        if not left:
            return
        node = left.pop(0)
        if isinstance(node, list):
            left += node[:_MOST_NODES]
        elif isinstance(node, dict):
            yield node
            left += [node["@graph"]] if "@graph" in node else []


def _types(node: Mapping[str, Any]) -> set[str]:
    kind = node.get("@type")
    return {name for name in (kind if isinstance(kind, list) else [kind]) if isinstance(name, str)}


def _metas(tree: HtmlElement) -> dict[str, str]:
    """First content of each meta name, property or itemprop, lower-cased."""
    out: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = element.get("content")
        if name and content:
            out.setdefault(name.strip().lower(), content)
    return out


def _title(linked: Mapping[str, Any], meta: Mapping[str, str], tree: HtmlElement, site_name: str | None) -> str:
    headings = [text for text in (_text(h) for h in tree.iter("h1")) if text]
    named = _short(linked.get("headline")) or (headings[0] if len(headings) == 1 else None)
    named = named or (_without_site(_short(meta.get("og:title")) or "", site_name) if site_name else _short(meta.get("og:title")))
    title = named or _without_site(next((_text(t) for t in tree.iter("title")), ""), site_name) or (headings[0] if headings else "")
    return "" if title == site_name else title


def _without_site(title: str, site_name: str | None) -> str:
    """ "Headline - Site" → "Headline"; the site's name is whatever stands behind the last dash or bar."""
    head, dash, tail = (f" {title}").rpartition(" - ") if " - " in f" {title}" else title.rpartition(" | ")
    if not dash or (site_name and tail.strip() != site_name):
        return title
    return head.strip()


def _canonical(tree: HtmlElement, url: str) -> str | None:
    """The canonical link, believed only within the page's own host (with or without www, m or amp)."""
    for link in tree.iter("link"):
        if (link.get("rel") or "").strip().lower() == "canonical":
            try:
                target = one_article(resolved(url, link.get("href") or ""))
            except Reject:
                return None
            own = _bare(host_of(target)) == _bare(host_of(url))
            return target if own and not _is_folder(urlsplit(target).path, urlsplit(url).path) else None
    return None


def _is_folder(path: str, article: str) -> bool:
    """Is this the front page, or the section the article lies in: some themes call that canonical on all pages. "/berita" is one,
    "/berita/rapat-kerja" of "/berita/rapat-kerja/amp" is none."""
    name = path.rstrip("/").rpartition("/")[2]
    above = article.startswith(path.rstrip("/") + "/") and article.rstrip("/") != path.rstrip("/")
    return path == "/" or (above and name.removesuffix(".php").isalpha())


def _bare(host: str) -> str:
    return one_host(host).removeprefix("www.")


def _first_time(linked: object, meta: Mapping[str, str], names: Sequence[str]) -> PublishedAt | None:
    found = read_time(linked, SourceName.json_ld)
    return found or next((at for name in names if (at := read_time(meta.get(name), SourceName.meta))), None)


def _time_element(tree: HtmlElement) -> PublishedAt | None:
    """The one `<time datetime>` of the page; several may be other articles'."""
    times = [element.get("datetime") for element in tree.iter("time") if element.get("datetime")]
    return read_time(times[0], SourceName.page) if len(set(times)) == 1 else None


def _authors(linked: Mapping[str, Any]) -> Iterator[Byline]:
    for key, role in (("author", BylineRole.writer), ("editor", BylineRole.editor)):
        people = linked.get(key)
        for person in people if isinstance(people, list) else [people]:
            name = _short(person.get("name") if isinstance(person, dict) else person)
            if name and not name.startswith(("http:", "https:")):
                is_publisher = isinstance(person, dict) and "Organization" in _types(person)
                yield Byline(name=name, role=BylineRole.publisher if is_publisher else role)


def _tags(linked: Mapping[str, Any], meta: Mapping[str, str], tree: HtmlElement) -> list[str]:
    words = linked.get("keywords")
    listed = words if isinstance(words, list) else words.split(",") if isinstance(words, str) else []
    tagged = [e.get("content") for e in tree.iter("meta") if (e.get("property") or "").lower() == "article:tag"]
    keywords = (meta.get("keywords") or meta.get("news_keywords") or "").split(",")
    names = [_short(tag) for tag in listed or tagged or keywords]
    return list(dict.fromkeys(name for name in names if name))[:_MOST_TAGS]


def _author(meta: Mapping[str, str], linked: Sequence[str], site_name: str | None) -> tuple[Byline, ...]:
    """The author a meta tag names, else the one a link of the page says is the author; the site itself is none."""
    named = _short(meta.get("author")) or _short(meta.get("article:author")) or (linked[0] if len(linked) == 1 else None)
    if named is None or named.startswith(("http:", "https:")) or named == site_name:
        return ()
    return (Byline(name=named, role=BylineRole.writer),)


def _labelled_links(tree: HtmlElement) -> dict[str, list[str]]:
    """The texts of links that say what they lead to (`rel`): the page's author, its category, its tags."""
    out: dict[str, list[str]] = {"author": [], "category": [], "tag": []}
    for link in tree.iter("a"):
        kinds = (link.get("rel") or "").lower().split()
        kind = next((kind for kind in out if kind in kinds), None) if kinds else None
        if kind and len(out[kind]) < _MOST_TAGS and (text := _text(link)) and text not in out[kind]:
            out[kind].append(text)
    return out


def _text(element: HtmlElement) -> str:
    return _short(" ".join(element.itertext())) or ""


def _short(value: object) -> str | None:
    """Made plain, one line, of bounded length; None for anything but text."""
    if not isinstance(value, str):
        return None
    return " ".join(plain(value).split())[:_LONGEST] or None
