"""What an article says of itself, without measure: dates, JSON-LD, pictures, words. It is stored all the same."""

from __future__ import annotations

from tests.hostile.case import Case, kept
from tests.hostile.pages import answer, story

_OURS = "2024-05-14T10:00:00+07:00"
_DATES = (
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "275760-09-13T00:00:00Z",
    "2024-13-45T99:99:99",
    "2024-05-14T10:00:00+99:99",
    "-0001-01-01",
    "1" * 5_000,
)
_LINKED = {
    "dalam": ("is 100,000 deep", "[" * 100_000),
    "dalam-tutup": ("is 5,000 deep and ends", '{"a":' * 5_000 + "1" + "}" * 5_000),
    "angka": ("has a number of 10,000 digits", '{"@type":"NewsArticle","wordCount":' + "9" * 10_000 + "}"),
    "bukan-angka": ("has numbers that are none", '{"@type":"NewsArticle","headline":NaN,"datePublished":1e999}'),
    "jenis": ("has other kinds of values", '{"@type":["NewsArticle",5,null],"headline":{"a":1},"author":[1,[2],{"name":["x",5]}]}'),
    "operator": ("has MongoDB's operators", '{"@type":"NewsArticle","$where":"1","a.b":"x","author":{"$gt":""}}'),
    "separuh": ("has half letters", '{"@type":"NewsArticle","headline":"\\ud800 x","author":{"name":"\\udfff\\u0000"}}'),
    "penulis": (
        "has 10,000 authors",
        '{"@type":"NewsArticle","author":[' + ",".join(f'{{"name":"Budi {n}"}}' for n in range(10_000)) + "]}",
    ),
}
_WORDS = {
    "kata": ("a word of 500 kB", "a" * 500_000),
    "digit": ("300,000 digits", "1" * 300_000),
    "kutip": ("100,000 quotation marks", "\u201c" * 100_000),
    "kurung": ("100,000 brackets", "(" * 100_000),
    "nama": ("names without end", "Budi Santoso, " * 20_000),
    "hari": ("dates without end", "Selasa (14/5/2024) " * 20_000),
    "tempat": ("places without end", "Kabupaten Bandung Barat di Kecamatan Lembang " * 8_000),
    "spasi": ("500,000 blanks", f"a{' ' * 500_000}b"),
}


def _linked(id: str, does: str, text: str) -> Case:  # noqa: A002 — the field's name
    return kept(f"ld-{id}", f"its JSON-LD {does}", answer(story(f"ld-{id}", head=f'<script type="application/ld+json">{text}</script>')))


CASES = (
    *(kept(f"terbit-{n}", f"was published {day[:40]}", answer(story(f"terbit-{n}").replace(_OURS, day))) for n, day in enumerate(_DATES)),
    *(_linked(name, does, text) for name, (does, text) in _LINKED.items()),
    *(kept(f"isi-{name}", does, answer(story(f"isi-{name}", more=f"<p>{text}</p>"))) for name, (does, text) in _WORDS.items()),
    kept("meta-judul", "a title of 500 kB", answer(story("judul", head=f'<meta property="og:title" content="{"Warga " * 80_000}">'))),
    kept("meta-label", "10,000 tags", answer(story("label", head='<meta property="article:tag" content="a.$b">' * 10_000))),
    kept("meta-banyak", "100,000 empty ones", answer(story("banyak", head="<meta>" * 100_000))),
    kept(
        "gambar-banyak",
        "5,000 pictures",
        answer(story("gambar", more="<figure><img src=/g.jpg><figcaption>Foto</figcaption></figure>" * 5_000)),
    ),
)
