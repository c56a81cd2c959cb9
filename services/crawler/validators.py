"""What an answer says of itself, for asking later whether it has changed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_LONGEST = 1_000


@dataclass(frozen=True)
class Validators:
    """`ETag` and `Last-Modified` of an answer, where it had them."""

    etag: str | None = None
    last_modified: str | None = None

    def headers(self) -> dict[str, str]:
        """Of the conditional request."""
        named = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in named.items() if value}


NO_VALIDATORS = Validators()


@dataclass(frozen=True)
class Seen:
    """A further page of an article as it was when the article was last published."""

    url: str
    raw_digest: str
    etag: str | None = None
    last_modified: str | None = None

    @property
    def validators(self) -> Validators:
        return Validators(self.etag, self.last_modified)


def validators_of(headers: Mapping[str, str]) -> Validators:
    """Only what can be sent back as it came; header names are lower-case."""
    return Validators(_usable(headers.get("etag")), _usable(headers.get("last-modified")))


def _usable(value: str | None) -> str | None:
    return value if value and len(value) <= _LONGEST and value.isascii() and value.isprintable() else None
