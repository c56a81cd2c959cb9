"""The Prometheus of the compose file, asked from outside as an operator's browser would."""

from __future__ import annotations

import json
import urllib.request
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

_AT = "http://127.0.0.1:9090/api/v1"
JOBS = ("crawler", "extractor", "store")


def answering() -> dict[str, int]:
    """Of each service, the containers that answer Prometheus."""
    found = _get("query", query='count by (job) (up{job=~"crawler|extractor|store"} == 1)').get("result", [])
    return {one["metric"]["job"]: int(one["value"][1]) for one in found}


def firing() -> set[str]:
    """The names of the alerts that fire now."""
    return {one["labels"]["alertname"] for one in _get("alerts").get("alerts", []) if one["state"] == "firing"}


def rules() -> tuple[int, list[str]]:
    """How many rules there are, and the names of those that cannot be worked out."""
    every = [rule for group in _get("rules").get("groups", []) for rule in group["rules"]]
    return len(every), [rule["name"] for rule in every if rule["health"] != "ok"]


def _get(what: str, **query: str) -> dict[str, Any]:
    """Nothing while it does not answer."""
    with suppress(OSError, ValueError), urllib.request.urlopen(f"{_AT}/{what}?{urlencode(query)}", timeout=5) as answer:
        data: dict[str, Any] = json.load(answer)["data"]
        return data
    return {}
