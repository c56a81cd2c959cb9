"""The sites we read: `sites/*.toml` into checked, frozen `Site`s."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field, ValidationError, field_validator, model_validator

from shared.documents import Document, SiteKind
from shared.messages import PageSite
from shared.outcomes import Reject
from shared.urls import canonical_url, host_of

_FIELD = re.compile(r"\{[^{}]*\}")
_FIELDS = {"{date}", "{year}", "{month}", "{day}", "{page}"}
LONGEST_PACE = 3600.0
"""Seconds between two requests that an entry may ask for."""


class SitesError(Exception):
    """A site file cannot be used; the message is one sentence for the person who wrote it."""


class Site(Document):
    """One site. Empty `feeds`, `sitemaps` and `listings` mean: found by autodiscovery from `home`."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,99}$")]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    kind: SiteKind = SiteKind.other
    home: str
    region: Annotated[str, Field(pattern=r"^\d\d(\.\d\d(\.\d\d(\.\d{4})?)?)?$")] | None = None
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    listings: tuple[str, ...] = ()
    articles: tuple[Annotated[str, Field(pattern=r"^/[^\s#]{0,200}$")], ...] = ()
    """Shapes of its articles' addresses, as `kabar sites probe` writes them: `/berita/{words}`. Empty: told by each listing itself."""
    archives: tuple[str, ...] = ()
    """Addresses of dated archives, read for backfill only: `https://…/indeks?date={date}&page={page}`; besides `{date}` (2023-04-01)
    there are `{year}`, `{month}`, `{day}`."""
    pace: Annotated[float, Field(ge=0, le=LONGEST_PACE)] = 2.0
    """Least seconds between two requests to the host; a longer robots.txt crawl-delay wins."""
    verified: bool = False
    """Has a live check found this entry right."""

    @field_validator("home", "feeds", "sitemaps", "listings", mode="after")
    @classmethod
    def _canonical(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        try:
            return canonical_url(value) if isinstance(value, str) else tuple(canonical_url(v) for v in value)
        except Reject as error:
            raise ValueError(str(error)) from None

    @field_validator("archives", mode="after")
    @classmethod
    def _templates(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for template in value:
            if not any(name in template for name in ("{date}", "{year}")) or set(_FIELD.findall(template)) - _FIELDS:
                raise ValueError("an archive is an address with {date} or {year}, and besides {month}, {day} and {page} only")
        return value

    @model_validator(mode="after")
    def _archives_at_home(self) -> Site:
        for template in self.archives:
            try:
                url = canonical_url(filled(template, date(2023, 4, 1)).replace("{page}", "1"))
            except Reject as error:
                raise ValueError(str(error)) from None
            if host_of(url).removeprefix("www.") != self.host.removeprefix("www."):
                raise ValueError(f"an archive lies on the host of home, {template} does not")
        return self

    @property
    def host(self) -> str:
        return host_of(self.home)

    def ref(self) -> PageSite:
        """What a page message says of its site."""
        return PageSite(id=self.id, name=self.name, kind=self.kind, region=self.region)


def filled(template: str, day: date) -> str:
    """An archive's address for a day; `{page}` stays."""
    values = {"{date}": day.isoformat(), "{year}": f"{day:%Y}", "{month}": f"{day:%m}", "{day}": f"{day:%d}"}
    return _FIELD.sub(lambda field: values.get(field[0], field[0]), template)


def load_sites(path: Path) -> tuple[Site, ...]:
    """All sites of a TOML file, or of every `*.toml` in a folder, sorted by id.

    Raises `SitesError` naming the file, the entry and what is wrong with it; ids are unique over all files.
    """
    files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    if not files:
        raise SitesError(f"There is no *.toml in {path}; add a site file or name another folder.")
    sites: dict[str, Site] = {}
    for file in files:
        for site in _read(file):
            if site.id in sites:
                raise SitesError(f"{file.name}: the site id {site.id} is there twice.")
            sites[site.id] = site
    return tuple(sites[key] for key in sorted(sites))


def _read(file: Path) -> list[Site]:
    try:
        entries = tomllib.loads(file.read_text(encoding="utf-8")).get("site", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SitesError(f"{file} cannot be read: {error}.") from error
    if not isinstance(entries, list):
        raise SitesError(f"{file.name}: sites are written as [[site]] tables.")
    out = []
    for number, entry in enumerate(entries, 1):
        try:
            out.append(Site.model_validate(entry))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise SitesError(f"{file.name}, site {number}: {where}: {first['msg']}.") from error
    return out
