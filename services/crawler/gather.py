"""The further pages of an article fetched after its first, one after another: each may name more."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict, dataclass, field

from services.crawler.follow import Arrival
from services.crawler.pages import check_page, raw_digest
from services.crawler.parts import Part, parts_of
from services.crawler.validators import NO_VALIDATORS, Seen, Validators, validators_of
from shared.envelope import pack_body
from shared.messages import PagePart
from shared.outcomes import Reject
from shared.topics import MESSAGE_BYTES

MOST_PARTS = 10
_ROOM = MESSAGE_BYTES - 50_000
"""For the packed pages of one message; the rest is for what else it says."""

Ask = Callable[[str, Validators], Awaitable[Arrival]]
"""Fetches a further page, conditionally where there are validators."""


@dataclass
class _Gathered:
    """So far: pages, what is remembered of them, digests of all bodies, bytes left in the message, parts known and asked for."""

    pages: list[PagePart] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    digests: set[str] = field(default_factory=set)
    room: int = _ROOM
    known: set[Part] = field(default_factory=set)
    asked: set[Part] = field(default_factory=set)


async def parts_changed(parts: Iterable[Seen], ask: Ask) -> bool:
    """Is any of an article's further pages not as it was. Raises what `ask` raises, but for `Reject`: one that is lost while the first
    page is as it was, and so still names it, is kept."""
    for seen in parts:
        try:
            answer = (await ask(seen.url, seen.validators)).response
        except Reject:
            continue
        if answer.status != 304 and raw_digest(answer.body) != seen.raw_digest:
            return True
    return False


async def gather_parts(first: Arrival, ask: Ask, refused: Callable[[str, Reject], None]) -> tuple[tuple[PagePart, ...], tuple[Seen, ...]]:
    """The article's further pages, at most ten, in order, and what is to be remembered of them.

    One that cannot be used is left out and `refused(url, why)` is called: a lost page two is no reason to lose the article. Whatever
    else `ask` raises is raised: trouble with a part is trouble with the article.
    """
    so_far = _Gathered(digests={raw_digest(first.response.body)}, room=_ROOM - len(pack_body(first.response.body)))
    so_far.known.update(parts_of(first.response.body, first.response.url))
    while len(so_far.asked) < MOST_PARTS and (left := so_far.known - so_far.asked):
        part = min(left)
        so_far.asked.add(part)
        try:
            _take(so_far, await ask(part.url, NO_VALIDATORS), first, part)
        except Reject as reject:
            refused(part.url, reject)
    return tuple(so_far.pages), tuple(so_far.seen)


def _take(so_far: _Gathered, arrival: Arrival, first: Arrival, part: Part) -> None:
    """Raises `Reject`: what `check_page` raises, `parts_too_big`."""
    check_page(arrival)
    body = arrival.response.body
    digest, packed = raw_digest(body), pack_body(body)
    if digest in so_far.digests:
        return  # past the last page many sites show it, or the first, again
    if len(packed) > so_far.room:
        raise Reject("parts_too_big", f"{len(packed)} bytes packed, room for {so_far.room}")
    so_far.room -= len(packed)
    so_far.digests.add(digest)
    so_far.seen.append(Seen(part.url, digest, **asdict(validators_of(arrival.response.headers))))
    so_far.pages.append(PagePart(url=part.url, raw_digest=digest, body_zstd=packed))
    if part.number:  # a page with everything has no further ones
        numbers = {known.number for known in so_far.known}
        so_far.known.update(more for more in parts_of(body, first.response.url) if more.number and more.number not in numbers)
