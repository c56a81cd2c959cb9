from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.extractor.event.people import Person
from services.extractor.event.quotes import find_quotes, quoted
from services.extractor.event.text import Text
from services.extractor.knowledge import Knowledge
from shared.documents import Participant, Quote, Span

CAST = (
    ("Darmawan Sitepu", "Bupati", "Karo"),
    ("Rini Wulandari", "Kepala", "Dinas Kesehatan Karo"),
    ("Teguh Santoso", "Kapolres", "Karo"),
    ("Yohana Lende", "Ketua", "Bawaslu Karo"),
    ("Agus Bangun", "Wakil Ketua I", None),
    ("Heriyanto", None, None),
)


def people_of(body: str) -> tuple[Person, ...]:
    """The cast, found by every word of their names: what reading people gives, without its doubts."""

    def mentions(name: str) -> tuple[tuple[int, int], ...]:
        pattern = "|".join([re.escape(name), *(rf"\b{word}\b" for word in name.split())])
        return tuple(match.span() for match in re.finditer(pattern, body))

    return tuple(Person(Participant(name=name, role=role, organization=org), mentions(name)) for name, role, org in CAST)


def read(knowledge: Knowledge, body: str) -> tuple[Quote, ...]:
    return find_quotes(Text("", body, None, date(2025, 1, 1)), people_of(body), knowledge.event.sayings)


@pytest.mark.parametrize(
    "body",
    [
        '"Kami siap melayani warga," kata Darmawan.',
        "“Kami siap melayani warga,” kata Darmawan.",
        "“Kami siap melayani warga,“ kata Darmawan.",
        "”Kami siap melayani warga,” kata Darmawan.",
        "''Kami siap melayani warga,'' kata Darmawan.",
        ",,Kami siap melayani warga'' kata Darmawan.",
        "«Kami siap melayani warga», kata Darmawan.",
        "‘Kami siap melayani warga,’ kata Darmawan.",
        "'Kami siap melayani warga,' kata Darmawan.",
        "?Kami siap melayani warga,? kata Darmawan.",  # an archive that lost its curly marks
        '" Kami siap melayani warga , " kata Darmawan .',
        '"Kami siap melayani warga,’’ kata Darmawan.',
        '"Kami siap melayani warga,’ kata Darmawan.',
        "“Kami siap melayani warga, kata Darmawan di kantornya.",
        "“Kami siap melayani warga. ujar Darmawan.",
        "Kami siap melayani warga,” kata Darmawan di kantornya.",
        'Rapat sudah selesai."Kami siap melayani warga,"kata Darmawan.Ia pulang.',
        'Bupati Darmawan Sitepu mengatakan, "Kami siap melayani warga"',
        "Bupati Darmawan Sitepu menegaskan bahwa “Kami siap melayani warga”.",
    ],
)
def test_words_between_marks_of_every_kind(knowledge: Knowledge, body: str) -> None:
    assert [(quote.text, quote.speaker) for quote in read(knowledge, body)] == [("Kami siap melayani warga", "Darmawan Sitepu")]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("“Ini ‘Gerakan Bersih’ untuk semua,” kata Heriyanto.", "Ini ‘Gerakan Bersih’ untuk semua"),
        ("“Ini “Gerakan Bersih” untuk semua,” kata Heriyanto.", "Ini “Gerakan Bersih” untuk semua"),
        ('"Ini "Gerakan Bersih" untuk semua," kata Heriyanto.', 'Ini "Gerakan Bersih" untuk semua'),
        ("“Kami mulai.\n\n“Semua turun,” kata Heriyanto.", "Kami mulai.\nSemua turun"),
        ("“Kami mulai.\n\nSemua turun,” kata Heriyanto.", "Kami mulai.\n\nSemua turun"),
        ('Heriyanto bicara. "\n\nKami mulai hari ini juga," ujarnya.', "Kami mulai hari ini juga"),
        ("Al-Qur'an dibaca pada Jum'at. 'Semoga berkah,' kata Heriyanto.", "Semoga berkah"),
        ('TV 32" itu rusak. "Kami ganti segera," kata Heriyanto.', "Kami ganti segera"),
        ('"Siap," kata Heriyanto singkat.', "Siap"),
        ("“Kami siap,” ujar Heriyanto, “dan tidak akan mundur.”", "Kami siap dan tidak akan mundur."),
        ("Rapat dibuka Heriyanto.\n\n“Kami mulai hari ini juga\n\nRapat selesai.", "Kami mulai hari ini juga"),
        ("Heriyanto berpesan: “Pulanglah!” Rapat selesai.", "Pulanglah!"),
    ],
)
def test_nested_continued_and_stray_marks(knowledge: Knowledge, body: str, text: str) -> None:
    assert [quote.text for quote in read(knowledge, body)] == [text]


