"""Figures in the Prometheus text format (version 0.0.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Sample:
    """One figure."""

    name: str
    value: float
    help: str = ""
    kind: Literal["gauge", "counter"] = "gauge"
    labels: Mapping[str, str] = field(default_factory=dict)


def text(samples: Iterable[Sample]) -> str:
    """All samples; those of one name stand together under one heading."""
    by_name: dict[str, list[Sample]] = {}
    for sample in samples:
        by_name.setdefault(sample.name, []).append(sample)
    return "".join(_family(name, family) for name, family in by_name.items())


def _family(name: str, family: list[Sample]) -> str:
    head = f"# HELP {name} {_escape(family[0].help)}\n# TYPE {name} {family[0].kind}\n"
    return head + "".join(f"{name}{_labels(one.labels)} {one.value:g}\n" for one in family)


def _labels(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    pairs = ",".join(
        f'{key}="{_escape(value)}"'.replace("\n", "\\n") for key, value in labels.items()
    )
    return f"{{{pairs}}}"


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
