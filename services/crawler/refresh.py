"""A page that only sends on, by `<meta http-equiv=refresh>` or a `Refresh` header: where to. Pure."""

from __future__ import annotations

import html
import re

from services.crawler.fetch import Response
from services.crawler.no_article import no_article
from services.crawler.prose import read_prose

_LOOKED_AT = 32_768
_LONGEST_WAIT = 10
"""Seconds. Live pages load themselves again every few minutes; those send nobody on."""
_LITTLE_PROSE = 240
_META = re.compile(r"<meta\s([^<>]*)>", re.IGNORECASE)
_REFRESH = re.compile(r"""http-equiv\s*=\s*["']?\s*refresh\b""", re.IGNORECASE)
_CONTENT = re.compile(r"""\bcontent\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))""", re.IGNORECASE)
_WHERE = re.compile(r"""\s*(\d{1,6})?(?:\.\d*)?\s*(?:[;,\s]\s*(?:url\s*=\s*)?["']?([^"']*))?""", re.IGNORECASE)


def refresh_target(response: Response) -> str | None:
    """The address as written ("" is the page itself), or `None` for a page to be read as it is: one that has prose, waits for
    long, or says why it is no article."""
    if response.status != 200 or "html" not in response.headers.get("content-type", "html").lower():
        return None
    asked = response.headers.get("refresh") or _in_markup(response.body[:_LOOKED_AT])
    found = _WHERE.match(asked) if asked else None
    if found is None or int(found[1] or 0) > _LONGEST_WAIT or _is_read(response):
        return None
    return (found[2] or "").strip()


def _in_markup(head: bytes) -> str:
    if b"refresh" not in head.lower():
        return ""
    for meta in _META.finditer(head.decode("utf-8", "replace")):
        content = _CONTENT.search(meta[1]) if _REFRESH.search(meta[1]) else None
        if content:
            return html.unescape(content[1] or content[2] or content[3] or "")
    return ""


def _is_read(response: Response) -> bool:
    flaw = no_article(response.body, response.headers.get("content-type", ""))
    if flaw is not None:
        return flaw[0] != "empty_page"
    return read_prose(response.body.decode("utf-8", "replace").lower()).length >= _LITTLE_PROSE
