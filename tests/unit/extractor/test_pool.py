"""Real workers, real limits, real signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from services.extractor.pool import Pool, open_pool
from shared.envelope import pack_body
from shared.messages import PageFetched, PageSite
from shared.outcomes import Outage, Reject
from tests.unit.extractor.conftest import FETCHED

PROJECT = Path(__file__).resolve().parents[3]
PARAGRAPH = b"<p>Bawaslu Kudus menggelar rapat koordinasi di Hotel Gripta Kudus, Selasa (5/11/2024), bersama panwascam.</p>"
GOOD = b"<html><body><article><h1>Rakor</h1>" + PARAGRAPH * 3 + b"</article></body></html>"
# A million attributes keep the parser busy for more than a minute.
SLOW = b"<html><body><p " + b" ".join(b"a%d=1" % n for n in range(1_000_000)) + b">x</p>" + PARAGRAPH * 5
HEAVY = b"<html><body>" + b"<p>kata</p>" * 1_500_000


def request_for(html: bytes, number: int = 0) -> bytes:
    url = f"https://kabar.example/{number}"
    site = PageSite(id="kabar.example", name="Kabar")
    page = PageFetched(
        page_id="pag_1", site=site, url=url, final_url=url, status=200, fetched_at=FETCHED, raw_digest="sha256:0", body_zstd=pack_body(html)
    )
    return page.model_dump_json().encode()


@pytest.fixture
def killed() -> list[str]:
    return []


@pytest.fixture
def pool(killed: list[str]) -> Iterator[Pool]:
    with open_pool(1, 1.0, 256, killed.append) as pool:
        yield pool


def is_alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_for(done: Callable[[], bool]) -> None:
    """Until it is so; the suite's own time-out is the limit."""
    tick = threading.Event()
    while not done():
        tick.wait(0.02)


def rejection(pool: Pool, html: bytes) -> str:
    with pytest.raises(Reject) as refused:
        pool.read(request_for(html))
    return refused.value.reason


def test_an_article_and_a_reason(pool: Pool, killed: list[str]) -> None:
    assert pool.read(request_for(GOOD)).title == "Rakor"
    assert rejection(pool, b"%PDF-1.4") == "binary_page"
    assert killed == []


def test_past_its_time_a_page_is_given_up_and_the_next_is_read(pool: Pool, killed: list[str]) -> None:
    (before,) = pool.pids()
    assert rejection(pool, SLOW) == "extraction_timeout"
    assert killed == ["extraction_timeout"]
    assert not is_alive(before)
    assert pool.read(request_for(GOOD)).title == "Rakor"


def test_past_its_memory_a_page_is_given_up_and_the_next_is_read(killed: list[str]) -> None:
    with open_pool(1, 30.0, 256, killed.append) as pool:
        assert rejection(pool, HEAVY) == "page_too_heavy"
        assert killed == ["page_too_heavy"]
        assert pool.read(request_for(GOOD)).title == "Rakor"


SHAPES = {
    "a million attributes": SLOW,
    "50,000 paragraphs": b"<html><body><article>" + PARAGRAPH * 50_000,
    "17 MB of text": b"<html><body><p>" + b"kata demi kata. " * 1_100_000,
    "100,000 levels": b"<html><body>" + b"<div>" * 100_000 + PARAGRAPH * 3,
    "3,000 tables": b"<html><body>" + b"<table><tr><td>" * 3_000 + PARAGRAPH * 3,
    "300,000 links": b"<html><body>" + b"<a href=x>Baca</a> " * 300_000 + PARAGRAPH * 3,
    "30,000 tags": b"<html><body>" + b"<p>Tag</p>" * 30_000 + PARAGRAPH * 3,
    "a paragraph of announcements": b"<html><body><p>" + b"Baca juga: " * 300_000 + PARAGRAPH * 3,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_page_of_any_shape_ends_and_the_next_is_read(shape: str, killed: list[str]) -> None:
    with open_pool(1, 3.0, 512, killed.append) as pool:
        try:
            assert "Bawaslu Kudus" in pool.read(request_for(SHAPES[shape])).body
        except Reject as refused:
            assert refused.reason in {"extraction_timeout", "page_too_heavy"}
            assert killed == [refused.reason]
        assert pool.read(request_for(GOOD)).title == "Rakor"


def test_a_worker_killed_while_idle_costs_nothing(pool: Pool, killed: list[str]) -> None:
    pool.read(request_for(GOOD))
    (pid,) = pool.pids()
    os.kill(pid, signal.SIGKILL)
    assert pool.read(request_for(GOOD)).title == "Rakor"
    assert killed == ["worker_died"]


def test_a_worker_killed_over_a_page_lets_another_read_it(killed: list[str]) -> None:
    with open_pool(1, 60.0, 256, killed.append) as pool, ThreadPoolExecutor(1) as thread:
        pool.read(request_for(GOOD))
        (pid,) = pool.pids()
        reading = thread.submit(pool.read, request_for(b"<html><body>" + PARAGRAPH * 1000))
        wait_for(lambda: "State:\tR" in Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
        os.kill(pid, signal.SIGKILL)
        assert reading.result().body.startswith("Bawaslu Kudus")
        assert killed == ["worker_died"]


def test_a_page_that_kills_two_workers_is_rejected(killed: list[str]) -> None:
    with open_pool(1, 60.0, 256, killed.append) as pool, ThreadPoolExecutor(1) as thread:
        reading = thread.submit(pool.read, request_for(SLOW))
        for number in (1, 2):
            # A worker that dies before it has the page says nothing about the page.
            wait_for(lambda: not pool._workers[0].fresh)
            os.kill(pool.pids()[0], signal.SIGKILL)
            wait_for(lambda number=number: len(killed) == number)  # type: ignore[misc]
        with pytest.raises(Reject) as refused:
            reading.result()
    assert refused.value.reason == "extraction_crashed"


def test_many_threads_share_the_workers(killed: list[str]) -> None:
    with open_pool(2, 20.0, 256, killed.append) as pool, ThreadPoolExecutor(4) as threads:
        articles = list(threads.map(pool.read, [request_for(GOOD, number) for number in range(12)]))
        assert [article.url[-2:].strip("/") for article in articles] == [str(number) for number in range(12)]
    assert killed == []


def test_closing_leaves_no_process() -> None:
    with open_pool(2, 1.0, 256, print) as pool:
        pids = pool.pids()
    assert [pid for pid in pids if is_alive(pid)] == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
@pytest.mark.parametrize("busy", [False, True])
def test_workers_die_with_a_parent_that_is_killed(busy: bool, tmp_path: Path) -> None:
    page = tmp_path / "request"
    page.write_bytes(request_for(SLOW))
    script = (
        "import sys, threading; from pathlib import Path; from services.extractor.pool import open_pool\n"
        "with open_pool(1, 100.0, 256, print) as pool:\n"
        "    print(pool.pids()[0], flush=True)\n"
        f"    {'pool.read(Path(sys.argv[1]).read_bytes())' if busy else 'threading.Event().wait()'}\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script, str(page)], stdout=subprocess.PIPE, text=True, cwd=PROJECT)
    assert parent.stdout is not None
    with parent, parent.stdout:
        worker = int(parent.stdout.readline())
        parent.kill()
    wait_for(lambda: not is_alive(worker))


def test_a_pool_that_cannot_start_a_worker_blames_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with open_pool(1, 5.0, 512, lambda _reason: None) as pool, pytest.raises(Outage, match="no_worker"):
        pool.read(b"{}")
