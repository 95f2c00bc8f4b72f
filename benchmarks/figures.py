"""Figures: what was measured, what bare sockets need for the same, and what was promised."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

_HEADS: Final = ("figure", "unit", "n", "min", "median", "p99", "max", "floor", "ratio", "promise")


@dataclass(frozen=True, slots=True)
class Figure:
    """Samples of one quantity. `floor` is the median of the same done without Segue, in this run.

    `promises` maps a statistic (`min`, `median`, `p99`, `max`) to what it should stay under.
    """

    name: str
    unit: str
    samples: tuple[float, ...]
    floor: float | None = None
    promises: tuple[tuple[str, float], ...] = ()

    def statistics(self) -> dict[str, float]:
        """`min`, `median`, `p99`, `max`; the p99 of fewer than 100 samples is their greatest."""
        values = sorted(self.samples)
        return {
            "min": values[0],
            "median": statistics.median(values),
            "p99": values[min(len(values) - 1, len(values) * 99 // 100)],
            "max": values[-1],
        }

    @property
    def ratio(self) -> float | None:
        """The median in floors."""
        return self.statistics()["median"] / self.floor if self.floor else None

    def verdict(self) -> str:
        """Each promise, and whether it was kept."""
        found = self.statistics()
        return ", ".join(
            f"{name} < {limit:g}: {'kept' if found[name] < limit else 'MISSED'}"
            for name, limit in self.promises
        )

    def as_plain(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "name": self.name,
            "unit": self.unit,
            "count": len(self.samples),
            **self.statistics(),
            "floor": self.floor,
            "ratio": self.ratio,
            "promise": self.verdict() or None,
        }


def one(name: str, unit: str, value: float, **more: Any) -> Figure:
    """A figure of a single sample."""
    return Figure(name, unit, (value,), **more)


def table(figures: Sequence[Figure]) -> str:
    """For people."""
    lines = [_HEADS, *(_row(figure) for figure in figures)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEADS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _row(figure: Figure) -> tuple[str, ...]:
    values = [_short(value) for value in figure.statistics().values()]
    ratio = "" if figure.ratio is None else f"{figure.ratio:.1f}x"
    floor = "" if figure.floor is None else _short(figure.floor)
    count = str(len(figure.samples))
    return (figure.name, figure.unit, count, *values, floor, ratio, figure.verdict())


def _short(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 or value == 0 else f"{value:.3g}"
