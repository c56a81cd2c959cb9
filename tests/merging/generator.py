"""Invented happenings and what several papers make of each: releases copied, quotes cut, figures wrong, a day out, a name misspelt; and
lookalikes of the same type, day and region at another place with other people. All by seed; nothing here is of the merging's own code."""

from __future__ import annotations

import hashlib
import random
import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone

from shared.documents import (
    Article,
    DateBasis,
    EventDate,
    EventMention,
    Figure,
    FigureKind,
    OrganizationKind,
    Organizer,
    Participant,
    Place,
    PlacePrecision,
    Provenance,
    PublishedAt,
    Quote,
    Region,
    SiteKind,
    SiteRef,
    SourceName,
    TimePrecision,
)
from shared.urls import article_id, page_id
from tests.merging.invented import (
    ENDINGS,
    FAMILY_NAMES,
    FILLERS,
    GIVEN_NAMES,
    KINDS,
    OPENINGS,
    ROLES,
    SAYINGS,
    TITLES,
    TOWNS,
    UNITS,
    VENUES,
    Kind,
    Town,
)

WIB = timezone(timedelta(hours=7))
FIRST_DAY = date(2023, 11, 1)


@dataclass(frozen=True)
class Happening:
    """What really took place."""

    key: int
    kind: Kind
    town: Town
    day: date
    venue: str
    organizer: str
    people: tuple[tuple[str, str], ...]
    """Names and roles; the first opens it."""
    topic: str
    sayings: tuple[str, ...]
    figures: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Report:
    """One article, and which happening it is of."""

    article: Article
    of: int


@dataclass(frozen=True)
class World:
    """Where and when things happen, and how many papers there are to write of it."""

    towns: tuple[Town, ...] = TOWNS
    first_day: date = FIRST_DAY
    days: int = 30
    papers: int = 40


def generate(seed: int, *, articles: int = 1_000, happenings: int = 200, most: int = 9, world: World = World()) -> list[Report]:
    """So many reports of so many happenings, at least one each and at most `most`, in order of publication."""
    chance = random.Random(seed)
    papers = tuple(_paper(number) for number in range(world.papers))
    made = _happenings(chance, happenings, world)
    sizes = _sizes(chance, articles, happenings, most)
    reports = [report for happening, size in zip(made, sizes, strict=True) for report in _reports(chance, happening, size, papers)]
    return sorted(reports, key=lambda report: (report.article.fetched_at, report.article.id))


def _sizes(chance: random.Random, articles: int, happenings: int, most: int) -> list[int]:
    sizes = [1] * happenings
    while sum(sizes) < articles:
        at = chance.randrange(happenings)
        sizes[at] += sizes[at] < most
    return sizes


def _happenings(chance: random.Random, number: int, world: World) -> list[Happening]:
    """Two in five are lookalikes of the one before."""
    made: list[Happening] = []
    while len(made) < number:
        if made and chance.random() < 0.4:
            made.append(_lookalike(chance, made[-1], len(made)))
        else:
            made.append(_happening(chance, len(made), world))
    return made


def _happening(chance: random.Random, key: int, world: World) -> Happening:
    kind, town = chance.choice(KINDS), chance.choice(world.towns)
    return Happening(
        key,
        kind,
        town,
        world.first_day + timedelta(days=chance.randrange(world.days)),
        chance.choice(VENUES),
        f"{chance.choice(kind.organizers)} {town.name}",
        _people(chance, chance.randint(2, 5)),
        chance.choice(kind.topics),
        _sayings(chance),
        tuple((chance.randint(11, 900), unit) for unit in chance.sample(UNITS, 3)),
    )


