"""Cases of parts still under construction; they move to their families when the part is there."""

from __future__ import annotations

from tests.hostile.case import DOMAIN, ONE, TWO, Asked, Case, Wire, one, refused
from tests.hostile.pages import XML, answer, in_round, listing, page, redirect, rss, sitemap


async def _deeper(asked: Asked, _wire: Wire) -> bytes:
    """Each index names the next, for ever."""
    number = int("0" + "".join(filter(str.isdigit, asked.path))) + 1
    return answer(sitemap([f"http://{asked.host}/peta/{number}.xml"], "sitemap", "sitemapindex"), kind=XML)


async def _wider(asked: Asked, _wire: Wire) -> bytes:
    """Each index names ten more below itself."""
    start = f"http://{asked.host}{asked.path.removesuffix('.xml')}"
    return answer(sitemap([f"{start}/{n}.xml" for n in range(10)], "sitemap", "sitemapindex"), kind=XML)


def _refresh(to: str, wait: int = 0) -> bytes:
    return answer(f'<html><head><meta http-equiv="refresh" content="{wait}; url={to}"></head><body>Tunggu sebentar</body></html>')


def _twins(id: str, does: str, *links: str, stored: str = ONE) -> Case:  # noqa: A002 — the field's name
    return Case(id, does, {"/berita": listing(links), **{link: page(id) for link in links}, ONE: page(id)}, stored=(stored,), most=4)


_BROTLI = bytes.fromhex(
    "cbffff3ff82700e2b14020f7fe8fffff7ff04f00c4611180eefd1fffffffe09f0088c30200ddfb3ffeffffc13f0110870500baf77ffcffff837f02200e0b0074effff8ffff07ff04401c1600e8defff1ffff0ffe0980382c00d0bdffe3ffff1ffc1300715800a07bff37"
)
_SORRY = (
    "<html><head><title>404 - Halaman Tidak Ditemukan</title></head>"
    "<body><h1>Maaf, halaman yang Anda cari tidak ditemukan</h1></body></html>"
)
_CHALLENGE = (
    '<html><head><title>Just a moment...</title></head><body><div id="cf-wrapper">Checking your browser before accessing</div>'
    '<script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script></body></html>'
)

FETCH = (
    refused("bom-brotli", "brotli, small, that becomes 64 MB", answer(_BROTLI, content_encoding="br"), "page_too_big"),
    refused("segar-diri", "a page that only loads itself again", _refresh(ONE), "refresh_loop", most=4),
    refused(
        "segar-dua", "two pages that only load each other", _refresh(TWO), "refresh_loop|redirect_loop", pages={TWO: _refresh(ONE)}, most=5
    ),
    one("segar-satu", "a page that only sends on", _refresh(TWO), pages={TWO: page("segar-satu")}, stored=(TWO,), most=4),
    refused(
        "segar-luar", "a page that only sends to another site", _refresh(f"http://tetangga.{DOMAIN}{TWO}"), "redirect_off_site", most=3
    ),
    refused("segar-dalam", "a page that only sends into our network", _refresh("http://127.0.0.1:@PORT/"), "redirect_off_site", most=3),
    refused(
        "segar-skrip", "a page that only sends to a script", _refresh("javascript:alert(1)"), "bad_redirect|no_article|refresh_loop", most=3
    ),
    refused("lunak-404", "answers 200, and says it was not found", answer(_SORRY), "soft_404", most=3),
    refused("tantangan", "answers 200, and wants to see a browser", answer(_CHALLENGE), "challenge_page", most=5),
    refused("tembok-kuki", "sends in circles whoever has no cookie", redirect(ONE, set_cookie="masuk=ya; Path=/"), "cookie_wall", most=3),
)
DISCOVER = (
    Case(
        "peta-dalam",
        "an index that names another, for ever",
        {"/sitemap.xml": _deeper, "/peta/*": _deeper},
        most=60,
        sources={"sitemaps": ("/sitemap.xml",)},
    ),
    Case(
        "peta-lebar",
        "an index of ten, and so on",
        {"/sitemap.xml": _wider, "/sitemap/*": _wider},
        most=600,
        sources={"sitemaps": ("/sitemap.xml",)},
    ),
    Case(
        "rss-json",
        "a JSON Feed",
        {
            "/rss": answer(
                f'{{"version": "https://jsonfeed.org/version/1.1", "title": "U", "items": [{{"id": "1", "url": "http://rss-json.{DOMAIN}{ONE}"}}]}}',
                kind="application/feed+json",
            ),
            ONE: page("rss-json"),
        },
        stored=(ONE,),
        sources={"feeds": ("/rss",)},
    ),
    Case(
        "rss-putus",
        "a feed that ends in the middle of an address",
        {"/rss": answer(rss((ONE, TWO))[: -30 - 9], kind=XML), ONE: page("rss-putus")},
        stored=(ONE,),
        unasked=(TWO[:-9],),
        most=3,
        sources={"feeds": ("/rss",)},
    ),
    _twins("kembar-sesi", "session ids", ONE, ONE + "?PHPSESSID=a1b2c3d4e5f6a7b8", ONE + "?sid=0123456789abcdef0123456789abcdef"),
    _twins("kembar-halaman", "pages of one article", ONE, ONE + "?page=2", ONE + "?halaman=3"),
    _twins("kembar-amp", "AMP", ONE, ONE + "/amp", ONE + "?amp=1"),
    Case(
        "kembar-https",
        "http and https of one article",
        {"/berita": listing((ONE, f"https://kembar-https.{DOMAIN}{ONE}")), ONE: page("kembar-https")},
        stored=(ONE,),
    ),
)
REVISIT = (
    one("hilang-410", "is gone afterwards", in_round(page("hilang-410"), answer("", "410 Gone")), stored=(ONE,), again=(ONE,)),
    one("hilang-404", "is not there afterwards", in_round(page("hilang-404"), answer("", "404 No")), stored=(ONE,), again=(ONE,)),
)
SCALE = (
    Case(
        "jeda-sejam",
        "wants an hour between two requests",
        {"/robots.txt": answer("User-agent: *\nCrawl-delay: 3600\n", kind="text/plain"), ONE: page("jeda")},
        unasked=(ONE,),
        most=2,
    ),
)
