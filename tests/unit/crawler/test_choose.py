"""Which hosts are visited next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.crawler.choose import choose
from services.crawler.hosts import domain_of
from services.crawler.known import NEVER_CHECKED, Host

START = datetime(2026, 11, 25, tzinfo=UTC)


def host(key: str, waiting: int = 0) -> Host:
    return Host(key, None, 0, START - timedelta(minutes=waiting), NEVER_CHECKED, 0)


FARM = [host(f"{name}.bawaslu.go.id") for name in "abcdefgh"]


def chosen(free: list[Host], *busy: str, room: int = 100, of_one_domain: int = 3) -> list[str]:
    return [found.key for found in choose(free, busy, room=room, of_one_domain=of_one_domain)]


def test_the_longest_waiting_come_first() -> None:
    assert chosen([host("a.id"), host("b.id", 5), host("c.id", 9)], room=2) == ["c.id", "b.id"]


def test_few_of_one_domain_and_no_other_is_held_back_by_it() -> None:
    assert chosen([*FARM, host("portal.id")]) == ["a.bawaslu.go.id", "b.bawaslu.go.id", "c.bawaslu.go.id", "portal.id"]


def test_those_under_way_count_whoever_visits_them() -> None:
    assert chosen(FARM, "x.bawaslu.go.id", "y.bawaslu.go.id", "kpu.go.id") == ["a.bawaslu.go.id"]
    assert chosen(FARM, *(f"{name}.bawaslu.go.id" for name in "xyz")) == []


def test_no_room_takes_none() -> None:
    assert chosen([host("a.id")], room=0) == chosen([host("a.id")], room=-1) == []


@pytest.mark.parametrize(
    ("key", "domain"),
    [
        ("madiunkota.bawaslu.go.id", "bawaslu.go.id"),
        ("bawaslu.go.id", "bawaslu.go.id"),
        ("kab-ngawi.kpu.go.id", "kpu.go.id"),
        ("sukamaju.desa.id", "sukamaju.desa.id"),
        ("berita.sukamaju.desa.id", "sukamaju.desa.id"),
        ("satu.blogspot.com", "satu.blogspot.com"),
        ("satu.wordpress.com", "wordpress.com"),
        ("regional.kompas.com", "kompas.com"),
        ("rakyatsulsel.fajar.co.id", "fajar.co.id"),
        ("situs.example:8080", "situs.example"),
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.1:8080", "127.0.0.1"),
        ("[::1]", "::1"),
        ("[::1]:8080", "::1"),
        ("localhost", "localhost"),
        ("go.id", "go.id"),
    ],
)
def test_registered_domains(key: str, domain: str) -> None:
    assert domain_of(key) == domain
