from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from cli.crawl import said
from deploy.local.failures import StackFailure
from deploy.local.ports import free_port
from deploy.local.reach import reach_running
from services.crawler.backfill import BackfillProgress, backfill_progress
from tests.unit.cli.conftest import Kabar

ROOT = Path(__file__).resolve().parents[3]
SITE = '[[site]]\nid = "situs.example"\nname = "Situs"\nhome = "https://situs.example/"\n'


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "Name either a URL or --site."),
        (("https://situs.example/x", "--site", "situs.example"), "Name either a URL or --site."),
        (("--site", "situs.example", "--until", "2023-12-31"), "--until is the end of what --since begins: give both."),
        (("https://situs.example/x", "--since", "2023-01-01"), "--since is for a whole site: name it with --site."),
        (("--site", "situs.example", "--since", "2023-01-02", "--until", "2023-01-01"), "--until is before --since."),
        (("--site", "situs.example", "--since", "kemarin"), "'kemarin' does not match the formats '%Y-%m-%d'."),
        (("ftp://situs.example/x",), "ftp://situs.example/x is no web address."),
        (("--site", "lain.example"), "There is no site lain.example in the site files."),
        (("https://lain.example/x",), "There is no site of https://lain.example/x in the site files."),
        (("--site", "situs.example", "--sites", "nowhere.toml"), "nowhere.toml cannot be read"),
    ],
)
def test_a_wrong_call_is_one_sentence_and_code_2(kabar: Kabar, tmp_path: Path, words: tuple[str, ...], sentence: str) -> None:
    (tmp_path / "sites.toml").write_text(SITE, encoding="utf-8")
    given = () if "--sites" in words else ("--sites", str(tmp_path / "sites.toml"))
    code, out, err = kabar("crawl", *words, *given, "--data-dir", str(tmp_path))
    assert (code, out) == (2, "")
    assert sentence in err
    assert err.count("\n") == 1


def test_where_nothing_runs(kabar: Kabar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KABAR_KAFKA_SERVERS", raising=False)
    monkeypatch.setenv("KABAR_SITES", str(tmp_path / "sites.toml"))
    (tmp_path / "sites.toml").write_text(SITE, encoding="utf-8")
    code, out, err = kabar("crawl", "--site", "situs.example", "--since", "2023-01-01", "--data-dir", str(tmp_path))
    assert (code, out) == (1, "")
    assert err.startswith(f"Kabar is not running in {tmp_path}: run `kabar up` first")
    assert err.count("\n") == 1


def test_a_kafka_that_is_away_is_said(tmp_path: Path) -> None:
    (tmp_path / "sites.toml").write_text(SITE, encoding="utf-8")
    servers = {"KABAR_KAFKA_SERVERS": f"127.0.0.1:{free_port()}", "KABAR_MONGO_URI": "mongodb://127.0.0.1:1"}
    command = [sys.executable, "-m", "cli.app", "crawl", "--site", "situs.example", "--sites", str(tmp_path / "sites.toml")]
    run = subprocess.run(command, cwd=ROOT, env=os.environ | servers, capture_output=True, text=True, check=False, timeout=60)
    assert (run.returncode, run.stdout) == (4, "")
    assert run.stderr.startswith("Kafka cannot be reached: ")
    assert run.stderr.count("\n") == 1


def test_servers_named_in_the_environment_are_enough(tmp_path: Path) -> None:
    both = {"KABAR_KAFKA_SERVERS": "kafka:9092", "KABAR_MONGO_URI": "mongodb://mongo"}
    reached = reach_running(tmp_path, both)
    assert (reached.kafka, reached.mongo) == ("kafka:9092", "mongodb://mongo")
    for name in both:
        with pytest.raises(StackFailure):
            reach_running(tmp_path, {name: both[name]})


def test_how_far_it_is_in_one_line() -> None:
    since = date(2023, 1, 1)
    assert said(BackfillProgress(), since) == "Waiting for the crawler …"
    progress = BackfillProgress(known=True, archives_read=12, archives_left=3, articles_found=120, articles_published=100)
    assert said(progress, since) == "archives 12 pages read, 3 to read · articles 120 found, 100 published"
    progress.oldest = datetime(2023, 4, 1, tzinfo=UTC)
    assert said(progress, since).endswith(" · back to 2023-04-01")
    progress.oldest = datetime(2022, 12, 30, tzinfo=UTC)
    assert said(progress, since).endswith(" · back to 2023-01-01")


def test_what_the_counts_say() -> None:
    def group(
        kind: str, state: str, urls: int, *, waits: bool, reason: str | None = None, oldest: datetime | None = None
    ) -> dict[str, object]:
        return {"kind": kind, "state": state, "urls": urls, "waits": waits, "reason": reason, "oldest": oldest}

    april, may = datetime(2023, 4, 1, tzinfo=UTC), datetime(2023, 5, 1, tzinfo=UTC)
    progress = backfill_progress(
        [
            group("archive", "read", 7, waits=False, oldest=may),
            group("archive", "read", 1, waits=False, oldest=april),
            group("archive", "found", 2, waits=True, oldest=datetime(2000, 1, 1, tzinfo=UTC)),
            group("archive", "refused", 1, waits=False, reason="http_404"),
            group("article", "found", 4, waits=True),
            group("article", "failed", 1, waits=True, reason="http_5xx"),
            group("article", "failed", 1, waits=False, reason="http_5xx"),
            group("article", "published", 50, waits=False),
            group("article", "published", 8, waits=True),  # to be looked at again some day, for changes
            group("article", "gone", 1, waits=True, reason="http_410"),  # published, and removed since
        ]
    )
    assert progress == BackfillProgress(
        known=True, archives_read=8, archives_left=2, articles_found=65, articles_published=59, articles_left=5, oldest=april,
        archives_refused=Counter({"http_404": 1}), articles_refused=Counter({"http_5xx": 1}),
    )  # fmt: skip
    assert not progress.done
    assert not BackfillProgress().done
    assert BackfillProgress(known=True).done
