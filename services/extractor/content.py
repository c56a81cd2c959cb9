"""HTML → tree → the paragraphs of its main text. The only door to trafilatura."""

from __future__ import annotations

import logging
import re
import warnings
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement
from lxml.html import HTMLParser as LxmlParser

from services.extractor.markup import cut_related_links, flatten
from shared.outcomes import Reject

with warnings.catch_warnings():
    # It looks for a SOCKS proxy at import, which nobody here needs, and urllib3 warns that there is none.
    warnings.simplefilter("ignore")
    from trafilatura import bare_extraction

# Shorter than this after the fast way, the slower way may find more.
SHORT = 400
_OPENING = re.compile(rb"<(script|style|noscript|template)\b([^>]*)>", re.I)
_LD_JSON = re.compile(rb"application/ld\+json", re.I)
# lxml.html asks Python for the class of every element; one class for all is looked up in C, for a twentieth of all the time less.
_ONE_CLASS = etree.ElementDefaultClassLookup(element=HtmlElement)
# Without one of these no page announces another article; most pages in other languages have none.
_RELATED = (b"juga", b"Juga", b"JUGA", b"aca pula", b"aca Pula", b"ACA PULA")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
# It writes about every page it discards, in words of the page's own; what becomes of a page is for us to say.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Parsed:
    """A page's tree without scripts and styles, and the JSON-LD that stood in its scripts."""

    tree: HtmlElement
    json_ld: tuple[str, ...]


def parse(text: str) -> Parsed:
    """The tree of a page. Raises `Reject("empty_page")`, and `MemoryError` when there is too little for it."""
    html, scripts = _cut_scripts(_DECLARATION.sub("", text).replace("\0", "").encode("utf-8", "replace"))
    tree, too_deep = _tree(html)
    if too_deep:
        tree, _ = _tree(flatten(html))
    if tree is None:
        raise Reject("empty_page", "no element in it")
    if any(word in html for word in _RELATED):
        cut_related_links(tree)
    return Parsed(tree, tuple(scripts))


def _tree(html: bytes) -> tuple[HtmlElement | None, bool]:
    """The tree, and whether the parser gave up within it because elements are nested too deeply."""
    parser = LxmlParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    parser.set_element_class_lookup(_ONE_CLASS)
    try:
        tree = etree.fromstring(html, parser) if html.strip() else None
    except etree.XMLSyntaxError as error:
        if getattr(error, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from None
        tree = None
    return tree, any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log)


def main_text(parsed: Parsed) -> str:
    """The main text, one paragraph a line; empty if there is none. Fast first, thoroughly where that finds little."""
    fast = _extract(parsed.tree, fast=True)
    if len(fast) >= SHORT:
        return fast
    thorough = _extract(parsed.tree, fast=False)
    return thorough if len(thorough) > len(fast) else fast


def _extract(tree: HtmlElement, *, fast: bool) -> str:
    document = bare_extraction(tree, fast=fast, with_metadata=False, include_comments=False)
    return "" if document is None or isinstance(document, dict) else document.text or ""


def _cut_scripts(html: bytes) -> tuple[bytes, list[str]]:
    """The bytes without script and style elements, and the JSON-LD among them. One pass, however many are left open."""
    kept, scripts, at = [], [], 0
    while opening := _OPENING.search(html, at):
        closing = re.compile(b"</" + opening[1] + rb"\s*>", re.I).search(html, opening.end())
        if closing is None:
            break
        if _LD_JSON.search(opening[2]):
            scripts.append(html[opening.end() : closing.start()].decode("utf-8", "replace"))
        kept.append(html[at : opening.start()])
        at = closing.end()
    kept.append(html[at:])
    return b" ".join(kept), scripts
