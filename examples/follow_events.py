"""The events as they are now, and then every change: reads kabar.event.changed from its beginning.

    KABAR_KAFKA_SERVERS=localhost:9092 python examples/follow_events.py          # for ever
    KABAR_KAFKA_SERVERS=localhost:9092 python examples/follow_events.py --once   # the events of now, a line each

The topic is compacted: the last message of every event stays for good. It needs aiokafka alone.
"""

import asyncio
import json
import os
import sys

from aiokafka import AIOKafkaConsumer


async def follow(once: bool) -> None:
    servers = os.environ.get("KABAR_KAFKA_SERVERS", "localhost:9092")
    consumer = AIOKafkaConsumer("kabar.event.changed", bootstrap_servers=servers, auto_offset_reset="earliest", enable_auto_commit=False)
    events: dict[str, dict[str, object]] = {}
    await consumer.start()
    try:
        ends = await consumer.end_offsets(consumer.assignment())
        while not once or any([await consumer.position(partition) < end for partition, end in ends.items()]):
            for messages in (await consumer.getmany(timeout_ms=500)).values():
                for told in (json.loads(message.value) for message in messages):
                    event = told["event"]
                    events[event["id"]] = event
                    if not event["articles"]:  # withdrawn, or part of event["replaced_by"] now
                        del events[event["id"]]
                    if not once:
                        print(told["change"], event["id"], event["type"], event["name"], sep="\t", flush=True)
    finally:
        await consumer.stop()
    for key in sorted(events):
        print(json.dumps(events[key], ensure_ascii=False))


asyncio.run(follow("--once" in sys.argv))
