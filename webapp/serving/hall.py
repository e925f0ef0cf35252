"""The hall's one laptop: under which addresses tablets reach it, found without asking anybody."""

from __future__ import annotations

import ipaddress
import socket
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

if sys.platform != "win32":
    import fcntl

_INTERFACE: Final = {"linux": 0x8915, "darwin": 0xC0206921}
"""SIOCGIFADDR by platform."""


@dataclass(frozen=True)
class Wifi:
    """The hall's wireless net; ``password`` "" = open. Held in memory only."""

    name: str
    password: str = field(default="", repr=False)

    def written(self) -> str:
        r"""As a QR code has it.

        >>> Wifi("集会所", 'a;b"c').written()
        'WIFI:T:WPA;S:集会所;P:a\\;b\\"c;;'
        >>> Wifi("hall").written()
        'WIFI:T:nopass;S:hall;;'
        """
        name = _escape(self.name)
        if not self.password:
            return f"WIFI:T:nopass;S:{name};;"
        return f"WIFI:T:WPA;S:{name};P:{_escape(self.password)};;"


class Hall:
    """What a hall's server knows of its surroundings."""

    def __init__(self, find: Callable[[], tuple[str, ...]] | None = None) -> None:
        self.wifi: Wifi | None = None
        self._find = find or own_addresses
        self.addresses = self._find()
        """IPv4 addresses of this machine, the likeliest for tablets first."""

    def look_again(self) -> bool:
        """Whether the addresses are others than a moment ago, as when a hotspot begins."""
        before, self.addresses = self.addresses, self._find()
        return before != self.addresses

    def is_here(self, address: str) -> bool:
        """Whether a request from ``address`` was made on this machine itself."""
        if address in self.addresses:
            return True
        try:
            return ipaddress.ip_address(address).is_loopback
        except ValueError:
            return False


def own_addresses() -> tuple[str, ...]:
    """The IPv4 addresses of this machine but loopback; nothing is sent and nobody is asked."""
    fit = [one for one in _of_interfaces() if not ipaddress.ip_address(one).is_loopback]
    return tuple(sorted(fit, key=_rank))


def _rank(address: str) -> int:
    """Nets of a home or a hall first; what a machine gives itself without a net last."""
    if address.startswith("169.254."):
        return 2
    return int(not address.startswith(("192.168.", "10.")))


def _of_interfaces() -> Iterator[str]:
    """Windows knows those of its own name; elsewhere each interface is asked for its own."""
    if sys.platform == "win32":
        with suppress(OSError):
            for *_, address in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET):
                yield str(address[0])
        return
    ask = _INTERFACE.get(sys.platform)
    if ask is None:
        return
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        for _, name in socket.if_nameindex():
            wanted = struct.pack("256s", name.encode()[:15])
            with suppress(OSError):
                told = fcntl.ioctl(any_socket.fileno(), ask, wanted)
                yield socket.inet_ntoa(told[20:24])


def _escape(text: str) -> str:
    return "".join(f"\\{one}" if one in '\\;,":' else one for one in text)
