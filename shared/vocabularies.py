"""The closed vocabularies of the documents. A value is never re-purposed; a reader that meets one it does not know is too old."""

from __future__ import annotations

from enum import StrEnum


class SiteKind(StrEnum):
    portal = "portal"
    bawaslu = "bawaslu"
    kpu = "kpu"
    government = "government"
    police_military = "police_military"
    agency = "agency"
    other = "other"


class BylineRole(StrEnum):
    writer = "writer"
    editor = "editor"
    photographer = "photographer"
    contributor = "contributor"
    publisher = "publisher"
    initials = "initials"


class EventType(StrEnum):
    """What happened decides, not the word in the headline."""

    sosialisasi = "sosialisasi"
    rapat_koordinasi = "rapat_koordinasi"
    apel = "apel"
    deklarasi = "deklarasi"
    pelatihan = "pelatihan"
    diskusi = "diskusi"
    pengawasan = "pengawasan"
    penandatanganan = "penandatanganan"
    pelantikan = "pelantikan"
    kunjungan = "kunjungan"
    penertiban = "penertiban"
    sidang = "sidang"
    lomba_festival = "lomba_festival"
    bantuan = "bantuan"
    bencana = "bencana"
    kriminal = "kriminal"
    kecelakaan = "kecelakaan"
    lainnya = "lainnya"


class SourceName(StrEnum):
    """Where a fact came from when it did not come out of the body."""

    json_ld = "json-ld"
    meta = "meta"
    byline = "byline"
    title = "title"  # type: ignore[assignment]  # str has a method of this name
    url = "url"
    site = "site"
    dateline = "dateline"
    page = "page"
    text = "text"


class TimePrecision(StrEnum):
    second = "second"
    minute = "minute"
    day = "day"
    month = "month"
    year = "year"


class DatePrecision(StrEnum):
    day = "day"
    month = "month"
    year = "year"


class DateBasis(StrEnum):
    explicit = "explicit"
    partial = "partial"
    relative = "relative"
    published = "published"


class ConflictKind(StrEnum):
    weekday_mismatch = "weekday_mismatch"
    impossible_date = "impossible_date"
    after_publication = "after_publication"


class PlacePrecision(StrEnum):
    venue = "venue"
    desa = "desa"
    kecamatan = "kecamatan"
    kabkota = "kabkota"
    provinsi = "provinsi"
    country = "country"


class OrganizationKind(StrEnum):
    bawaslu = "bawaslu"
    kpu = "kpu"
    government = "government"
    police_military = "police_military"
    judiciary = "judiciary"
    legislature = "legislature"
    party = "party"
    school = "school"
    company = "company"
    community = "community"
    media = "media"
    other = "other"


class FigureKind(StrEnum):
    count = "count"  # type: ignore[assignment]  # str has a method of this name
    money = "money"
    percentage = "percentage"
    rank = "rank"
    measure = "measure"


class Flag(StrEnum):
    """What a reader should know before trusting an article; the same names at `date.conflicts`."""

    weekday_mismatch = "weekday_mismatch"
    impossible_date = "impossible_date"
    after_publication = "after_publication"
    repaired_text = "repaired_text"
    reports_differ = "reports_differ"
    short_body = "short_body"
