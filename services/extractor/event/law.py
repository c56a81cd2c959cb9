"""Legal texts a page cites, in normal form: `UU 7/2017`, `Perda Kabupaten Mimika 3/2020`, with the article cited. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.extractor.event.text import Text
from services.extractor.gazetteer.regions import Gazetteer
from shared.documents import LegalRef

_MARK = r"(?i:nomor|nomer|no)\b\s*\.?\s*:?\s*"
# "7", "IX", "KEP-352/A/JA/05/2025", "800-5474", "1447.1/PM.01/K.1/09/2022", "900/260/BPKAD.AKUNTANSI"
_NUMBER = r"(?:[A-Z]{1,6}[-./]\s?)?(?:\d+(?:\.\d+)*(?:-\d+)?[A-Z]?|[IVXLC]+)\b(?:/[\w.-]*\w)*"
_TAHUN = r"(?:\s*,?\s*(?i:tahun|thn?\.?)\s*(?P<year>(?:19|20)\d\d)\b)?"
# Behind a kind: its abbreviation, whose it is or what it is about, then number and year; "Nomor 7 dan 8 Tahun 2022" are two texts.
_WORD = r"\s+(?!(?:KINDS)\b|(?i:nomor|nomer|no|tahun|pasal)\b)(?:\([^()\n]{2,40}\)|[A-Za-z&][\w.'’/&-]*)"
_BEHIND = (
    rf"(?P<name>(?:{_WORD}){{0,9}}?)\s*,?\s*(?:(?P<mark>{_MARK})|(?<![\w.]))(?P<numbers>{_NUMBER}(?:\s*(?:,|dan|&)\s*\d+\b(?!/))*){_TAHUN}"
)

_AND = r"\s*(?:,|dan|&|atau|sampai|hingga|-)\s*"
_AYAT = rf"ayat\s*\(?\d+\)?(?:{_AND}\(?\d+\)(?!\d))*"
_HURUF = rf"huruf\s+[\"“]?[a-z]\b[\"”]?(?:{_AND}[a-z]\b)*"
_PASAL = rf"(?i:pasal\s+\d+[A-Z]?\b(?:{_AND}\d+[A-Z]?\b)*(?:\s*,?\s*(?:{_AYAT}|{_HURUF}|angka\s+\d+|ke-?\s?\d+))*)"
_PASALS = rf"{_PASAL}(?:\s*(?:,|/|dan|atau|serta|[Jj]o\.?|[Jj]uncto)*\s*{_PASAL})*"
_ARTICLE = re.compile(_PASAL)
_BEFORE = re.compile(rf"({_PASALS})\s*,?\s*(?:(?:dalam|dari|pada|di|menurut)\s+)?$")
_AFTER = re.compile(rf"\s*(?:,|\()?\s*(?:(?:khususnya|terutama|yakni|yaitu|pada|dalam|di)\s+)?({_PASALS})")
_PARAGRAPH = re.compile(r"\s*,?\s*ayat\s*\(?(\d+)\)?", re.I)

_TENTANG = re.compile(r"\s*,?\s*(?:tentang|tetang|ttg)\s+", re.I)
_TITLE_WORD = re.compile(r"[^\s,.;:()\"“”!?]+(?=([ ,.;:()\"“”!?\n]?))")
_BRACKETS = re.compile(r"\s*\([^()]*\)")
_SLASHED = re.compile(r"(\d+[A-Z]?)/((?:19|20)\d\d)")
_LAST_YEAR = re.compile(r"/((?:19|20)\d\d)$")
_LEADING = re.compile(r"^(?:dari|oleh|milik)\s+")
# "Nomor 7", "7/2017" but no date, "7 Tahun 2017"
_ANCHORS = (
    re.compile(r"[Nn](?<!\w[Nn])(?:[Oo]|OMOR|omor|omer)\b\s*\.?\s*:?\s*[A-Z\d]"),
    re.compile(r"\d(?<![\d/]\d)\d{0,2}[A-Z]?(?:/|\s+[Tt]a?hu?n\.?\s+)(?:19|20)\d\d"),
)
_ANY_ARTICLE = re.compile(r"[Pp](?:asal|ASAL)\s+\d")
_LOOK_BACK, _MOST_TITLE, _SMALL_TITLE = 160, 40, 5


@dataclass(frozen=True)
class LawWords:
    """What lang/*/law.toml says. `kinds` and `codes` name the groups of `kind` and `code`, in order."""

    kind: re.Pattern[str]
    behind: re.Pattern[str]
    code: re.Pattern[str]
    kinds: tuple[str, ...]
    codes: tuple[str, ...]
    regional: frozenset[str]
    official: frozenset[str]
    office_kinds: tuple[str, ...]
    offices: tuple[tuple[re.Pattern[str], str], ...]
    small: frozenset[str]
    ends: frozenset[str]
    never: frozenset[str]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> LawWords:
        spelled, codes = _longest_first(data["kinds"]), _longest_first(data["codes"])
        # "Perda yang disosialisasikan yaitu Perda Provinsi X Nomor 4": the kind nearest to the number is the one cited.
        words = [spelling for kind, spelling in spelled if spelling.isalpha() and kind not in data["named"]["official"]]
        abbreviated = "|".join(word if word.isupper() else f"(?i:{word})" for word in words)
        return cls(
            kind=re.compile(rf"(?<![\w/-])(?=[UPSKIQTMupskiqtm])(?:{_groups(spelled)})(?![\w-])"),
            behind=re.compile(_BEHIND.replace("KINDS", abbreviated)),
            code=re.compile(rf"\b(?:{_groups(codes)})(?!\w)"),
            kinds=tuple(kind for kind, _ in spelled),
            codes=tuple(code for code, _ in codes),
            regional=frozenset(data["named"]["regional"]),
            official=frozenset(data["named"]["official"]),
            office_kinds=tuple(data["named"]["region_words"]),
            offices=tuple((re.compile(rf"\b{re.escape(long)}(?!\w)", re.I), short) for long, short in data["offices"].items()),
            small=frozenset(data["title"]["small"]),
            ends=frozenset(data["title"]["ends"]),
            never=frozenset(data["title"]["never"]),
        )


@dataclass(frozen=True)
class _Citation:
    """One text cited, and where; `articles` as the page has them."""

    start: int
    end: int
    id: str
    kind: str
    number: str | None = None
    year: int | None = None
    articles: str = ""
    title: str | None = None


def find_law(text: Text, words: LawWords, gazetteer: Gazetteer) -> tuple[LegalRef, ...]:
    """The legal texts cited, in the order of the page: one row for each text and article, at the first place that says it."""
    found = sorted([*_numbered(text.body, words, gazetteer), *_codes(text.body, words)], key=lambda citation: citation.start)
    titles = {citation.id: citation.title for citation in reversed(found) if citation.title}
    rows: dict[tuple[str, str | None], LegalRef] = {}
    for citation in found:
        for article in _articles(citation.articles):
            if article is not None or not any(key[0] == citation.id for key in rows):
                rows.setdefault((citation.id, article), _row(citation, article, titles.get(citation.id), text))
    return tuple(rows.values())


def _row(citation: _Citation, article: str | None, title: str | None, text: Text) -> LegalRef:
    span = text.span(citation.start, citation.end)
    return LegalRef(
        id=citation.id, kind=citation.kind, number=citation.number, year=citation.year, article=article, title=title, evidence=span
    )


def _windows(body: str) -> Iterator[tuple[int, int]]:
    """Where a text may be cited: some way before every number that looks like one's. To look all over the page costs ten times more."""
    done = 0
    for start, end in sorted(anchor.span() for pattern in _ANCHORS for anchor in pattern.finditer(body)):
        if start >= done:
            yield max(done, start - _LOOK_BACK), end
            done = end


def _numbered(body: str, words: LawWords, gazetteer: Gazetteer) -> Iterator[_Citation]:
    """Every kind with a number: "Peraturan Daerah (Perda) Kabupaten Mimika Nomor 3 Tahun 2020"."""
    done = 0
    for found in (found for start, end in _windows(body) for found in words.kind.finditer(body, start, end)):
        behind = words.behind.match(body, found.end()) if found.start() >= done else None
        kind = words.kinds[(found.lastindex or 0) - 1]
        name = _name(behind, kind, words, gazetteer) if behind else None
        if behind is None or name is None:
            continue
        start, articles = _before(body, found.start())
        done, title = _title(body, behind.end(), words)
        end = behind.end()
        if not articles and (after := _AFTER.match(body, done)) and not _cites(words, body, after.end()):
            articles, end, done = after[1], after.end(), after.end()
        for numbered, number, year in _numbers(behind):
            yield _Citation(start, end, " ".join(filter(None, [kind, name, numbered])), kind, number, year, articles, title)


def _codes(body: str, words: LawWords) -> Iterator[_Citation]:
    """Books of law, only with an article: "Pasal 363 ayat (1) KUHP"."""
    for found in words.code.finditer(body) if _ANY_ARTICLE.search(body) else ():
        start, articles = _before(body, found.start())
        end = found.end()
        if not articles and (after := _AFTER.match(body, end)) and not _cites(words, body, after.end()):
            articles, end = after[1], after.end()
        if articles:
            code = words.codes[(found.lastindex or 0) - 1]
            yield _Citation(start, end, code, code.split()[0], articles=articles)


def _name(behind: re.Match[str], kind: str, words: LawWords, gazetteer: Gazetteer) -> str | None:
    """Whose text it is, empty where that is not part of its id; None where what was found cites nothing."""
    name = " ".join(_LEADING.sub("", _BRACKETS.sub("", behind["name"]).strip()).split())
    if not behind["mark"] and not (name == "" or (name[0].isupper() and len(name.split()) <= 3)):
        return None
    number = behind["numbers"]
    dated = bool(behind["year"] or _LAST_YEAR.search(number))
    if kind in words.official:
        is_office = name[:1].isupper() and (dated or "/" in number)
        return _office(name, words) if is_office else None
    if not dated:
        return None
    is_region = kind in words.regional and (name.startswith(words.office_kinds) or any(hit.start == 0 for hit in gazetteer.find(name)))
    return _office(name, words) if is_region or (kind == "SE" and name[:1].isupper()) else ""


def _office(name: str, words: LawWords) -> str:
    for long, short in words.offices:
        name = long.sub(short, name)
    return name


def _numbers(behind: re.Match[str]) -> Iterator[tuple[str, str, int | None]]:
    """Each number as it stands in the id, by itself, and its year: "7/2017", "7", 2017."""
    for number in re.split(r"\s*(?:,|dan|&)\s*", behind["numbers"]):
        last = _LAST_YEAR.search(number)
        slashed = _SLASHED.fullmatch(number)
        year = int(behind["year"] or (last[1] if last else 0)) or None
        yield f"{number}/{year}" if behind["year"] else number, slashed[1] if slashed else number, year


def _before(body: str, start: int) -> tuple[int, str]:
    """The articles right before a text, and where the citation begins with them."""
    earliest = max(0, start - _LOOK_BACK)
    match = _BEFORE.search(body[earliest:start])
    return (earliest + match.start(), match[1]) if match else (start, "")


def _cites(words: LawWords, body: str, at: int) -> bool:
    """The article that ends here belongs to the text that follows it."""
    following = body[at : at + 30].removeprefix(",").lstrip()
    following = re.sub(r"^(?:dalam|dari|pada|di)\s+", "", following)
    return bool(words.kind.match(following) or words.code.match(following))


def _articles(phrase: str) -> Sequence[str | None]:
    """ "pasal 3 Ayat 7 jo Pasal 5" → "Pasal 3 ayat (7)", "Pasal 5"; one None where there is no article."""
    groups = [" ".join(match[0].split()) for match in _ARTICLE.finditer(phrase)]
    return [_PARAGRAPH.sub(r" ayat (\1)", f"Pasal{group[5:]}") for group in groups] or [None]


def _title(body: str, at: int, words: LawWords) -> tuple[int, str | None]:
    """Where the title behind "tentang" ends, and the title."""
    opening = _TENTANG.match(body, at)
    if opening is None:
        return at, None
    start = end = opening.end()
    small = body[start : start + 1].islower()
    for count, word in enumerate(_TITLE_WORD.finditer(body, start)):
        said = word[0]
        stop = said in words.ends or count == _SMALL_TITLE if small else not (said[0].isupper() or said[0].isdigit() or said in words.small)
        if stop or count == _MOST_TITLE or said in words.never:
            break
        end = end if not small and said in words.small else word.end()
        if word[1] != " ":
            break
    return end, body[start:end].strip() or None


def _longest_first(kinds: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    pairs = [(kind, spelling) for kind, spellings in kinds.items() for spelling in spellings]
    return sorted(pairs, key=lambda pair: (-len(pair[1]), pair))


def _groups(spelled: Sequence[tuple[str, str]]) -> str:
    """One group a spelling; one with a small letter in it matches in any case."""
    return "|".join(f"({spelling})" if spelling.upper() == spelling else f"((?i:{spelling}))" for _, spelling in spelled)
