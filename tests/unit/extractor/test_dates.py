from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.extractor.event.calendar import is_one_slip
from services.extractor.event.dates import find_dates
from services.extractor.event.mentioned import mentioned_dates
from services.extractor.event.text import Text
from services.extractor.event.when import event_date
from services.extractor.knowledge import Knowledge
from services.extractor.metadata import WIB
from shared.documents import ConflictKind, DateBasis, EventDate, PublishedAt, SourceName, Span, TimePrecision

FETCHED = date(2026, 1, 1)


def on(year: int, month: int, day: int) -> PublishedAt:
    return PublishedAt(value=datetime(year, month, day, 9, tzinfo=WIB), precision=TimePrecision.minute, source=SourceName.meta)


@pytest.mark.parametrize(
    ("words", "first", "last", "basis"),
    [
        ("Selasa (14/11/2023)", "2023-11-14", None, DateBasis.explicit),
        ("rabu, (26/07/2023)", "2023-07-26", None, DateBasis.explicit),
        ("Rabu(5/11/2024)", "2024-11-05", None, DateBasis.explicit),
        ("(20/12/2023)", "2023-12-20", None, DateBasis.explicit),
        ("8/2/2020", "2020-02-08", None, DateBasis.explicit),
        ("Kamis, 24 Juli 2025", "2025-07-24", None, DateBasis.explicit),
        ("Selasa - 22 November 2016", "2016-11-22", None, DateBasis.explicit),
        ("Selasa 17 Juni 2025", "2025-06-17", None, DateBasis.explicit),
        ("Senin malam, 20 Juli 2025", "2025-07-20", None, DateBasis.explicit),
        ("14 Pebruari 2024", "2024-02-14", None, DateBasis.explicit),
        ("3 Okt. 2024", "2024-10-03", None, DateBasis.explicit),
        ("28 Okt s/d 25 Nov 2019", "2019-10-28", "2019-11-25", DateBasis.explicit),
        ("12-14 Maret 2024", "2024-03-12", "2024-03-14", DateBasis.explicit),
        ("Senin-Rabu (3-5/2/2025)", "2025-02-03", "2025-02-05", DateBasis.explicit),
        ("Kamis hingga Sabtu (9-11/12/2021)", "2021-12-09", "2021-12-11", DateBasis.explicit),
        ("Senin s/d Rabu, 3 s/d 5 Maret 2025", "2025-03-03", "2025-03-05", DateBasis.explicit),
        ("12–14 Juli 2025", "2025-07-12", "2025-07-14", DateBasis.explicit),
        ("12 dan 13 Juli 2025", "2025-07-12", "2025-07-13", DateBasis.explicit),
        ("3, 4 dan 5 Mei 2025", "2025-05-03", "2025-05-05", DateBasis.explicit),
        ("(30/6-2/7/2025)", "2025-06-30", "2025-07-02", DateBasis.explicit),
        ("30-2/7/2025", "2025-06-30", "2025-07-02", DateBasis.explicit),
        ("31-2/1/2025", "2024-12-31", "2025-01-02", DateBasis.explicit),
        ("(9/9/2024-11/9/2024)", "2024-09-09", "2024-09-11", DateBasis.explicit),
        ("Senin (3/2) dan Selasa (4/2)", "2025-02-03", "2025-02-04", DateBasis.partial),
        ("12-XI-2023", "2023-11-12", None, DateBasis.explicit),
        ("12 Agusuts 2024", "2024-08-12", None, DateBasis.explicit),
        ("5 Septemeber 2024", "2024-09-05", None, DateBasis.explicit),
        ("14 Fabruari 2024", "2024-02-14", None, DateBasis.explicit),
        ("3 Nopember 2024", "2024-11-03", None, DateBasis.explicit),
        ("05 Peb 2024", "2024-02-05", None, DateBasis.explicit),
        ("2025-07-24", "2025-07-24", None, DateBasis.explicit),
        ("16/9/23", "2023-09-16", None, DateBasis.explicit),
        ("Sabtu, (12-07-2025)", "2025-07-12", None, DateBasis.explicit),
        ("24.07.2025", "2025-07-24", None, DateBasis.explicit),
        ("SELASA (14/11/2023)", "2023-11-14", None, DateBasis.explicit),
        ("Kamis Tanggal 24 Bulan Juli Tahun 2025", "2025-07-24", None, DateBasis.explicit),
        ("Sabtu lalu (19/7)", "2025-07-19", None, DateBasis.partial),
        ("Selasa (18/7)", "2025-07-18", None, DateBasis.partial),
        ("Senin pekan lalu", "2025-07-21", None, DateBasis.relative),
        ("pekan lalu", "2025-07-21", "2025-07-27", DateBasis.relative),
        ("dua hari lalu", "2025-07-26", None, DateBasis.relative),
        ("tiga hari yang lalu", "2025-07-25", None, DateBasis.relative),
        ("Senin depan", "2025-08-04", None, DateBasis.relative),
        ("Agustus lalu", "2024-08-01", "2024-08-31", DateBasis.relative),
        ("Desember 2024", "2024-12-01", "2024-12-31", DateBasis.explicit),
        ("Sabtu dini hari (25/01)", "2025-01-25", None, DateBasis.partial),
        ("Jum'at (3/1)", "2025-01-03", None, DateBasis.partial),
        ("Jumat", "2025-07-25", None, DateBasis.relative),
        ("Senin lalu", "2025-07-21", None, DateBasis.relative),
        ("kemarin", "2025-07-27", None, DateBasis.relative),
        ("hari ini", "2025-07-28", None, DateBasis.relative),
    ],
)
def test_forms_of_dates(words: str, first: str, last: str | None, basis: DateBasis, knowledge: Knowledge) -> None:
    text = Text("", f"Acara itu berlangsung {words} di Kudus.", on(2025, 7, 28), FETCHED)
    (mention,) = find_dates(text, knowledge.event.calendar)
    assert text.body[mention.start : mention.end] == words
    assert (str(mention.first), str(mention.last), mention.basis) == (first, last or first, basis)


