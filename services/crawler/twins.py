"""One article under several addresses: the one that is asked for, and what the frontier knows them all by. Pure.

Only what leads to the same server counts: `m.situs.id` is another host, with manners and a robots.txt of its own.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from services.crawler.discover.article_urls import Place, looks_like_article
from services.crawler.hosts import host_key, is_home
from services.crawler.parts import unnumbered

_QUERY = re.compile(r"amp(?:=(?:1|true)?)?|m=1|outputtype=amp", re.I)
_PATH = re.compile(r"(?<=[^/])/amp(?:\.html)?(/?)\Z", re.I)


def plain_address(url: str) -> str:
    """The canonical URL without "/amp", "?amp=1", "?m=1" and the number of a page, at the host it names.

    A number is taken off only where what is left names an article by itself: "/index.php?page=12" may be one of its own.
    """
    parts = urlsplit(url)
    query = "&".join(part for part in parts.query.split("&") if not _QUERY.fullmatch(part))
    changed = parts._replace(path=_PATH.sub(r"\1", parts.path), query=query)
    same = changed.geturl() if changed != parts and not is_home(changed.geturl()) else url
    first = unnumbered(same)
    return first if first != same and looks_like_article(first, Place.headline) else same


def shared_by_twins(url: str) -> str:
    """What all twins of a canonical URL have in common: the plain address over https, without `www.`. An identity, not to be asked for:
    not every server has both, and what a site file says of its home may change."""
    parts = urlsplit(plain_address(url))
    return parts._replace(scheme="https", netloc=host_key(url)).geturl()
