"""Messages that the tests of this room share."""

from __future__ import annotations

HEADERS = (
    "Via: SIP/2.0/UDP 10.0.0.9:5070;branch=z9hG4bKabc;rport\r\n"
    "Max-Forwards: 70\r\n"
    "From: <sip:bob@10.0.0.9>;tag=f1\r\n"
    "To: <sip:6000@10.0.0.1>\r\n"
    "Call-ID: c1@10.0.0.9\r\n"
    "CSeq: 7 {method}\r\n"
    "Contact: <sip:bob@10.0.0.9:5070>\r\n"
)


def request(
    method: str = "OPTIONS",
    *,
    uri: str = "sip:6000@10.0.0.1",
    drop: str = "",
    swap: tuple[str, str] = ("", ""),
    more: str = "",
    body: bytes = b"",
) -> bytes:
    """A request; `drop` leaves out the header of that name, `swap` replaces text."""
    head = HEADERS.format(method=method)
    if drop:
        lines = head.split("\r\n")
        head = "\r\n".join(line for line in lines if not line.startswith(drop + ":"))
    if swap[0]:
        assert swap[0] in head
        head = head.replace(*swap)
    start = f"{method} {uri} SIP/2.0\r\n"
    return (start + head + more + f"Content-Length: {len(body)}\r\n\r\n").encode() + body
