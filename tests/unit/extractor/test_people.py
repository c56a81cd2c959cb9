"""Who takes part, under which names and offices."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.extractor.event.aliases import alike, is_same
from services.extractor.event.organizations import find_organizations
from services.extractor.event.people import Person, find_people, participants
from services.extractor.event.shape import shape_of
from services.extractor.event.text import Text
from services.extractor.knowledge import Knowledge
from shared.documents import Participant, Span

SENTENCES = [line.split("\t") for line in (Path(__file__).parent / "people.tsv").read_text(encoding="utf-8").splitlines() if line[0] != "#"]


def read(knowledge: Knowledge, body: str) -> tuple[Person, ...]:
    event = knowledge.event
    shaped = shape_of(body, event.vocabulary, event.gazetteer)
    text = Text("", body, None, date(2025, 6, 1))
    return find_people(text, shaped, find_organizations(shaped, event.vocabulary), event.vocabulary, event.people)


def shown(participant: Participant) -> str:
    return f"{participant.name}|{participant.role or ''}|{participant.organization or ''}"


@pytest.mark.parametrize(("body", "expected"), SENTENCES)
def test_who_a_sentence_says_takes_part(body: str, expected: str, knowledge: Knowledge) -> None:
    assert "; ".join(map(shown, participants(read(knowledge, body)))) == ("" if expected == "-" else expected)


def test_titles_are_told_from_the_name(knowledge: Knowledge) -> None:
    body = "Acara dibuka Bupati Muara Enim Ir. H. Ahmad Yasin, MM., M.Si., dan Kasat Reskrim AKP Bambang Irawan, S.H., M.H."
    people = participants(read(knowledge, body))
    assert [(p.prefix, p.suffix) for p in people] == [(("Ir.", "H."), ("MM.", "M.Si.")), (("AKP",), ("S.H.", "M.H."))]


def test_how_one_is_addressed_is_no_title(knowledge: Knowledge) -> None:
    (person,) = participants(read(knowledge, "Hadir Ketua KPU Madiun, Bapak Kokoh Heru Purnomo., S.H, M.H., membuka acara."))
    assert (person.name, person.prefix) == ("Kokoh Heru Purnomo", ())


@pytest.mark.parametrize(
    ("body", "name", "aliases"),
    [
        ('Ketua KPU Batu Juni Kusmawati hadir. "Baik," kata Juni.', "Juni Kusmawati", ("Juni",)),
        ("Sekda Safiun Rajab hadir. Ketua menyerahkannya kepada Sekda Safiiun Rajab.", "Safiun Rajab", ("Safiiun Rajab",)),
        ('Anggota tim, Heriyanto mengungkapkan itu. "Sudah," kata Heri.', "Heriyanto", ("Heri",)),
        ('Ketua Panwaslu S Murdoko hadir. "Siap," kata Murdoko.', "S Murdoko", ("Murdoko",)),
        ("Bupati Badung I Wayan Adi Sukarta hadir. Bupati Adi Sukarta berpesan.", "I Wayan Adi Sukarta", ("Adi Sukarta",)),
        ("Dilanjutkan Pastor Ramli Manto atau akrab disapa Pastor Eka. Pastor Eka memimpin doa.", "Ramli Manto", ("Eka",)),
    ],
)
def test_other_names_of_one_person(body: str, name: str, aliases: tuple[str, ...], knowledge: Knowledge) -> None:
    (person,) = participants(read(knowledge, body))
    assert (person.name, person.aliases) == (name, aliases)


def test_namesakes_with_offices_of_their_own_stay_two(knowledge: Knowledge) -> None:
    people = participants(read(knowledge, "Hadir Ny Suwarni Supratman serta Wakil Bupati Ketapang Drs H Supratman."))
    assert [person.name for person in people] == ["Suwarni Supratman", "Supratman"]


def test_the_represented_is_named_but_takes_no_part(knowledge: Knowledge) -> None:
    people = read(knowledge, "Peresmian oleh Wagub Sulut Dr Viktor Mailoa SH MH yang diwakili oleh Kepala Dinas Kehutanan Rinto Wowor.")
    assert [(person.participant.name, person.takes_part) for person in people] == [("Viktor Mailoa", False), ("Rinto Wowor", True)]


def test_an_office_is_of_the_only_region_named(knowledge: Knowledge) -> None:
    people = participants(read(knowledge, "DPRD Kabupaten Berau menggelar rapat. Bupati Sri Julianti menyampaikan jawaban."))
    assert [person.organization for person in people] == ["Kabupaten Berau"]


def test_a_month_is_no_mention_of_whom_it_is_like(knowledge: Knowledge) -> None:
    (person,) = read(knowledge, "Ketua KPU Batu Juni Kusmawati hadir pada 12 Juni 2024.")
    assert len(person.mentions) == 1


@pytest.mark.parametrize(
    ("one", "other", "expected"), [("safiun", "safiiun", True), ("herman", "sherman", False), ("budi", "budiman", False)]
)
def test_spelling_variants(one: str, other: str, expected: bool, knowledge: Knowledge) -> None:
    assert alike(one, other) is expected


def test_a_last_name_alone_is_the_same_only_without_an_office() -> None:
    assert is_same(("sihombing",), ("mangapul", "sihombing"), bare=True)
    assert not is_same(("sihombing",), ("mangapul", "sihombing"), bare=False)


# fmt: off
WORDS = st.sampled_from([
    "Bupati", "Wakil", "Ketua", "KPU", "Kabupaten", "Berau", "Budi", "Santoso", "Xanderia", "Drs.", "S.H.", "dan", ",", ".", "(", ")", '"',
    "kata", "ujar", "mengatakan", "yang", "diwakili", "akrab disapa", "I", "Wayan", "Desa", "Jalan", "45", "AKP", "\n\n",
])
# fmt: on


@given(st.lists(WORDS, max_size=60))
def test_evidence_and_mentions_are_where_they_say(knowledge: Knowledge, words: list[str]) -> None:
    body = " ".join(words)
    for person in read(knowledge, body):
        evidence = person.participant.evidence
        assert isinstance(evidence, Span)
        assert body[evidence.start : evidence.end] == evidence.exact
        assert person.mentions == tuple(sorted(person.mentions))
        assert all(body[start:end].strip() for start, end in person.mentions)


@given(st.text(max_size=300))
def test_any_text_is_read_twice_alike(knowledge: Knowledge, body: str) -> None:
    assert read(knowledge, body) == read(knowledge, body)
