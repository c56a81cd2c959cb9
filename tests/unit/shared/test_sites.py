from __future__ import annotations

from pathlib import Path

import pytest

from shared.documents import SiteKind
from shared.messages import PageSite
from shared.sites import SitesError, load_sites

ONE = """
[[site]]
id = "madiunkota.bawaslu.go.id"
name = "Bawaslu Kota Madiun"
kind = "bawaslu"
home = "https://Madiunkota.Bawaslu.go.id"
region = "35.77"
feeds = ["https://madiunkota.bawaslu.go.id/feed?utm_source=x"]
pace = 0.5
"""
LEAST = '[[site]]\nid = "{id}"\nname = "Sebuah Portal"\nhome = "https://{id}/"\n'

# What is wrong, and what the sentence must name.
BROKEN = [
    ("[[site]\n", "cannot be read"),
    ('site = "a"', r"\[\[site\]\]"),
    ('[site]\nid = "a"', r"\[\[site\]\]"),
    ("site = [1]", "site 1"),
    (LEAST.format(id="a.example") + "hoem = 1", "site 1: hoem"),
    (LEAST.format(id="a.example") + 'kind = "blog"', "site 1: kind"),
    (LEAST.format(id="a.example") + 'region = "Madiun"', "site 1: region"),
    (LEAST.format(id="a.example") + 'region = "35.7"', "site 1: region"),
    (LEAST.format(id="a.example") + "pace = -1", "site 1: pace"),
    (LEAST.format(id="a.example") + "pace = nan", "site 1: pace"),
    (LEAST.format(id="a.example") + "pace = inf", "site 1: pace"),
    (LEAST.format(id="a.example") + 'feeds = "https://a.example/feed"', "site 1: feeds"),
    (LEAST.format(id="a.example") + 'feeds = ["javascript:alert(1)"]', "site 1: feeds.*bad_url"),
    (LEAST.format(id="a.example") + 'listings = ["/berita"]', "site 1: listings.*bad_url"),
    (LEAST.format(id="a.example") + LEAST.format(id="b.example").replace("https", "file"), "site 2: home.*bad_url"),
    (LEAST.format(id="a.example") + LEAST.format(id="a.example"), "a.example is there twice"),
    (LEAST.format(id="A.example"), "site 1: id"),
    (LEAST.format(id="../etc"), "site 1: id"),
    (LEAST.format(id="a.example\\n"), "site 1: id"),
    ('[[site]]\nid = "a.example"\nname = "A"', "site 1: home"),
]


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_site_as_a_person_writes_it(tmp_path: Path) -> None:
    (site,) = load_sites(written(tmp_path, "jatim.toml", ONE))
    assert (site.id, site.name, site.kind, site.region, site.pace) == (
        "madiunkota.bawaslu.go.id", "Bawaslu Kota Madiun", SiteKind.bawaslu, "35.77", 0.5,
    )  # fmt: skip
    assert site.home == "https://madiunkota.bawaslu.go.id/"
    assert site.host == "madiunkota.bawaslu.go.id"
    assert site.feeds == ("https://madiunkota.bawaslu.go.id/feed",)
    assert site.ref() == PageSite(id=site.id, name=site.name, kind=SiteKind.bawaslu, region="35.77")


def test_id_name_and_home_are_enough(tmp_path: Path) -> None:
    (site,) = load_sites(written(tmp_path, "a.toml", LEAST.format(id="a.example")))
    assert (site.kind, site.region, site.feeds, site.sitemaps, site.listings, site.pace) == (SiteKind.other, None, (), (), (), 2.0)


def test_a_folder_is_all_its_files_by_id(tmp_path: Path) -> None:
    written(tmp_path, "1.toml", LEAST.format(id="c.example") + LEAST.format(id="a.example"))
    written(tmp_path, "2.toml", LEAST.format(id="b.example"))
    written(tmp_path, "notes.md", "no site")
    assert [site.id for site in load_sites(tmp_path)] == ["a.example", "b.example", "c.example"]


def test_an_id_is_one_site_in_all_files(tmp_path: Path) -> None:
    written(tmp_path, "1.toml", LEAST.format(id="a.example"))
    written(tmp_path, "2.toml", LEAST.format(id="a.example"))
    with pytest.raises(SitesError, match=r"^2\.toml: the site id a\.example is there twice\.$"):
        load_sites(tmp_path)


@pytest.mark.parametrize(("text", "named"), BROKEN)
def test_a_broken_file_is_one_sentence_that_says_where(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(SitesError, match=named) as error:
        load_sites(written(tmp_path, "jatim.toml", text))
    assert "jatim.toml" in str(error.value)
    assert str(error.value).endswith(".")


def test_no_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(SitesError, match=r"no \*\.toml"):
        load_sites(tmp_path)
    with pytest.raises(SitesError, match="cannot be read"):
        load_sites(tmp_path / "none.toml")


def test_bytes_that_are_no_text_are_said(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SitesError, match="cannot be read"):
        load_sites(tmp_path / "a.toml")
