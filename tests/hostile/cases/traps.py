"""Sites without an end."""

from __future__ import annotations

from tests.hostile.case import ONE, Asked, Case, Wire
from tests.hostile.pages import answer, listing, page, redirect, story


def _menu(*links: str) -> str:
    return "<nav>" + "".join(f'<a href="{link}">Lihat semua berita di sini</a>' for link in links) + "</nav>"


_FACETS = tuple(f"/berita?urut={a}&kanal={b}&halaman={c}" for a in "abc" for b in "defgh" for c in range(20))
_CALENDAR = tuple(f"/kalender/{year}/{month:02}/" for year in range(1900, 2100) for month in range(1, 13))
_TAGS = tuple(f"/tag/berita-kampung-nomor-{n}/" for n in range(400))
_AUTHORS = tuple(f"/penulis/wartawan-kampung-nomor-{n}" for n in range(200))


async def _next_day(asked: Asked, _wire: Wire) -> bytes:
    """An article that links to the next day's, for ever."""
    return answer(story("hari-" + asked.path.rpartition("-")[2], more=f'<h2><a href="{asked.path}1">Hari berikutnya di kampung</a></h2>'))


async def _new_each_time(asked: Asked, _wire: Wire) -> bytes:
    """Says something else whenever it is asked."""
    return answer(story("acak", more=f"<p>Dibaca {asked.time} kali, {asked.round}.</p>"))


def _trap(id: str, does: str, links: tuple[str, ...]) -> Case:  # noqa: A002 — the field's name
    return Case(id, does, {"/berita": listing((ONE,), _menu(*links)), ONE: page(id)}, stored=(ONE,), most=3)


def _numbered(key: str, number: int) -> bytes:
    """An article's page, and the way to the next."""
    return answer(story(key, more=f'<div class="pagination"><a href="{ONE}?page={number + 1}">{number + 1}</a></div>'))


def _two(key: str) -> bytes:
    return _numbered(f"bagian-{key}", 1)


async def _part(asked: Asked, _wire: Wire) -> bytes:
    number = int("0" + asked.path.partition("=")[2])
    return _numbered(f"bagian-{number or 1}", number or 1)


_INSIDE = redirect("http://127.0.0.1:@PORT/rahasia")

CASES = (
    _trap("jerat-kalender", "a calendar of two centuries", _CALENDAR),
    _trap("jerat-saring", "an index in 300 orders", _FACETS),
    _trap("jerat-tag", "400 tags whose names are headlines", _TAGS),
    _trap("jerat-penulis", "200 authors", _AUTHORS),
    _trap("jerat-cetak", "pages to print, share and answer", (ONE + "?print=1", ONE + "?replytocom=5", ONE + "?share=wa", "/cari?q=bakau")),
    Case(
        "jerat-besok",
        "articles that link to ever more",
        {"/berita": listing(("/berita/2024/05/14/kabar-hari-1",)), "/berita/*": _next_day},
        stored=("/berita/2024/05/14/kabar-hari-1",),
        most=3,
    ),
    Case("jerat-acak", "a page that is never the same", {ONE: _new_each_time}, stored=(ONE,), again=(ONE,)),
    Case(
        "jerat-banyak",
        "an index of 20,000 articles, none of them there",
        {"/berita": listing(f"/berita/2024/05/14/warga-hilang-{n}" for n in range(20_000))},
        most=520,
    ),
    Case("jerat-bagian", "an article of pages without end", {ONE: _part, ONE + "?*": _part}, stored=(ONE,), most=25),
    Case(
        "jerat-bagian-dalam", "whose second page lies in our network", {ONE: _two("dalam"), ONE + "?page=2": _INSIDE}, stored=(ONE,), most=5
    ),
    Case(
        "jerat-bagian-sama",
        "whose second page is the first again",
        {ONE: _two("sama"), ONE + "?page=2": redirect(ONE)},
        stored=(ONE,),
        most=6,
    ),
)
