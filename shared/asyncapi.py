"""docs/asyncapi.yaml: who sends what to whom over Kafka, as AsyncAPI 3.0. `make schemas` writes it from the topics and messages.

It is written here and not by FastStream, which sees one service at a time, and of that only what it subscribes to (docs/decisions.md).
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from shared.envelope import SCHEMA_BASE
from shared.lag import GROUPS
from shared.schemas import schema_name
from shared.topics import ARTICLE_EXTRACTED, ARTICLE_GONE, CRAWL_REQUESTED, DAY_MS, DEAD, EVENT_CHANGED, PAGE_FETCHED, TOPICS, Topic

NAME = "asyncapi.yaml"
VERSION = "1.0.0"
"""Of the contract: the second number grows with a field or message, the first with what an old reader cannot read."""

SENDERS: Mapping[str, tuple[Topic, ...]] = {
    "command": (PAGE_FETCHED, CRAWL_REQUESTED),
    "crawler": (PAGE_FETCHED, ARTICLE_GONE, DEAD),
    "extractor": (ARTICLE_EXTRACTED, DEAD),
    "store": (EVENT_CHANGED, DEAD),
}
KEEPER = "kabar-keeper"
"""The store's second group, where pages are kept: a full disk stops only the keeping."""

READER = "reader"
"""Whoever reads the events, in a group of its own or in none."""

APPLICATIONS: Mapping[str, str] = {
    "command": "`kabar crawl` asks for a crawl, `kabar replay --for-good` sends kept pages again; "
    "`kabar dead retry` puts a message back as it was, on whatever topic that was.",
    "crawler": "Fetches pages from the web.",
    "extractor": "Reads an article and its event out of a page.",
    "store": "Keeps articles and events, dead letters and, in a group of its own, pages.",
    READER: "Anybody downstream: docs/consume.md.",
}

IDS: Mapping[str, str] = {
    "ArticleExtracted": "article.provenance.page_id:article.provenance.extractor",
    "ArticleGone": "id",
    "CrawlRequested": "`crq_` and a digest of the request",
    "DeadLetter": "id",
    "EventChanged": "event.id:event.revision",
    "PageFetched": "page_id",
}
"""What `ce_id` is made of, message by message: the same whenever the same message is sent again."""

HEADERS: Mapping[str, Mapping[str, Any]] = {
    "ce_id": {"type": "string", "description": "The same for every delivery of the same message: drop what you have seen."},
    "ce_type": {"type": "string", "description": "The topic."},
    "ce_source": {"type": "string", "pattern": "^kabar/", "description": "Who sent it: `kabar/` and the service."},
    "ce_time": {"type": "string", "format": "date-time", "description": "When it was sent; another one when it is sent again."},
    "ce_specversion": {"type": "string", "const": "1.0"},
    "ce_dataschema": {"type": "string", "format": "uri", "description": "`$id` of the value's JSON Schema, its version at the end."},
    "content-type": {"type": "string", "const": "application/json"},
    "partitionkey": {"type": "string", "description": "The message's key."},
    "correlation_id": {"type": "string", "description": "The same from a page to its event, in messages and logs."},
}
"""CloudEvents 1.0 in Kafka's binary mode, as `shared/envelope.py` seals: every header is UTF-8 text."""

TRACED: Mapping[str, Mapping[str, Any]] = {
    name: {"type": "string", "pattern": "^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$", "description": said}
    for name, said in (
        ("ce_traceparent", "CloudEvents' extension for distributed tracing: the span it was sent from (W3C Trace Context)."),
        ("traceparent", "The same where OpenTelemetry's own consumers look for it."),
    )
}
"""Only while traces are sent (docs/traces.md)."""

_BINDING = "0.5.0"


def document() -> dict[str, Any]:
    """The AsyncAPI document, as what a YAML or JSON reader makes of it."""
    return {
        "asyncapi": "3.0.0",
        "info": _info(),
        "defaultContentType": "application/json",
        "servers": _servers(),
        "channels": {_channel(topic): _channel_of(topic) for topic in TOPICS},
        "operations": dict(_operations()),
        "components": {
            "messages": {topic.message.__name__: _message_of(topic) for topic in TOPICS},
            "schemas": {"CloudEventHeaders": {"type": "object", "required": list(HEADERS), "properties": {**HEADERS, **TRACED}}},
            "securitySchemes": {
                "plain": {"type": "plain"},
                "scramSha256": {"type": "scramSha256"},
                "scramSha512": {"type": "scramSha512"},
            },
        },
    }


def text() -> str:
    """The document as YAML; the same bytes for the same code."""
    return "# Written by `make schemas`; do not edit.\n" + "\n".join(_yaml(document())) + "\n"


