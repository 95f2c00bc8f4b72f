"""What a run leaves on disk: no secret anywhere, personal values in their column only."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from phone.contract import CallState
from phone.pjsua import PjsuaPhone
from segue.keys import load_keys
from tests.interop.live_cast import Agent, agent
from tests.interop.live_node import LiveNode, demo_site, running

WRONG_CODE = "314159"
NUMBER = "+8613900001111"
TYPED = {
    "name": "Zhao Lei",
    "number": NUMBER,
    "chat": "my purple elephant",
    "form": "622200001111",
    "notes": "she grows tulips",
}
HIDDEN_FIELD = "hunter2-pin"


@dataclass
class Left:
    """What must not be found again, as it comes up."""

    secrets: set[str] = field(default_factory=set)

    def add(self, *secrets: str) -> None:
        self.secrets.update(secrets)


class App:
    """The bank's app, and what it learns."""

    def __init__(self, node: LiveNode, left: Left) -> None:
        key = node.password("api:app")
        self._left = left
        self.http = httpx.AsyncClient(
            base_url=f"{node.http}/api/v1", headers={"Authorization": f"Bearer {key}"}
        )

    async def stuck(self) -> dict[str, Any]:
        """A customer wrote, typed, and asked for help."""
        who = {"id": "C77", "name": TYPED["name"], "number": NUMBER}
        case = await self._post(
            "/cases", customer=who, channel="app", business="transfer", title="Transfer",
            link="https://bank.example/{case}/{step}?c={continue}",
        )  # fmt: skip
        fields = [
            {"name": "account", "label": "Account", "value": TYPED["form"], "scope": "agent"},
            {"name": "pin", "label": "PIN", "value": HIDDEN_FIELD, "scope": "secret"},
        ]
        events = [
            {"kind": "message", "who": "customer", "text": TYPED["chat"]},
            {"kind": "step", "step": "amount", "number": 3, "of": 5, "title": "Amount"},
            {"kind": "form", "step": "amount", "fields": fields},
        ]
        await self._post(f"/cases/{case['case']}/events", events=events)
        issued = await self._post(f"/cases/{case['case']}/handoff", step="amount")
        self._left.add(issued["token"], issued["user_to_user"].partition(";")[0], issued["code"])
        return {**case, **issued}

    async def _post(self, path: str, **body: Any) -> dict[str, Any]:
        answer = await self.http.post(path, json=body)
        answer.raise_for_status()
        made: dict[str, Any] = answer.json()
        return made

    async def follow(self, url: str) -> list[int]:
        """Use a Continue link twice."""
        token = url.partition("?c=")[2]
        assert token
        self._left.add(token)
        return [(await self.http.post(f"/continue/{token}", json={})).status_code for _ in "12"]


async def keyed(node: LiveNode, customer: PjsuaPhone, li_na: Agent, app: App) -> None:
    """The code is keyed, wrong at first; the agent goes on at the customer's step."""
    issued = await app.stuck()
    since = node.mark()
    call = await customer.call(node.uri(issued["dial"]))
    await node.hears("state.entered", since, text="state=ask_code")
    await call.send_dtmf(f"{WRONG_CODE}#")
    await node.hears("context.refused", since)
    again = node.mark()
    await node.hears("state.entered", again, text="state=ask_code")
    await call.send_dtmf(f"{issued['code']}#")
    offer = await li_na.page.hears("offer", case=issued["case"])
    answered = await li_na.phone.wait_incoming()
    await answered.answer()
    await li_na.page.hears("call", state="talking")
    bound = {"offer": offer["offer"], "epoch": offer["epoch"]}
    link = await li_na.page.post(f"/cases/{issued['case']}/continue", **bound)
    assert await app.follow(link.json()["url"]) == [200, 410]
    await call.hangup()
    await li_na.page.hears("wrapup", call=offer["call"])
    body = {"call": offer["call"], "disposition": "solved", "notes": TYPED["notes"]}
    (await li_na.page.post("/wrapup", **body)).raise_for_status()


