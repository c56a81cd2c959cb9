"""Raw answers, and the pages and feeds in them."""

from __future__ import annotations

import gzip
import html
from collections.abc import Iterable

from tests.hostile.case import ONE, Answer, Asked, Wire

HTML = "text/html; charset=utf-8"
XML = "application/xml"


def answer(body: bytes | str = b"", status: str = "200 OK", kind: str = HTML, **headers: str) -> bytes:
    """A whole and honest answer; header names are written with underscores, an empty value leaves a header out."""
    raw = body.encode() if isinstance(body, str) else body
    fields = {"content-type": kind, "content-length": str(len(raw))} | {name.replace("_", "-"): value for name, value in headers.items()}
    return head(status, **fields) + raw


def head(status: str = "200 OK", **headers: str) -> bytes:
    """Status line and headers to the empty line; names as they are, empty values left out."""
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items() if value)
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode("latin-1")


def redirect(to: str, status: str = "302 Found", **headers: str) -> bytes:
    return answer("di tempat lain", status, location=to, **headers)


def title_of(key: str) -> str:
    return f"Warga {key.replace('-', ' ').title()} Gelar Kerja Bakti di Kampung Muara"


def story(key: str, *, head: str = "", more: str = "", charset: str = "utf-8") -> str:
    """An article of its own for each key, long enough to be one."""
    title, name = html.escape(title_of(key)), html.escape(key.replace("-", " "))
    return (
        f'<!doctype html><html lang="id"><head><meta charset="{charset}"><title>{title}</title>'
        f'<meta property="article:published_time" content="2024-05-14T10:00:00+07:00">{head}</head><body>'
        f'<header><a href="/">Situs Usil</a></header><main><article><h1>{title}</h1>'
        f"<p>Kampung Muara - Warga {name} menggelar kerja bakti di tepi sungai, Selasa (14/5/2024), bersama para pemuda.</p>"
        f"<p>Kegiatan {name} itu diikuti puluhan warga dari tiga dusun, yang membawa sabit, cangkul dan karung sejak pagi hari.</p>"
        f'<p>"Kami ingin sungai {name} bersih kembali sebelum musim hujan tiba," ujar seorang warga yang ikut mengangkat sampah.</p>'
        f"<p>Setelah {name} selesai, warga makan siang bersama dan menyusun jadwal kerja bakti untuk bulan berikutnya di balai kampung.</p>"
        f"{more}</article></main><footer><p>Hak cipta Situs Usil</p></footer></body></html>"
    )


def page(key: str, **headers: str) -> bytes:
    """An article's honest answer."""
    return answer(story(key), **headers)


def listing(links: Iterable[str] = (ONE,), more: str = "") -> bytes:
    """An index page with these links, which are written into it as they are."""
    items = "".join(f'<article><h2><a href="{link}">Berita kampung nomor {n} hari ini</a></h2></article>' for n, link in enumerate(links))
    return answer(f'<!doctype html><html lang="id"><head><title>Berita</title></head><body><main>{items}</main>{more}</body></html>')


def rss(links: Iterable[str] = (ONE,), *, top: str = "", more: str = "") -> str:
    items = "".join(f"<item><title>Berita</title><link>{link}</link></item>" for link in links)
    return f'<?xml version="1.0"?>{top}<rss version="2.0"><channel><title>Usil</title>{items}{more}</channel></rss>'


def sitemap(links: Iterable[str] = (ONE,), name: str = "url", root: str = "urlset") -> str:
    """Addresses must be whole ones, as a sitemap has them."""
    urls = "".join(f"<{name}><loc>{link}</loc></{name}>" for link in links)
    return f'<?xml version="1.0" encoding="utf-8"?><{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</{root}>'


def packed(raw: bytes, layers: int = 1) -> bytes:
    for _ in range(layers):
        raw = gzip.compress(raw, mtime=0)
    return raw


def in_turn(*answers: Answer) -> Answer:
    """The first time the first, and so on; the last for ever."""

    async def turn(asked: Asked, wire: Wire) -> bytes | None:
        return await said(answers[min(asked.time, len(answers)) - 1], asked, wire)

    return turn


def in_round(first: Answer, second: Answer) -> Answer:
    """One answer in the first round, another in the second."""

    async def turn(asked: Asked, wire: Wire) -> bytes | None:
        return await said(first if asked.round == 1 else second, asked, wire)

    return turn


async def said(what: Answer, asked: Asked, wire: Wire) -> bytes | None:
    return what if isinstance(what, bytes) else await what(asked, wire)
