"""Every block of docs/consume.md, run as it stands there against a real broker and store, and what it must find."""

from __future__ import annotations

import asyncio
import json
import re
import signal
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from deploy.local.jars import ROOT
from deploy.local.servers import Servers, service_process
from services.store.reader import open_reader
from shared.envelope import seal
from shared.messages import ArticleExtracted, Message
from shared.topics import EVENT_CHANGED
from tests.integration.command_line import NO_MONGOSH, has_mongosh, search_path
from tests.integration.told_articles import BY, FIRST, GONE, LATER, LIVE, REMOVED, REPLACED, WITHDRAWN, event_of, url
from tests.integration.topic_reading import lag, send
from tests.integration.waiting import until

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]
PAGE = (ROOT / "docs/consume.md").read_text(encoding="utf-8")
FOLLOW, NOW, PYTHON, SHELL = (
    "Follow the events",
    "The events as they are now",
    "Ask the store with Python",
    "Ask the store on the command line",
)

RICE, LITERACY, MARKET, MURAL = (
    "2023-11-25 sosialisasi Beras masjid",
    "2023-11-14 sosialisasi Literasi pemula",
    "2023-11-20 sosialisasi Pasar murah",
    "2023-11-15 sosialisasi Lomba mural",
)
METRO_IN_NOVEMBER = [LITERACY, MARKET, RICE]


@dataclass(frozen=True)
class Block:
    """A piece of the page that can be run: under which heading, the how-manieth there, in which language."""

    heading: str
    number: int
    language: str
    code: str


