"""The article's pictures with their captions and credits: og:image, figures, and credits printed among the lines. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

from services.extractor.decode import plain
from shared.documents import Byline, BylineRole, Image
from shared.outcomes import Reject
from shared.urls import resolved

_CAPTIONS = etree.XPath("//figcaption | //*[contains(@class, 'caption')][not(self::figure)]")
_SIZED = re.compile(r"-\d{2,4}x\d{2,4}(?=\.\w{3,4}$)")
_MOST, _LONGEST, _SHORTEST = 10, 300, 3
_SOURCES = ("data-src", "data-lazy-src", "data-original", "src")


@dataclass(frozen=True)
class CreditWords:
    """What lang/*/bylines.toml says of pictures' credits; each pattern has a group `name`."""

    patterns: tuple[re.Pattern[str], ...]
    borrowed: re.Pattern[str]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> CreditWords:
        patterns = tuple(re.compile(pattern) for pattern in data["image_credits"]["patterns"])
        return cls(patterns, re.compile(data["borrowed"]["pattern"], re.I))


@dataclass(frozen=True)
class Pictures:
    """The pictures that have captions, and the photographers these name."""

    images: tuple[Image, ...] = ()
    photographers: tuple[Byline, ...] = ()


def read_pictures(tree: HtmlElement, url: str, words: CreditWords) -> Pictures:
    """Every picture with a caption of its own; a picture without one may be anything. Before the main text is taken out of the tree."""
    captions = _CAPTIONS(tree)
    elements = [element for element in captions if isinstance(element, HtmlElement)] if isinstance(captions, list) else []
    texts = [" ".join(plain(" ".join(element.itertext())).split())[:_LONGEST] for element in elements[:_MOST]]
    found = (_captioned(element, text, url, words) for element, text in zip(elements, texts, strict=False))
    named = (name for text in texts if (name := _photographer(text, words)))
    photographers = tuple(Byline(name=name, role=BylineRole.photographer) for name in dict.fromkeys(named))
    return Pictures(tuple(image for image in found if image), photographers)


def _photographer(text: str, words: CreditWords) -> str | None:
    """Whoever the credit names, unless it only says where the picture was had from."""
    match = next((match for pattern in words.patterns if (match := pattern.search(text))), None)
    return match["name"].strip(" .,-|") or None if match and not words.borrowed.search(match[0]) else None


def _captioned(element: HtmlElement, text: str, url: str, words: CreditWords) -> Image | None:
    source = _source(element) if len(text) >= _SHORTEST else None
    address = _address(url, source)
    if address is None:
        return None
    caption, credit = split_credit(text, words)
    return Image(url=address, caption=caption, credit=credit)


def with_main(pictures: Sequence[Image], main: str | None, url: str) -> tuple[Image, ...]:
    """The picture the page names for itself first, with its caption where it has one."""
    address = _address(url, main)
    if address is None:
        return tuple(pictures)
    named = next((picture for picture in pictures if _same(picture.url, address)), Image(url=address))
    return (named, *(picture for picture in pictures if picture is not named))


def credited(pictures: Sequence[Image], bylines: Sequence[Byline]) -> tuple[Image, ...]:
    """Photographers printed on the page, for the pictures that name none: as many as there are, in order."""
    names = iter([byline.name for byline in bylines if byline.role is BylineRole.photographer])
    return tuple(picture if picture.credit else picture.model_copy(update={"credit": next(names, None)}) for picture in pictures)


def split_credit(text: str, words: CreditWords) -> tuple[str | None, str | None]:
    """ "Suasana rapat (Foto: Sunarto)" → "Suasana rapat", "Sunarto"."""
    for pattern in words.patterns:
        if match := pattern.search(text):
            rest = f"{text[: match.start()]} {text[match.end() :]}".strip(" .,-|/()[]")
            return rest or None, match["name"].strip(" .,-|") or None
    return text or None, None


def _source(caption: HtmlElement) -> str | None:
    """The source of the picture that the caption stands with: in the same box, at most two boxes up."""
    box = caption
    for _ in range(2):
        box = box.getparent()
        if box is None or not isinstance(box.tag, str) or box.tag in ("body", "article", "main"):
            return None
        for image in box.iter("img"):
            return next((value for name in _SOURCES if (value := image.get(name)) and not value.startswith("data:")), None)
    return None


def _address(url: str, source: str | None) -> str | None:
    try:
        return resolved(url, source) if source else None
    except Reject:
        return None


def _same(one: str, other: str) -> bool:
    """The same picture, perhaps in another size: "foto-300x200.jpg" and "foto.jpg"."""
    return _SIZED.sub("", urlsplit(one).path) == _SIZED.sub("", urlsplit(other).path)
