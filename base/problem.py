"""A mistake in somebody's file: where, what, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from base.messages import Message

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `line` and `column` count from 1; `path` is the place in the document."""

    file: str
    line: int
    column: int
    code: str
    message: Message
    remedy: Message | None = None
    level: Level = "error"
    path: str = ""

    def text(self, language: str = "en") -> str:
        """One line as compilers print it, and the remedy under it."""
        place = f"{self.path}: " if self.path else ""
        head = (
            f"{self.file}:{self.line}:{self.column}: {self.level} {self.code}: "
            f"{place}{self.message.text(language)}"
        )
        return head if self.remedy is None else f"{head}\n    {self.remedy.text(language)}"

    def as_json(self, language: str = "en") -> dict[str, object]:
        """The finding for `--json`, SARIF and the editor."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "level": self.level,
            "code": self.code,
            "path": self.path,
            "message": self.message.text(language),
            "remedy": None if self.remedy is None else self.remedy.text(language),
        }

    def __str__(self) -> str:
        return self.text()


def errors(problems: Iterable[Problem]) -> list[Problem]:
    """Only those that forbid use."""
    return [problem for problem in problems if problem.level == "error"]
