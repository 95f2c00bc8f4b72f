"""baresip registers over real UDP; with a wrong password it does not."""

import asyncio
import shutil
from pathlib import Path

import pytest

from tests.interop.sip_server import run, serving

pytestmark = pytest.mark.skipif(shutil.which("baresip") is None, reason="baresip is not installed")

CONFIG = """\
sip_listen 127.0.0.1:0
module_path /usr/lib/baresip/modules
module g711.so
module_app account.so
module_app menu.so
"""


async def baresip(folder: Path, port: int, password: str) -> str:
    account = f"<sip:1001@127.0.0.1:{port}>;auth_pass={password};regint=60\n"
    for name, text in (("config", CONFIG), ("accounts", account), ("contacts", "")):
        (folder / name).write_text(text)
    return (await run("baresip", "-f", str(folder), "-t", "1"))[1]


async def test_baresip_registers_with_digest(tmp_path: Path) -> None:
    async with serving() as server:
        agent = server.agent
        output = asyncio.create_task(baresip(tmp_path, agent.config.address[1], "secret"))
        seen = []
        while not output.done():
            await asyncio.sleep(0.02)
            seen += agent.registrar.contacts("1001")
        assert "200 OK" in output.result()
        assert "baresip" in seen[0].user_agent
        assert seen[0].address[0] == "127.0.0.1"
        assert agent.registrar.count == 0  # it takes its binding away when it ends


async def test_a_wrong_password_is_refused(tmp_path: Path) -> None:
    async with serving() as server:
        agent = server.agent
        output = await baresip(tmp_path, agent.config.address[1], "guess")
        assert "403 Forbidden" in output
        assert agent.registrar.count == 0
