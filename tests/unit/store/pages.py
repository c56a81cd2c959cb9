"""Articles as the extractor sends them, for these tests. `told` is what the page says; `minute` is when it was fetched."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta, timezone

from shared.documents import (
    Article,
    DateBasis,
    EventDate,
    EventMention,
    EventType,
    Flag,
    Place,
    PlacePrecision,
    Provenance,
    PublishedAt,
    Region,
    SiteKind,
    SiteRef,
    SourceName,
    Span,
    TimePrecision,
)
from shared.urls import article_id, page_id

WIB = timezone(timedelta(hours=7))
URL = "https://bawaslu-contoh.example/berita/apel-siaga"
SITE = SiteRef(id="bawaslu-contoh.example", name="Bawaslu Contoh", kind=SiteKind.bawaslu)
NO_EVENT = "opini"


def fetched(minute: int) -> datetime:
    return datetime(2023, 11, 15, 1, 2, 3, 456789, tzinfo=UTC) + timedelta(minutes=minute)


def page(told: str = "apel", minute: int = 0, *, url: str = URL, extractor: str = "kabar/0.1.0", tags: tuple[str, ...] = ()) -> Article:
    """One page read. Equal `told` means equal title, body and event; `NO_EVENT` reports none."""
    body = f"Apel siaga digelar Selasa (14/11/2023). {told}"
    return Article(
        id=article_id(url),
        url=url,
        canonical_url=url,
        site=SITE,
        title=f"Siaga: {told}",
        body=body,
        tags=tags,
        published_at=PublishedAt(
            value=datetime(2023, 11, 14, 10, 0, tzinfo=WIB), precision=TimePrecision.minute, source=SourceName.json_ld
        ),
        fetched_at=fetched(minute),
        content_hash=hashlib.sha256(body.encode()).hexdigest(),
        fingerprint=f"f-{told}",
        event=None if told == NO_EVENT else mention(told),
        flags=(Flag.short_body,),
        provenance=Provenance(
            page_id=page_id(url, f"sha256:{told}", fetched(minute).isoformat()),
            extractor=extractor,
            extracted_at=fetched(minute),
            http_status=200,
            raw_digest=f"sha256:{told}",
        ),
    )


def mention(told: str) -> EventMention:
    return EventMention(
        type=EventType.apel,
        name=f"Apel {told}",
        date=EventDate(
            start=date(2023, 11, 14),
            end=date(2023, 11, 14),
            edtf="2023-11-14",
            basis=DateBasis.explicit,
            evidence=Span(start=19, end=38, exact="Selasa (14/11/2023)"),
        ),
        place=Place(kabkota=Region(code="18.72", name="Kota Metro"), precision=PlacePrecision.kabkota),
    )
