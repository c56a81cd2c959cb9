"""JSON Feed 1 and 1.1 → the articles it lists. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic_core import from_json

from services.crawler.discover.links import Kind, Link, absolute, moment
from shared.outcomes import Reject

_MOST_READ = 2_000_000
"""Bytes: it is held as a whole, and two that say nothing but `{}` are forty as objects."""
_VERSIONS = ("https://jsonfeed.org/version/1", "http://jsonfeed.org/version/1")


def is_json(raw: bytes) -> bool:
    """Does it begin as a JSON object or list does."""
    return raw[:1_000].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def json_feed_links(raw: bytes, url: str) -> Iterator[Link]:
    """The items' links; of a feed cut off in the middle, those before the cut. Raises `Reject`: `bad_json`, `not_a_feed`."""
    try:
        feed = from_json(raw[:_MOST_READ].lstrip(b"\xef\xbb\xbf \t\r\n"), allow_partial=True)
    except (ValueError, RecursionError) as error:
        raise Reject("bad_json", str(error)[:300]) from None
    version = feed.get("version") if isinstance(feed, dict) else None
    items = feed.get("items") if isinstance(version, str) and version.startswith(_VERSIONS) else None
    if not isinstance(items, list):
        raise Reject("not_a_feed", "json")
    for item in items:
        if isinstance(item, dict) and (found := absolute(url, _address(item))):
            yield Link(found, Kind.article, moment(_string(item, "date_published")) or moment(_string(item, "date_modified")))


def _address(item: dict[str, object]) -> str | None:
    """`url` is the article; `external_url` is the page it is about; an `id` may be the address itself."""
    id_ = _string(item, "id")
    return _string(item, "url") or (id_ if id_ and id_.startswith(("http://", "https://")) else None)


def _string(item: dict[str, object], key: str) -> str | None:
    value = item.get(key)
    return value if isinstance(value, str) else None
