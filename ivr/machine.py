"""The flow machine: `step(session, input, now) -> (session, commands)`; no I/O, no clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from base.instant import Instant
from ivr.commands import Command, HangUp, LeaveQueue, TellEnded, TellEntered, TellFailed, TellLeft
from ivr.expression import ExpressionError
from ivr.flow import Flow
from ivr.inputs import (
    Answered,
    CallerHungUp,
    CallStarted,
    DigitPressed,
    Failed,
    Input,
    PlayDone,
    TimerDue,
    TimerFired,
    VerbEvent,
    journey_record,
)
from ivr.run import FlowFault, Run, World
from ivr.session import Local, Session
from ivr.spoken import trouble
from ivr.verbs import VERBS, Needs
from ivr.verbs.asking import option
from ivr.verbs.collect import Collect
from ivr.verbs.state import Asking, State
from media.contract import Segment
from switch.application import CallFacts, HangupCause

MAX_STATES_A_STEP: Final = 500
MAX_ERRORS: Final = 3
MAX_TYPED: Final = 32
_APOLOGY: Final = "apology"


@dataclass(frozen=True, slots=True)
class Machine:
    """Runs one compiled flow; holds no state of any call."""

    flow: Flow
    world: World

    def begin(self) -> Session:
        """A session that waits for `CallStarted`."""
        return Session(self.flow.name, self.flow.version)

    def step(
        self, session: Session, event: Input, now: Instant
    ) -> tuple[Session, tuple[Command, ...]]:
        """Take one input. A fault takes the flow's error path; only defects of ours raise."""
        if session.ended:
            return session, ()
        run = Run(self.flow, session, self.world, now)
        _guarded(run, lambda: _take(run, event))
        return run.session, tuple(run.commands)


def _guarded(run: Run, act: Callable[[], None]) -> None:
    try:
        act()
        _follow(run)
        _type_ahead(run)
    except (FlowFault, ExpressionError) as fault:
        _fail(run, str(fault))
    except Exception as defect:  # ours, yet one call's flow must not end the process
        _fail(run, f"{type(defect).__name__} in '{run.session.state}'")


def _take(run: Run, event: Input) -> None:
    if isinstance(event, CallStarted):
        _start(run, event)
    elif isinstance(event, CallerHungUp):
        _gone(run)
    elif isinstance(event, Answered):
        run.was_answered()
    elif isinstance(event, Failed):
        raise FlowFault(event.reason)
    elif isinstance(event, PlayDone):
        _played(run, event)
    elif run.session.local.stage == _APOLOGY:
        if isinstance(event, TimerFired):
            _give_up(run)
    elif isinstance(event, TimerFired):
        _due(run, event.serial)
    elif isinstance(event, DigitPressed):
        _pressed(run, event)
    else:
        _hear(run, event)


def _start(run: Run, event: CallStarted) -> None:
    facts = event.facts
    headers = {name.lower(): value for name, value in facts.headers.items()}
    builtin = {
        "caller": facts.caller,
        "called": facts.called,
        "call_id": str(facts.call),
        "language": run.flow.languages[0],
        "agent": "",
        "wait_seconds": 0,
        "journey": journey_record(event.journey),
    }
    names = {**run.flow.initial, **builtin}
    protected = {name: names.pop(name) for name in tuple(names) if name in run.flow.protected}
    run.change(facts=_known(facts, headers), names=names, protected=protected)
    _enter(run, run.flow.start)


def _known(facts: CallFacts, headers: dict[str, str]) -> dict[str, object]:
    return {
        "call": str(facts.call),
        "tenant": facts.tenant,
        "caller": facts.caller,
        "called": facts.called,
        "headers": headers,
    }


def _enter(run: Run, name: str) -> None:
    state = run.flow.states[name]
    verb = VERBS[state.verb]
    visits = run.session.visits.get(name, 0) + 1
    run.change(state=name, local=Local(), visits={**run.session.visits, name: visits})
    run.tell(TellEntered(name, state.verb))
    if state.limit is not None and visits > state.limit:
        run.leave("limit", state.on_limit)
        return
    if verb.needs is not Needs.NOTHING and run.session.gone:
        run.end("hangup")
        return
    if verb.needs is Needs.MEDIA:
        run.answer()
    if verb.waits and not _takes_typed(run, state):
        run.change(typed="")
    verb.enter(state, run)


def _hear(run: Run, event: VerbEvent) -> None:
    if run.session.state:
        state = run.flow.states[run.session.state]
        VERBS[state.verb].on(state, event, run)


