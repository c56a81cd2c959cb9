"""Pages of a loopback site, and beside each the end it must come to, written by hand."""

from __future__ import annotations

from dataclasses import dataclass

from cli.page_end import End
from tests.integration.loopback_site import article, listing, many_articles
from tests.unit.crawler.loopback import Answer, answer, redirect

HOST, SLOW, BROKEN = "warta.example", "lambat.example", "galat.example"
"""`SLOW` answers no article in the second round, `BROKEN` has no robots.txt to be had."""
FOLDER = "/berita/2026/11"
DAY = "2026-11-14T10:00:00+07:00"
_MEETINGS = list(many_articles(6).values())


@dataclass(frozen=True)
class Ended:
    """What a person pastes, and where that page ended. `path` is what the site serves it under; `linked`: does its listing link to it."""

    pasted: str
    end: End
    reason: str | None = None
    path: str | None = None
    answer: Answer = b""
    linked: bool = True


def at(slug: str, given: Answer, end: End, reason: str | None = None, pasted: str = "http://{host}{path}") -> Ended:
    """A linked page of the site."""
    path = f"{FOLDER}/{slug}"
    return Ended(pasted.format(host=HOST, path=path), end, reason, path, given)


_SHARED, _AMP = "https://www.{host}{path}?utm_source=wa&fbclid=IwAR0#isi", "{host}{path}/amp"


