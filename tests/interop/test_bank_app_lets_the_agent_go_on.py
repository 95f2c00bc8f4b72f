"""The example bank against the documented API: stuck, helped, continued once, told back."""

import asyncio
import contextlib
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI, HTTPException, Request

from base.child import module_environment
from desk.models import CaseBody, EventsBody, ObservationBody

BANK = Path(__file__).parents[2] / "examples" / "bank_app.py"


class DocumentedApi:
    """The calls of docs/reference/http-api.md that an application makes, with their own checks."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.observations: list[ObservationBody] = []
        self.link = ""
        self.used = False
        self.app = FastAPI()
        self.app.post("/api/v1/cases", status_code=201)(self.open_case)
        self.app.post("/api/v1/cases/CASE1/events", status_code=202)(self.take)
        self.app.post("/api/v1/cases/CASE1/handoff", status_code=201)(self.hand_off)
        self.app.post("/api/v1/continue/{token}")(self.redeem)
        self.app.post("/api/v1/observations", status_code=202)(self.observe)

    async def open_case(self, request: Request) -> dict[str, str]:
        assert request.headers["authorization"] == "Bearer app-key"
        self.link = CaseBody.model_validate_json(await request.body()).link
        return {"case": "CASE1"}

    async def take(self, request: Request) -> dict[str, int]:
        EventsBody.model_validate_json(await request.body())
        events = (await request.json())["events"]
        self.events += events
        return {"accepted": len(events)}

    async def hand_off(self) -> dict[str, str]:
        return {"handoff": "H1", "token": "tok", "user_to_user": "746f6b;encoding=hex",
                "code": "123456", "expires_at": "2026-11-22T03:00:00Z", "dial": "6000"}  # fmt: skip

    async def redeem(self, token: str) -> dict[str, Any]:
        if token != "genuine":
            raise HTTPException(404)
        if self.used:
            raise HTTPException(410)
        self.used = True
        return {"case": "CASE1", "business": "transfer_abroad", "step": "amount",
                "agent": "li_na", "form": []}  # fmt: skip

    async def observe(self, request: Request) -> dict[str, str]:
        assert request.headers["authorization"] == "Bearer observer-key"
        self.observations.append(ObservationBody.model_validate_json(await request.body()))
        return {}


async def test_a_step_is_continued_once_and_completed(tmp_path: Path) -> None:
    api = DocumentedApi()
    async with _serving(api.app) as segue, _bank(tmp_path, segue) as bank:
        story = (await bank.post("/start")).json()
        assert (story["case"], story["token"], story["code"]) == ("CASE1", "tok", "123456")
        kinds = [event["kind"] for event in api.events]
        assert kinds.index("message") < kinds.index("screen")
        assert kinds[-2:] == ["error", "help"]
        assert "6000" in (await bank.get("/app/CASE1")).text

        forged = await bank.get("/transfer/CASE1?continue=forged&step=amount")
        assert (forged.status_code, "not genuine" in forged.text) == (404, True)
        assert (await bank.get("/transfer/CASE1")).status_code == 403
        assert api.observations == []

        link = api.link.replace("{case}", "CASE1").replace("{step}", "amount")
        opened = await bank.get(link.replace("{continue}", "genuine"))
        assert opened.status_code == 200
        assert "genuine" not in str(opened.url)
        assert "Step 3 of 5" in opened.text
        assert 'value="60000"' in opened.text
        assert [seen.name for seen in api.observations] == ["continue.used"]

        done = await bank.post("/transfer/CASE1", data={"amount": "50000<b>"})
        assert done.status_code == 200
        assert api.events[-1]["kind"] == "completed"
        seen_by_customer = (await bank.get("/app/CASE1")).text
        assert 'data-state="completed"' in seen_by_customer
        assert "50000&lt;b&gt;" in seen_by_customer

        again = await bank.get(link.replace("{continue}", "genuine"))
        assert (again.status_code, "used or is too old" in again.text) == (410, True)
        assert (await bank.post("/transfer/CASE1", data={"amount": "1"})).status_code == 403


@contextlib.asynccontextmanager
async def _serving(app: FastAPI) -> AsyncIterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        task = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task


@contextlib.asynccontextmanager
async def _bank(folder: Path, segue: str) -> AsyncIterator[httpx.AsyncClient]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for role in ("app", "observer"):
        (folder / role).write_text(f"{role}-key\n")
    words = [str(BANK), "--segue", segue, "--key-file", str(folder / "app")]
    words += ["--observer-key-file", str(folder / "observer"), "--port", str(port)]
    process = await asyncio.create_subprocess_exec(sys.executable, *words, env=module_environment())
    transport = httpx.AsyncHTTPTransport(retries=6)  # the program is still starting
    url = f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient(
            base_url=url, transport=transport, follow_redirects=True
        ) as client:
            yield client
    finally:
        process.terminate()
        await process.wait()
