"""Provinces and kabupaten/kota that a page names, each with a weight and resolved to one code. Pure.

A mention that may be several regions (Kota or Kabupaten Madiun, Gorontalo) is narrowed by the words before it, then by the
kecamatan named with it, then by what else the page names, then by the site's home.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from services.extractor.event.place_words import PlaceWords, last_words
from services.extractor.event.text import Text
from services.extractor.gazetteer.names import fold
from services.extractor.gazetteer.regions import Gazetteer, Hit
from shared.documents import Span

_BEFORE = 28
_STRETCH = 110
_TITLE, _LEAD, _SECOND, _REST = 4.0, 4.0, 2.0, 0.5
_EVENT, _LOCATIVE, _KECAMATAN = 3.0, 3.0, 3.0
_LONGEST_NAME = 14


@dataclass(frozen=True)
class Mention:
    """A region named: in the title (`start` is then -1) or in the body. `explicit`: its level was said."""

    start: int
    end: int
    codes: tuple[str, ...]
    weight: float
    locative: bool = False
    explicit: bool = False


def title_mentions(title: str, gazetteer: Gazetteer, words: PlaceWords) -> Iterator[Mention]:
    """In a title in capitals everything begins with one, which tells nothing more."""
    for hit in gazetteer.find(title):
        mention = _read(hit, title, _TITLE, gazetteer, words)
        if mention:
            yield replace(mention, start=-1, end=-1)


def body_mentions(text: Text, hits: Iterable[Hit], focus: Span | None, gazetteer: Gazetteer, words: PlaceWords) -> Iterator[Mention]:
    """`focus` is where the event's date stands: regions named in its sentence weigh more."""
    near = (text.sentence_start(focus.start), text.sentence_end(focus.end)) if focus else (0, 0)
    for hit in hits:
        paragraph = text.paragraph_of(hit.start)
        weight = _LEAD if paragraph == 0 else _SECOND if paragraph < 3 else _REST
        mention = _read(hit, text.body, weight, gazetteer, words)
        if mention and near[0] <= hit.start < near[1]:
            mention = replace(mention, weight=mention.weight + (_EVENT if mention.locative else _EVENT / 3))
        if mention:
            yield mention


def _read(hit: Hit, text: str, weight: float, gazetteer: Gazetteer, words: PlaceWords) -> Mention | None:
    """The hit with what the words before it say; None where they make it something else."""
    before = text[max(0, hit.start - _BEFORE) : hit.start]
    name = text[hit.start : hit.end].lower()
    said = last_words(before)
    if not (words.before.smaller.isdisjoint(said) and words.before.other.isdisjoint(said)):
        return None
    codes, explicit = _said_level(hit.codes, said, gazetteer, words)
    locative = _is_locative(text, hit.start, words)
    if name in words.common and not explicit and not locative and text[: hit.start].strip() != "":
        weight /= 4
    if hit.is_seat or not words.before.origin.isdisjoint(said):
        weight /= 2
    return Mention(hit.start, hit.end, codes, weight + (_LOCATIVE if locative else 0.0), locative, explicit)


def _said_level(codes: tuple[str, ...], said: Sequence[str], gazetteer: Gazetteer, words: PlaceWords) -> tuple[tuple[str, ...], bool]:
    """ "Bupati X" is a kabupaten, "Wali Kota X" a kota, "Provinsi X" a province: the codes that fit, if any do."""
    for leading, level in ((words.before.kota, "kota"), (words.before.kabupaten, "kabupaten"), (words.before.provinsi, "provinsi")):
        if not leading.isdisjoint(said):
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


def districts_named(text: str, gazetteer: Gazetteer, words: PlaceWords) -> list[tuple[str, ...]]:
    """The codes of each kecamatan that the page names, its level said: all that have one of that name."""
    named = (words.kecamatan.match(text, at) for at in words.kecamatan_spots.find(fold(text)))
    return [_longest_known(match["name"].split(), gazetteer) for match in named if match]


def by_districts(districts: Iterable[Sequence[str]]) -> dict[str, float]:
    """What the named kecamatan weigh for each kabupaten/kota."""
    out: dict[str, float] = defaultdict(float)
    for codes in districts:
        for code in codes:
            out[code[:5]] += _KECAMATAN / len(codes)
    return out


def _longest_known(parts: Sequence[str], gazetteer: Gazetteer) -> tuple[str, ...]:
    names = (" ".join(parts[:length]) for length in range(min(4, len(parts)), 0, -1))
    return next((codes for name in names if (codes := gazetteer.kecamatan(name))), ())


def narrowed(
    mentions: Sequence[Mention], districts: Mapping[str, float], parents: frozenset[str], home: str | None, gazetteer: Gazetteer
) -> list[Mention]:
    """Each mention with one code. `parents`: the kabupaten/kota that have a kecamatan of the name the event's phrase gives."""
    stated = [mention for mention in mentions if mention.explicit or len(mention.codes) == 1]
    known = {code for mention in stated if len(mention.codes) == 1 for code in mention.codes}
    provinces = {code[:2] for code in known}

    def likelihood(code: str) -> tuple[object, ...]:
        """Its kecamatan in the phrase, named elsewhere, a kecamatan of it named, the site's own, in a province named; then the kota."""
        return (
            code in parents,
            code in known,
            districts.get(code, 0.0),
            code == home,
            home is not None and code[:2] == home[:2],
            code[:2] in provinces,
            len(code) == 2,
            gazetteer.regions[code].is_city,
        )

    return [replace(mention, codes=(max(mention.codes, key=likelihood),)) for mention in mentions]


def heaviest(mentions: Iterable[Mention], districts: Mapping[str, float]) -> tuple[dict[str, float], dict[str, Mention]]:
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
