"""What more than one room of tests needs: the material beside the project, and the real servers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from deploy.local.servers import Servers, servers
from shared.create_topics import create_topics

SHARED = Path(__file__).resolve().parents[1] / "../shared"


@pytest.fixture(scope="session")
def shared_material() -> Path:
    """The folder beside the project with texts that are their publishers': read from there, never copied."""
    if not SHARED.is_dir():
        pytest.skip("no ../shared beside the project")
    return SHARED


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Servers]:
    """A Kafka with our topics and a document store, new and empty for each file of tests."""
    async with servers(tmp_path_factory.mktemp("stack")) as both:
        await create_topics(both.kafka.servers)
        yield both
