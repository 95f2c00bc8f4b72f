"""What can be wrong with a session description.

SdpRejectedError          no media can come of it: 488
└── SdpMalformedError     it does not follow RFC 8866: 400
"""

from __future__ import annotations

from typing import ClassVar

from base.errors import SegueError


class SdpRejectedError(SegueError):
    """The offer or answer has no audio stream that we can take."""

    status_hint: ClassVar[int] = 488

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or type(self).__doc__)


class SdpMalformedError(SdpRejectedError):
    """The session description does not follow the grammar of RFC 8866."""

    status_hint = 400
