"""One fetched page, unpacked: what the reading starts from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from shared.envelope import unpack_body
from shared.messages import PageFetched, PageSite

# More than the crawler ever sends; a bomb in a message stops here.
MOST_BYTES = 64_000_000


@dataclass(frozen=True)
class Page:
    """A response as received. `url` was asked, `final_url` answered; `headers` have lower-case names."""

    page_id: str
    site: PageSite
    url: str
    final_url: str
    html: bytes
    fetched_at: datetime
    raw_digest: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    parts: tuple[bytes, ...] = ()
    """The article's further pages, where its site spreads it over several."""

    @classmethod
    def of(cls, message: PageFetched) -> Page:
        """The page in a message. Raises `Reject`: `bad_page_body`, `page_too_big`."""
        return cls(
            page_id=message.page_id,
            site=message.site,
            url=message.url,
            final_url=message.final_url,
            html=unpack_body(message.body_zstd, max_bytes=MOST_BYTES),
            fetched_at=message.fetched_at,
            raw_digest=message.raw_digest,
            status=message.status,
            headers=message.headers,
            parts=tuple(unpack_body(part.body_zstd, max_bytes=MOST_BYTES) for part in message.parts),
        )
