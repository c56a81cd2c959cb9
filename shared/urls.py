"""URLs: the canonical form, what may be asked for at all, and the ids made from them. Pure."""

from __future__ import annotations

import hashlib
import re
from ipaddress import IPv6Address
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit, urlunsplit

from courlan import normalize_url

from shared.outcomes import Reject

MAX_URL = 2_000
_DEFAULT_PORT = {"http": 80, "https": 443}
_CONTROL = {chr(c) for c in range(0x21)} | {"\x7f"}
_PATH_SAFE = "/%:@!$&'()*+,;=~-._"
_PLAIN_PATH = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?\Z")
# Names under which servers carry a session in the address; "sid" is a number of the article's as often, so its value must look like one.
_SESSIONS = frozenset({"aspsessionid", "cfid", "cftoken", "jsessionid", "oscsid", "phpsessid", "sessid", "sessionid", "zenid"})
_SHORT_SESSIONS = frozenset({"s_id", "sid"})
# What says by which way a reader came, beyond what courlan knows; "share" is an address of the article in some places, of a button in most.
_TRACKERS = frozenset(
    {
        *("__twitter_impression", "_hsenc", "_hsmi", "amp_gsa", "amp_js_v", "dicbo", "epik", "fb_action_ids", "fb_action_types"),
        *("guccounter", "iclid", "igsh", "li_fat_id", "lipi", "mibextid", "s_kwcid", "sfnsn", "spm", "srsltid", "tblci", "ttclid"),
        *("usqp", "wprov", "wt_mc", "zanpid"),
    }
)
_SHARED_BY = frozenset({"email", "facebook", "line", "pinterest", "telegram", "threads", "twitter", "whatsapp", "x"})
_TOKEN = re.compile(r"[0-9a-z]{16,}\Z", re.I)
_PATH_SESSION = re.compile(r"(?:;|%3B)(?:jsessionid|phpsessid|sid|sessionid)=[^/;]*", re.I)
_TWIN_HOST = re.compile(r"(?:(?:amp|m|mobile)\.)+(?=[^.]+\.)")
_TWIN_QUERY = re.compile(r"(?:amp|m|outputtype|page|hal|halaman|showpage)(?:=(?:\d{1,3}|all|amp|true)?)?", re.I)
_TWIN_PATH = re.compile(r"(?<=[^/])(?:/amp(?:\.html)?|/page/\d{1,3})+/?$", re.I)
_BLANKS, _ODD, _QUERY = " \t\r\n\f", re.compile(r"[\\ \t\r\n]"), re.compile(r"([^?#]*)([?#]?)(.*)", re.S)
_AS_BROWSERS = str.maketrans({"\t": None, "\n": None, "\r": None, " ": "%20"})
_SESSION_FOLDER = re.compile(r"/(?:\(|%28)[a-z](?:\(|%28)[0-9a-z]{16,}(?:\)|%29){2}(?=/)", re.I)
_PERCENT = re.compile(r"%(?![0-9a-f]{2})", re.I)  # "diskon-50%-untuk-warga"
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\Z")


def canonical_url(url: str) -> str:
    """The one form of a URL: lower-case ASCII host, no default port, fragment, user, session or tracking parameters.

    Idempotent. Raises `Reject("bad_url")` for what is no web address or could deceive (control characters,
    credentials, another scheme, over 2,000 characters).
    """
    url = url.strip()
    if not url or len(url) > MAX_URL or any(c in _CONTROL for c in url):
        raise Reject("bad_url", repr(url[:200]))
    try:
        url.encode()  # half a surrogate pair is no text
        parts = urlsplit(url)
        host, port = _host(parts), parts.port
    except ValueError as error:
        raise Reject("bad_url", f"{url[:200]!r}: {error}") from None
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORT or not host or parts.username is not None:
        raise Reject("bad_url", repr(url[:200]))
    netloc = host if port in (None, _DEFAULT_PORT[scheme]) else f"{host}:{port}"
    path, query = _path(parts.path), _lasting(parts.query)
    path = _path(_PATH_SESSION.sub("", path)) if _PATH_SESSION.search(path) else path
    if not query and _PLAIN_PATH.match(path):
        return urlunsplit((scheme, netloc, path, "", ""))
    # courlan sorts the query and drops tracking parameters; it also turns punycode into Unicode, which we do not want.
    clean = urlsplit(str(normalize_url(urlunsplit((scheme, netloc, path, query, "")), strict=False)))
    return urlunsplit((scheme, netloc, clean.path, clean.query, ""))


