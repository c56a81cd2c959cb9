"""A stranger's page → a tree, with nothing fetched, expanded or executed on the way. Pure."""

from __future__ import annotations

from lxml import etree

from shared.outcomes import Reject

_MOST_TAGS = 200_000


def read_html(raw: bytes) -> etree._Element:
    """The root of an HTML page, however broken or long. Raises `Reject("bad_html")` where there is none."""
    parser = etree.HTMLParser(no_network=True, huge_tree=False, recover=True, remove_comments=True, encoding=_encoding(raw))
    try:
        root: etree._Element | None = etree.fromstring(_within(raw), parser)
    except (etree.LxmlError, ValueError, LookupError) as error:
        raise Reject("bad_html", str(error)[:300]) from None
    if root is None:
        raise Reject("bad_html", "nothing in it")
    return root


def with_mark(raw: bytes, content_type: str) -> bytes:
    """UTF-16 that only the header names gets the byte order mark by which parsers know it."""
    kind = content_type.lower()
    if "utf-16" not in kind or raw.startswith((b"\xff\xfe", b"\xfe\xff")) or 3 * raw.count(0) <= len(raw):
        return raw
    return (b"\xfe\xff" if "utf-16be" in kind else b"\xff\xfe") + raw


def local(element: etree._Element) -> str:
    """The name of an element without its namespace, in lower case; empty for what is no element."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _encoding(raw: bytes) -> str | None:
    """What is UTF-8 is read as that, whatever the page says or does not: many say it in the header only."""
    try:
        raw.decode()
    except UnicodeDecodeError:
        return None
    return "utf-8"


def _within(raw: bytes) -> bytes:
    """A page without end is read up to its 200,000th tag: what is new stands at the top."""
    return b"<".join(raw.split(b"<", _MOST_TAGS)[:_MOST_TAGS])
