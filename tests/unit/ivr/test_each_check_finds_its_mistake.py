"""Every check by one small flow that has just its mistake."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from base.messages import LANGUAGES
from ivr.checks import SiteNames
from ivr.loader import load_flow

SITE = SiteNames(
    queues={"sales"},
    calendars={"shop_hours"},
    mailboxes={"shop"},
    extensions={"201"},
    music={"hold/soft"},
    flows={"other"},
    audio={"shop/welcome.en.wav"},
)

GOOD = """\
flow: small
start: menu
on_error: bye
defaults: {on_no_input: bye, on_invalid: bye}
prompts:
  welcome: {en: Welcome.}
states:
  menu:
    menu: welcome
    choices: {1: wait, 2: bye}
  wait:
    queue: sales
    max_wait: 3m
    next: bye
    on_timeout: bye
  bye:
    hangup: normal
"""


def codes(text: str) -> list[tuple[str, int]]:
    _, problems = load_flow(text, SITE)
    for problem in problems:
        assert all(problem.text(language) for language in LANGUAGES)
    return [(problem.code, problem.line) for problem in problems]


def test_the_good_flow_is_clean() -> None:
    assert codes(GOOD) == []


@pytest.mark.parametrize(
    ("code", "old", "new", "line"),
    [
        ("F005", "    max_wait: 3m\n", "    say: welcome\n", 13),
        ("F006", "    queue: sales\n", "    queu: sales\n", 12),
        ("F010", "choices:", "chioces:", 10),
        ("F010", "max_wait: 3m", "max_wait: 3", 13),
        ("F010", "hangup: normal", "hangup: nromal", 17),
        ("F010", "    hangup: normal\n", "    hangup: normal\n    nxet: bye\n", 18),
        ("F010", "choices: {1:", "choices: {12345:", 10),
        ("L101", "{1: wait", "{1: wiat", 10),
        ("L102", "{1: wait, 2: bye}", "{2: bye}", 11),
        ("L104", "    hangup: normal\n", "    say: welcome\n    next: bye\n", 8),
        (
            "L105",
            "  bye:\n    hangup: normal\n",
            "  bye:\n    hangup: normal\n"
            "  a:\n    set: {x: 1}\n    next: b\n  b:\n    set: {x: 2}\n    next: a\n",
            18,
        ),
        ("L107", "    max_wait: 3m\n", "    max_wait: 3m\n    limit: 2\n", 14),
        ("L110", "on_no_input: bye, ", "", 8),
        ("L111", ", on_invalid: bye", "", 8),
        ("L112", "{1: wait, 2: bye}", "{1: wait, 11: bye}", 10),
        ("L113", "    choices:", "    direct_dial: ext\n    choices:", 10),
        ("L114", "    choices:", "    phrases: {7: [x]}\n    choices:", 10),
        ("L115", "queue: sales", "queue: slaes", 12),
        ("L115", "    max_wait: 3m\n", "    max_wait: 3m\n    music: nope\n", 14),
        ("L116", "    max_wait: 3m\n", "", 11),
        ("L118", "on_error: bye", "on_hangup: menu", 8),
        ("L120", "menu: welcome", "menu: welcmoe", 9),
        ("L121", "start: menu", "start: menu\nlanguages: [en, zh]", 7),
        ("L122", "{en: Welcome.}", "{en: Welcome., audio: shop/absent}", 6),
        ("L123", "menu: welcome", "menu: Hello there", 6),
        ("L124", "    max_wait: 3m\n", "    max_wait: 3m\n    pop: [breakpoint]\n", 14),
        ("L130", "queue: sales", "queue: ${1 +}", 12),
        ("L131", "queue: sales", "queue: ${callr}", 12),
    ],
)
def test_a_mistake_is_found_at_its_line(code: str, old: str, new: str, line: int) -> None:
    assert old in GOOD
    assert (code, line) in codes(GOOD.replace(old, new, 1))


ASK = """\
flow: small
start: ask
record: always
on_error: bye
defaults: {on_no_input: bye, on_invalid: bye}
prompts:
  welcome: {en: Welcome.}
states:
  ask:
    collect: pin
    prompt: welcome
    digits: 4
    pci: true
    mask: all
    next: bye
  bye:
    hangup: normal
