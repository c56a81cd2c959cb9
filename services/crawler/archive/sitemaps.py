"""A sitemap or an index → what of it can be of a span of days, however much that is. Pure."""

from __future__ import annotations

from services.crawler.archive.days import days_of_name, days_of_url
from services.crawler.archive.span import Days, Span, day_of
from services.crawler.discover.links import Kind, Link
from services.crawler.discover.sitemaps import sitemap_links


def archived(raw: bytes, url: str, span: Span, *, max_bytes: int) -> tuple[Link, ...]:
    """Articles of the span, and child sitemaps that may hold some. Raises what `sitemap_links` raises."""
    once: dict[str, Link] = {}
    for link in sitemap_links(raw, url, max_bytes=max_bytes):
        if _may_be_of(link, span):
            once.setdefault(link.url, link)
    return tuple(once.values())


def days_of(link: Link) -> Days | None:
    """Of an article: the day in its address, else the day the sitemap gives, which is that of its last change where it was changed."""
    written = days_of_url(link.url)
    if link.dated is None or (written and written[0] == written[1]):
        return written
    day = day_of(link.dated)
    return day if written is None or written[0] <= day[0] <= written[1] else written


def _may_be_of(link: Link, span: Span) -> bool:
    """A sitemap that last changed before the span has nothing of it; one that changed since may."""
    if link.kind is Kind.article:
        return span.holds(days_of(link))
    named = days_of_name(link.url)
    return span.holds(named) if named else link.dated is None or not span.before(day_of(link.dated))
