"""Phones by others register with our user agent over real UDP, with digest."""

import contextlib
import shutil
from collections.abc import AsyncIterator

import pytest

from base.events import EventList
from base.system import SystemClock, SystemIds
from phone.contract import Account, PhoneError
from phone.pjsua import PjsuaPhone
from phone.sipp import SippRun, run_sipp
from switch.net.udp import UdpTransport
from switch.sip.config import UserAgentConfig
from switch.sip.digest import HASHES, ha1
from switch.sip.useragent import UserAgent

pytest.importorskip("pjsua2")


class OnePassword:
    """Every account's password is `secret`."""

    realm = "segue"

    def ha1(self, account: str, algorithm: str) -> str | None:
        return ha1(account, self.realm, "secret", algorithm)


@contextlib.asynccontextmanager
async def registrar() -> AsyncIterator[tuple[str, EventList]]:
    """Our user agent on a free UDP port; its address and what it logs."""
    clock, sink = SystemClock(), EventList()
    transport = UdpTransport([("127.0.0.1", 0)], clock)
    await transport.start()
    address = transport.addresses[0]
    agent = UserAgent(
        UserAgentConfig(address), clock=clock, ids=SystemIds(), credentials=OnePassword(), sink=sink
    )
    transport.serve(agent)
    try:
        yield f"{address[0]}:{address[1]}", sink
        assert transport.defects == 0
    finally:
        await transport.stop()


async def test_a_pjsua_phone_registers_and_takes_itself_away() -> None:
    async with registrar() as (address, log):
        account = Account("1001", f"sip:{address}", "secret")
        async with await PjsuaPhone.start(account) as phone:
            assert (await phone.register()).status == 200
            assert log.kinds() == ["registration.added"]
            await phone.unregister()
            assert log.kinds() == ["registration.added", "registration.removed"]


async def test_a_wrong_password_is_refused_and_a_closing_phone_unregisters() -> None:
    async with registrar() as (address, log):
        wrong = Account("1001", f"sip:{address}", "guess")
        async with await PjsuaPhone.start(wrong) as phone:
            with pytest.raises(PhoneError, match=r"40[13]"):
                await phone.register()
        assert "registration.added" not in log.kinds()
        async with await PjsuaPhone.start(Account("1001", f"sip:{address}", "secret")) as phone:
            await phone.register()
        assert log.kinds()[-1] == "registration.removed"


@pytest.mark.skipif(shutil.which("sipp") is None, reason="SIPp is not installed")
async def test_sipp_registers_where_md5_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    # SIPp 3.6 takes the first challenge and knows MD5 only; ours are SHA-256, then MD5.
    monkeypatch.delitem(HASHES, "SHA-256")
    async with registrar() as (address, log):
        run = SippRun("register", address, user="1002", password="secret", timeout_s=5)
        result = await run_sipp(run)
        assert result.ok, result
        assert log.kinds() == ["registration.added"]
