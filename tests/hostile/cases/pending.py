"""Cases of parts still under construction; they move to their families when the part is there."""

from __future__ import annotations

from tests.hostile.case import DOMAIN, ONE, TWO, Case
from tests.hostile.pages import XML, answer, listing, page, rss


def _twins(id: str, does: str, *links: str, stored: str = ONE) -> Case:  # noqa: A002 — the field's name
    return Case(id, does, {"/berita": listing(links), **{link: page(id) for link in links}, ONE: page(id)}, stored=(stored,), most=4)


DISCOVER = (
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
SCALE = (
    Case(
        "jeda-sejam",
        "wants an hour between two requests",
        {"/robots.txt": answer("User-agent: *\nCrawl-delay: 3600\n", kind="text/plain"), ONE: page("jeda")},
        unasked=(ONE,),
        most=2,
    ),
)
