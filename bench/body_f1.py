"""How much of the annotated bodies the extractor keeps, and how little else: `python -m bench.body_f1 [--worst N]`.

The measure is the article-extraction benchmark's: runs of four tokens are counted on both sides, each page weighs the same, and F1 is taken
of the mean precision and the mean recall. A page that is refused counts as an empty body.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from statistics import mean

from bench.pages import Annotated, read_pages
from services.extractor.knowledge import Knowledge, load_knowledge
from services.extractor.read import read_page
from shared.outcomes import Reject

_TOKEN = re.compile(r"\w+")
_RUN = 4
FLOOR = 0.955


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """Every run of four tokens, and how often; of a shorter text the whole."""
    tokens = _TOKEN.findall(text)
    runs = (tuple(tokens[n : n + _RUN]) for n in range(max(1, len(tokens) - _RUN + 1)))
    return Counter(run for run in runs if run)


def precision_and_recall(truth: str, body: str) -> tuple[float, float]:
    """Of one page: the share of the body that is right, and the share of the truth that is there."""
    want, have = shingles(truth), shingles(body)
    right = (want & have).total()
    return right / have.total() if have else float(not want), right / want.total() if want else float(not have)


def f1(scores: list[tuple[float, float]]) -> tuple[float, float, float]:
    """F1, precision and recall over all pages."""
    precision, recall = mean(p for p, _ in scores), mean(r for _, r in scores)
    return 2 * precision * recall / (precision + recall), precision, recall


def body_of(page: Annotated, knowledge: Knowledge) -> str:
    try:
        return read_page(page.page(), knowledge).body
    except Reject:
        return ""


def main() -> int:
    """Exit 1 below the floor."""
    parser = argparse.ArgumentParser(description="F1 of the bodies on the annotated pages.")
    parser.add_argument("--worst", type=int, default=0, help="also name the N pages that lose most")
    worst = parser.parse_args().worst
    knowledge, pages = load_knowledge(), read_pages()
    scores = [precision_and_recall(page.body, body_of(page, knowledge)) for page in pages]
    value, precision, recall = f1(scores)
    print(f"body F1 {value:.4f} (precision {precision:.4f}, recall {recall:.4f}) on {len(pages)} pages; floor {FLOOR}")
    for (p, r), page in sorted(zip(scores, pages, strict=True), key=lambda row: sum(row[0]))[:worst]:
        print(f"  {p:.3f} {r:.3f} {page.name[:12]} {page.url[:90]}")
    return int(value < FLOOR)


if __name__ == "__main__":
    raise SystemExit(main())
