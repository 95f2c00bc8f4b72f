"""Who takes part in live calls beside the phones under test: agents at their desks, a bank."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx

from phone.pjsua import PjsuaPhone
from tests.interop.live_node import LiveNode
from tests.interop.live_page import DeskPage, desk_page

EXTENSIONS = {"li_na": "1001", "chen_yu": "1002"}


@dataclass
class Agent:
    """An agent with a phone that is registered and a page that is open."""

    name: str
    phone: PjsuaPhone
    page: DeskPage


@contextlib.asynccontextmanager
async def agent(
    node: LiveNode,
    name: str,
    *,
    presence: str | None = "available",
    answer_after_s: float | None = None,
) -> AsyncIterator[Agent]:
    """At work until the block ends."""
    account = node.account(EXTENSIONS[name])
    async with await PjsuaPhone.start(account, answer_after_s=answer_after_s) as phone:
        await phone.register()
        async with desk_page(node, name, presence) as page:
            yield Agent(name, phone, page)


async def handoff(node: LiveNode, customer: str = "C77", number: str = "") -> dict[str, Any]:
    """A customer got stuck in the bank's app and asked for help; adds `case` to the answer."""
    who = {"id": customer, "name": "Zhao Lei"} | ({"number": number} if number else {})
    key = {"Authorization": f"Bearer {node.password('api:app')}"}
    async with httpx.AsyncClient(base_url=f"{node.http}/api/v1", headers=key) as http:
        opened = await http.post(
            "/cases",
            json={
                "customer": who,
                "channel": "app",
                "business": "transfer_abroad",
                "title": "Transfer abroad",
                "link": "https://bank.example/{case}/{step}?c={continue}",
            },
        )
        opened.raise_for_status()
        case = opened.json()["case"]
        step = {"kind": "step", "step": "amount", "number": 3, "of": 5, "title": "Amount"}
        told = await http.post(f"/cases/{case}/events", json={"events": [step]})
        told.raise_for_status()
        answer = await http.post(f"/cases/{case}/handoff", json={"step": "amount"})
        answer.raise_for_status()
        return {"case": case, **answer.json()}
