from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.crawler.discover.article_urls import Place
from services.crawler.discover.shapes import MOST_SHAPES, fits, learn_shapes, section_shape, shape_of
from shared.outcomes import Reject
from shared.urls import canonical_url

SITE = "https://situs.example"


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/", "/"),
        ("/berita", "/berita"),
        ("/gaya-hidup", "/gaya-hidup"),
        ("/berita/788185/lampung-berupaya-wujudkan", "/berita/{number}/{words}"),
        ("/berita/788185/apel", "/berita/{number}/{words}"),
        ("/berita/6210-kkn-uin-raden-intan", "/berita/{words}"),
        ("/sumbagsel/hukum-dan-kriminal/d-8027800/pemerkosa-ditangkap", "/sumbagsel/hukum-dan-kriminal/d-{number}/{words}"),
        ("/2023/11/rapat.html", "/{year}/{month}/{words}.html"),
        ("/2023/11/14/rapat-kerja/", "/{year}/{month}/{day}/{words}"),
        ("/2023/11/14/", "/{year}/{month}/{day}"),
        ("/read/20231114/88299/karnaval-kemerdekaan", "/read/{date}/{number}/{words}"),
        ("/read/2023-11-14/karnaval", "/read/{date}/{words}"),
        ("/berita-123.html", "/berita-{number}.html"),
        ("/Berita/Baca/8123", "/berita/baca/{number}"),
        ("/blog/read/8123_rapat-pleno-terbuka", "/blog/read/{words}"),
        ("/berita.php?id=123", "/berita.php?id={number}"),
        ("/?p=133830", "/?p={number}"),
        ("/index.php?option=com_content&view=article&id=77", "/index.php?id={number}&option=com_content&view=article"),
        ("/berita.asp?judul=bupati-buka-rapat&id=7", "/berita.asp?id={number}&judul={words}"),
        ("/{words}/%7Bnumber%7D", "/words/number"),
    ],
)
def test_shapes(path: str, shape: str) -> None:
    assert shape_of(canonical_url(SITE + path)) == shape


def test_sections_are_one_shape() -> None:
    assert section_shape("/hukum/{words}") == "/{section}/{words}"
    assert section_shape("/{words}") == "/{words}"
    assert section_shape("/olahraga/bola/{number}/{words}.html") == "/{section}/{section}/{number}/{words}.html"
    assert section_shape("/berita.php?id={number}") == "/berita.php?id={number}"


@pytest.mark.parametrize(
    ("path", "shape", "place", "fit"),
    [
        ("/hukum/bupati-buka-rapat", "/{section}/{words}", Place.text, True),
        ("/hukum/bupati-buka-rapat", "/hukum/{words}", Place.text, True),
        ("/opini/bupati-buka-rapat", "/hukum/{words}", Place.text, False),
        ("/opini/hari-ibu", "/{section}/{words}", Place.headline, True),
        ("/opini/hari-ibu", "/{section}/{words}", Place.text, False),
        ("/gaya-hidup", "/{words}", Place.headline, False),
        ("/opini/hari-ibu.html", "/opini/{words}.html", Place.headline, True),
        ("/berita/2", "/berita/{number}/{words}", Place.headline, False),
    ],
)
def test_fitting(path: str, shape: str, place: Place, fit: bool) -> None:
    assert fits(SITE + path, (shape,), place) is fit


def learnt(*links: str, place: Place = Place.headline) -> tuple[str, ...]:
    return learn_shapes((SITE + link, place) for link in links)


def test_the_commonest_shapes_are_learnt() -> None:
    dated = [f"/2023/11/{n}/rapat-desa" for n in range(10, 16)]
    assert learnt("/berita/1/a", "/x", *dated, *(f"/read/{n}/rapat" for n in (17, 345, 9))) == (
        "/{year}/{month}/{day}/{words}",
        "/read/{number}/{words}",
    )


def test_sections_that_differ_are_learnt_as_one() -> None:
    assert learnt("/hukum/bupati-buka-rapat", "/opini/jalan-rusak-lagi", "/bola/juara-liga-desa") == ("/{section}/{words}",)


@pytest.mark.parametrize(
    "links",
    [
        [f"/berita/{n}" for n in range(1, 11)],
        [f"/halaman-{n}" for n in range(2, 11)],
        [f"/tag/{word}-lampung-selatan" for word in "abcdef"],
        ["/berita/rapat-desa-satu", "/berita/rapat-desa-dua"],
        ["/hukum", "/olahraga", "/opini", "/politik"],
    ],
)
def test_what_is_no_shape_of_articles(links: list[str]) -> None:
    assert learnt(*links) == ()


def test_menus_teach_nothing() -> None:
    sections = ["/info/kesehatan-dan-pendidikan", "/info/pemilu-dan-pilkada", "/info/seni-dan-budaya"]
    assert learnt(*sections, place=Place.menu) == ()
    assert learnt(*sections, place=Place.headline) == ("/info/{words}",)


def test_a_page_without_headlines_teaches_by_its_addresses() -> None:
    ids = [f"/berita.asp?id={n}" for n in (71, 64, 59)]
    assert learnt(*ids, "/menu.asp?x=3", place=Place.text) == ("/berita.asp?id={number}",)
    assert learnt("/info/seni-dan-budaya", "/info/pemilu-dan-pilkada", "/info/a-b-c", place=Place.text) == ()


def test_shapes_are_bounded() -> None:
    assert len(learnt(*(f"/{chr(97 + s)}.php?id={n}" for s in range(20) for n in (700, 800, 900)))) == MOST_SHAPES


urls = st.text(st.sampled_from("ab12/-_.?=&{}%;é"), max_size=60)


@given(st.lists(st.tuples(urls, st.sampled_from(Place)), max_size=12))
def test_any_links_have_shapes(tails: list[tuple[str, Place]]) -> None:
    links = []
    for tail, place in tails:
        try:
            links.append((canonical_url(SITE + "/" + tail), place))
        except Reject:
            continue
    learnt = learn_shapes(links)
    assert learnt == learn_shapes(reversed(links))
    assert {section_shape(shape) for shape in learnt} <= {section_shape(shape_of(url)) for url, _ in links}
    assert all(fits(url, (shape_of(url),), place) for url, place in links)
