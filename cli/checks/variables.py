"""The environment: is every KABAR_ variable a setting, and can each be used. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from urllib.parse import parse_qsl

from cli.checks.finding import Finding, failure, ok, warning

_PREFIX = "KABAR_"
# Of the compose file (.env.example), not of the services.
_ELSEWHERE = frozenset({"KABAR_GRAFANA_PASSWORD", "KABAR_MONGO_PASSWORD"})


def judge_variables(given: Collection[str], known: Collection[str], wrong: Mapping[str, str]) -> Iterator[Finding]:
    """`given`: names of environment variables, `known`: those of settings, `wrong`: name → what is wrong with its value. No value is
    ever shown: some are secrets."""
    ours = {name for name in given if name.upper().startswith(_PREFIX)}
    for name, why in sorted(wrong.items()):
        yield failure("settings", f"{name} cannot be used: {why}.", f"Set {name} as docs/settings.md says, or unset it.")
    unknown = sorted(name for name in ours if name.upper() not in {*known, *_ELSEWHERE})
    for name in unknown:
        near = get_close_matches(name.upper(), known, 1)
        yield warning("settings", f"{name} is no setting and does nothing.", f"Is {near[0]} meant?" if near else "Unset it.")
    if not wrong and not unknown:
        yield ok("settings", f"KABAR_ variables set: {len(ours)}, all of them known and usable." if ours else "All are at their defaults.")


def judge_mongo_uri(uri: str) -> Iterator[Finding]:
    """Options with which an acknowledged write may be lost. The store asks for a majority and the journal whatever the URI says; the
    crawler goes by the URI."""
    options = {name.lower(): value for name, value in parse_qsl(uri.partition("?")[2])}
    weak = [f"w={options['w']}"] if options.get("w", "majority").isdigit() else []
    weak += ["journal=false"] if options.get("journal", "").lower() == "false" else []
    if weak:
        says = f"KABAR_MONGO_URI asks for {' and '.join(weak)}: what the crawler knows may be lost when the store dies."
        yield warning("settings", says, "Take these options out of KABAR_MONGO_URI.")
