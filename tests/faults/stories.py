"""Made-up happenings by number, each on a day, in a place and with people of its own, so that no two can be taken for one. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

from shared.documents import (
    Article,
    DateBasis,
    EventDate,
    EventMention,
    EventType,
    Participant,
    Place,
    PlacePrecision,
    Provenance,
    PublishedAt,
    Region,
    SiteRef,
    SourceName,
    TimePrecision,
)
from shared.urls import article_id, page_id
from tests.integration.loopback_site import article as article_page

WIB = timezone(timedelta(hours=7))
FIRST_DAY = date(2007, 1, 2)
# Three days lie between two stories: more than a merge of events bridges.
DAYS_APART = 3
KINDS = (
    (EventType.rapat_koordinasi, "Rapat Koordinasi"),
    (EventType.sosialisasi, "Sosialisasi"),
    (EventType.apel, "Apel Siaga"),
    (EventType.pelatihan, "Bimbingan Teknis"),
    (EventType.deklarasi, "Deklarasi"),
)
PLACES = (
    ("18.72", "Kota Metro"),
    ("35.77", "Kota Madiun"),
    ("11.71", "Kota Banda Aceh"),
    ("73.71", "Kota Makassar"),
    ("51.71", "Kota Denpasar"),
    ("64.72", "Kota Samarinda"),
    ("33.74", "Kota Semarang"),
)
VENUES = ("Hotel Melati", "Balai Desa Sukamaju", "Aula Kecamatan", "Gedung Serbaguna", "Taman Kota", "Pendopo", "Gelanggang Pemuda")
SUBJECTS = ("Pengawasan Logistik", "Hak Pilih Pemula", "Kampanye Damai", "Data Pemilih", "Politik Uang", "Netralitas Aparatur")
FIRST_NAMES = ("Rahmat", "Siti", "Bambang", "Dewi", "Yusuf", "Kartika", "Hendra", "Lestari", "Taufik", "Wulan", "Agung")
LAST_NAMES = (
    "Wijanarko",
    "Hasibuan",
    "Pratama",
    "Siregar",
    "Nugroho",
    "Manurung",
    "Kusuma",
    "Saputra",
    "Lubis",
    "Hartono",
    "Ginting",
    "Basri",
)


@dataclass(frozen=True)
class Story:
    """One happening. `version` is how often its article has been changed: the number of those present, and nothing else."""

    number: int
    host: str
    version: int = 1

    @property
    def url(self) -> str:
        return f"http://{self.host}{self.path}"

    @property
    def path(self) -> str:
        slug = f"{self.kind[1]} {self.subject} Angkatan {self.number}".lower().replace(" ", "-")
        return f"/berita/{self.day:%Y/%m/%d}/{slug}"

    @property
    def id(self) -> str:
        """The id of its article."""
        return article_id(self.url)

    @property
    def day(self) -> date:
        return FIRST_DAY + timedelta(days=DAYS_APART * self.number)

    @property
    def kind(self) -> tuple[EventType, str]:
        return KINDS[self.number % len(KINDS)]

    @property
    def place(self) -> tuple[str, str]:
        return PLACES[self.number % len(PLACES)]

    @property
    def subject(self) -> str:
        return SUBJECTS[self.number % len(SUBJECTS)]

    @property
    def venue(self) -> str:
        return f"{VENUES[self.number // 5 % len(VENUES)]} {self.number}"

    @property
    def speaker(self) -> str:
        return f"{FIRST_NAMES[self.number % len(FIRST_NAMES)]} {LAST_NAMES[self.number % len(LAST_NAMES)]}"

    @property
    def title(self) -> str:
        return f"{self.kind[1]} {self.subject} Angkatan {self.number} Digelar di {self.place[1]}"

    @property
    def paragraphs(self) -> list[str]:
        return [
            f"{self.place[1]} - {self.kind[1]} {self.subject} digelar di {self.venue}, {self.place[1]}, ({self.day:%d/%m/%Y}).",
            f"Kegiatan angkatan {self.number} itu dihadiri {self.number + 100 * self.version} orang dari berbagai kelurahan.",
            f'"Angkatan {self.number} kami harap membawa pulang ilmu yang berguna," ujar Ketua Panitia, {self.speaker}.',
            f"Acara di {self.venue} ditutup dengan pembagian tugas dan penyusunan jadwal untuk bulan berikutnya.",
        ]


def page_of(story: Story) -> bytes:
    """The story as its site shows it."""
    return article_page(story.title, story.paragraphs, published=_published(story).isoformat())


def listing_path(host: str) -> str:
    """Where the stories of a site are listed."""
    return f"/kanal/{host.partition('.')[0]}"


def site_entry(host: str) -> str:
    """The site of the stories of a host, for the registry."""
    return (
        f'[[site]]\nid = "{host}"\nname = "Situs {host}"\nkind = "portal"\nhome = "http://{host}/"\n'
        f'listings = ["http://{host}{listing_path(host)}"]\npace = 0\n\n'
    )


def article_of(story: Story) -> Article:
    """The story as the extractor would send it on; a later version was fetched later."""
    body = "\n".join(story.paragraphs)
    digest = hashlib.sha256(f"{story.title}\n{body}".encode()).hexdigest()
    fetched_at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=story.version, seconds=story.number)
    return Article(
        id=story.id,
        url=story.url,
        canonical_url=story.url,
        site=SiteRef(id=story.host, name=f"Situs {story.host}"),
        title=story.title,
        body=body,
        published_at=PublishedAt(value=_published(story), precision=TimePrecision.minute, source=SourceName.meta),
        fetched_at=fetched_at,
        content_hash=f"sha256:{digest}",
        fingerprint=digest[:16],
        event=_event_of(story),
        provenance=Provenance(
            page_id=page_id(story.url, f"sha256:{digest}", fetched_at.isoformat()),
            extractor="kabar/0.1.0",
            extracted_at=fetched_at,
            http_status=200,
            raw_digest=f"sha256:{digest}",
        ),
    )


def _event_of(story: Story) -> EventMention:
    code, name = story.place
    return EventMention(
        type=story.kind[0],
        name=f"{story.kind[1]} {story.subject} {story.number}.{story.version}",
        date=EventDate(start=story.day, end=story.day, edtf=story.day.isoformat(), basis=DateBasis.explicit),
        place=Place(venue=story.venue, kabkota=Region(code=code, name=name), precision=PlacePrecision.venue),
        participants=(Participant(name=story.speaker, role="Ketua Panitia"),),
    )


def _published(story: Story) -> datetime:
    return datetime(story.day.year, story.day.month, story.day.day, 18, tzinfo=WIB)
