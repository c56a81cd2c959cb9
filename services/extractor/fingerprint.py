"""Keys of a text: its exact content, and its near-duplicates. Pure."""

from __future__ import annotations

import re
from hashlib import blake2b, sha256

_WORD = re.compile(r"\w+")
_SHINGLE = 3
_BYTES = 8
_MOST_SHINGLES = 60_000
# For each bit of a byte, a table that turns the byte into that bit: a whole column of hashes is then counted at C speed.
_BIT_OF = tuple(bytes(value >> bit & 1 for value in range(256)) for bit in range(8))


def content_hash(title: str, body: str) -> str:
    """sha256 of title and body: equal means no new revision."""
    return sha256(f"{title}\n{body}".encode("utf-8", "surrogatepass")).hexdigest()


def fingerprint(body: str) -> str:
    """64-bit simhash over shingles of three words, as 16 hex digits: near-duplicates differ in few bits."""
    words = _WORD.findall(body.casefold())[:_MOST_SHINGLES]
    shingles = {" ".join(words[n : n + _SHINGLE]) for n in range(max(1, len(words) - _SHINGLE + 1))}
    hashes = b"".join([blake2b(shingle.encode("utf-8", "surrogatepass"), digest_size=_BYTES).digest() for shingle in shingles])
    votes = (hashes[_BYTES - 1 - place :: _BYTES].translate(bit).count(1) for place in range(_BYTES) for bit in _BIT_OF)
    return f"{sum(1 << place for place, vote in enumerate(votes) if 2 * vote > len(shingles)):016x}"
