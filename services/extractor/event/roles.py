"""The office beside a name, and the organisation it belongs to, as a page states them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.extractor.event.shape import Shaped
from services.extractor.event.vocabulary import Vocabulary

# An office, then what it is of: "Kepala Badan Pengelolaan Keuangan dan Aset Daerah (BPKAD) Kota Bekasi". Unknown words belong to it
# where known ones, a title or a comma and a name follow.
_PHRASE = re.compile(
    r"[RH](?:[RGOXPAa9LMSH]|I(?=[GO])|N(?=[GXP])|o(?=[GOXAaULN9])|(?<!P)o(?=P)|d(?=[GOXPAa])|b(?=M)"
    r"|U+(?=[OXPAaG9]|,?T|\([AaG])|(?<=[RHGPLAaOo])U{1,3}(?=,[NUTI])"
    r"|,(?=[OL][OM]*(?:,|d|[OGALX]))|\([RGOAaPXU9. -]{1,6}\)|[/-][GOXPAa9]|(?<=9)[/-]U)*"
)
# In small letters an office may go on in further words, up to the comma before the name: "anggota tim pelaksana, Budi".
_SPOKEN = re.compile(r"[RH](?:w{1,3}|w?[LO]w?)(?=[,qn.x])")
_ORGANISATION = frozenset("GXPAaLMUN")
# A section of an office is a part of the office's title: "Kepala Bidang Kebudayaan Dinas …", "Kasi Pendidikan Madrasah".
_SECTION = re.compile(
    r"(?:kepala|ketua|koordinator|wakil ketua)\s+(?:bidang|bagian|seksi|sub|biro|divisi|komisi|unit|satuan|urusan)"
    r"|ka(?:si|bid|bag|sub|nit|sat|ur)|ko+rdiv|divisi|asisten|deputi|staf",
    re.I,
)
_BRACKETED_END = re.compile(r"\s*\([^()]*\)$")
_LEADING = re.compile(r"^(?:(?:di|pada|dari|untuk|asal|lingkungan)\s+)+", re.I)
_TRAILING = re.compile(r"(?:\s*[,/-]|\s+(?:di|pada|dari|untuk|dan|asal))+$")


@dataclass(frozen=True)
class Role:
    """An office among the tokens `first` to `last`: its name, and the organisation where one is named. `letter`: R office, H part."""

    first: int
    last: int
    name: str
    organization: str | None
    letter: str


def find_roles(shaped: Shaped, vocabulary: Vocabulary) -> Iterator[Role]:
    """Every office of the text in order."""
    for match in _PHRASE.finditer(shaped.shape):
        spoken = _SPOKEN.match(shaped.shape, match.start()) if match.end() == match.start() + 1 else None
        first, last = _own(shaped, match.start()), (spoken or match).end()
        yield _read(shaped, first, _without_place(shaped, first, last) if spoken is None else last, vocabulary)


def _own(shaped: Shaped, first: int) -> int:
    """ "inspektur upacara Bupati X": the part in the ceremony goes before the office, which is the person's own."""
    doubled = shaped.shape[first : first + 2] == "RR" and shaped.tokens[first].text.islower() and shaped.tokens[first + 1].text[0].isupper()
    return first + doubled


def _without_place(shaped: Shaped, first: int, last: int) -> int:
    """An office ends before "di Gedung …": that is where somebody is, not what the office is of."""
    at = re.search(r"o[LM]", shaped.shape[first:last])
    return first + at.start() if at and at.start() > 0 else last


def _read(shaped: Shaped, first: int, last: int, vocabulary: Vocabulary) -> Role:
    split = _split(shaped, first, last, vocabulary)
    name = _TRAILING.sub("", _BRACKETED_END.sub("", _TRAILING.sub("", shaped.text(first, split))))
    organization = _TRAILING.sub("", _LEADING.sub("", shaped.text(split, last))).strip(" ,-/") or None
    if shaped.shape[first] == "H" and shaped.tokens[first].fold not in vocabulary.single:
        name = name.removesuffix("nya")
    return Role(first, last, re.sub(r"\s+", " ", name), organization, shaped.shape[first])


def _split(shaped: Shaped, first: int, last: int, vocabulary: Vocabulary) -> int:
    """Where the organisation begins: not at a section of it, or at schools that a section is for."""
    section = bool(_SECTION.match(shaped.body, shaped.tokens[first].start))
    for at in range(first + 1, last):
        inner = section and (shaped.tokens[at].fold in vocabulary.units or vocabulary.kinds.get(shaped.tokens[at].fold) == "school")
        inner = inner or (section and at == first + 1 and shaped.shape[at] in "Aa")  # "Kordiv SDM"
        numbered = shaped.shape[at : at + 2] == "9/"  # "Dandim 0411/Kota Metro"
        if (numbered or shaped.shape[at] in _ORGANISATION) and not inner and not _within_brackets(shaped, first, at):
            return at
    return last


def _within_brackets(shaped: Shaped, first: int, at: int) -> bool:
    before = shaped.shape[first:at]
    return before.count("(") > before.count(")")
