"""What is done to the containers, step by step. Each waits until all is well again, returns what it counted, and raises `Failed`."""

from __future__ import annotations

import json
from contextlib import suppress

from demo.expected import Outcome, differences, load_expected
from tests.compose import watcher
from tests.compose.engine import Docker, Failed
from tests.compose.newsdesk import Newsdesk, lost_and_twice
from tests.compose.project import LONG_RUNNING, Project

ONE_EACH = dict.fromkeys(LONG_RUNNING, 1)
SCALED = {**ONE_EACH, "crawler": 2, "extractor": 3}
ALERTS = {"kafka": "BrokerAway", "mongo": "StoreAway"}
"""What fires when a server is away."""
_KEPT = "/var/lib/kabar"
_UP_WITHIN, _HEALTHY_WITHIN, _ARRIVED_WITHIN, _FIRES_WITHIN = 300.0, 120.0, 300.0, 240.0


def brought_up(project: Project) -> float:
    project.up()
    return project.healthy(ONE_EACH, _UP_WITHIN)


def scaled(project: Project) -> float:
    project.up("--no-recreate", "--scale", "extractor=3", "--scale", "crawler=2")
    return project.healthy(SCALED, _HEALTHY_WITHIN)


def sample_read(project: Project, newsdesk: Newsdesk) -> int:
    """Of the newsroom: what demo/expected.tsv says."""
    expected = load_expected()
    wanted = sum(page.outcome != "never" for page in expected)
    found: list[str] = ["nothing yet"]
    count = 0

    def read() -> bool:
        nonlocal count
        articles = [one for one in project.export("articles") if not one["site"]["id"].startswith("situs-")]
        letters = project.export("dead")
        count = len(articles) + len(letters)
        if count >= wanted:
            found[:] = differences(expected, Outcome(articles, letters, newsdesk.asked))
        return count >= wanted

    project.until(f"{wanted} articles and dead letters of the newsroom", read, _ARRIVED_WITHIN)
    if found:
        raise Failed("; ".join(found))
    return count


def watched(project: Project) -> int:
    """Prometheus of the profile `monitoring` asks every container, and can work out every rule."""
    project.compose("--profile", "monitoring", "up", "--detach", "--no-deps", "prometheus")
    project.healthy({**SCALED, "prometheus": 1}, _HEALTHY_WITHIN)
    wanted = {service: SCALED[service] for service in watcher.JOBS}
    project.until("Prometheus asks every container", lambda: watcher.answering() == wanted, _HEALTHY_WITHIN)
    project.until("every rule is worked out", lambda: watcher.rules()[0] > 0 and not watcher.rules()[1], _FIRES_WITHIN)
    if fire := watcher.firing():
        raise Failed(f"all is well, and these fire: {', '.join(sorted(fire))}")
    return watcher.rules()[0]


def asked(project: Project, newsdesk: Newsdesk) -> str:
    """The questions of an operator: is all well, what runs, where did a page end."""
    findings = json.loads(project.kabar("doctor", "--json"))["findings"]
    project.kabar("status", "--once")
    traced = json.loads(project.kabar("trace", newsdesk.published[0].url, "--json"))
    if traced["end"] != "in_event":
        raise Failed(f"{traced['url']} ended as {traced['end']}: {traced['why']}")
    levels = [finding["level"] for finding in findings]
    return f"doctor: {levels.count('ok')} ok, {levels.count('warning')} warnings, 0 failures; a story traced to its event"


def killed(project: Project) -> int:
    """One container of each of ours, by SIGKILL."""
    chosen = [project.containers(service)[0] for service in ("crawler", "extractor", "store")]
    for container in chosen:
        project.kill(container)
    project.healthy(SCALED, _HEALTHY_WITHIN)
    return len(chosen)


def taken_away(project: Project, server: str) -> float:
    """Until its alert fires."""
    project.compose("stop", server)
    project.until(f"{ALERTS[server]} fires", lambda: ALERTS[server] in watcher.firing(), _FIRES_WITHIN)
    project.compose("start", server)
    return project.healthy(SCALED, _HEALTHY_WITHIN)


def struck(project: Project, server: str) -> float:
    project.kill(project.containers(server)[0])
    return project.healthy(SCALED, _HEALTHY_WITHIN)


def upgraded(docker: Docker, project: Project, newsdesk: Newsdesk) -> int:
    """A new image; for each old container first a new one, then the old one goes: never fewer than three."""
    project.override(newsdesk.environment(), extractor_label="2")
    project.compose("build", "--quiet", "extractor", timeout=1_800)
    old = project.containers("extractor")
    for number, container in enumerate(old, start=1):
        project.up("--no-deps", "--no-recreate", "--scale", "extractor=4", "extractor")
        project.healthy({**SCALED, "extractor": 4}, _HEALTHY_WITHIN)
        docker("stop", "--time", "35", str(container["ID"]))
        docker("rm", str(container["ID"]))
        project.healthy(SCALED, _HEALTHY_WITHIN)
        if number == len(old):
            _all_new(docker, project)
    return len(old)


def _all_new(docker: Docker, project: Project) -> None:
    template = '{{index .Config.Labels "kabar.version"}}'
    versions = {docker("inspect", "--format", template, str(one["ID"])).strip() for one in project.containers("extractor")}
    if versions != {"2"}:
        raise Failed(f"after the upgrade extractors are of version {sorted(versions)}")


def put_back(project: Project) -> int:
    """The kept pages backed up, lost and put back by the commands of docs/operate.md. Returns kilobytes."""
    article = str(project.export("articles")[0]["id"])
    run = ("run", "--rm", "--no-deps", "-T", "--entrypoint")
    project.compose("stop", "crawler", "store")
    leave = ("--exclude", "index.sqlite*", "--exclude", "*.open")
    project.stream(*run, "tar", "kabar", "--create", "--directory", _KEPT, *leave, "pages", into=project.backup)
    project.compose(*run, "rm", "kabar", "-r", f"{_KEPT}/pages")
    project.stream(*run, "tar", "kabar", "--extract", "--directory", _KEPT, source=project.backup)
    project.kabar("pages", "reindex")
    project.compose("start", "store", "crawler")
    project.healthy(SCALED, _HEALTHY_WITHIN)
    project.kabar("pages", "show", article)
    return project.backup.stat().st_size // 1_000


def all_there(project: Project, newsdesk: Newsdesk) -> int:
    """Waits until nothing is missing, then counts."""
    count, twice = 0, list[str]()

    def read() -> bool:
        nonlocal count
        urls = [article["url"] for article in project.export("articles")]
        lost, twice[:] = lost_and_twice(newsdesk.published, urls)
        count = len(newsdesk.published) - len(lost)
        return not lost

    with suppress(Failed):
        project.until("all stories", read, _ARRIVED_WITHIN)
    if count < len(newsdesk.published) or twice:
        raise Failed(f"LOST {len(newsdesk.published) - count} of {len(newsdesk.published)}, TWICE {len(twice)}")
    return count
