"""`kabar extract` as a person or a pipe calls it: a real process each time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.unit.extractor.test_pool import GOOD, PARAGRAPH, wait_for

PROJECT = Path(__file__).resolve().parents[3]
COMMAND = [sys.executable, "-c", "import typer; from cli.extract import extract; typer.run(extract)"]
AT = "2024-11-07T03:00:00Z"


def run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*COMMAND, *arguments], input=stdin, capture_output=True, cwd=PROJECT, timeout=120, check=False)


def record(name: object, html: bytes = GOOD) -> bytes:
    return json.dumps({"id": name, "url": f"https://kabar.example/{name}", "html": html.decode(), "fetched_at": AT}).encode()


def test_a_file_and_standard_input_give_the_same_article(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(GOOD)
    told = ("--url", "https://kabar.example/a", "--fetched-at", AT)
    by_file, by_pipe = run(str(page), *told), run("-", *told, stdin=GOOD)
    assert (by_file.returncode, by_file.stderr, by_file.stdout) == (0, b"", by_pipe.stdout)
    article = json.loads(by_file.stdout)
    assert (article["url"], article["fetched_at"], article["summary"]) == ("https://kabar.example/a", AT, None)


def test_errors_are_one_sentence_with_their_code(tmp_path: Path) -> None:
    for arguments, code, said in (
        (["-"], 1, b"Rejected: binary_page"),
        (["--url", "ftp://x", "-"], 2, b"--url is no web address"),
        (["--fetched-at", "kemarin", "-"], 2, b"--fetched-at is an instant"),
        ([str(tmp_path / "none.html")], 2, b"none.html cannot be read"),
        (["http://127.0.0.1:9/"], 1, b"private_address"),
    ):
        done = run(*arguments, stdin=b"%PDF-1.4")
        assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (code, b"", 1)
        assert said in done.stderr


def test_records_are_answered_in_order_bad_lines_too() -> None:
    lines = [record("a"), b"nonsense", b"", b'{"id": 7}', b"[1]", record("b", b"%PDF-1.4"), record(3)]
    done = run("--jsonl", stdin=b"\n".join(lines))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (0, b"")
    assert [(answer["id"], answer.get("rejected", {}).get("reason")) for answer in answers] == [
        ("a", None), (None, "invalid_record"), (7, "invalid_record"), (None, "invalid_record"), ("b", "binary_page"), (3, None),
    ]  # fmt: skip
    assert answers[0]["article"]["title"] == "Rakor"


def test_a_worker_killed_in_the_middle_loses_no_record(tmp_path: Path) -> None:
    long = b"<html><body>" + PARAGRAPH * 60 + b"</body></html>"
    records = tmp_path / "records.jsonl"
    records.write_bytes(b"\n".join(record(number, long) for number in range(40)))
    with subprocess.Popen([*COMMAND, "--jsonl", str(records)], stdout=subprocess.PIPE, cwd=PROJECT) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        os.kill(workers_of(process.pid)[0], signal.SIGKILL)
        answers = [json.loads(line) for line in [first, *process.stdout]]
    assert process.returncode == 0
    assert [answer["id"] for answer in answers] == list(range(40))
    assert all("article" in answer for answer in answers)


def workers_of(parent: int) -> list[int]:
    def children() -> list[int]:
        return [int(pid) for task in Path(f"/proc/{parent}/task").iterdir() for pid in (task / "children").read_text().split()]

    wait_for(lambda: bool(children()))
    return children()
