"""Where sockets may connect, and when their other end may speak.

Addresses are checked on the very one a socket is made for, so a name that resolves to something else the second time, a number
written in octal or a redirect into our own network gains nothing.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler

_PORTS = frozenset({80, 443, 8080, 8443})
"""Ports news sites are served on; anything else is somebody's internal service."""

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Refused beside what the standard library knows to be private, reserved or local: it changes its mind between versions.
_REFUSED = tuple(
    ipaddress.ip_network(net)
    for net in (
        "0.0.0.0/8",  # this network
        "100.64.0.0/10",  # carrier-grade NAT
        "192.0.0.0/24",  # protocol assignments
        "192.88.99.0/24",  # 6to4 relays
        "198.18.0.0/15",  # benchmarks
        "240.0.0.0/4",  # reserved, broadcast
        "100::/64",  # discard
        "2001::/23",  # protocol assignments, Teredo, ORCHID
        "2001:db8::/32",  # documentation
        "3fff::/20",  # documentation
        "5f00::/16",  # segment routing
        "64:ff9b:1::/48",  # NAT64 of a local network
        "fec0::/10",  # site-local, of old
    )
)
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
"""All that is given out of IPv6. The standard library takes the unassigned rest for public."""

_MOST_ADDRESSES = 16  # of one name

# An IPv4 address inside an IPv6 one: how many bits stand behind it.
_EMBEDDED = (
    (ipaddress.IPv6Network("::/96"), 0),  # IPv4-compatible, of old
    (ipaddress.IPv6Network("::ffff:0:0/96"), 0),  # mapped
    (ipaddress.IPv6Network("::ffff:0:0:0/96"), 0),  # translated
    (ipaddress.IPv6Network("64:ff9b::/96"), 0),  # NAT64
    (ipaddress.IPv6Network("2002::/16"), 80),  # 6to4
)


class Refused(OSError):
    """A connection that is not made. `reason` is `private_address` or `port_refused`."""

    def __init__(self, reason: str, target: str) -> None:
        # The text is the same for every address, so that aiohttp, told no by all addresses of a name, raises this very error.
        super().__init__(reason)
        self.reason, self.target = reason, target


@dataclass(frozen=True)
class Guard:
    """`allow` holds the `address:port` that may be connected to whatever they are."""

    allow: frozenset[str] = field(default_factory=frozenset)

    def socket(self, info: tuple[Any, ...]) -> socket.socket:
        """aiohttp's socket factory: a socket for this address, or `Refused`."""
        family, kind, proto, _, (host, port, *_) = info
        self.check(host, port)
        return socket.socket(family, kind, proto)

    def check(self, host: str, port: int) -> None:
        """Raises `Refused` for an address (an IP literal, as a socket takes it) or port we have no business with."""
        address = ipaddress.ip_address(host.partition("%")[0])
        target = f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"
        if target in self.allow:
            return
        if is_private(address):
            raise Refused("private_address", target)
        if port not in _PORTS:
            raise Refused("port_refused", target)


def is_private(address: _Address) -> bool:
    """Anything but an ordinary address of the public internet, also where it hides inside an IPv6 address."""
    if isinstance(address, ipaddress.IPv6Address):
        for net, shift in _EMBEDDED:
            if address in net and is_private(ipaddress.IPv4Address((int(address) >> shift) & 0xFFFFFFFF)):
                return True
    return (
        not (_may_be_global(address) or _embeds(address))
        or address.is_multicast
        or address.is_unspecified
        or any(address in net for net in _REFUSED if net.version == address.version)
    )


def _may_be_global(address: _Address) -> bool:
    return address.is_global and (address.version == 4 or address in _GLOBAL_V6)


def _embeds(address: _Address) -> bool:
    return isinstance(address, ipaddress.IPv6Address) and any(address in net for net, _ in _EMBEDDED)


class HostMap(AbstractResolver):
    """Names as the static host map has them (`name` → `address:port`), all others from DNS.

    DNS is asked by threads of its own, as many as hosts are crawled: the loop's few are soon all waiting for the name servers
    of dead domains, and everybody else with them.
    """

    def __init__(self, hosts: Mapping[str, str], threads: int = 8) -> None:
        self._hosts = hosts
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="dns")

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC) -> list[ResolveResult]:
        target = self._hosts.get(host.lower())
        if target is None:
            return await asyncio.get_running_loop().run_in_executor(self._threads, _ask_dns, host, port, family)
        address, _, mapped_port = target.rpartition(":")
        bare = address.strip("[]")
        kind = socket.AF_INET6 if ":" in bare else socket.AF_INET
        return [_resolved(host, bare, int(mapped_port), kind)]

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def _ask_dns(host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
    found = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return [_resolved(host, str(address[0]), port, kind) for kind, _, _, _, address in found[:_MOST_ADDRESSES]]


def _resolved(host: str, address: str, port: int, family: socket.AddressFamily) -> ResolveResult:
    return ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=socket.AI_NUMERICHOST)


class Connection(ResponseHandler):
    """A connection that speaks without being asked is closed.

    aiohttp keeps what arrives between two exchanges for the answer to the next request: bytes behind a body, sent a moment
    later, would be another page's content.
    """

    _asked = False

    def set_response_params(self, **params: Any) -> None:
        self._asked = True
        super().set_response_params(**params)

    def feed_data(self, data: Any, size: int = 0) -> None:
        self._asked = self._asked and data[0].code < 200
        super().feed_data(data, size)

    def data_received(self, data: bytes) -> None:
        if data and not self._asked and (self._payload is None or self._payload.is_eof()):
            self.close()
        else:
            super().data_received(data)
