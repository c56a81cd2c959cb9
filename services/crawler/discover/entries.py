"""XML of any size → its entries, one after the other, with nothing fetched, expanded or kept on the way. Pure.

No tree is built, so half a million entries take the memory of one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from shared.outcomes import Reject

_CHUNK = 65_536
_MOST_FIELDS, _LONGEST = 200, 4_000
_DOCTYPE = b"<!ENTITY"
_HEAD = 8_192
# A warning of PHP, an empty line: what some servers write before the document.
_PROLOG = re.compile(rb"<\?xml\s|<(?:rss|rdf:RDF|feed|urlset|sitemapindex)[\s>]", re.I)
# In small letters no XML: the parser finds nothing in it.
_WEB_PAGE = re.compile(rb"[\xef\xbb\xbf\s]*<!doctype\s+html\b", re.I)
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
# "&" that begins no entity, as in an address with a query; within CDATA it is right.
_AMPERSAND = re.compile(rb"(<!\[CDATA\[)|(\]\]>)|&+(?!#?\w{1,31};)")
_LONGEST_ENTITY = 40
_WIDE = re.compile(rb"<\?xml[^>]{0,100}encoding=[\"'](?:utf-?16|utf-?32|ucs)", re.I)


@dataclass(frozen=True)
class Field:
    """An element of an entry: its name in lower case without prefix, its namespace, how deep in the entry (1: its child)."""

    name: str
    space: str
    depth: int
    text: str
    attributes: Mapping[str, str]


@dataclass(frozen=True)
class Entry:
    """One entry with its fields, at most 200, each text cut at 4,000 characters."""

    name: str
    fields: tuple[Field, ...]
    bases: tuple[str, ...] = ()
    """The `xml:base` of the document and of the entry, where they have one."""


def read_entries(chunks: Iterable[bytes], roots: Mapping[str, Collection[str]], refusal: str) -> Iterator[Entry]:
    """The entries of a document, for each of its possible root elements the names its entries may have.

    What is broken or cut off gives the entries before the damage.
    Raises `Reject`: `bad_xml`, `xml_entities` for a document that declares entities (none of ours needs any, a bomb does),
    `html_instead` for a web page, `refusal` for any other root.
    """
    target = _Target(roots, refusal)
    parser, tail, web_page = None, b"", False
    for chunk in _mended(chunks):
        window = (tail + chunk).replace(b"\0", b"")  # so that a declaration in UTF-16 is seen as well
        if _DOCTYPE in window:
            raise Reject("xml_entities")
        tail = chunk[-2 * len(_DOCTYPE) :]
        if parser is None:
            web_page, chunk = _WEB_PAGE.match(chunk) is not None, _from_prolog(chunk)
            parser = _parser(target, chunk)
        _told(parser.feed, chunk)
        yield from target.take()
    if parser is not None:
        _told(parser.close)
    if target.root is None:
        raise Reject("html_instead") if web_page else Reject("bad_xml", "nothing in it")
    yield from target.rest()


def _mended(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Bare ampersands escaped: the parser would drop them, and "?id=1&hal=2" become another address. UTF-16 stays as it is."""
    rest, cdata, first = b"", False, True
    for chunk in chunks:
        if first and b"\0" in chunk[:_HEAD]:
            yield chunk
            yield from chunks
            return
        first = False
        piece, rest, cdata = _escaped(rest + chunk, cdata, hold=_LONGEST_ENTITY)
        yield piece
    yield _escaped(rest, cdata, hold=0)[0]


def _escaped(raw: bytes, cdata: bool, *, hold: int) -> tuple[bytes, bytes, bool]:
    """What can be told of these bytes, those whose continuation must be seen first, and whether CDATA is still open."""
    out, at, end = [], 0, max(0, len(raw) - hold)
    for found in _AMPERSAND.finditer(raw):
        if found.start() >= end:
            break
        if found[1] or found[2]:
            cdata = found[1] is not None
        elif not cdata:
            out += [raw[at : found.start()], b"&amp;" * len(found[0])]
            at = found.end()
        end = max(end, found.end())
    return b"".join([*out, raw[at:end]]), raw[end:], cdata


