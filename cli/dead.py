"""`kabar dead`: what no service could use; looked at, put back, or let go."""

from __future__ import annotations

import base64
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import orjson
import typer

from cli.run import DATA_DIR, FAILED, DataDir, fail, run, say
from cli.shown import console, printable, table, utc
from deploy.local.reach import reach_documents, reach_running
from services.store.dead_letters import DeadLetters, Held, open_dead_letters
from shared.messages import DeadLetter
from shared.put_back import putting_back, why_not
from shared.settings import load_settings

_SHOWN = 2_000  # characters of a message
Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Ids of dead letters (ded_…).")]
Reason = Annotated[str | None, typer.Option(help="All with this reason.")]
Site = Annotated[str | None, typer.Option(help="All of this site.")]


def list_dead(
    reason: Reason = None,
    site: Site = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, without the bytes.")] = False,
    data_dir: DataDir = DATA_DIR,
) -> None:
    """Every dead letter held, the oldest first."""
    run(_list(reason, site, as_json, data_dir))


def show_dead(
    key: Annotated[str, typer.Argument(metavar="ID", help="Id of a dead letter (ded_…).")],
    raw: Annotated[bool, typer.Option("--raw", help="Write the original bytes, nothing else.")] = False,
    data_dir: DataDir = DATA_DIR,
) -> None:
    """One dead letter: why, where it came from, and its beginning."""
    run(_show(key, raw, data_dir))


def retry(ids: Ids = None, reason: Reason = None, site: Site = None, data_dir: DataDir = DATA_DIR) -> None:
    """Put the original bytes back on the topic they came from. Of a reason or site, those not yet put back; twice does no harm."""
    run(_retry(_named(ids, reason, site), reason, site, data_dir))


def drop(ids: Ids = None, reason: Reason = None, site: Site = None, data_dir: DataDir = DATA_DIR) -> None:
    """Let dead letters go for good: their bytes are not kept."""
    run(_drop(_named(ids, reason, site), reason, site, data_dir))


def _named(ids: list[str] | None, reason: str | None, site: str | None) -> list[str]:
    if bool(ids) == (reason is not None or site is not None):
        raise typer.BadParameter("Name either dead letters by their ids, or all of a --reason or --site.")
    return ids or []


async def _list(reason: str | None, site: str | None, as_json: bool, data_dir: Path) -> None:
    async with _opened(data_dir) as letters:
        held = [one async for one in letters.find(reason=reason, site=site)]
    if as_json:
        for one in held:
            told = one.letter.model_dump(mode="json", exclude={"headers", "value"}) | {"retried_at": one.retried_at}
            sys.stdout.buffer.write(orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z))
        sys.stdout.buffer.flush()
        return
    rows = [_row(one.letter, one.retried_at) for one in held]
    console().print(table(f"{len(rows)} dead letters", ("id", "failed", "reason", "topic", "url", "put back"), rows))


def _row(letter: DeadLetter, retried_at: datetime | None) -> tuple[str, ...]:
    return letter.id, _time(letter.failed_at), letter.reason, letter.topic or "-", letter.url or "-", _time(retried_at)


async def _show(key: str, raw: bool, data_dir: Path) -> None:
    async with _opened(data_dir) as letters:
        held = await _held(letters, key)
    value = base64.b64decode(held.letter.value)
    if raw:
        sys.stdout.buffer.write(value)
        sys.stdout.buffer.flush()
        return
    told = held.letter.model_dump(mode="json", exclude={"headers", "value"}, exclude_none=True)
    rows = [*told.items(), ("put back", _time(held.retried_at)), ("bytes", len(value))]
    rows += [(f"header {name}", base64.b64decode(packed).decode("utf-8", "backslashreplace")) for name, packed in held.letter.headers]
    console().print(table(held.letter.id, ("field", "value"), [(name, str(content)) for name, content in rows]))
    text = value[: 4 * _SHOWN].decode("utf-8", "backslashreplace")[:_SHOWN]
    console().print(printable(text, "\n"), markup=False)


async def _retry(ids: list[str], reason: str | None, site: str | None, data_dir: Path) -> None:
    servers = reach_running(data_dir)
    async with open_dead_letters(servers.mongo, load_settings().mongo_database) as letters, putting_back(servers.kafka) as send:
        wanted = ids or [one.letter.id async for one in letters.find(reason=reason, site=site, retried=False)]
        sent = [await _put_back(letters, key, send) for key in wanted]
    say(f"{sum(sent)} of {len(sent)} dead letters put back.")
    if not all(sent):
        raise typer.Exit(FAILED)


async def _put_back(letters: DeadLetters, key: str, send: Callable[[DeadLetter], Awaitable[None]]) -> bool:
    """One after the other: each may be megabytes. Killed between the two steps, it is put back again, which does no harm."""
    letter = (await _held(letters, key)).letter
    if why := why_not(letter):
        say(f"{letter.id} stays: {why}.")
        return False
    await send(letter)
    await letters.note_retried(letter.id, datetime.now(UTC))
    return True


async def _drop(ids: list[str], reason: str | None, site: str | None, data_dir: Path) -> None:
    async with _opened(data_dir) as letters:
        wanted = ids or [one.letter.id async for one in letters.find(reason=reason, site=site)]
        for key in ids:
            await _held(letters, key)
        dropped = [await letters.drop(key, datetime.now(UTC)) for key in wanted]
    say(f"{sum(dropped)} dead letters dropped.")


async def _held(letters: DeadLetters, key: str) -> Held:
    held = await letters.get(key)
    if held is None:
        fail(f"There is no dead letter {key}: kabar dead list shows those there are.", FAILED)
    assert held is not None
    return held


@asynccontextmanager
async def _opened(data_dir: Path) -> AsyncIterator[DeadLetters]:
    async with reach_documents(data_dir) as uri, open_dead_letters(uri, load_settings().mongo_database) as letters:
        yield letters


def _time(moment: datetime | None) -> str:
    return "-" if moment is None else utc(moment)
