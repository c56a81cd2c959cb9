"""Strangers' bytes → a tree, with nothing fetched, expanded or executed on the way. Pure."""

from __future__ import annotations

from lxml import etree

from shared.outcomes import Reject

_MOST_ELEMENTS = 200_000


def read_xml(raw: bytes) -> etree._Element:
    """The root of an XML document, mended where it is broken or cut off.

    Raises `Reject`: `bad_xml`, or `xml_entities` for a document that declares entities (none of ours needs any,
    a bomb does).
    """
    raw = raw.lstrip(b"\xef\xbb\xbf \t\r\n")
    # Zero bytes out, so that a declaration in UTF-16 is seen as well. In odder encodings libxml2's own limits hold.
    if b"<!ENTITY" in raw.replace(b"\0", b""):
        raise Reject("xml_entities")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True, remove_comments=True, remove_pis=True
    )
    return _parse(raw, parser, "bad_xml")


def read_html(raw: bytes) -> etree._Element:
    """The root of an HTML page, however broken. Raises `Reject("bad_html")` where there is none."""
    parser = etree.HTMLParser(no_network=True, huge_tree=False, recover=True, remove_comments=True, encoding=_encoding(raw))
    return _parse(raw, parser, "bad_html")


def local(element: etree._Element) -> str:
    """The name of an element without its namespace, in lower case; empty for what is no element."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def text_of(element: etree._Element) -> str:
    """The element's own text, stripped."""
    return (element.text or "").strip()


def _encoding(raw: bytes) -> str | None:
    """What is UTF-8 is read as that, whatever the page says or does not: many say it in the header only."""
    try:
        raw.decode()
    except UnicodeDecodeError:
        return None
    return "utf-8"


def _parse(raw: bytes, parser: etree.XMLParser | etree.HTMLParser, reason: str) -> etree._Element:
    if raw.count(b"<") > _MOST_ELEMENTS:
        raise Reject(reason, f"over {_MOST_ELEMENTS} tags")
    try:
        root: etree._Element | None = etree.fromstring(raw, parser)
    except (etree.LxmlError, ValueError, LookupError) as error:
        raise Reject(reason, str(error)[:300]) from None
    if root is None:
        raise Reject(reason, "nothing in it")
    return root
