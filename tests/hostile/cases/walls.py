"""Pages that are no articles though they say 200: they send on, were not found, or want something first."""

from __future__ import annotations

from tests.hostile.case import DOMAIN, ONE, TWO, Asked, Wire, kept, one, refused
from tests.hostile.pages import answer, page, story


def _refresh(to: str, wait: int = 0) -> bytes:
    return answer(f'<html><head><meta http-equiv="refresh" content="{wait}; url={to}"></head><body>Tunggu sebentar</body></html>')


_SORRY = (
    "<html><head><title>404 - Halaman Tidak Ditemukan</title></head>"
    "<body><h1>Maaf, halaman yang Anda cari tidak ditemukan</h1></body></html>"
)
_CHALLENGE = (
    '<html><head><title>Just a moment...</title></head><body><div id="cf-wrapper">Checking your browser before accessing</div>'
    '<script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script></body></html>'
)

_LOST = (
    "<html><head><title>Page not found - Situs Usil</title></head><body><nav><a href='/'>Home</a><a href='/politik'>Politik</a></nav>"
    "<h1>Page not found</h1><p>Oops! That page can’t be found.</p></body></html>"
)
_CONSENT = "<html><head><title>Before you continue</title></head><body><p>Please enable cookies</p><button>OK</button></body></html>"
_SCRIPT = "<html><body><script>document.cookie='a=1';location.reload()</script></body></html>"
_LOGIN = (
    "<html><head><title>Login</title></head><body><form action='/login'><input name='u'><input type='password' name='p'>"
    "<button>Masuk</button></form></body></html>"
)
_ABOUT = "<p>Selama dua hari pengunjung situs desa hanya melihat pesan 404, halaman tidak ditemukan, kata seorang perangkat desa.</p>"
_BEACON = "<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>"


async def _on_and_on(asked: Asked, _wire: Wire) -> bytes:
    return _refresh(asked.path + "a")


def _reloading(seconds: int) -> bytes:
    return answer(story(f"ulang-{seconds}", head=f'<meta http-equiv="refresh" content="{seconds}">'))


def _titled(key: str, title: str) -> bytes:
    """No mark of an article but its sentences."""
    told = "".join(
        f"<p>Warga {key} nomor {n} bercerita panjang tentang hari itu kepada para pemuda yang datang ke balai.</p>" for n in range(9)
    )
    return answer(f"<!doctype html><title>{title}</title><article><h1>{title}</h1>{told}</article>")


CASES = (
    refused("segar-diri", "a page that only loads itself again", _refresh(ONE), "refresh_loop", most=4),
    refused(
        "segar-dua", "two pages that only load each other", _refresh(TWO), "refresh_loop|redirect_loop", pages={TWO: _refresh(ONE)}, most=5
    ),
    one("segar-satu", "a page that only sends on", _refresh(TWO), pages={TWO: page("segar-satu")}, stored=(TWO,), most=4),
    refused(
        "segar-luar", "a page that only sends to another site", _refresh(f"http://tetangga.{DOMAIN}{TWO}"), "redirect_off_site", most=3
    ),
    refused("segar-dalam", "a page that only sends into our network", _refresh("http://127.0.0.1:@PORT/"), "redirect_off_site", most=3),
    refused("segar-skrip", "a page that only sends to a script", _refresh("javascript:alert(1)"), "bad_redirect", most=3),
    refused("lunak-404", "answers 200, and says it was not found", answer(_SORRY), "soft_404", most=3),
    refused("tantangan", "answers 200, and wants to see a browser", answer(_CHALLENGE), "challenge_page", most=5),
    refused("segar-kepala", "the same in a header", answer("<p>Tunggu</p>", refresh=f"0; url={ONE}"), "refresh_loop", most=4),
    refused(
        "segar-panjang", "a page that sends to ever new ones", _on_and_on, "too_many_redirects", pages={"/berita/*": _on_and_on}, most=8
    ),
    kept("segar-nanti", "an article that loads itself again every five minutes", _reloading(300)),
    kept("segar-nol", "an article with prose that loads itself at once", _reloading(0)),
    refused("lunak-404-inggris", "the same in English, with a menu", answer(_LOST), "soft_404", most=3),
    refused("tembok-setuju", "wants consent before it shows anything", answer(_CONSENT), "cookie_wall", most=3),
    refused("tembok-skrip", "a script that sets a cookie and comes again", answer(_SCRIPT), "challenge_page", most=5),
    refused("tembok-masuk", "wants to know who reads", answer(_LOGIN), "login_page", most=3),
    kept("bukan-404", "an article about pages that are not found", answer(story("situs-rusak", more=_ABOUT))),
    kept("bukan-tantangan", "an article with Cloudflare's script beneath", answer(story("awan", more=_BEACON))),
    *(
        kept(f"bukan-{n}", f"a long article whose title is {title!r}", _titled(f"judul {n}", title))
        for n, title in enumerate(("Jalan Tol KM 404", "404", "Error", "Masuk", "Not Found - Film Baru Sutradara Muda"))
    ),
    kept("bukan-km", "a short article with 404 in its title", answer(story("tol-km-404-dan-405"))),
)
