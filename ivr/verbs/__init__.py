"""A verb a file: the model of its YAML, `enter` and `on`; all of them in one dict."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from ivr.inputs import VerbEvent
from ivr.run import Run
from ivr.verbs import (
    answer,
    bot,
    call,
    callback,
    collect,
    conference,
    consent,
    dial,
    goto,
    handoff,
    hangup,
    hours,
    http,
    if_,
    knowledge,
    language,
    listen,
    lookup,
    match,
    menu,
    notify,
    play,
    queue,
    record,
    return_,
    say,
    set,
    survey,
    switch,
    tag,
    transfer,
    voicemail,
    wait,
)
from ivr.verbs.state import State


class Needs(enum.Enum):
    """What a verb needs of the caller."""

    NOTHING = "nothing"
    CALLER = "caller"
    """The caller must still be there."""
    MEDIA = "media"
    """The call is answered first."""


@dataclass(frozen=True, slots=True)
class Verb:
    """What the machine and the checks know of a verb."""

    model: type[State]
    enter: Callable[[Any, Run], None]
    on: Callable[[Any, VerbEvent, Run], None]
    needs: Needs = Needs.NOTHING
    waits: bool = False
    """Somebody is waited for: a loop through it does not spin."""
    ends: bool = False
    """It ends this flow."""
    absent: str | None = None
    """Why it cannot run here yet: a code of `ivr.messages`; None where it can."""


_MEDIA: Final = Needs.MEDIA

VERBS: Final[dict[str, Verb]] = {
    "answer": Verb(answer.Answer, answer.enter, answer.on, Needs.CALLER),
    "say": Verb(say.Say, say.enter, say.on, _MEDIA),
    "play": Verb(play.Play, play.enter, play.on, _MEDIA),
    "menu": Verb(menu.Menu, menu.enter, menu.on, _MEDIA, waits=True),
    "language": Verb(language.Language, language.enter, language.on, _MEDIA, waits=True),
    "collect": Verb(collect.Collect, collect.enter, collect.on, _MEDIA, waits=True),
    "listen": Verb(listen.Listen, listen.enter, listen.on, _MEDIA, True, absent="no_speech"),
    "set": Verb(set.Set, set.enter, set.on),
    "if": Verb(if_.If, if_.enter, if_.on),
    "switch": Verb(switch.Switch, switch.enter, switch.on),
    "hours": Verb(hours.Hours, hours.enter, hours.on),
    "http": Verb(http.Http, http.enter, http.on, absent="no_connections"),
    "lookup": Verb(lookup.Lookup, lookup.enter, lookup.on, absent="no_tables"),
    "knowledge": Verb(knowledge.Knowledge, knowledge.enter, knowledge.on, absent="no_knowledge"),
    "match": Verb(match.Match, match.enter, match.on),
    "handoff": Verb(handoff.Handoff, handoff.enter, handoff.on),
    "queue": Verb(queue.Queue, queue.enter, queue.on, _MEDIA, waits=True),
    "dial": Verb(dial.Dial, dial.enter, dial.on, Needs.CALLER, waits=True),
    "transfer": Verb(
        transfer.Transfer, transfer.enter, transfer.on, _MEDIA, ends=True, absent="no_transfer"
    ),
    "conference": Verb(
        conference.Conference, conference.enter, conference.on, _MEDIA, True, absent="no_rooms"
    ),
    "voicemail": Verb(voicemail.Voicemail, voicemail.enter, voicemail.on, _MEDIA, waits=True),
    "callback": Verb(callback.Callback, callback.enter, callback.on, absent="no_callbacks"),
    "record": Verb(record.Record, record.enter, record.on, Needs.CALLER),
    "consent": Verb(consent.Consent, consent.enter, consent.on, _MEDIA, waits=True),
    "survey": Verb(survey.Survey, survey.enter, survey.on, _MEDIA, waits=True),
    "tag": Verb(tag.Tag, tag.enter, tag.on),
    "notify": Verb(notify.Notify, notify.enter, notify.on, absent="no_notify"),
    "bot": Verb(bot.Bot, bot.enter, bot.on, _MEDIA, True, absent="no_bots"),
    "call": Verb(call.Call, call.enter, call.on, absent="no_subflows"),
    "goto": Verb(goto.Goto, goto.enter, goto.on, ends=True, absent="no_subflows"),
    "return": Verb(return_.Return, return_.enter, return_.on, ends=True, absent="no_subflows"),
    "wait": Verb(wait.Wait, wait.enter, wait.on, _MEDIA),
    "hangup": Verb(hangup.Hangup, hangup.enter, hangup.on, ends=True),
}

OPTIONS: Final[dict[str, frozenset[str]]] = {
    name: frozenset(field.alias or key for key, field in verb.model.model_fields.items())
    for name, verb in VERBS.items()
}
"""The options of each verb as written in files, its own name among them."""


def verbs_of(state: dict[str, Any]) -> list[str]:
    """The verbs of a state as written: a word that is an option of another verb there is none."""
    found = [key for key in state if key in VERBS]
    own = [k for k in found if not any(o != k and k in OPTIONS[o] for o in found)]
    return own or found
