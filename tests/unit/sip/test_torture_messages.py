"""Messages in the spirit of RFC 4475: what is odd but valid is taken, what is wrong is answered
with the status that the RFC asks for."""

import pytest

from switch.sip.errors import PeerError
from switch.sip.message import Request
from switch.sip.parser import parse
from tests.unit.sip.sip_samples import request

ODD_BUT_VALID = {
    "a short tortuous INVITE": (
        b"INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0\r\n"
        b"TO :\r\n sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n\r\n"
        b'from   : "J Rosenberg \\\\\\""       <sip:jdrosen@example.com>\r\n'
        b"  ;\r\n  tag = 98asjd8\r\n"
        b"MaX-fOrWaRdS: 0068\r\n"
        b"Call-ID: wsinv.ndaksdj@192.0.2.1\r\n"
        b"cseq: 0009\r\n  INVITE\r\n"
        b"Via  : SIP  /   2.0\r\n /UDP\r\n    192.0.2.2;branch=390skdjuw\r\n"
        b"s :\r\n"
        b"NewFangledHeader:   newfangled value\r\n continued newfangled value\r\n"
        b"v:  SIP  / 2.0  / TCP     spindle.example.com   ;\r\n"
        b"  branch  =   z9hG4bK9ikj8  ,\r\n"
        b" SIP  /    2.0   / UDP  192.168.255.111   ; branch=\r\n z9hG4bK30239\r\n"
        b'm:"Quoted string \\"\\"" <sip:jdrosen@example.com> ; newparam =\r\n      newvalue ;\r\n'
        b"  secondparam ; q = 0.33\r\n\r\n"
    ),
    "an escaped user part": request(uri="sip:sips%3Auser%40example.com@example.net"),
    "a token of all characters": request("!interesting-Method0123456789_*+`.%indeed'~"),
    "text after the body": request(body=b"0123456789") + b"and more",
    "a blank line before the request": b"\r\n" + request(),
    "no Max-Forwards, as in RFC 2543": request(drop="Max-Forwards"),
    "Max-Forwards at zero": request(swap=("s: 70", "s: 0")),
    "a question mark in a bracketed URI": request(swap=("0.1>", "0.1?Route=%3Csip%3A1%3E>")),
    "an IPv6 sent-by": request(swap=("10.0.0.9:5070;b", "[2001:db8::9]:5070;b")),
    "a display name of tokens": request(swap=("From: <", "From: Bell, the old one <")),
    "a null in the display name": request(swap=("From: <", 'From: "a\x00b" <')),
    "UTF-8 in a reason": "SIP/2.0 200 = 2**3 * 5**2 но сто девяносто девять\r\n".encode()
    + request("INVITE").partition(b"\r\n")[2],
    "no reason": b"SIP/2.0 100 \r\n" + request("INVITE").partition(b"\r\n")[2],
}

WRONG = {
    "a Content-Length that is larger": (request() + b"x", 400, (b"h: 0", b"h: 9999")),
    "a negative Content-Length": (request(), 400, (b"h: 0", b"h: -999")),
    "a CSeq out of range": (request(swap=("CSeq: 7", "CSeq: 36893488147419103232")), 400, None),
    "a CSeq of another method": (request(swap=("7 OPTIONS", "7 INVITE")), 400, None),
    "a Max-Forwards out of range": (request(swap=("s: 70", "s: 300")), 400, None),
    "a Request-URI in brackets": (request(uri="<sip:user@example.com>"), 400, None),
    "a Request-URI with a blank": (request(uri="sip:user@example.com; lr"), 400, None),
    "two blanks in the request line": (request(), 400, (b"OPTIONS sip", b"OPTIONS  sip")),
    "a blank after the version": (request(), 400, (b"SIP/2.0\r\nVia", b"SIP/2.0 \r\nVia")),
    "a version of the future": (request(), 505, (b"1 SIP/2.0\r\n", b"1 SIP/7.0\r\n")),
    "a quote without an end in To": (request(swap=("To: <", 'To: "Mr. J. User <')), 400, None),
    "brackets without an end": (request(swap=("0.1>", "0.1")), 400, None),
    "two of what stands once": (request(more="Call-ID: another\r\n"), 400, None),
    "no Call-ID": (request(drop="Call-ID"), 400, None),
    "no Via": (request(drop="Via"), 400, None),
    "no From": (request(drop="From"), 400, None),
    "no CSeq": (request(drop="CSeq"), 400, None),
    "a header without a colon": (request(more="what is this\r\n"), 400, None),
    "a header name with a blank": (request(more="what is: this\r\n"), 400, None),
    "a bare line feed": (request(more="X-One: 1\nX-Two: 2\r\n"), 400, None),
    "a status of four digits": (b"SIP/2.0 4294967301 much\r\n\r\n", 400, None),
    "no empty line": (b"OPTIONS sip:a@b SIP/2.0\r\nTo: x", 400, None),
    "more than a datagram": (request(body=b"x" * 70_000), 513, None),
    "a thousand headers": (request(more="X: y\r\n" * 1000), 513, None),
}


@pytest.mark.parametrize("name", ODD_BUT_VALID)
def test_what_is_odd_is_taken(name: str) -> None:
    message = parse(ODD_BUT_VALID[name])
    assert parse(message.encode()) == message


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_refused_with_the_right_status(name: str) -> None:
    data, status, change = WRONG[name]
    if change:
        assert change[0] in data
        data = data.replace(*change)
    with pytest.raises(PeerError) as caught:
        parse(data)
    assert caught.value.status_hint == status


def test_the_tortuous_invite_means_what_it_should() -> None:
    message = parse(ODD_BUT_VALID["a short tortuous INVITE"])
    assert isinstance(message, Request)
    assert message.from_.tag == "98asjd8"
    assert message.from_.display == 'J Rosenberg \\"'
    assert message.to.tag == "1918181833n"
    assert (message.cseq.number, message.cseq.method) == (9, "INVITE")
    assert message.via.branch == "390skdjuw"
    assert message.via.host == "192.0.2.2"
    assert len(message.values("via")) == 3
    assert message.contact
    assert message.contact.params["q"] == "0.33"
    assert message.target.host == "chair-dnrc.example.com"
