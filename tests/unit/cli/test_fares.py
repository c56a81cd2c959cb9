from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from cli.checks.finding import Level
from cli.checks.sites import judge_fares, judge_registry
from cli.fares import Fare, Standing, fares
from services.crawler.ledger import Day
from shared.sites import Site

AT = datetime(2026, 11, 26, 4, 0, 5, 999, tzinfo=UTC)
EARLIER = AT.replace(hour=3)
SEEN = Day(sources=3, seen_at=AT)
BLOCKED = Day(unseen=Counter(http_403=2), lost_at=AT, lost_for="http_403")
AWAY = Day(unseen=Counter(http_5xx=1, http_403=1), lost_at=AT, lost_for="robots_dns_failed")


@pytest.mark.parametrize(
    ("days", "fare"),
    [
        ({}, Fare("s", Standing.not_looked_at)),
        # Articles were looked at again, sources were not.
        ({"2026-11-26": Day(pages=3)}, Fare("s", Standing.not_looked_at)),
        ({"2026-11-26": SEEN}, Fare("s", Standing.well, "2026-11-26T04:00:05Z")),
        (
            {"2026-11-25": BLOCKED, "2026-11-26": SEEN},
            Fare("s", Standing.well, "2026-11-26T04:00:05Z", "2026-11-26T04:00:05Z", "http_403"),
        ),
        (
            {"2026-11-24": SEEN, "2026-11-25": BLOCKED, "2026-11-26": BLOCKED},
            Fare("s", Standing.blocked, "2026-11-26T04:00:05Z", "2026-11-26T04:00:05Z", "http_403", "2026-11-25"),
        ),
        # The last reason is told; what most of them mean decides.
        ({"2026-11-26": AWAY}, Fare("s", Standing.blocked, "", "2026-11-26T04:00:05Z", "robots_dns_failed", "2026-11-26")),
        (
            {"2026-11-26": Day(unseen=Counter(dns_failed=1))},
            Fare("s", Standing.failing, "", "2026-11-26", "dns_failed", "2026-11-26"),
        ),
        # Noted by an older crawler: no moments, the most frequent reason.
        (
            {"2026-11-26": Day(sources=1, unseen=Counter(http_404=1, no_links=2))},
            Fare("s", Standing.partly, "2026-11-26", "2026-11-26", "no_links"),
        ),
        (
            {"2026-11-26": Day(sources=9, unseen=Counter(http_5xx=1), seen_at=EARLIER, lost_at=AT, lost_for="http_5xx")},
            Fare("s", Standing.partly, "2026-11-26T03:00:05Z", "2026-11-26T04:00:05Z", "http_5xx"),
        ),
        (
            {"2026-11-26": Day(sources=9, unseen=Counter(http_5xx=1), seen_at=AT, lost_at=EARLIER, lost_for="http_5xx")},
            Fare("s", Standing.well, "2026-11-26T04:00:05Z", "2026-11-26T03:00:05Z", "http_5xx"),
        ),
    ],
)
def test_how_a_site_fares(days: dict[str, Day], fare: Fare) -> None:
    assert fares(["s"], {("s", day): seen for day, seen in days.items()}) == [fare]


def test_the_worst_are_first_and_of_those_alike_the_longest_failing() -> None:
    down = Day(unseen=Counter(dns_failed=1))
    ledger = {
        ("baik", "2026-11-26"): SEEN,
        ("lama", "2026-11-24"): down, ("lama", "2026-11-26"): down,
        ("baru", "2026-11-26"): down,
        ("tutup", "2026-11-26"): BLOCKED,
        ("asing", "2026-11-26"): BLOCKED,
    }  # fmt: skip
    found = fares(["baik", "baru", "diam", "lama", "tutup"], ledger)
    assert [fare.site for fare in found] == ["tutup", "lama", "baru", "diam", "baik"]


WELL, DOWN = Fare("a", Standing.well), Fare("b", Standing.failing, reason="dns_failed", since="2026-11-25")
SHUT, UNSEEN = Fare("c", Standing.blocked, reason="http_403", since="2026-11-24"), Fare("d", Standing.not_looked_at)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ([], []),
        ([WELL], [(Level.ok, "Sites seen when last looked at: 1 of 1.")]),
        ([UNSEEN], [(Level.warning, "Nobody has looked at any site in 7 days.")]),
        ([DOWN], [(Level.failure, "No site could be seen when last looked at: b (dns_failed since 2026-11-25).")]),
        (
            [SHUT, DOWN, UNSEEN],
            [(Level.failure, "No site could be seen when last looked at: c (http_403 since 2026-11-24), b (dns_failed since 2026-11-25).")],
        ),
        (
            [DOWN, UNSEEN],
            [
                (Level.warning, "Sites that cannot be seen, 1: b (dns_failed since 2026-11-25)."),
                (Level.warning, "Sites not looked at in 7 days, 1: d."),
            ],
        ),
        (
            [SHUT, DOWN, UNSEEN, WELL],
            [
                (Level.warning, "Sites that do not let us in, 1: c (http_403 since 2026-11-24)."),
                (Level.warning, "Sites that cannot be seen, 1: b (dns_failed since 2026-11-25)."),
                (Level.warning, "Sites not looked at in 7 days, 1: d."),
                (Level.ok, "Sites seen when last looked at: 1 of 4."),
            ],
        ),
    ],
)
def test_what_is_said_of_it(found: list[Fare], told: list[tuple[Level, str]]) -> None:
    assert [(finding.level, finding.says) for finding in judge_fares(found, 7)] == told


def site(name: str, **fields: object) -> Site:
    return Site.model_validate({"id": name, "name": name, "home": f"https://{name}/", **fields})


@pytest.mark.parametrize(
    ("sites", "told"),
    [
        ([], [(Level.failure, "There is no site to read.")]),
        (
            [site("a.example"), site("b.example", feeds=["https://b.example/feed"], region="18.72")],
            [(Level.ok, "Sites that can be read: 2; of these 1 name no source, which is then looked for from home.")],
        ),
        ([site("a.example", region="99")], [(Level.failure, "Sites with a region that does not exist: a.example (99).")]),
        (
            [site("a.example"), site("b.example", home="https://www.a.example/berita")],
            [
                (Level.warning, "a.example is the home of several sites: a.example, b.example."),
                (Level.ok, "Sites that can be read: 2; of these 2 name no source, which is then looked for from home."),
            ],
        ),
    ],
)
def test_the_entries_by_themselves(sites: list[Site], told: list[tuple[Level, str]]) -> None:
    assert [(finding.level, finding.says) for finding in judge_registry(sites, {"18.72"})] == told
