"""Pages that are no article, each by its name. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from lxml.html import HtmlElement

from services.extractor.page import Page
from shared.outcomes import Reject

# A body shorter than this is a notice, whatever it says; one shorter than SHORT_BODY is flagged.
LEAST_BODY, SHORT_BODY = 40, 250
_NOTICE = 600
_SNIFF = 1024
_MAGIC = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x1f\x8b", b"RIFF", b"\x00\x00\x00", b"ID3", b"OggS", b"wOF")
_HTML_TYPES = ("text/html", "application/xhtml+xml", "application/xml", "text/xml", "text/plain")


@dataclass(frozen=True)
class Notices:
    """What lang/*/notices.toml says."""

    lost: re.Pattern[str]
    access_denied: re.Pattern[str]
    challenge_page: re.Pattern[str]
    login: re.Pattern[str]

    @classmethod
    def of(cls, data: Mapping[str, Sequence[str]]) -> Notices:
        return cls(**{field.name: re.compile("|".join(data[field.name]), re.I) for field in fields(cls)})


def refuse_response(page: Page) -> None:
    """Raises `Reject` for what cannot be a page at all: `http_status`, `binary_page`, `bad_content_type`, `empty_page`."""
    if not 200 <= page.status < 300:
        raise Reject("http_status", str(page.status))
    if not page.html.strip():
        raise Reject("empty_page")
    start = page.html[:_SNIFF]
    content_type = page.headers.get("content-type", "").lower()
    utf16 = start.startswith((b"\xff\xfe", b"\xfe\xff")) or "utf-16" in content_type
    if start.startswith(_MAGIC) or (not utf16 and start.count(0) > len(start) // 10):
        raise Reject("binary_page", start[:8].hex())
    kind = content_type.split(";")[0].strip()
    if kind and kind not in _HTML_TYPES:
        raise Reject("bad_content_type", kind[:80])


def refuse_notice(title: str, lines: Sequence[str], tree: HtmlElement, notices: Notices) -> None:
    """Raises `Reject` for a page with nothing to read: `access_denied`, `challenge_page`, `soft_404`, `login_page`, `no_article`,
    named as the crawler names them."""
    size = sum(map(len, lines))
    said = f"{title}\n" + "\n".join(lines)
    if size < _NOTICE and notices.access_denied.search(said):
        raise Reject("access_denied", title)
    if size < _NOTICE and notices.challenge_page.search(said):
        raise Reject("challenge_page", title)
    if size < _NOTICE and (notices.lost.search(title) or (size < SHORT_BODY and notices.lost.search(said))):
        raise Reject("soft_404", title)
    if size < _NOTICE and notices.login.search(said) and any((e.get("type") or "").lower() == "password" for e in tree.iter("input")):
        raise Reject("login_page", title)
    if size < LEAST_BODY:
        raise Reject("no_article", f"{size} characters of text")
