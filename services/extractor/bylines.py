"""Who made the page: lines "Penulis: …", brackets after the last sentence, JSON-LD. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.extractor.event.alternatives import one_of
from shared.documents import Byline, BylineRole

_BRACKET = re.compile(r"\s*\**\s*[(\[]\s*\**/?([^()\[\]]{1,60}?)/?\**\s*[)\]]\s*[.*]*\d{0,10}$")
# ".*** Red", ". – Humas", ".//hms": what a desk puts behind the last sentence without brackets.
_DASHED = re.compile(r"(?<=[.!?”\"])\s*(?:\*{1,5}|[-–—]{1,2}|/{1,2}|\|)\s*(\w[\w./&-]{0,29}\w)\s*[.*-]*$")
# "EZ/AN" on a last line of its own.
_ALONE = re.compile(r"[-–—*/]*\s*([A-Za-z]{2,10}(?:\s?[/&]\s?[A-Za-z0-9]{1,10}){0,3}|[A-Z]{1,4}-\d{1,2})\s*[-–—*]*")
# Initials as newsrooms sign: "Red", "MG-3/R-1", "HUMAS", "lim", a first name; never a number or a sentence.
_SIGNATURE = re.compile(r"[A-Z]-\d{1,2}|[A-Za-z][\w.]{1,15}(?:-\w{1,3})?(?:\s*[/*&,]\s*(?:[A-Za-z]\w{0,25}(?:-\w{1,3})?|\d{1,3})){0,3}")
_SENTENCE_END = re.compile(r"(?:^|[.!?…\"”’])\s*$")
_NAME = re.compile(r"[A-Z][\w.'’-]*(?:[\s/,&]+[\w.'’-]+){0,7}")
_PERSON = re.compile(r"[A-Z][a-z'’]+(?: [A-Z][\w.'’]*){1,3}")
_PERSONS = re.compile(rf"{_PERSON.pattern}(?:\s*[/,&]\s*{_PERSON.pattern}){{0,3}}")
# "Reporter Muhamad Iqbal", where the label needs no colon.
_PEOPLE = r"(?:{0})\s+(?:[\w-]+(?:\.[a-z]{{2,3}}){{1,2}}[\s,/]+)?(?-i:[A-Z][\w.'’]*(?: [A-Z][\w.'’]*){{0,3}})"
# What stands beside a name above an article: "Rahman L - kilasSulteng", "Budi | Senin, 3 Mei".
_BESIDE = re.compile(r"\s+[-–|•·]\s+|\s*\|\s*")
# The newsroom before a reporter's name: "Laporan Reporter POS-KUPANG.COM, X".
_NEWSROOM = re.compile(r"[\w-]+(?:\.[a-z]{2,3}){1,2}[\s,/]+", re.I)
_ASIDE = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")
_POSTED = re.compile(
    r"\s*,\s*(?:Senin|Selasa|Rabu|Kamis|Jum'?at|Sabtu|Minggu|Ahad)\b.*$"
    r"|\s+(?:di|pada|at|jam|pukul)\s+\d.*$|\s*[-–|,]\s*\d{1,2}\s.*$|\s*[-–|]\s*\w+,?\s+\d{1,2}\b.*$"
)
_ENDS_SENTENCE = re.compile(r"[.!?…][\"”’')\]]*$|[.!?…\"”]\s*[(\[][^()\[\]]{1,60}[)\]][\s.*]*$")
_LONGEST_ALONE = 60
# "Minggu, 19 November 2023 - 07:14 WIB", "16/06/2021"
_DAY_OF_POSTING = re.compile(r"^.{0,40}\b(?:19|20)\d\d\b.{0,30}$")
_AT_END = 4


@dataclass(frozen=True)
class Signatures:
    """What lang/*/bylines.toml says."""

    line: re.Pattern[str]
    label: re.Pattern[str]
    each_label: re.Pattern[str]
    unpunctuated: re.Pattern[str]
    team: re.Pattern[str]
    credit: re.Pattern[str]
    caption: re.Pattern[str]
    alone: re.Pattern[str]
    roles: Mapping[str, BylineRole]
    bare: frozenset[str]
    desk: re.Pattern[str]
    desk_roles: Mapping[str, BylineRole]
    desks: re.Pattern[str]
    desk_alone: re.Pattern[str]
    institution: re.Pattern[str]
    marker: re.Pattern[str]
    not_initials: frozenset[str]
    elsewhere: re.Pattern[str]
    called: re.Pattern[str]
    begins: re.Pattern[str]
    first_letters: frozenset[str]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Signatures:
        names = "|".join(re.escape(label) for label in sorted(data["labels"], key=len, reverse=True))
        bare = frozenset(data["without_colon"]["labels"])
        label = rf"(?:{names})(?:\s*(?:dan|&|/|,|\+)\s*(?:{names}))*"
        people = _PEOPLE.format("|".join(data["without_colon"]["people"]))
        return cls(
            # Glued labels happen: "Penulis: Novita WardhaniEditor: Bentang".
            line=re.compile(rf"{label}\s*:.*|(?:{'|'.join(sorted(bare))})\s+\S.{{2,110}}", re.I),
            label=re.compile(rf"({label})\s*:\s*", re.I),
            each_label=re.compile(names, re.I),
            unpunctuated=re.compile(rf"{people}(?:\s*[,|/;–-]\s*{people})*(?:\s*\|[^|]{{2,40}})?", re.I),
            team=re.compile(data["teams"]["pattern"], re.I),
            credit=re.compile(data["credits"]["pattern"], re.I),
            caption=re.compile(data["credits"]["caption"], re.I),
            alone=re.compile(rf"(?:{names}|{'|'.join(data['alone'])})\s*:", re.I),
            roles={label: BylineRole(role) for label, role in (data["labels"] | data["alone"]).items()},
            bare=bare,
            desk=re.compile(rf"({'|'.join(data['brackets'])})\b\s*:?\s*(.+)", re.I),
            desk_roles={word: BylineRole(role) for word, role in data["brackets"].items()},
            desks=re.compile(rf"(?:{data['words']['desks']})(?:[/&-]\w{{1,12}}){{0,3}}", re.I),
            desk_alone=re.compile(rf"(?:{data['words']['desks']})\s*[/|]\s*\w[\w .]{{1,30}}", re.I),
            institution=re.compile(rf"(?:{data['words']['institutions']})\b", re.I),
            marker=re.compile(data["words"]["markers"], re.I),
            not_initials=frozenset(data["words"]["not_initials"]),
            called=re.compile(data["called"]["pattern"], re.I),
            first_letters=frozenset(label[:2].lower() for label in (*data["labels"], *bare)),
            begins=re.compile(rf"[\s|/,·–-]*(?:{one_of([*data['labels'], *bare])})\b", re.I),
            elsewhere=re.compile(data["elsewhere"]["pattern"], re.I),
        )


def take_signed_lines(lines: Sequence[str], signatures: Signatures) -> tuple[list[str], list[Byline]]:
    """The lines without those that are only a signature or a credit, and who signed. Before furniture goes: it looks alike."""
    kept: list[str] = []
    found: list[Byline] = []
    label, end = "", _after_sentences(lines)
    start = next((number for number, line in enumerate(lines) if _ENDS_SENTENCE.search(line)), 0)
    for number, line in enumerate(lines):
        signed = _labelled(label, line, signatures) or signed_line(line, signatures)
        signed = signed or (_signed_alone(line, signatures) if number >= end else [])
        if not signed and number + 1 < min(start, len(lines)) and _DAY_OF_POSTING.search(lines[number + 1]):
            signed = _signed_above(line, signatures)
        found += signed
        label = "" if signed else line
        kept += [] if signed else [line]
    return [line for line in kept if not signatures.alone.fullmatch(line)], _unique(found)


def take_signed_end(lines: Sequence[str], signatures: Signatures) -> tuple[list[str], list[Byline]]:
    """The lines without the brackets behind the last sentences, and who stands in them. After furniture has gone."""
    ends = [_signed_end(line, signatures) for line in lines[-_AT_END:]]
    kept = [*lines[:-_AT_END], *(line for line, _ in ends if line)]
    return kept, _unique([byline for _, signed in ends for byline in signed])


def _after_sentences(lines: Sequence[str]) -> int:
    """Where the lines begin that follow the last sentence."""
    return next((number + 1 for number in range(len(lines) - 1, -1, -1) if _ENDS_SENTENCE.search(lines[number])), 0)


def _signed_alone(line: str, signatures: Signatures) -> list[Byline]:
    """Only initials, a bracket of them, or an office's name, behind the last sentence: "EZ/AN", "(Prokopim)", "Humas X / rls"."""
    bracket = _BRACKET.fullmatch(line)
    if bracket and not signatures.marker.fullmatch(bracket[1].strip()):
        return _in_bracket(bracket[1].strip(), signatures)
    alone = _ALONE.fullmatch(line)
    if alone and ("/" in alone[1] or "-" in alone[1] or signatures.desks.fullmatch(alone[1])):
        return [Byline(name=alone[1], role=BylineRole.initials)]
    if len(line) <= _LONGEST_ALONE and signatures.desk_alone.fullmatch(line):
        return [Byline(name=line, role=BylineRole.initials)]
    name, _, initials = line.partition(" / ")
    if len(line) <= _LONGEST_ALONE and initials and signatures.institution.match(name):
        return [Byline(name=name, role=BylineRole.publisher), Byline(name=initials, role=BylineRole.initials)]
    return []


def _signed_above(line: str, signatures: Signatures) -> list[Byline]:
    """A name alone on the line before the day of posting, above the article."""
    is_name = _PERSONS.fullmatch(line) or signatures.desks.fullmatch(line)
    return [Byline(name=line, role=BylineRole.writer)] if is_name else []


def _labelled(label: str, line: str, signatures: Signatures) -> list[Byline]:
    """A label alone on its line belongs to the name on the next."""
    if not signatures.alone.fullmatch(label) or not _PERSONS.fullmatch(line):
        return []
    return [Byline(name=line, role=signatures.roles[label.rstrip(" :").lower()])]


def signed_element(called: str, text: str, signatures: Signatures) -> list[Byline]:
    """The bylines in an element of the page that is `called` for authors or editors: with labels, or only names."""
    if signed := signed_line(text, signatures):
        return signed
    name = _BESIDE.split(_POSTED.sub("", text))[0].strip()
    if not (_PERSONS.fullmatch(name) or signatures.desks.fullmatch(name)):
        return []
    return [Byline(name=name, role=BylineRole.editor if "editor" in called.lower() else BylineRole.writer)]


def signed_line(line: str, signatures: Signatures) -> list[Byline]:
    """The bylines in a line that is nothing else."""
    if signatures.team.fullmatch(line):
        return [Byline(name=line, role=BylineRole.publisher)]
    if credit := signatures.credit.fullmatch(line):
        return _named(credit["name"], BylineRole.photographer)
    if line.lower().startswith("sumber"):
        return _signed_end(line, signatures)[1]
    if len(line) > 160 or not (signatures.line.fullmatch(line) or signatures.unpunctuated.fullmatch(line)):
        caption = signatures.caption.fullmatch(line)
        return _named(caption["name"], BylineRole.photographer) if caption else []
    parts = signatures.label.split(line)
    if len(parts) > 1:
        labelled = [byline for label, name in zip(parts[1::2], parts[2::2], strict=True) for byline in _by_label(label, name, signatures)]
        return [*_by_bare_label(parts[0], signatures), *labelled]
    if signatures.unpunctuated.fullmatch(line):
        return _unpunctuated(line, signatures)
    return _by_bare_label(line, signatures)


def _by_bare_label(line: str, signatures: Signatures) -> list[Byline]:
    """ "Oleh Salman Nasution", "By admin - 3 Mei"."""
    label = next((label for label in sorted(signatures.bare, key=len, reverse=True) if line.lower().startswith(label + " ")), None)
    return _named(line[len(label) :].split(" | ")[0], signatures.roles[label]) if label else []


def _by_label(label: str, name: str, signatures: Signatures) -> list[Byline]:
    """Of "Teks dan foto: X" X is both."""
    return [byline for each in signatures.each_label.findall(label) for byline in _named(name, signatures.roles[each.lower()])]


def _unpunctuated(line: str, signatures: Signatures) -> list[Byline]:
    """ "Reporter Muhamad Iqbal, Editor Dewi"."""
    out: list[Byline] = []
    for match in signatures.each_label.finditer(line):
        name = _NEWSROOM.sub("", line[match.end() :].lstrip(), count=1)
        out += _by_label(match[0], re.split(r"\s*[,|/;–-]", name)[0], signatures)
    return out


def _named(name: str, role: BylineRole) -> list[Byline]:
    name = _POSTED.sub("", _BESIDE.split(name)[0]).strip(" .,-–|/*;")
    name = name[1:-1].strip() if name[:1] == "(" and name[-1:] == ")" else _ASIDE.sub("", name)
    return [Byline(name=name, role=role)] if _NAME.fullmatch(name) else []


def _signed_end(line: str, signatures: Signatures) -> tuple[str, list[Byline]]:
    """A line without what is signed behind its last sentence, and who signed."""
    if dashed := _DASHED.search(line):
        is_desk = signatures.desks.fullmatch(dashed[1])
        return (line[: dashed.start()], [Byline(name=dashed[1], role=BylineRole.initials)]) if is_desk else (line, [])
    match = _BRACKET.search(line)
    if match is None:
        return line, []
    before, inside = line[: match.start()], match[1].strip()
    if not (_SENTENCE_END.search(before) or before.lower().startswith("sumber")):
        return line, []
    if signatures.marker.fullmatch(inside):
        return before, []
    signed = _in_bracket(inside, signatures)
    return (before, signed) if signed else (line, [])


def _in_bracket(inside: str, signatures: Signatures) -> list[Byline]:
    if inside.lower() in signatures.not_initials:
        return []
    pieces = [piece.strip() for piece in inside.split("/")]
    roles = [signatures.desk.match(piece) for piece in pieces]
    if any(roles):
        return [_by_role(piece, role, signatures) for piece, role in zip(pieces, roles, strict=True) if piece]
    if any(signatures.institution.match(piece) and " " in piece for piece in pieces):
        return [_office_or_initials(piece, signatures) for piece in (pieces if signatures.institution.match(pieces[-1]) else [inside])]
    if signatures.unpunctuated.fullmatch(inside):
        return _unpunctuated(inside, signatures)
    if _PERSONS.fullmatch(inside):
        return [Byline(name=inside, role=BylineRole.writer)]
    return [Byline(name=inside, role=BylineRole.initials)] if _SIGNATURE.fullmatch(inside) else []


def _office_or_initials(piece: str, signatures: Signatures) -> Byline:
    """ "Pb-& / Biro Administrasi Pimpinan": the one who wrote it, and for which office."""
    return Byline(name=piece, role=BylineRole.publisher if signatures.institution.match(piece) else BylineRole.initials)


def _by_role(piece: str, match: re.Match[str] | None, signatures: Signatures) -> Byline:
    """One part of "(hupmas X/foto: Y/ed Z)"."""
    if match is None:
        return Byline(name=piece, role=BylineRole.initials)
    role = signatures.desk_roles[match[1].lower()]
    return Byline(name=match[2] if role is not BylineRole.initials else piece, role=role)


def _unique(bylines: Sequence[Byline]) -> list[Byline]:
    return list(dict.fromkeys(bylines))
