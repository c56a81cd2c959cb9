"""How far a pass is: what `kabar up --until-idle` waits for and shows. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.crawler.discover.links import Kind
from services.crawler.known import State


@dataclass
class SiteProgress:
    """Articles whose page is published; articles, and sources of links, that came to nothing, by reason."""

    published: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    sources_refused: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Progress:
    """`instant` names the pass (`None`: none was begun), `finished` says when it ended (`None`: not yet), `pending` how many
    URLs are still to be asked for in it."""

    instant: datetime | None
    finished: datetime | None
    pending: int
    by_site: Mapping[str, SiteProgress]


def progress_of(state: Mapping[str, Any], pending: int, groups: Iterable[Mapping[str, Any]]) -> Progress:
    """From the document of the pass, and counts (`urls`) of URLs by `site`, `kind`, `state` and `reason`."""
    sites: dict[str, SiteProgress] = {}
    for group in groups:
        site = sites.setdefault(group["site"], SiteProgress())
        if group["state"] == State.published:
            site.published += group["urls"]
        elif group["state"] in (State.refused, State.failed, State.gone):
            (site.refused if group["kind"] == Kind.article else site.sources_refused)[group["reason"]] += group["urls"]
    return Progress(state.get("pass"), state.get("finished_at"), pending, dict(sorted(sites.items())))
