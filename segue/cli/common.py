"""Options and output that several commands share."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from segue.control import SOCKET, ask
from segue.settings import Settings, gather

_SETTINGS = (
    ("site", "DIR", "the site folder (default: config/demo)"),
    ("data-dir", "DIR", "where the node keeps its data (default: var)"),
    ("listen", "ADDRESS", "address for SIP, RTP and HTTP (default: 127.0.0.1)"),
    ("sip-port", "PORT", "UDP port for SIP (default: 5060)"),
    ("http-port", "PORT", "port of the page and the API (default: 8088)"),
    ("rtp-ports", "LOW-HIGH", "range of RTP ports (default: 20000-20999)"),
    ("database", "URL", "an SQLAlchemy URL (default: SQLite in the data folder)"),
    ("mqtt", "WHERE", "embedded, none or mqtt://host:port (default: embedded)"),
    ("log", "STYLE", "text or json (default: text)"),
)


def add_settings(parser: argparse.ArgumentParser) -> None:
    """The node's settings as flags."""
    for name, metavar, text in _SETTINGS:
        parser.add_argument(f"--{name}", metavar=metavar, help=text)


def settings_of(args: argparse.Namespace) -> Settings:
    """The settings in force; raises `ConfigError`."""
    names = [name.replace("-", "_") for name, _, _ in _SETTINGS]
    return gather({name: getattr(args, name, None) for name in names}, os.environ)


def keep_files_private() -> None:
    """From now on nobody else may read what this process and its children write."""
    os.umask(0o077)


def add_node_options(parser: argparse.ArgumentParser) -> None:
    """Options of commands to a running node."""
    parser.add_argument("--data-dir", metavar="DIR", help="the node's data folder (default: var)")
    parser.add_argument("--json", action="store_true", help="print JSON")


def ask_node(args: argparse.Namespace, command: str, **values: Any) -> Any:
    """Have the running node of `--data-dir` do something."""
    folder = gather({"data_dir": args.data_dir}, os.environ).data_dir
    return asyncio.run(ask(Path(folder) / SOCKET, command, **values))


def print_json(value: Any) -> None:
    """For programs."""
    print(json.dumps(value, ensure_ascii=False, indent=1, default=str))


def print_table(rows: Sequence[Sequence[Any]], heads: Sequence[str]) -> None:
    """For people: columns as wide as they need to be."""
    lines = [[str(cell if cell is not None else "-") for cell in row] for row in (heads, *rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    for line in lines:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        )
