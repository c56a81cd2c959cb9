"""A document → what it says, and the stretches of the article's text that prove it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_FACTS = ("date", "place", "organizers", "participants", "organizations", "quotes", "figures", "legal_refs", "mentioned_dates")
OPEN, CLOSE = "⟦", "⟧"


@dataclass(frozen=True)
class Fact:
    """One thing a mention says: which field, in a few words; where in the body it stands, or where else it was read."""

    field: str
    value: str
    span: tuple[int, int] | None
    source: str | None


def facts(mention: Mapping[str, Any]) -> Iterator[Fact]:
    """All that has, or may have, evidence, in the order of the document."""
    for field in _FACTS:
        found = mention.get(field)
        for one in found if isinstance(found, list) else [found] if found else []:
            evidence = one.get("evidence") or {}
            span = (evidence["start"], evidence["end"]) if "start" in evidence else None
            yield Fact(field, _in_words(field, one), span, evidence.get("source") or ("inferred" if one.get("inferred") else None))


def marked(body: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    """The body in pieces, each with whether it is evidence of anything; spans may overlap, and those out of bounds are cut."""
    at = 0
    for start, end in _joined(spans, len(body)):
        if at < start:
            yield body[at:start], False
        yield body[start:end], True
        at = end
    if at < len(body):
        yield body[at:], False


def _joined(spans: Iterable[tuple[int, int]], most: int) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted((max(0, start), min(end, most)) for start, end in spans):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _in_words(field: str, one: Mapping[str, Any]) -> str:
    match field:
        case "date" | "mentioned_dates":
            start, end = one.get("start"), one.get("end")
            return f"{start or '?'}{f' to {end}' if end and end != start else ''} ({one['basis']})"
        case "place":
            regions = (one.get(level) for level in ("desa", "kecamatan", "kabkota", "provinsi"))
            named = [f"{region['name']} {region['code'] or ''}".strip() for region in regions if region]
            return ", ".join([one["venue"], *named] if one.get("venue") else named) or "-"
        case "participants":
            return ", ".join(part for part in (one["name"], one.get("role"), one.get("organization")) if part)
        case "quotes":
            return f"{one.get('speaker') or '?'}: {one['text']}"
        case "figures":
            return str(one["text"])
        case "legal_refs":
            return " ".join(part for part in (one["id"], one.get("article")) if part)
        case _:
            return str(one["name"])
