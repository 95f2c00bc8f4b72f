"""SIPp scripts: whole scenarios by a program that shares no line with us."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import shutil
import socket
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from phone.contract import PhoneError

SCENARIOS: Final = Path(__file__).with_name("scenarios")
_LAST_LINES: Final = 20


@dataclass(frozen=True, slots=True)
class SippRun:
    """What to run. `remote` (`127.0.0.1:5060`) is empty for a scenario that waits for calls.

    `scenario` is a name in `phone/scenarios` or a path. `keys` fill its `[name]` places; a caller
    is `caller`, one more header field `header`, keys to press `digits`. Rates are calls a second.
    """

    scenario: str | Path
    remote: str = ""
    service: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    user: str = ""
    password: str = field(default="", repr=False)
    calls: int = 1
    rate: float = 1.0
    at_once: int = 100
    address: str = "127.0.0.1"
    port: int = 0
    timeout_s: float = 30.0

    @property
    def path(self) -> Path:
        """The scenario's file; raises PhoneError."""
        path = SCENARIOS / f"{self.scenario}.xml" if isinstance(self.scenario, str) else None
        found = path or Path(self.scenario)
        if not found.is_file():
            raise PhoneError(f"no scenario at {found}")
        return found


@dataclass(frozen=True, slots=True)
class SippResult:
    """How it went. `errors` are SIPp's own words about messages it did not expect."""

    successful: int
    failed: int
    exit_status: int
    errors: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether every call went as the scenario says."""
        return self.exit_status == 0 and self.failed == 0


async def run_sipp(run: SippRun) -> SippResult:
    """Run a scenario to its end, at most `timeout_s` and a little; raises PhoneError."""
    program = shutil.which("sipp")
    if program is None:
        raise PhoneError("SIPp is not installed: apt-get install sip-tester")
    with tempfile.TemporaryDirectory(prefix="segue-sipp-") as folder:
        statistics, errors = Path(folder) / "statistics.csv", Path(folder) / "errors.log"
        process = await asyncio.create_subprocess_exec(
            program,
            *_arguments(run, statistics, errors),
            cwd=folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        words = await _words(process, run.timeout_s + 3)
        successful, failed = _counts(statistics)
        told = errors.read_text(errors="replace").splitlines() if errors.exists() else []
        told = told or words.splitlines()
        status = process.returncode if process.returncode is not None else -1
        return SippResult(successful, failed, status, tuple(told[:_LAST_LINES]))


async def _words(process: asyncio.subprocess.Process, timeout_s: float) -> str:
    try:
        _, words = await asyncio.wait_for(process.communicate(), timeout_s)
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    return words.decode(errors="replace")


def _arguments(run: SippRun, statistics: Path, errors: Path) -> list[str]:
    port = run.port or _free_port(run.address)
    keys = {"caller": run.user or "sipp", "header": "Subject: -", "digits": "1", **run.keys}
    words = [run.remote] if run.remote else []
    words += ["-sf", str(run.path), "-i", run.address, "-mi", run.address, "-p", str(port)]
    words += ["-m", str(run.calls), "-r", f"{run.rate:g}", "-l", str(run.at_once)]
    words += ["-timeout", f"{run.timeout_s:g}s", "-timeout_error", "-nostdin", "-aa"]
    words += ["-trace_stat", "-stf", str(statistics), "-fd", "1"]
    words += ["-trace_err", "-error_file", str(errors)]
    words += ["-mp", str(_free_port(run.address, step=4))]
    if run.service:
        words += ["-s", run.service]
    if run.password:
        words += ["-au", run.user, "-ap", run.password]
    if not run.remote:
        words += ["-rtp_echo"]
    for name, value in keys.items():
        words += ["-key", name, value]
    return words


def _free_port(address: str, step: int = 1) -> int:
    """A UDP port that is free now, and even with its next ones if `step` is 4 (RTP)."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind((address, 0))
            port = int(probe.getsockname()[1])
        if port % step == 0 and port < 65000:
            return port


def _counts(statistics: Path) -> tuple[int, int]:
    if not statistics.exists():
        return 0, 0
    with statistics.open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    if not rows:
        return 0, 0
    return int(rows[-1]["SuccessfulCall(C)"]), int(rows[-1]["FailedCall(C)"])
