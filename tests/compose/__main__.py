"""`make compose-test`: docker-compose.yml from an empty machine to an empty machine, and a table of what was done and counted."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from tests.compose import steps
from tests.compose.engine import CannotRun, Docker, Failed, engine
from tests.compose.images import look_into
from tests.compose.newsdesk import Newsdesk
from tests.compose.project import GATEWAY, NAME, ROOT, Project
from tests.compose.standins import base_images

CACHE = ROOT / ".cache" / "docker"
T = TypeVar("T")


@dataclass
class Table:
    """What was done, what was counted, and how long it took."""

    rows: list[tuple[str, str, float]] = field(default_factory=list)

    def did(self, what: str, work: Callable[[], T], counted: Callable[[T], str]) -> T:
        say(f"{what} …")
        began = time.monotonic()
        done = work()
        self.rows.append((what, counted(done), time.monotonic() - began))
        return done

    def __str__(self) -> str:
        wide, counts = max(len(what) for what, _, _ in self.rows), max(len(counted) for _, counted, _ in self.rows)
        return "\n".join(f"{what:<{wide}}  {counted:<{counts}}  {seconds:6.1f} s" for what, counted, seconds in self.rows)


def say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


def main() -> int:
    table = Table()
    try:
        with engine(CACHE) as docker, TemporaryDirectory(prefix="kabar-compose-") as folder:
            _story(docker, Project(docker, Path(folder)), table)
    except CannotRun as missing:
        say(str(missing))
        return 2
    except Failed as failed:
        say(f"{table}\n\nFAILED: {failed}" if table.rows else f"FAILED: {failed}")
        return 1
    say(f"\n{table}\n\nNothing lost, nothing twice.")
    return 0


def _story(docker: Docker, project: Project, table: Table) -> None:
    project.override({})
    table.did("Base images", lambda: base_images(docker, CACHE, say), _by_kind)
    build = ("--profile", "command", "build", "--quiet")
    table.did("The project's images built", lambda: project.compose(*build, timeout=1_800), lambda _: "crawler, extractor, store, cli")
    table.did("Looked into: no root, no tools", lambda: look_into(docker), lambda sizes: ", ".join(f"{n} {s} MB" for n, s in sizes.items()))
    with _taken_down(project, table):
        project.compose("up", "--no-start")
        newsdesk = Newsdesk(GATEWAY)
        newsdesk.write_sites(project.sites)
        project.override(newsdesk.environment())
        with newsdesk.serving():
            _lived(docker, project, newsdesk, table)


def _lived(docker: Docker, project: Project, newsdesk: Newsdesk, table: Table) -> None:
    did, healthy = table.did, "healthy after {:.0f} s".format
    did("Up", partial(steps.brought_up, project), healthy)
    did("The sample newsroom read", partial(steps.sample_read, project, newsdesk), "{} articles and dead letters, as expected".format)
    with newsdesk.publishing():
        did("Under load: 3 extractors, 2 crawlers", partial(steps.scaled, project), healthy)
        did("Watched by Prometheus", partial(steps.watched, project), "{} rules worked out, none fires".format)
        did("Doctor, status and trace in containers", partial(steps.asked, project, newsdesk), str)
        did("A container of each service killed", partial(steps.killed, project), "{} killed, all back".format)
        for server in ("kafka", "mongo"):
            alert = steps.ALERTS[server]
            did(f"{server} down until {alert} fires, and up", partial(steps.taken_away, project, server), healthy)
            did(f"{server} killed", partial(steps.struck, project, server), healthy)
        did("The extractor upgraded, one by one", partial(steps.upgraded, docker, project, newsdesk), "{} replaced".format)
    did("Kept pages backed up, lost, put back", partial(steps.put_back, project), "{} kB, and an article's page shown".format)
    did("All that was published is there", partial(steps.all_there, project, newsdesk), "{} articles, LOST 0, TWICE 0".format)


def _by_kind(kinds: Mapping[str, str]) -> str:
    """Of images by their names, which are real and which stand in for one."""
    named = {kind: [name.split(":")[0] for name in kinds if kinds[name] == kind] for kind in sorted(set(kinds.values()))}
    return "; ".join(f"{kind}: {', '.join(names)}" for kind, names in named.items())


@contextmanager
def _taken_down(project: Project, table: Table) -> Iterator[None]:
    """Whatever happens."""
    try:
        yield
    except BaseException:
        with suppress(Failed):
            project.down()
        raise
    table.did("Taken down", project.down, lambda left: f"{left} containers, networks and volumes of {NAME} left")


if __name__ == "__main__":
    raise SystemExit(main())