def _info() -> dict[str, Any]:
    return {
        "title": "Kabar",
        "version": VERSION,
        "description": "Events read from Indonesian regional news, and the messages they come from. Delivery is at least once, in order "
        "for each key. No message has an empty value: there are no tombstones. How to read it all: docs/consume.md.",
        "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        "tags": [{"name": name, "description": said} for name, said in APPLICATIONS.items()],
    }


def _servers() -> dict[str, Any]:
    schemes = [{"$ref": f"#/components/securitySchemes/{name}"} for name in ("scramSha512", "scramSha256", "plain")]
    return {
        "open": {"host": "kafka:9092", "protocol": "kafka", "description": "Inside docker-compose.yml; nothing of it is published."},
        "secured": {
            "host": "kafka.example:9093",
            "protocol": "kafka-secure",
            "description": "A Kafka of one's own, over TLS (docs/operate.md).",
            "security": schemes,
        },
    }


def _channel(topic: Topic) -> str:
    """`pageFetched` of `kabar.page.fetched`."""
    _, first, *rest = topic.name.split(".")
    return first + "".join(word.capitalize() for word in rest)


def _channel_of(topic: Topic) -> dict[str, Any]:
    name = topic.message.__name__
    kept = (
        "The newest message of each key is kept for good" if topic.compacted else f"Messages are kept {topic.retention_ms // DAY_MS} days"
    )
    configuration = {"cleanup.policy": [topic.config()["cleanup.policy"]], "retention.ms": topic.retention_ms}
    configuration |= {"max.message.bytes": topic.max_bytes}
    return {
        "address": topic.name,
        "title": topic.name,
        "description": f"{kept}. Keyed by {topic.key}.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"}},
        "bindings": {"kafka": {"partitions": topic.partitions, "topicConfiguration": configuration, "bindingVersion": _BINDING}},
    }


def _operations() -> Iterator[tuple[str, dict[str, Any]]]:
    """Name → operation, sends before receipts: `crawlerSendsPageFetched`."""
    for application, topics in SENDERS.items():
        for topic in topics:
            yield f"{application}Sends{topic.message.__name__}", _operation("send", application, topic)
    for group, topics in {**GROUPS, KEEPER: (PAGE_FETCHED,)}.items():
        application = "store" if group == KEEPER else group.removeprefix("kabar-")
        for topic in topics:
            bindings = {"kafka": {"groupId": {"type": "string", "const": group}, "bindingVersion": _BINDING}}
            yield f"{application}Receives{topic.message.__name__}", _operation("receive", application, topic) | {"bindings": bindings}
    yield f"{READER}Receives{EVENT_CHANGED.message.__name__}", _operation("receive", READER, EVENT_CHANGED)


def _operation(action: str, application: str, topic: Topic) -> dict[str, Any]:
    channel, name = f"#/channels/{_channel(topic)}", topic.message.__name__
    return {
        "action": action,
        "title": f"{application} {action}s {name}",
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/{name}"}],
        "tags": [{"name": application}],
    }


def _message_of(topic: Topic) -> dict[str, Any]:
    name, schema = topic.message.__name__, schema_name(topic.message)
    fixed = {"ce_type": {"const": topic.name}, "ce_dataschema": {"const": f"{SCHEMA_BASE}/{schema}"}}
    return {
        "name": name,
        "title": name,
        "summary": " ".join((topic.message.__doc__ or "").split()),
        "description": f"`ce_id` is {IDS[name]}.",
        "contentType": "application/json",
        "correlationId": {"location": "$message.header#/correlation_id"},
        "headers": {"allOf": [{"$ref": "#/components/schemas/CloudEventHeaders"}, {"type": "object", "properties": fixed}]},
        "payload": {"$ref": f"schemas/{schema}"},
        "bindings": {"kafka": {"key": {"type": "string", "description": topic.key}, "bindingVersion": _BINDING}},
    }


def _yaml(value: Any, indent: str = "") -> Iterator[str]:
    """Lines of YAML: mappings and lists in blocks, all else as JSON, which is YAML too. The images have no YAML library."""
    if isinstance(value, dict):
        for key, inner in value.items():
            name = key if re.fullmatch(r"[A-Za-z][\w.-]*", key) else json.dumps(key)
            yield from _entry(f"{indent}{name}:", inner, indent)
    else:
        for inner in value:
            yield from _entry(f"{indent}-", inner, indent)


def _entry(head: str, value: Any, indent: str) -> Iterator[str]:
    if value and isinstance(value, dict | list):
        yield head
        yield from _yaml(value, indent + "  ")
    else:
        yield f"{head} {json.dumps(value, ensure_ascii=False)}"


if __name__ == "__main__":
    (Path(sys.argv[1] if len(sys.argv) > 1 else "docs") / NAME).write_text(text(), encoding="utf-8")
