"""Keys of a text: its exact content, and its near-duplicates. Pure."""

from __future__ import annotations

import hashlib
import re

_WORD = re.compile(r"\w+")
_SHINGLE = 3
_BITS = 64
# Each bit of a hash becomes a lane of four hex digits, so that adding numbers adds all columns at once; a lane holds 65,535.
_LANE = 16
_MOST_SHINGLES = 60_000
_WIDEN = str.maketrans({"0": "0000", "1": "0001"})


def content_hash(title: str, body: str) -> str:
    """sha256 of title and body: equal means no new revision."""
    return hashlib.sha256(f"{title}\n{body}".encode("utf-8", "surrogatepass")).hexdigest()


def fingerprint(body: str) -> str:
    """64-bit simhash over shingles of three words, as 16 hex digits: near-duplicates differ in few bits."""
    words = _WORD.findall(body.casefold())[:_MOST_SHINGLES]
    shingles = {" ".join(words[n : n + _SHINGLE]) for n in range(max(1, len(words) - _SHINGLE + 1))}
    columns = sum(int(_bits(shingle).translate(_WIDEN), 16) for shingle in shingles)
    votes = [columns >> (_LANE * bit) & (1 << _LANE) - 1 for bit in range(_BITS)]
    return f"{sum(1 << bit for bit, vote in enumerate(votes) if 2 * vote > len(shingles)):016x}"


def _bits(shingle: str) -> str:
    return f"{int.from_bytes(hashlib.blake2b(shingle.encode('utf-8', 'surrogatepass'), digest_size=8).digest(), 'big'):064b}"
