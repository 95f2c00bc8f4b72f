"""The customer of the page's tests: one pop that has everything, and its poorer versions."""

from __future__ import annotations

import copy
from typing import Any

from tests.interop.page_server import stamp

CALLER = "+8613800138000"


def full_pop() -> dict[str, Any]:
    """Matched by token; stuck at step 3 of 5 of a transfer."""
    chat = [
        ("customer", "Why can I not send 60,000? It worked last month."),
        ("bot", "The daily limit for transfers abroad is 50,000 CNY. Shall I raise it?"),
        ("customer", "I want to speak to a person"),
    ]
    journey = [
        ("app", "screen", "Transfer abroad", True),
        ("app", "step", "Payee", True),
        ("app", "step", "Amount", True),
        ("app", "error", "Amount 60,000 CNY is over the daily limit", False),
        ("chat", "message", "“Why can I not send 60,000?”", None),
        ("bot", "help", "Offered to raise the limit; not understood", False),
        ("voice", "call", "welcome > who > to_support", None),
    ]
    return {
        "customer": {"id": "C1001", "name": "Wang Fang", "number": CALLER, "level": "gold"},
        "match": {
            "by": "token",
            "confidence": 1.0,
            "sure": True,
            "reasons": ["the app's token came with the call"],
            "question": None,
            "candidates": [],
        },
        "step": {
            "business": "transfer_abroad",
            "title": "Transfer abroad",
            "step": "amount",
            "number": 3,
            "of": 5,
            "text": "Amount over the daily limit",
            "error": "LIMIT_EXCEEDED",
        },
        "journey": [
            {"at": stamp(i * 19 - 160), "channel": channel, "kind": kind, "text": text, "ok": ok}
            for i, (channel, kind, text, ok) in enumerate(journey)
        ],
        "form": [
            {"name": "payee", "label": "Payee", "value": "Li ***", "hidden": False},
            {"name": "amount", "label": "Amount", "value": "60,000 CNY", "hidden": False},
            {"name": "fee", "label": "Fee", "value": "ours", "hidden": False},
            {"name": "card", "label": "Card number", "value": None, "hidden": True},
        ],
        "chat": [
            {"at": stamp(i * 9 - 90), "who": who, "text": text}
            for i, (who, text) in enumerate(chat)
        ],
        "path": [
            {"at": stamp(-20 + i), "state": state, "exit": leave}
            for i, (state, leave) in enumerate(
                [("welcome", "next"), ("who", "matched"), ("to_support", None)]
            )
        ],
        "tags": {"topic": "transfer"},
        "earlier": [
            {
                "call": "call-0",
                "at": stamp(-20 * 86400),
                "outcome": "answered",
                "recording": "rec-0",
            },
            {
                "call": "call-00",
                "at": stamp(-31 * 86400),
                "outcome": "abandoned",
                "recording": None,
            },
        ],
        "script": {
            "title": "Transfer failed",
            "steps": [
                "Greet by name",
                "Say that you see the transfer of 60,000 CNY",
                "Say the sentence about limits",
                "Offer to raise the limit for today",
            ],
            "answers": [
                {
                    "q": "What is the daily limit?",
                    "a": "50,000 CNY a day; it can be raised to 200,000 with a check of identity.",
                },
                {"q": "How long does a transfer take?", "a": "One to three banking days."},
            ],
        },
        "can_continue": True,
        "continued": None,
    }


def unsure_pop() -> dict[str, Any]:
    """Number only, shared by two customers: no form, no Continue, a question."""
    pop = copy.deepcopy(full_pop())
    pop["match"] = {
        "by": "number",
        "confidence": 0.3,
        "sure": False,
        "reasons": ["2 customers use this calling number"],
        "question": "Ask for the name: several customers use this number.",
        "candidates": [
            {"case": "case-1", "name": "Wang Fang"},
            {"case": "case-7", "name": "Chen Yu"},
        ],
    }
    pop["form"] = []
    pop["can_continue"] = False
    return pop


def nobody_pop() -> dict[str, Any]:
    """No match at all."""
    pop = copy.deepcopy(full_pop())
    pop |= {"customer": None, "step": None, "journey": [], "form": [], "chat": [], "earlier": []}
    pop["match"] = {
        "by": "none",
        "confidence": 0.0,
        "sure": False,
        "reasons": [],
        "question": None,
        "candidates": [],
    }
    pop["can_continue"] = False
    return pop


def offer(pop: dict[str, Any], *, epoch: int = 1, call: str = "call-1") -> dict[str, Any]:
    """A POPMESSAGE."""
    return {
        "offer": f"offer-{call}",
        "epoch": epoch,
        "call": call,
        "case": "case-1",
        "queue": "support",
        "caller": CALLER,
        "waited_s": 41.0,
        "pop": pop,
    }


def call_state(state: str, *, call: str = "call-1", since_s: float = 0) -> dict[str, Any]:
    """A CALLSTATE."""
    return {
        "call": call,
        "case": "case-1",
        "state": state,
        "since": stamp(since_s),
        "caller": CALLER,
        "customer": "Wang Fang",
        "recording": state != "ringing",
    }


def call_row(call: str, customer: str | None, recording: str | None) -> dict[str, Any]:
    """A CALL of the list."""
    kept = {"id": recording, "seconds": 2.0, "keep_until": stamp(365 * 86400), "state": "sealed"}
    return {
        "call": call,
        "case": "case-1",
        "started": stamp(-600),
        "ended": stamp(-406),
        "seconds": 194.0,
        "caller": CALLER,
        "customer": customer,
        "queue": "support",
        "agent": "li_na",
        "outcome": "answered",
        "recording": kept if recording else None,
    }
