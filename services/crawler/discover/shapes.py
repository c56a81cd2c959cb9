"""The shape of a URL, and which shapes are a site's articles, learnt from where its listing puts the links. Pure.

A shape is the path with what changes from article to article taken out: `/berita/{number}/{words}`, `/{year}/{month}/{words}.html`,
`/berita.php?id={number}`. `{section}` stands for any one literal segment, for sites that write `/olahraga/{words}`, `/hukum/{words}`, ….
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import pairwise
from urllib.parse import parse_qsl, unquote, urlsplit

from services.crawler.discover.article_urls import Place, is_furniture, looks_like_article

MOST_SHAPES = 8
"""Shapes learnt from one page."""

_LEAST_LINKS, _LEAST_SHARE = 3, 0.05
_SECTIONS = 3  # so many literal sections in one place are a list that will grow
_HEADLINE_WORDS, _SECTION_WORDS = 3, 4
_YEAR, _DATE = re.compile(r"(?:19|20)\d\d\Z"), re.compile(r"(?:19|20)\d\d-?[01]\d-?[0-3]\d\Z")
_EXTENSION = re.compile(r"(.+?)(\.[a-z]{2,5}\d?)\Z")
_WORD_AND_NUMBER = re.compile(r"([a-z]{1,12}[-_]?)\d+\Z")
_VARIABLE = re.compile(r"\{[a-z]+\}")
_LITERAL = re.compile(r"[^{}?]+\Z")


def shape_of(url: str) -> str:
    """The shape of a canonical URL. Never raises for one; of a front page it is `/`."""
    parts = urlsplit(url)
    segments = [segment for segment in unquote(parts.path).lower().replace("{", "").replace("}", "").split("/") if segment]
    shaped: list[str] = []
    for segment in segments[:-1]:
        shaped.append(_dated(segment, shaped) or _inner(segment))
    for segment in segments[-1:]:
        name, extension = _split(segment)
        shaped.append((_dated(name, shaped) or _last(name, shaped)) + extension)
    return "/" + "/".join(shaped) + _query(parts.query)


def section_shape(shape: str) -> str:
    """The shape with `{section}` for every literal segment but the last: "/hukum/{words}" → "/{section}/{words}"."""
    path, question, query = shape.partition("?")
    *inner, last = path.lstrip("/").split("/")
    return "/" + "/".join([*("{section}" if _LITERAL.match(segment) else segment for segment in inner), last]) + question + query


def fits(url: str, shapes: Collection[str], place: Place = Place.text) -> bool:
    """Has the URL one of these shapes. Where headlines stand, two words are a headline as well: "/opini/hari-ibu" is `/opini/{words}`;
    but "/gaya-hidup" is the section that stands over its own headlines."""
    shape = shape_of(url)
    mine = {shape, section_shape(shape)}
    head, _, last = shape.rpartition("/")
    if place is Place.headline and head and "-" in last and _LITERAL.match(last):
        wordy = f"{head}/{{words}}{_split(last)[1]}"
        mine |= {wordy, section_shape(wordy)}
    return not mine.isdisjoint(shapes)


def learn_shapes(links: Iterable[tuple[str, Place]]) -> tuple[str, ...]:
    """The shapes of a listing's articles, the commonest first; none where the page does not say clearly.

    A shape counts as the articles' if several links have it, at least one in twenty of all that may be articles, and most of them
    stand where headlines do; in a page without headlines, if their addresses alone look like articles'.
    """
    best = best_places(links)
    headlines = {url for url, place in best.items() if place is Place.headline}
    shaped = [(url, shape_of(url)) for url, place in best.items() if not is_furniture(url) and _speaks(url, place)]
    common = _generalised([shape for _, shape in shaped])
    groups: dict[str, list[str]] = {}
    for url, shape in shaped:
        groups.setdefault(common.get(shape, shape), []).append(url)
    clear = {shape: len(urls) for shape, urls in groups.items() if _are_articles(shape, urls, headlines)}
    least = max(_LEAST_LINKS, _LEAST_SHARE * sum(clear.values()))
    ranked = sorted(clear.items(), key=lambda item: (-item[1], item[0]))
    return tuple(shape for shape, count in ranked if count >= least)[:MOST_SHAPES]


def best_places(links: Iterable[tuple[str, Place]]) -> dict[str, Place]:
    """Each URL once, in the best of the places where it stands."""
    order = (Place.menu, Place.text, Place.headline)
    best: dict[str, Place] = {}
    for url, place in links:
        best[url] = max(best.get(url, place), place, key=order.index)
    return best


def _speaks(url: str, place: Place) -> bool:
    """A link of a menu says something only if its address does: a big menu shows articles of its sections."""
    return place is not Place.menu or looks_like_article(url, place)


def _generalised(shapes: Iterable[str]) -> Mapping[str, str]:
    """Shapes that differ in their sections only → their common form, where there are several of a kind."""
    alike: dict[str, set[str]] = {}
    for shape in shapes:
        if "{words}" in shape:
            alike.setdefault(section_shape(shape), set()).add(shape)
    return {shape: common for common, found in alike.items() if len(found) >= _SECTIONS for shape in found}


def _are_articles(shape: str, urls: Collection[str], headlines: Collection[str]) -> bool:
    if not _VARIABLE.search(shape.replace("{section}", "")) or _counts_pages(urls):
        return False
    if headlines:
        return 2 * sum(url in headlines for url in urls) >= len(urls)
    return all(looks_like_article(url) for url in urls)


def _counts_pages(urls: Iterable[str]) -> bool:
    """Do the last numbers of these addresses run 1, 2, 3, …: the pages of a listing. Articles' numbers have gaps or more digits."""
    tails = [re.search(r"(\d+)\D*\Z", url) for url in urls]
    numbers = sorted({int(tail[1][:18]) for tail in tails if tail})
    return len(numbers) == len(tails) and numbers[-1] < 1_000 and numbers[0] <= 2 and any(b - a == 1 for a, b in pairwise(numbers))


