"""CPU of the whole extractor against trafilatura alone, on the same pages, in one run on one core: `python -m bench.speed [ROUNDS]`.

The two take turns page by page, so that whatever else the machine does falls on both alike.
"""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Callable
from statistics import median
from time import process_time

from trafilatura import bare_extraction

from bench.pages import Annotated, read_pages
from services.extractor.knowledge import Knowledge, load_knowledge
from services.extractor.read import read_page
from shared.outcomes import Reject


def seconds_of(work: Callable[[], object]) -> float:
    began = process_time()
    with contextlib.suppress(Reject):
        work()
    return process_time() - began


def one_round(pages: list[Annotated], knowledge: Knowledge) -> tuple[float, float]:
    """CPU seconds over all pages: the extractor's, trafilatura's."""
    ours = theirs = 0.0
    for annotated in pages:
        page = annotated.page()
        ours += seconds_of(lambda page=page: read_page(page, knowledge))  # type: ignore[misc]
        theirs += seconds_of(lambda html=annotated.html: bare_extraction(html, with_metadata=True))  # type: ignore[misc]
    return ours, theirs


def main() -> int:
    """Exit 1 if the extractor takes more than trafilatura."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    knowledge, pages = load_knowledge(), read_pages()
    gc.collect()
    gc.freeze()
    measured = [one_round(pages, knowledge) for _ in range(rounds)]
    ours, theirs = (median(column) / len(pages) * 1000 for column in zip(*measured, strict=True))
    print(f"extractor {ours:.1f} ms a page, trafilatura with its metadata {theirs:.1f}: ratio {ours / theirs:.3f} (at most 1)")
    return int(ours > theirs)


if __name__ == "__main__":
    raise SystemExit(main())
