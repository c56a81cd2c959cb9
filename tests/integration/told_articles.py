"""A few articles as the extractor sends them, and what a reader must find of them: seven happenings, of which five are left.

Each is told with words of its own, so that only those are merged that are meant to be.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta

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
    Region,
    SiteKind,
    SiteRef,
    Span,
)
from shared.messages import ArticleGone, PageSite
from shared.urls import article_id, event_id, host_of, page_id

HOST, OTHER_HOST = "koran-contoh.example", "warta-contoh.example"
METRO, MADIUN = Region(code="18.72", name="Kota Metro"), Region(code="35.77", name="Kota Madiun")
WATCHING = "pengawasan-partisipatif"
LEAD = "Kegiatan itu berlangsung pada "


def url(name: str) -> str:
    """The other paper has the procession alone."""
    return f"https://{OTHER_HOST if name == 'kirab-obor' else HOST}/berita/{name}"


def event_of(name: str) -> str:
    """Id of the event that this article told first."""
    return event_id(article_id(url(name)))


def told(
    name: str,
    day: date,
    place: Region,
    text: str,
    *,
    who: tuple[str, ...] = (),
    topics: tuple[str, ...] = (),
    minute: int = 0,
    title: str = "",
) -> Article:
    """One page read, `minute` minutes into the morning of 1 January 2024."""
    written = f"{day.day}/{day.month}/{day.year}"
    fetched = datetime(2024, 1, 1, 1, 0, tzinfo=UTC) + timedelta(minutes=minute)
    title, body = title or name.replace("-", " ").capitalize(), f"{LEAD}{written}. {text}"
    return Article(
        id=article_id(url(name)),
        url=url(name),
        canonical_url=url(name),
        site=SiteRef(id=host_of(url(name)), name="Koran Contoh", kind=SiteKind.portal),
        title=title,
        body=body,
        fetched_at=fetched,
        content_hash=hashlib.sha256(f"{title}{body}".encode()).hexdigest(),
        fingerprint=name,
        event=EventMention(
            type=EventType.sosialisasi,
            name=title,
            date=EventDate(
                start=day, end=day, edtf=day.isoformat(), basis=DateBasis.explicit,
                evidence=Span(start=len(LEAD), end=len(LEAD) + len(written), exact=written),
            ),
            place=Place(kabkota=place, precision=PlacePrecision.kabkota),
            participants=tuple(Participant(name=one) for one in who),
            topics=topics,
        ),
        provenance=Provenance(
            page_id=page_id(url(name), f"sha256:{body}", fetched.isoformat()),
            extractor="kabar/0.1.0",
            extracted_at=fetched,
            http_status=200,
            raw_digest=f"sha256:{name}-{minute}",
        ),
    )  # fmt: skip


MOSQUE = (
    "Pengurus masjid membagikan beras kepada janda dan yatim piatu di halaman sebelah utara. Setiap keluarga membawa pulang lima "
    "kilogram, sumbangan para pedagang pasar ikan yang dikumpulkan sejak bulan puasa. Ketua takmir menyebut gudang masih penuh."
)
FIRST = [
    told("literasi-pemula", date(2023, 11, 14), METRO, "Rosita mengajak pelajar mencermati berita bohong sebelum mencoblos.",
         who=("Rosita", "Joni Hasan"), topics=(WATCHING,)),
    told("pasar-murah", date(2023, 11, 20), METRO, "Minyak goreng habis dalam dua jam, antrean mengular sampai jembatan timbang."),
    told("donor-darah", date(2023, 12, 2), METRO, "Seratus kantong terkumpul di markas palang merah, terbanyak sepanjang musim.",
         who=("Joni Rosita",)),
    told("lomba-mural", date(2023, 11, 15), MADIUN, "Tembok stadion kini bergambar kotak suara karya pelukis jalanan.",
         who=("Rosita Dewi",), topics=(WATCHING,)),
    told("senam-lansia", date(2023, 11, 21), METRO, "Nenek-nenek bergoyang poco-poco diiringi organ tunggal sampai siang."),
    told("beras-masjid", date(2023, 11, 25), METRO, MOSQUE, who=("Sulaiman Achmad",), minute=-1),
    told("kirab-obor", date(2023, 11, 29), METRO, "Ribuan santri membawa api mengitari danau selepas isya bersama bupati."),
]  # fmt: skip
"""Seven happenings."""

LATER = [
    # A column after all: nobody tells of the exercise any more.
    told("senam-lansia", date(2023, 11, 21), METRO, "Kolom: bergerak itu sehat, dan malas adalah musuh bersama.", minute=1)
    .model_copy(update={"event": None}),
    # The same rice after all, a day later by its telling.
    told("kirab-obor", date(2023, 11, 26), METRO, MOSQUE, who=("Sulaiman Achmad",), minute=1, title="Beras masjid"),
]  # fmt: skip
"""What two of them turn out to be."""

GONE = ArticleGone(
    id="gon_1", site=PageSite(id=HOST, name="Koran Contoh", kind=SiteKind.portal), url=url("pasar-murah"), reason="http_410",
    seen_at=datetime(2024, 1, 2, tzinfo=UTC),
)  # fmt: skip

LIVE = {event_of(name) for name in ("literasi-pemula", "pasar-murah", "donor-darah", "lomba-mural", "beras-masjid")}
WITHDRAWN, REPLACED, BY, REMOVED = map(event_of, ("senam-lansia", "kirab-obor", "beras-masjid", "pasar-murah"))