def _lookalike(chance: random.Random, of: Happening, key: int) -> Happening:
    """The same office does the same on the same day somewhere else in the town; now and then its head opens both."""
    venue = chance.choice([venue for venue in VENUES if venue != of.venue])
    people = _people(chance, chance.randint(2, 5))
    if chance.random() < 0.25:
        people = (of.people[0], *people[1:])
    topic = of.topic if chance.random() < 0.5 else chance.choice(of.kind.topics)
    figures = tuple((chance.randint(11, 900), unit) for unit in chance.sample(UNITS, 3))
    return replace(of, key=key, venue=venue, people=people, topic=topic, sayings=_sayings(chance), figures=figures)


def _sayings(chance: random.Random) -> tuple[str, ...]:
    """Nobody says the same thing twice word for word; but people say like things."""
    return tuple(f"{saying} {chance.choice(ENDINGS)}" for saying in chance.sample(SAYINGS, 4))


def _people(chance: random.Random, number: int) -> tuple[tuple[str, str], ...]:
    names = {f"{chance.choice(GIVEN_NAMES)} {chance.choice(FAMILY_NAMES)}" for _ in range(number)}
    return tuple((name, chance.choice(ROLES)) for name in sorted(names))


# --- what a paper makes of it ----------------------------------------------------------------------------------------


def _reports(chance: random.Random, of: Happening, number: int, papers: tuple[SiteRef, ...]) -> list[Report]:
    """The release of the office, copies of it, and what reporters wrote themselves; each in another paper."""
    release = _release(chance, of)
    made = []
    for paper in chance.sample(papers, number):
        copied = chance.random() < 0.35
        text = _edited(chance, release) if copied else _written(chance, of)
        made.append(Report(_article(chance, of, paper, text, copied=copied), of.key))
    return made


def _release(chance: random.Random, of: Happening) -> list[str]:
    return [*_told(chance, of, of.people), *chance.sample(FILLERS, 4)]


def _written(chance: random.Random, of: Happening) -> list[str]:
    people = tuple(chance.sample(of.people, chance.randint(1, len(of.people))))
    return [*_told(chance, of, people), *chance.sample(FILLERS, chance.randint(2, 6))]


def _told(chance: random.Random, of: Happening, people: tuple[tuple[str, str], ...]) -> list[str]:
    opening = chance.choice(OPENINGS).format(organizer=of.organizer, topic=of.topic, venue=of.venue, town=of.town.name)
    named = [f"{role} {name} {chance.choice(('hadir', 'tampak', 'memberi sambutan'))} di sana." for name, role in people]
    speaker, verb = people[0][0], chance.choice(("kata", "ujar", "tutur"))
    said = [f"“{saying},” {verb} {speaker}." for saying in chance.sample(of.sayings, 2)]
    counted = [f"Tercatat {number} {unit}." for number, unit in chance.sample(of.figures, 2)]
    return [opening, *named, *said, *counted]


def _edited(chance: random.Random, release: list[str]) -> list[str]:
    """A desk cuts the end or one sentence, and leaves the rest."""
    text = list(release)
    if chance.random() < 0.5:
        text.pop(chance.randrange(1, len(text)))
    return text


def _article(chance: random.Random, of: Happening, paper: SiteRef, text: list[str], *, copied: bool) -> Article:
    published = datetime(of.day.year, of.day.month, of.day.day, 17, tzinfo=WIB) + timedelta(hours=chance.randint(0, 30))
    body = "\n\n".join(text)
    url = f"https://{paper.id}/berita/{of.day:%Y/%m}/{of.key}-{chance.randrange(10**9)}"
    fetched = (published + timedelta(minutes=chance.randint(5, 600))).astimezone(UTC)
    title = chance.choice(TITLES).format(organizer=of.organizer, topic=of.topic, venue=of.venue, name=of.people[0][0], act=of.kind.act)
    return Article(
        id=article_id(url),
        url=url,
        canonical_url=url,
        site=paper,
        title=title,
        body=body,
        published_at=PublishedAt(value=published, precision=TimePrecision.minute, source=SourceName.json_ld),
        fetched_at=fetched,
        content_hash=hashlib.sha256(f"{title}\n{body}".encode()).hexdigest(),
        fingerprint="0" * 16,
        event=_mention(chance, of, body, published.date(), copied=copied),
        provenance=Provenance(
            page_id=page_id(url, "sha256:0", fetched.isoformat()),
            extractor="kabar/0.1.0",
            extracted_at=fetched,
            http_status=200,
            raw_digest="sha256:0",
        ),
    )