def _dated(name: str, before: list[str]) -> str | None:
    """A year, the month behind it, the day behind that; a date in one; any other number."""
    if _DATE.match(name):
        return "{date}"
    if not name.isdecimal():
        return None
    if _YEAR.match(name):
        return "{year}"
    follows = {"{year}": "{month}", "{month}": "{day}"}.get(before[-1] if before else "")
    return follows if follows and len(name) <= 2 else "{number}"


def _inner(segment: str) -> str:
    """A section is kept as it is; a headline in the middle of an address (`/rapat-kerja-bupati-baru/detail`) is not one."""
    return "{words}" if len(_words(segment)) >= _SECTION_WORDS else _numbered(segment)


def _last(name: str, before: list[str]) -> str:
    """Three words are a headline, fewer only behind a number or date: "/gaya-hidup" is a section, "/berita/788185/apel" an article."""
    behind_number = any(_VARIABLE.search(segment) for segment in before)
    words = [word for word in _words(name) if not word.isdecimal()]
    numbered = len(words) == 1 and _WORD_AND_NUMBER.match(name)
    if not numbered and words and (behind_number or len(_words(name)) >= _HEADLINE_WORDS):
        return "{words}"
    return _numbered(name)


def _numbered(name: str) -> str:
    """ "d-8027800" → "d-{number}", "berita-123" → "berita-{number}"."""
    return _WORD_AND_NUMBER.sub(r"\1{number}", name)


def _split(segment: str) -> tuple[str, str]:
    found = _EXTENSION.match(segment)
    return (found[1], found[2]) if found else (segment, "")


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[-_+ .,]", text) if word]


def _query(query: str) -> str:
    """Numbers and headlines taken out, names kept: "?id=77&option=com_content" → "?id={number}&option=com_content"."""
    fields = sorted(parse_qsl(query, keep_blank_values=True)[:20])
    return "?" + "&".join(_fields(fields)) if fields else ""


def _fields(fields: Iterable[tuple[str, str]]) -> Iterator[str]:
    for key, value in fields:
        plain = value.lower().replace("{", "").replace("}", "")
        yield f"{key.lower()}={_dated(plain, []) or ('{words}' if len(_words(plain)) >= _HEADLINE_WORDS else _numbered(plain))}"
