"""Text from the network, made fit for logs, pages and databases."""

from __future__ import annotations

from typing import Final

MAX_LENGTH: Final = 512


def readable(text: str) -> str:
    """`text` without control characters and broken UTF-8, at most `MAX_LENGTH` long."""
    text = text[:MAX_LENGTH]
    if text.isascii() and text.isprintable():
        return text
    text = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(char for char in text if char.isprintable())
