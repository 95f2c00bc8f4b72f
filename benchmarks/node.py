"""The node that is measured: a real `segue run` in a folder of its own, on free ports."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from base.errors import SegueError, UnavailableError
from segue.control import ask
from segue.keys import load_keys

ROOT: Final = Path(__file__).resolve().parents[1]
PAGE_AGENTS: Final = 5
_START_S: Final = 60.0
_NUMBERS: Final = """
"7001": {flow: bench_menu, open: true}
"7002": {flow: bench_bridge, open: true}
"7003": {flow: bench_recorded, open: true}
"7004": {flow: bench_queue, open: true}
"""
_QUEUE: Final = """
bench: {strategy: longest_waiting, ring: 20s, wrap_up: 1s, agents: [{name: li_na}], record: false}
"""


@dataclass(frozen=True, slots=True)
class Node:
    """A running node, seen from outside."""

    child: subprocess.Popen[bytes]
    folder: Path
    sip: tuple[str, int]
    http: str

    def password(self, account: str) -> str:
        """Of `sip:1001`, `desk:li_na`, `api:app`."""
        return load_keys(self.folder / "keys.json").accounts[account]

    def ask(self, command: str, **values: Any) -> Any:
        """Through the control socket."""
        return asyncio.run(self.ask_now(command, **values))

    async def ask_now(self, command: str, **values: Any) -> Any:
        """The same, from a coroutine."""
        return await ask(self.folder / "segue.sock", command, **values)

    def cpu_s(self) -> float:
        """CPU seconds of the node's process so far (its children are not in it)."""
        words = Path(f"/proc/{self.child.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    def rss_mb(self) -> float:
        """Resident memory of the node's process."""
        for line in Path(f"/proc/{self.child.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise UnavailableError("the node is gone")


def bench_site(folder: Path) -> Path:
    """The demo site with flows, numbers, a queue and agents for measuring."""
    shutil.copytree(ROOT / "config/demo", folder)
    for flow in (ROOT / "benchmarks/flows").glob("*.yaml"):
        shutil.copy(flow, folder / "flows")
    agents = "".join(
        f'"{3000 + n}": {{name: Page {n}, agent: page_{n}, devices: [phone]}}\n'
        for n in range(PAGE_AGENTS)
    )
    for name, text in (("numbers", _NUMBERS), ("queues", _QUEUE), ("extensions", agents)):
        path = folder / f"{name}.yaml"
        path.write_text(path.read_text() + text)
    return folder


@contextlib.contextmanager
def running(*, log: str = "text") -> Iterator[Node]:
    """A node with the site for measuring, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="segue-bench-") as name:
        folder = Path(name)
        with serving(bench_site(folder / "site"), folder / "var", log=log) as node:
            yield node


@contextlib.contextmanager
def serving(site: Path, data_dir: Path, *, log: str = "text") -> Iterator[Node]:
    """A node with this site and data, once it answers."""
    data_dir.mkdir(parents=True, exist_ok=True)
    sip, http = free_port(socket.SOCK_DGRAM), free_port(socket.SOCK_STREAM)
    with started(site, data_dir, sip, http, log=log) as child:
        status = _status(child, data_dir)
        yield Node(child, data_dir, ("127.0.0.1", sip), status["http"])


@contextlib.contextmanager
def started(
    site: Path, data_dir: Path, sip: int, http: int, *, log: str = "text"
) -> Iterator[subprocess.Popen[bytes]]:
    """`segue run`, not waited for; SIGTERM when the block ends."""
    words = [
        *(sys.executable, "-m", "segue", "run", "--drain", "1", "--log", log),
        *("--site", str(site), "--data-dir", str(data_dir), "--rtp-ports", "36000-37999"),
        *("--sip-port", str(sip), "--http-port", str(http)),
    ]
    with (data_dir / "node.log").open("ab") as output:
        child = subprocess.Popen(
            words, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        yield child
    finally:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(15)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def free_port(kind: socket.SocketKind) -> int:
    """A port of 127.0.0.1 that nobody had a moment ago."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _status(child: subprocess.Popen[bytes], data_dir: Path) -> Any:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline and child.poll() is None:
        with contextlib.suppress(SegueError, OSError):
            return asyncio.run(ask(data_dir / "segue.sock", "status"))
        time.sleep(0.05)
    log = (data_dir / "node.log").read_text(errors="replace")
    raise UnavailableError(f"the node did not start:\n{log[-2000:]}")
