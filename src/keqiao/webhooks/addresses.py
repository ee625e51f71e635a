"""Which addresses may be reached. Names are resolved once; what was checked is what is connected to.

Whatever way an address is written – 2130706433, 0177.0.0.1, 0x7f.1, [::ffff:127.0.0.1], localhost. – it is looked at
after resolving, so no spelling passes by.
"""

import ipaddress
import socket
from collections.abc import Iterator

from django.conf import settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
COMPATIBLE = ipaddress.IPv6Network("::/96")
SIX_TO_FOUR = ipaddress.IPv6Network("2002::/16")


class NotAllowed(Exception):
    """The address is not one that may be reached. Says nothing about what it is."""


def inside(address: Address) -> Iterator[Address]:
    """The address, and those that it carries within it: mapped, compatible, 6to4, Teredo, NAT64."""
    yield address
    if isinstance(address, ipaddress.IPv4Address):
        return
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    if address.teredo is not None:
        yield from address.teredo
    if address in SIX_TO_FOUR:
        yield ipaddress.IPv4Address(address.packed[2:6])
    if address in COMPATIBLE or any(address in network for network in NAT64):
        yield ipaddress.IPv4Address(address.packed[12:])


def public(address: Address) -> bool:
    """Whether the address lies in the open internet, and so does all that it carries."""
    return all(open_to_all(one) for one in inside(address))


def open_to_all(address: Address) -> bool:
    """Whether the address itself is one of the open internet; of a NAT64 one only what it carries counts."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in NAT64[0]:
            return True
        if address.is_site_local:
            return False
    closed = address.is_private or address.is_multicast or address.is_reserved or address.is_unspecified
    return address.is_global and not closed


def listed(address: Address) -> bool:
    """Whether the administrator of the machine allows it (KEQIAO_WEBHOOK_ALLOW)."""
    return any(address.version == network.version and address in network for network in networks())


def networks() -> list[Network]:
    """The networks that are allowed though they are not public."""
    return [ipaddress.ip_network(text.strip(), strict=False) for text in settings.WEBHOOK_ALLOW if text.strip()]


def resolve(host: str, port: int) -> list[str]:
    """All addresses of a host, in the resolver's order. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_kind, sockaddr in found))


def checked(host: str, port: int, *, encrypted: bool) -> list[str]:
    """The addresses of a host that may be connected to; NotAllowed when a single one of them may not.

    Without encryption only listed networks may be reached.
    """
    addresses = resolve(host, port)
    for text in addresses:
        address = ipaddress.ip_address(text.partition("%")[0])
        if not (listed(address) or (encrypted and public(address))):
            raise NotAllowed
    if not addresses:
        raise OSError("no address")
    return addresses
