"""The links of a page that an XPath marks: how a test says which are articles, apart from the code under test."""

from __future__ import annotations

from lxml import etree, html

from services.crawler.discover.links import absolute


def marked_links(page: bytes | str, xpath: str, url: str) -> set[str]:
    """The canonical URLs of the anchors the XPath finds."""
    anchors = html.fromstring(page).xpath(xpath)
    assert isinstance(anchors, list)
    found = (absolute(url, anchor.get("href")) for anchor in anchors if isinstance(anchor, etree._Element))
    return {href for href in found if href}
