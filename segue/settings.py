"""How a node is set up: flags, then `SEGUE_…` (or `SEGUE_…_FILE`), then a file, then defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal

from base.document import Document, load
from base.errors import ConfigError
from base.problem import Problem
from segue.messages import said
from segue.shipped import demo_site


@dataclass(frozen=True, slots=True)
class Settings:
    """A node's settings. Ports are numbers; 0 lets the system choose one."""

    site: Path = Path("config/demo")
    """`gather` takes the one that was shipped where this one is not."""
    data_dir: Path = Path("var")
    listen: str = "127.0.0.1"
    """The address for SIP, RTP and HTTP; loopback unless told otherwise."""
    sip_port: int = 5060
    http_port: int = 8088
    rtp_ports: tuple[int, int] = (20000, 20999)
    database: str = ""
    """An SQLAlchemy URL; empty: SQLite in `data_dir`."""
    mqtt: str = "embedded"
    """`embedded`, `none`, or `mqtt://host:port`."""
    log: Literal["text", "json"] = "text"
    node: str = "n1"
    realm: str = "segue"

    @property
    def database_url(self) -> str:
        """Where the store keeps everything."""
        return self.database or f"sqlite+aiosqlite:///{self.data_dir / 'segue.db'}"

    @property
    def http_url(self) -> str:
        """The address of the page."""
        host = f"[{self.listen}]" if ":" in self.listen else self.listen
        return f"http://{host}:{self.http_port}"


_NAMES = frozenset(field.name for field in fields(Settings))


def gather(flags: Mapping[str, Any], environ: Mapping[str, str]) -> Settings:
    """The settings in force; raises `ConfigError` with every problem found.

    `flags` holds what the command line gave, with None for what it did not. The file is
    `segue.yaml` in the site folder, if there is one.
    """
    problems: list[Problem] = []
    given = {name: str(value) for name, value in flags.items() if value is not None}
    from_environ = _environment(environ, problems)
    settings = Settings(site=demo_site())
    site = Path(given.get("site") or from_environ.get("site") or settings.site)
    from_file = _file(site / "segue.yaml", problems)
    sources = (
        (from_file, "segue.yaml"),
        (from_environ, "environment"),
        (given, "command line"),
    )
    for values, origin in sources:
        for name, text in values.items():
            try:
                settings = replace(settings, **{name: _parse(name, text)})
            except ValueError as error:
                problems.append(_problem(origin, "S001", name=name, value=text, why=str(error)))
    if problems:
        raise ConfigError(problems)
    return settings


def _environment(environ: Mapping[str, str], problems: list[Problem]) -> dict[str, str]:
    values: dict[str, str] = {}
    for key, text in environ.items():
        if not key.startswith("SEGUE_"):
            continue
        name = key.removeprefix("SEGUE_").lower()
        if name.endswith("_file") and name.removesuffix("_file") in _NAMES:
            try:
                values[name.removesuffix("_file")] = Path(text).read_text(encoding="utf-8").strip()
            except OSError as error:
                problems.append(_problem("environment", "S002", name=key, why=str(error)))
        elif name in _NAMES:
            values[name] = text
    return values


def _file(path: Path, problems: list[Problem]) -> dict[str, str]:
    if not path.is_file():
        return {}
    document: Document = load(path.read_text(encoding="utf-8"), str(path))
    problems.extend(problem for problem in document.problems if problem.level == "error")
    if not isinstance(document.value, Mapping):
        return {}
    values: dict[str, str] = {}
    for name, value in document.value.items():
        if name in _NAMES and name != "site":
            values[name] = str(value)
        else:
            problems.append(document.problem("S003", (name,), said("S003", name=name)))
    return values


def _parse(name: str, text: str) -> Any:
    match name:
        case "site" | "data_dir":
            return Path(text)
        case "sip_port" | "http_port":
            return _port(text)
        case "rtp_ports":
            low, dash, high = text.partition("-")
            if not dash or _port(low) >= _port(high):
                raise ValueError("write two ports, the lower first, such as 20000-20999")
            return (_port(low), _port(high))
        case "listen":
            return str(ip_address(text))
        case "log":
            if text not in ("text", "json"):
                raise ValueError("text or json")
            return text
        case _:
            return text


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise ValueError("a port is a number from 0 to 65535")
    return int(text)


def _problem(origin: str, code: str, **args: Any) -> Problem:
    return Problem(f"<{origin}>", 1, 1, code, said(code, **args))
