"""Where a page ended: every end there is, and which of them what is known of it comes to. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cli.page_known import PageKnown
from services.crawler.gone import NOT_THERE
from services.crawler.known import Known, State
from shared.messages import DeadLetter
from shared.topics import ARTICLE_EXTRACTED


class End(StrEnum):
    """In the order of the way. An end that is not `in_event` is no fault by itself: most addresses of a site are no news."""

    bad_address = "bad_address"
    """No web address, or one we would never ask for."""
    not_registered = "not_registered"
    """No registered site is at home on its host."""
    dropped_link = "dropped_link"
    """Not known, and links of its kind are not followed."""
    unheard_of = "unheard_of"
    """Not known: no source has named it to this crawler."""
    waiting = "waiting"
    """Known, and not yet asked for."""
    disallowed_by_robots = "disallowed_by_robots"
    """robots.txt forbids it, or where it leads."""
    failing = "failing"
    """It or its host did not work at the last try; it is tried again."""
    given_up = "given_up"
    """It did not work so often that it is tried no more."""
    not_there = "not_there"
    """Its site says that there is no such page, and it never was published."""
    not_let_in = "not_let_in"
    """Its site wants a login, a payment or somebody else."""
    leads_nowhere = "leads_nowhere"
    """It redirects in a circle, to another host, or to what is no address."""
    refused_by_crawler = "refused_by_crawler"
    """What answers is no page with an article."""
    source = "source"
    """It is read for its links, not as an article."""
    part_of_article = "part_of_article"
    """A further page of an article, fetched with the first."""
    fetched_not_yet_read = "fetched_not_yet_read"
    """Published, and nothing has come of it yet that we could see."""
    refused_by_extractor = "refused_by_extractor"
    """The extractor found no article in it."""
    failed_in_extractor = "failed_in_extractor"
    """The extractor could not read it or send what it read: a limit, a crash, a damaged message."""
    dead_in_store = "dead_in_store"
    """The store could not save its article."""
    stored_without_event = "stored_without_event"
    """Its article is stored and reports no event."""
    not_yet_in_event = "not_yet_in_event"
    """Its article is stored and reports an event, which is not written yet."""
    in_event = "in_event"
    """Its article is stored, and an event counts it among its reports."""
    gone = "gone"
    """It was published and its site has removed it since; what was stored is kept."""


@dataclass(frozen=True)
class Ending:
    """An end, the name of the cause where there is one, and why in one sentence."""

    end: End
    why: str
    reason: str | None = None


_NOT_LET_IN = frozenset({"cookie_wall", "http_401", "http_403", "http_451", "login_page"})
_NOWHERE = frozenset({"bad_redirect", "redirect_loop", "redirect_off_site", "refresh_loop", "too_many_redirects"})
# What says nothing of the page's words: the extractor's limits, its defects, and messages that nobody can read or send.
_FAILED = frozenset(
    {
        *("bad_page_body", "extraction_crashed", "extraction_timeout", "invalid_json", "invalid_message", "message_too_big"),
        *("page_too_big", "page_too_heavy", "unexpected_error", "unknown_schema_version"),
    }
)


def end_of(page: PageKnown) -> Ending:
    """The one end of a page. What is stored says more than what failed on the way, and that more than what the crawler remembers."""
    judges = (_of_address, _of_part, _of_article, _of_letter, _of_known)
    return next((ending for judge in judges if (ending := judge(page))), None) or _of_unknown(page)


def _of_address(page: PageKnown) -> Ending | None:
    address = page.address
    return Ending(End.bad_address, address.detail or "it is no web address", address.refused) if address.refused else None


def _of_part(page: PageKnown) -> Ending | None:
    if page.known is None or page.known.state is not State.part:
        return None
    return Ending(End.part_of_article, "it is fetched with the first page of its article, which is not noted; ask for that one")


def _of_article(page: PageKnown) -> Ending | None:
    article, event = page.article, page.event
    if article is None:
        return None
    where = f"article {article.id}" if event is None else f"article {article.id} in event {event.id}"
    if article.gone_at is not None:
        reasons = [one.reason for one in page.removals if one.seen_at == article.gone_at]
        return Ending(End.gone, f"its site has removed it; {where} is kept", next(iter(reasons), None))
    if page.known is not None and page.known.state is State.gone and page.known.url == article.url:
        return Ending(End.gone, f"its site has removed it, which {where} does not say yet", page.known.reason)
    if event is not None:
        return Ending(End.in_event, f"{where}, whose revision {event.revision} has {len(event.articles)} reports")
    if article.event is not None:
        return Ending(End.not_yet_in_event, f"{where} reports an event that no event holds: the store is at it, or stopped halfway")
    return Ending(End.stored_without_event, f"{where} reports no event")


def _of_letter(page: PageKnown) -> Ending | None:
    """Whatever the crawler saw of it later changes nothing in what became of the page it has sent."""
    if page.letter is None:
        return None
    letter, again = page.letter.held.letter, page.letter.held.retried_at
    if again is not None and again > letter.failed_at:
        return Ending(End.fetched_not_yet_read, f"put back after {letter.reason}; nothing has come of that yet", letter.reason)
    said = f"{letter.id}: {letter.detail}" if letter.detail else letter.id
    return Ending(_end_of_letter(letter), said, letter.reason)


def _end_of_letter(letter: DeadLetter) -> End:
    if letter.topic == ARTICLE_EXTRACTED.name:
        return End.dead_in_store
    return End.failed_in_extractor if letter.reason in _FAILED else End.refused_by_extractor


def _of_known(page: PageKnown) -> Ending | None:
    known = page.known
    if known is None:
        return None
    if known.published_at is not None:
        return _published(page, known)
    if page.address.site is None and not page.address.source_of:
        return Ending(End.not_registered, f"the crawler knew it for {known.site}, which is registered no more")
    match known.state:
        case State.refused:
            return _refused(known)
        case State.failed if known.due_at is None:
            return Ending(End.given_up, f"it failed {known.failures} times in a row", known.reason)
        case State.failed:
            return Ending(End.failing, "it did not work at the last try, and is tried again", known.reason)
        case State.read:
            return Ending(End.source, f"it is read for its links, as a {known.kind}")
        case _:
            return _waiting(page)


def _published(page: PageKnown, known: Known) -> Ending:
    if known.state is State.gone:
        return Ending(End.gone, "its site has removed it; no article is held under its address", known.reason)
    if page.reading is not None and page.reading.refused:
        return Ending(End.fetched_not_yet_read, "published; read now it would be refused", page.reading.refused)
    elsewhere = "" if page.reading else ", or its article is held under another page's address, which only a kept page tells"
    return Ending(End.fetched_not_yet_read, f"published, and neither an article nor a dead letter yet: kabar status has the lag{elsewhere}")


def _waiting(page: PageKnown) -> Ending:
    if page.robots is not None and not page.robots.allowed:
        return Ending(End.disallowed_by_robots, "robots.txt forbids it; it was not asked for", "robots_disallowed")
    if page.host is None:
        return Ending(End.waiting, "the crawler has never been to its host")
    if page.host.owner is not None:
        return Ending(End.waiting, "a crawler is at its host now")
    if page.host.failures:
        return Ending(End.waiting, f"its host failed {page.host.failures} times in a row, and is asked again", "host_in_trouble")
    return Ending(End.waiting, "its turn has not come")


def _refused(known: Known) -> Ending:
    reason = known.reason or ""
    if reason == "robots_disallowed":
        return Ending(End.disallowed_by_robots, "robots.txt forbids it, or where it leads", reason)
    if reason in NOT_THERE:
        return Ending(End.not_there, "its site says that there is no such page", reason)
    if reason in _NOT_LET_IN:
        return Ending(End.not_let_in, "its site does not let us in", reason)
    if reason in _NOWHERE:
        return Ending(End.leads_nowhere, "it redirects where it cannot be followed", reason)
    return Ending(End.refused_by_crawler, "what answers is no page with an article", known.reason)


def _of_unknown(page: PageKnown) -> Ending:
    """The frontier does not know it, and the store neither."""
    address, buried = page.address, page.unsent
    if buried is not None:
        return Ending(End.refused_by_crawler, f"{buried.held.letter.id}; the frontier does not know it any more", buried.held.letter.reason)
    if address.site is None and not address.source_of:
        return Ending(End.not_registered, f"no registered site is at home on {address.host}")
    if address.never_followed:
        where = "a listing or sitemap" if address.never_followed == "furniture" else "a source"
        return Ending(End.dropped_link, f"unknown; where {where} names it, the link is left out", address.never_followed)
    visited = "no source has named it" if page.host else "the crawler has never been to its host"
    return Ending(End.unheard_of, f"the frontier does not know it: {visited}, or it is of another database")
