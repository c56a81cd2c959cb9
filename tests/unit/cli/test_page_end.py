"""What is known of a page, and the one end it comes to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.page_address import address_of
from cli.page_end import End, end_of
from cli.page_known import Kept, PageKnown, Reading, Robots
from cli.page_steps import Stage, steps_of
from services.crawler.discover.links import Kind, Link
from services.crawler.guard import Guard
from services.crawler.known import NEVER_CHECKED, Host, Known, found, part
from services.crawler.validators import Validators
from services.store.dead_letters import Held, Traced
from services.store.gone import removal_of
from services.store.revisions import SavedArticle, decide
from shared.messages import ArticleGone, Change, DeadLetter, PageSite
from shared.outcomes import Reject, Retry
from shared.sites import Site
from tests.unit.crawler.test_known import REVISITS
from tests.unit.store.pages import NO_EVENT, page
from tests.unit.store.telling import move

NOW = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SITE = Site(id="situs.example", name="Situs", home="https://situs.example/")
URL = "https://situs.example/berita/apel-siaga-di-kota"
FRESH = found(Link(URL, Kind.article), SITE, NOW)
SENT = FRESH.used(NOW, Validators(), "sha256:a", REVISITS)
HOST = Host("situs.example", None, 3, NOW, NOW, 0)


def refused(reason: str, known: Known = FRESH) -> Known:
    return known.refused(NOW + HOUR, Reject(reason), REVISITS)


def failed(reason: str, known: Known = FRESH) -> Known:
    return known.failed(NOW + HOUR, Retry(reason), HOUR)


def letter(
    reason: str,
    service: str = "extractor",
    topic: str | None = "kabar.page.fetched",
    at: datetime = NOW + HOUR,
    retried: datetime | None = None,
    dropped: datetime | None = None,
) -> Traced:
    buried = DeadLetter(
        id=f"ded_{reason}", reason=reason, service=service, topic=topic, value="", correlation_id="cor_1", url=URL, failed_at=at
    )
    return Traced(Held(buried, retried), dropped)


def told(known: Known | None = None, given: str = URL, host: Host | None = HOST, sites: tuple[Site, ...] = (SITE,)) -> PageKnown:
    return PageKnown(address_of(given, sites, Guard()), known, host)


def read(text: str = "apel", *, gone: datetime | None = None) -> SavedArticle:
    return decide(None, page(text, url=URL)).article.model_copy(update={"gone_at": gone})


def stored(article: SavedArticle, known: Known | None = SENT) -> PageKnown:
    """With the event that tells of it, where one does."""
    event = move(None, article)
    return replace(told(known), article=article, events=(event,) if event else ())


REMOVED = page(url=URL).fetched_at + HOUR
REMOVAL = removal_of(ArticleGone(id="gon_1", site=PageSite(id="s", name="s"), url=URL, reason="http_410", seen_at=REMOVED))
ARTICLE = read()
FOUNDED = move(None, ARTICLE)
assert FOUNDED is not None
MERGED = FOUNDED.store.model_copy(update={"change": Change.merged})
WITHDRAWN = FOUNDED.model_copy(update={"articles": (), "withdrawn_at": NOW, "replaced_by": "evt_b", "store": MERGED})
OTHER = FOUNDED.model_copy(update={"id": "evt_b", "revision": 2})
KEPT = Kept("pag_1", NOW, 200, URL)

CASES = {
    "no address": (told(given="javascript:alert(1)"), End.bad_address, "bad_url"),
    "our own network": (told(given="http://10.0.0.1/berita"), End.bad_address, "private_address"),
    "nobody's": (told(given="https://lain.example/berita/apel-siaga"), End.not_registered, None),
    "was once of a site": (told(FRESH, sites=()), End.not_registered, None),
    "a calendar": (told(given="https://situs.example/2031/02/"), End.dropped_link, "calendar_trap"),
    "a tag": (told(given="https://situs.example/tag/pilkada"), End.dropped_link, "furniture"),
    "never named": (told(), End.unheard_of, None),
    "never been there": (told(host=None), End.unheard_of, None),
    "forgotten, but buried": (replace(told(), letters=(letter("soft_404", "crawler", None),)), End.refused_by_crawler, "soft_404"),
    "only its request was refused": (
        replace(told(), letters=(letter("unknown_site", "crawler", "kabar.crawl.requested"),)),
        End.unheard_of,
        None,
    ),
    "its turn has not come": (told(FRESH), End.waiting, None),
    "in hand": (told(FRESH, host=replace(HOST, owner="crawler-1")), End.waiting, None),
    "its host is in trouble": (told(FRESH, host=replace(HOST, failures=4)), End.waiting, "host_in_trouble"),
    "forbidden, not yet asked for": (
        replace(told(FRESH), robots=Robots(NOW, allowed=False)),
        End.disallowed_by_robots,
        "robots_disallowed",
    ),
    "forbidden": (told(refused("robots_disallowed")), End.disallowed_by_robots, "robots_disallowed"),
    "404": (told(refused("http_404")), End.not_there, "http_404"),
    "sent home": (told(refused("redirect_to_home")), End.not_there, "redirect_to_home"),
    "403": (told(refused("http_403")), End.not_let_in, "http_403"),
    "login": (told(refused("login_page")), End.not_let_in, "login_page"),
    "in a circle": (told(refused("redirect_loop")), End.leads_nowhere, "redirect_loop"),
    "to another site": (told(refused("redirect_off_site")), End.leads_nowhere, "redirect_off_site"),
    "a picture": (told(refused("bad_content_type")), End.refused_by_crawler, "bad_content_type"),
    "too big, and buried": (
        replace(told(refused("page_too_big")), letters=(letter("page_too_big", "crawler", None),)),
        End.refused_by_crawler,
        "page_too_big",
    ),
    "503": (told(failed("http_5xx")), End.failing, "http_5xx"),
    "a challenge": (told(failed("challenge_page")), End.failing, "challenge_page"),
    "503 eight times": (told(failed("http_5xx", replace(FRESH, failures=7))), End.given_up, "http_5xx"),
    "a listing": (told(found(Link(URL, Kind.listing), SITE, NOW).used(NOW, Validators(), "sha256:a", REVISITS)), End.source, None),
    "a listing that fails": (told(failed("tls_failed", found(Link(URL, Kind.listing), SITE, NOW))), End.failing, "tls_failed"),
    "page two": (told(part(FRESH, f"{URL}/2")), End.part_of_article, None),
    "published": (told(SENT), End.fetched_not_yet_read, None),
    "published, and failing since": (told(failed("http_5xx", SENT)), End.fetched_not_yet_read, None),
    "published, and the reader would refuse it": (
        replace(told(SENT), kept=(KEPT,), reading=Reading("pag_1", refused="no_article")),
        End.fetched_not_yet_read,
        "no_article",
    ),
    "no article in it": (replace(told(SENT), letters=(letter("no_article"),)), End.refused_by_extractor, "no_article"),
    "no article in it, and gone since": (
        replace(told(SENT.gone(NOW + 2 * HOUR, Reject("http_410"), REVISITS)), letters=(letter("no_article"),)),
        End.refused_by_extractor,
        "no_article",
    ),
    "let go by a person": (replace(told(SENT), letters=(letter("no_article", dropped=NOW),)), End.refused_by_extractor, "no_article"),
    "no article in it, but fetched again": (
        replace(told(SENT), letters=(letter("no_article"),), kept=(replace(KEPT, fetched_at=NOW + 2 * HOUR), KEPT)),
        End.fetched_not_yet_read,
        None,
    ),
    "too slow to read": (replace(told(SENT), letters=(letter("extraction_timeout"),)), End.failed_in_extractor, "extraction_timeout"),
    "put back": (
        replace(told(SENT), letters=(letter("extraction_timeout", retried=NOW + 2 * HOUR),)),
        End.fetched_not_yet_read,
        "extraction_timeout",
    ),
    "put back, and refused again": (
        replace(told(SENT), letters=(letter("page_too_heavy", retried=NOW + 2 * HOUR), letter("extraction_timeout", at=NOW + 3 * HOUR))),
        End.failed_in_extractor,
        "extraction_timeout",
    ),
    "not to be saved": (
        replace(told(SENT), letters=(letter("document_too_big", "store", "kabar.article.extracted"),)),
        End.dead_in_store,
        "document_too_big",
    ),
    "an opinion": (stored(read(NO_EVENT)), End.stored_without_event, None),
    "its event is not there yet": (replace(stored(ARTICLE), events=()), End.not_yet_in_event, None),
    "an event": (stored(ARTICLE), End.in_event, None),
    "an event that became part of another": (replace(stored(ARTICLE), events=(WITHDRAWN, OTHER)), End.in_event, None),
    "an event, though a later page was refused": (
        replace(stored(ARTICLE), letters=(letter("no_article", at=NOW + HOUR),)),
        End.in_event,
        None,
    ),
    "an event, though it is doubted": (stored(ARTICLE, refused("http_404", SENT)), End.in_event, None),
    "an event, though the frontier has forgotten it": (stored(ARTICLE, None), End.in_event, None),
    "an event, though its site is no longer registered": (replace(stored(ARTICLE), address=told(sites=()).address), End.in_event, None),
    "gone": (replace(stored(read(gone=REMOVED)), removals=(REMOVAL,)), End.gone, "http_410"),
    "gone, which the store has not heard": (stored(ARTICLE, SENT.gone(NOW, Reject("http_404"), REVISITS)), End.gone, "http_404"),
    "gone before anything was read": (told(SENT.gone(NOW, Reject("http_410"), REVISITS)), End.gone, "http_410"),
}


@pytest.mark.parametrize(("page", "end", "reason"), CASES.values(), ids=CASES)
def test_an_end(page: PageKnown, end: End, reason: str | None) -> None:
    ending = end_of(page)
    assert (ending.end, ending.reason) == (end, reason)
    assert ending.why


def test_every_end_is_among_the_cases() -> None:
    assert {end for _, end, _ in CASES.values()} == set(End)


def test_every_end_is_in_the_manual() -> None:
    manual = (Path(__file__).resolve().parents[3] / "docs" / "commands.md").read_text(encoding="utf-8")
    assert [end for end in End if f"| `{end}` |" not in manual] == []


@pytest.mark.parametrize("page", [page for page, _, _ in CASES.values()], ids=CASES)
def test_every_page_has_steps_whose_facts_are_plain(page: PageKnown) -> None:
    steps = steps_of(page)
    assert steps[0].stage is Stage.address
    assert [step.stage for step in steps] == sorted((step.stage for step in steps), key=list(Stage).index)
    assert all(isinstance(value, str | int | bool | datetime) for step in steps for value in step.facts.values())


def said(page: PageKnown) -> list[tuple[str, datetime | None, str]]:
    return [(step.stage.value, step.at, step.what) for step in steps_of(page)]


def test_the_steps_of_a_page_that_arrived() -> None:
    page = replace(stored(ARTICLE), robots=Robots(NOW - HOUR, allowed=True), kept=(KEPT,))
    assert FOUNDED is not None
    first = ARTICLE.first_seen_at
    assert said(page) == [
        ("address", None, URL),
        ("site", None, "situs.example, at home on situs.example"),
        ("frontier", None, f"known as an article, {URL}; which source named it is not noted"),
        ("frontier", NOW, "first published to the extractor"),
        ("frontier", NOW, "last asked, published"),
        ("frontier", SENT.due_at, "next look"),
        ("robots", NOW - HOUR, "robots.txt allows it"),
        ("kept", NOW, "page pag_1 fetched with 200, and kept"),
        ("article", first, f"{ARTICLE.id} first seen"),
        (
            "article",
            first,
            f"revision 1 read by kabar/0.1.0 from page {ARTICLE.provenance.page_id}, fetched with 200",
        ),
        ("event", FOUNDED.first_seen_at, f"{FOUNDED.id} first seen"),
        ("event", FOUNDED.updated_at, f"{FOUNDED.id} revision 1: created"),
    ]


def test_what_somebody_has_asked_for_anew_was_asked_for_before() -> None:
    again = replace(refused("http_404"), checked_at=NEVER_CHECKED, due_at=NOW)
    assert ("frontier", None, "refused; to be asked for anew") in said(told(again))
    assert ("frontier", None, "not yet asked for") in said(told(FRESH))


def test_the_steps_of_a_page_that_was_put_back_and_let_go() -> None:
    page = replace(told(SENT), letters=(letter("no_article", retried=NOW + 2 * HOUR, dropped=NOW + 3 * HOUR),))
    assert said(page)[-3:] == [
        ("dead_letter", NOW + HOUR, "ded_no_article by extractor, of kabar.page.fetched: no_article"),
        ("dead_letter", NOW + 2 * HOUR, "ded_no_article put back on its topic"),
        ("dead_letter", NOW + 3 * HOUR, "ded_no_article let go by a person"),
    ]
    letters = [step for step in steps_of(page) if step.stage is Stage.dead_letter]
    assert letters[0].facts["page"] == "pag_1"


def test_what_was_merged_is_followed_to_where_it_is_now() -> None:
    assert FOUNDED is not None
    page = replace(stored(ARTICLE), events=(WITHDRAWN, OTHER), unannounced=frozenset({"evt_b"}))
    assert said(page)[-3:] == [
        ("event", NOW, f"{FOUNDED.id}, which it founded, became part of evt_b"),
        ("event", OTHER.first_seen_at, "evt_b first seen"),
        ("event", OTHER.updated_at, "evt_b revision 2: created; its announcement has begun and not ended"),
    ]


def test_a_page_that_names_another_address_says_so() -> None:
    named = stored(ARTICLE.model_copy(update={"canonical_url": "https://situs.example/1"}))
    assert f"its page names https://situs.example/1 as its address; it was asked for as {URL}" in [what for _, _, what in said(named)]


def test_what_nobody_knows_is_said_to_be_unknown() -> None:
    assert [what for _, _, what in said(told(host=None))] == [URL, "situs.example, at home on situs.example", "not known to the crawler"]
