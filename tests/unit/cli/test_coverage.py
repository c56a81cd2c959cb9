"""`kabar coverage` on a document store of its own: what it prints, whole."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.coverage_units import Seen, lies_in, region_units, site_units
from services.crawler.frontier import open_frontier
from services.crawler.ledger import Day, Days
from services.extractor.knowledge import load_knowledge
from services.store.reader import Arrivals
from services.store.repository import open_repository
from shared.broker import Delivered
from shared.documents import Article, SiteRef
from shared.messages import ArticleExtracted, DeadLetter
from shared.settings import load_settings
from shared.sites import Site, load_sites
from tests.unit.cli.conftest import Kabar
from tests.unit.store.pages import page
from tests.unit.store.telling import silent

SITES = """
[[site]]
id = "metro.example"
name = "=Metro"
home = "https://metro.example/"
region = "18.72.01"

[[site]]
id = "lampung.example"
name = "Lampung"
home = "https://lampung.example/"
region = "18"

[[site]]
id = "malang.example"
name = "Malang"
home = "https://malang.example/"
region = "35.73"

[[site]]
id = "sepi.example"
name = "Sepi"
home = "https://sepi.example/"
region = "35.73"
"""
LEDGER: Days = {
    ("lampung.example", "2023-11-14"): Day(4, 3, 2, refused=Counter(http_404=1)),
    ("lampung.example", "2023-11-15"): Day(4, 9, 1),
    ("malang.example", "2023-11-14"): Day(unseen=Counter(robots_dns_failed=2, http_403=3)),
    ("malang.example", "2023-11-15"): Day(2, 0, 0, Counter(http_404=1)),
    ("sepi.example", "2023-11-14"): Day(sources=5),
    ("sepi.example", "2023-11-15"): Day(sources=6, pages=1, new=1),
    ("tutup.example", "2023-11-15"): Day(unseen=Counter(robots_http_5xx=1)),
}
PERIOD = ("--since", "2023-11-14", "--until", "2023-11-15")
LETTER = DeadLetter(
    id="ded_1", reason="no_article", service="extractor", value="", correlation_id="c", site_id="sepi.example",
    failed_at=datetime(2023, 11, 15, 9, tzinfo=UTC),
)  # fmt: skip
NUMBERS = dict.fromkeys(("sources", "pages", "new", "articles", "events"), 0)
REASONS: dict[str, dict[str, int]] = {"unseen": {}, "refused": {}, "rejected": {}}


def reported(site: str) -> Article:
    """Fetched on 2023-11-15; its event lies in Kota Metro (18.72)."""
    return page("apel", url=f"https://{site}/berita/1").model_copy(update={"site": SiteRef(id=site, name="Situs")})


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "sites.toml"
    path.write_text(SITES)
    monkeypatch.setenv("KABAR_SITES", str(path))
    return path


@pytest.fixture
def stored(store: str, registry: Path) -> None:
    async def keep() -> None:
        settings = load_settings()
        async with open_frontier(settings, None) as frontier:
            await frontier.add_receipts({}, LEDGER)
        async with open_repository(store, settings.mongo_database) as repository:
            router = silent(repository)
            await router.on_article(Delivered(ArticleExtracted(article=reported("lampung.example")), "cor_1"))
            await router.on_dead_letter(Delivered(LETTER, "cor_2"))

    asyncio.run(keep())


def lines(out: str) -> list[str]:
    """Without what only fills columns."""
    return [" ".join(line.split()) for line in out.splitlines()]


def test_by_site(kabar: Kabar, stored: None) -> None:
    code, out, err = kabar("coverage", *PERIOD)
    assert (code, err) == (0, "")
    assert lines(out) == [
        "Coverage 2023-11-14 to 2023-11-15: 1 reported, 1 silent, 1 failing, 1 refused, 1 not looked at",
        "site region verdict sources pages articles events why by day",
        "lampung.example 18 reported 8 12 1 1 UR",
        "malang.example 35.73 silent 2 0 0 0 Bs",
        "metro.example 18.72.01 not looked at 0 0 0 0 --",
        "sepi.example 35.73 refused 11 1 0 0 no_article 1 sX",
        "tutup.example - failing 0 0 0 0 robots_http_5xx 1 -F",
        "by day: R reported, s silent, B blocked, F failing, X refused, U unread, - not looked at, o no site",
    ]  # fmt: skip


def test_of_one_site_day_by_day(kabar: Kabar, stored: None) -> None:
    assert lines(kabar("coverage", *PERIOD, "--site", "malang.example")[1]) == [
        "Coverage of malang.example Malang: 1 silent, 1 blocked",
        "day verdict sources pages articles events why",
        "2023-11-14 blocked 0 0 0 0 http_403 3; robots_dns_failed 2",
        "2023-11-15 silent 2 0 0 0",
    ]
    out = kabar("coverage", *PERIOD, "--site", "lampung.example", "--blind")[1]
    assert lines(out) == [
        "Coverage of lampung.example Lampung: 1 reported, 1 unread",
        "day verdict sources pages articles events why",
        "2023-11-14 unread 4 3 0 0",
    ]


def test_by_region(kabar: Kabar, stored: None) -> None:
    """Kota Metro's own site was not looked at, but one of its province reported; of Malang's two one was refused. The others have none."""
    out = lines(kabar("coverage", *PERIOD, "--by", "region", "--region", "18")[1])
    assert out[:2] == [
        "Coverage 2023-11-14 to 2023-11-15: 1 reported, 14 no site",
        "region name verdict sources pages articles events why by day",
    ]
    assert "18.72 Kota Metro reported 0 0 0 1 -R" in out
    assert "18.71 Kota Bandar Lampung no site 0 0 0 0 oo" in out
    assert lines(kabar("coverage", *PERIOD, "--by", "region", "--region", "35.73")[1]) == [
        "Coverage of 35.73 Kota Malang: 1 blocked, 1 refused",
        "day verdict sources pages articles events why",
        "2023-11-14 blocked 5 0 0 0 http_403 3; robots_dns_failed 2",
        "2023-11-15 refused 8 1 0 0 no_article 1",
    ]


def test_all_white_spots_of_the_map(kabar: Kabar, stored: None) -> None:
    found = [json.loads(line) for line in kabar("coverage", *PERIOD, "--by", "region", "--json")[1].splitlines()]
    assert len(found) == 514 * 2
    assert {row["region"] for row in found if row["verdict"] != "no_site"} == {"18.72", "35.73"}
    assert found[-1]["sites"] == []


def test_json_is_a_line_for_each_row_and_day(kabar: Kabar, stored: None) -> None:
    found = [json.loads(line) for line in kabar("coverage", *PERIOD, "--json", "--region", "18")[1].splitlines()]
    assert [(row["site"], row["day"], row["verdict"]) for row in found] == [
        ("lampung.example", "2023-11-14", "unread"),
        ("lampung.example", "2023-11-15", "reported"),
        ("metro.example", "2023-11-14", "not_looked_at"),
        ("metro.example", "2023-11-15", "not_looked_at"),
    ]
    named = {"site": "lampung.example", "name": "Lampung", "region": "18", "day": "2023-11-14", "verdict": "unread"}
    assert found[0] == {**named, **NUMBERS, "sources": 4, "pages": 3, "new": 2, **REASONS, "refused": {"http_404": 1}}
    assert found[1] == {**named, "day": "2023-11-15", "verdict": "reported", **REASONS} | {
        "sources": 4, "pages": 9, "new": 1, "articles": 1, "events": 1,
    }  # fmt: skip


def test_csv_has_no_formula(kabar: Kabar, stored: None) -> None:
    rows = list(csv.DictReader(io.StringIO(kabar("coverage", *PERIOD, "--csv", "--blind")[1])))
    assert [row["site"] for row in rows] == [
        "lampung.example", *["malang.example"] * 2, *["metro.example"] * 2, *["sepi.example"] * 2, *["tutup.example"] * 2,
    ]  # fmt: skip
    assert rows[1] == {name: str(count) for name, count in NUMBERS.items()} | {
        "site": "malang.example", "name": "Malang", "region": "35.73", "day": "2023-11-14", "verdict": "blocked",
        "unseen": "http_403 3; robots_dns_failed 2", "refused": "", "rejected": "",
    }  # fmt: skip
    assert {row["name"] for row in rows if row["site"] == "metro.example"} == {"'=Metro"}
    regions = kabar("coverage", *PERIOD, "--csv", "--by", "region", "--region", "35.73")[1].splitlines()
    assert regions[0] == "region,name,sites,day,verdict,sources,pages,new,articles,events,unseen,refused,rejected"
    assert regions[2] == "35.73,Kota Malang,malang.example; sepi.example,2023-11-15,refused,8,1,1,0,0,http_404 1,,no_article 1"


def test_blind_leaves_out_whom_we_saw_on_every_day(kabar: Kabar, stored: None) -> None:
    out = lines(kabar("coverage", "--since", "2023-11-15", "--until", "2023-11-15", "--blind")[1])
    assert [line.split()[0] for line in out[2:-1]] == ["malang.example", "metro.example", "sepi.example", "tutup.example"]
    assert "lampung.example" in kabar("coverage", *PERIOD, "--blind")[1], "nothing had come of the day before"


def test_nobody_is_blind_because_the_day_has_just_begun(kabar: Kabar, store: str, registry: Path) -> None:
    async def keep(days: Days) -> None:
        async with open_frontier(load_settings(), None) as frontier:
            await frontier.add_receipts({}, days)

    async def report() -> None:
        async with open_repository(store, load_settings().mongo_database) as repository:
            now = datetime.now(UTC) - timedelta(days=1)
            article = reported("malang.example").model_copy(update={"fetched_at": now})
            await silent(repository).on_article(Delivered(ArticleExtracted(article=article), "cor_1"))

    asyncio.run(report())
    today = datetime.now(UTC).date()
    since = ("--since", (today - timedelta(days=1)).isoformat())
    blind = kabar("coverage", *since, "--blind")[1]
    assert "metro.example" in blind
    assert "malang.example" not in blind
    asyncio.run(keep({("malang.example", today.isoformat()): Day(unseen=Counter(dns_failed=1))}))
    assert "malang.example" in kabar("coverage", *since, "--blind")[1]


def test_an_empty_store(kabar: Kabar, store: str, registry: Path) -> None:
    code, out, _ = kabar("coverage", "--json", "--until", "2023-11-15")
    found = [json.loads(line) for line in out.splitlines()]
    assert (code, len(found), {row["verdict"] for row in found}) == (0, 4 * 7, {"not_looked_at"})
    assert (found[0]["day"], found[6]["day"]) == ("2023-11-09", "2023-11-15")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--json", "--csv"), "Choose --json or --csv."),
        (("--by", "region", "--site", "malang.example"), "--site is for a table by site"),
        (("--since", "2023-11-15", "--until", "2023-11-14"), "no days"),
        (("--since", "2020-01-01", "--until", "2023-11-14"), "400"),
        (("--until", "0001-01-01", "--site", "tidak-ada.example"), "There is no site tidak-ada.example"),
        (("--until", "9999-12-31", "--region", "99"), "There is no province or kabupaten/kota 99"),
        (("--region", "18.72.01"), "There is no province or kabupaten/kota 18.72.01"),
        (("--since", "kemarin"), "kemarin"),
    ],
)
def test_a_wrong_call_is_said(kabar: Kabar, store: str, registry: Path, words: tuple[str, ...], told: str) -> None:
    code, out, err = kabar("coverage", *words)
    assert (code, out) == (2, "")
    assert told in err
    assert len(err.splitlines()) == 1


def test_regions_have_the_sites_at_home_in_them(registry: Path) -> None:
    seen = Seen({}, Arrivals({}, {}, {("99.99", "2023-11-15"): 1}, {}))
    units = {unit.key: unit for unit in region_units(load_sites(registry), load_knowledge().event.gazetteer.regions, seen)}
    assert len(units) == 514 + 1
    assert units["18.72"].sites == ("metro.example",)
    assert units["35.73"].sites == ("malang.example", "sepi.example")
    assert units["99.99"].name == ""


@pytest.mark.parametrize(("region", "inside"), [("18", True), ("18.72", True), ("18.7", False), ("1", False), ("35", False)])
def test_what_lies_in_a_region(region: str, inside: bool) -> None:
    [unit] = site_units([Site(id="s", name="S", home="https://s.example/", region="18.72.01")], Seen({}, Arrivals({}, {}, {}, {})))
    assert lies_in(unit, region) is inside
