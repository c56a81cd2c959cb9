"""Words of an article, found in the bytes of its page."""

from __future__ import annotations

import pytest

from services.store.archive.trace import find_words


@pytest.mark.parametrize(
    ("words", "bodies", "found"),
    [
        ("21 orang", [b"<p>ada 21 orang</p>"], b"21 orang"),
        ("21 orang", [b"lain", b"<p>21&nbsp;\r\n orang"], b"21&nbsp;\r\n orang"),
        ("Hotel Grand", [b"<b>Hotel</b> <i class='x'>Grand</i>"], b"Hotel</b> <i class='x'>Grand"),
        ('kata "ya" & tidak', [b"kata &quot;ya&quot; &amp; tidak"], b"kata &quot;ya&quot; &amp; tidak"),
        ("“Siap”", ["<p>“Siap”".encode("cp1252")], "“Siap”".encode("cp1252")),
        ("a.c", [b"abc a.c"], b"a.c"),
        ("tidak ada", [b"tidakada"], None),
        (" ", [b"x"], None),
    ],
)
def test_words_are_found_in_markup(words: str, bodies: list[bytes], found: bytes | None) -> None:
    where = find_words(words, bodies)
    assert (where and bodies[where[0]][where[1] : where[2]]) == found
