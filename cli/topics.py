"""`kabar topics`: create the topics before anything publishes."""

from __future__ import annotations

from pathlib import Path

from cli.run import DATA_DIR, DataDir, run, say
from cli.shown import console, table
from deploy.local.reach import reach_kafka
from deploy.local.stack import make_topics
from shared.create_topics import Created
from shared.topics import DAY_MS


def topics(data_dir: DataDir = DATA_DIR) -> None:
    """Create Kafka's topics, those that are missing: of KABAR_KAFKA_SERVERS if set, else of the local stack."""
    run(_topics(data_dir))


async def _topics(data_dir: Path) -> None:
    async with reach_kafka(data_dir, say) as servers:
        created = await make_topics(servers, say)
    columns = ("topic", "", "partitions", "key", "kept", "most bytes")
    console().print(table("Topics", columns, [_row(one) for one in created]))


def _row(created: Created) -> tuple[object, ...]:
    topic = created.topic
    kept = "newest of each key" if topic.compacted else f"{topic.retention_ms // DAY_MS} days"
    return topic.name, "created" if created.new else "exists", created.partitions, topic.key, kept, topic.max_bytes
