from __future__ import annotations

import pytest

from services.extractor.content import parse
from services.extractor.images import credited, read_pictures, split_credit, with_main
from services.extractor.knowledge import Knowledge
from shared.documents import Byline, BylineRole, Image

URL = "https://kabar.example/berita/1"


@pytest.mark.parametrize(
    ("text", "caption", "credit"),
    [
        ("Suasana rapat (Foto: Sunar)", "Suasana rapat", "Sunar"),
        ("Suasana rapat. Foto: Humas Bawaslu", "Suasana rapat", "Humas Bawaslu"),
        ("Suasana rapat (KABAR.com/BUDI)", "Suasana rapat", "KABAR.com/BUDI"),
        ("Suasana rapat (ANTARA/HO-Humas)", "Suasana rapat", "ANTARA/HO-Humas"),
        ("Suasana rapat (ist)", "Suasana rapat", "ist"),
        ("Dok. Polres Sorong", None, "Polres Sorong"),
        ("Ketua Bawaslu (kiri) menyerahkan piagam", "Ketua Bawaslu (kiri) menyerahkan piagam", None),
    ],
)
def test_credits(text: str, caption: str | None, credit: str | None, knowledge: Knowledge) -> None:
    assert split_credit(text, knowledge.credits) == (caption, credit)


def test_pictures_with_their_captions(knowledge: Knowledge) -> None:
    page = (
        "<article><figure><img src=/a-300x200.jpg><figcaption>Rapat di Sorong (Foto: Sunar)</figcaption></figure>"
        "<div class=wp-caption><img data-src=/b.jpg src=data:x><p class=wp-caption-text>Peserta rapat</p></div>"
        "<p class=caption>Tanpa gambar</p></article>"
    )
    found = read_pictures(parse(page).tree, URL, knowledge.credits)
    pictures = found.images
    assert found.photographers == (Byline(name="Sunar", role=BylineRole.photographer),)
    assert pictures == (
        Image(url="https://kabar.example/a-300x200.jpg", caption="Rapat di Sorong", credit="Sunar"),
        Image(url="https://kabar.example/b.jpg", caption="Peserta rapat"),
    )
    assert with_main(pictures, "/a.jpg", URL) == pictures
    assert [picture.url[-5:] for picture in with_main(pictures, "c.jpg", URL)] == ["c.jpg", "0.jpg", "b.jpg"]
    assert with_main(pictures, "http://[", URL) == pictures


@pytest.mark.parametrize("credit", ["(Foto: Istimewa)", "(Dok. Polres Sorong)", "Foto: Dok. Humas", "(Sumber: Internet)"])
def test_who_only_had_the_picture_took_it_not(credit: str, knowledge: Knowledge) -> None:
    page = f"<figure><img src=/a.jpg><figcaption>Rapat di Sorong {credit}</figcaption></figure>"
    assert read_pictures(parse(page).tree, URL, knowledge.credits).photographers == ()


def test_a_photographer_printed_below_is_the_pictures() -> None:
    images = [Image(url="a"), Image(url="b", credit="X"), Image(url="c")]
    named = credited(images, [Byline(name="Sunar", role=BylineRole.photographer), Byline(name="Budi", role=BylineRole.writer)])
    assert [image.credit for image in named] == ["Sunar", "X", None]
