"""Who plays in the demonstration: a node, a bank with its customer, two phones, a page."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from base.errors import SegueError, UnavailableError
from phone.contract import Account
from phone.pjsua import PjsuaPhone
from segue.demo.page import AgentPage, PlaywrightError
from segue.demo.process import program
from segue.keys import Keys, load_keys
from segue.shipped import bank_app

CUSTOMER, AGENT_PHONE, AGENT = "8001", "1001", "li_na"
_START_S = 15.0


@dataclass(frozen=True, slots=True)
class Cast:
    """All of them, ready: phones registered, the agent available."""

    node: Mapping[str, Any]
    keys: Keys
    bank_url: str
    http: httpx.AsyncClient
    customer: PjsuaPhone
    agent: PjsuaPhone
    page: AgentPage

    @property
    def sip(self) -> str:
        """Where the node takes calls: `host:port`."""
        host, port = self.node["sip"]
        return f"{host}:{port}"

    async def help_wanted(self) -> dict[str, Any]:
        """The customer uses the app, gets stuck and asks for help: the handoff."""
        answer = await self.http.post(f"{self.bank_url}/start")
        if answer.is_error:
            raise UnavailableError(f"the bank app answered {answer.status_code}: {answer.text}")
        handoff: dict[str, Any] = answer.json()
        return handoff

    async def customers_app(self, case: str) -> str:
        """What the customer's app shows now."""
        return (await self.http.get(f"{self.bank_url}/app/{case}")).text

    async def observed(self, name: str, source: str, case: str, **detail: Any) -> None:
        """What a phone heard, told to the node as an observer."""
        answer = await self.http.post(
            f"{self.node['http']}/api/v1/observations",
            json={"name": name, "source": source, "case": case, "detail": detail},
            headers={"Authorization": f"Bearer {self.keys.accounts['api:observer']}"},
        )
        answer.raise_for_status()


@contextlib.asynccontextmanager
async def cast(
    node: Mapping[str, Any], data_dir: Path, *, deaf_page: bool = False
) -> AsyncIterator[Cast]:
    """Bring everybody on; they leave when the block ends, whatever happens."""
    keys = load_keys(Path(node["keys"]))
    async with contextlib.AsyncExitStack() as stack:
        http = await stack.enter_async_context(httpx.AsyncClient(timeout=10.0))
        try:
            async with asyncio.TaskGroup() as group:
                bank = group.create_task(
                    stack.enter_async_context(_bank(node, keys, data_dir, http))
                )
                customer = group.create_task(_phone(stack, node, keys, CUSTOMER))
                agent = group.create_task(_phone(stack, node, keys, AGENT_PHONE))
                page = group.create_task(_page(stack, node, keys, deaf_page))
        except* (SegueError, PlaywrightError, OSError) as missing:
            told = "; ".join(str(error) for error in missing.exceptions)
            raise UnavailableError(f"not everybody came on: {told}") from missing
        yield Cast(
            node, keys, bank.result(), http, customer.result(), agent.result(), page.result()
        )


async def _phone(
    stack: contextlib.AsyncExitStack, node: Mapping[str, Any], keys: Keys, extension: str
) -> PjsuaPhone:
    host, port = node["sip"]
    account = Account(extension, f"sip:{host}:{port}", keys.accounts[f"sip:{extension}"])
    phone = await stack.enter_async_context(await PjsuaPhone.start(account))
    await phone.register()
    return phone


async def _page(
    stack: contextlib.AsyncExitStack, node: Mapping[str, Any], keys: Keys, deaf: bool
) -> AgentPage:
    page = await stack.enter_async_context(AgentPage(node["http"], deaf=deaf))
    await page.log_in(AGENT, keys.accounts[f"desk:{AGENT}"])
    await page.become_available()
    return page


@contextlib.asynccontextmanager
async def _bank(
    node: Mapping[str, Any], keys: Keys, data_dir: Path, http: httpx.AsyncClient
) -> AsyncIterator[str]:
    """The bank app in its own process, with keys in files that only we can read."""
    port = _free_port()
    words = [str(bank_app()), "--segue", node["http"], "--port", str(port)]
    for flag, role in (("--key-file", "app"), ("--observer-key-file", "observer")):
        path = data_dir / f"{role}.key"
        path.touch(mode=0o600)
        path.write_text(keys.accounts[f"api:{role}"])
        words += [flag, str(path)]
    async with program(words, data_dir / "bank.log") as child:
        url = f"http://127.0.0.1:{port}"
        deadline = asyncio.get_running_loop().time() + _START_S
        while True:
            with contextlib.suppress(httpx.TransportError):
                await http.get(f"{url}/app/none")
                break
            late = asyncio.get_running_loop().time() > deadline
            if child.returncode is not None or late:
                raise UnavailableError(f"the bank app did not start; see {data_dir / 'bank.log'}")
            await asyncio.sleep(0.05)
        yield url


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
