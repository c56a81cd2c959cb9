"""The main text → the article's own paragraphs: furniture out, tags kept aside. Pure and idempotent."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.extractor.decode import plain

_SENTENCE_END = re.compile(r"[.!?…][\"”’')\]]*$")
# "Boyolali-Pimpinan Anak Cabang" opens with its place, "Menurut Pasal 348 Undang-Undang" and "Anak-Anak SD" do not.
_DATELINED = re.compile(
    r"(?!Baca |Foto |(\w{2,30})-\1\b)"
    r"(?:[A-Z][\w .,'’/()|:-]{2,60}?(?:\s(?:-{1,2}|–|—)|-{2}|–|—|\s\|)|[A-Z][\w.'’/()]{0,30}(?:,? [A-Z][\w.'’/()]{0,30}){0,3}-)"
    r"\s?(?=[“\"‘']?[A-Z])"
)
_CAPITALS = re.compile(r"[A-Z][A-Z0-9 ,./()|-]{4,60}\s?[-–—]")
_WORD = re.compile(r"\S+\s*")
# "Parigi Moutong -" on a line of its own
_DATELINE_ALONE = re.compile(r"[A-Z][\w .,'’/()-]{2,50}\s?[-–—]{1,3}")
_CONTINUES = re.compile(r"[),.;]|[–—] ")
_SPACES = re.compile(" {2,}")
_TEASER = re.compile(r"\s(?:\.\.\.|…)$")
_TAG_MARKS = re.compile(r"[,|;•#]+")
LONG_LINE = 120
_LONGEST_TAG_LABEL = 20
_MASTHEAD_LINES = 10
_LEAST_MENU, _MENU_CHARS = 3, 30
_TITLE_CHARS = 200
_LEAST_DOUBLED = 8
# No pattern of a line matches a longer one, and what goes from a paragraph's end is no longer than this.
_LONGEST_FURNITURE, _LONGEST_END = 320, 80


@dataclass(frozen=True)
class Furniture:
    """What lang/*/furniture.toml says."""

    line: re.Pattern[str]
    heading: re.Pattern[str]
    ending: re.Pattern[str]
    tags: re.Pattern[str]
    tagged: re.Pattern[str]
    cut: re.Pattern[str]
    inline: re.Pattern[str]
    inline_start: re.Pattern[str]
    inline_end: re.Pattern[str]
    small: frozenset[str]
    caption: re.Pattern[str]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Furniture:
        return cls(
            line=_any(data["lines"]),
            heading=_any(data["headings"]),
            ending=_any([*data["tags"], *data["endings"]]),
            tags=_any(data["tags"]),
            tagged=re.compile(rf"(?:{'|'.join(data['tags'])})\s*(?P<tags>[^\s:].{{0,300}})", re.I),
            cut=_any(data["cuts"]),
            inline=_any(data["inline"]["titles"]),
            inline_start=_any(data["inline"]["starts"]),
            inline_end=re.compile(rf"(?:{'|'.join(data['inline']['ends'])})$", re.I),
            small=frozenset(data["inline"]["small"]),
            caption=re.compile(data["caption"]["pattern"]),
        )


@dataclass(frozen=True)
class Cleaned:
    """`lines` are the article's; `tags` stood under their heading at the end; `dropped` may still tell the day of posting."""

    lines: tuple[str, ...]
    tags: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


def split_lines(text: str) -> list[str]:
    """Trimmed, non-empty lines of made-plain text."""
    lines = (_SPACES.sub(" ", line).strip(" \\") for line in plain(text).split("\n"))
    return _joined([line for line in lines if line])


def _joined(lines: Sequence[str]) -> list[str]:
    """A paragraph that was broken at its links is one again: "Metro (", "Lampost.co", ") — Universitas"."""
    out: list[str] = []
    for line in lines:
        if out and _DATELINE_ALONE.fullmatch(out[-1]):
            out[-1] += f" {line}"
        elif out and (out[-1].endswith("(") or _CONTINUES.match(line)):
            out[-1] += line if out[-1].endswith("(") or line[0] in "),.;" else f" {line}"
        else:
            out.append(line)
    return out


def clean(lines: Sequence[str], title: str, furniture: Furniture) -> Cleaned:
    """The lines without furniture. `title` says which line is only the headline again."""
    kept, tags = _without_ending(_before_cut(lines, furniture), furniture)
    kept, beside = _without_tagged(kept, furniture)
    kept = _without_masthead(kept, title)
    kept = _without_doubles(_without_related(kept, furniture))
    kept = [_without_inline(line, furniture) for line in kept if not _is_furniture(line, furniture)]
    kept = _without_captions([line for line in kept if line and not _is_furniture(line, furniture)], furniture)
    left = set(kept)
    return Cleaned(tuple(kept), tuple(tags or beside), tuple(line for line in lines if line not in left))


def _is_furniture(line: str, furniture: Furniture) -> bool:
    return len(line) <= _LONGEST_FURNITURE and furniture.line.fullmatch(line) is not None


def _any(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.I)


def _before_cut(lines: Sequence[str], furniture: Furniture) -> Sequence[str]:
    """What stands before the form for comments; behind it readers speak, in whole sentences. Less stands behind it than before."""
    half = sum(map(len, lines)) / 2
    before = 0
    for at, line in enumerate(lines):
        if before > half and furniture.cut.fullmatch(line):
            return lines[:at]
        before += len(line)
    return [line for line in lines if not furniture.cut.fullmatch(line)]


def _without_ending(lines: Sequence[str], furniture: Furniture) -> tuple[list[str], list[str]]:
    """Cut at the first heading of tags or the like behind which only short lines stand; those under "Tag" are tags."""
    labels = next((n for n, line in enumerate(reversed(lines)) if not _is_label(line)), len(lines))
    first = max(0, len(lines) - labels - 1)
    for at, line in enumerate(lines[first:], first):
        if furniture.ending.fullmatch(line):
            is_tags = furniture.tags.fullmatch(line)
            return list(lines[:at]), [tag for tag in lines[at + 1 :] if is_tags and not furniture.line.fullmatch(tag)]
    return list(lines), []


def _without_tagged(lines: list[str], furniture: Furniture) -> tuple[list[str], list[str]]:
    """The lines without one like "Tag : Curanmor, Polres Bartim", and the tags it lists."""
    kept, tags = list[str](), list[str]()
    for line in lines:
        tagged = furniture.tagged.fullmatch(line) if _is_label(line) or ":" in line[:_LONGEST_TAG_LABEL] else None
        if tagged and (line[: tagged.start("tags")].rstrip().endswith((":", "#")) or tagged["tags"].startswith("#")):
            tags += [tag for each in _TAG_MARKS.split(tagged["tags"]) if (tag := each.strip(" .#"))]
        else:
            kept.append(line)
    return kept, tags


def _without_masthead(lines: list[str], title: str) -> list[str]:
    """The headline repeated, and a menu at the top, out."""
    menu = next((n for n, line in enumerate(lines) if len(line) > _MENU_CHARS or _SENTENCE_END.search(line)), 0)
    if menu >= _LEAST_MENU:
        lines = lines[menu:]
    name = _fold(title)
    at = next((n for n, line in enumerate(lines[:_MASTHEAD_LINES]) if name and _fold(line) == name), -1)
    if at >= 0 and all(_is_label(line) for line in lines[:at]):
        lines = lines[at + 1 :]
    return [line for line in lines if not name or _fold(line) != name]


def _without_related(lines: list[str], furniture: Furniture) -> list[str]:
    out, skipping = [], False
    for line in lines:
        if furniture.heading.fullmatch(line):
            skipping = True
        elif not (skipping and _is_title(line)):
            skipping = False
            out.append(line)
    return out


def _without_inline(line: str, furniture: Furniture) -> str:
    """A "Baca juga: Title" inside a paragraph goes, its neighbours stay."""
    kept, at = [], 0
    for match in furniture.inline.finditer(line):
        if match.start() >= at:
            kept.append(line[at : match.start()].rstrip())
            at = match.end() + _title_length(line[match.end() : match.end() + _TITLE_CHARS], furniture, in_brackets=match[0][0] in "([")
    line = " ".join([*kept, line[at:].lstrip()]).strip() if kept else line
    line = line[opening.end() :] if (opening := furniture.inline_start.match(line)) else line
    return line[:-_LONGEST_END] + furniture.inline_end.sub("", line[-_LONGEST_END:])


def _title_length(text: str, furniture: Furniture, *, in_brackets: bool) -> int:
    """How far a title with capitals goes. The word before the first small one already begins the next sentence."""
    if in_brackets and (closing := re.search(r"[)\]]", text)):
        return closing.end()
    length, last = 0, 0
    for match in _WORD.finditer(text):
        word = match[0].strip()
        if word[:1].isupper() or word[:1].isdigit() or not word[:1].isalpha():
            last = length
        elif word.lower() not in furniture.small:
            return last
        length = match.end()
        if word.endswith((".", "!", "?")):
            return length
    return length


def _without_doubles(lines: Sequence[str]) -> list[str]:
    """A caption printed twice running, or its picture's name before it, is out altogether; a paragraph printed twice stays once."""
    out: list[str] = []
    n = 0
    while n < len(lines):
        run = 1
        while n + run < len(lines) and _doubles(lines[n], lines[n + run]):
            run += 1
        if run == 1 or not _is_label(lines[n]):
            out.append(lines[n])
        n += run
    return out


def _doubles(line: str, following: str) -> bool:
    """The same again, or for a caption the same and a credit: "Rapat di Kudus", "Rapat di Kudus (Foto: Ist)"."""
    one, other = _fold(line), _fold(following)
    return len(one) >= _LEAST_DOUBLED and (one == other or (_is_label(line) and other.startswith(f"{one} (")))


def _without_captions(lines: list[str], furniture: Furniture) -> list[str]:
    """What stands before the paragraph with the dateline, if it is no sentence: captions, headings, names."""
    datelined = [n for n, line in enumerate(lines[:_MASTHEAD_LINES]) if not _is_label(line) and _DATELINED.match(line)]
    at = datelined[0] if datelined else 0
    if len(datelined) > 1 and all(_CAPITALS.match(lines[n]) for n in datelined[:2]):
        return lines[datelined[1] :]  # "AKSI PALANG - Puluhan nakes …" is the caption; "LINTAS-PAPUA.COM, NABIRE – …" the lead
    before = lines[:at]
    if at and (all(_is_label(line) for line in before) or (at == 1 and furniture.caption.fullmatch(before[0]))):
        return lines[at:]
    return lines


def _is_label(line: str) -> bool:
    return len(line) <= LONG_LINE and not _ends_sentence(line)


def _is_title(line: str) -> bool:
    return len(line) <= _TITLE_CHARS and not _ends_sentence(line)


def _ends_sentence(line: str) -> bool:
    """Not a teaser: "Jelang Pilkada, Harga Cabai di Pasar Naik Lagi ..." """
    return _SENTENCE_END.search(line) is not None and _TEASER.search(line) is None


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())
