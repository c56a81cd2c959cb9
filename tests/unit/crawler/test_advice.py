"""Every reason for which a probe can end has advice of its own, and there is none for what cannot happen."""

from __future__ import annotations

import ast
import inspect
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import services.crawler.probe.advice as advice_module
from services.crawler import fetch, follow, guard, no_article, pages, unpack
from services.crawler.discover import markup
from services.crawler.follow import Arrival
from services.crawler.pages import check_status
from services.crawler.probe import ask, probe
from services.crawler.probe.advice import advice_on
from shared import urls
from shared.outcomes import Reject, Retry
from tests.unit.crawler.test_pages import NOW

WAYS = (ask, fetch, follow, guard, markup, probe, unpack, urls)
"""Whatever a probe passes through, whose refusals are written out."""


def written_in(module: ModuleType) -> Iterator[str]:
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"Reject", "Retry", "Refused"} and node.args:
            yield from (part.value for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant) and isinstance(part.value, str))


def of_status(status: int) -> Iterator[str]:
    try:
        check_status(Arrival(fetch.Response("http://situs.example/", status, {}, b"")), NOW)
    except (Reject, Retry) as refused:
        yield refused.reason


def reasons() -> set[str]:
    found = {reason for module in WAYS for reason in written_in(module)}
    found |= {reason for _, reason in fetch._CAUSES}
    found |= {reason for status in range(200, 600) for reason in of_status(status)}
    return found | pages.BURIED - {"page_too_big"} | no_article.PASSING | {"empty_page"}


def test_all_reasons_have_advice_and_no_advice_is_left_over() -> None:
    file = Path(advice_module.__file__).with_name("advice.toml")
    assert set(tomllib.loads(file.read_text(encoding="utf-8"))) - {"otherwise"} == reasons()
    assert {reason for reason in reasons() if advice_on(reason) == advice_on("nobody's reason")} == set()
