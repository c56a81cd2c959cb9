"""Which of the hosts with work are visited next: the longest waiting first, few of one registered domain at a time. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from services.crawler.hosts import domain_of
from services.crawler.known import Host


def choose(free: Iterable[Host], busy: Collection[str], *, room: int, of_one_domain: int) -> list[Host]:
    """At most `room` of the free hosts. `busy` are the keys of those that anybody visits now."""
    visited = Counter(domain_of(key) for key in busy)
    chosen: list[Host] = []
    for host in sorted(free, key=lambda host: (host.due_at, host.key)):
        domain = domain_of(host.key)
        if len(chosen) < room and visited[domain] < of_one_domain:
            visited[domain] += 1
            chosen.append(host)
    return chosen
