"""Which runs of name words are people: what stands beside them says so. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from services.extractor.event.alternatives import one_of
from services.extractor.event.names import Name
from services.extractor.event.roles import Role
from services.extractor.event.shape import Shaped

# Behind a name: an age, an office, a verb.
_AGED = re.compile(r"\(9w{0,2}\)|,9w,")
_AGE = re.compile(r"\W*\d{1,2}(?:\s?(?:tahun|thn|th)\.?)?\W*", re.I)
_APPOSED = re.compile(r"[,(]?(?=[RH])")
_SPEAKS = re.compile(r",?(?:[wO]{0,2}v|w?k\b)")
_ACTS = re.compile(r",?[wq]{0,2}[vx]")
# Between names of a list.
_LINKED = re.compile(r"(?:\([^()]{1,8}\))?(?:[,;]?d|[,;])")
# "Ketua X yang dihubungi terpisah, Budi"
_ASIDE = re.compile(r"q[xpw][xpwvod]{0,4},$")
# Before a name: "kata X", "disampaikan langsung oleh X".
_SAID_BY = re.compile(r"(?:^|[\",.!?n-]w?)k$|pw{0,2}$")
_ORGANISED = frozenset("GAaMLXPSO")
_LOOK_BACK = 24
# A page that names more people is a list of names.
_MOST = 300


@dataclass(frozen=True)
class NamingWords:
    """What lang/*/roles.toml says of the words beside names."""

    dwellers: frozenset[str]
    many: re.Pattern[str]
    calling: re.Pattern[str]
    also: re.Pattern[str]
    linking: re.Pattern[str]
    nickname: re.Pattern[str]
    several: frozenset[str]
    among: re.Pattern[str]
    anybody: frozenset[str]
    alias: re.Pattern[str]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> NamingWords:
        one = r"(?:salah )?(?:satu|seorang)\s+"
        return cls(
            dwellers=frozenset(data["dwellers"]),
            many=re.compile(rf"\b(?:{one_of(data['many'])}|\d+)\s*$", re.I),
            calling=re.compile(rf"\b(?:{one_of(data['calling'])})\s*:?\s*$", re.I),
            also=re.compile(rf",?\s*(?:(?:yang )?(?:{one_of(data['also'])})\s+){{1,3}}(?:{one})?|,\s*{one}", re.I),
            several=frozenset(data["several"]),
            anybody=frozenset(data["anybody"]),
            among=re.compile(rf"\b(?:{one_of(data['among'])})\s+$", re.I),
            alias=re.compile(rf"\b[A-Z]{{1,3}}\b\.?\s+(?:{one_of(data['presence']['nickname'])})\s+[\"“]?$"),
            linking=re.compile(rf"(?:\s+(?:{one_of(data['fate'])})){{0,2}}[\s,:]*(?:(?:{one_of(data['linking'])})[\s,:]*){{0,2}}", re.I),
            nickname=re.compile(rf"[\s,(]*(?:(?:yang|atau)\s+)?(?:{one_of(data['presence']['nickname'])})\s+[\"“]?", re.I),
        )


@dataclass(frozen=True)
class Sighting:
    """A name in its surroundings: the office beside it, whether it speaks or does something there, and where all that ends."""

    name: Name
    role: Role | None
    speaks: bool
    acts: bool
    first: int
    last: int
    nicknames: tuple[str, ...] = ()


def find_people_named(shaped: Shaped, names: Sequence[Name], roles: Sequence[Role], words: NamingWords) -> list[Sighting]:
    """The names that are people's, in order."""
    page = _Surroundings(shaped, roles, words)
    taken: set[int] = set()
    found: list[Sighting] = []
    for name in names:
        before = found[-1] if found else None
        if before and page.is_nickname(name, before):
            found[-1] = replace(before, nicknames=name.words, last=page.end(name))
            continue
        sighting = page.sight(name, before, taken)
        if sighting and len(found) < _MOST:
            taken |= {sighting.role.first} if sighting.role else set()
            found.append(sighting)
    return found


@dataclass(frozen=True)
class _Surroundings:
    """What stands beside the names of one text."""

    shaped: Shaped
    roles: Sequence[Role]
    words: NamingWords

    @cached_property
    def ends(self) -> dict[int, Role]:
        return {role.last: role for role in self.roles}

    @cached_property
    def starts(self) -> dict[int, Role]:
        """The offices by the offset at which they begin."""
        return {self._start(role.first): role for role in self.roles}

    @cached_property
    def inside(self) -> frozenset[int]:
        """The tokens that are of an office."""
        return frozenset(at for role in self.roles for at in range(role.first, role.last))

    def sight(self, name: Name, before: Sighting | None, taken: set[int]) -> Sighting | None:
        """The name with its office, if it is somebody's; `before` is who was named last, `taken` the offices given."""
        ahead = self._ahead(name)
        if name.core[0] in self.inside or self._is_alias(name) or (ahead and not self._fits(name, ahead)):
            return None
        ahead = None if ahead is None or ahead.first in taken else ahead
        behind, last = self._behind(name, taken)
        role, age = self._better(ahead, behind) or self._shared(name, before), self._age(name)
        speaks = self._said_by(name) or bool(_SPEAKS.match(self.shaped.shape, name.last))
        acts = speaks or bool(_ACTS.match(self.shaped.shape, name.last))
        if not (role or age or self._is_person(name, before, speaks=speaks, acts=acts)):
            return None
        end = age or (last if role is not None and role is behind else name.last)
        return Sighting(name, role, speaks, acts, ahead.first if ahead else name.first, end)

    def _better(self, ahead: Role | None, behind: Role | None) -> Role | None:
        """Of two, the office that is the person's own: "tiga narasumber, yakni A, Ketua X"."""
        return behind if behind and (ahead is None or (self._is_common(ahead) and behind.letter == "R")) else ahead

    def is_nickname(self, name: Name, before: Sighting) -> bool:
        """ "Pastor Ramli atau akrab disapa Pastor Eka": what the one named before is called too."""
        end = self.shaped.tokens[before.last - 1].end
        return self.words.nickname.fullmatch(self.shaped.body, end, self._start(name.first)) is not None

    def _is_alias(self, name: Name) -> bool:
        """ "berinisial RH alias Udin": what somebody is called whose name the page keeps back."""
        return self.words.alias.search(self.shaped.body, max(0, self._start(name.first) - _LOOK_BACK), self._start(name.first)) is not None

    def _ahead(self, name: Name) -> Role | None:
        """The office before the name: just there, before a comma or colon, or before "yang dihubungi terpisah,", "adalah"."""
        if name.first in self.ends:
            return self.ends[name.first]
        if self._letter(name.first - 1) in (",", ":", "-") and (role := self.ends.get(name.first - 1)):
            return None if self._is_company(role) else role
        aside = _ASIDE.search(self.shaped.shape, max(0, name.first - 7), name.first)
        return self.ends.get(aside.start()) if aside else self._part(name)

    def _is_company(self, role: Role) -> bool:
        """ "bersama warga, Sertu X …": those among whom somebody is."""
        office, start = self.shaped.tokens[role.first], self._start(role.first)
        before = self.words.among.search(self.shaped.body, max(0, start - _LOOK_BACK), start)
        return before is not None and office.text.islower() and office.fold in self.words.dwellers

    def _part(self, name: Name) -> Role | None:
        """The part in what happened said before the name: "korban tewas adalah A", "dua narasumber, yakni A dan B"."""
        near = (self.ends[at] for at in range(name.first - 1, max(-1, name.first - 7), -1) if at in self.ends)
        role = next(near, None)
        if role is None or not self._is_common(role):
            return None
        end = self.shaped.tokens[role.last - 1].end
        return role if self.words.linking.fullmatch(self.shaped.body, end, self._start(name.first)) else None

    def _is_common(self, role: Role) -> bool:
        """May several bear it: a part in what happened, an office in small letters, or one like "Anggota"?"""
        office = self.shaped.tokens[role.first]
        return role.letter == "H" or office.text.islower() or office.fold in self.words.several

    def _fits(self, name: Name, role: Role) -> bool:
        """Does the office name this one? "para camat", "petani Sukamaju", "Kepala Bapenda, Klian Subak Kabupaten X" name nobody."""
        start, behind, direct = self._start(role.first), self._letter(name.last), role.last == name.first
        if direct and self.words.many.search(self.shaped.body, max(0, start - _LOOK_BACK), start):
            return False
        office = self.shaped.tokens[role.first]
        if name.is_titled or self._age(name):
            return True
        if "N" not in name.shape and behind in ("X", "G", "P"):
            return False
        if direct and role.last == role.first + 1 and office.fold in self.words.dwellers:
            return False
        small = direct and office.text.islower()
        return name.is_known or (not small and (role.letter != "H" or behind in tuple(",vxp(d")))

    def _behind(self, name: Name, taken: set[int]) -> tuple[Role | None, int]:
        """The office said after the name, and where it ends: "A, Ketua X", "A (Ketua X)", "A selaku Ketua X"."""
        last = self.end(name)
        end = self.shaped.tokens[last - 1].end
        also = self.words.also.match(self.shaped.body, end)
        role = self.starts.get(also.end()) if also else None
        if role and role.first not in taken:
            return role, role.last
        mark = _APPOSED.match(self.shaped.shape, last)
        role = self.starts.get(self._start(mark.end())) if mark else None
        # "Budi (21), pria asal Desa X": no part in what happened
        aged = last > name.last and role is not None and self.shaped.tokens[role.first].fold in self.words.anybody
        if mark is None or role is None or aged or role.first in taken or not self._is_apposed(name, role, mark[0]):
            return None, last
        return role, role.last + (mark[0] == "(")

    def _is_apposed(self, name: Name, role: Role, mark: str) -> bool:
        """Is the office this name's and not the next one's? Without a mark between it must begin with a capital."""
        if mark != "(" and self._letter(role.last) in tuple("NUIT"):
            return False
        office = self.shaped.tokens[role.first]
        if mark == "," and office.text.islower() and role.letter == "R" and self._letter(role.last) in tuple("vx"):
            return False  # "dibacakan Endah, bupati meminta …"
        capital = self.shaped.tokens[role.first].text[0].isupper()
        return mark != "" or (name.is_known and role.letter == "R" and (capital or bool(name.suffix)))

    def _shared(self, name: Name, before: Sighting | None) -> Role | None:
        """ "korban bernama A (6), B (7) dan C (8)": what the first of a list is, the others are."""
        role = before.role if before else None
        if (
            before is None
            or role is None
            or not self._is_common(role)
            or role.first > before.name.first
            or not (name.is_known or self._age(name))
        ):
            return None
        return role if _LINKED.fullmatch(self.shaped.shape, before.last, name.first) else None

    def end(self, name: Name) -> int:
        """Where the name ends with its age."""
        return self._age(name) or name.last

    def _age(self, name: Name) -> int:
        """Where an age behind the name ends: "(45)", "(45 tahun)", ", 45 tahun,"; 0 where there is none."""
        match = _AGED.match(self.shaped.shape, name.last)
        return match.end() if match and _AGE.fullmatch(self.shaped.text(match.start(), match.end())) else 0

    def _said_by(self, name: Name) -> bool:
        return bool(_SAID_BY.search(self.shaped.shape[max(0, name.first - 4) : name.first]))

    def _is_person(self, name: Name, before: Sighting | None, *, speaks: bool, acts: bool) -> bool:
        """Without office or age: titles, speaking, being called so, or standing in a list after a person."""
        if name.is_titled or (self._said_by(name) and (name.is_known or self._letter(name.last) not in ("O", "9"))):
            return True
        if self._letter(name.first) == "t" and self._letter(name.last) in tuple("qvx"):
            return True  # "Ibu Lasmini yang bertanya"
        if self._letter(name.first - 1) in _ORGANISED or not name.is_known:
            return False
        start = self._start(name.first)
        if before is not None and _LINKED.fullmatch(self.shaped.shape, before.last, name.first):
            return True
        if speaks or self.words.calling.search(self.shaped.body, max(0, start - _LOOK_BACK), start):
            return True
        return name.shape.startswith("NN") or (acts and "N" in name.shape and len(name.shape) > 1)

    def _letter(self, at: int) -> str:
        return self.shaped.shape[at] if 0 <= at < len(self.shaped.shape) else ""

    def _start(self, at: int) -> int:
        return self.shaped.tokens[at].start if at < len(self.shaped.tokens) else len(self.shaped.body)
