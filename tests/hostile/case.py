"""What a hostile host does, and what must come of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

DOMAIN = "usil.example"
"""Every case is served under a name of its own below this one."""
ONE = "/berita/2024/05/14/warga-tanam-bakau"
TWO = "/berita/2024/05/15/pemuda-bersihkan-sungai"


class Wire(Protocol):
    """The way back to the crawler."""

    async def send(self, raw: bytes) -> None:
        """Raises `ConnectionError` once the crawler has hung up."""

    def reset(self) -> None:
        """End the connection with RST."""


@dataclass(frozen=True)
class Asked:
    """One request: its path with the query, how often it was asked for in this round (from 1), and which round this is."""

    host: str
    path: str
    headers: Mapping[str, str]
    time: int = 1
    round: int = 1


Answer = bytes | Callable[[Asked, Wire], Awaitable[bytes | None]]
"""The raw answer, after which the connection stays open; or a coroutine that gives it, or writes as it likes, gives nothing, and
the connection is closed."""


@dataclass(frozen=True)
class Case:
    """One host. `a|b` stands for one of two.

    `stored`: paths of the canonical URLs of exactly the documents there are in the end; `titles` of some of them.
    `reasons`: by path, why there is none, in the frontier or in a dead letter.
    `unasked`: paths never asked for. `most`: requests to the host in the first round. `again`: paths published in the second round;
    `gone`: those of `stored` that are known to be no longer there in the end.
    """

    id: str
    does: str
    pages: Mapping[str, Answer]
    stored: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    unasked: tuple[str, ...] = ()
    most: int = 8
    again: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: {"listings": ("/berita",)})

    @property
    def host(self) -> str:
        return f"{self.id}.{DOMAIN}"


def one(id: str, does: str, answer: Answer, **expected: Any) -> Case:  # noqa: A002 — the field's name
    """A host with one article, answered like this."""
    pages: dict[str, Answer] = {ONE: answer}
    return Case(id, does, {**pages, **expected.pop("pages", {})}, **expected)


def refused(id: str, does: str, answer: Answer, reason: str, **expected: Any) -> Case:  # noqa: A002 — the field's name
    """The same, and it comes to nothing, for this reason."""
    return one(id, does, answer, reasons={ONE: reason}, **expected)


def kept(id: str, does: str, answer: Answer, **expected: Any) -> Case:  # noqa: A002 — the field's name
    """The same, and the article is stored, once."""
    return one(id, does, answer, stored=(ONE,), **expected)
