"""Events → lines of JSON, CSV and GeoJSON. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

import orjson

Events = AsyncIterator[tuple[dict[str, Any], str | None]]
"""Each with the title of the article that told it first."""
JSON = orjson.OPT_UTC_Z
_COLUMNS = (
    "id", "type", "title", "name", "theme", "date_start", "date_end", "date_precision", "provinsi_code", "provinsi", "kabkota_code",
    "kabkota", "kecamatan", "desa", "venue", "lat", "lon", "organizers", "participants", "organizations", "topics", "flags", "sources",
    "urls",
)  # fmt: skip
# A spreadsheet runs what begins so, and a page's words are a stranger's.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


async def jsonl(found: Events) -> AsyncIterator[str]:
    """One event a line, as `kabar export` gives it."""
    async for event, _ in found:
        yield orjson.dumps(event, option=JSON).decode()


async def csv_lines(found: Events) -> AsyncIterator[str]:
    """A line of names, then one a event; several values in a cell are parted by "; ". No cell is a formula."""
    yield csv_line(_COLUMNS)
    async for event, title in found:
        yield csv_line(_cells(event, title))


async def geojson(found: Events) -> AsyncIterator[str]:
    """A FeatureCollection (RFC 7946), one feature a line: the event, at the centroid of the place it gives a point for."""
    yield '{"type":"FeatureCollection","features":['
    before = ""
    async for event, _ in found:
        yield before + orjson.dumps(_feature(event), option=JSON).decode()
        before = ","
    yield "]}"


def _cells(event: Mapping[str, Any], title: str | None) -> Iterable[object]:
    day, place = event["date"] or {}, event["place"] or {}
    point = place.get("point") or {}
    regions = {level: place.get(level) or {} for level in ("provinsi", "kabkota", "kecamatan", "desa")}
    yield from (event["id"], event["type"], title, event["name"], event["theme"])
    yield from (day.get("start"), day.get("end"), day.get("precision"))
    yield from (regions["provinsi"].get("code"), regions["provinsi"].get("name"), regions["kabkota"].get("code"))
    yield from (regions[level].get("name") for level in ("kabkota", "kecamatan", "desa"))
    yield from (place.get("venue"), point.get("lat"), point.get("lon"))
    yield from ("; ".join(one["name"] for one in event[field]) for field in ("organizers", "participants", "organizations"))
    yield from ("; ".join(event["topics"]), "; ".join(event["flags"]), event["sources"])
    yield "; ".join(report["url"] for report in event["articles"])


def csv_line(cells: Iterable[object]) -> str:
    """Without the end of the line. No cell is a formula."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow([_safe(cell) for cell in cells])
    return out.getvalue()


def _safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _feature(event: Mapping[str, Any]) -> dict[str, Any]:
    point = (event["place"] or {}).get("point")
    geometry = point and {"type": "Point", "coordinates": [point["lon"], point["lat"]]}
    return {"type": "Feature", "id": event["id"], "geometry": geometry, "properties": event}