def _mention(chance: random.Random, of: Happening, body: str, published: date, *, copied: bool) -> EventMention:
    """What an extractor reads out of it: not everything, and not always right. Copies are read alike but for the odd slip."""
    slips = 0.3 if copied else 1.0
    people = [(name, role) for name, role in of.people if name in body]
    return EventMention(
        type=chance.choice(of.kind.mistaken_for) if chance.random() < 0.15 * slips else of.kind.type,
        name=f"{of.kind.act} {of.topic}" if chance.random() < 0.6 else None,
        theme=of.topic.title() if chance.random() < 0.3 else None,
        date=_date(chance, of.day, published, slips),
        place=_place(chance, of, slips),
        organizers=(Organizer(name=of.organizer, kind=OrganizationKind.bawaslu),) if chance.random() < 0.8 else (),
        participants=tuple(_person(chance, name, role, slips) for name, role in people if chance.random() > 0.1 * slips),
        quotes=tuple(Quote(text=_cut(chance, said), speaker=people[0][0] if people else None) for said in re.findall("“([^”]+),”", body)),
        figures=tuple(_figure(chance, number, unit, slips) for number, unit in of.figures if f"{number} {unit}" in body),
        topics=(of.kind.type.value,),
    )


def _date(chance: random.Random, day: date, published: date, slips: float) -> EventDate:
    drawn = chance.random()
    if drawn < 0.10 * slips:
        return EventDate(start=published, end=published, edtf=published.isoformat(), basis=DateBasis.published, inferred=True)
    if drawn < 0.13 * slips:
        day += timedelta(days=chance.choice((-1, 1)))
    return EventDate(start=day, end=day, edtf=day.isoformat(), basis=DateBasis.explicit)


def _place(chance: random.Random, of: Happening, slips: float) -> Place:
    town = Region(code=of.town.code, name=of.town.name)
    province = Region(code=of.town.code[:2], name=of.town.province)
    drawn = chance.random()
    if drawn < 0.04 * slips:
        return Place(provinsi=province, precision=PlacePrecision.provinsi)
    if drawn < 0.2 * slips:
        return Place(kabkota=town, provinsi=province, precision=PlacePrecision.kabkota)
    venue = of.venue.split(maxsplit=1)[1] if drawn < 0.3 * slips else of.venue
    if drawn > 1 - 0.02 * slips:
        venue = chance.choice(VENUES)
    return Place(venue=venue, kabkota=town, provinsi=province, precision=PlacePrecision.venue)


def _person(chance: random.Random, name: str, role: str, slips: float) -> Participant:
    if chance.random() < 0.06 * slips:
        at = chance.randrange(1, len(name) - 1)
        name = (name[:at] + name[at + 1 :]).strip() if name[at] != " " and name[at - 1] != " " else name
    return Participant(name=name, role=role if chance.random() < 0.7 else None)


def _cut(chance: random.Random, said: str) -> str:
    words = said.split()
    return " ".join(words[: max(5, len(words) - 4)]) if chance.random() < 0.3 else said


def _figure(chance: random.Random, number: int, unit: str, slips: float) -> Figure:
    number += chance.choice((-1, 10)) if chance.random() < 0.1 * slips else 0
    return Figure(value=number, unit=unit, kind=FigureKind.count, text=f"{number} {unit}")


def _paper(number: int) -> SiteRef:
    kind = SiteKind.bawaslu if number % 8 == 0 else SiteKind.government if number % 8 == 1 else SiteKind.portal
    return SiteRef(id=f"koran-{number}.example", name=f"Koran {number}", kind=kind)
