"""A message ↔ bytes and headers: CloudEvents 1.0 in Kafka's binary mode. Pure.

The value is the message as JSON; the attributes stand in headers. `ce_id` is deterministic for every message,
so a consumer can drop what it has seen.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import zstandard
from pydantic import ValidationError
from pydantic_core import from_json

from shared.messages import ArticleExtracted, ArticleGone, CrawlRequested, DeadLetter, EventChanged, Message, PageFetched
from shared.outcomes import Reject
from shared.topics import Topic, topic_of
from shared.urls import host_of

Headers = tuple[tuple[str, bytes], ...]
SCHEMA_BASE = "https://kabar.example/schemas"


@dataclass(frozen=True)
class Outgoing:
    """A message ready to be sent: topic, key, value and headers."""

    topic: Topic
    key: bytes
    value: bytes
    headers: Headers

    @property
    def id(self) -> str:
        """Its `ce_id`."""
        return header(self.headers, "ce_id") or ""

    def __len__(self) -> int:
        """Bytes on the wire, near enough to hold against the topic's limit."""
        return len(self.key) + len(self.value) + sum(len(name) + len(value) + 10 for name, value in self.headers) + 100


def seal(message: Message, *, source: str, time: datetime, correlation_id: str, traceparent: str | None = None) -> Outgoing:
    """The message as it travels. `source` names the service; `time` is when this was sealed; `traceparent` the span it is sent from."""
    topic = topic_of(message)
    key = _key(message)
    value = message.model_dump_json().encode()
    attributes = {
        "ce_id": _message_id(message),
        "ce_type": topic.name,
        "ce_source": f"kabar/{source}",
        "ce_time": time.isoformat().replace("+00:00", "Z"),
        "ce_specversion": "1.0",
        "ce_dataschema": f"{SCHEMA_BASE}/{type(message).__name__}.v{message.schema_version}.json",
        "content-type": "application/json",
        "partitionkey": key,
        "correlation_id": correlation_id,
        # As CloudEvents' extension for distributed tracing, and where OpenTelemetry's own consumers look for it.
        **({"ce_traceparent": traceparent, "traceparent": traceparent} if traceparent else {}),
    }
    return Outgoing(topic, key.encode(), value, tuple((name, text.encode()) for name, text in attributes.items()))


def open_sealed(topic: Topic, value: bytes | None) -> Message:
    """The message in the bytes.

    Raises `Reject`: `message_too_big`, `invalid_json`, `unknown_schema_version`, `invalid_message`.
    """
    if value is None or not value:
        raise Reject("invalid_json", "empty message")
    if len(value) > topic.max_bytes:
        raise Reject("message_too_big", f"{len(value)} bytes, {topic.max_bytes} allowed")
    try:
        data = from_json(value)
    except ValueError as error:
        raise Reject("invalid_json", str(error)) from None
    version = data.get("schema_version", 1) if isinstance(data, dict) else 1
    if version != 1:
        raise Reject("unknown_schema_version", repr(version)[:100])
    try:
        return topic.message.model_validate_json(value)
    except (ValidationError, ValueError) as error:
        raise Reject("invalid_message", _first(error)) from None


def header(headers: Iterable[tuple[str, bytes]], name: str) -> str | None:
    """The first header of that name as text."""
    return next((value.decode("utf-8", "replace") for key, value in headers if key == name and value is not None), None)


def pack_body(raw: bytes) -> str:
    """Page bytes as `PageFetched.body_zstd` holds them: zstd level 3, base64."""
    return base64.b64encode(zstandard.ZstdCompressor(level=3).compress(raw)).decode("ascii")


def unpack_body(packed: str, *, max_bytes: int) -> bytes:
    """The page bytes again. Raises `Reject`: `page_too_big` over `max_bytes`, `bad_page_body` for anything but one whole frame."""
    try:
        raw = base64.b64decode(packed, validate=True)
        size = zstandard.frame_content_size(raw)
        if size > max_bytes:
            raise Reject("page_too_big", f"{size} bytes, {max_bytes} allowed")
        # Into a buffer of the stated size and no further: a frame that states none, or another, is refused.
        return zstandard.ZstdDecompressor().decompress(raw, allow_extra_data=False)
    except (ValueError, zstandard.ZstdError) as error:
        raise Reject("bad_page_body", str(error)) from None


def _first(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"[:300]
    return str(error)[:300]


def _key(message: Message) -> str:
    match message:
        case PageFetched() | ArticleGone():
            return host_of(message.url)
        case ArticleExtracted():
            return message.article.id
        case EventChanged():
            return message.event.id
        case CrawlRequested():
            return message.site_id or host_of(message.url or "") or "unknown"
        case DeadLetter():
            return message.id


def _message_id(message: Message) -> str:
    match message:
        case PageFetched():
            return message.page_id
        case ArticleExtracted():
            return f"{message.article.provenance.page_id}:{message.article.provenance.extractor}"
        case EventChanged():
            return f"{message.event.id}:{message.event.revision}"
        case ArticleGone() | DeadLetter():
            return message.id
        case CrawlRequested():
            # As it was before there were dates, where there are none.
            unsaid = {name for name in ("since", "until") if getattr(message, name) is None}
            return "crq_" + hashlib.sha256(message.model_dump_json(exclude=unsaid).encode()).hexdigest()[:20]
