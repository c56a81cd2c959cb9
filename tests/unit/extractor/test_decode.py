from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.extractor.decode import decode, plain

CURLY = "Jum’at “apel” – selesai"


@pytest.mark.parametrize(
    ("raw", "content_type", "text", "repaired"),
    [
        (CURLY.encode(), "", CURLY, False),
        (CURLY.encode(), "text/html; charset=iso-8859-1", CURLY, False),  # the header lies; UTF-8 does not look like that by chance
        (CURLY.encode("cp1252"), "text/html; charset=ISO-8859-1", CURLY, False),
        (CURLY.encode("cp1252"), "", CURLY, False),
        (b"\xef\xbb\xbf" + CURLY.encode(), "", CURLY, False),
        (b"\xff\xfe" + CURLY.encode("utf-16-le"), "", CURLY, False),
        (b"<meta charset=windows-1251>" + "Москва".encode("cp1251"), "", "<meta charset=windows-1251>Москва", False),
        (b"<meta charset=rot13>caf\xe9", "text/html; charset=unicode_escape", "<meta charset=rot13>café", False),
        (CURLY.encode().decode("cp1252", "ignore").encode(), "", CURLY.replace("”", "â€"), True),  # its last byte has no place in cp1252
        ("Rp1â€“2 juta, cafÃ©".encode(), "", "Rp1–2 juta, café", True),
        ("SÃO PAULO".encode(), "", "SÃO PAULO", False),  # no mojibake: an Ã of its own
        (CURLY.encode("cp1252"), "text/html; charset=utf-8", CURLY, False),  # says UTF-8, and has not one sequence of it
        (CURLY.encode("utf-16-le"), "text/html; charset=UTF-16LE", CURLY, False),
        (CURLY.encode("utf-16-be"), "text/html; charset=utf-16be", CURLY, False),
        (b"rapat", "text/html; charset=utf-16", "rapat", False),
        (b"bad \xc3( byte \x81", "text/html; charset=utf-8", "bad \ufffd( byte \ufffd", True),
    ],
)
def test_charset(raw: bytes, content_type: str, text: str, repaired: bool) -> None:
    decoded = decode(raw, content_type)
    assert (decoded.text, decoded.repaired) == (text, repaired)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jum#39;at (14/7)", "Jum'at (14/7)"),
        ("Jum&amp;#39;at", "Jum'at"),
        ("&amp;quot;Siap&amp;quot;", '"Siap"'),
        ("𝕿𝖊𝖗𝖎𝖒𝖆𝖐𝖆𝖘𝖎𝖍 𝕵𝖆𝖉𝖎", "Terimakasih Jadi"),
        ("ＡＳＮ", "ASN"),
        ("nol\x00 lebar\u200b arah\u202e balik\ufeff", "nol lebar arah balik"),
        ("spasi\xa0keras\u2009tipis", "spasi keras tipis"),
        ("\\n\\n\\n\\nRakor", "\nRakor"),
        ("selesai.\\n", "selesai.\n"),
        ("C:\\nama dan \\rumah", "C:\\nama dan \\rumah"),
        ("½ kg ² ™", "½ kg ² ™"),
        ("a\r\nb\rc", "a\nb\nc"),
    ],
)
def test_plain(text: str, expected: str) -> None:
    assert plain(text) == expected


@given(st.binary(max_size=300), st.text(max_size=40))
def test_any_bytes_become_text(raw: bytes, content_type: str) -> None:
    assert isinstance(decode(raw, content_type).text, str)


@given(st.text(alphabet=st.sampled_from('aQn\\r#39;&amp40160\u200b\ufeff＃； \n"“\x00'), max_size=60) | st.text(max_size=60))
def test_plain_is_idempotent(text: str) -> None:
    once = plain(text)
    assert plain(once) == once
    assert "\x00" not in once
