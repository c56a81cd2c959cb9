"""Addresses: one article under several, and what is none."""

from __future__ import annotations

from tests.hostile.case import DOMAIN, ONE, TWO, Case
from tests.hostile.pages import answer, listing, page, story

_HREFS = (
    "javascript:location='/berita/2024/05/14/dari-skrip-saja'",
    "JaVaScRiPt:void(0)",
    "data:text/html,<p>berita</p>",
    "file:///etc/passwd",
    "mailto:redaksi@usil.example",
    "tel:+62210000000",
    "whatsapp://send?text=berita-hari-ini-di-kampung",
    "http://127.0.0.1:@PORT/berita/2024/05/14/dalam-sekali",
    "http://2130706433:@PORT/berita/2024/05/14/dalam-sekali",
    f"http://tautan.{DOMAIN}:@PORT/berita/2024/05/14/dalam-sekali",
    f"http://admin:admin@tautan.{DOMAIN}{TWO}",
    f"http://tautan.{DOMAIN}@tetangga.{DOMAIN}{TWO}",
    f"http://tetangga.{DOMAIN}{TWO}",
    "http://[::1",
    "http://%00" + TWO,
    "\x01/berita",
    "/berita/2024/05/14/" + "a-" * 3_000,
)


def _twins(id: str, does: str, *links: str, stored: str = ONE, most: int = 3, **pages: bytes) -> Case:  # noqa: A002 — the field's name
    """All of these links are one article."""
    every = {link: page(id) for link in links} | {ONE: page(id)}
    return Case(id, does, {"/berita": listing(links), **every, **pages}, stored=(stored,), most=most)


def _canonical(id: str, does: str, href: str, stored: tuple[str, ...]) -> Case:  # noqa: A002 — the field's name
    raw = answer(story(id, head=f'<link rel="canonical" href="{href}">'))
    return Case(id, does, {"/berita": listing((ONE, TWO)), ONE: raw, TWO: raw}, stored=stored, unasked=("/x",))


_PERCENT = "/berita/2024/05/14/diskon-50%25-untuk-warga"

CASES = (
    _twins("kembar-utm", "tracking parameters", ONE, ONE + "?utm_source=wa&amp;utm_medium=x", ONE + "?fbclid=abc", ONE + "?gclid=1"),
    _twins("kembar-pagar", "fragments", ONE, ONE + "#komentar", ONE + "#respond"),
    _twins("kembar-titik", "dot segments and doubled slashes", ONE, "/berita/../berita/2024/05/./14//warga-tanam-bakau"),
    _twins("kembar-persen", "percent-encoding of what needs none", ONE, "/berita/2024/05/14/%77arga-tanam-bakau"),
    _twins("kembar-porta", "the default port", ONE, f"http://kembar-porta.{DOMAIN}:80{ONE}"),
    _twins(
        "kembar-huruf",
        "the host in capitals, with a final dot",
        ONE,
        f"HTTP://KEMBAR-HURUF.{DOMAIN.upper()}{ONE}",
        f"http://kembar-huruf.{DOMAIN}.{ONE}",
    ),
    Case(
        "kembar-urut",
        "parameters in another order",
        {"/berita": listing(("/baca?id=77&amp;kanal=desa", "/baca?kanal=desa&amp;id=77")), "/baca?id=77&kanal=desa": page("urut")},
        stored=("/baca?id=77&kanal=desa",),
        most=3,
    ),
    _canonical("kanon-satu", "two pages that name one of them as canonical", ONE, (ONE,)),
    _canonical("kanon-luar", "a canonical link to another site", f"http://tetangga.{DOMAIN}{TWO}", (ONE, TWO)),
    _canonical("kanon-dalam", "a canonical link into our network", "http://127.0.0.1:@PORT/x", (ONE, TWO)),
    _canonical("kanon-skrip", "a canonical link that is a script", "javascript:alert(1)", (ONE, TWO)),
    Case(
        "tautan",
        "links that are none, or lead elsewhere",
        {"/berita": listing((*_HREFS, ONE)), ONE: page("tautan")},
        stored=(ONE,),
        unasked=(TWO,),
        most=3,
    ),
    Case(
        "dasar-luar",
        "a base on another site",
        {
            "/berita": answer(f'<base href="http://tetangga.{DOMAIN}/"><h2><a href="{ONE}">Warga tanam bakau</a></h2>'),
            ONE: page("dasar-luar"),
        },
        stored=(ONE,),
    ),
    Case(
        "dasar-skrip",
        "a base that is a script",
        {"/berita": answer(f'<base href="javascript:x"><h2><a href="{ONE}">Warga tanam bakau</a></h2>'), ONE: page("dasar-skrip")},
        stored=(ONE,),
    ),
    Case(
        "dasar-sini",
        "a base of its own",
        {"/berita": answer('<base href="/berita/2024/"><h2><a href="05/14/warga-tanam-bakau">Warga</a></h2>'), ONE: page("dasar-sini")},
        stored=(ONE,),
    ),
    Case(
        "aneh-huruf",
        "an address in letters beyond ASCII",
        {"/berita": listing(("/berita/2024/05/14/kabar-dari-café",)), "/berita/2024/05/14/kabar-dari-caf%C3%A9": page("café")},
        stored=("/berita/2024/05/14/kabar-dari-caf%C3%A9",),
    ),
    _twins("kembar-sesi", "session ids", ONE, ONE + "?PHPSESSID=a1b2c3d4e5f6a7b8", ONE + "?sid=0123456789abcdef0123456789abcdef"),
    _twins("kembar-halaman", "pages of one article", ONE, ONE + "?page=2", ONE + "?halaman=3", most=4),
    _twins("kembar-amp", "AMP", ONE, ONE + "/amp", ONE + "?amp=1", most=4),
    Case(
        "kembar-https",
        "http and https of one article",
        {"/berita": listing((ONE, f"https://kembar-https.{DOMAIN}{ONE}")), ONE: page("kembar-https")},
        stored=(ONE,),
    ),
    _canonical("kanon-bagian", "a canonical link to the section it lies in", "/berita", (ONE, TWO)),
    _canonical("kanon-rumah", "a canonical link to the front page", "/", (ONE, TWO)),
    Case(
        "aneh-spasi",
        "an address with blanks, over two lines",
        {"/berita": listing(("\n  /berita/warga tanam bakau-\n\tlagi \r\n",)), "/berita/warga%20tanam%20bakau-lagi": page("spasi")},
        stored=("/berita/warga%20tanam%20bakau-lagi",),
    ),
    Case("aneh-miring", "an address in backslashes", {"/berita": listing((ONE.replace("/", "\\"),)), ONE: page("miring")}, stored=(ONE,)),
    Case(
        "aneh-persen",
        "a percent sign that is none",
        {"/berita": listing((_PERCENT.replace("%25", "%"), _PERCENT)), _PERCENT: page("persen")},
        stored=(_PERCENT,),
    ),
)
