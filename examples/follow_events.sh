#!/bin/sh
# The same with Kafka's own tool: every message of kabar.event.changed from the beginning, the event's id before each.
# The last one of an id is how the event is now; one without articles is withdrawn, or part of "replaced_by" now.
exec kafka-console-consumer.sh --bootstrap-server "${KABAR_KAFKA_SERVERS:-localhost:9092}" \
    --topic kabar.event.changed --from-beginning --property print.key=true "$@"
