"""Make plain HTML pages of the invented cases, as records for `kabar extract --jsonl`.

usage: python -m tests.cases.render [PAGES_DIR] > records.jsonl

A record is {"id", "url", "html", "fetched_at"}. Around the article stand a masthead, a menu and a footer; the text's own furniture
(captions, "Baca juga", tags, bylines) stays inside the article, a paragraph a line, where a site would have it; a page with an
`html_fragment` has the markup of its site there.
"""

import html
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

HERE = Path(__file__).parent
FETCHED_AT = "2026-01-01T00:00:00Z"
MENU = "".join(f"<li><a href='/{name.lower()}'>{name}</a></li>" for name in ("Beranda", "Daerah", "Peristiwa", "Politik", "Budaya"))


def paragraphs(text: str, title: str) -> list[str]:
    """The lines of a page's text, without its title at the head."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[1:] if lines and lines[0] == title.strip() else lines


def linked_data(page: Mapping[str, str]) -> str:
    """What the site says of the page in JSON-LD; a closing tag inside it cannot end the script."""
    said = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": page["title"]}
    dated = said | ({"datePublished": page["published"]} if page.get("published") else {})
    return json.dumps(dated, ensure_ascii=False).replace("</", "<\\/")


def page_html(page: Mapping[str, str]) -> str:
    """The page as a plain news site would serve it."""
    title, site = html.escape(page["title"]), html.escape(page["publisher"])
    plain = "\n".join(f"<p>{html.escape(line)}</p>" for line in paragraphs(page["text"], page["title"]))
    body = page.get("html_fragment") or plain
    return (
        f"<!DOCTYPE html>\n<html lang='id'><head><meta charset='utf-8'><title>{title} | {site}</title>\n"
        f"<meta property='og:site_name' content='{site}'><script type='application/ld+json'>{linked_data(page)}</script></head>\n"
        f"<body><header><a href='/'>{site}</a><nav><ul>{MENU}</ul></nav></header>\n"
        f"<main><article><h1>{title}</h1>\n{body}\n</article></main>\n"
        f"<footer><p>Hak cipta {site}</p></footer></body></html>"
    )


def records(pages: Path) -> Iterator[dict[str, str]]:
    """A record for each page of a folder, in order of file name."""
    for path in sorted(pages.glob("*.json")):
        page = json.loads(path.read_text(encoding="utf-8"))
        yield {"id": page["id"], "url": page["url"], "html": page_html(page), "fetched_at": FETCHED_AT}


def main() -> None:
    """Print the records of the folder named on the command line, else of the cases for developing."""
    for record in records(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "pages"):
        print(json.dumps(record, ensure_ascii=False))


if __name__ == "__main__":
    main()
