"""Where an article's address leads."""

from __future__ import annotations

import itertools
from typing import Any

from tests.hostile.case import DOMAIN, ONE, TWO, Asked, Case, Wire, kept, one, refused
from tests.hostile.pages import answer, head, listing, page, redirect


def _moved(id: str, does: str, to: str, reason: str, **expected: Any) -> Case:  # noqa: A002 — the field's name
    return refused(id, does, redirect(to), reason, most=3, **expected)


async def _longer(asked: Asked, _wire: Wire) -> bytes:
    return redirect(asked.path + "a")


def _chain(hops: int) -> dict[str, bytes]:
    steps = [ONE, *(f"/langkah/{n}" for n in range(1, hops)), TWO]
    return {here: redirect(there) for here, there in itertools.pairwise(steps)} | {TWO: page(f"lima-{hops}")}


CASES = (
    *(
        one(
            f"pindah-{status.split()[0]}",
            f"answers {status} to another path",
            redirect(TWO, status),
            pages={TWO: page(status)},
            stored=(TWO,),
        )
        for status in ("301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent")
    ),
    Case("pindah-lima", "redirects five times, which is allowed", _chain(5), stored=(TWO,)),
    Case("pindah-enam", "redirects six times", _chain(6), reasons={ONE: "too_many_redirects"}, unasked=(TWO,)),
    _moved("putar-sendiri", "redirects to itself", ONE, "redirect_loop"),
    refused("putar-dua", "two pages redirect to each other", redirect(TWO), "redirect_loop", pages={TWO: redirect(ONE)}, most=4),
    refused("putar-hash", "redirects to itself with a fragment", redirect(ONE + "#isi"), "redirect_loop", most=3),
    refused("putar-panjang", "redirects to ever longer addresses", _longer, "too_many_redirects", pages={"/berita/*": _longer}, most=8),
    refused(
        "putar-kuki", "sends in circles whoever has no cookie", redirect(ONE, set_cookie="masuk=ya; Path=/"), "redirect_loop|cookie_wall"
    ),
    _moved("pindah-ke-mana", "a redirect without a place", "", "bad_redirect"),
    _moved("pindah-javascript", "redirects to a script", "javascript:alert(1)", "bad_redirect"),
    _moved("pindah-data", "redirects to data:", "data:text/html,<p>Berita</p>", "bad_redirect"),
    _moved("pindah-file", "redirects to a file of ours", "file:///etc/passwd", "bad_redirect"),
    _moved("pindah-ftp", "redirects to ftp", "ftp://127.0.0.1:@PORT/rahasia", "bad_redirect"),
    _moved("pindah-gopher", "redirects to gopher, to talk to a redis", "gopher://127.0.0.1:@PORT/_FLUSHALL", "bad_redirect"),
    _moved("pindah-sandi", "redirects with a password", f"http://admin:admin@pindah-sandi.{DOMAIN}{TWO}", "bad_redirect", unasked=(TWO,)),
    _moved("pindah-spasi", "a control character in the place", f"http://pindah-spasi.{DOMAIN}{TWO}\x01", "bad_redirect|bad_response"),
    refused("pindah-besar", "a place of 100 kB", redirect("/" + "a" * 100_000), "bad_redirect|bad_response", most=5),
    _moved("pindah-panjang", "a place of 7,000 characters", "/" + "a" * 7_000, "bad_redirect", unasked=("/" + "a" * 1_999,)),
    _moved("pindah-rumah", "an article taken down leads to the front page", "/", "redirect_to_home"),
    _moved("pindah-luar", "redirects to another site", f"http://tetangga.{DOMAIN}{TWO}", "redirect_off_site"),
    _moved("pindah-iklan", "redirects to a shop", "https://toko.example/obral", "redirect_off_site"),
    _moved("pindah-porta", "redirects to another port of its own", f"http://pindah-porta.{DOMAIN}:@PORT{TWO}", "redirect_off_site"),
    refused(
        "pindah-tls",
        "redirects to https, where nobody speaks it",
        redirect(f"https://pindah-tls.{DOMAIN}{TWO}"),
        "tls_failed",
        unasked=(TWO,),
    ),
    Case(
        "pindah-relatif",
        "redirects relative to the path",
        {ONE: redirect("../15/pemuda-bersihkan-sungai"), TWO: page("relatif")},
        stored=(TWO,),
    ),
    Case("pindah-skema", "redirects without a scheme", {ONE: redirect(f"//pindah-skema.{DOMAIN}{TWO}"), TWO: page("skema")}, stored=(TWO,)),
    Case(
        "pindah-huruf",
        "writes Location in its own way",
        {ONE: answer("", "301 X", LOCATION=f"  {TWO}  "), TWO: page("huruf")},
        stored=(TWO,),
    ),
    Case(
        "pindah-www",
        "redirects from the bare name to www",
        {ONE: redirect(f"http://www.pindah-www.{DOMAIN}{TWO}"), TWO: page("www-saja")},
        stored=(TWO,),
    ),
    Case(
        "pindah-larangan",
        "redirects to what its robots.txt forbids",
        {ONE: redirect("/rahasia/surat-dinas-2024"), "/robots.txt": answer("User-agent: *\nDisallow: /rahasia/", kind="text/plain")},
        reasons={ONE: "robots_disallowed"},
        unasked=("/rahasia/surat-dinas-2024",),
    ),
    Case(
        "pindah-indeks",
        "its index redirects to another site's",
        {"/berita": redirect(f"http://tetangga.{DOMAIN}/berita")},
        reasons={"/berita": "redirect_off_site"},
        unasked=(ONE,),
    ),
    kept("pindah-isi", "an article whose page has a Location header though it is no redirect", page("isi", location=TWO), unasked=(TWO,)),
    Case(
        "tetangga",
        "the other site: nobody asks it but for its own",
        {"/berita": listing(()), TWO: page("tetangga")},
        unasked=(TWO,),
        most=2,
    ),
    one(
        "pindah-berantai",
        "redirects relative to each step, with fragments",
        redirect("b/c?x=1#isi", "301 Moved"),
        pages={"/berita/2024/05/14/b/c?x=1": redirect("../../15/pemuda-bersihkan-sungai#atas"), TWO: page("berantai")},
        stored=(TWO,),
    ),
    one(
        "pindah-kata",
        "a place with blanks in it",
        redirect("/berita/2024/05/15/pemuda bersihkan\tsungai"),
        pages={"/berita/2024/05/15/pemuda%20bersihkansungai": page("kata")},
        stored=("/berita/2024/05/15/pemuda%20bersihkansungai",),
    ),
    one(
        "pindah-utf8",
        "a place in UTF-8",
        head("302 Found", content_length="0", location="/berita/kaf\xc3\xa9-baru-di-kota"),
        pages={"/berita/kaf%C3%A9-baru-di-kota": page("utf-delapan")},
        stored=("/berita/kaf%C3%A9-baru-di-kota",),
    ),
    _moved("pindah-miring", "backslashes lead into our network", "\\\\127.0.0.1:@PORT\\rahasia", "redirect_off_site"),
    _moved("pindah-miring-skema", "backslashes behind the scheme", "http:\\\\127.0.0.1:@PORT\\x", "redirect_off_site|bad_redirect"),
)
