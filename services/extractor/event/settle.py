"""The letters of words that their neighbours decide: names of landmarks and regions, words that are names or not. Pure.

Letters are told in vocabulary.py. Each step changes the list of letters it is given, which only shape.py holds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from services.extractor.event.tokens import Token
from services.extractor.event.vocabulary import Vocabulary
from services.extractor.gazetteer.regions import Gazetteer

_VERB = re.compile(r"(?:me[mnlryw]?|ber|di|ter)[a-z]{4,}$")
# A village's name whose head is named behind a comma: "Kepala Kampung Lusi Peri yang baru, Samuel".
_BEFORE_NAME = re.compile(r"[UN]{1,3}(?=(?:q[xpwo]{1,4})?,[TtNU])")
# Behind these a word for a landmark is one of an office's name.
_OF_AN_OFFICE = re.compile(r"G$|GO[OM]*d$")
# How many words may name a landmark after the word for it.
_LANDMARK_WORDS = 4
# So many words in capitals are a headline's or a careless list's.
_CAPITALS = 5
# Heads of police and army posts, which bear a district's name.
_POSTS = ("kapol", "wakapol", "dan")


def settle(tokens: Sequence[Token], letters: list[str], vocabulary: Vocabulary, gazetteer: Gazetteer) -> None:
    """Marks what is the name of a region or landmark said before it and where else it stands, and words that may be names."""
    _free_capitals(tokens, letters)
    known: dict[str, str] = {}
    called = _named_elsewhere(tokens, letters, vocabulary)
    for at, letter in enumerate(letters):
        if letter in "LOXRG":
            known |= _place(at, tokens, letters, vocabulary, gazetteer, called)
    for at, letter in enumerate(letters):
        if letter in "OMAHURG":
            _decide(at, tokens, letters, vocabulary, known)


def _free_capitals(tokens: Sequence[Token], letters: list[str]) -> None:
    """In a stretch all of capitals an unknown word is no acronym: it may be a name."""
    done = 0
    for at, letter in enumerate(letters):
        if letter != "A" or at < done:
            continue
        first, done = at, at + 1
        while first and _is_capital(tokens[first - 1]):
            first -= 1
        while done < len(tokens) and _is_capital(tokens[done]):
            done += 1
        if sum(token.text.isupper() for token in tokens[first:done]) >= _CAPITALS:
            letters[first:done] = ["U" if letter in "Aa" else letter for letter in letters[first:done]]


def _is_capital(token: Token) -> bool:
    return token.text.isupper() or token.text in ",.()-"


def _named_elsewhere(tokens: Sequence[Token], letters: Sequence[str], vocabulary: Vocabulary) -> Mapping[str, Sequence[tuple[str, ...]]]:
    """The names behind words for landmarks and the like, by those words, where no office stands before them: they end with the capitals."""
    called: dict[str, list[tuple[str, ...]]] = {}
    for at, letter in enumerate(letters):
        if letter in "LG" and tokens[at].fold in vocabulary.named and not _is_offices(at + 1, letters):
            end = _landmark_end(at + 1, letters)
            if end > at + 2:
                called.setdefault(tokens[at].fold, []).append(tuple(token.fold for token in tokens[at + 1 : end]))
    return called


def _place(
    at: int,
    tokens: Sequence[Token],
    letters: list[str],
    vocabulary: Vocabulary,
    gazetteer: Gazetteer,
    called: Mapping[str, Sequence[tuple[str, ...]]],
) -> dict[str, str]:
    """Marks the name behind a word for a place or a district's office; the region's name, if it is one: first word and second."""
    letter, fold, after = letters[at], tokens[at].fold, letters[at + 1 : at + 2]
    if letter == "L" and _OF_AN_OFFICE.search("".join(letters[max(0, at - 6) : at])):
        letters[at] = "O"  # "Dinas Perumahan Rakyat dan Kawasan Permukiman"
    elif letter in "LO" and at and letters[at - 1] in "NU" and fold in vocabulary.ambiguous:
        letters[at] = "N"
    elif letter == "X" or (letter == "G" and fold.rpartition(" ")[2] in vocabulary.areas):
        return _mark_region(at + 1, tokens, letters, gazetteer)
    elif letter == "R" and fold in vocabulary.village and after in (["U"], ["N"]):
        return _mark_village(at + 1, tokens, letters)
    elif letter == "L" or (letter == "G" and fold in vocabulary.named):
        start = at + 1
        if letter == "G" and after in (["R"], ["H"]) and tokens[start].text[0].isupper() and tokens[start].fold in vocabulary.uniting:
            letters[start] = "O"  # "Kelompok Nelayan Bintang Laut"
            start += 1
        size = next((len(name) for name in called.get(fold, ()) if _reads(tokens, start, name)), 0)
        _mark_landmark(start, letters, saint=fold in vocabulary.saints, size=size)
    elif letter in "GR" and after in (["U"], ["N"], ["O"]) and (letter == "G" or fold in vocabulary.regional or fold.startswith(_POSTS)):
        return _mark_district(at, tokens, letters, gazetteer)
    return {}


def _mark_region(at: int, tokens: Sequence[Token], letters: list[str], gazetteer: Gazetteer) -> dict[str, str]:
    """The word or two after "Desa", "Kecamatan": two where that is a district, or the second tells a part of it."""
    if at >= len(letters) or letters[at] not in "UNOA":
        return {}
    pair = at + 1 < len(letters) and letters[at + 1] in "UNO9"
    two = pair and (
        letters[at + 1] in "O9" or _ends(letters, at + 2) or bool(gazetteer.kecamatan(f"{tokens[at].text} {tokens[at + 1].text}"))
    )
    if letters[at] == "O" and not two:
        return {}
    letters[at : at + 1 + two] = "P" * (1 + two)
    return {tokens[at].fold: tokens[at + 1].fold if two else ""}


def _mark_village(at: int, tokens: Sequence[Token], letters: list[str]) -> dict[str, str]:
    """ "Kepala Kampung Long Ayap, Jamri", "Lurah Panggung Budi": the village is before a name, a mark or the end of the capitals."""
    behind = "".join(letters[at : at + 9])
    if named_behind := _BEFORE_NAME.match(behind):
        letters[at : at + named_behind.end()] = "P" * named_behind.end()
        return {tokens[at].fold: tokens[at + 1].fold if named_behind.end() > 1 else ""}
    if behind[0] == "N":
        return {}
    two = re.match(r"U(?:[.,;ndq)]|$)", "".join(letters[at + 1 : at + 3])) is not None
    letters[at : at + 1 + two] = "P" * (1 + two)
    return {tokens[at].fold: tokens[at + 1].fold if two else ""}


def _ends(letters: Sequence[str], at: int) -> bool:
    """Does a run of capitals end here?"""
    return at >= len(letters) or letters[at] not in "UNITtSaAOb"


def _mark_landmark(at: int, letters: list[str], *, saint: bool, size: int) -> None:
    """Up to four words of a landmark's name; in an office's title ("Kepala Puskesmas Ngoro Budi") only the `size` words that the page
    calls it by elsewhere, else those before a known name.
    """
    office = _is_offices(at, letters)
    while not office and at < len(letters) and letters[at] == "T":
        at += 1  # "RSUD dr. Soetomo"
    end = _landmark_end(at, letters)
    if office and size and at + size < end:
        end = at + size
    elif office and letters[end : end + 1] == [","] and letters[end + 1 : end + 2] in (["T"], ["t"], ["N"], ["U"]):
        pass  # "Ketua Kelompok Nelayan Bintang Laut, Daeng Matta"
    elif office and not saint:
        end = next((index for index in range(at + 1, end) if letters[index] == "N"), end)
    letters[at:end] = ["P" if letter == "P" else "M" for letter in letters[at:end]]


def _is_offices(at: int, letters: Sequence[str]) -> bool:
    """Is the landmark whose name begins here an office's: "Kepala Puskesmas X"?"""
    return "R" in letters[max(0, at - 3) : at - 1]


