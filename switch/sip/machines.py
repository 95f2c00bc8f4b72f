"""The four transaction machines as tables (RFC 3261 section 17, RFC 6026 section 7 and 8), over
an unreliable transport.

(state, input): (next state, what is done on the way). What stands in no row is ignored.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final

T1: Final = 0.5
"""Round trip estimate, seconds."""
T2: Final = 4.0
"""The longest interval between retransmissions of a non-INVITE request or INVITE response."""
T4: Final = 5.0
"""How long a message may stay in the network."""


class State(enum.Enum):
    """States of all four machines, in the RFCs' words."""

    START = "start"
    CALLING = "calling"
    TRYING = "trying"
    PROCEEDING = "proceeding"
    COMPLETED = "completed"
    CONFIRMED = "confirmed"
    ACCEPTED = "accepted"
    TERMINATED = "terminated"


class Timer(enum.Enum):
    """Timers by their letter (RFC 3261 table 4, RFC 6026)."""

    A = "A"
    B = "B"
    D = "D"
    E = "E"
    F = "F"
    G = "G"
    H = "H"
    I = "I"  # noqa: E741 - the RFC's name
    J = "J"
    K = "K"
    L = "L"
    M = "M"


class Input(enum.Enum):
    """What comes from the network or the transaction user."""

    BEGIN = "begin"
    REQUEST = "request"
    ACK = "ack"
    PROVISIONAL = "1xx"
    SUCCESS = "2xx"
    FAILURE = "300-699"


class Do(enum.Enum):
    """What a machine does on its way."""

    SEND = "send"
    """The request of a client, the last response of a server."""
    SEND_ACK = "send ACK"
    TELL = "tell the TU"
    TELL_TIMEOUT = "tell the TU of the timeout"