@pytest.mark.parametrize(
    ("body", "speakers"),
    [
        ('"Kami siap," ujar Bupati Darmawan, "Kami tidak akan mundur."', ["Darmawan Sitepu"] * 2),
        ('"Kami siap," perintah Darmawan.', ["Darmawan Sitepu"]),
        ('"Penyidikan berjalan," demikian Kapolres.', ["Teguh Santoso"]),
        ('"Penyidikan berjalan," lanjut Kapolres tersebut.', ["Teguh Santoso"]),
        ("Seorang sopir truk, Heriyanto, menunggu di jalan. Kepada wartawan ia bertutur:\n\n“Sayur saya busuk semua.”", ["Heriyanto"]),
        ('Pendapat itu dibenarkan Yohana. Ia mengusulkan rapat. "Kami siap," ujarnya.', ["Yohana Lende"]),
        ('Bupati Darmawan Sitepu membuka rapat. "Kami siap," ujarnya. "Mari mulai," katanya lagi.', ["Darmawan Sitepu"] * 2),
        ('"Pelaku sudah ditangkap," jelas Kapolres.', ["Teguh Santoso"]),
        ('"Pelaku sudah ditangkap," kata Pak Kapolres Karo.', ["Teguh Santoso"]),
        ('"Stok obat cukup," kata Kadinkes Karo.', ["Rini Wulandari"]),
        ('"Rapat ditunda," ujar Wakil Ketua I DPRD Karo.', ["Agus Bangun"]),
        ('"Rapat ditunda," ujar Ketua KPU Karo.', [None]),
        ('"Kami senang," kata Heri.', ["Heriyanto"]),
        ('"Kami siap," ujar Kapolres melalui Kasi Humas Iptu Heriyanto.', ["Heriyanto"]),
        (
            "Bupati Karo Darmawan Sitepu, melalui Kepala Dinas Rini Wulandari, mengatakan stok cukup. “Stok cukup,” ujarnya.",
            ["Rini Wulandari"],
        ),
        ("“Kami siap,” Darmawan menegaskan.", ["Darmawan Sitepu"]),
        ("“Kami siap,” ucap Darmawan didampingi Rini Wulandari. “Semua bergerak,” tambah Rini.", ["Darmawan Sitepu", "Rini Wulandari"]),
        ('"Kami siap," ujar dr. Rini Wulandari, M.Kes., Senin.', ["Rini Wulandari"]),
        ("Darmawan Sitepu hadir. “Kami siap,” tutur orang nomor satu di Karo itu.", ["Darmawan Sitepu"]),
        ('"Warga sudah didata semuanya," ujarnya.\n\nHal itu disampaikan Kepala Dinas Kesehatan Karo, Rini Wulandari.', ["Rini Wulandari"]),
        ('Darmawan hadir.\n\nHal senada diungkapkan Yohana Lende. "Kami mengawasi," ujarnya.', ["Yohana Lende"]),
        ('Dalam rapat yang dipimpin Darmawan, Yohana Lende menyampaikan laporan. "Kami mengawasi," tuturnya.', ["Yohana Lende"]),
        ('Tahapan dimulai, sambung Yohana, bersama Heriyanto. "Kami mengawasi," tuturnya.', ["Yohana Lende"]),
        ('Dikatakan Yohana Lende, "Semua tahapan kami awasi bersama."', ["Yohana Lende"]),
        ('Yohana Lende menutup acara. Ia berharap warga aktif. "Mari awasi," ajaknya.', ["Yohana Lende"]),
        ('"Kami takut," kata salah seorang warga.\n\n"Semoga cepat selesai," katanya. Heriyanto pulang.', [None, None]),
        ("“Hari ini baik untuk kita semua.”\n\n“Semoga Karo makin maju,” kata Bupati Darmawan Sitepu.", ["Darmawan Sitepu"] * 2),
        ("Darmawan bicara. “Kami bekerja untuk rakyat Karo.” Lanjutnya. “Tak seorang pun tertinggal di sini.”", ["Darmawan Sitepu"] * 2),
        (
            'Kapolres Karo AKBP Teguh Santoso membenarkan. "Benar," ujarnya.\n\nKorban Heriyanto meninggal.\n\n"Kami selidiki," katanya.',
            ["Teguh Santoso"] * 2,
        ),
        ('"Hal itu dilarang," demikian bunyi putusan tersebut. Darmawan hadir.', [None]),
        ("“Rapat akan dimulai pagi ini,” selorohnya.", [None]),
    ],
)
def test_speakers(knowledge: Knowledge, body: str, speakers: list[str | None]) -> None:
    assert [quote.speaker for quote in read(knowledge, body)] == speakers


