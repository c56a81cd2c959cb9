from __future__ import annotations

import re
from hashlib import blake2b

from hypothesis import given
from hypothesis import strategies as st

from services.extractor.fingerprint import fingerprint

TEXT = " ".join(f"kata{n}" for n in range(200))


def bit_by_bit(body: str) -> str:
    """The definition of a simhash, a vote at a time."""
    words = re.findall(r"\w+", body.casefold())
    shingles = {" ".join(words[n : n + 3]) for n in range(max(1, len(words) - 2))}
    hashes = [int.from_bytes(blake2b(shingle.encode(), digest_size=8).digest(), "big") for shingle in shingles]
    return f"{sum(1 << bit for bit in range(64) if 2 * sum(value >> bit & 1 for value in hashes) > len(hashes)):016x}"


@given(st.lists(st.sampled_from(["satu", "Dua", "tiga", "émpat", "5"]), max_size=40).map(" ".join))
def test_it_is_a_simhash(body: str) -> None:
    assert fingerprint(body) == bit_by_bit(body)


def test_near_duplicates_are_near() -> None:
    changed = int(fingerprint(TEXT), 16) ^ int(fingerprint(TEXT.replace("kata7 ", "lain ")), 16)
    other = int(fingerprint(TEXT), 16) ^ int(fingerprint(TEXT.replace("kata", "lain")), 16)
    assert changed.bit_count() <= 8 < 16 <= other.bit_count()