@dataclass(frozen=True, slots=True)
class Start:
    """Start the timer; a timer that retransmits goes on at a growing interval."""

    timer: Timer


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop the timer."""

    timer: Timer


Action = Do | Start | Stop
Table = dict[tuple[State, Input | Timer], tuple[State, tuple[Action, ...]]]

RETRANSMITTING: Final = {Timer.A: 64 * T1, Timer.E: T2, Timer.G: T2}
"""Timers that double from T1, and the longest interval."""

DURATION_S: Final = {
    Timer.B: 64 * T1,
    Timer.D: 32.0,
    Timer.F: 64 * T1,
    Timer.H: 64 * T1,
    Timer.I: T4,
    Timer.J: 64 * T1,
    Timer.K: T4,
    Timer.L: 64 * T1,
    Timer.M: 64 * T1,
}
"""How long the timers that end a state run, over UDP."""

_ENDED: Final = (State.TERMINATED, ())

INVITE_CLIENT: Final[Table] = {  # RFC 3261 figure 5, RFC 6026 section 8.4
    (State.START, Input.BEGIN): (State.CALLING, (Do.SEND, Start(Timer.A), Start(Timer.B))),
    (State.CALLING, Timer.A): (State.CALLING, (Do.SEND,)),
    (State.CALLING, Timer.B): (State.TERMINATED, (Do.TELL_TIMEOUT,)),
    (State.CALLING, Input.PROVISIONAL): (
        State.PROCEEDING,
        (Stop(Timer.A), Stop(Timer.B), Do.TELL),
    ),
    (State.CALLING, Input.SUCCESS): (
        State.ACCEPTED,
        (Stop(Timer.A), Start(Timer.M), Do.TELL),
    ),
    (State.CALLING, Input.FAILURE): (
        State.COMPLETED,
        (Stop(Timer.A), Start(Timer.D), Do.SEND_ACK, Do.TELL),
    ),
    (State.PROCEEDING, Input.PROVISIONAL): (State.PROCEEDING, (Do.TELL,)),
    (State.PROCEEDING, Input.SUCCESS): (State.ACCEPTED, (Start(Timer.M), Do.TELL)),
    (State.PROCEEDING, Input.FAILURE): (
        State.COMPLETED,
        (Start(Timer.D), Do.SEND_ACK, Do.TELL),
    ),
    (State.COMPLETED, Input.FAILURE): (State.COMPLETED, (Do.SEND_ACK,)),
    (State.COMPLETED, Timer.D): _ENDED,
    (State.ACCEPTED, Input.SUCCESS): (State.ACCEPTED, (Do.TELL,)),
    (State.ACCEPTED, Timer.M): _ENDED,
}

NON_INVITE_CLIENT: Final[Table] = {  # RFC 3261 figure 6
    (State.START, Input.BEGIN): (State.TRYING, (Do.SEND, Start(Timer.E), Start(Timer.F))),
    (State.TRYING, Timer.E): (State.TRYING, (Do.SEND,)),
    (State.TRYING, Timer.F): (State.TERMINATED, (Do.TELL_TIMEOUT,)),
    (State.TRYING, Input.PROVISIONAL): (State.PROCEEDING, (Do.TELL,)),
    (State.TRYING, Input.SUCCESS): (
        State.COMPLETED,
        (Stop(Timer.E), Start(Timer.K), Do.TELL),
    ),
    (State.TRYING, Input.FAILURE): (
        State.COMPLETED,
        (Stop(Timer.E), Start(Timer.K), Do.TELL),
    ),
    (State.PROCEEDING, Timer.E): (State.PROCEEDING, (Do.SEND,)),
    (State.PROCEEDING, Timer.F): (State.TERMINATED, (Do.TELL_TIMEOUT,)),
    (State.PROCEEDING, Input.PROVISIONAL): (State.PROCEEDING, (Do.TELL,)),
    (State.PROCEEDING, Input.SUCCESS): (
        State.COMPLETED,
        (Stop(Timer.E), Start(Timer.K), Do.TELL),
    ),
    (State.PROCEEDING, Input.FAILURE): (
        State.COMPLETED,
        (Stop(Timer.E), Start(Timer.K), Do.TELL),
    ),
    (State.COMPLETED, Timer.K): _ENDED,
}

INVITE_SERVER: Final[Table] = {  # RFC 3261 figure 7, RFC 6026 section 7.1
    (State.START, Input.BEGIN): (State.PROCEEDING, (Do.TELL,)),
    (State.PROCEEDING, Input.REQUEST): (State.PROCEEDING, (Do.SEND,)),
    (State.PROCEEDING, Input.PROVISIONAL): (State.PROCEEDING, (Do.SEND,)),
    (State.PROCEEDING, Input.SUCCESS): (State.ACCEPTED, (Do.SEND, Start(Timer.L))),
    (State.PROCEEDING, Input.FAILURE): (
        State.COMPLETED,
        (Do.SEND, Start(Timer.G), Start(Timer.H)),
    ),
    (State.COMPLETED, Input.REQUEST): (State.COMPLETED, (Do.SEND,)),
    (State.COMPLETED, Timer.G): (State.COMPLETED, (Do.SEND,)),
    (State.COMPLETED, Timer.H): _ENDED,
    (State.COMPLETED, Input.ACK): (State.CONFIRMED, (Stop(Timer.G), Start(Timer.I))),
    (State.CONFIRMED, Timer.I): _ENDED,
    # Retransmitted INVITEs are absorbed; the user agent core repeats its 2xx through here.
    (State.ACCEPTED, Input.SUCCESS): (State.ACCEPTED, (Do.SEND,)),
    (State.ACCEPTED, Input.ACK): (State.ACCEPTED, (Do.TELL,)),
    (State.ACCEPTED, Timer.L): _ENDED,
}

NON_INVITE_SERVER: Final[Table] = {  # RFC 3261 figure 8
    (State.START, Input.BEGIN): (State.TRYING, (Do.TELL,)),
    (State.TRYING, Input.PROVISIONAL): (State.PROCEEDING, (Do.SEND,)),
    (State.TRYING, Input.SUCCESS): (State.COMPLETED, (Do.SEND, Start(Timer.J))),
    (State.TRYING, Input.FAILURE): (State.COMPLETED, (Do.SEND, Start(Timer.J))),
    (State.PROCEEDING, Input.REQUEST): (State.PROCEEDING, (Do.SEND,)),
    (State.PROCEEDING, Input.PROVISIONAL): (State.PROCEEDING, (Do.SEND,)),
    (State.PROCEEDING, Input.SUCCESS): (State.COMPLETED, (Do.SEND, Start(Timer.J))),
    (State.PROCEEDING, Input.FAILURE): (State.COMPLETED, (Do.SEND, Start(Timer.J))),
    (State.COMPLETED, Input.REQUEST): (State.COMPLETED, (Do.SEND,)),
    (State.COMPLETED, Timer.J): _ENDED,
}


def input_of(status: int) -> Input:
    """The input that a response with `status` is."""
    if status < 200:
        return Input.PROVISIONAL
    return Input.SUCCESS if status < 300 else Input.FAILURE
