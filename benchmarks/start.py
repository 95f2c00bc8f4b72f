"""Process start to the first OPTIONS answered, on a data folder that has been used before."""

from __future__ import annotations

import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from base.errors import UnavailableError
from benchmarks.figures import Figure
from benchmarks.node import bench_site, free_port, serving, started
from benchmarks.sip import Phones

_STARTS: Final = 7
_LONGEST_S: Final = 30.0
_LIBRARIES: Final = "import fastapi, uvicorn, sqlalchemy.ext.asyncio, aiosqlite, aiomqtt, yaml"


def measure() -> list[Figure]:
    """The floor is a Python that only imports the libraries a node uses."""
    with tempfile.TemporaryDirectory(prefix="segue-bench-") as name:
        site, data_dir = bench_site(Path(name) / "site"), Path(name) / "var"
        with serving(site, data_dir):
            pass  # the first start makes accounts and prompts
        waits, floors = [], []
        for _ in range(_STARTS):
            waits.append(_start(site, data_dir))
            floors.append(_libraries())
    floor = statistics.median(floors)
    return [Figure("second start to OPTIONS", "s", tuple(waits), floor, (("median", 1.0),))]


def _start(site: Path, data_dir: Path) -> float:
    sip, http = free_port(socket.SOCK_DGRAM), free_port(socket.SOCK_STREAM)
    with Phones(("127.0.0.1", sip)) as phones:
        began = time.perf_counter()
        with started(site, data_dir, sip, http) as child:
            answered = False
            while not answered:
                phones.options()
                answered = phones.run(0.01, lambda: phones.options_answered > 0)
                if child.poll() is not None or time.perf_counter() > began + _LONGEST_S:
                    raise UnavailableError("the node did not start")
            return time.perf_counter() - began


def _libraries() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", _LIBRARIES], check=True)
    return time.perf_counter() - began
