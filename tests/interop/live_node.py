"""A whole node as a child process, and what it tells: the log, the control socket, `/metrics`."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from phone.contract import Account
from segue.control import ask
from segue.keys import load_keys

ROOT = Path(__file__).resolve().parents[2]
START_S, STOP_S = 30.0, 15.0
OPEN = ("segue_calls_open", "segue_legs_open", "segue_rtp_sessions_open")


def demo_site(folder: Path, **changes: Callable[[str], str]) -> Path:
    """A copy of the demo site; `changes` rewrite its files by name (`queues`, `numbers`…)."""
    shutil.copytree(ROOT / "config/demo", folder)
    for name, change in changes.items():
        path = folder / f"{name}.yaml"
        path.write_text(change(path.read_text()))
    return folder


@dataclass
class Told:
    """One line of the node's JSON log about an event."""

    kind: str
    call: str
    text: str


@dataclass
class LiveNode:
    """A running node. Everything about it is read from outside."""

    data_dir: Path
    site: Path
    child: subprocess.Popen[bytes]
    begin: int
    status: dict[str, Any] = field(default_factory=dict)

    # Where it is

    @property
    def sip(self) -> str:
        """`host:port` for SIP."""
        host, port = self.status["sip"]
        return f"{host}:{port}"

    @property
    def sip_port(self) -> int:
        return int(self.status["sip"][1])

    @property
    def http(self) -> str:
        return str(self.status["http"])

    def password(self, account: str) -> str:
        """Of `sip:1001`, `desk:li_na`, `api:app`."""
        return load_keys(Path(self.status["keys"])).accounts[account]

    def account(self, extension: str, password: str | None = None) -> Account:
        secret = self.password(f"sip:{extension}") if password is None else password
        return Account(extension, f"sip:{self.sip}", secret)

    def uri(self, number: str) -> str:
        return f"sip:{number}@{self.sip}"

    # What it tells

    async def ask(self, command: str, **args: Any) -> Any:
        return await ask(self.data_dir / "segue.sock", command, **args)

    async def metrics(self) -> dict[str, float]:
        async with httpx.AsyncClient() as http:
            text = (await http.get(f"{self.http}/metrics")).text
        rows = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
        return {name: float(value) for name, value in rows}

    @property
    def log(self) -> Path:
        return self.data_dir / "node.log"

    def mark(self) -> int:
        """A place in the log: what is told later comes after it."""
        return self.log.stat().st_size

    def told(self, since: int) -> list[Told]:
        """Events that were logged after `since`."""
        lines = self.log.read_bytes()[since:].rpartition(b"\n")[0].splitlines()
        records = [json.loads(line) for line in lines if line.startswith(b"{")]
        return [
            Told(record["kind"], record.get("call") or "", record["message"])
            for record in records
            if "kind" in record
        ]

    def errors(self, since: int = 0) -> list[str]:
        """What is no event, information or warning: errors, tracebacks, words of libraries."""
        lines = self.log.read_bytes()[since:].rpartition(b"\n")[0].decode().splitlines()
        records = [json.loads(line) if line.startswith("{") else {} for line in lines]
        fine = [r.get("level") in ("info", "warning") and "traceback" not in r for r in records]
        return [line for line, good in zip(lines, fine, strict=True) if not good]

    async def hears(
        self, kind: str, since: int, *, text: str = "", call: str = "", limit_s: float = 15.0
    ) -> Told:
        """The first event of this kind after `since`, as soon as it is there."""
        async with asyncio.timeout(limit_s):
            while True:
                for one in self.told(since):
                    if one.kind == kind and text in one.text and call in ("", one.call):
                        return one
                await asyncio.sleep(0.02)

    async def story(self, call: str) -> list[dict[str, Any]]:
        """The call's records with their payloads, from the evidence log."""
        shown = await self.ask("calls.show", call=call)
        return list(shown["events"])

    async def closes_the_books(self, since: int, *, calls: int | None = None) -> list[str]:
        """Everything of the calls since then is gone, and each ended once; gives their ids."""
        try:
            async with asyncio.timeout(10):
                while True:
                    figures = await self.metrics()
                    if not any(figures[name] for name in OPEN):
                        break
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AssertionError(f"left open: { ({n: figures[n] for n in OPEN}) }") from None
        assert figures["segue_defects_total"] == 0
        events = self.told(since)
        received = [event.call for event in events if event.kind == "call.received"]
        ended = [event.call for event in events if event.kind == "call.ended"]
        assert sorted(ended) == sorted(received)
        assert len(set(received)) == len(received)
        if calls is not None:
            assert len(received) == calls
        kinds = [event.kind for event in events]
        assert kinds.count("recording.started") == kinds.count("recording.stopped")
        errors = self.errors(since)
        assert not errors, errors
        return received

    # Its end

    def stop(self) -> int:
        """SIGTERM; its exit status."""
        self.child.send_signal(signal.SIGTERM)
        return self.child.wait(STOP_S)

    def kill(self) -> None:
        """SIGKILL: as if the machine had lost its power."""
        self.child.kill()
        self.child.wait(STOP_S)


def start_node(data_dir: Path, site: Path | None = None, **flags: str) -> LiveNode:
    """`segue run`; it has not said yet that it serves (see `wait_ready`)."""
    data_dir.mkdir(parents=True, exist_ok=True)
    site = site or ROOT / "config/demo"
    given = {
        "sip-port": "0",
        "http-port": "0",
        "rtp-ports": "22000-23999",
        "drain": "1",
        "log": "json",
        **{name.replace("_", "-"): value for name, value in flags.items()},
    }
    words = [sys.executable, "-m", "segue", "run"]
    words += ["--site", str(site), "--data-dir", str(data_dir)]
    words += [word for name, value in given.items() for word in (f"--{name}", value)]
    log = data_dir / "node.log"
    with log.open("ab") as output:
        begin = output.tell()
        child = subprocess.Popen(
            words, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
    return LiveNode(data_dir, site, child, begin)


def wait_ready(node: LiveNode) -> None:
    """Until its control socket answers."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and node.child.poll() is None:
        with contextlib.suppress(OSError):
            status = _status(node.data_dir / "segue.sock")
            if status["pid"] == node.child.pid:
                node.status = status
                return
        time.sleep(0.05)
    raise AssertionError(f"the node does not serve:\n{node.log.read_text()[node.begin :]}")


def _status(path: Path) -> dict[str, Any]:
    with socket.socket(socket.AF_UNIX) as control:
        control.settimeout(5.0)
        control.connect(str(path))
        control.sendall(b'{"command": "status"}\n')
        status: dict[str, Any] = json.loads(control.makefile().readline())["ok"]
        return status


@contextlib.contextmanager
def running(data_dir: Path, site: Path | None = None, **flags: str) -> Iterator[LiveNode]:
    """A node that serves; killed when the block ends, unless it was stopped in it."""
    node = start_node(data_dir, site, **flags)
    try:
        wait_ready(node)
        yield node
    finally:
        if node.child.poll() is None:
            node.kill()
