"""The good host among the bad: 25 articles, which all arrive."""

from __future__ import annotations

from tests.hostile.case import Case
from tests.hostile.pages import listing, page

PATHS = tuple(f"/berita/2024/05/{day:02}/kabar-baik-kampung-muara" for day in range(1, 26))

CASES = (
    Case(
        "baik",
        "answers as it should, to 25 articles",
        {"/berita": listing(PATHS), **{path: page(f"baik-ke-{number}") for number, path in enumerate(PATHS, 1)}},
        stored=PATHS,
        most=27,
    ),
)
