"""Each test runs `segue demo --once --json` as a user would, on ports of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.ports import LONGEST_S, free_ports

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Outcome:
    status: int
    document: dict[str, Any]
    stderr: str
    data_dir: Path
    sip_port: int
    http_port: int


@pytest.fixture
def demonstrate(tmp_path: Path):
    """Run the demonstration once and give what it printed."""

    def run(*flags: str, sip_port: int = 0, http_port: int = 0) -> Outcome:
        if not sip_port:
            sip_port, http_port = free_ports(2)
        words = [
            sys.executable, "-m", "segue", "demo", "--once", "--json",
            "--data-dir", str(tmp_path / "var"), "--sip-port", str(sip_port),
            "--http-port", str(http_port), *flags,
        ]  # fmt: skip
        done = subprocess.run(
            words, cwd=ROOT, capture_output=True, text=True, timeout=LONGEST_S,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        assert done.stdout, f"nothing was printed:\n{done.stderr}"
        document = json.loads(done.stdout)
        folder = tmp_path / "var"
        return Outcome(done.returncode, document, done.stderr, folder, sip_port, http_port)

    return run