def _follow(run: Run) -> None:
    entered = 0
    while run.exit is not None or run.ending is not None:
        if run.ending is not None:
            ending, run.ending = run.ending, None
            _finish(run, *ending)
            continue
        assert run.exit is not None  # noqa: S101 - for the type checker
        label, target = run.exit
        run.exit = None
        _left(run, label)
        entered += 1
        if entered > MAX_STATES_A_STEP:
            run.change(errors=MAX_ERRORS)
            raise FlowFault("this loop never waits for anybody")
        _enter(run, target)


def _left(run: Run, label: str) -> None:
    run.clean()
    if run.session.state:
        run.tell(TellLeft(run.session.state, label, dict(run.changed)))
    run.changed.clear()


def _finish(run: Run, how: str, label: str) -> None:
    """The flow is over: what `on_hangup` names still runs, once."""
    _left(run, label)
    run.change(gone=True)
    if how == "hangup" and not run.session.closing and run.flow.on_hangup is not None:
        run.change(closing=True)
        _enter(run, run.flow.on_hangup)
        return
    run.change(ended=how)
    run.tell(TellEnded(how))


def _gone(run: Run) -> None:
    if not run.session.gone:
        run.change(gone=True)
        run.end("hangup", "caller_hung_up")


def _played(run: Run, event: PlayDone) -> None:
    local = run.session.local
    if event.play != local.play:
        return
    if local.stage == _APOLOGY:
        _give_up(run)
    elif event.failed:
        run.remember(play=0)
        raise FlowFault("a prompt could not be played")
    else:
        run.remember(play=0)
        _hear(run, event)


def _due(run: Run, serial: int) -> None:
    for name, running in run.session.timers.items():
        if running == serial:
            kept = {key: value for key, value in run.session.timers.items() if key != name}
            run.change(timers=kept)
            _hear(run, TimerDue(name))
            return


def _pressed(run: Run, event: DigitPressed) -> None:
    """A key that nobody asked for yet is kept for the next question."""
    if _swallowed(run, event.digit):
        return
    state = run.flow.states.get(run.session.state)
    if state is not None and not VERBS[state.verb].waits and not run.session.gone:
        run.change(typed=(run.session.typed + event.digit)[:MAX_TYPED])
    _hear(run, event)


def _takes_typed(run: Run, state: State) -> bool:
    """Whether a question takes keys from before it: not where they had to be protected."""
    if not isinstance(state, Asking) or (isinstance(state, Collect) and state.pci):
        return False
    return bool(option(state, run, "barge_in"))


def _type_ahead(run: Run) -> None:
    """Give a question that has just been asked what was keyed before."""
    while run.session.typed and not run.session.ended:
        state = run.flow.states[run.session.state]
        if not isinstance(state, Asking):
            return
        digit, rest = run.session.typed[0], run.session.typed[1:]
        run.change(typed=rest)
        if not _swallowed(run, digit):
            _hear(run, DigitPressed(digit))
            _follow(run)


def _swallowed(run: Run, digit: str) -> bool:
    key, until = run.session.swallow, run.session.swallow_until
    if not key:
        return False
    run.change(swallow="", swallow_until=0.0)
    return digit == key and run.now.mono <= until


def _fail(run: Run, reason: str) -> None:
    """The error path: the state's own, the flow's, or an apology and the end."""
    run.exit, run.ending = None, None
    run.changed.clear()
    session = run.session
    run.tell(TellFailed(session.state, reason))
    if session.local.stage == "waiting":
        run.tell(LeaveQueue())
    run.change(errors=session.errors + 1)
    state = run.flow.states.get(session.state)
    own = state.on_error if state is not None else None
    target = own or (None if session.gone else run.flow.on_error)
    if target is not None and session.errors < MAX_ERRORS:
        _guarded(run, lambda: run.leave("error", target))
    elif session.gone:
        run.change(closing=True)
        run.end("error")
        _follow(run)
    else:
        _apologise(run)


def _apologise(run: Run) -> None:
    """Nobody handles it: say so, then hang up; never silence for ever."""
    if run.session.local.stage == _APOLOGY:
        _give_up(run)
        return
    run.clean()
    language = str(run.session.names.get("language") or run.flow.languages[0])
    run.answer()
    run.remember(stage=_APOLOGY)
    run.play_segments((Segment(language, trouble(language)),), ("trouble",))
    run.start_timer(_APOLOGY, 15.0)


def _give_up(run: Run) -> None:
    run.clean()
    run.tell(HangUp(HangupCause.ERROR))
    run.remember(stage="")
    run.end("hangup")
    _follow(run)
