"""A log line tells ids, names of the site and measures; what a person typed stays out of it."""

import json
import logging

import pytest

from base.virtual import SeededIds, VirtualTime
from handoff.events import CaseOpened, HandoffCreated
from records.codec import split
from records.contract import Record
from segue.logs import _JsonLines, _Text, tell
from switch.events import LegInvited, PresenceChanged, RecordingUnavailable, Registered

TIME, IDS = VirtualTime(), SeededIds()
STYLES = pytest.mark.parametrize("style", [_JsonLines(), _Text()])


def logged(event, caplog, style):
    payload, personal = split(event)
    record = Record(
        "n1", 1, 0.0, 0.0, "default", event.kind, 1,
        payload.get("call"), payload.get("case"), payload.get("agent"), payload, personal, event,
    )  # fmt: skip
    with caplog.at_level(logging.INFO, "segue"):
        tell(record)
    return style.format(caplog.records[-1])


@STYLES
@pytest.mark.parametrize(
    ("event", "shown", "hidden"),
    [
        (HandoffCreated("K1", "H1", "amount", "d1gest", "c0de", 9.0), "H1", ["d1gest", "c0de"]),
        (
            CaseOpened("K1", "bank", "app", "loan", "Loan of Wang", "https://bank.example/wang",
                       customer={"name": "Wang Fang"}),
            "K1",
            ["Wang", "wang"],
        ),
        (Registered("201", "sip:13800138000@10.0.0.1", 60, "Wang's phone"), "201", ["138", "Wang"]),
        (LegInvited("c1", "l1", "tel:+8613800138000"), "c1", ["138"]),
        (LegInvited("c1", "l1", "ext:201"), "ext:201", ["#"]),
        (PresenceChanged("li_na", "break", "call Wang on 138"), "li_na", ["Wang", "138"]),
        (PresenceChanged("li_na", "break", "no_answer"), "no_answer", ["#"]),
    ],
)  # fmt: skip
def test_only_what_is_ours_is_shown(event, shown, hidden, caplog, style):
    line = logged(event, caplog, style)
    assert shown in line
    assert not [value for value in hidden if value in line]


@STYLES
def test_what_somebody_has_to_act_on_is_a_warning_with_its_reason(caplog, style):
    line = logged(RecordingUnavailable("c1", "refuse", "no space left on /var"), caplog, style)
    assert "no space left on /var" in line
    assert caplog.records[-1].levelno == logging.WARNING


@STYLES
def test_an_exception_is_told_by_type_and_place_only(caplog, style):
    typed, name = "hunter2", "Wang Fang"
    try:
        try:
            int(typed)
        except ValueError as error:
            raise LookupError(name) from error
    except LookupError:
        logging.getLogger("segue").exception("a defect")
    line = style.format(caplog.records[-1])
    assert "test_logs_hold_no_personal_value.py" in line
    assert "builtins.ValueError" in line
    assert "builtins.LookupError" in line
    assert "hunter2" not in line
    assert "Wang Fang" not in line
    if isinstance(style, _JsonLines):
        assert json.loads(line)["level"] == "error"
