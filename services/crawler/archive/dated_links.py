"""The articles of a listing with the days they are of: written in their address, or on their card. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from services.crawler.archive.days import days_of_text, days_of_url
from services.crawler.archive.span import Days, day_of
from services.crawler.discover.anchors import base_of
from services.crawler.discover.links import absolute, moment
from services.crawler.discover.markup import local

_MANY = ""  # more than one article beneath; no URL is empty
_TITLES = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_MOST_TEXTS = 200


@dataclass
class _Beneath:
    """An element on the way: the article it holds, if one, and its children that hold one."""

    article: str | None = None
    cards: list[tuple[str, etree._Element]] = field(default_factory=list)

    def hold(self, article: str | None) -> None:
        if article is not None:
            self.article = article if self.article in (None, article) else _MANY


def dated_links(root: etree._Element, url: str, articles: Iterable[str]) -> Mapping[str, Days | None]:
    """The day of each of these articles of the page at `url`; a day in its address wins, as the words of a card may speak of another."""
    found: dict[str, Days | None] = {article: days_of_url(article) for article in articles}
    for article, card in _cards(root, base_of(root, url), set(found)):
        known = found[article]
        if known is None or known[0] != known[1]:
            found[article] = _day_on(card) or known
    return found


def _cards(root: etree._Element, base: str, articles: set[str]) -> Iterator[tuple[str, etree._Element]]:
    """The largest elements that hold one article each. One way through the tree, whatever its depth."""
    above = [_Beneath()]
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            above.append(_Beneath())
            continue
        here = above.pop()
        if local(element) == "a":
            link = absolute(base, element.get("href"))
            here.hold(link if link in articles else None)
        if here.article == _MANY:
            yield from here.cards
        elif here.article is not None:
            above[-1].cards.append((here.article, element))
        above[-1].hold(here.article)
    if above[0].article != _MANY:
        yield from above[0].cards


def _day_on(card: etree._Element) -> Days | None:
    """Of the first `<time>`, else of the first short line that is a date; a title may name any day."""
    stated = (moment(element.get("datetime")) for element in card.iter("time"))
    at = next((day_of(found) for found in stated if found), None)
    return at or next((days for text in _texts(card) if (days := days_of_text(text))), None)


def _texts(card: etree._Element) -> Iterator[str]:
    """Its lines, without those of titles; a link without a title in it is one itself."""
    seen, inside = 0, 0
    titled = any(True for _ in card.iter(*_TITLES))
    for event, element in etree.iterwalk(card, events=("start", "end")):
        title = local(element) in _TITLES or (local(element) == "a" and not titled)
        inside += title if event == "start" else -title
        text = element.text if event == "start" else element.tail if element is not card else None
        if text and not inside and text.strip():
            yield text
            seen += 1
            if seen >= _MOST_TEXTS:
                return
