"""Messages to people: a code and arguments, told in English or Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

Catalogue = Mapping[str, Mapping[str, str]]
"""Code -> language -> text with `{name}` places. Both `en` and `zh` are always there."""

LANGUAGES: Final = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Message:
    """A message before it is told: which one, from which catalogue, about what."""

    catalogue: Catalogue
    code: str
    args: tuple[tuple[str, Any], ...] = ()

    def text(self, language: str = "en") -> str:
        """The message in `language`; English where there is no such translation."""
        texts = self.catalogue[self.code]
        args = {
            name: value.text(language) if isinstance(value, Message) else value
            for name, value in self.args
        }
        return texts.get(language, texts["en"]).format_map(args)

    def __str__(self) -> str:
        return self.text()


def message(catalogue: Catalogue, code: str, **args: Any) -> Message:
    """A message of `catalogue`; an unknown code raises KeyError at once, not when it is told."""
    catalogue[code]
    return Message(catalogue, code, tuple(sorted(args.items())))
