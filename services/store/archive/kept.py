"""A `PageFetched` ↔ what is kept of it: its bodies as bytes, and everything else as JSON. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from services.store.archive.records import Answer, digest_of
from shared.documents import Document
from shared.envelope import pack_body, unpack_body
from shared.messages import PageFetched
from shared.outcomes import Reject

# As much as the extractor reads of one body; here of all bodies of a page together.
MOST_BYTES = 64_000_000


class About(Document):
    """The metadata of a kept page: the message without its bodies, and what each body really hashes to, in their order."""

    page: dict[str, Any]
    bodies: Annotated[tuple[str, ...], Field(min_length=1)]

    @property
    def head(self) -> PageFetched:
        """The message without its bodies. Raises `ValidationError`."""
        bare = {**self.page, "body_zstd": "", "parts": [{**part, "body_zstd": ""} for part in self.page.get("parts", [])]}
        return PageFetched.model_validate(bare)


def answers_of(page: PageFetched) -> list[Answer]:
    """The page's bodies, each with where it came from. Raises `Reject`: `bad_page_body`, `page_too_big`."""
    left, answers = MOST_BYTES, []
    packed = [(page.final_url, page.body_zstd), *((part.url, part.body_zstd) for part in page.parts)]
    for number, (url, body) in enumerate(packed):
        raw = unpack_body(body, max_bytes=left)
        left -= len(raw)
        headers = page.headers if number == 0 else {}
        answers.append(Answer(url, page.fetched_at, page.status if number == 0 else 200, headers, raw))
    return answers


def about_of(page: PageFetched, answers: Sequence[Answer]) -> About:
    """What is kept beside the bodies."""
    bare = page.model_dump(mode="json", exclude={"body_zstd": True, "parts": {"__all__": {"body_zstd"}}})
    return About(page=bare, bodies=tuple(digest_of(answer.body) for answer in answers))


def page_of(about: About, bodies: Sequence[bytes]) -> PageFetched:
    """The message again: its bodies are the same bytes, packed anew. Raises `Reject("record_damaged")` where they are others."""
    if [digest_of(body) for body in bodies] != list(about.bodies):
        raise Reject("record_damaged", "the bodies are not those of the page")
    first, *further = map(pack_body, bodies)
    parts = [part.model_copy(update={"body_zstd": packed}) for part, packed in zip(about.head.parts, further, strict=True)]
    return about.head.model_copy(update={"body_zstd": first, "parts": tuple(parts)})


def url_key(url: str) -> bytes:
    """A URL as the index has it: 16 bytes, whatever its length."""
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).digest()[:16]
