"""The few things Segue says by itself, in the caller's language."""

from __future__ import annotations

from typing import Final

_TROUBLE: Final = {
    "en": "Sorry, something went wrong. Please call again later.",
    "zh": "抱歉，系统出现问题，请稍后再拨。",
}


def trouble(language: str) -> str:
    """Told before a call is ended by an error that its flow does not handle."""
    return _TROUBLE["zh" if language.startswith("zh") else "en"]


def queue_place(language: str, position: int | None, minutes: int | None) -> str:
    """Where a caller stands in a queue; empty if there is nothing to tell."""
    chinese = language.startswith("zh")
    told: list[str] = []
    if position is not None:
        told.append(f"您排在第{position}位。" if chinese else f"You are number {position} in line.")
    if minutes is not None:
        unit = "minute" if minutes == 1 else "minutes"
        text = f"预计等待{minutes}分钟。" if chinese else f"The wait is about {minutes} {unit}."
        told.append(text)
    return ("" if chinese else " ").join(told)
