"""Bytes → text: the charset found, mojibake repaired, and nothing in it that is no text. Pure, never raises.

`plain` alone makes any text safe to read and is idempotent: `plain(plain(x)) == plain(x)`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# Only codecs of text that sites really use: Python's registry also has rot13, idna, utf-7 and other surprises.
_CHARSETS = {
    "ascii": "cp1252", "us-ascii": "cp1252", "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252",
    "windows-1252": "cp1252", "cp1252": "cp1252", "iso-8859-15": "iso8859-15", "windows-1250": "cp1250", "windows-1251": "cp1251",
    "utf-8": "utf-8", "utf8": "utf-8", "utf-16": "utf-16-le", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be",
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5", "shift_jis": "shift_jis", "euc-jp": "euc-jp",
    "euc-kr": "euc-kr",
}  # fmt: skip
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.I)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.I)
_META_WITHIN = 4096

# UTF-8 read as cp1252: a lead byte's character and then those of one to three continuation bytes.
_TRAIL = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_MOJIBAKE = re.compile(f"(?:[Â-ß][{_TRAIL}]|[à-ï][{_TRAIL}]{{2}}|[ð-ô][{_TRAIL}]{{3}})+")

# "Jum#39;at", "&amp;#39;": an entity escaped twice. What it becomes is never a character of an entity, so once is enough.
_ESCAPE = re.compile(r"(?:&(?:amp;)*)?#(39|34|160|82(?:11|12|16|17|20|21|30));|&(?:amp;)*(amp|quot|nbsp|hellip|[rl][sd]quo|[nm]dash);")
_UNESCAPED = {
    "34": '"', "39": "'", "160": " ", "8211": "–", "8212": "—", "8216": "‘", "8217": "’", "8220": "“", "8221": "”", "8230": "…",
    "amp": "&", "hellip": "…", "quot": '"', "nbsp": " ", "rsquo": "’", "lsquo": "‘", "rdquo": "”", "ldquo": "“", "ndash": "–", "mdash": "—",
}  # fmt: skip

# C0 and C1 but tab and newline, soft hyphen, zero-width, bidi controls, BOM, surrogates, tags, replacement character.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffd\U000e0000-\U000e007f]"
)
# Full-width, mathematical, letter-like, circled and squared letters, and ligatures: what makes a headline look special.
_FANCY = re.compile(
    "[\u2102\u210a-\u2113\u2115\u2119-\u211d\u2124\u2128\u212c\u212d\u212f-\u2139\u24b6-\u24e9\ufb00-\ufb06\uff01-\uff5e\U0001d400-\U0001d7ff\U0001f130-\U0001f149]+"
)
_SPACES = re.compile("[\t\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
# A template's "\n" printed as two characters: as a run, or where a word ends or a sentence begins.
_LITERAL_BREAK = re.compile(r"(?:\\[rn]){2,}|\\[rn](?=\s|$|[A-Z\"“(<])")


@dataclass(frozen=True)
class Decoded:
    """`repaired`: the bytes were not what they said, and some were put right or lost."""

    text: str
    repaired: bool = False


def decode(raw: bytes, content_type: str = "") -> Decoded:
    """The text of a page by BOM, content, header and meta, in that order of trust. Takes any bytes."""
    for mark, name in _BOMS:
        if raw.startswith(mark):
            text, lossy = _read(raw[len(mark) :], name)
            return Decoded(text, lossy)
    declared = _declared(raw, content_type)
    if declared.startswith("utf-16") and 3 * raw.count(0) > len(raw):  # UTF-8 too, letter by letter, but for a NUL behind each
        return Decoded(*_read(raw, declared))
    try:
        text, lossy = raw.decode("utf-8"), False
    except UnicodeDecodeError:
        text, lossy = _read(raw, _really(declared, raw))
    mended = mend(text)
    return Decoded(mended, lossy or mended != text)


def mend(text: str) -> str:
    """Mojibake put right where it is beyond doubt: UTF-8 that was once read as cp1252."""
    return _MOJIBAKE.sub(lambda match: _reread(match[0]), text) if "Ã" in text or "â€" in text or "Â" in text else text


def plain(text: str) -> str:
    """The text with double escapes resolved, fancy letters made plain and unseen characters out. Idempotent; offsets change."""
    # In this order no step makes work for one before it.
    text = _SPACES.sub(" ", _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    text = _FANCY.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    text = _ESCAPE.sub(lambda match: _UNESCAPED[match[1] or match[2]], text)
    return _LITERAL_BREAK.sub("\n", text)


def _declared(raw: bytes, content_type: str) -> str:
    """The charset the page claims, if it is one we take; cp1252 covers the rest of the web."""
    meta = _META_CHARSET.search(raw, 0, _META_WITHIN)
    for claim in (_CHARSET.search(content_type), meta):
        name = claim[1] if claim else ""
        codec = _CHARSETS.get((name.decode("ascii", "replace") if isinstance(name, bytes) else name).lower())
        if codec:
            return codec
    return "cp1252"


def _really(codec: str, raw: bytes) -> str:
    """A page that says UTF-8, has not one sequence of it and makes sense as cp1252 is what editors on Windows write."""
    if codec != "utf-8" or not raw.decode("utf-8", "replace").replace("\ufffd", "").isascii():
        return codec
    return codec if _read(raw, "cp1252")[1] else "cp1252"


def _read(raw: bytes, codec: str) -> tuple[str, bool]:
    """The text, and whether bytes were lost. cp1252's five empty places count as lost."""
    try:
        return raw.decode(codec), False
    except UnicodeDecodeError:
        return raw.decode(codec, "replace"), True


def _reread(run: str) -> str:
    try:
        return b"".join(_byte(c) for c in run).decode("utf-8")
    except (UnicodeDecodeError, UnicodeEncodeError):
        return run


def _byte(character: str) -> bytes:
    return character.encode("latin-1") if character <= "\xff" else character.encode("cp1252")
