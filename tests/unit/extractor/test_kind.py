"""What kind of event a page reports: leads.toml holds titles and leads in the manner of many publishers."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from services.extractor.event.dates import find_dates
from services.extractor.event.kind import find_happening
from services.extractor.event.text import Text
from services.extractor.event.when import event_date
from services.extractor.knowledge import Knowledge
from services.extractor.metadata import WIB
from shared.documents import DateBasis, PublishedAt, SourceName, TimePrecision

LEADS = tomllib.loads((Path(__file__).parent / "leads.toml").read_text(encoding="utf-8"))
PUBLISHED = PublishedAt(
    value=datetime.combine(LEADS["published"], datetime.min.time(), WIB), precision=TimePrecision.day, source=SourceName.meta
)
FETCHED = date(2026, 1, 1)


def kind_of(title: str, body: str, knowledge: Knowledge) -> str | None:
    happening = find_happening(Text(title, body, PUBLISHED, FETCHED), knowledge.event.kinds)
    return happening.kind.value if happening else None


@pytest.mark.parametrize("lead", LEADS["lead"], ids=lambda lead: lead["title"][:50])
def test_kind_of_a_lead(lead: dict[str, Any], knowledge: Knowledge) -> None:
    assert kind_of(lead["title"], lead["body"], knowledge) == lead.get("kind")


@pytest.mark.parametrize("lead", [lead for lead in LEADS["lead"] if "kind" in lead], ids=lambda lead: lead["title"][:50])
def test_date_of_a_lead(lead: dict[str, Any], knowledge: Knowledge) -> None:
    text = Text(lead["title"], lead["body"], PUBLISHED, FETCHED)
    event = knowledge.event
    happening = find_happening(text, event.kinds)
    day = event_date(text, find_dates(text, event.calendar), event.calendar, event.speech, happening.told if happening else ())
    stated = day.start if day and day.basis is not DateBasis.published else None
    assert stated == lead.get("date")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        # the head of a noun phrase is the event, what follows it its subject
        ("KPU menggelar sosialisasi pengawasan kampanye bagi pelajar.", "sosialisasi"),
        ("Panwascam menggelar pelatihan pengawasan dan penertiban alat peraga.", "pelatihan"),
        ("Pemkab menggelar apel siaga bencana banjir dan tanah longsor.", "apel"),
        ("Polres menggelar lomba pidato bahaya narkoba bagi siswa.", "lomba_festival"),
        # an act's object is no event of its own
        ("Bawaslu mengawasi rapat pleno rekapitulasi di kecamatan.", "pengawasan"),
        # said in passing, about something else
        ("Bupati melantik 12 camat. Ia meminta camat mencegah banjir dan mengawasi dana desa.", "pelantikan"),
        # told of the time of it
        ("“Warga harus tenang,” kata Danu usai menghadiri istighosah di alun-alun.", "lomba_festival"),
        # passive, its subject first
        ("Rapat evaluasi program gizi yang dipimpin sekda digelar di aula.", "rapat_koordinasi"),
        # held by a verb of its own
        ("Camat dan kepala desa menandatangani pakta integritas netralitas.", "deklarasi"),
    ],
)
def test_what_happened_decides(body: str, kind: str, knowledge: Knowledge) -> None:
    assert kind_of("", body, knowledge) == kind


def test_words_of_speech_report_little(knowledge: Knowledge) -> None:
    body = "Kepala desa berharap jalan diperbaiki.\n\n“Dulu ada pelantikan, ada lomba, ada rapat pleno, lalu banjir,” ucapnya."
    assert kind_of("Harapan Warga Dusun", body, knowledge) is None
