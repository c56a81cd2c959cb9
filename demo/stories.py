"""The newsroom's articles: one TOML file a site into frozen models. Every event, person and address in them is made up."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

NEWSROOM = Path(__file__).with_name("newsroom")
SITES = NEWSROOM / "sites.toml"
"""The site file that makes Kabar read the newsroom."""

Listing = Literal["atom", "listing", "news_sitemap", "rss", "sitemap"]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Story(_Data):
    """An article. An empty line parts the paragraphs of `body`; `[foto] caption | credit`, `[baca] slug` and `[iklan]` are furniture."""

    slug: str
    title: str
    published: AwareDatetime
    author: str
    body: str
    section: str = ""
    tags: tuple[str, ...] = ()
    views: int = 0
    number: int = 0


class Oddity(_Data):
    """A page that is no article, announced among the articles all the same."""

    path: str
    title: str
    published: AwareDatetime
    template: str
    status: int = 200
    bytes: int = 0
    """Least size; the server fills the page up to it."""


class Outlet(_Data):
    """A site: how its pages look (`cms`), where its articles stand (`path`) and how it says so (`announce`)."""

    host: str
    name: str
    cms: str
    path: str
    announce: dict[Listing, str]
    sections: tuple[str, ...] = ()
    robots: str = ""
    story: tuple[Story, ...]
    page: tuple[Oddity, ...] = Field(default=())

    @property
    def home(self) -> str:
        return f"http://{self.host}/"

    def url(self, leaf: Story | Oddity) -> str:
        return f"http://{self.host}{self.path_of(leaf)}"

    def path_of(self, leaf: Story | Oddity) -> str:
        return leaf.path if isinstance(leaf, Oddity) else self.path.format(**leaf.model_dump())

    def newest(self) -> list[Story | Oddity]:
        return sorted((*self.story, *self.page), key=lambda leaf: leaf.published, reverse=True)


def load_outlets(folder: Path = NEWSROOM) -> tuple[Outlet, ...]:
    """Every site of the newsroom, by host name."""
    return tuple(Outlet.model_validate(tomllib.loads(file.read_text(encoding="utf-8"))) for file in sorted(folder.glob("*.example.toml")))
