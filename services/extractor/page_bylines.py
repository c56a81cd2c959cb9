"""Who made the page, as its markup says outside the main text: elements named for authors, lines with a label. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml import etree
from lxml.html import HtmlElement

from services.extractor.bylines import Signatures, signed_element, signed_line
from services.extractor.decode import plain
from shared.documents import Byline

_NAMED = etree.XPath(
    "//*[contains(@class, 'author') or contains(@class, 'Author') or contains(@class, 'byline') or contains(@class, 'penulis')"
    " or contains(@class, 'reporter') or contains(@class, 'editor') or @itemprop = 'author' or @itemprop = 'editor']"
)
_LABELLED = etree.XPath(
    "//text()[contains(., 'ditor') or contains(., 'EDITOR') or contains(., 'enulis') or contains(., 'eporter') or contains(., 'REPORTER')"
    " or contains(., 'ewarta') or contains(., 'artawan') or contains(., 'ontributor') or contains(., 'otografer') or contains(., 'edaktur')"
    " or starts-with(normalize-space(.), 'Oleh') or starts-with(normalize-space(.), 'OLEH') or starts-with(normalize-space(.), 'By ')"
    " or starts-with(normalize-space(.), 'Di') or starts-with(normalize-space(.), 'Laporan')]"
)
_BLOCKS = frozenset(
    {"address", "article", "dd", "div", "footer", "h4", "h5", "h6", "header", "li", "p", "section", "small", "span", "td", "time"}
)
_ELSEWHERE = frozenset({"aside", "blockquote", "form", "nav", "select"})
_MOST, _LONGEST = 60, 160
# More people than this are the authors of other articles, listed on the page.
_MOST_PEOPLE = 4


def read_page_bylines(tree: HtmlElement, signatures: Signatures) -> tuple[Byline, ...]:
    """Bylines that stand beside the article; those of other articles, of comments and of boxes about the author do not count."""
    labelled = _unique(byline for text in _labelled(tree, signatures) for byline in signed_line(text, signatures))
    named = _unique(byline for element in _named(tree, signatures) for byline in signed_element(*element, signatures))
    out = [*(labelled if len(labelled) <= _MOST_PEOPLE else ()), *(named if len(named) <= _MOST_PEOPLE else ())]
    return tuple(_unique(iter(out)))


def _named(tree: HtmlElement, signatures: Signatures) -> Iterator[tuple[str, str]]:
    """What an element is called (its class or property), and its text."""
    for element in _elements(_NAMED(tree))[:_MOST]:
        text = _text(element)
        if text and not _is_elsewhere(element, signatures):
            yield f"{element.get('class') or ''} {element.get('itemprop') or ''}", text


def _labelled(tree: HtmlElement, signatures: Signatures) -> Iterator[str]:
    found = _LABELLED(tree)
    texts = [text for text in found if isinstance(text, etree._ElementUnicodeResult)] if isinstance(found, list) else []
    for text in texts[:_MOST]:
        parent = text.getparent() if len(text) <= _LONGEST else None
        block = _block(parent.getparent() if parent is not None and text.is_tail else parent)
        if block is not None and (line := _text(block)) and not _is_elsewhere(block, signatures):
            yield line


def _block(element: HtmlElement | None) -> HtmlElement | None:
    """The nearest element that is a line of its own; of a span in a short line, the line."""
    while element is not None and element.tag not in _BLOCKS:
        element = element.getparent()
    above = element.getparent() if element is not None and element.tag == "span" else None
    return above if above is not None and above.tag in _BLOCKS and len(_text(above)) > 0 else element


def _is_elsewhere(element: HtmlElement, signatures: Signatures) -> bool:
    above: HtmlElement | None = element
    while above is not None:
        if above.tag in _ELSEWHERE or signatures.elsewhere.search(f"{above.get('class') or ''} {above.get('id') or ''}"):
            return True
        above = above.getparent()
    return False


def _elements(found: object) -> Sequence[HtmlElement]:
    return [element for element in found if isinstance(element, HtmlElement)] if isinstance(found, list) else []


def _text(element: HtmlElement) -> str:
    """Its text in one line; nothing if that is too long for a byline."""
    text = " ".join(plain(" ".join(element.itertext())).split())
    return text if len(text) <= _LONGEST else ""


def _unique(bylines: Iterator[Byline]) -> list[Byline]:
    return list(dict.fromkeys(bylines))
