from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.extractor.content import main_text, parse
from services.extractor.markup import flatten

REST = "<p>" + "Kalimat lain yang panjang. " * 20 + "</p>"


@pytest.mark.parametrize(
    ("paragraph", "left"),
    [
        ("Satu dua. Baca juga: <a href=x>Bupati gelar rapat</a> Lalu ia pergi.", "Satu dua. Lalu ia pergi."),
        ("Satu dua. <b>Baca Juga:</b> <a href=x>Bupati gelar rapat</a> Lalu ia pergi.", "Satu dua. Lalu ia pergi."),
        ("Satu dua. <a href=x>Simak juga: Bupati gelar rapat</a> Lalu ia pergi.", "Satu dua. Lalu ia pergi."),
        ("Satu dua.<br>(Lihat juga <a href=x>Bupati gelar rapat</a>", "Satu dua."),
        ("Ia membaca juga <a href=x>buku</a> itu.", "Ia membaca juga buku itu."),
        ("Warga bisa lihat <a href=x>daftar</a> itu juga.", "Warga bisa lihat daftar itu juga."),
    ],
)
def test_announced_links_go_without_their_neighbours(paragraph: str, left: str) -> None:
    tree = parse(f"<html><body><p>{paragraph}</p>{REST}</body></html>").tree
    assert " ".join("".join(next(tree.iter("p")).itertext()).split()) == left


@pytest.mark.parametrize("tag", ["div", "span", "b", "blockquote", "section"])
@pytest.mark.parametrize("depth", [200, 300, 2_100, 10_000])
def test_text_at_any_depth_is_read(tag: str, depth: int) -> None:
    deep = "<p>Di dalam ada kalimat yang tidak boleh hilang.</p>"
    nested = f"<{tag}>" * depth + deep + f"</{tag}>" * depth
    html = f"<html><body><article>{REST}{nested}<p>Sesudahnya pun ada kalimat.</p></article></body></html>"
    text = main_text(parse(html))
    assert "tidak boleh hilang" in text
    assert "Sesudahnya pun" in text


TAGS = st.lists(st.sampled_from([b"<div>", b"</div>", b"<b>", b"</b>", b"<p>", b"kata", b"<", b"<br>", b"</"]), max_size=40).map(b"".join)


@given(TAGS)
def test_flat_html_stays_as_it_is(html: bytes) -> None:
    assert flatten(html) == html


@given(TAGS)
def test_only_tags_go(html: bytes) -> None:
    assert flatten(b"<div>" * 200 + html).count(b"kata") == html.count(b"kata")
