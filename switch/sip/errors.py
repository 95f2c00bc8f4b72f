"""What can go wrong in SIP: their mistakes and ours.

SipError
├── PeerError                  the peer's message is not what RFC 3261 asks; see `status_hint`
│   ├── MalformedError         400
│   ├── UnsupportedSchemeError 416
│   ├── VersionError           505
│   ├── TooLargeError          513
│   ├── IntervalTooBriefError  423
│   ├── TooManyContactsError   403
│   └── OutOfOrderError        500
└── UsageError                 our own code did what the state of a leg does not allow
"""

from __future__ import annotations

from typing import ClassVar

from base import errors


class SipError(errors.SegueError):
    """Something went wrong in SIP."""


class PeerError(SipError):
    """The message is not valid SIP."""

    status_hint: ClassVar[int] = 400

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or type(self).__doc__)


class MalformedError(PeerError):
    """The message does not follow the grammar of RFC 3261 section 25."""


class UnsupportedSchemeError(PeerError):
    """The URI has a scheme that is not sip, sips or tel."""

    status_hint = 416


class VersionError(PeerError):
    """The message is of another SIP version than 2.0."""

    status_hint = 505


class TooLargeError(PeerError):
    """The message is larger than a UDP datagram may be."""

    status_hint = 513


class IntervalTooBriefError(PeerError):
    """A registration shorter than the shortest that is taken (RFC 3261 section 10.3)."""

    status_hint = 423


class TooManyContactsError(PeerError):
    """The account has as many contacts as it may have."""

    status_hint = 403


class OutOfOrderError(PeerError):
    """An older REGISTER came after a newer one (RFC 3261 section 10.3, step 7)."""

    status_hint = 500


class UsageError(SipError, errors.UsageError):
    """The leg is not in a state that allows this."""