async def carried(node: LiveNode, customer: PjsuaPhone, li_na: Agent, app: App) -> None:
    """The token comes with the INVITE, and stops there."""
    issued = await app.stuck()
    headers = {"User-to-User": issued["user_to_user"], "X-Segue-Handoff": issued["token"]}
    after = len(li_na.page.seen)
    await li_na.page.present("available")
    call = await customer.call(node.uri(issued["dial"]), headers=headers)
    offer = await li_na.page.hears("offer", after=after, limit_s=25)
    assert offer["case"] == issued["case"]
    ringing = await li_na.phone.wait_incoming()
    assert not {"user-to-user", "x-segue-handoff"} & ringing.headers.keys()
    await ringing.answer(486)
    await call.hangup()
    await call.wait_state(CallState.TERMINATED)


async def refused(node: LiveNode, left: Left) -> None:
    """Wrong passwords and keys are not kept either."""
    async with httpx.AsyncClient(base_url=f"{node.http}/api/v1") as http:
        login = {"name": "li_na", "password": "wr0ng-passw0rd"}
        assert (await http.post("/login", json=login)).status_code == 401
        wrong = {"Authorization": "Bearer segue_0123456789ab_wr0ng"}
        assert (await http.get("/cases/1", headers=wrong)).status_code == 401
    left.add("wr0ng")


async def live(node: LiveNode, left: Left) -> None:
    app = App(node, left)
    async with (
        app.http,
        await PjsuaPhone.start(node.account("8001")) as customer,
        agent(node, "li_na") as li_na,
    ):
        await customer.register()
        await keyed(node, customer, li_na, app)
        await carried(node, customer, li_na, app)
        await refused(node, left)
        cookies = li_na.page._http.cookies
        left.add(cookies["segue_session"], li_na.page._http.headers["X-CSRF-Token"])
    await node.closes_the_books(node.begin)


def found(secrets: Iterable[str], data: bytes) -> set[str]:
    """Those that stand in `data` as words of their own, not by chance within a number or hash."""
    return {
        secret
        for secret in secrets
        if secret.encode() in data
        and re.search(rb"(?<![0-9A-Za-z.])%s(?![0-9A-Za-z])" % re.escape(secret.encode()), data)
    }


def files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


@pytest.mark.timeout(150)
def test_a_run_leaves_no_secret(tmp_path: Path) -> None:
    left = Left({WRONG_CODE, HIDDEN_FIELD})
    with running(tmp_path / "var", demo_site(tmp_path / "site")) as node:
        asyncio.run(live(node, left))
        during = {path: found(left.secrets, path.read_bytes()) for path in files(node.data_dir)}
        assert not {path: secrets for path, secrets in during.items() if secrets}
        assert node.stop() == 0

    keys = load_keys(node.data_dir / "keys.json")
    secrets = left.secrets | {*keys.accounts.values(), *keys.keys.values()}
    assert len(secrets) > 15
    after = {path.name: found(secrets, path.read_bytes()) for path in files(node.data_dir)}
    assert after.pop("keys.json")
    assert not {name: secrets for name, secrets in after.items() if secrets}

    log = node.log.read_text()
    assert "context.matched" in log
    assert not [value for value in TYPED.values() if value in log]
    with sqlite3.connect(node.data_dir / "segue.db") as database:
        rows = database.execute("SELECT payload, personal FROM events").fetchall()
    database.close()
    payloads, personal = ("".join(column) for column in zip(*rows, strict=True))
    assert not [value for value in TYPED.values() if value in payloads]
    assert not [value for value in TYPED.values() if value not in personal]

    # The test made the folder and the log; the rest is the node's own.
    own = [path for path in node.data_dir.rglob("*") if path != node.log]
    assert not [path for path in own if path.stat().st_mode & 0o077]
