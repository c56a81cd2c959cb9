"""The organisations a page names, each with its kind. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from services.extractor.event.shape import Shaped
from services.extractor.event.vocabulary import Vocabulary
from services.extractor.gazetteer.regions import Gazetteer
from shared.documents import Organization, OrganizationKind, Span

# A head and what belongs to it: "Dinas Pemberdayaan Perempuan dan Anak (DP3A) Kota X", "PT Transcontinent Hub Gorontalo".
_PHRASE = re.compile(
    r"G(?:[GOXPAaLM]|9(?![wX])|U+(?=[OXPAaGM9]|\([AaG])|(?<=[GM])U{1,4}(?=[.,wxvqod\"n)]|$)"
    r"|I(?=G)|(?<=9)I(?=[PUXO])|(?<=O)d(?=[OXAa])|(?<=GG)d(?=[OXAa])|,(?=[OL]O*(?:,|d)O)|\([GAaPXOU -]{1,4}\)|[/-][GOXPAa9]|(?<=9)[/-]U)*"
)
# A page that names more is a list of them.
_MOST = 300
_VILLAGES = ("desa", "gampong", "kampung", "kelurahan", "nagari", "pekon")
_VILLAGE_NAME, _NAMESAKE = re.compile(r"[NU]{0,3}"), re.compile(r"(?:T\.?)+[MNU]+P?")
_GENERIC_END = re.compile(r"(?:\s+(?:RI|Republik Indonesia))?$", re.I)


@dataclass(frozen=True)
class Named:
    """An organisation named by the tokens `first` to `last`."""

    first: int
    last: int
    name: str
    kind: OrganizationKind
    alone: bool

    @cached_property
    def fold(self) -> str:
        return " ".join(self.name.lower().split())


def find_organizations(shaped: Shaped, vocabulary: Vocabulary) -> tuple[Named, ...]:
    """Every place that names an organisation, in order; "Dinas" or "Partai" alone name none."""
    return tuple(islice((named for named in _named(shaped, vocabulary) if not named.alone), _MOST))


def _named(shaped: Shaped, vocabulary: Vocabulary) -> Iterator[Named]:
    for match in _PHRASE.finditer(shaped.shape):
        first, last = match.span()
        head = shaped.tokens[first]
        if head.fold not in vocabulary.generic:
            last = first + len(shaped.shape[first:last].rstrip("U"))  # behind "DPRD" an unknown word is a person's name
        last = _with_name(shaped, first, last, vocabulary)
        last = next((at for at in range(first + 1, last) if shaped.tokens[at].fold in vocabulary.occasions), last)
        if head.text[0].isupper() and not _is_source(shaped, first, last):
            alone = last == first + 1 and head.fold in vocabulary.generic
            yield Named(first, last, _plain(shaped.text(first, last)), OrganizationKind(vocabulary.kinds.get(head.fold, "other")), alone)


def _with_name(shaped: Shaped, first: int, last: int, vocabulary: Vocabulary) -> int:
    """Where the name ends that a village nobody lists or a person gave it: "Pemerintah Desa Tanjung Sari", "RSUD dr. Soedarso"."""
    if shaped.tokens[last - 1].fold.endswith(_VILLAGES):
        return _VILLAGE_NAME.match(shaped.shape, last).end()  # type: ignore[union-attr]  # it matches nothing, too
    named = _NAMESAKE.match(shaped.shape, last) if shaped.tokens[first].fold in vocabulary.named else None
    return named.end() if named else last


def _is_source(shaped: Shaped, first: int, last: int) -> bool:
    """A news house before the lead, "(ANTARA)", "KOMPAS.com", is no part of what is told."""
    bracketed = shaped.shape[first - 1 : first] == "(" and shaped.shape[last : last + 2] == ")-"
    return bracketed or shaped.body.startswith((".com", ".co.id", ".id", ".net"), shaped.tokens[last - 1].end)


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"\(\s+", "(", re.sub(r"\s+\)", ")", text))).strip(" ,.-/")


def listed(shaped: Shaped, found: Sequence[Named]) -> tuple[Organization, ...]:
    """One entry for each organisation, by the fullest form of its name that the page has."""
    full = _fullest(found)
    return tuple(Organization(name=named.name, kind=named.kind, evidence=evidence(shaped, named)) for named in full)


def evidence(shaped: Shaped, named: Named) -> Span:
    """Where the body names it."""
    start, end = shaped.tokens[named.first].start, shaped.tokens[named.last - 1].end
    return Span(start=start, end=end, exact=shaped.body[start:end])


def fullest(name: str, found: Sequence[Named], gazetteer: Gazetteer) -> str:
    """ "Bawaslu Basel" is "Bawaslu Kabupaten Bangka Selatan (Basel)" where the page names that: the same words or the same region."""
    words, codes = set(name.lower().split()), _codes(name, gazetteer)
    head = name.split(maxsplit=1)[0].lower()
    alike = [
        each.name
        for each in found
        if words <= _bare_words(each.name) or (codes and codes == _codes(each.name, gazetteer) and head in _bare_words(each.name))
    ]
    return max((fuller(name, found), *alike), key=len)


def _bare_words(name: str) -> set[str]:
    return {word.strip("()") for word in name.lower().split()}


def _codes(name: str, gazetteer: Gazetteer) -> frozenset[str]:
    return frozenset(code for hit in gazetteer.find(name) for code in hit.codes)


def fuller(name: str, found: Sequence[Named]) -> str:
    """ "DPRD" is "DPRD Kabupaten Mimika" where the page names that one alone."""
    fold = name.lower()
    longer = dict.fromkeys(named.name for named in found if named.fold.startswith(f"{fold} "))
    return max(longer, key=len) if longer and len({_GENERIC_END.sub("", each.lower()) for each in longer}) == 1 else name


def _fullest(found: Sequence[Named]) -> list[Named]:
    """Without those whose name only begins or repeats another's."""
    folds = {named.fold for named in found}
    out: dict[str, Named] = {}
    for named in found:
        if not any(other != named.fold and other.startswith(f"{named.fold} ") for other in folds):
            out.setdefault(named.fold, named)
    return list(out.values())
