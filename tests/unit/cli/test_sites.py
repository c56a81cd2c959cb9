"""`kabar sites`, as a person calls it: against the sample newsroom, and against what cannot be asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.pages import build
from demo.serve import newsroom
from demo.stories import SITES, load_outlets
from shared.sites import load_sites
from tests.unit.cli.conftest import Kabar

OWN = load_sites(SITES)[0]
ENTRY = '[[site]]\nid = "a.example"\nname = "A"\nhome = "https://a.example/"\nregion = "{}"\n'


@pytest.fixture
def sample(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with newsroom(build(load_outlets())) as served:
        for name, value in served.environment().items():
            monkeypatch.setenv(name, value)
        yield


@pytest.mark.usefixtures("sample")
def test_what_a_probe_writes_is_found_right_and_never_written_twice(kabar: Kabar, tmp_path: Path) -> None:
    file = tmp_path / "probed.toml"
    words = ("sites", "probe", OWN.home, "--pace", "0", "--write", str(file))
    code, out, err = kabar(*words)
    assert (code, err.splitlines()[-1]) == (0, f"Added to {file}.")
    written = file.read_text(encoding="utf-8")
    assert out.endswith(written)
    assert [site.id for site in load_sites(file)] == [OWN.id]
    code, out, err = kabar("sites", "check", OWN.id, "--live", "--sites", str(file))
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == f"{OWN.id}  entry: right"
    assert out.splitlines()[-1].endswith(": can be read")
    code, _out, err = kabar(*words)
    assert (code, file.read_text(encoding="utf-8")) == (1, written)
    assert f"has {OWN.id} already" in err


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("bukan alamat",), 2, "Give the address of its home page"),
        (("http://10.0.0.1/",), 1, "Name it in KABAR_FETCH_ALLOW"),
        (("http://a.example/", "--pace", "nan"), 2, "--pace must be a number of seconds"),
        (("http://a.example/", "--pace", "inf"), 2, "--pace must be a number of seconds"),
    ],
)
def test_what_cannot_be_probed_says_what_to_do(words: tuple[str, ...], code: int, sentence: str, kabar: Kabar) -> None:
    ended, out, err = kabar("sites", "probe", *words)
    assert (ended, out) == (code, "")
    assert sentence in err.splitlines()[-1]


@pytest.mark.parametrize(("region", "code", "told"), [("35.77", 0, "right"), ("35.99", 1, "there is no region 35.99")])
def test_a_dry_check(region: str, code: int, told: str, kabar: Kabar, tmp_path: Path) -> None:
    file = tmp_path / "sites.toml"
    file.write_text(ENTRY.format(region), encoding="utf-8")
    ended, out, err = kabar("sites", "check", "--sites", str(file))
    assert (ended, out) == (code, f"a.example  entry: {told}\n")
    assert bool(err) == bool(code)


def test_an_unknown_site_is_a_wrong_call(kabar: Kabar, tmp_path: Path) -> None:
    file = tmp_path / "sites.toml"
    file.write_text(ENTRY.format("35.77"), encoding="utf-8")
    code, out, err = kabar("sites", "check", "b.example", "--sites", str(file))
    assert (code, out) == (2, "")
    assert err.startswith("There is no site b.example;")


def test_the_list_names_region_and_sources(kabar: Kabar, tmp_path: Path) -> None:
    file = tmp_path / "sites.toml"
    file.write_text(ENTRY.format("35.77") + 'feeds = ["https://a.example/feed/"]\n', encoding="utf-8")
    code, out, _err = kabar("sites", "list", "--sites", str(file))
    assert code == 0
    assert out.splitlines()[-1].split() == ["a.example", "A", "other", "Kota", "Madiun", "no", "1", "0", "0"]


def test_the_list_as_json_is_the_entries(kabar: Kabar, tmp_path: Path) -> None:
    file = tmp_path / "sites.toml"
    file.write_text(
        ENTRY.format("35.77") + 'feeds = ["https://a.example/feed/"]\n' + ENTRY.format("35.78").replace("a.example", "b.example")
    )
    code, out, err = kabar("sites", "list", "--json", "--sites", str(file))
    assert (code, err) == (0, "")
    entries = [json.loads(line) for line in out.splitlines()]
    assert [(entry["id"], entry["region"], entry["feeds"]) for entry in entries] == [
        ("a.example", "35.77", ["https://a.example/feed/"]),
        ("b.example", "35.78", []),
    ]