def resolved(base: str, href: str) -> str:
    """The canonical URL of what a page at `base`, or its Location, writes, read as browsers read it: blanks around it, tabs and line ends
    within go, other blanks are encoded, backslashes before the query are slashes. Raises `Reject("bad_url")`."""
    address = href.strip(_BLANKS)
    if _ODD.search(address):
        path, mark, query = _QUERY.match(address).groups("")  # type: ignore[union-attr]  # it matches anything
        address = path.replace("\\", "/").translate(_AS_BROWSERS) + mark + query.translate(_AS_BROWSERS)
    try:
        return canonical_url(address if address.startswith(("http://", "https://")) else urljoin(base, address))
    except ValueError as error:
        raise Reject("bad_url", f"{href[:200]!r}: {error}") from None


def one_article(url: str) -> str:
    """The address all pages and twins of an article share: without "m." or "amp.", "/amp", "?amp=1", "?m=1", "?page=2", "/page/2", nor
    the session ASP.NET puts before the path, "/(S(lit3py55t21z5v55vlm25s55))".

    An identity, not an address to ask for: the twins of some hosts lie elsewhere.
    """
    parts = urlsplit(url)
    query = "&".join(part for part in parts.query.split("&") if part and not _TWIN_QUERY.fullmatch(part))
    path = _TWIN_PATH.sub("", _SESSION_FOLDER.sub("", parts.path))
    changed = parts._replace(netloc=one_host(parts.netloc), path=path or parts.path, query=query)
    return changed.geturl() if changed != parts else url


def one_host(host: str) -> str:
    """The host without "m.", "amp." or "mobile." where a name of its own is left."""
    found = _TWIN_HOST.match(host)
    return host[found.end() :] if found else host


def host_of(url: str) -> str:
    """`host` or `host:port` of a canonical URL: the unit of politeness and of partitioning."""
    return urlsplit(url).netloc


def article_id(canonical: str) -> str:
    """`art_` and 20 hex digits, from the canonical URL alone; http and https are one article."""
    return "art_" + _digest(canonical.split("://", 1)[-1])


def page_id(url: str, raw_digest: str, fetched_at: str) -> str:
    """`pag_…`: one fetch of one URL."""
    return "pag_" + _digest("\n".join((url, raw_digest, fetched_at)))


def ask_id(url: str, asked_at: str) -> str:
    """`ask_…`: one asking for a URL, whatever comes of it."""
    return "ask_" + _digest(f"{url}\n{asked_at}\nask")


def gone_id(url: str, seen_at: str) -> str:
    """`gon_…` from the URL and the time it was seen to be gone."""
    return "gon_" + _digest(f"{url}\n{seen_at}")


def event_id(seed: str) -> str:
    """`evt_…` from the id of the article that founded the event."""
    return "evt_" + _digest(seed)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").removesuffix(".")
    if "[" in parts.netloc:
        return f"[{IPv6Address('' if '%' in host else host)}]"  # a zone is of one machine only
    ascii_host = (host if host.isascii() else host.encode("idna").decode("ascii")).lower()
    if len(ascii_host) > 253 or not all(_LABEL.match(label) for label in ascii_host.split(".")):
        raise ValueError("not a host name")
    return ascii_host


def _path(path: str) -> str:
    """Percent-encoding made regular; dot segments resolved, encoded ones too; doubled slashes kept single."""
    if path and _PLAIN_PATH.match(path):
        return path
    out: list[str] = []
    path = _PERCENT.sub("%25", path)
    segments = [unquote(segment) if _decodable(segment) else segment for segment in path.split("/")]
    for segment in segments:
        if segment == "..":
            del out[-1:]
        elif segment not in ("", "."):
            out.append(quote(segment, safe=_PATH_SAFE))
    slash = "/" if segments[-1] in ("", ".", "..") and out else ""
    return "/" + "/".join(out) + slash


def _lasting(query: str) -> str:
    return "&".join(part for part in query.split("&") if part and not _is_passing(*part.partition("=")[::2]))


def _is_passing(key: str, value: str) -> bool:
    name = key.lower()
    return name in _TRACKERS or (name == "share" and value.lower() in _SHARED_BY) or _is_session(name, value)


def _is_session(name: str, value: str) -> bool:
    named = name in _SESSIONS or name.startswith("aspsessionid")
    return named or (name in _SHORT_SESSIONS and _TOKEN.match(value) is not None)


def _decodable(segment: str) -> bool:
    """Only segments whose decoding loses nothing: `%2F` and `%25` must stay as they are."""
    try:
        plain = unquote(segment, errors="strict")
    except UnicodeDecodeError:
        return False
    return not any(c in plain for c in "/%?#") and not any(c in _CONTROL for c in plain)