@pytest.mark.parametrize(
    "words",
    [
        "RT 5/6 Desa Cibenda",
        "nilai 24.7 persen",
        "skor 3-1",
        "dua Minggu".lower(),
        "pukul 10.30",
        "Pasal 12/13",
        "UU 7/2017",
        "nomor 0812-3456-7890",
        "1509/Labuha",
        "10 orang 2024",
        "surat nomor 14/XII/2021",
        "1 Muharram 1447",
        "Mingguan",
        "resep",
    ],
)
def test_what_is_no_date(words: str, knowledge: Knowledge) -> None:
    assert find_dates(Text("", f"Warga menyebut {words} kemudian pulang.", on(2025, 7, 28), FETCHED), knowledge.event.calendar) == []


def read(body: str, knowledge: Knowledge, published: PublishedAt | None = None) -> EventDate | None:
    text = Text("", body, published, FETCHED)
    return event_date(text, find_dates(text, knowledge.event.calendar), knowledge.event.calendar, knowledge.event.speech)


@pytest.mark.parametrize(
    ("body", "start"),
    [
        # the event, not the voting day, the law or the posting
        ("Apel siaga digelar, Senin (23/10/2023).\n\nPemungutan suara berlangsung pada 14 Februari 2024.", "2023-10-23"),
        ("Panwascam menggelar rakor di Aula Camat.\n\n“Kita siap,” kata Danu, Rabu (6/11/2024).", "2024-11-06"),
        (
            "Muara Sabak, Rabu 24 Juli 2019\n\nKebakaran terjadi pada Selasa 23 Juli 2019 dan menghanguskan 16 rumah warga setempat.",
            "2019-07-23",
        ),
        ("Pembunuhan terjadi Minggu (20/7/2025).\n\n“Cemburu,” ujarnya saat dihubungi, Rabu (23/7/2025).", "2025-07-20"),
        ("Pendaftaran dibuka sejak 1 Maret 2024.\n\nPelatihan berlangsung Sabtu (9/3/2024) di Kudus.", "2024-03-09"),
        ("“Kita rayakan,” ujarnya dalam agenda HUT di GSG, Kamis, 24 Juli 2025.", "2025-07-24"),
    ],
)
def test_the_events_date(body: str, start: str, knowledge: Knowledge) -> None:
    day = read(body, knowledge)
    assert day is not None and str(day.start) == start
    assert isinstance(day.evidence, Span)
    assert body[day.evidence.start : day.evidence.end] == day.evidence.exact


def test_an_interview_does_not_date_an_event(knowledge: Knowledge) -> None:
    body = "Dua atlet menyabet emas di NTB.\n\n“Bangga,” kata Sapto saat dikonfirmasi, Senin."
    day = read(body, knowledge, on(2025, 7, 28))
    assert day is not None and (day.basis, day.inferred) == (DateBasis.published, True)
    assert read(body, knowledge) is None


