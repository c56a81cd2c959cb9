"""docs/asyncapi.yaml is what the code says, is valid AsyncAPI 3.0, and describes the messages that really travel."""

from __future__ import annotations

import ast
import copy
import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache, reduce
from pathlib import Path
from typing import Any

import pytest
import yaml
import zstandard
from jsonschema import Draft7Validator, Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from services.store.archive.keeper import GROUP
from shared.asyncapi import HEADERS, IDS, KEEPER, NAME, READER, SENDERS, TRACED, document, text
from shared.envelope import Outgoing, open_sealed, seal
from shared.lag import GROUPS
from shared.messages import CrawlRequested, Message
from shared.schemas import schema_name
from shared.topics import DEAD, EVENT_CHANGED, TOPICS, Topic

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TREE = yaml.safe_load((ROOT / "docs" / NAME).read_text(encoding="utf-8"))
AT = "https://kabar.example/asyncapi.yaml"
TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
SCHEMA_DIGEST = "d4571a420e6ffb7fcc7066c95a6db1202f299a3c51daa103d0706bf30f95e626"


def examples() -> Iterator[tuple[Topic, Path]]:
    """Every golden payload there is: of each message at least one."""
    for topic in TOPICS:
        stem = Path(schema_name(topic.message)).stem
        yield from ((topic, path) for path in sorted(HERE.glob(f"{stem}*.json")) if not path.name.endswith(".headers.json"))


each_example = pytest.mark.parametrize(("topic", "path"), list(examples()), ids=lambda value: value.name if isinstance(value, Path) else "")
each_topic = pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)


def sent(topic: Topic, path: Path, traceparent: str | None = None) -> tuple[Message, Outgoing]:
    """The example through our own models, as it would be sent; from a span, if one is named."""
    message, time = open_sealed(topic, path.read_bytes()), datetime(2026, 11, 26, 4, 5, 6, tzinfo=UTC)
    return message, seal(message, source="probe", time=time, correlation_id="cor_1", traceparent=traceparent)


@cache
def official() -> Draft7Validator:
    """The schema of AsyncAPI 3.0.0 as its makers publish it (asyncapi/README.md)."""
    raw = zstandard.ZstdDecompressor().decompress((HERE / "asyncapi" / "3.0.0.json.zst").read_bytes())
    assert hashlib.sha256(raw).hexdigest() == SCHEMA_DIGEST
    return Draft7Validator(json.loads(raw))


def part_of_the_document(pointer: str) -> Draft202012Validator:
    """What the document says of a part, its references followed as any tool follows them: beside docs/asyncapi.yaml."""
    published = [json.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "docs" / "schemas").iterdir()]
    contents = [(AT, TREE), *((schema["$id"], schema) for schema in published)]
    registry = Registry().with_resources([(uri, DRAFT202012.create_resource(content)) for uri, content in contents])
    return Draft202012Validator({"$ref": f"{AT}#{pointer}"}, registry=registry, format_checker=Draft202012Validator.FORMAT_CHECKER)


def payloads(topic: Topic) -> Draft202012Validator:
    return part_of_the_document(f"/components/messages/{topic.message.__name__}/payload")


def headers(topic: Topic) -> Draft202012Validator:
    return part_of_the_document(f"/components/messages/{topic.message.__name__}/headers")


def channel_of(operation: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = TREE["channels"][operation["channel"]["$ref"].removeprefix("#/channels/")]
    return found


def test_published_document_is_that_of_the_code() -> None:
    assert (ROOT / "docs" / NAME).read_text(encoding="utf-8") == text(), "run `make schemas` and commit what it changes"


def test_yaml_says_what_the_document_says() -> None:
    assert document() == TREE


def test_it_is_valid_asyncapi() -> None:
    assert [f"{error.json_path}: {error.message}" for error in official().iter_errors(TREE)] == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda tree: tree["operations"]["crawlerSendsPageFetched"].update(action="publish"),
        lambda tree: tree["operations"]["crawlerSendsPageFetched"].pop("channel"),
        lambda tree: tree["channels"]["dead"].update(adress="kabar.dead"),
        lambda tree: tree["channels"]["eventChanged"]["bindings"]["kafka"].update(partitions=0),
        lambda tree: tree["channels"]["eventChanged"]["bindings"]["kafka"]["topicConfiguration"].update({"cleanup.policy": "compact"}),
        lambda tree: tree["components"]["messages"]["PageFetched"]["bindings"]["kafka"].update(bindingVersion="9"),
        lambda tree: tree["components"]["messages"]["PageFetched"]["correlationId"].pop("location"),
        lambda tree: tree.update(asyncapi="2.6.0"),
    ],
)
def test_what_is_no_asyncapi_is_refused(spoil: Callable[[Any], None]) -> None:
    tree = copy.deepcopy(TREE)
    spoil(tree)
    assert not official().is_valid(tree)


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from ([value["$ref"]] if "$ref" in value else [])
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_every_reference_leads_somewhere() -> None:
    for reference in references(TREE):
        file, _, pointer = reference.partition("#")
        whole = json.loads((ROOT / "docs" / file).read_text(encoding="utf-8")) if file else TREE
        assert reduce(lambda at, name: at[name], pointer.strip("/").split("/"), whole) if pointer else whole