def _page(title: str, body: str, head: str = "") -> bytes:
    return answer(f"<!doctype html><html lang='id'><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode())


def _with(page: bytes, head: str = "", foot: str = "") -> bytes:
    return answer(page.replace(b"</head>", f"{head}</head>".encode()).replace(b"</article>", f"{foot}</article>".encode()))


def _opinion(subject: str) -> bytes:
    return answer(article(f"Mengapa {subject} Penting Bagi Kita", [_THOUGHT.format(subject) for _ in range(3)], published=DAY))


_THOUGHT = (
    "Banyak orang mengira bahwa {} adalah perkara kecil. Padahal, kebiasaan kecil menentukan watak sebuah masyarakat, dan watak "
    "itulah yang kelak menentukan nasibnya. Karena itu kita perlu merawatnya dengan sabar, setiap hari, di mana pun kita berada."
)
_FIRST = f"{FOLDER}/rapat-koordinasi-pertama-di-kota"
_TITLE = "Kabar Hari Ini dari Kota dan Kabupaten"
_SECRET = "/rahasia/2026/11/rapat-tertutup-di-kota"
_PARTS = f"{FOLDER}/rapat-koordinasi-dua-halaman-di-kota"
_ODD = {"PDF": b"%PDF-1.7 isi dokumen", "PNG": b"\x89PNG\r\n\x1a\n" + bytes(range(256))}
_LONG = _page("Naskah", f"<article><p>{'lorem ipsum ' * 100_000}</p></article>")
NEW = at("rapat-yang-baru-diumumkan-di-kota", answer(_MEETINGS[5]), End.fetched_not_yet_read)
"""Linked only in the second round, when the extractor is stopped."""
REMOVED = at("rapat-yang-dihapus-di-kota", answer(_MEETINGS[4]), End.gone, "http_410")
"""Gone in the second round. The shortest, so asked for first: right after a failure nobody would believe it."""
PUT_BACK = at("galeri-foto-yang-dikembalikan-orang", _page("Galeri", "<p>Foto kedua.</p>"), End.fetched_not_yet_read, "no_article")
"""Its dead letter is put back when the extractor is stopped."""
UNSAVED = Ended(f"http://{HOST}{FOLDER}/rapat-yang-tidak-bisa-disimpan", End.dead_in_store, "unstorable_document")
"""Its article comes from outside, and no document store can hold it."""

PAGES = (
    # What arrives.
    at("rapat-koordinasi-pertama-di-kota", answer(_MEETINGS[0]), End.in_event, pasted=_SHARED),
    at("rapat-koordinasi-kedua-di-kota", answer(_MEETINGS[1]), End.in_event, pasted="m.{host}{path}"),
    at(
        "rapat-koordinasi-pertama-salinan-di-kota",
        _with(_MEETINGS[0], head=f'<link rel="canonical" href="http://{HOST}{_FIRST}">'),
        End.in_event,
    ),
    at("rapat-koordinasi-dua-halaman-di-kota", _with(_MEETINGS[2], foot=f'<a href="{_PARTS}/2">2</a>'), End.in_event),
    Ended(f"http://{HOST}{_PARTS}/2", End.part_of_article, None, f"{_PARTS}/2", answer(_MEETINGS[3]), linked=False),
    at("mengapa-kejujuran-itu-penting", _opinion("Kejujuran"), End.stored_without_event),
    at("mengapa-kesabaran-itu-penting", _opinion("Kesabaran"), End.stored_without_event),
    REMOVED,
    # What extractor and store refuse.
    at("galeri-foto-tanpa-keterangan-apa-pun", _page("Galeri", "<p>Foto pertama.</p>"), End.refused_by_extractor, "no_article", _AMP),
    at("naskah-panjang-sekali-tanpa-akhir", _LONG, End.failed_in_extractor, "message_too_big", _SHARED),
    UNSAVED,
    # What is on its way.
    NEW,
    PUT_BACK,
    Ended(f"http://{SLOW}{FOLDER}/rapat-di-situs-lambat", End.waiting, None),
    Ended(f"http://{SLOW}{FOLDER}/rapat-berikutnya-di-situs-lambat", End.waiting, None),
    # What fails.
    at("rapat-yang-servernya-sedang-sibuk", answer(b"sibuk", status=503), End.failing, "http_5xx", _AMP),
    at("rapat-di-balik-pemeriksaan-peramban", _page("Just a moment...", "<p>Sebentar</p>"), End.failing, "challenge_page"),
    Ended(f"http://{BROKEN}/berita", End.failing, "robots_unavailable"),
    # What the crawler refuses.
    at("rapat-yang-tidak-pernah-ada-di-sini", answer(b"tidak ada", status=404), End.not_there, "http_404", _SHARED),
    at("rapat-yang-halamannya-sudah-hilang", _page("Halaman tidak ditemukan", "<p>Maaf.</p>"), End.not_there, "soft_404"),
    at("rapat-yang-berakhir-di-beranda-situs", redirect("/"), End.not_there, "redirect_to_home"),
    at("rapat-yang-hanya-untuk-orang-dalam", answer(b"dilarang", status=403), End.not_let_in, "http_403"),
    at("rapat-yang-hanya-untuk-pelanggan", _page("Login", "<p>Silakan</p>"), End.not_let_in, "login_page"),
    at("rapat-yang-pindah-ke-situs-lain", redirect("http://lain.example/rapat"), End.leads_nowhere, "redirect_off_site"),
    at("rapat-yang-berputar-putar-terus", redirect(f"{FOLDER}/putar"), End.leads_nowhere, "redirect_loop"),
    at("undangan-rapat-dalam-bentuk-dokumen", answer(_ODD["PDF"], kind="application/pdf"), End.refused_by_crawler, "bad_content_type"),
    at("undangan-rapat-dalam-bentuk-gambar", answer(_ODD["PNG"]), End.refused_by_crawler, "binary_page"),
    at("undangan-rapat-yang-terlalu-besar", _page("Besar", "<p>besar</p>" * 200_000), End.refused_by_crawler, "page_too_big"),
    at("undangan-rapat-di-domain-terjual", _page("This domain is for sale", "<p>Beli</p>"), End.refused_by_crawler, "parked_page"),
    Ended(f"http://{HOST}{_SECRET}", End.disallowed_by_robots, "robots_disallowed", _SECRET),
    # What is no article, or never heard of.
    Ended(f"{HOST}/berita", End.source, None),
    Ended(f"http://{HOST}/2026/11/", End.dropped_link, "calendar_trap", "/2026/11/"),
    Ended(f"http://{HOST}/tag/rapat", End.dropped_link, "furniture", "/tag/rapat"),
    Ended(f"http://{HOST}{FOLDER}/rapat-yang-tidak-disebut-siapa-pun", End.unheard_of, None),
    Ended("https://lain.example/berita/rapat-koordinasi-di-kota", End.not_registered, None),
    Ended("javascript:alert(1)", End.bad_address, "bad_url"),
    Ended("http://169.254.169.254/latest/meta-data/", End.bad_address, "private_address"),
)
ROBOTS = answer(b"User-agent: *\nDisallow: /rahasia/\n", kind="text/plain")
_BESIDE: dict[str, Answer] = {
    "/": answer(listing({})),
    "/robots.txt": ROBOTS,
    f"{FOLDER}/putar": redirect(f"{FOLDER}/rapat-yang-berputar-putar-terus"),
}


def served(*, second: bool) -> dict[str, Answer]:
    """What the site serves in the first or second round, by path."""
    pages = [page for page in PAGES if page.path is not None and (second or page is not NEW)]
    links = {page.path: _TITLE for page in pages if page.path and page.linked}
    answers = _BESIDE | {page.path: page.answer for page in pages if page.path} | {"/berita": answer(listing(links))}
    return answers | ({REMOVED.path or "": answer(b"dihapus", status=410)} if second else {})


def slow(*, second: bool, late: Answer) -> dict[str, Answer]:
    """What the slow one serves: nothing at first, then two articles, `late`."""
    paths = [page.pasted.removeprefix(f"http://{SLOW}") for page in PAGES if SLOW in page.pasted and second]
    return {"/berita": answer(listing(dict.fromkeys(paths, _TITLE))), **dict.fromkeys(paths, late)}
