"""The roots of all errors.

SegueError
├── UsageError      our own code called something wrongly: a defect here
├── ConfigError     an administrator's file is wrong; carries the problems
└── UnavailableError  something outside (disk, broker, port) is not there now
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from base.problem import Problem


class SegueError(Exception):
    """Something went wrong in Segue."""


class UsageError(SegueError):
    """A call that the contract between two rooms does not allow."""


class UnavailableError(SegueError):
    """Something outside Segue is not there now; trying later may help."""


class ConfigError(SegueError):
    """Files of a site or a flow that cannot be used; `problems` says where and why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
