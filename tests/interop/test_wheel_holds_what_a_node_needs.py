"""Installed elsewhere, Segue finds its demo site, page, migrations and scenarios by itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NEEDED = (
    "desk/py.typed",
    "media/_engine.pyi",
    "phone/scenarios/uac_dtmf.xml",
    "segue/shipped_files/config/demo/flows/app_resume.yaml",
    "segue/shipped_files/examples/bank_app.py",
    "store/migrations/env.py",
    "store/migrations/versions/0001_first_tables.py",
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python part of a wheel."""
    folder = tmp_path_factory.mktemp("built")
    (folder / "info").mkdir()
    words = ["setup.py", "-q", "egg_info", "-e", str(folder / "info")]
    words += ["build_py", "-d", str(folder / "lib")]
    done = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder / "lib"


def test_all_that_is_needed_is_there_and_nothing_else(built: Path) -> None:
    assert [name for name in NEEDED if not (built / name).is_file()] == []
    page = ROOT / "desk/static/index.html"
    assert (built / "desk/static/index.html").is_file() == page.is_file()
    assert not [*built.rglob("*.rs"), *built.rglob("test_*.py"), *built.rglob("*.tsx")]


def test_the_demo_site_is_checked_from_anywhere(built: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "segue", "flow", "check"]
    environ = {**os.environ, "PYTHONPATH": str(built)}
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{built}/segue/shipped_files/config/demo" in done.stdout
