"""Ports for nodes of their own, and how long a demonstration may take."""

from __future__ import annotations

import socket

LONGEST_S = 110


def free_ports(count: int) -> list[int]:
    """UDP and TCP ports that nobody uses now."""
    held, ports = [], []
    while len(ports) < count:
        tcp, udp = socket.socket(), socket.socket(type=socket.SOCK_DGRAM)
        tcp.bind(("127.0.0.1", 0))
        try:
            udp.bind(tcp.getsockname())
        except OSError:
            continue
        finally:
            held += [tcp, udp]
        ports.append(tcp.getsockname()[1])
    for each in held:
        each.close()
    return ports
