"""The documents Kabar produces: `Article`, `EventMention`, `Event`. They are the product; see docs/documents.md.

Every model is frozen and ignores fields it does not know, so a reader survives a newer writer. Vocabularies are
closed enums. What was read out of the body carries a `Span` into it: `body[start:end] == exact`, in code points.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, FiniteFloat

from shared.vocabularies import BylineRole as BylineRole
from shared.vocabularies import ConflictKind as ConflictKind
from shared.vocabularies import DateBasis as DateBasis
from shared.vocabularies import DatePrecision as DatePrecision
from shared.vocabularies import EventType as EventType
from shared.vocabularies import FigureKind as FigureKind
from shared.vocabularies import Flag as Flag
from shared.vocabularies import OrganizationKind as OrganizationKind
from shared.vocabularies import PlacePrecision as PlacePrecision
from shared.vocabularies import SiteKind as SiteKind
from shared.vocabularies import SourceName as SourceName
from shared.vocabularies import TimePrecision as TimePrecision

SCHEMA_VERSION = 1


class Document(BaseModel):
    """Base of every model in the contract: immutable, tolerant of fields from a later version."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)


def _is_none(value: str | None) -> bool:
    return value is None


# --- evidence --------------------------------------------------------------------------------------------------------


class Span(Document):
    """A stretch of `article.body`: code-point offsets, end exclusive, and the words there."""

    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    exact: str
    article: Annotated[str | None, Field(exclude_if=_is_none)] = None
    """In an event: the article whose body it is."""


class Source(Document):
    """A fact from outside the body."""

    source: SourceName
    article: Annotated[str | None, Field(exclude_if=_is_none)] = None
    """In an event: the article it is said of."""


Evidence = Span | Source


# --- article ---------------------------------------------------------------------------------------------------------


class SiteRef(Document):
    id: str
    name: str
    kind: SiteKind = SiteKind.other


class Byline(Document):
    name: str
    role: BylineRole


class Dateline(Document):
    place: str | None = None
    publisher: str | None = None


class Image(Document):
    url: str
    caption: str | None = None
    credit: str | None = None


class PublishedAt(Document):
    """A moment as far as the page states it; `value` is midnight local time where only the day is known."""

    value: AwareDatetime
    precision: TimePrecision
    source: SourceName


class Region(Document):
    """A unit of the administrative register. `code` is Kemendagri's; null where no register has the place."""

    code: str | None = None
    name: str
    iso: str | None = None
    code_then: str | None = None
    """The code in force at the event's date, where it was another."""


class Point(Document):
    lat: FiniteFloat
    lon: FiniteFloat
    of: PlacePrecision


class Place(Document):
    venue: str | None = None
    desa: Region | None = None
    kecamatan: Region | None = None
    kabkota: Region | None = None
    provinsi: Region | None = None
    point: Point | None = None
    precision: PlacePrecision = PlacePrecision.country
    inferred: bool = False
    evidence: Evidence | None = None


class DateConflict(Document):
    kind: ConflictKind
    stated: str
    actual: str | None = None


class EventDate(Document):
    """When it happened. `start` is null only where the page states a date that does not exist."""

    start: date | None = None
    end: date | None = None
    edtf: str | None = None
    precision: DatePrecision = DatePrecision.day
    basis: DateBasis
    inferred: bool = False
    conflicts: tuple[DateConflict, ...] = ()
    text: str | None = None
    """The words, where they could not be turned into a date."""
    evidence: Evidence | None = None


class Organizer(Document):
    name: str
    kind: OrganizationKind = OrganizationKind.other
    evidence: Evidence | None = None


class Organization(Document):
    name: str
    kind: OrganizationKind = OrganizationKind.other
    evidence: Evidence | None = None


class Participant(Document):
    name: str
    prefix: tuple[str, ...] = ()
    suffix: tuple[str, ...] = ()
    role: str | None = None
    organization: str | None = None
    aliases: tuple[str, ...] = ()
    evidence: Evidence | None = None


class Quote(Document):
    text: str
    speaker: str | None = None
    verb: str | None = None
    direct: bool = True
    evidence: Evidence | None = None


class Figure(Document):
    value: FiniteFloat
    unit: str | None = None
    kind: FigureKind
    text: str
    evidence: Evidence | None = None


class LegalRef(Document):
    id: str
    kind: str
    number: str | None = None
    year: int | None = None
    article: str | None = None
    title: str | None = None
    evidence: Evidence | None = None


class MentionedDate(Document):
    start: date
    end: date | None = None
    precision: DatePrecision
    basis: DateBasis
    evidence: Evidence | None = None


class EventMention(Document):
    """What one article says of one happening."""

    type: EventType
    name: str | None = None
    theme: str | None = None
    date: EventDate | None = None
    place: Place | None = None
    organizers: tuple[Organizer, ...] = ()
    participants: tuple[Participant, ...] = ()
    organizations: tuple[Organization, ...] = ()
    quotes: tuple[Quote, ...] = ()
    figures: tuple[Figure, ...] = ()
    legal_refs: tuple[LegalRef, ...] = ()
    mentioned_dates: tuple[MentionedDate, ...] = ()
    topics: tuple[str, ...] = ()
    evidence: Evidence | None = None


class Provenance(Document):
    page_id: str
    extractor: str
    extracted_at: AwareDatetime
    http_status: int
    raw_digest: str


class Article(Document):
    """One page of one publisher, cleaned and read."""

    schema_version: int = SCHEMA_VERSION
    id: str
    revision: Annotated[int, Field(ge=1)] = 1
    url: str
    canonical_url: str
    site: SiteRef
    language: str = "id"
    title: str
    body: str
    summary: str | None = None
    bylines: tuple[Byline, ...] = ()
    dateline: Dateline | None = None
    tags: tuple[str, ...] = ()
    section: str | None = None
    images: tuple[Image, ...] = ()
    published_at: PublishedAt | None = None
    modified_at: PublishedAt | None = None
    fetched_at: AwareDatetime
    content_hash: str
    fingerprint: str
    event: EventMention | None = None
    flags: tuple[Flag, ...] = ()
    provenance: Provenance


# --- event -----------------------------------------------------------------------------------------------------------


class Report(Document):
    """One article's part in an event. `gone_at`: its site was first seen to have removed it; what it said still counts."""

    id: str
    url: str
    site: SiteRef
    published_at: datetime | None = None
    content_hash: str
    gone_at: AwareDatetime | None = None


class Agreement(Document):
    """For one merged field: the articles that say the same, and those that say something else; what says nothing of it is in neither.

    `field` is `type`, `name`, `theme`, `date`, `place`, or an item of a list: `participants/0`, `quotes/2`.
    """

    field: str
    agree: tuple[str, ...] = ()
    differ: tuple[str, ...] = ()


class Event(EventMention):
    """A real-world happening, merged from the articles that report it."""

    schema_version: int = SCHEMA_VERSION
    id: str
    revision: Annotated[int, Field(ge=1)] = 1
    articles: tuple[Report, ...]
    sources: Annotated[int, Field(ge=0)]
    """Independent publishers; copies of one press release count once."""
    agreement: tuple[Agreement, ...] = ()
    flags: tuple[Flag, ...] = ()
    first_seen_at: AwareDatetime
    updated_at: AwareDatetime
    replaced_by: str | None = None