def chunks_of(raw: bytes) -> Iterator[bytes]:
    """Pieces of 64 kB."""
    return (raw[start : start + _CHUNK] for start in range(0, len(raw), _CHUNK))


def local_name(tag: str) -> str:
    """The name without its namespace or prefix (one that was never declared stays before it), in lower case."""
    return tag.rpartition("}")[2].rpartition(":")[2].lower()


@dataclass
class _Open:
    """A field that has begun."""

    tag: str
    attributes: Mapping[str, str]
    texts: list[str]
    length: int = 0


class _Target:
    """What the parser tells, gathered into entries."""

    def __init__(self, roots: Mapping[str, Collection[str]], refusal: str) -> None:
        self.root: str | None = None
        self._roots, self._refusal = roots, refusal
        self._names: Collection[str] = ()
        self._entry: str | None = None
        self._bases: tuple[str, str] = ("", "")
        self._fields: list[Field] = []
        self._open: list[_Open | None] = []  # None: one field too many
        self._done: list[Entry] = []

    def start(self, tag: str | bytes, attrib: dict[str | bytes, str | bytes]) -> None:
        name = local_name(str(tag))
        base = str(attrib.get(_BASE, ""))[:_LONGEST]
        if self.root is None:
            self._begin(name)
            self._bases = (base, "")
        elif name in self._names:
            self._close_entry()  # one that never ended
            self._entry, self._bases = name, (self._bases[0], base)
        elif self._entry and len(self._fields) + len(self._open) < _MOST_FIELDS:
            self._open.append(_Open(str(tag), {str(key): str(value) for key, value in attrib.items()}, []))
        elif self._entry:
            self._open.append(None)

    def data(self, data: str | bytes) -> None:
        if self._open and (field := self._open[-1]) and field.length < _LONGEST:
            field.texts.append(str(data)[:_LONGEST])
            field.length += len(data)

    def end(self, tag: str | bytes) -> None:
        if self._open:
            self._close_field()
        elif self._entry == local_name(str(tag)):
            self._close_entry()

    def comment(self, text: str | bytes) -> None:
        """Nobody's business."""

    def close(self) -> None:
        """The parser's end is not ours: `rest` is."""

    def take(self) -> list[Entry]:
        done, self._done = self._done, []
        return done

    def rest(self) -> list[Entry]:
        """What is left when nothing more comes, an entry cut off in the middle of it included."""
        self._close_entry()
        return self.take()

    def _begin(self, name: str) -> None:
        self.root = name
        if name not in self._roots:
            raise Reject("html_instead" if name == "html" else self._refusal, name[:50])
        self._names = self._roots[name]

    def _close_field(self) -> None:
        field = self._open.pop()
        if field:
            text = "".join(field.texts)[:_LONGEST].strip()
            self._fields.append(Field(local_name(field.tag), _space(field.tag), len(self._open) + 1, text, field.attributes))

    def _close_entry(self) -> None:
        if self._entry:
            # What is still open was cut off in the middle, so its text cannot be believed.
            self._done.append(Entry(self._entry, tuple(self._fields), tuple(filter(None, self._bases))))
        self._entry, self._fields, self._open = None, [], []


def _space(tag: str) -> str:
    """The namespace; of a prefix that was never declared, the prefix."""
    return tag[1:].partition("}")[0] if tag.startswith("{") else tag.rpartition(":")[0]


def _from_prolog(head: bytes) -> bytes:
    head = head.lstrip(b"\xef\xbb\xbf \t\r\n") if b"\0" not in head[:4] else head
    found = _PROLOG.search(head[:_HEAD])
    return head[found.start() :] if found and not head.startswith(b"<!DOCTYPE") else head


def _parser(target: _Target, head: bytes) -> etree.XMLParser:
    """A file that says it is UTF-16 and has no zero bytes is not."""
    encoding = "utf-8" if _WIDE.match(head) and b"\0" not in head[:_HEAD] else None
    return etree.XMLParser(
        target=target, encoding=encoding, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True
    )


def _told(tell: Callable[..., object], *said: bytes) -> None:
    """After damage the parser has nothing more to say, or says so; either way what came before it counts."""
    try:
        tell(*said)
    except (etree.LxmlError, ValueError, LookupError):
        return
