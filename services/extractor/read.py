"""A page → its article: the ordered steps, each in a file of its own. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

from services.extractor.clean import split_lines
from services.extractor.content import Parsed, main_text, parse
from services.extractor.dateline import read_dateline
from services.extractor.decode import decode
from services.extractor.event.dates import find_dates
from services.extractor.event.mention import read_event
from services.extractor.event.text import Text
from services.extractor.event.when import flags_of
from services.extractor.fingerprint import content_hash, fingerprint
from services.extractor.images import credited, read_pictures, with_main
from services.extractor.knowledge import Knowledge
from services.extractor.metadata import WIB, Metadata, guess_published, read_metadata
from services.extractor.page import Page
from services.extractor.page_bylines import read_page_bylines
from services.extractor.refuse import SHORT_BODY, refuse_notice, refuse_response
from services.extractor.tidy import Tidied, in_one, tidy
from shared.documents import (
    Article,
    Byline,
    BylineRole,
    DateBasis,
    EventMention,
    Flag,
    Provenance,
    PublishedAt,
    SiteRef,
    SourceName,
    TimePrecision,
)
from shared.urls import article_id, canonical_url, one_article

EXTRACTOR = "kabar/0.1.0"


def read_page(page: Page, knowledge: Knowledge) -> Article:
    """The article of a page: the same page gives the same article, byte for byte. Raises `Reject` with the reason for what is none."""
    refuse_response(page)
    decoded = decode(page.html, page.headers.get("content-type", ""))
    parsed = parse(decoded.text)
    meta = read_metadata(parsed, page.final_url)
    pictures = read_pictures(parsed.tree, page.final_url, knowledge.credits)
    beside = read_page_bylines(parsed.tree, knowledge.signatures)
    first, further = _tidied(parsed, meta.title, knowledge), [parse(decode(part).text) for part in page.parts]
    tidied = in_one([first, *(_tidied(part, meta.title, knowledge) for part in further)]) if further else first
    refuse_notice(meta.title, tidied.lines, parsed.tree, knowledge.notices)
    published = _published(meta, parsed, tidied.dropped, page, knowledge)
    text = Text(meta.title, "\n\n".join(tidied.lines), published, page.fetched_at.astimezone(WIB).date())
    bylines = _bylines([*tidied.bylines, *beside, *pictures.photographers], meta)
    dateline = read_dateline(text.body, knowledge.event.gazetteer)
    event = read_event(text, dateline.place if dateline else None, page.site.region, knowledge.event)
    canonical = meta.canonical or one_article(canonical_url(page.final_url))
    return Article(
        id=article_id(canonical),
        url=page.url,
        canonical_url=canonical,
        site=SiteRef(id=page.site.id, name=page.site.name, kind=page.site.kind),
        title=meta.title,
        body=text.body,
        bylines=bylines,
        dateline=dateline,
        tags=meta.tags or tidied.tags,
        section=meta.section,
        images=credited(with_main(pictures.images, meta.image, page.final_url), bylines),
        published_at=text.published_at,
        modified_at=meta.modified,
        fetched_at=page.fetched_at,
        content_hash=content_hash(meta.title, text.body),
        fingerprint=fingerprint(text.body),
        event=event,
        flags=_flags(event, text.body, repaired=decoded.repaired),
        provenance=_provenance(page),
    )


def _tidied(parsed: Parsed, title: str, knowledge: Knowledge) -> Tidied:
    return tidy(split_lines(main_text(parsed)), title, knowledge.furniture, knowledge.signatures)


def _published(meta: Metadata, parsed: Parsed, dropped: Sequence[str], page: Page, knowledge: Knowledge) -> PublishedAt | None:
    """As the page declares it, else as it prints it among the furniture, else htmldate's guess."""
    return meta.published or _printed(dropped, page, knowledge) or guess_published(parsed, page.final_url, page.fetched_at)


def _printed(dropped: Sequence[str], page: Page, knowledge: Knowledge) -> PublishedAt | None:
    """The one full date in a line that is not the article's: "by Humas - 3 Agustus 2023"."""
    day = page.fetched_at.astimezone(WIB).date()
    mentions = find_dates(Text("", "\n\n".join(dropped), None, day), knowledge.event.calendar)
    days = {mention.first for mention in mentions if mention.first and mention.basis is DateBasis.explicit and mention.first <= day}
    if len(days) != 1:
        return None
    return PublishedAt(value=datetime.combine(days.pop(), time(), WIB), precision=TimePrecision.day, source=SourceName.page)


def _bylines(signed: Sequence[Byline], meta: Metadata) -> tuple[Byline, ...]:
    """Those printed in the text first; what stands beside it and the page's data add names not yet there."""
    printed: dict[str, Byline] = {}
    for byline in (*signed, *meta.bylines):
        printed.setdefault(f"{byline.name.casefold()} {byline.role if byline.role is BylineRole.photographer else ''}", byline)
    return tuple(printed.values())


def _flags(event: EventMention | None, body: str, *, repaired: bool) -> tuple[Flag, ...]:
    flags = list(flags_of(event.date)) if event else []
    flags += [Flag.repaired_text] if repaired else []
    flags += [Flag.short_body] if len(body) < SHORT_BODY else []
    return tuple(flags)


def _provenance(page: Page) -> Provenance:
    """`extracted_at` is the time of fetching: a clock here would make two readings of one page differ."""
    return Provenance(
        page_id=page.page_id,
        extractor=EXTRACTOR,
        extracted_at=page.fetched_at,
        http_status=page.status,
        raw_digest=page.raw_digest,
    )
