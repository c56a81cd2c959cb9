"""Log lines for people: read from anywhere, filtered, followed, and harmless whatever they say."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
import tracemalloc
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.logs_files import LONGEST, followed, merged, piped
from cli.logs_read import Line, Reader
from cli.logs_shown import shown
from cli.logs_wanted import Wanted, moment_of
from tests.unit.cli.conftest import Kabar

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
TRACE = b"Traceback (most recent call last):"


def line(second: int = 0, event: str = "page_published", **fields: Any) -> bytes:
    head = {"time": f"2026-11-26T04:00:{second:02}.5Z", "level": "info", "service": "crawler", "event": event}
    return json.dumps({**head, **fields}).encode() + b"\n"


def read(raw: bytes) -> Line:
    return Reader().read(raw)


def plain(raw: bytes) -> str:
    return shown(read(raw)).plain


def test_a_line_is_time_level_service_event_and_the_rest() -> None:
    raw = line(event="not_used", level="warning", url="https://a.example/", detail="not there", status=404, site=None, cut=False)
    assert plain(raw) == (
        '2026-11-26T04:00:00.500Z warning crawler   not_used url=https://a.example/ detail="not there" status=404 site=null cut=False'
    )


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"\x1b[2J\x1b[31mmerah\n", "·[2J·[31mmerah"),
        (b"Traceback:\n", "Traceback:"),
        (b"\ta.b.C(D.java:1)\r\n", "\ta.b.C(D.java:1)"),
        (b'{"t":{"$date":"2026-11-26T04:00:00Z"},"s":"I","msg":"mongo"}\n', '{"t":{"$date":"2026-11-26T04:00:00Z"},"s":"I","msg":"mongo"}'),
        (b'{"time":"never","event":"x"}', '{"time":"never","event":"x"}'),
        (b'{"time":"2026-11-26T04:00:00Z","event":7}', '{"time":"2026-11-26T04:00:00Z","event":7}'),
        (b'{"event":', '{"event":'),
        (b"{" * 2_000, "{" * 2_000),
        (b"\xff\xfe", "��"),
        (b"", ""),
    ],
)
def test_whatever_is_no_line_of_ours_is_shown_as_it_is(raw: bytes, text: str) -> None:
    assert plain(raw) == text


@pytest.mark.parametrize("prefix", [b"crawler-1  | ", b"kabar-crawler-12 | ", b"crawler-1  | 2026-11-26T04:00:01.123456789Z "])
def test_behind_the_prefix_of_compose_is_the_same_line(prefix: bytes) -> None:
    assert plain(prefix + line(site="a.example")) == plain(line(site="a.example"))


def test_a_line_of_compose_that_is_not_ours_is_of_its_service() -> None:
    reader = Reader()
    assert reader.read(b"kafka-1  | [2026] INFO up").service == "kafka"
    reader.read(b"store-1  | " + line(event="ready", service="store"))
    assert (reader.read(b"store-1  | " + TRACE).service, reader.read(b"kafka-1  | x").time) == ("store", None)


def test_a_traceback_on_a_terminal_has_lines_of_its_own() -> None:
    raw = line(event="visit_failed", exception="Traceback\\u000a  x = 1\\u000aValueError")
    assert shown(read(raw), unfold=True).plain.splitlines()[1:] == ["    Traceback", "      x = 1", "    ValueError"]
    assert "\n" not in plain(raw)


VALUES = st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3))
LINES = st.dictionaries(st.text(), VALUES).map(lambda fields: json.dumps({**json.loads(line()), **fields}).encode())


@given(st.one_of(st.binary(), LINES, LINES.map(lambda raw: b"store-1  | " + raw), st.tuples(LINES, st.binary()).map(b"".join)))
def test_no_bytes_make_it_fail_or_move_a_terminal(raw: bytes) -> None:
    one = read(raw)
    for unfold in (False, True):
        text = shown(one, unfold=unfold).plain
        allowed = "\n\t" if unfold else "\t"
        assert [c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") and c not in allowed] == []
    Wanted("cor", "warning", "store", "a", "b", NOW).has(one)


@pytest.mark.parametrize(
    ("wanted", "is_shown"),
    [
        (Wanted(), True),
        (Wanted(correlation="cor_1"), True),
        (Wanted(correlation="cor_2"), False),
        (Wanted(level="warning"), True),
        (Wanted(level="error"), False),
        (Wanted(service="crawler"), True),
        (Wanted(service="store"), False),
        (Wanted(site="a.example"), True),
        (Wanted(site="a"), False),
        (Wanted(url="a.example/berita"), True),
        (Wanted(url="b.example"), False),
        (Wanted(since=datetime(2026, 11, 26, 4, 0, 7, tzinfo=UTC)), True),
        (Wanted(since=datetime(2026, 11, 26, 4, 0, 8, tzinfo=UTC)), False),
    ],
)
def test_what_is_wanted(wanted: Wanted, is_shown: bool) -> None:
    raw = line(7, level="warning", correlation_id="cor_1", site="a.example", url="https://a.example/berita/1")
    assert wanted.has(read(raw)) is is_shown


@pytest.mark.parametrize(
    ("wanted", "is_shown"),
    [
        (Wanted(), True),
        (Wanted(level="error"), True),
        (Wanted(service="crawler"), True),
        (Wanted(service="store"), False),
        (Wanted(since=datetime(2026, 11, 26, 4, tzinfo=UTC)), True),
        (Wanted(since=datetime(2026, 11, 26, 5, tzinfo=UTC)), False),
        (Wanted(site="a.example"), False),
    ],
)
def test_a_traceback_is_as_wanted_as_what_came_before_it(wanted: Wanted, is_shown: bool) -> None:
    reader = Reader()
    reader.read(line(7))
    assert wanted.has(reader.read(TRACE)) is is_shown


def test_of_an_unknown_level_is_the_worst() -> None:
    assert Wanted(level="error").has(read(line(level="fatal")))
    assert Wanted(level="error").has(read(line(level=None)))


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("90s", datetime(2026, 11, 26, 11, 58, 30, tzinfo=UTC)),
        ("30m", datetime(2026, 11, 26, 11, 30, tzinfo=UTC)),
        ("2h", datetime(2026, 11, 26, 10, tzinfo=UTC)),
        ("7d", datetime(2026, 11, 19, 12, tzinfo=UTC)),
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-11-26T11:00:00+07:00", datetime(2026, 11, 26, 4, tzinfo=UTC)),
    ],
)
def test_since_when(written: str, moment: datetime) -> None:
    assert moment_of(written, NOW) == moment


def test_files_are_merged_by_time_and_what_is_no_line_stays_where_it_stands(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_bytes(line(1) + TRACE + b"\n" + line(4, "ready")[:-1])
    two.write_bytes(line(2) + line(3))
    assert [found.text[:9] if found.fields is None else found.moment.second for found in merged([one, two])] == [1, "Traceback", 2, 3, 4]


def test_a_line_too_long_is_cut_and_the_next_one_is_whole() -> None:
    found = list(piped(io.BytesIO(b"x" * (3 * LONGEST + 5) + b"\n" + line(1))))
    assert [len(found[0].text), found[1].moment.second] == [LONGEST, 1]


class Steps:
    """Sleeps by doing one thing after another to the files; then somebody presses Ctrl-C."""

    def __init__(self, *steps: Callable[[], object]) -> None:
        self._steps = list(steps)

    def __call__(self, _seconds: float) -> None:
        if not self._steps:
            raise KeyboardInterrupt
        self._steps.pop(0)()


def append(path: Path, raw: bytes) -> Callable[[], object]:
    def do() -> None:
        with path.open("ab") as file:
            file.write(raw)

    return do


def test_what_is_added_is_followed_through_a_new_file_and_a_new_service(tmp_path: Path) -> None:
    crawler, store, old = tmp_path / "crawler.jsonl", tmp_path / "store.jsonl", tmp_path / "crawler.old.jsonl"
    old.write_bytes(line(0))
    crawler.write_bytes(line(1))
    steps = Steps(
        append(crawler, line(2)[:20]),
        append(crawler, line(2)[20:] + line(3)),
        append(store, line(4)),
        lambda: crawler.replace(old),
        append(crawler, line(5)),
        lambda: crawler.write_bytes(b""),
        append(crawler, line(6)),
    )
    seconds = []
    with pytest.raises(KeyboardInterrupt):
        for found in followed([old], lambda: [path for path in (crawler, store) if path.exists()], steps):
            seconds.append(found.moment.second)  # noqa: PERF401 — it ends by an interrupt
    assert seconds == [0, 1, 2, 3, 4, 5, 6]


def test_the_logs_of_the_stack(kabar: Kabar, tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "store.jsonl").write_bytes(line(2, "ready", service="store"))
    (tmp_path / "logs" / "crawler.jsonl").write_bytes(line(1, "ready") + line(3, "stopping"))
    (tmp_path / "logs" / "kafka.log").write_bytes(b"no line of ours\n")
    code, out, err = kabar("logs", "--data-dir", str(tmp_path))
    assert (code, err) == (0, "")
    assert [row.split()[2:] for row in out.splitlines()] == [["crawler", "ready"], ["store", "ready"], ["crawler", "stopping"]]


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("--level", "loud"), 2, "'loud' is not one of debug, info, warning, error."),
        (("--since", "yesterday"), 2, "'yesterday' is no time: "),
        (("--since", "999999d"), 2, "'999999d' is no time: "),
        (("no-such-file",), 1, "no-such-file: No such file or directory."),
        (("--data-dir", "no-such-folder"), 1, "There are no logs in no-such-folder/logs: "),
    ],
)
def test_a_wrong_call_is_one_sentence(kabar: Kabar, words: tuple[str, ...], code: int, sentence: str) -> None:
    got, out, err = kabar("logs", *words)
    assert (got, out) == (code, "")
    assert err.startswith(sentence)
    assert err.count("\n") == 1


def run(command: str, **given: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, timeout=60, check=False, **given)


def test_a_pipe_is_read_and_nobody_minds_a_reader_who_leaves() -> None:
    many = b"".join(b"crawler-1  | " + line(number % 60) for number in range(5_000))
    ended = run(f"{sys.executable} -m cli.app logs | head -2; exit ${{PIPESTATUS[0]}}", input=many)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert ended.stdout.count(b"page_published") == 2


def test_ctrl_c_is_quiet(tmp_path: Path) -> None:
    path = tmp_path / "crawler.jsonl"
    path.write_bytes(line(1))
    command = [sys.executable, "-m", "cli.app", "logs", "--follow", str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        assert b"page_published" in child.stdout.readline()
        append(path, line(2))()
        assert b"04:00:02" in child.stdout.readline()
        child.send_signal(signal.SIGINT)
        assert (child.wait(), child.stdout.read(), child.stderr.read()) == (130, b"", b"")


def test_a_big_file_takes_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "crawler.jsonl"
    with path.open("wb") as file:
        for _ in range(20):
            file.write(b"x" * 1_000_000 + b"\n" + line(1))
    tracemalloc.start()
    try:
        assert sum(1 for _ in merged([path, path])) == 80
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()
