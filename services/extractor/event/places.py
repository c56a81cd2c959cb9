"""Where it happened: provinces and kabupaten/kota by the register's codes, resolved with context. Pure.

Every name found is a mention with a weight; a mention that may be several regions (Kota or Kabupaten Madiun, Gorontalo)
is narrowed by the words before it, then by what else the page names, then by the site's home. The heaviest wins.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.extractor.event.text import Text
from services.extractor.gazetteer.regions import Gazetteer, Hit
from shared.documents import Place, PlacePrecision, Point, Region, Source, SourceName, Span

_BEFORE = 24
_STRETCH = 110
_TITLE, _LEAD, _SECOND, _REST = 4.0, 4.0, 2.0, 0.5
_EVENT, _LOCATIVE, _KECAMATAN = 3.0, 3.0, 3.0
_LONGEST_NAME = 14
_NAME_WORD = r"[A-Z][\w'’-]+"


@dataclass(frozen=True)
class PlaceWords:
    """What lang/*/places.toml says, compiled: each pattern looks at the text just before a name."""

    kabupaten: re.Pattern[str]
    kota: re.Pattern[str]
    provinsi: re.Pattern[str]
    smaller: re.Pattern[str]
    other: re.Pattern[str]
    origin: re.Pattern[str]
    locative: re.Pattern[str]
    inner: re.Pattern[str]
    kecamatan: re.Pattern[str]
    common: frozenset[str]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> PlaceWords:
        def before(*keys: str) -> re.Pattern[str]:
            return re.compile(rf"(?<!\w)(?:{_one_of(word for key in keys for word in data[key])})\s*$", re.I)

        return cls(
            kabupaten=before("kabupaten"),
            kota=before("kota"),
            provinsi=before("provinsi"),
            smaller=before("kecamatan", "desa"),
            other=before("other"),
            origin=before("origin"),
            locative=re.compile(rf"\b(?:{_one_of(data['locative'])})\s+", re.I),
            inner=re.compile(rf"[A-Z0-9(\"“].*|[,&]|(?i:{_one_of(data['inner'])})"),
            kecamatan=re.compile(rf"\b(?i:{_one_of(data['kecamatan'])})\s+({_NAME_WORD}(?:\s+(?:{_NAME_WORD}|[IVX]+|\d))*)"),
            common=frozenset(data["common"]),
        )


@dataclass(frozen=True)
class Mention:
    """A region named: in the title (`start` is then -1) or in the body. `explicit`: its level was said."""

    start: int
    end: int
    codes: tuple[str, ...]
    weight: float
    locative: bool = False
    explicit: bool = False


def event_place(
    text: Text, focus: Span | None, dateline: str | None, home: str | None, gazetteer: Gazetteer, words: PlaceWords
) -> Place | None:
    """The event's place. `focus` is where its date stands, `dateline` the town before the lead, `home` the site's region code."""
    mentions = [*_title_mentions(text.title, gazetteer, words), *_body_mentions(text, focus, gazetteer, words)]
    districts = _districts(text, gazetteer, words)
    mentions = _narrowed(mentions, districts, home, gazetteer)
    scores, best = _heaviest(mentions, districts)
    kabkota, provinsi = _top(scores, 5), _top(scores, 2)
    if kabkota and provinsi and kabkota[:2] != provinsi and best[provinsi].locative and not best[kabkota].locative:
        return _province(provinsi, best[provinsi], text, gazetteer)
    if kabkota:
        return _kabkota(kabkota, best[kabkota], text, gazetteer)
    return (
        _outside(_code_of(dateline, gazetteer, home), SourceName.dateline, gazetteer, provinsi)
        or (_province(provinsi, best[provinsi], text, gazetteer) if provinsi and (home is None or home[:2] != provinsi) else None)
        or _outside(home, SourceName.site, gazetteer, None)
    )


def _title_mentions(title: str, gazetteer: Gazetteer, words: PlaceWords) -> Iterator[Mention]:
    """In a title in capitals everything begins with one, which tells nothing more."""
    for hit in gazetteer.find(title):
        mention = _read(hit, title, _TITLE, gazetteer, words)
        if mention:
            yield replace(mention, start=-1, end=-1)


def _body_mentions(text: Text, focus: Span | None, gazetteer: Gazetteer, words: PlaceWords) -> Iterator[Mention]:
    for hit in gazetteer.find(text.body):
        paragraph = text.paragraph_of(hit.start)
        weight = _LEAD if paragraph == 0 else _SECOND if paragraph < 3 else _REST
        mention = _read(hit, text.body, weight, gazetteer, words)
        if mention and focus and text.sentence_start(focus.start) <= hit.start < text.sentence_end(focus.end):
            mention = replace(mention, weight=mention.weight + (_EVENT if mention.locative else _EVENT / 3))
        if mention:
            yield mention


def _read(hit: Hit, text: str, weight: float, gazetteer: Gazetteer, words: PlaceWords) -> Mention | None:
    """The hit with what the words before it say; None where they make it something else."""
    before = text[max(0, hit.start - _BEFORE) : hit.start]
    name = text[hit.start : hit.end].lower()
    if words.smaller.search(before) or words.other.search(before):
        return None
    codes, explicit = _said_level(hit.codes, before, gazetteer, words)
    if not codes:
        return None
    locative = _is_locative(text, hit.start, words)
    if name in words.common and not explicit and not locative and text[: hit.start].strip() != "":
        weight /= 4
    if words.origin.search(before) or hit.is_seat:
        weight /= 2
    return Mention(hit.start, hit.end, codes, weight + (_LOCATIVE if locative else 0.0), locative, explicit)


def _said_level(codes: tuple[str, ...], before: str, gazetteer: Gazetteer, words: PlaceWords) -> tuple[tuple[str, ...], bool]:
    """ "Bupati X" is a kabupaten, "Wali Kota X" a kota, "Provinsi X" a province: the codes that fit, if any do."""
    for pattern, level in ((words.kota, "kota"), (words.kabupaten, "kabupaten"), (words.provinsi, "provinsi")):
        if pattern.search(before):
            fitting = tuple(code for code in codes if gazetteer.regions[code].level == level)
            # "kota Tuban" is the town of the kabupaten: what was said then tells nothing of the level.
            return (fitting, True) if fitting else (codes, False)
    return codes, False


def _is_locative(text: str, start: int, words: PlaceWords) -> bool:
    """Does the name close a stretch of names behind "di": "di Balai Desa X, Kecamatan Y, Z"."""
    window = text[max(0, start - _STRETCH) : start]
    window = window[max(window.rfind("\n"), window.rfind(". ")) + 1 :]
    for match in reversed(list(words.locative.finditer(window))):
        rest = window[match.end() :].split()
        if len(rest) <= _LONGEST_NAME and all(words.inner.fullmatch(word) for word in rest[1:]):
            return True
    return False


def _districts(text: Text, gazetteer: Gazetteer, words: PlaceWords) -> dict[str, float]:
    """Kabupaten/kota by the kecamatan the page names: each counts for all that have one of that name."""
    out: dict[str, float] = defaultdict(float)
    for match in words.kecamatan.finditer(f"{text.title}\n{text.body}"):
        parents = {code[:5] for code in _longest_known(match[1].split(), gazetteer)}
        for parent in parents:
            out[parent] += _KECAMATAN / len(parents)
    return out


def _longest_known(parts: Sequence[str], gazetteer: Gazetteer) -> tuple[str, ...]:
    names = (" ".join(parts[:length]) for length in range(min(4, len(parts)), 0, -1))
    return next((codes for name in names if (codes := gazetteer.kecamatan(name))), ())


def _narrowed(mentions: Sequence[Mention], districts: Mapping[str, float], home: str | None, gazetteer: Gazetteer) -> list[Mention]:
    """Each mention with one code."""
    stated = [mention for mention in mentions if mention.explicit or len(mention.codes) == 1]
    known = {code for mention in stated if len(mention.codes) == 1 for code in mention.codes}
    provinces = {code[:2] for code in known}
    return [replace(m, codes=(_choose(m.codes, known, provinces, districts, home, gazetteer),)) for m in mentions]


def _choose(
    codes: tuple[str, ...], known: set[str], provinces: set[str], districts: Mapping[str, float], home: str | None, gazetteer: Gazetteer
) -> str:
    """The likeliest region of that name: named elsewhere, with a kecamatan named, the site's own, in a province named; then the kota."""
    return max(
        codes,
        key=lambda code: (
            code in known,
            districts.get(code, 0.0),
            code == home,
            home is not None and code[:2] == home[:2],
            code[:2] in provinces,
            len(code) == 2,
            gazetteer.regions[code].is_city,
        ),
    )


def _heaviest(mentions: Iterable[Mention], districts: Mapping[str, float]) -> tuple[dict[str, float], dict[str, Mention]]:
    """The weight of each code, and its best mention: the one that says where before the one that only names."""
    scores: dict[str, float] = defaultdict(float)
    best: dict[str, Mention] = {}
    for mention in mentions:
        code = mention.codes[0]
        scores[code] += mention.weight
        kept = best.get(code)
        if kept is None or (mention.locative, mention.start >= 0, mention.weight) > (kept.locative, kept.start >= 0, kept.weight):
            best[code] = mention
    for code, weight in districts.items():
        if code in scores:
            scores[code] += weight
    return scores, best


def _top(scores: Mapping[str, float], length: int) -> str | None:
    return max((code for code in scores if len(code) == length), key=lambda code: (scores[code], code), default=None)


def _code_of(name: str | None, gazetteer: Gazetteer, home: str | None) -> str | None:
    """The kabupaten/kota of a dateline, if it is one's name or capital."""
    codes = [code for hit in gazetteer.find(name or "") for code in hit.codes if len(code) == 5]
    return home if home in codes else next((code for code in codes if gazetteer.regions[code].is_city), next(iter(codes), None))


def _kabkota(code: str, mention: Mention, text: Text, gazetteer: Gazetteer) -> Place:
    return _place(code, gazetteer, inferred=not mention.locative, evidence=_evidence(mention, text))


def _province(code: str, mention: Mention, text: Text, gazetteer: Gazetteer) -> Place:
    return _place(code, gazetteer, inferred=not mention.locative, evidence=_evidence(mention, text))


def _outside(code: str | None, source: SourceName, gazetteer: Gazetteer, provinsi: str | None) -> Place | None:
    """A place the body does not state: the dateline's, or the site's home. A province the body names must agree."""
    if code is None or code[:5] not in gazetteer.regions or (provinsi and code[:2] != provinsi):
        return None
    return _place(code[:5], gazetteer, inferred=True, evidence=Source(source=source))


def _place(code: str, gazetteer: Gazetteer, *, inferred: bool, evidence: Span | Source) -> Place:
    level = PlacePrecision.kabkota if len(code) == 5 else PlacePrecision.provinsi
    row, province = gazetteer.regions[code], gazetteer.regions[code[:2]]
    return Place(
        kabkota=Region(code=code, name=row.name) if level is PlacePrecision.kabkota else None,
        provinsi=Region(code=province.code, name=province.name, iso=gazetteer.iso.get(province.code)),
        point=Point(lat=row.lat, lon=row.lon, of=level) if row.lat is not None and row.lon is not None else None,
        precision=level,
        inferred=inferred,
        evidence=evidence,
    )


def _evidence(mention: Mention, text: Text) -> Span | Source:
    return Source(source=SourceName.title) if mention.start < 0 else text.span(mention.start, mention.end)


def _one_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