@each_topic
def test_channel_is_the_topic(topic: Topic) -> None:
    (channel,) = (one for one in TREE["channels"].values() if one["address"] == topic.name)
    kafka = channel["bindings"]["kafka"]
    told = {name: value[0] if isinstance(value, list) else str(value) for name, value in kafka["topicConfiguration"].items()}
    assert (kafka["partitions"], told) == (topic.partitions, topic.config())
    assert list(channel["messages"]) == [topic.message.__name__]


@each_example
def test_example_is_what_the_document_describes(topic: Topic, path: Path) -> None:
    _, sealed = sent(topic, path)
    assert list(payloads(topic).iter_errors(json.loads(sealed.value))) == []
    assert list(headers(topic).iter_errors({name: value.decode() for name, value in sealed.headers})) == []


@each_topic
def test_another_message_is_not_what_the_document_describes(topic: Topic) -> None:
    """Values and headers of every other topic: only a reader who follows the references can tell them apart."""
    others = [(other, path) for other, path in examples() if other is not topic]
    assert len({other for other, _ in others}) == len(TOPICS) - 1
    for other, path in others:
        _, sealed = sent(other, path)
        assert not headers(topic).is_valid({name: value.decode() for name, value in sealed.headers})
        # All that a request must have is a version, which every message has.
        assert topic.message is CrawlRequested or not payloads(topic).is_valid(json.loads(sealed.value))


@each_example
def test_every_header_is_described(topic: Topic, path: Path) -> None:
    assert [name for name, _ in sent(topic, path)[1].headers] == list(HEADERS)


@each_example
def test_every_header_of_a_traced_message_is_described(topic: Topic, path: Path) -> None:
    _, sealed = sent(topic, path, TRACEPARENT)
    told = {name: value.decode() for name, value in sealed.headers}
    assert list(told) == [*HEADERS, *TRACED]
    assert list(headers(topic).iter_errors(told)) == []


@pytest.mark.parametrize("name", sorted(TRACED))
def test_a_header_that_names_no_span_is_seen(name: str) -> None:
    _, sealed = sent(*next(examples()), TRACEPARENT)
    assert not headers(TOPICS[0]).is_valid({key: value.decode() for key, value in sealed.headers} | {name: "00-0-0-00"})


@pytest.mark.parametrize("name", sorted(HEADERS))
def test_a_header_that_is_missing_is_seen(name: str) -> None:
    _, sealed = sent(*next(examples()))
    assert not headers(TOPICS[0]).is_valid({key: value.decode() for key, value in sealed.headers if key != name})


@each_example
def test_ce_id_is_made_as_told(topic: Topic, path: Path) -> None:
    message, sealed = sent(topic, path)
    made, told = dict(sealed.headers)["ce_id"].decode(), IDS[topic.message.__name__]
    if topic.message is CrawlRequested:
        assert made.startswith("crq_")
        assert "`crq_`" in told
    else:
        assert made == ":".join(str(reduce(getattr, name.split("."), message)) for name in told.split(":"))


def calls(folder: Path, *wanted: str) -> Iterator[ast.Call]:
    """Calls of these functions, classes or methods in the modules of a folder."""
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in wanted:
                yield node


@pytest.mark.parametrize("service", ["crawler", "extractor", "store"])
def test_a_service_sends_what_it_makes(service: str) -> None:
    """A service makes a message to send it; dead letters are made in shared/ for all of them."""
    made = {ast.unparse(call.func) for call in calls(ROOT / "services" / service, *(topic.message.__name__ for topic in TOPICS))}
    assert made | {DEAD.message.__name__} == {topic.message.__name__ for topic in SENDERS[service]}


@pytest.mark.parametrize("service", ["crawler", "extractor", "store"])
def test_a_service_receives_what_it_subscribes_to(service: str) -> None:
    subscribed = {
        (ast.unparse(call.args[0]), KEEPER if any(word.arg == "group" for word in call.keywords) else f"kabar-{service}")
        for call in calls(ROOT / "services" / service, "subscribe")
    }
    names = {topic.name: name for name, topic in vars(__import__("shared.topics", fromlist=["*"])).items() if isinstance(topic, Topic)}
    told = {
        (names[channel_of(operation)["address"]], operation["bindings"]["kafka"]["groupId"]["const"])
        for operation in TREE["operations"].values()
        if operation["action"] == "receive" and operation["tags"] == [{"name": service}]
    }
    assert told == subscribed


def test_the_groups_are_those_of_the_services() -> None:
    assert KEEPER == GROUP
    assert {group.removeprefix("kabar-") for group in GROUPS} == SENDERS.keys() - {"command"}


def test_the_command_sends_requests_and_kept_pages() -> None:
    assert list(calls(ROOT / "cli", "CrawlRequested"))
    assert list(calls(ROOT / "cli", "putting_pages_back"))
    assert {topic.message.__name__ for topic in SENDERS["command"]} == {"CrawlRequested", "PageFetched"}


def test_a_reader_gets_the_events_in_any_group() -> None:
    (operation,) = (one for one in TREE["operations"].values() if one["tags"] == [{"name": READER}])
    assert (operation["action"], channel_of(operation)["address"], "bindings" in operation) == ("receive", EVENT_CHANGED.name, False)