def blocks() -> list[Block]:
    """All of them, in the order of the page."""
    found: list[Block] = []
    for section in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]:
        heading = section.partition("\n")[0]
        pieces = re.findall(r"^```(\w*)\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
        found += [Block(heading, number, language, code) for number, (language, code) in enumerate(pieces)]
    return found


def block(heading: str, number: int = 0) -> Block:
    return next(one for one in blocks() if (one.heading, one.number) == (heading, number))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def environment(stack: Servers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Mapping[str, str]]:
    """The store has read the articles; what a reader's programs need to find its servers."""
    folder = tmp_path_factory.mktemp("consume")
    env = {**stack.environment(), "KABAR_MONGO_DATABASE": "consumed", "KABAR_HTTP_PORT": "0"}
    store = service_process("store", env, folder / "store.jsonl")
    try:
        await publish(stack, (ArticleExtracted(article=article) for article in FIRST))
        await until(f"the articles stored; log in {folder}", lambda: holds(env, len(FIRST), "articles", lambda _: True))
        await publish(stack, (ArticleExtracted(article=article) for article in LATER))
        await until(f"two events over; log in {folder}", lambda: holds(env, len(LIVE), "events", lambda _: True))
        await publish(stack, [GONE])
        gone = ("events", lambda event: event["id"] != REMOVED or event["articles"][0]["gone_at"])
        await until(f"a removal told; log in {folder}", lambda: holds(env, len(LIVE), *gone))
    finally:
        await store.stop(40.0)
    yield {**env, "PATH": search_path(folder), "PYTHONIOENCODING": "utf-8", "HOME": str(folder)}


async def publish(stack: Servers, messages: Iterable[Message]) -> None:
    for message in messages:
        sealed = seal(message, source="probe", time=datetime.now(UTC), correlation_id="cor_1")
        await send(stack.kafka.servers, sealed.topic, [(sealed.key, sealed.value)], sealed.headers)


async def stored(env: Mapping[str, str], kind: str) -> list[dict[str, Any]]:
    async with open_reader(env["KABAR_MONGO_URI"], env["KABAR_MONGO_DATABASE"]) as reader:
        return [document async for document in getattr(reader, kind)()]


async def holds(env: Mapping[str, str], number: int, kind: str, so: Callable[[dict[str, Any]], Any]) -> bool:
    found = await stored(env, kind)
    return len(found) == number and all(map(so, found))


async def started(code: Block, env: Mapping[str, str], folder: Path) -> asyncio.subprocess.Process:
    """The block as a reader would run it, in a folder where `examples` lies."""
    (folder / "examples").symlink_to(ROOT / "examples")
    first = block(PYTHON).code + "\n" if code.heading == PYTHON and code.number else ""
    command = ["python", "-W", "error", "-c", first + code.code] if code.language == "python" else ["sh", "-euc", code.code]
    return await asyncio.create_subprocess_exec(
        *command,
        env=env,
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=2**20,
        # A shell has what it starts behind itself ignore Ctrl-C, and that is inherited.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


async def said(code: Block, env: Mapping[str, str], folder: Path) -> list[str]:
    """Its lines, once it has ended well."""
    child = await started(code, env, folder)
    out, errors = await child.communicate()
    assert child.returncode == 0, errors.decode()
    return out.decode().splitlines()


async def test_a_follower_knows_what_is_live_and_what_became_of_the_rest(
    stack: Servers, environment: Mapping[str, str], tmp_path: Path
) -> None:
    wanted = dict.fromkeys(LIVE, "live") | {WITHDRAWN: "over, see None", REPLACED: f"over, see {BY}"}
    child = await started(block(FOLLOW), environment, tmp_path)
    assert child.stdout is not None
    known: dict[str, str] = {}
    async with asyncio.timeout(60.0):
        while known != wanted:
            line = (await child.stdout.readline()).decode()
            assert line, "it has ended"
            _, event, _, became = line.rstrip("\n").split(" ", 3)
            known[event] = known[event] if became == "seen" else became
    child.send_signal(signal.SIGINT)
    await child.communicate()
    # What it had in hand comes again, and no more.
    assert await lag(stack.kafka.servers, "my-own-group", EVENT_CHANGED) <= len(wanted)


async def test_the_example_writes_down_the_live_events(environment: Mapping[str, str], tmp_path: Path) -> None:
    assert await said(block(NOW), environment, tmp_path) == []
    told = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {event["id"] for event in told} == LIVE
    assert told == await stored(environment, "events")
    assert {event["id"] for event in told if any(report["gone_at"] for report in event["articles"])} == {REMOVED}


async def test_the_console_consumer_shows_the_messages(environment: Mapping[str, str], tmp_path: Path) -> None:
    lines = [line.split("\t", 1) for line in await said(block(NOW, 1), environment, tmp_path)]
    told = [(key, json.loads(value)["event"]) for key, value in lines]
    assert all(key == event["id"] for key, event in told)
    last = dict(sorted(told, key=lambda one: one[1]["revision"]))
    assert {key for key, event in last.items() if event["articles"]} == LIVE
    assert {key: event["replaced_by"] for key, event in last.items() if not event["articles"]} == {WITHDRAWN: None, REPLACED: BY}


@pytest.mark.parametrize(
    ("number", "found"),
    [
        (0, []),
        (1, [LITERACY, MURAL]),
        (2, [LITERACY, MURAL]),
        (3, [RICE]),
        (4, [f"{url(name)} True" for name in ("literasi-pemula", "pasar-murah", "donor-darah", "lomba-mural", "beras-masjid")]),
    ],
    ids=["region and month", "person", "topic", "flag", "proof"],
)
async def test_python_finds(number: int, found: list[str], environment: Mapping[str, str], tmp_path: Path) -> None:
    lines = await said(block(PYTHON, number), environment, tmp_path)
    assert lines[: len(METRO_IN_NOVEMBER)] == METRO_IN_NOVEMBER
    rest = lines[len(METRO_IN_NOVEMBER) :]
    if number == 4:
        # One of them: which has the smallest id is nobody's matter.
        assert len(rest) == 1
        assert rest[0] in found
    else:
        assert rest == found


async def test_mongosh_finds(environment: Mapping[str, str], tmp_path: Path) -> None:
    if not has_mongosh():
        pytest.skip(NO_MONGOSH)
    names = {"literasi-pemula": "Literasi pemula", "pasar-murah": "Pasar murah", "beras-masjid": "Beras masjid"}
    assert await said(block(SHELL), environment, tmp_path) == [f"{event_of(key)} {name}" for key, name in names.items()]


async def test_no_block_of_the_page_is_left_out() -> None:
    told = [(one.heading, one.number, one.language) for one in blocks()]
    python = [(PYTHON, number, "python") for number in range(5)]
    assert told == [(FOLLOW, 0, "python"), (NOW, 0, "sh"), (NOW, 1, "sh"), *python, (SHELL, 0, "sh")]
