"""The main text → the article's own paragraphs: furniture out, tags kept aside. Pure and idempotent."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.extractor.decode import plain

_SENTENCE_END = re.compile(r"[.!?…][\"”’')\]]*$")
_DATELINED = re.compile(r"^[A-Z][A-Za-z .,'/()]{2,50}\s?(?:-{1,2}|–|—)\s?\S")
_WORD = re.compile(r"\S+\s*")
_CONTINUES = re.compile(r"[),.;]|[–—] ")
_SPACES = re.compile(" {2,}")
LONG_LINE = 120
_MASTHEAD_LINES = 10
_LEAST_MENU, _MENU_CHARS = 3, 30
_TITLE_CHARS = 200


@dataclass(frozen=True)
class Furniture:
    """What lang/*/furniture.toml says."""

    line: re.Pattern[str]
    heading: re.Pattern[str]
    ending: re.Pattern[str]
    inline: re.Pattern[str]
    inline_end: re.Pattern[str]
    small: frozenset[str]
    caption: re.Pattern[str]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Furniture:
        return cls(
            line=_any(data["lines"]),
            heading=_any(data["headings"]),
            ending=_any(data["endings"]),
            inline=re.compile(data["inline"]["start"], re.I),
            inline_end=re.compile(data["inline"]["end"], re.I),
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
        if out and (out[-1].endswith("(") or _CONTINUES.match(line)):
            out[-1] += line if out[-1].endswith("(") or line[0] in "),.;" else f" {line}"
        else:
            out.append(line)
    return out


def clean(lines: Sequence[str], title: str, furniture: Furniture) -> Cleaned:
    """The lines without furniture. `title` says which line is only the headline again."""
    kept, tags = _without_ending(lines, furniture)
    kept = _without_masthead(kept, title)
    kept = _without_related(kept, furniture)
    kept = [_without_inline(line, furniture) for line in kept if not furniture.line.fullmatch(line)]
    kept = _without_caption([line for line in kept if line and not furniture.line.fullmatch(line)], furniture)
    left = set(kept)
    return Cleaned(tuple(kept), tuple(tags), tuple(line for line in lines if line not in left))


def _any(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.I)


def _without_ending(lines: Sequence[str], furniture: Furniture) -> tuple[list[str], list[str]]:
    """Cut at the first heading of tags or comments behind which only short lines stand; those under "Tag" are tags."""
    for at, line in enumerate(lines):
        if furniture.ending.fullmatch(line) and all(_is_label(after) for after in lines[at + 1 :]):
            is_tags = line.lower().startswith(("tag", "topik", "kata kunci"))
            return list(lines[:at]), [tag for tag in lines[at + 1 :] if is_tags and not furniture.line.fullmatch(tag)]
    return list(lines), []


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
    while match := furniture.inline.search(line):
        end = match.end() + _title_length(line[match.end() :], furniture)
        line = f"{line[: match.start()].rstrip()} {line[end:].lstrip()}".strip()
    return furniture.inline_end.sub("", line)


def _title_length(text: str, furniture: Furniture) -> int:
    """How far a title with capitals goes. The word before the first small one already begins the next sentence."""
    length, last = 0, 0
    for match in _WORD.finditer(text[:_TITLE_CHARS]):
        word = match[0].strip()
        if word[:1].isupper() or word[:1].isdigit() or not word[:1].isalpha():
            last = length
        elif word.lower() not in furniture.small:
            return last
        length = match.end()
        if word.endswith((".", "!", "?")):
            return length
    return length


def _without_caption(lines: list[str], furniture: Furniture) -> list[str]:
    """The picture's caption that stands before the paragraph with the dateline."""
    if len(lines) > 1 and _DATELINED.match(lines[1]) and not _DATELINED.match(lines[0]) and furniture.caption.fullmatch(lines[0]):
        return lines[1:]
    return lines


def _is_label(line: str) -> bool:
    return len(line) <= LONG_LINE and not _SENTENCE_END.search(line)


def _is_title(line: str) -> bool:
    return len(line) <= _TITLE_CHARS and not _SENTENCE_END.search(line)


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())
