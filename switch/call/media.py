"""One leg's media: its session, and its own side of offer and answer (RFC 3264)."""

from __future__ import annotations

import ipaddress
from typing import Final

from media.contract import Codec, Direction, MediaError, MediaSession, RemoteMedia
from switch.call.exchange import Exchange, MediaListener
from switch.sdp.errors import SdpRejectedError
from switch.sdp.negotiate import LocalMedia, make_answer, make_offer, read_answer

CODECS: Final = (Codec.PCMA, Codec.PCMU)


class LegMedia:
    """A session with ports of its own; each leg negotiates for itself."""

    def __init__(self, exchange: Exchange, listener: MediaListener, signalling: str) -> None:
        self._exchange = exchange
        self._signalling = signalling
        self._sdp_id = int.from_bytes(exchange.ids.random_bytes(6), "big")
        self._version = 0
        self._offered: LocalMedia | None = None
        self.session: MediaSession = exchange.open_session(listener)
        self.remote: RemoteMedia | None = None
        """What was agreed last; None before the first answer."""

    @property
    def sends(self) -> bool:
        """Whether the far end wants to hear us (it has not put us on hold)."""
        return self.remote is None or self.remote.direction.sends

    def offer(self) -> bytes:
        """Our offer; `accept` its answer later."""
        self._offered = self._local()
        return make_offer(self._offered)

    def accept(self, answer: bytes) -> None:
        """Take the answer to our offer; raises `SdpRejectedError`."""
        local = self._offered or self._local()
        self.agree(self._reachable(read_answer(answer, local, self._signalling).remote))

    def answer(self, offer: bytes) -> tuple[bytes, RemoteMedia]:
        """Our answer to an offer, not yet in force; raises `SdpRejectedError`."""
        negotiated = make_answer(offer, self._local(), self._signalling)
        return negotiated.sdp, self._reachable(negotiated.remote)

    def agree(self, remote: RemoteMedia) -> None:
        """Put what was negotiated into force; raises `SdpRejectedError`."""
        self.remote = remote
        try:
            self.session.set_remote(remote)
        except MediaError as error:
            raise SdpRejectedError(str(error)) from None

    def close(self) -> None:
        """Give the ports back. Idempotent."""
        self._exchange.close_session(self.session)

    def _local(self) -> LocalMedia:
        self._version += 1
        return LocalMedia(
            address=self.session.address,
            port=self.session.port,
            codecs=CODECS,
            dtmf=True,
            direction=Direction.SENDRECV,
            session_id=self._sdp_id,
            version=self._version,
        )

    def _reachable(self, remote: RemoteMedia) -> RemoteMedia:
        """A name would have to be looked up by the media thread; no phone sends one."""
        try:
            theirs = ipaddress.ip_address(remote.address)
        except ValueError:
            raise SdpRejectedError("the media address is not an IP address") from None
        if theirs.version != ipaddress.ip_address(self.session.address).version:
            raise SdpRejectedError("the media address is of another IP version")
        return remote
