"""A message nobody can use → its dead letter. Pure."""

from __future__ import annotations

import base64
import hashlib
import traceback
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.envelope import Headers, header
from shared.messages import ArticleExtracted, ArticleGone, CrawlRequested, DeadLetter, EventChanged, Message, PageFetched
from shared.topics import DEAD_LETTER_BYTES

# Base64 grows by a third and the letter has headers of its own.
MOST_VALUE_BYTES = (DEAD_LETTER_BYTES - 200_000) * 3 // 4
MOST_HEADER_BYTES = 100_000
_LONGEST = 2_000  # characters of anything a stranger chose


@dataclass(frozen=True)
class Record:
    """One message exactly as Kafka delivered it."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers

    @classmethod
    def of(cls, raw: Any) -> Record:
        """From aiokafka's `ConsumerRecord`."""
        headers = tuple((str(name), value or b"") for name, value in raw.headers)
        return cls(raw.topic, raw.partition, raw.offset, raw.key, raw.value, headers)

    @property
    def correlation_id(self) -> str:
        """The one it carries; else one made from its position, so that it can be followed all the same."""
        return (header(self.headers, "correlation_id") or "")[:200] or _digest("cor", f"{self.topic}:{self.partition}:{self.offset}")

    @property
    def traceparent(self) -> str | None:
        """The span it was sent from, as it says."""
        return header(self.headers, "traceparent")


@dataclass(frozen=True)
class Failure:
    """Why a message cannot be used, after how many tries, in which service, when."""

    reason: str
    detail: str
    attempts: int
    service: str
    at: datetime
    error: BaseException | None = None


def bury(record: Record, failure: Failure, message: Message | None = None) -> DeadLetter:
    """The dead letter of a message: the original bytes and headers, and why. `message` is what it decoded to, if it did."""
    value = record.value or b""
    headers = _headers(record.headers)
    site, url = subject(message)
    return DeadLetter(
        id=_digest("ded", f"{record.topic}:{record.partition}:{record.offset}"),
        reason=failure.reason,
        detail=failure.detail[:1_000],
        service=failure.service,
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=None if record.key is None else record.key.decode("utf-8", "replace")[:_LONGEST],
        headers=headers,
        value=_base64(value[:MOST_VALUE_BYTES]),
        truncated=len(value) > MOST_VALUE_BYTES or len(headers) < len(record.headers),
        attempts=failure.attempts,
        traceback_digest=traceback_digest(failure.error),
        correlation_id=record.correlation_id,
        site_id=site and site[:_LONGEST],
        url=url and url[:_LONGEST],
        failed_at=failure.at,
    )


def bury_unsent(*, url: str, site_id: str, value: bytes, truncated: bool, correlation_id: str, failure: Failure) -> DeadLetter:
    """The dead letter of what never became a message: a page that is too big to send, say."""
    return DeadLetter(
        id=_digest("ded", "\n".join((url, failure.reason, hashlib.sha256(value).hexdigest()))),
        reason=failure.reason,
        detail=failure.detail[:1_000],
        service=failure.service,
        value=_base64(value[:MOST_VALUE_BYTES]),
        truncated=truncated or len(value) > MOST_VALUE_BYTES,
        attempts=failure.attempts,
        traceback_digest=traceback_digest(failure.error),
        correlation_id=correlation_id,
        site_id=site_id,
        url=url,
        failed_at=failure.at,
    )


def traceback_digest(error: BaseException | None) -> str | None:
    """Type and place of an error, hashed: equal for two failures of one defect, whatever the data was."""
    if error is None:
        return None
    frames = traceback.extract_tb(error.__traceback__)
    trail = "\n".join(f"{frame.name}:{frame.lineno}" for frame in frames)
    return f"{type(error).__name__}:{hashlib.sha256(trail.encode()).hexdigest()[:16]}"


def subject(message: Message | None) -> tuple[str | None, str | None]:
    """Site and URL that a message is about, as far as it is about one."""
    match message:
        case PageFetched() | ArticleGone():
            return message.site.id, message.url
        case ArticleExtracted():
            return message.article.site.id, message.article.url
        case CrawlRequested():
            return message.site_id, message.url
        case DeadLetter():
            return message.site_id, message.url
        case EventChanged() | None:
            return None, None


def _headers(headers: Headers) -> tuple[tuple[str, str], ...]:
    """Those that fit, in order: the letter of any message must itself be small enough to send."""
    kept, room = [], MOST_HEADER_BYTES
    for name, content in headers:
        packed = _base64(content)
        room -= 6 * len(name) + len(packed) + 10  # JSON may write a character as \u0001
        if room < 0:
            break
        kept.append((name, packed))
    return tuple(kept)


def _digest(prefix: str, text: str) -> str:
    return f"{prefix}_{hashlib.sha256(text.encode()).hexdigest()[:20]}"


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
