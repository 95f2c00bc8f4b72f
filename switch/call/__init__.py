"""Calls: legs that hear each other, each negotiating for itself, anchored at the caller's leg.

Who knows what: `Calls` takes INVITEs and routes them; a `Call` owns its `CallerLeg`, a
`Recorder` and at most one activity; `Control` is what an application holds of it. `Exchange` is
what all calls share.

The caller's leg (`states.CALLER`), and an outgoing one (`states.OUTGOING`):

    NEW --ring--> RINGING --answer--> ANSWERED --ACK--> UP      NEW --180--> RINGING --200--> UP
     |               |                   |              |        |              |            |
     +---------------+--------+----------+--------------+        +--------------+-----+------+
                              | end (ours)                                            |
                              v                                                       v
                           ENDING --LegEnded--> ENDED   <-- LegEnded (theirs) from every state

What goes on with a call; one activity at a time, the flow goes on when it is over:

    activity     begins with     while it lasts                              ends with
    -----------  --------------  ------------------------------------------  ------------------
    none         the INVITE      the flow plays, collects, records            the call
    QueueStay    enter_queue     music -> offer -> agent's phone -> talk      QueueLeft
    Dial         dial            ringback -> talk                             DialEnded
    Message      take_message    beep -> recording                            MessageTaken

    QueueStay:  waiting --ring_agent--> ringing --200--> talking --BYE, desk--> over
                   ^                       |                |
                   +--refused, ring over---+                +-- hold / resume (desk, phone)

The caller may be gone in each of these: `Call._release` closes the activity, which leaves no
leg, session, timer or queue entry, and `call.ended` is told once, when the caller's leg is over.
An application hears events in order and never from within its own command.
"""
