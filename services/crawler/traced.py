"""The fetcher of a visit, each exchange a span of the page's trace."""

from __future__ import annotations

from services.crawler.fetch import Response
from services.crawler.follow import Gets
from services.crawler.validators import NO_VALIDATORS, Validators
from shared.tracing import span, tell


class Traced:
    """Asks as `fetcher` does."""

    def __init__(self, fetcher: Gets) -> None:
        self._fetcher = fetcher

    async def get(self, url: str, *, max_bytes: int, validators: Validators = NO_VALIDATORS) -> Response:
        """As `Fetcher.get`."""
        with span("fetch", "client"):
            tell(url__full=url)
            response = await self._fetcher.get(url, max_bytes=max_bytes, validators=validators)
            tell(http__response__status_code=response.status, http__response__body__size=response.received, kabar__cut=response.cut)
            return response