@pytest.mark.parametrize(
    ("body", "kind", "stated", "actual"),
    [
        ("Rakor digelar Rabu(5/11/2024).", ConflictKind.weekday_mismatch, "Rabu", "Selasa"),
        ("Rakor digelar sabtu, 4 Oktober 2023.", ConflictKind.weekday_mismatch, "sabtu", "Rabu"),
        ("Rakor digelar Jumat (31/2/2025).", ConflictKind.impossible_date, "Jumat (31/2/2025)", None),
        ("Rakor digelar Jumat (12/12/2025).", ConflictKind.after_publication, "Jumat (12/12/2025)", "2025-07-28"),
    ],
)
def test_conflicts(body: str, kind: ConflictKind, stated: str, actual: str | None, knowledge: Knowledge) -> None:
    day = read(body, knowledge, on(2025, 7, 28))
    assert day is not None
    assert [(c.kind, c.stated, c.actual) for c in day.conflicts] == [(kind, stated, actual)]


@pytest.mark.parametrize(
    ("word", "name", "slip"),
    [
        ("agusuts", "agustus", True),
        ("septemeber", "september", True),
        ("fabruari", "februari", True),
        ("jui", "juni", True),
        ("juni", "juni", False),
        ("mare", "maret", True),
        ("orang", "juni", False),
        ("", "", False),
        ("a", "abc", False),
    ],
)
def test_slips_of_the_pen(word: str, name: str, slip: bool) -> None:
    assert is_one_slip(word, name) is slip


@given(st.text("abcde", max_size=6), st.text("abcde", max_size=6))
def test_a_slip_goes_both_ways(one: str, other: str) -> None:
    assert is_one_slip(one, other) == is_one_slip(other, one)


def test_the_other_dates(knowledge: Knowledge) -> None:
    first = "Rakor digelar Senin (3/2/2025). UU itu berlaku 14 Februari 2024."
    body = f"{first}\n\n“Siap,” katanya, Selasa (4/2/2025). Pada 3 Februari 2025 rakor usai."
    text = Text("", body, on(2025, 2, 5), FETCHED)
    mentions = find_dates(text, knowledge.event.calendar)
    day = event_date(text, mentions, knowledge.event.calendar, knowledge.event.speech)
    assert [str(other.start) for other in mentioned_dates(text, mentions, day)] == ["2024-02-14", "2025-02-04"]


@pytest.mark.parametrize(
    "body",
    [
        "Ayo daftar! Lomba digelar Jumat (12/12/2025).",
        "Rakor digelar Selasa (5/11/2024).",
        "Lomba akan digelar Jumat (12/12/2025).",
        "Apel digelar Jum’at, 8 November 2024.",
    ],
)
def test_no_conflict(body: str, knowledge: Knowledge) -> None:
    day = read(body, knowledge, on(2025, 7, 28))
    assert day is not None and day.conflicts == ()


def test_without_publication_the_weekday_tells_the_year(knowledge: Knowledge) -> None:
    day = read("Kunjungan diterima di Kota Bekasi, Rabu (23/11).", knowledge)
    assert day is not None and (str(day.start), day.basis, day.conflicts) == ("2022-11-23", DateBasis.partial, ())


PIECES = [
    "Senin",
    "(",
    ")",
    "31",
    "2",
    "/",
    "2024",
    "Februari",
    "lalu",
    "s/d",
    " ",
    "kemarin",
    ".",
    "\n\n",
    "0",
    "99",
    "Juli",
    "–",
    "İ",
    "Rabu(5/11/2024)",
]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=30).map("".join))
def test_any_text_is_read_with_exact_spans(knowledge: Knowledge, body: str) -> None:
    text = Text("", body, on(2025, 7, 28), FETCHED)
    mentions = find_dates(text, knowledge.event.calendar)
    for mention in mentions:
        assert 0 <= mention.start < mention.end <= len(body)
        assert mention.first is None or mention.last is None or mention.first <= mention.last or "-" in body or "s/d" in body
    day = event_date(text, mentions, knowledge.event.calendar, knowledge.event.speech)
    for other in mentioned_dates(text, mentions, day):
        assert isinstance(other.evidence, Span) and body[other.evidence.start : other.evidence.end] == other.evidence.exact != ""
    if day and isinstance(day.evidence, Span):
        assert body[day.evidence.start : day.evidence.end] == day.evidence.exact
