"""CPU of reading the event alone, on the annotated pages beside the project: `python -m bench.event_speed [ROUNDS]`.

Beside it, in the same rounds, what trafilatura takes for the same pages: the one figure tells how fast the machine is.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import process_time

from trafilatura import bare_extraction

from services.extractor.event.mention import read_event
from services.extractor.event.text import Text
from services.extractor.knowledge import Knowledge, load_knowledge
from services.extractor.page import Page
from services.extractor.read import read_page
from shared.documents import Article
from shared.messages import PageSite

GOLD = Path(__file__).resolve().parents[2] / "shared/gold"
MOST_MS = 4.0
_FETCHED = datetime(2026, 1, 1, tzinfo=UTC)


def records() -> list[dict[str, str]]:
    """The rendered pages. Where the folder is not there (the pages belong to others), says so and exits 0."""
    if not (GOLD / "render.py").is_file():
        sys.stdout.write(f"Nothing to measure: {GOLD.name} is not beside the project.\n")
        raise SystemExit(0)
    command = [sys.executable, str(GOLD / "render.py"), str(GOLD / "pages")]
    return [json.loads(line) for line in subprocess.run(command, capture_output=True, check=True).stdout.splitlines()]


def article_of(record: dict[str, str], knowledge: Knowledge) -> Article:
    site = PageSite(id="gold.example", name="gold.example")
    url, html = record["url"], record["html"].encode()
    page = Page(page_id=record["id"], site=site, url=url, final_url=url, html=html, fetched_at=_FETCHED, raw_digest=record["id"])
    return read_page(page, knowledge)


def text_of(article: Article) -> Text:
    """A text nobody has read yet: it remembers its words once they are cut."""
    return Text(article.title, article.body, article.published_at, article.fetched_at.date())


def main() -> int:
    """Exit 1 above the bar."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    knowledge, pages = load_knowledge(), records()
    articles = [article_of(record, knowledge) for record in pages]
    gc.collect()
    gc.freeze()
    ours, theirs = [], []
    for _ in range(rounds):
        began = process_time()
        for article in articles:
            read_event(text_of(article), article.dateline.place if article.dateline else None, None, knowledge.event)
        middle = process_time()
        for record in pages:
            bare_extraction(record["html"], with_metadata=True)
        ours.append((middle - began) / len(pages) * 1000)
        theirs.append((process_time() - middle) / len(pages) * 1000)
    event, trafilatura = median(ours), median(theirs)
    print(f"reading the event {event:.2f} ms a page (at most {MOST_MS:g}), trafilatura {trafilatura:.2f}: ratio {event / trafilatura:.2f}")
    return int(event > MOST_MS)


if __name__ == "__main__":
    raise SystemExit(main())
