"""`kabar demo`: the whole pipeline on a sample newsroom, and whether it made of it what it should."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer

from cli.run import FAILED, DataDir, fail, run, say
from cli.shown import console, table
from demo.expected import Outcome, differences, load_expected
from demo.pages import build
from demo.second_run import Documents, is_complete, second_run_differences
from demo.serve import Asked, Newsroom, newsroom
from demo.stories import SITES, load_outlets
from deploy.local.idle import Backlog, Show, new_pass
from deploy.local.passes import make_pass
from deploy.local.reach import reach_documents
from deploy.local.stack import Options, Stack, running_stack
from services.store.reader import open_reader
from shared.settings import load_settings


def demo(
    data_dir: DataDir = Path(".data/demo"),
    stay: Annotated[bool, typer.Option("--stay", help="Keep everything running afterwards, until Ctrl-C, to look around in it.")] = False,
) -> None:
    """Read a made-up newsroom of eight sites, show the events found in it, and exit 0 only if they are the expected ones."""
    run(_demo(data_dir, stay))


async def _demo(data_dir: Path, stay: bool) -> None:
    database, crawl_pass = load_settings().mongo_database, new_pass()
    before = await _kept(data_dir, database)
    with newsroom(build(load_outlets())) as served:
        say(f"The newsroom answers at {served.address}; starting Kafka, the document store and the three services …")
        async with running_stack(Options(data_dir, SITES, crawl_pass, served.environment()), say) as stack:
            with _progress(served) as show:
                summary = await make_pass(stack, database, crawl_pass, show)
            after = await _documents(stack.mongo_uri, database)
            _show_events(after)
            _show_requests(served.asked, summary.seconds)
            _show_ways_in(stack, database)
            _judge(before, after, served.asked)
            if stay:
                await _stay()


async def _kept(data_dir: Path, database: str) -> Documents:
    """What an earlier run has left."""
    if not (data_dir / "documents").is_dir():
        return Documents()
    async with reach_documents(data_dir) as uri:
        return await _documents(uri, database)


async def _documents(uri: str, database: str) -> Documents:
    async with open_reader(uri, database) as reader:
        articles = [document async for document in reader.articles()]
        events = [document async for document in reader.events()]
        dead_letters = [document async for document in reader.dead_letters()]
        return Documents(articles, events, dead_letters, (await reader.counts()).revisions)


async def _stay() -> None:
    say("Everything keeps running; Ctrl-C ends it.")
    await asyncio.Event().wait()


@contextmanager
def _progress(served: Newsroom) -> Iterator[Show]:
    """What is left: one line that changes while a person watches, a line a change in a pipe."""
    screen = console(stderr=True)
    if screen.is_terminal:
        with screen.status("Starting …") as status:
            yield lambda left: status.update(_left(left, served))
        return
    said: list[str] = []

    def show(left: Backlog) -> None:
        line = _left(left, served)
        if said[-1:] != [line]:
            said.append(line)
            say(line)

    yield show


def _left(left: Backlog, served: Newsroom) -> str:
    urls = "nothing" if left.urls is None else f"{left.urls} URLs"
    return f"{len(served.asked)} requests answered; left: {urls} to fetch, {left.pages} pages to read, {left.articles} articles to store"


def _show_events(documents: Documents) -> None:
    titles = {article["id"]: article["title"] for article in documents.articles}
    rows = sorted(_event_row(event, titles) for event in documents.events)
    console().print(table(f"{len(rows)} events", ("date", "type", "what", "where", "code", "sources", "flags"), rows))


def _event_row(event: Mapping[str, Any], titles: Mapping[str, str]) -> tuple[str, str, str, str, str, int, str]:
    date, place = event["date"] or {}, event["place"] or {}
    region = place.get("kabkota") or place.get("provinsi") or {}
    what = event["name"] or next((titles[report["id"]] for report in event["articles"] if report["id"] in titles), "")
    start = str(date.get("start") or "")[:10]
    return start, event["type"], what, region.get("name") or "", region.get("code") or "", event["sources"], ", ".join(event["flags"])


def _show_requests(asked: Sequence[Asked], seconds: float) -> None:
    conditional, unchanged = sum(request.conditional for request in asked), sum(request.status == 304 for request in asked)
    console().print(f"\n{len(asked)} requests in {seconds} s, {conditional} of them conditional, {unchanged} answered by 304 Not Modified.")


def _show_ways_in(stack: Stack, database: str) -> None:
    """Where the documents lie and how to ask them, with the command as it was called."""
    screen, kabar = console(), sys.argv[0]
    uri = urlsplit(stack.mongo_uri)._replace(path=f"/{database}").geturl()
    screen.print(f"The documents are kept in {stack.folder / 'documents'}. Look at them with", markup=False)
    screen.print(f"  {kabar} export events --data-dir {stack.folder} | head -1 | python3 -m json.tool", markup=False)
    screen.print(f"  {kabar} demo --data-dir {stack.folder} --stay   and then   mongosh '{uri}'", markup=False)


def _judge(before: Documents, after: Documents, asked: Sequence[Asked]) -> None:
    """Say whether all is as expected; end with exit code 1, and every difference, where it is not."""
    expected = load_expected()
    found = differences(expected, Outcome(after.articles, after.dead_letters, {request.url for request in asked}))
    again = is_complete(expected, before)
    if again:
        found += second_run_differences(expected, before, after, asked)
    # Pages that have not changed are not read again, so what another version read, or half a run left, stays as it was.
    stale = " There was data of another run: delete the data folder to start afresh." if before.articles and not again else ""
    for difference in found:
        say(difference)
    if found:
        fail(f"The outcome is not the expected one: {len(found)} differences (demo/expected.tsv).{stale}", FAILED)
    seen_before = "; this run added no document and no revision to the earlier one's" if again else ""
    console().print(f"As expected: {len(after.articles)} articles, {len(after.dead_letters)} dead letters{seen_before}.")