@pytest.mark.parametrize(
    "body",
    [
        'Rapat bertema "Membangun Desa Menata Kota" dibuka Bupati Darmawan.',
        "Rapat mengusung tema HUT ke-80 RI yakni “Bersatu berdaulat rakyat sejahtera” ini dihadiri warga.",
        "Dengan mengusung tema“Semangat Merah Putih,”kegiatan ini dihadiri warga.",
        'Program "Jumat Berkah" diluncurkan. Ia menyebut istilah "gotong royong" penting.',
        'Darmawan menilai hal itu "tidak masuk akal" dan meminta warga tenang.',
        'Darmawan menegaskan bahwa "politik uang" harus dilawan.',
        'Spanduk bertuliskan "Tolak tambang di hutan kami sekarang juga" dibentangkan.',
        'Darmawan yang akrab disapa "Iwan" hadir. Kata "merdeka" diulang.',
        'Penghargaan itu diberi nama "Anugerah Karo Hebat", kata Darmawan.',
        "Darmawan menyebut dirinya sebagai 'Bupati Rp 5 Miliar' dalam seminar.",
        "Kegiatan “Temu Warga” bertema “Saling Jaga untuk Mencegah Sengketa.\n\nAcara dibuka Bupati Darmawan.",
        "Kami siap melayani warga, kata Darmawan.",
    ],
)
def test_names_and_terms_are_not_speech_and_none_is_invented(knowledge: Knowledge, body: str) -> None:
    assert read(knowledge, body) == ()


@pytest.mark.parametrize(
    ("body", "verb"),
    [
        ('"Kami siap melayani," ujarnya.', "ujarnya"),
        ('"Kami siap melayani,". Ujar Darmawan', "Ujar"),
        ('"Kami siap melayani," ungkap nya.', "ungkap nya"),
        ('Ia menuturkan, "Kami siap melayani."', "menuturkan"),
        ('Menurut Darmawan, "kami siap melayani semua warga".', None),
        ('"Kami siap melayani," ungkapanya.', "ungkapanya"),  # nobody's verb, yet a verb of saying
    ],
)
def test_verb_as_printed(knowledge: Knowledge, body: str, verb: str | None) -> None:
    assert [quote.verb for quote in read(knowledge, body)] == [verb]


def test_who_is_quoted_takes_part() -> None:
    absent = Person(Participant(name="Darmawan Sitepu"), (), takes_part=False)
    silent = Person(Participant(name="Heriyanto"), (), takes_part=False)
    after = quoted((absent, silent), (Quote(text="Kami siap", speaker="Darmawan Sitepu"),))
    assert [person.takes_part for person in after] == [True, False]


PIECES = [
    '"',
    "“",
    "”",
    "'",
    "’",
    ",,",
    "''",
    "?",
    " ",
    ", ",
    ". ",
    "\n\n",
    "ujarnya",
    "kata Darmawan",
    "Kami siap",
    "tema",
    "mengatakan",
    "Bupati",
    ":",
]


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join) | st.text(max_size=200))
def test_evidence_is_exact_in_order_and_apart(knowledge: Knowledge, body: str) -> None:
    at = 0
    for quote in read(knowledge, body):
        assert isinstance(quote.evidence, Span)
        assert body[quote.evidence.start : quote.evidence.end] == quote.evidence.exact == quote.evidence.exact.strip() != ""
        assert quote.evidence.start >= at
        at = quote.evidence.end
