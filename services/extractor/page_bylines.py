"""Who made the page, as its markup says outside the main text: elements named for authors, lines with a label. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.html import HtmlElement

from services.extractor.bylines import Signatures, signed_element, signed_line
from services.extractor.decode import plain
from shared.documents import Byline

_BLOCKS = frozenset(
    {"address", "article", "dd", "div", "footer", "h4", "h5", "h6", "header", "li", "p", "section", "small", "span", "td", "time"}
)
_ELSEWHERE = frozenset({"aside", "blockquote", "form", "nav", "select"})
_BEFORE, _LETTERS = " \n\t\r\xa0|/,·–-", 2
_MOST, _LONGEST = 60, 160
# More people than this are the authors of other articles, listed on the page.
_MOST_PEOPLE = 4


def read_page_bylines(tree: HtmlElement, signatures: Signatures) -> tuple[Byline, ...]:
    """Bylines that stand beside the article; those of other articles, of comments and of boxes about the author do not count."""
    named, labelled = _candidates(tree, signatures)
    by_label = _unique(byline for block in labelled for byline in signed_line(_text(block), signatures))
    by_name = _unique(byline for element in named for byline in signed_element(_called(element), _text(element), signatures))
    out = [*(by_label if len(by_label) <= _MOST_PEOPLE else ()), *(by_name if len(by_name) <= _MOST_PEOPLE else ())]
    return tuple(_unique(iter(out)))


def _candidates(tree: HtmlElement, signatures: Signatures) -> tuple[list[HtmlElement], list[HtmlElement]]:
    """The elements called for authors, and the blocks of text that begin with a label. One walk; a pattern over all text costs more."""
    named: list[HtmlElement] = []
    blocks: dict[HtmlElement, None] = {}
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        if (element.get("class") or element.get("itemprop")) and signatures.called.search(_called(element)):
            named.append(element)
        if (text := element.text) and _may_begin(text, signatures):
            blocks[_block(element)] = None
        if (text := element.tail) and _may_begin(text, signatures):
            blocks[_block(element.getparent())] = None
    here = [element for element in named[:_MOST] if not _is_elsewhere(element, signatures)]
    return here, [block for block in list(blocks)[:_MOST] if not _is_elsewhere(block, signatures)]


def _may_begin(text: str, signatures: Signatures) -> bool:
    """Does it begin with a label? Its first letters tell of nearly all that they do not."""
    start = text.lstrip(_BEFORE)[:_LETTERS].lower() if len(text) <= _LONGEST else ""
    return start in signatures.first_letters and signatures.begins.match(text) is not None


def _called(element: HtmlElement) -> str:
    """The class and the property of an element."""
    return f"{element.get('class') or ''} {element.get('itemprop') or ''}"


def _block(element: HtmlElement) -> HtmlElement:
    """The nearest element that is a line of its own; of a span in a short line, the line."""
    while element.tag not in _BLOCKS and element.getparent() is not None:
        element = element.getparent()
    above = element.getparent() if element.tag == "span" else None
    return above if above is not None and above.tag in _BLOCKS and _text(above) else element


def _is_elsewhere(element: HtmlElement, signatures: Signatures) -> bool:
    above: HtmlElement | None = element
    while above is not None:
        if above.tag in _ELSEWHERE or signatures.elsewhere.search(f"{above.get('class') or ''} {above.get('id') or ''}"):
            return True
        above = above.getparent()
    return False


def _text(element: HtmlElement) -> str:
    """Its text in one line; nothing if that is too long for a byline."""
    text = " ".join(plain(" ".join(element.itertext())).split())
    return text if len(text) <= _LONGEST else ""


def _unique(bylines: Iterator[Byline]) -> list[Byline]:
    return list(dict.fromkeys(bylines))
