"""`queue: NAME` lets the caller wait for an agent."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from ivr.commands import EnterQueue, LeaveQueue
from ivr.functions import as_text
from ivr.inputs import (
    DigitPressed,
    PlayDone,
    QueueAnnouncement,
    QueueAnswered,
    QueueDone,
    VerbEvent,
)
from ivr.run import FlowFault, Run
from ivr.spoken import queue_place
from ivr.verbs.fields import Count, Flag, Key, Prompt, Seconds, StateName, Text, key_name
from ivr.verbs.leg import Leg
from ivr.verbs.state import Model
from media.contract import Segment
from switch.application import QueueOutcome


class Announce(Model):
    """What is told to who waits, and how often."""

    every: Seconds = 30.0
    position: Flag = True
    wait: Flag = True
    say: Prompt | None = None


class Queue(Leg):
    """`next` is taken when the agent has finished and the caller is still there."""

    verb = "queue"
    queue: Text
    skills: dict[str, Any] = Field(default_factory=dict)
    priority: Any = None
    agent: Text | None = None
    agent_wait: Seconds = 30.0
    sticky: Seconds | None = None
    announce: Announce | None = None
    music: Text | None = None
    max_wait: Seconds | None = None
    max_length: Count | None = None
    keys: dict[Key, StateName] = Field(default_factory=dict)
    next: StateName
    on_timeout: StateName | None = None
    on_full: StateName | None = None
    on_closed: StateName | None = None
    on_no_agents: StateName | None = None
    on_agent_away: StateName | None = None


def enter(state: Queue, run: Run) -> None:
    """Enter."""
    music = Segment("", "", run.text(state.music)) if state.music else None
    agent = run.text(state.agent) if state.agent else ""
    run.tell(
        EnterQueue(
            run.text(state.queue),
            {skill: _number(run.value(level), 1) for skill, level in state.skills.items()},
            _number(run.value(state.priority), 0),
            agent or None,
            state.agent_wait,
            state.max_wait,
            state.max_length,
            (music,) if music else (),
            state.announce.every if state.announce else None,
            tuple(state.pop),
        )
    )
    run.remember(stage="waiting")


def on(state: Queue, event: VerbEvent, run: Run) -> None:
    """Announce, let the caller out by a key, and go on when the stay is over."""
    local = run.session.local
    if isinstance(event, QueueAnnouncement) and local.stage == "waiting":
        _announce(state, event, run)
    elif isinstance(event, PlayDone):
        run.remember(play=0)
    elif isinstance(event, QueueAnswered):
        run.put("agent", event.agent)
        run.remember(stage="talking", play=0)
    elif isinstance(event, DigitPressed) and local.stage == "waiting":
        target = state.keys.get(key_name(event.digit))
        if target is not None:
            run.tell(LeaveQueue())
            run.remember(stage="leaving", keys=key_name(event.digit), value=target)
    elif isinstance(event, QueueDone):
        _done(state, event, run)


def _done(state: Queue, event: QueueDone, run: Run) -> None:
    local = run.session.local
    if event.agent:
        run.put("agent", event.agent)
    if event.outcome is QueueOutcome.LEFT:
        if local.stage == "leaving":
            run.leave(f"press {local.keys}", local.value)
        return
    run.remember(stage="out")
    waited, empty = state.on_timeout, state.on_no_agents or state.on_timeout
    exits = {
        QueueOutcome.ANSWERED_AND_FINISHED: ("next", state.next),
        QueueOutcome.TIMED_OUT: ("timeout", waited),
        QueueOutcome.FULL: ("full", state.on_full or waited),
        QueueOutcome.CLOSED: ("closed", state.on_closed or empty),
        QueueOutcome.NO_AGENTS: ("no_agents", empty),
        QueueOutcome.AGENT_AWAY: ("agent_away", state.on_agent_away or empty),
    }
    run.leave(*exits[event.outcome])


def _announce(state: Queue, event: QueueAnnouncement, run: Run) -> None:
    options = state.announce or Announce()
    language = str(run.session.names.get("language"))
    run.put("wait_seconds", round(event.wait_s))
    place = event.position if options.position else None
    minutes = max(1, round(event.wait_s / 60)) if options.wait and event.wait_s > 0 else None
    told = queue_place(language, place, minutes)
    said = (run.segment(options.say),) if options.say else ()
    spoken = (Segment(language, told),) if told else ()
    if spoken or said:
        run.play_segments((*spoken, *said), ("queue_place",), over_queue=True)


def _number(value: Any, fallback: int) -> int:
    if value is None or value == "":
        return fallback
    try:
        return int(value)
    except (TypeError, ValueError):
        if isinstance(value, str):
            return fallback  # a skill by name, such as a language: any level will do
        raise FlowFault(f"'{as_text(value)}' is not a number") from None
