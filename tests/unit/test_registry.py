"""The sites the project carries: every entry is one the crawler takes, in the file of its province, of a region that exists."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from services.crawler.hosts import host_key
from services.extractor.knowledge import load_knowledge
from shared.sites import Site, load_sites

FOLDER = Path(__file__).resolve().parents[2] / "sites"
REGIONS = load_knowledge().event.gazetteer.regions
FILES = sorted(FOLDER.glob("*.toml"))
NATIONAL = "nasional"


@pytest.fixture(scope="module")
def provinces() -> dict[str, str]:
    """File name → code: "jawa-timur" → "35"."""
    return {re.sub(r"[^a-z]+", "-", region.name.lower()): code for code, region in REGIONS.items() if len(code) == 2}


def test_the_registry_is_one() -> None:
    assert len(load_sites(FOLDER)) == sum(len(load_sites(file)) for file in FILES) >= 55


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_holds_the_sites_of_its_province_sorted(file: Path, provinces: dict[str, str]) -> None:
    ids = [entry["id"] for entry in tomllib.loads(file.read_text(encoding="utf-8"))["site"]]
    assert ids == sorted(ids)
    home = None if file.stem == NATIONAL else provinces[file.stem]
    assert [site.id for site in load_sites(file) if (site.region and site.region[:2]) != home] == []


@pytest.mark.parametrize("site", load_sites(FOLDER), ids=lambda site: site.id)
def test_an_entry_is_true_to_its_address(site: Site) -> None:
    assert site.region is None or site.region in REGIONS
    assert site.id == host_key(site.home) + urlsplit(site.home).path.rstrip("/").replace("/", ".")
    assert all(host_key(url) == host_key(site.home) for url in (*site.feeds, *site.sitemaps, *site.listings))
    assert urlsplit(site.home).scheme == "https"
    assert site.pace >= 2
    assert not site.verified  # no live check has been made from here
