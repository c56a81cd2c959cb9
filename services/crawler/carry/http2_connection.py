"""One HTTP/2 connection, one exchange at a time. It is used again only after an answer that came whole; otherwise it is closed."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass, field

from h2.errors import ErrorCodes
from h2.events import ConnectionTerminated, DataReceived, Event, ResponseReceived, StreamEnded, StreamReset
from h2.exceptions import H2Error, InvalidBodyLengthError, ProtocolError
from hyperframe.exceptions import HyperframeError

from services.crawler.carry.answer import Carried, has_page
from services.crawler.carry.http2_frames import Frames, read_head
from shared.outcomes import Retry

_SLICE = 16 * 1024  # bytes given to h2 at once: between two of them an answer may be over
_MOST_STREAMS = 100  # requests on one connection; nginx says goodbye after a thousand
_NO_BODY = frozenset({204, 304})  # answers whose content-length is of a body that is not sent

Fields = list[tuple[str, str]]


class Unanswered(Retry):
    """Nothing of an answer came, or the server says it did not look at the request: it may be asked again elsewhere."""


class WantsHttp1(Retry):
    """The server wants to be asked by HTTP/1.1."""


@dataclass
class _Reading:
    """The answer as far as it has come."""

    stream: int
    max_bytes: int
    answer: asyncio.Future[Carried]
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytearray = field(default_factory=bytearray)
    whole: bool = False

    def add(self, data: bytes) -> None:
        self.raw += data
        if len(self.raw) > self.max_bytes:
            del self.raw[self.max_bytes + 1 :]
            self._finish()

    def end(self) -> None:
        if not self.raw and self.status not in _NO_BODY and self.headers.get("content-length", "0").strip("0"):
            return self.fail(Retry("short_body", detail="no body at all"))  # h2 counts the bytes of DATA only where there is any
        self.whole = True
        return self._finish()

    def _finish(self) -> None:
        if not self.status:
            return self.fail(Retry("bad_response", detail="a body without a head"))
        return self.answer.set_result(Carried(self.status, self.headers, bytes(self.raw)))

    def fail(self, error: Exception) -> None:
        if self.answer.done():
            return
        if self.status and not has_page(self.status):
            self.answer.set_result(Carried(self.status, self.headers, b""))  # the status has said it all
        else:
            self.answer.set_exception(error)


class Http2Connection(asyncio.Protocol):
    """Made by `create_connection` over TLS. Everything that arrives is dealt with at once: nothing is kept but the body."""

    def __init__(self) -> None:
        self._h2 = Frames()
        self._transport: asyncio.Transport | None = None
        self._reading: _Reading | None = None
        self._asked, self._leaving = 0, False

    @property
    def speaks_h2(self) -> bool:
        """Did the server choose it, when asked by ALPN."""
        tls = self._transport.get_extra_info("ssl_object") if self._transport is not None else None
        return tls is not None and tls.selected_alpn_protocol() == "h2"

    @property
    def usable(self) -> bool:
        """May one more request be made here."""
        return self._transport is not None and not (self._leaving or self._transport.is_closing()) and self._asked < _MOST_STREAMS

    async def ask(self, fields: Fields, max_bytes: int) -> Carried:
        """The answer to one request, its body up to one byte over the cap.

        Raises `Retry`: `connection_lost` (`Unanswered` if nothing came), `short_body`, `bad_response`, `WantsHttp1`; `ssl.SSLError`.
        """
        if not self.usable:
            raise Unanswered("connection_lost", detail="closed before anything was asked")
        self._asked += 1
        reading = self._reading = self._send(fields, max_bytes)
        try:
            return await reading.answer
        finally:
            self._reading = None
            self._h2.expect_nothing()
            if not reading.whole:
                self.close()

    def _send(self, fields: Fields, max_bytes: int) -> _Reading:
        try:
            stream = self._h2.get_next_available_stream_id()
            self._h2.send_headers(stream, fields, end_stream=True)
        except ProtocolError as error:  # the server allows no stream at all
            self.close()
            raise Unanswered("connection_lost", detail=str(error)[:300]) from error
        self._h2.expect(max_bytes)
        self._flush()
        return _Reading(stream, max_bytes, asyncio.get_running_loop().create_future())

    def close(self) -> None:
        """At once: a server that does not answer our goodbye is not waited for."""
        if self._transport is not None and not self._transport.is_closing():
            if self.speaks_h2:
                self._h2.close_connection()
                self._flush()
            self._transport.abort()

    def _flush(self) -> None:
        if self._transport is not None and (data := self._h2.data_to_send()):
            self._transport.write(data)

    # --- what asyncio tells us ---

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        if self.speaks_h2:
            self._h2.begin()
            self._flush()

    def data_received(self, data: bytes) -> None:
        for start in range(0, len(data), _SLICE):
            if self._over():
                break
            try:
                self._take(data[start : start + _SLICE])
            except (H2Error, HyperframeError, Retry, LookupError, ValueError) as error:
                self._fail(_named(error))

    def connection_lost(self, exc: Exception | None) -> None:
        if isinstance(exc, ssl.SSLError):
            return self._fail(exc)
        if self._reading is not None and self._reading.status:
            return self._fail(Retry("short_body", detail="the connection ends early"))
        return self._fail(Unanswered("connection_lost", detail=str(exc or "closed by the server")[:300]))

    # --- what that means ---

    def _over(self) -> bool:
        """Is what still comes of no use. Behind a whole answer it is of use: the connection is kept, and has to understand it."""
        given_up = self._reading is not None and self._reading.answer.done() and not self._reading.whole
        return given_up or self._transport is None or self._transport.is_closing()

    def _take(self, data: bytes) -> None:
        for event in self._h2.receive_data(data):
            if isinstance(event, ConnectionTerminated):
                self._goodbye(event)
            elif (
                self._reading is not None and not self._reading.answer.done() and getattr(event, "stream_id", None) == self._reading.stream
            ):
                self._read(self._reading, event)
        self._flush()

    def _read(self, reading: _Reading, event: Event) -> None:
        if isinstance(event, ResponseReceived):
            reading.status, reading.headers = read_head(event.headers)
        elif isinstance(event, DataReceived):
            self._h2.acknowledge_received_data(event.flow_controlled_length, reading.stream)
            reading.add(event.data)
        elif isinstance(event, StreamEnded):
            reading.end()
        elif isinstance(event, StreamReset):
            reading.fail(_told(event.error_code, unread=event.error_code == ErrorCodes.REFUSED_STREAM))

    def _goodbye(self, event: ConnectionTerminated) -> None:
        """A server may take leave and still answer what it was asked before."""
        self._leaving = True
        reading, error_code = self._reading, event.error_code or ErrorCodes.NO_ERROR
        if reading is None:
            self.close()
        elif error_code != ErrorCodes.NO_ERROR or (event.last_stream_id or 0) < reading.stream:
            reading.fail(_told(error_code, unread=(event.last_stream_id or 0) < reading.stream))

    def _fail(self, error: Exception) -> None:
        if self._reading is not None:
            self._reading.fail(error)
        self._flush()
        self.close()


def _told(error_code: ErrorCodes | int | None, *, unread: bool) -> Retry:
    """What a server means that resets a stream or says goodbye."""
    if error_code == ErrorCodes.HTTP_1_1_REQUIRED:
        return WantsHttp1("bad_response", detail="HTTP_1_1_REQUIRED")
    return (Unanswered if unread else Retry)("connection_lost", detail=f"HTTP/2 error {error_code!r}")


def _named(error: Exception) -> Retry:
    """What h2, or our reading of the head, has to say against an answer."""
    if isinstance(error, Retry):
        return error
    short = isinstance(error, InvalidBodyLengthError) and error.actual_length < error.expected_length
    return Retry("short_body" if short else "bad_response", detail=f"{type(error).__name__}: {error}"[:300])
