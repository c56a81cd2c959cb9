"""The rules of HTTP/2 as the h2 library keeps them, with bounds of our own: frames counted, a server's goodbye heard out. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from h2.config import H2Configuration
from h2.connection import ConnectionInputs, ConnectionState, H2Connection, H2ConnectionStateMachine
from h2.events import Event
from h2.exceptions import DenialOfServiceError, FrameTooLargeError
from h2.settings import SettingCodes, Settings

from services.crawler.carry.answer import LONGEST_READ
from shared.outcomes import Retry

_WINDOW = 1024 * 1024  # bytes the server may send ahead of what we took; the 64 kB one begins with are slow over an ocean
_MOST_HEADERS = 64 * 1024  # bytes of one answer's header list, unpacked
_LEAST_FRAMES, _BYTES_A_FRAME = 5_000, 256
_FRAME_HEAD = 9  # bytes, of which three are the length of the rest
_IDLE_FRAMES = 100  # between two exchanges: a ping, settings, a goodbye

# Header names are lower-case tokens; values hold neither NUL nor a line's end. h2 can look at them too, but refuses a space at a
# value's end and `connection: keep-alive`, with which whole sites would be lost for nothing.
_NAME = re.compile(rb"[!#$%&'*+\-.^_`|~0-9a-z]+")
_NO_VALUE = re.compile(rb"[\0\r\n]")


class _Goodbyes(H2ConnectionStateMachine):
    """nginx says GOAWAY before it answers the last request it takes; for h2 everything behind a GOAWAY is an error."""

    _transitions = {  # noqa: RUF012
        **H2ConnectionStateMachine._transitions,
        (ConnectionState.CLIENT_OPEN, ConnectionInputs.RECV_GOAWAY): (None, ConnectionState.CLIENT_OPEN),
    }


class Frames(H2Connection):
    """A client's side of one connection. Pings, settings and empty frames are small and endless: so all are counted."""

    def __init__(self) -> None:
        super().__init__(H2Configuration(client_side=True, header_encoding=None, validate_inbound_headers=False))
        self.state_machine = _Goodbyes()
        self.local_settings = Settings(
            client=True,
            initial_values={
                SettingCodes.ENABLE_PUSH: 0,
                SettingCodes.INITIAL_WINDOW_SIZE: _WINDOW,
                SettingCodes.MAX_HEADER_LIST_SIZE: _MOST_HEADERS,
            },
        )
        self._left = _IDLE_FRAMES

    def begin(self) -> None:
        """What a connection starts with."""
        self.initiate_connection()
        self.increment_flow_control_window(_WINDOW - self.inbound_flow_control_window)

    def expect(self, max_bytes: int) -> None:
        """From here on frames for an answer of so many bytes may come."""
        self._left = _LEAST_FRAMES + max_bytes // _BYTES_A_FRAME

    def expect_nothing(self) -> None:
        """From here on only what servers say between two requests may come."""
        self._left = _IDLE_FRAMES

    def receive_data(self, data: Any) -> list[Event]:
        """h2 waits for the end of a frame before it looks at its length, which may be 16 MB."""
        events = super().receive_data(data)
        begun = self.incoming_buffer._data
        if len(begun) >= _FRAME_HEAD and int.from_bytes(begun[:3], "big") > self.max_inbound_frame_size:
            raise FrameTooLargeError("a frame longer than was agreed")
        return events

    def _receive_frame(self, frame: Any) -> list[Event]:
        self._left -= 1
        if self._left < 0:
            raise DenialOfServiceError("too many frames")
        return super()._receive_frame(frame)


def read_head(fields: Iterable[tuple[bytes, bytes]]) -> tuple[int, dict[str, str]]:
    """Status and headers. Raises `Retry("bad_response")` for what HTTP/1.1 could not have carried."""
    fields = [(bytes(name), bytes(value)) for name, value in fields]
    status = [value for name, value in fields if name == b":status"]
    plain = [(name, value.strip(b" \t")) for name, value in fields if not name.startswith(b":")]
    if len(status) != 1 or len(plain) + 1 != len(fields) or not re.fullmatch(rb"[2-5][0-9]{2}", status[0]):
        raise Retry("bad_response", detail=f"status {status!r}"[:300])
    for name, value in plain:
        if not _NAME.fullmatch(name) or _NO_VALUE.search(value) or len(value) > LONGEST_READ:
            raise Retry("bad_response", detail=f"header {name!r}"[:300])
    return int(status[0]), _joined(plain)


def _joined(fields: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """A name that comes several times has its values behind one another, as HTTP/1.1 has it."""
    headers: dict[str, str] = {}
    for name, value in fields:
        key, text = name.decode("ascii"), _text(value)
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
