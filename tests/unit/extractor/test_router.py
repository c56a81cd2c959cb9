from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from services.extractor.pool import open_pool
from services.extractor.router import Router
from shared.broker import Delivered
from shared.messages import ArticleExtracted, PageFetched
from shared.outcomes import Reject
from tests.unit.extractor.test_pool import GOOD, request_for


async def test_a_page_becomes_its_article() -> None:
    with open_pool(1, 20.0, 256, print) as pool, ThreadPoolExecutor(1) as threads:
        router = Router(pool, threads)
        (message,) = await router.on_page(Delivered(PageFetched.model_validate_json(request_for(GOOD)), "cor_1"))
        assert isinstance(message, ArticleExtracted) and message.article.provenance.page_id == "pag_1"
        with pytest.raises(Reject, match="binary_page"):
            await router.on_page(Delivered(PageFetched.model_validate_json(request_for(b"GIF89a")), "cor_2"))
