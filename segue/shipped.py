"""What comes with Segue besides code: the demo site and the bank app of the demonstration."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parent


def demo_site() -> Path:
    """The demo site's folder, as short as it can be said from where we are."""
    near = Path("config/demo")
    return near if near.is_dir() else _shipped("config/demo")


def bank_app() -> Path:
    """The demonstration's bank app."""
    return _shipped("examples/bank_app.py")


def _shipped(name: str) -> Path:
    """In a checkout beside the packages, in a wheel within this one (`setup.py` puts it there)."""
    beside = _HERE.parent / name
    return beside if beside.exists() else _HERE / "shipped_files" / name
