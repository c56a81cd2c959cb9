"""Ways into our own network. robots.txt may redirect to other hosts, so it is where a server has most to say about addresses."""

from __future__ import annotations

from tests.hostile.case import DOMAIN, ONE, Case
from tests.hostile.pages import redirect

_INSIDE = {
    "desimal": "2130706433",
    "heksa": "0x7f000001",
    "ipv6": "[::1]",
    "ipv6-kompat": "[::127.0.0.1]",
    "ipv6-peta": "[::ffff:127.0.0.1]",
    "ipv6-peta-heksa": "[::ffff:7f00:1]",
    "ipv6-terjemah": "[64:ff9b::7f00:1]",
    "ipv6-ula": "[fd00::1]",
    "lokal": "localhost",
    "lokal-titik": "localhost.",
    "nama": f"dalam.{DOMAIN}",
    "nol": "0.0.0.0",
    "nol-saja": "0",
    "oktal": "0177.0.0.1",
    "pendek": "127.1",
    "putaran": "127.0.0.1",
    "putaran-lain": "127.8.8.8",
}
_OTHERS = {
    "awan": "http://169.254.169.254/latest/meta-data/",
    "cgnat": "http://100.64.0.1/",
    "kantor": "http://10.0.0.1/",
    "multicast": "http://224.0.0.1/",
    "porta": "http://8.8.8.8:25/",
    "rumah": "http://192.168.0.1/",
}
_AWAY = "robots_unavailable"


def _robots(name: str, place: str) -> Case:
    """Nothing may be fetched while robots.txt cannot be had; that the internal port saw nobody is asked of all together."""
    does = f"its robots.txt redirects to {place}"
    return Case(f"alamat-{name}", does, {"/robots.txt": redirect(place)}, reasons={"/berita": _AWAY}, unasked=("/berita", ONE), most=3)


CASES = (
    *(_robots(name, f"http://{host}:@PORT/robots.txt") for name, host in _INSIDE.items()),
    *(_robots(name, place) for name, place in _OTHERS.items()),
    *(
        Case(
            f"artikel-{name}",
            f"an article redirects to {host}",
            {ONE: redirect(f"http://{host}:@PORT/berita")},
            reasons={ONE: "redirect_off_site|bad_redirect|private_address"},
            most=3,
        )
        for name, host in _INSIDE.items()
        if name in ("desimal", "ipv6", "ipv6-peta", "nama", "putaran")
    ),
)
