from __future__ import annotations

import pytest

from services.extractor.content import parse
from services.extractor.knowledge import Knowledge
from services.extractor.page_bylines import read_page_bylines

TEXT = "<article><h1>Judul</h1>{}<p>Bawaslu Kudus menggelar rapat koordinasi di Kudus, Senin (3/2/2025).</p></article>"


@pytest.mark.parametrize(
    ("markup", "signed"),
    [
        ("<div class=read__info><a class=author>Dede Rukma</a> - 14 Januari 2025, 16:40 WIB</div>", ["writer Dede Rukma"]),
        ("<p class=meta__author>Rahman Lagaru - kilasSulteng</p>", ["writer Rahman Lagaru"]),
        ("<span itemprop=author>Budi Rahardja</span>", ["writer Budi Rahardja"]),
        ("<div class=read__editor>Editor: Nenden Sulastri</div>", ["editor Nenden Sulastri"]),
        ("<div>Penulis: <b>Ani Wijaya</b> | Editor: <b>Ben Fery</b></div>", ["writer Ani Wijaya", "editor Ben Fery"]),
        ("<small>Diposting oleh Mama Alif di 08.00</small>", ["writer Mama Alif"]),
        ("<p class=author>Redaksi</p>", ["writer Redaksi"]),
        ("<p class=author>Oleh karena itu warga diminta waspada</p>", []),
        ("<div class=comment-author>Budi Rahardja</div>", []),
        ("<aside><p class=author>Budi Rahardja</p></aside>", []),
        ("<div class=related-posts><span class=author>Budi Rahardja</span></div>", []),
        ("".join(f"<span class=author>Orang Nomor {letter}</span>" for letter in "ABCDE"), []),
    ],
)
def test_who_signed_beside_the_text(markup: str, signed: list[str], knowledge: Knowledge) -> None:
    found = read_page_bylines(parse(TEXT.format(markup)).tree, knowledge.signatures)
    assert [f"{byline.role} {byline.name}" for byline in found] == signed