"""


@pytest.mark.parametrize(
    ("code", "old", "new", "line"),
    [
        ("L106", "next: bye\n", "next: again\n  again:\n    say: welcome\n    next: ask\n", 9),
        ("L119", "    digits: 4\n", "", 9),
        ("L140", "    mask: all\n", "", 13),
        ("L141", "    pci: true\n    mask: all\n", "", 9),
        ("L142", "hangup: normal", "hangup: normal\n    say: Your PIN is ${pin}.", 18),
        (
            "L160",
            "next: bye\n  bye:",
            "next: text\n  text:\n    notify: sms\n    to: ${caller}\n"
            "    text: welcome\n    next: bye\n  bye:",
            17,
        ),
    ],
)
def test_a_mistake_about_digits_is_found(code: str, old: str, new: str, line: int) -> None:
    assert old in ASK
    assert (code, line) in codes(ASK.replace(old, new, 1))


def test_a_request_without_error_path_is_found() -> None:
    text = ASK.replace("on_error: bye\n", "").replace(
        "next: bye\n", "next: send\n  send:\n    http: POST bank/x\n    next: bye\n"
    )
    assert ("L117", 15) in codes(text)


def test_a_key_set_on_only_some_ways_is_a_warning() -> None:
    text = GOOD.replace("{1: wait, 2: bye}", "{1: wait, 2: mark}").replace(
        "    max_wait: 3m\n", "    max_wait: 3m\n    pop: [topic, customer]\n"
    )
    text += "  mark:\n    tag: {topic: x}\n    next: wait\n"
    assert ("L124", 14) in codes(text)
    always = text.replace("{1: wait, 2: mark}", "{1: mark, 2: mark}")
    assert codes(always) == []


def test_the_remedy_names_the_nearest_word() -> None:
    _, problems = load_flow(GOOD.replace("{1: wait", "{1: wiat"), file="shop.yaml")
    assert problems[0].text().splitlines() == [
        "shop.yaml:10:18: error L101: states.menu.choices.1: there is no state called 'wiat'",
        "    did you mean 'wait'?",
    ]


def test_every_problem_is_shown_at_once() -> None:
    broken = GOOD.replace("queue: sales", "queue: slaes").replace("menu: welcome", "menu: welcmoe")
    assert {code for code, _ in codes(broken)} == {"L115", "L120", "L123"}


def test_a_missing_file_is_a_problem() -> None:
    flow, problems = load_flow(Path("/nonexistent/flow.yaml"))
    assert flow is None
    assert [problem.code for problem in problems] == ["F000"]


@pytest.mark.parametrize("name", ["bank_resume", "ecom_order"])
def test_misspelt_keys_of_real_flows_are_noticed(name: str) -> None:
    text = (Path(__file__).parent / "flows" / f"{name}.yaml").read_text("utf-8")
    lines = text.split("\n")
    start = next(n for n, line in enumerate(lines) if line.startswith("states:"))
    end = next(n for n, line in enumerate(lines) if line.startswith("mocks:"))
    silent = []
    for number in range(start + 1, end):
        found = re.match(r"(    )([a-z_]{3,})(:.*)$", lines[number])
        if not found or found[2][-1] == found[2][-2]:
            continue
        wrong = found[2][:-2] + found[2][-1] + found[2][-2]
        changed = [*lines[:number], f"    {wrong}{found[3]}", *lines[number + 1 :]]
        flow, problems = load_flow("\n".join(changed))
        if flow is not None and not any(p.line == number + 1 for p in problems):
            silent.append(lines[number])
    assert silent == []


def test_what_cannot_run_here_says_why_in_both_languages() -> None:
    text = GOOD.replace("queue: sales", "queue: sales\n    whisper: welcome").replace(
        "  bye:\n", "  bye:\n    note: end\n"
    )
    assert ("L161", 13) in codes(text)
    for verb, option in (
        ("record: start", "beep: true"),
        ("voicemail: shop\n    prompt: welcome", "language: en"),
        ("http: GET bank/x\n    on_error: bye", "retries: 2"),
    ):
        told = load_flow(
            GOOD.replace("{1: wait, 2: bye}", "{1: wait, 2: more}")
            + f"  more:\n    {verb}\n    next: bye\n    {option}\n"
        )[1]
        name = option.partition(":")[0]
        assert [p.line for p in told if p.code == "L161" and name in p.text("en")], option
    assert "L161" not in {
        p.code
        for p in load_flow(
            GOOD.replace("{1: wait, 2: bye}", "{1: wait, 2: more}")
            + "  more:\n    voicemail: shop\n    prompt: welcome\n    beep: false\n    next: bye\n"
        )[1]
    }
    sms = GOOD.replace("{1: wait, 2: bye}", "{1: wait, 2: sms}") + (
        "  sms:\n    notify: sms\n    to: ${caller}\n    next: bye\n"
    )
    _, problems = load_flow(sms)
    assert [p.code for p in problems] == ["L160"]
    assert "because messages cannot be sent yet" in problems[0].text("en")
    assert "还不能发送消息" in problems[0].text("zh")