def _landmark_end(at: int, letters: Sequence[str]) -> int:
    end = at
    while end < min(len(letters), at + _LANDMARK_WORDS) and letters[end] in ("UNIP9Oab" if end == at else "UNIab"):
        end += 1
    return end


def _reads(tokens: Sequence[Token], at: int, name: Sequence[str]) -> bool:
    return tuple(token.fold for token in tokens[at : at + len(name)]) == tuple(name)


def _mark_district(at: int, tokens: Sequence[Token], letters: list[str], gazetteer: Gazetteer) -> dict[str, str]:
    """ "Camat Nipah Panjang Helmi", "Panwaslu Musuk S Mardani": the district's name in the register ends the office's."""
    for size in (3, 2, 1):
        words = tokens[at + 1 : at + 1 + size]
        fits = len(words) == size and all(letter in "UNO" for letter in letters[at + 1 : at + 1 + size])
        if fits and (size > 1 or letters[at + 1] in "UO") and gazetteer.kecamatan(" ".join(word.text for word in words)):
            letters[at + 1 : at + 1 + size] = "P" * size
            return {words[0].fold: words[1].fold if size > 1 else ""}
    return {}


def _decide(at: int, tokens: Sequence[Token], letters: list[str], vocabulary: Vocabulary, known: Mapping[str, str]) -> None:
    """The letter of a word that its neighbours decide."""
    letter, fold, before, after = letters[at], tokens[at].fold, letters[at - 1] if at else "n", letters[at + 1 : at + 2]
    if letter in "OM" and fold in vocabulary.ambiguous and _is_named(before, after):
        letters[at] = "N"
    elif letter == "A" and (before == "T" or (after == [","] and letters[at + 2 : at + 3] == ["S"])):
        letters[at] = "U"  # "KOMPOL SUPARDI", "SUPARDI, S.I.P."
    elif letter == "H" and before in "GOd" and tokens[at].text[0].isupper():
        letters[at] = "O"  # "Dinas Pemberdayaan Perempuan dan Perlindungan Anak"
    elif letter == "G" and before == "," and letters[at - 2 : at - 1] == ["O"] and after == ["d"]:
        letters[at] = "O"  # "Dinas Perdagangan, Perindustrian, Koperasi dan UKM"
    elif letter == "R" and before in "GO" and fold in vocabulary.members and tokens[at].text[0].isupper():
        letters[at] = "O"  # "Forum Mahasiswa Buton Selatan"
    elif letter == "U" and before in '.!?n"' and _VERB.match(fold) and after not in (["N"], ["U"]):
        letters[at] = "x"  # "Didampingi sejumlah tokoh"
    elif letter == "O" and before in '.!?n"' and after not in (["O"], ["G"]):
        letters[at] = "w"  # a sentence begins: "Sementara", "Menurut"
    elif letter == "U" and fold in known:
        _mark_known(at, tokens, letters, before, known[fold])


def _is_named(before: str, after: Sequence[str]) -> bool:
    """Is a word that may be a name one here: before a name, behind a title, or said to speak?"""
    if after == ["N"] or before in "tTk":
        return True
    return (before in ",d" and after == ["U"]) or (before == "," and after == ["v"])


def _mark_known(at: int, tokens: Sequence[Token], letters: list[str], before: str, second: str) -> None:
    """A region's name met before: of one word only behind an office or organisation, where it is no person's."""
    if second and at + 1 < len(tokens) and tokens[at + 1].fold == second:
        letters[at : at + 2] = "PP"
    elif not second and before in "GRAaP":
        letters[at] = "P"
