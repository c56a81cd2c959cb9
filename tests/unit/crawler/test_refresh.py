from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.crawler.fetch import Response
from services.crawler.refresh import refresh_target

URL = "https://situs.example/a"
SENTENCE = "Bawaslu Kabupaten Lamongan menggelar rapat koordinasi bersama jajaran pengawas kecamatan di aula kantor, Senin pagi. "


def response(body: str, status: int = 200, **headers: str) -> Response:
    return Response(
        URL, status, {"content-type": "text/html"} | {name.replace("_", "-"): value for name, value in headers.items()}, body.encode()
    )


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ('<meta http-equiv="refresh" content="0; url=/b">', "/b"),
        ("<META HTTP-EQUIV=Refresh CONTENT='1;URL=https://situs.example/B?x=1&amp;y=2'>", "https://situs.example/B?x=1&y=2"),
        ('<meta content="0;url=\'/b\'" http-equiv="refresh"><p>Anda dialihkan.</p>', "/b"),
        ('<meta http-equiv="refresh" content="3, /b">', "/b"),
        ('<meta http-equiv="refresh" content="0">', ""),
        ('<meta name="x" content="y"><meta http-equiv="refresh" content="0;url=javascript:alert(1)">', "javascript:alert(1)"),
    ],
)
def test_pages_that_only_send_on(body: str, target: str) -> None:
    assert refresh_target(response(body)) == target


@pytest.mark.parametrize(
    "body",
    [
        '<meta http-equiv="refresh" content="300; url=/b">',
        '<meta http-equiv="refresh" content="300">',
        f'<meta http-equiv="refresh" content="0; url=/b"><p>{SENTENCE * 3}</p>',
        '<meta http-equiv="refresh" content="5; url=/b"><title>Just a moment...</title>',
        "<meta name='refresh' content='0; url=/b'>",
        "<p>refresh</p>",
        "",
    ],
)
def test_pages_to_be_read_as_they_are(body: str) -> None:
    assert refresh_target(response(body)) is None


def test_the_header_does_the_same() -> None:
    assert refresh_target(response("", refresh="0; url=/b")) == "/b"


def test_only_pages_do() -> None:
    meta = '<meta http-equiv="refresh" content="0; url=/b">'
    assert refresh_target(response(meta, 404)) is None
    assert refresh_target(response(meta, content_type="application/rss+xml")) is None


@given(st.text(max_size=200))
def test_any_content_is_read(content: str) -> None:
    refresh_target(response(f'<meta http-equiv="refresh" content="{content}">'))
    refresh_target(response("", refresh=content))
