"""Ports on loopback."""

from __future__ import annotations

import asyncio
import random
import socket

# Below the ephemeral range. Linux takes the near end of an outgoing connection from that range: while a server there is down,
# a client's next attempt may take its port, or even connect to itself.
_FIRST, _LAST = 15_000, 32_000


def free_port() -> int:
    """A port nobody listens on now."""
    while True:
        port = random.randint(_FIRST, _LAST)  # noqa: S311 — no secret
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


async def listening(port: int) -> bool:
    """Whether somebody takes connections there now."""
    try:
        _reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True
