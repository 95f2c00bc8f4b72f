"""`conference: ROOM` brings several parties together."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from ivr.commands import AskOutside
from ivr.inputs import OutsideDone, VerbEvent
from ivr.run import Run
from ivr.verbs.fields import Flag, Prompt, Seconds, StateName, Text
from ivr.verbs.state import Model, State


class Invite(Model):
    """One party: from a queue, an agent, or dialled."""

    role: Text
    queue: Text | None = None
    dial: Text | None = None
    agent: Text | None = None
    skills: dict[str, Any] = Field(default_factory=dict)
    when: Text | None = None
    required: Flag = True
    mute: Flag = False
    coach: Flag = False
    pop: list[Text] = Field(default_factory=list)
    timeout: Seconds = 60.0


class Conference(State):
    """A room's name never comes from what a caller keys."""

    verb = "conference"
    conference: Text
    invite: list[Invite]
    start_when: Literal["any", "agent", "all"] = "any"
    end_when: Literal["caller_leaves", "agent_leaves", "last"] = "caller_leaves"
    max: Seconds = 3600.0
    music: Text | None = None
    announce: Prompt | None = None
    record: Flag | None = None
    next: StateName
    on_no_agent: StateName
    on_missing_party: StateName | None = None


def enter(state: Conference, run: Run) -> None:
    """Invite those whose `when` holds."""
    invited = [each for each in state.invite if each.when is None or run.decide(each.when)]
    parties = [
        {
            "role": each.role,
            "queue": each.queue,
            "agent": run.text(each.agent),
            "dial": run.text(each.dial),
            "skills": run.value(each.skills),
        }
        for each in invited
    ]
    room = run.text(state.conference)
    run.tell(AskOutside("conference", run.session.state, room, {"invite": parties}))


def on(state: Conference, event: VerbEvent, run: Run) -> None:
    """Go on when it is over, or could not begin."""
    if not isinstance(event, OutsideDone):
        return
    if event.outcome == "no_agent":
        run.leave("no_agent", state.on_no_agent)
    elif event.outcome == "missing_party":
        run.leave("missing_party", state.on_missing_party or state.next)
    else:
        run.leave("next", state.next)
