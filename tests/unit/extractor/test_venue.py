from __future__ import annotations

import pytest

from services.extractor.event.place_words import PlaceWords
from services.extractor.event.venue import venue_end
from services.extractor.knowledge import Knowledge


def read(text: str, words: PlaceWords) -> str | None:
    end = venue_end(text, 0, words.venues)
    return None if end is None else text[:end]


@pytest.mark.parametrize(
    ("text", "venue"),
    [
        ("Hotel Grand Cempaka Kota Metro, Selasa", "Hotel Grand Cempaka"),
        ("Melati Indah Hotel Sekayu, Kamis", "Melati Indah Hotel Sekayu"),
        ("Wantilan Desa Banjar, Jum'at", "Wantilan Desa Banjar"),
        ("dermaga Desa Lubuk Gedang, Kecamatan Lubuk Pinang", "dermaga Desa Lubuk Gedang"),
        ("Balai Desa Taman Kecamatan Grujugan, Selasa", "Balai Desa Taman"),
        ("badan jalan Pasar Kepahiang, Kelurahan", "badan jalan Pasar Kepahiang"),
        ("Jalan Lasolo Dalam, Kelurahan Punggaloba", "Jalan Lasolo Dalam"),
        ("Swiss-Belinn Luwuk pada Senin", "Swiss-Belinn Luwuk"),
        ("Aula Kantor Camat Sukau usai apel", "Aula Kantor Camat Sukau"),
        ("Balai Desa Kota Agung, Kecamatan", "Balai Desa Kota Agung"),
        ("komplek Masjid Nurul Iman Desa Kembangsari", "komplek Masjid Nurul Iman"),
        ("halaman kampus MAN 2 Sijunjung, Jum'at", "halaman kampus MAN 2 Sijunjung"),
        (
            "Gedung Serba Guna (GSG) Karya Bakti Kwarcab Pramuka Kota Metro.",
            "Gedung Serba Guna (GSG) Karya Bakti Kwarcab Pramuka Kota Metro",
        ),
        ("Ruang Rapat Paripurna setempat", "Ruang Rapat Paripurna setempat"),
        ("Jln. Nelayan RT 19. RW 04. Kel. Kota Baru", "Jln. Nelayan RT 19. RW 04"),
        ("Jl. R.A. Kartini No. 5 Palu", "Jl. R.A. Kartini No. 5 Palu"),
        ("jalan Pakah - Soko, tepatnya", "jalan Pakah - Soko"),
        ("Kantor Dinas Kelautan dan Perikanan, Rabu", "Kantor Dinas Kelautan dan Perikanan"),
        ("Lapangan Merdeka dan dihadiri warga", "Lapangan Merdeka"),
        ("Pendopo Kabupaten Kudus Jumat malam", "Pendopo Kabupaten Kudus"),
        ("GOR Satria Pukul 09.00", "GOR Satria"),
        ('Gedung "Graha Wira" lantai 2', 'Gedung "Graha Wira" lantai 2'),
    ],
)
def test_venues(text: str, venue: str, knowledge: Knowledge) -> None:
    assert read(text, knowledge.event.places) == venue


@pytest.mark.parametrize(
    "text", ["aula.", "gedung itu", "rumah korban", "Kota Metro", "Polres dan Bawaslu", "puncak acara", "pasar tradisional", ""]
)
def test_no_venue(text: str, knowledge: Knowledge) -> None:
    assert read(text, knowledge.event.places) is None
