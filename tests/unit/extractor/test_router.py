from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from structlog.contextvars import get_contextvars

from services.extractor.pool import open_pool
from services.extractor.router import Router
from shared.broker import Delivered
from shared.messages import ArticleExtracted, PageFetched
from shared.outcomes import Reject
from shared.telemetry import about
from tests.unit.extractor.test_pool import GOOD, SLOW, request_for


async def test_a_page_becomes_its_article() -> None:
    with open_pool(1, 20.0, 256, print) as pool, ThreadPoolExecutor(1) as threads:
        router = Router(pool, threads)
        (message,) = await router.on_page(Delivered(PageFetched.model_validate_json(request_for(GOOD)), "cor_1"))
        assert isinstance(message, ArticleExtracted) and message.article.provenance.page_id == "pag_1"
        with pytest.raises(Reject, match="binary_page"):
            await router.on_page(Delivered(PageFetched.model_validate_json(request_for(b"GIF89a")), "cor_2"))


async def test_a_worker_killed_over_a_page_is_logged_under_its_correlation_id() -> None:
    known: list[object] = []
    with (
        open_pool(1, 0.5, 256, lambda reason: known.append({**get_contextvars(), "reason": reason})) as pool,
        ThreadPoolExecutor(1) as threads,
    ):
        router = Router(pool, threads)
        for number in (1, 2):
            with about(f"cor_{number}"), pytest.raises(Reject, match="extraction_timeout"):
                await router.on_page(Delivered(PageFetched.model_validate_json(request_for(SLOW)), f"cor_{number}"))
    assert known == [{"correlation_id": f"cor_{number}", "reason": "extraction_timeout"} for number in (1, 2)]
